"""What holds for every input, tried on inputs that hypothesis makes up to break it."""

import math
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nnlib as nn
from nnlib.backpropagation import backward
from nnlib.mnist import read_idx
from shared import FLOATS, bits

# The same inputs at every run; how long a run takes is nothing that is tested here.
settings.register_profile("book", derandomize=True, deadline=None, database=None)
settings.load_profile("book")

EPSILON = np.finfo(float).eps
SEEDS = st.integers(0, 2**32 - 1)
DIGITS = st.integers(0, 9)


def floats(largest):
    return st.floats(-largest, largest)


def logits(largest=700):
    return arrays(np.float64, st.tuples(st.integers(1, 5), st.just(10)), elements=floats(largest))


@st.composite
def batches(draw, most=4):
    """Images (n, 784) with many empty pixels, labels (n,), and the parameters of a network."""
    rng, n = np.random.default_rng(draw(SEEDS)), draw(st.integers(1, most))
    images = rng.integers(0, 256, (n, 784), np.uint8)
    images[rng.random((n, 784)) < draw(st.floats(0, 1))] = 0
    labels = np.array(draw(st.lists(DIGITS, min_size=n, max_size=n)))
    start = nn.initialize(rng, hidden=draw(st.integers(1, 6)))
    scale = draw(st.sampled_from([0.1, 1, 10]))
    parameters = nn.Parameters(*(scale * (p + rng.normal(0, 0.1, p.shape)) for p in start))
    return images, labels, parameters


def close(found, expected, factor=1000):
    """Whether two arrays agree to about `factor` rounding errors of their largest entry."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    return np.abs(found - expected).max() <= factor * EPSILON * max(1, np.abs(expected).max())


# network


@given(arrays(np.float64, 10, elements=st.floats(allow_nan=False)))
def test_sigmoid_lies_between_0_and_1_and_never_falls(h):
    ha = nn.sigmoid(np.sort(h))
    assert ((ha >= 0) & (ha <= 1)).all()
    assert (np.diff(ha) >= 0).all()


@given(floats(700))
def test_sigmoid_is_symmetric(h):
    assert nn.sigmoid(-h) == pytest.approx(1 - nn.sigmoid(h), abs=2 * EPSILON)


@given(logits(1e300))
def test_softmax_makes_positive_numbers_that_add_up_to_1_and_keeps_the_order(y):
    ya = nn.softmax(y)
    assert ((ya >= 0) & (ya <= 1)).all()
    assert close(ya.sum(axis=1), np.ones(len(y)), 20)
    order = np.argsort(y, axis=1)
    assert (np.diff(np.take_along_axis(ya, order, axis=1), axis=1) >= 0).all()


@given(logits(), floats(700))
def test_softmax_and_loss_do_not_notice_a_shift_of_all_outputs(y, shift):
    labels = np.zeros(len(y), int)
    assert close(nn.softmax(y + shift), nn.softmax(y), 10_000)
    assert close(nn.cross_entropy(y + shift, labels), nn.cross_entropy(y, labels), 10_000)


@given(batches())
def test_a_batch_gives_what_its_images_give_alone(batch):
    images, _, parameters = batch
    together = nn.forward_propagation(images, parameters)
    for m, image in enumerate(images):
        for whole, alone in zip(together, nn.forward_propagation(image, parameters)):
            assert close(whole[m], alone)


@given(batches())
def test_grey_levels_and_fractions_are_the_same_image(batch):
    images, _, parameters = batch
    for levels, fractions in zip(
        nn.forward_propagation(images.reshape(-1, 28, 28), parameters),
        nn.forward_propagation(images / 255, parameters),
    ):
        assert np.array_equal(levels, fractions)


@given(batches(), SEEDS)
def test_hidden_units_may_change_places(batch, seed):
    images, _, (W1, b1, W2, b2) = batch
    order = np.random.default_rng(seed).permutation(len(b1))
    moved = nn.Parameters(W1[:, order], b1[order], W2[order], b2)
    ya = nn.forward_propagation(images, nn.Parameters(W1, b1, W2, b2))[-1]
    assert close(nn.forward_propagation(images, moved)[-1], ya, 10_000)


# loss


@given(logits(), st.data())
def test_loss_is_never_negative_and_the_mean_over_the_batch(y, data):
    labels = np.array(data.draw(st.lists(DIGITS, min_size=len(y), max_size=len(y))))
    each = [nn.cross_entropy(row, label) for row, label in zip(y, labels)]
    assert min(each) >= 0
    assert nn.cross_entropy(y, labels) == pytest.approx(np.mean(each), rel=1e-14)


@given(logits(300), DIGITS)
def test_loss_is_minus_log_of_the_true_output(y, label):
    for row in y:
        expected = -np.log(nn.softmax(row)[label])
        assert nn.cross_entropy(row, label) == pytest.approx(expected, rel=1e-12, abs=1e-14)


@given(logits(), DIGITS, st.floats(1e-3, 100))
def test_loss_falls_when_the_true_output_rises(y, label, rise):
    better = y.copy()
    better[:, label] += rise
    labels = np.full(len(y), label)
    assert nn.cross_entropy(better, labels) <= nn.cross_entropy(y, labels)


# backpropagation


@given(batches(), SEEDS)
def test_the_gradient_is_the_slope_in_any_direction(batch, seed):
    images, labels, parameters = batch
    rng, step = np.random.default_rng(seed), 1e-5
    direction = [rng.normal(size=p.shape) / np.sqrt(p.size) for p in parameters]

    def loss(distance):
        there = nn.Parameters(*(p + distance * d for p, d in zip(parameters, direction)))
        return nn.cross_entropy(nn.forward_propagation(images, there)[3], labels)

    slope = (loss(step) - loss(-step)) / (2 * step)
    gradient = nn.backpropagation(images, labels, parameters)
    assert slope == pytest.approx(sum((g * d).sum() for g, d in zip(gradient, direction)), abs=1e-7)


@given(batches())
def test_the_outputs_share_a_gradient_of_zero(batch):
    _, _, dW2, db2 = nn.backpropagation(*batch)
    assert close(dW2.sum(axis=1), np.zeros(len(dW2)), 100)
    assert close(db2.sum(), 0.0, 100)


@given(batches())
def test_weights_of_empty_pixels_have_no_gradient(batch):
    dW1 = nn.backpropagation(*batch).W1
    assert (dW1[(batch[0] == 0).all(axis=0)] == 0).all()


@given(batches())
def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_images(batch):
    images, labels, parameters = batch
    each = [nn.backpropagation(image, t, parameters) for image, t in zip(images, labels)]
    for whole, alone in zip(nn.backpropagation(images, labels, parameters), zip(*each)):
        assert close(whole, np.mean(alone, axis=0))


@given(batches(), SEEDS)
def test_the_order_of_a_batch_does_not_matter(batch, seed):
    images, labels, parameters = batch
    order = np.random.default_rng(seed).permutation(len(labels))
    other = nn.backpropagation(images[order], labels[order], parameters)
    for found, expected in zip(other, nn.backpropagation(images, labels, parameters)):
        assert close(found, expected)


@given(batches(), st.booleans(), st.sampled_from([0.5, 1e300]))
def test_nothing_that_is_given_is_changed_or_shared(batch, fractions, rate):
    images, labels, parameters = batch
    images = images / 255 if fractions else images
    given = images, labels, *parameters
    for array in given:
        array.flags.writeable = False  # an error is raised where it is changed
    values, t = nn.forward_propagation(images, parameters), nn.one_hot(labels)
    for array in (*values, t):
        array.flags.writeable = False
    found = [*values, t, *backward(*values, t, parameters), *nn.backpropagation(*batch)]
    nn.cross_entropy(values[3], labels)
    nn.accuracy(images, labels, parameters)
    try:
        found += nn.train(images, labels, parameters, seed=0, epochs=1, rate=rate)[0]
    except ValueError as error:
        assert rate == 1e300 and "lower its rate" in str(error)
    assert not any(np.may_share_memory(a, b) for a in found for b in given)


# training


@given(batches())
def test_a_small_enough_step_downhill_lowers_the_loss(batch):
    images, labels, parameters = batch
    gradient = nn.backpropagation(images, labels, parameters)
    steepness = sum((g**2).sum() for g in gradient)
    assume(steepness > 1e-8)
    trained, history = nn.train(
        images, labels, parameters, seed=0, epochs=1, batch_size=len(labels), rate=1e-6
    )
    before, after = (
        nn.cross_entropy(nn.forward_propagation(images, p)[3], labels)
        for p in (parameters, trained)
    )
    assert before - after == pytest.approx(1e-6 * steepness, rel=0.01, abs=1e-14)
    assert history.loss[0] == pytest.approx(before, rel=1e-12)


@given(batches(), st.integers(1, 5), st.integers(1, 3), SEEDS)
def test_the_same_seed_trains_the_same_network(batch, batch_size, epochs, seed):
    options = {"batch_size": batch_size, "epochs": epochs, "rate": 0.1}
    seeds = seed, np.random.default_rng(seed)
    one, other = (nn.train(*batch, seed=each, **options) for each in seeds)
    for a, b in zip((*one[0], *one[1]), (*other[0], *other[1])):
        assert np.array_equal(a, b)
    assert one[1].loss.shape == one[1].accuracy.shape == (epochs,)


# files


@given(batches(), st.sampled_from(FLOATS), st.sampled_from([-0.0, 1e-45, 5e-324]))
def test_parameters_come_back_bit_for_bit(batch, dtype, value):
    parameters = nn.Parameters(*(p.astype(dtype) for p in batch[2]))
    parameters.b1[0] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parameters.npz"
        nn.save_parameters(path, parameters)
        assert bits(nn.load_parameters(path)) == bits(parameters)


@given(arrays(np.uint8, st.tuples(*[st.integers(1, 6)] * 3)), st.integers(0, 300))
def test_a_file_of_images_is_read_whole_or_refused(images, cut):
    content = struct.pack(">BBBB3I", 0, 0, 8, 3, *images.shape) + images.tobytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(content)
        assert np.array_equal(read_idx(path, 3), images)
        path.write_bytes(content[: min(cut, len(content) - 1)])
        with pytest.raises(ValueError, match="expected"):
            read_idx(path, 3)


@st.composite
def files(draw):
    """The bytes of a file of images or labels, most with some of the header or the end changed."""
    shape = draw(st.sampled_from([(1,), (3,), (1, 1, 1), (2, 1, 3)]))
    header = bytearray(struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape))
    for place in draw(st.lists(st.integers(0, len(header) - 1), max_size=1)):
        header[place] = draw(st.integers(0, 9))
    size = math.prod(shape) + draw(st.sampled_from([0, 0, 0, -1, 1, 5]))
    content = bytes(header) + draw(st.binary(min_size=size, max_size=size))
    return content[: draw(st.sampled_from([*[None] * 6, 15, 7, 4]))], len(shape)


@given(st.one_of(files(), st.tuples(st.binary(max_size=200), st.sampled_from([1, 3]))))
@settings(max_examples=300)
def test_no_bytes_whatever_are_taken_for_images_by_mistake(file):
    content, dimensions = file
    start = 4 + 4 * dimensions
    right = content[:4] == bytes([0, 0, 8, dimensions]) and len(content) > start
    shape = struct.unpack(f">{dimensions}I", content[4:start]) if right else ()
    right = right and len(content) - start == math.prod(shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any"
        path.write_bytes(content)
        try:
            found = read_idx(path, dimensions)
        except ValueError as error:
            assert not right and "expected" in str(error) and str(path) in str(error)
        else:
            assert right and found.shape == shape
            assert content.endswith(found.tobytes())
