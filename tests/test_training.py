"""Training against a loop written out by hand, its history, and what it must not touch."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest

from nnlib import (
    Parameters,
    accuracy,
    backpropagation,
    cross_entropy,
    forward_propagation,
    initialize,
    load_mnist,
    load_sample,
    predict,
    train,
    training,
)
from shared import FLOATS, bits

SAMPLE = load_sample()
IMAGES, LABELS = SAMPLE.train_images[:70], SAMPLE.train_labels[:70]


def check_close(found, expected, tolerance):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


# The steps


@pytest.mark.parametrize("batch_size", [70, 71, 10**9])
def test_one_step_goes_down_the_gradient(batch_size):
    parameters = initialize(1)
    found, _ = train(
        IMAGES, LABELS, parameters, seed=2, epochs=1, batch_size=batch_size, rate=0.3
    )
    gradient = backpropagation(IMAGES, LABELS, parameters)
    expected = [p - 0.3 * dp for p, dp in zip(parameters, gradient, strict=True)]
    check_close(found, expected, 1e-15)
    assert type(found) is Parameters


def trained_by_hand(parameters, rates, batch_size, rng):
    """The parameters after the steps of these rates, and the outputs seen just before each."""
    parameters, rates = Parameters(*(p.copy() for p in parameters)), iter(rates)
    seen = []
    for _ in range(2):
        order = rng.permutation(len(IMAGES))
        for start in range(0, len(IMAGES), batch_size):
            part = order[start : start + batch_size]
            seen.append((forward_propagation(IMAGES[part], parameters)[3], LABELS[part]))
            gradient = backpropagation(IMAGES[part], LABELS[part], parameters)
            rate = next(rates)
            parameters = Parameters(
                *(p - rate * dp for p, dp in zip(parameters, gradient, strict=True))
            )
    assert next(rates, None) is None
    return parameters, seen


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-14), (np.float32, 1e-5)])
@pytest.mark.parametrize(
    "batch_size, rates, settings",
    [
        (32, [0.5, 0.42, 0.34, 0.26, 0.18, 0.1], {"rate": 0.5, "final_rate": 0.1}),
        (32, [0.5, 0.4, 0.3, 0.2, 0.1, 0], {"final_rate": 0}),
        (35, [0.1, 0.2, 0.3, 0.4], {"rate": 0.1, "final_rate": 0.4}),
        (np.uint8(69), [0.25] * 4, {"rate": 0.25}),
        (1, [0.01] * 140, {"rate": 0.01}),
    ],
)
def test_two_epochs_are_those_of_a_loop_by_hand(batch_size, rates, settings, dtype, tolerance):
    start = initialize(3, dtype=dtype)
    found, history = train(
        IMAGES, LABELS, start, seed=4, epochs=2, batch_size=batch_size, **settings
    )
    expected, seen = trained_by_hand(start, rates, int(batch_size), np.random.default_rng(4))
    check_close(found, expected, tolerance)
    assert [p.dtype for p in found] == [dtype] * 4
    steps = len(seen) // 2
    for epoch in range(2):
        y, labels = map(np.concatenate, zip(*seen[epoch * steps : (epoch + 1) * steps]))
        assert history.loss[epoch] == pytest.approx(cross_entropy(y, labels), rel=tolerance * 10)
        assert history.accuracy[epoch] == np.mean(y.argmax(axis=1) == labels)


@pytest.mark.parametrize(
    "batch_size, sizes",
    [(32, [32, 32, 6]), (np.uint8(32), [32, 32, 6]), (70, [70]), (500, [70]), (69, [69, 1])],
)
def test_every_image_is_used_once_an_epoch_in_batches(monkeypatch, batch_size, sizes):
    seen = []

    def watched(x, *rest):
        seen.append(np.rint(x[:, 0] * 255).astype(int).tolist())
        return backward(x, *rest)

    backward = training.backward
    monkeypatch.setattr(training, "backward", watched)
    images = np.zeros((70, 784), np.uint8)
    images[:, 0] = np.arange(70)
    train(images, LABELS, initialize(0), seed=5, epochs=3, batch_size=batch_size)
    assert [len(part) for part in seen] == 3 * sizes
    epochs = [sum(seen[k : k + len(sizes)], []) for k in range(0, len(seen), len(sizes))]
    assert all(sorted(order) == list(range(70)) for order in epochs)
    assert len({tuple(order) for order in epochs}) == 3


@pytest.mark.parametrize("dtype", FLOATS)
def test_steps_are_computed_in_the_type_of_the_parameters(monkeypatch, dtype):
    seen, backward = set(), training.backward

    def watched(*values):
        seen.update(v.dtype for v in values[:-1])
        return backward(*values)

    monkeypatch.setattr(training, "backward", watched)
    train(IMAGES, LABELS, initialize(0, dtype=dtype), seed=0, epochs=1)
    assert seen == {np.dtype(dtype)}


def test_unless_told_20_epochs_of_batches_of_32_at_a_rate_of_a_half():
    found, history = train(IMAGES, LABELS, initialize(0), seed=0)
    settings = dict(epochs=20, batch_size=32, rate=0.5, final_rate=0.5)
    expected, _ = train(IMAGES, LABELS, initialize(0), seed=0, **settings)
    assert len(history.loss) == 20 and bits(found) == bits(expected)


def test_batch_size_of_a_small_integer_type_does_not_wrap_around():
    images, labels = SAMPLE.train_images[:600], SAMPLE.train_labels[:600]
    found, expected = (
        train(images, labels, initialize(0), seed=0, epochs=1, batch_size=size)[0]
        for size in (np.uint8(32), 32)
    )
    assert bits(found) == bits(expected)


def test_a_last_rate_of_zero_makes_no_last_step():
    settings = dict(seed=6, batch_size=70, rate=0.5)
    once, _ = train(IMAGES, LABELS, initialize(0), epochs=1, **settings)
    twice, _ = train(IMAGES, LABELS, initialize(0), epochs=2, final_rate=0, **settings)
    assert bits(once) == bits(twice)


def test_one_image_and_its_label_may_be_trained_on():
    parameters = initialize(0)
    alone, _ = train(IMAGES[0], LABELS[0], parameters, seed=0, epochs=3)
    batch, _ = train(IMAGES[:1], LABELS[:1], parameters, seed=0, epochs=3)
    assert bits(alone) == bits(batch)


# The seed


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(7)
    start = initialize(0)
    first, second = (train(IMAGES, LABELS, start, seed=rng, epochs=1)[0] for _ in range(2))
    assert bits(first) != bits(second)


def test_the_global_random_state_is_left_alone():
    np.random.set_state(np.random.RandomState(5).get_state())
    train(IMAGES, LABELS, initialize(0), seed=0, epochs=1)
    assert repr(np.random.get_state()) == repr(np.random.RandomState(5).get_state())


FORMS = {
    "rows": lambda images: images.reshape(-1, 784),
    "list": lambda images: images.tolist(),
    "int64": lambda images: images.astype(np.int64),
    "big-endian": lambda images: images.astype(">u2"),
    "floats": lambda images: images / 255,
    "column order": np.asfortranarray,
    "every second": lambda images: np.repeat(images, 2, axis=0)[::2],
    "read-only": lambda images: np.frombuffer(images.tobytes(), np.uint8).reshape(-1, 28, 28),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_the_images_trains_alike(form):
    start = initialize(0)
    for p in start:
        p.flags.writeable = False
    found, _ = train(form(IMAGES), LABELS.tolist(), start, seed=0, epochs=2)
    expected, _ = train(IMAGES, LABELS, initialize(0), seed=0, epochs=2)
    check_close(found, expected, 1e-14)
    assert accuracy(form(IMAGES), LABELS.tolist(), found) == accuracy(IMAGES, LABELS, expected)


# The history


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("epochs", [1, 4])
def test_history_is_loss_and_accuracy_when_steps_are_tiny(dtype, tolerance, epochs):
    start = initialize(9, dtype=dtype)
    found, history = train(IMAGES, LABELS, start, seed=0, epochs=epochs, rate=1e-300)
    check_close(found, start, 1e-290)
    assert history.loss.shape == history.accuracy.shape == (epochs,)
    assert history.loss.dtype == history.accuracy.dtype == np.float64
    loss = cross_entropy(forward_propagation(IMAGES, start)[3], LABELS)
    np.testing.assert_allclose(history.loss, loss, rtol=tolerance)
    np.testing.assert_allclose(history.accuracy, accuracy(IMAGES, LABELS, start), rtol=1e-15)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("far", [90, 800, 1e4, 1e20])
def test_history_is_finite_where_the_likelihood_underflows(dtype, far):
    start = initialize(0, dtype=dtype)
    start.b2[3] = far
    labels = np.where(LABELS == 3, 4, LABELS)
    _, history = train(IMAGES, labels, start, seed=0, epochs=2, rate=1e-6)
    assert np.isfinite(history.loss).all()
    assert (history.loss > 80).all()
    assert not history.accuracy.any()


@pytest.mark.parametrize("rate", [1e3, 1e20])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_rate_far_too_large_but_short_of_overflow_gives_finite_numbers(rate, dtype):
    start = initialize(0, dtype=dtype)
    found, history = train(IMAGES, LABELS, start, seed=0, epochs=3, rate=rate)
    assert all(np.isfinite(values).all() for values in (*history, *found))
    assert all(np.isfinite(values).all() for values in forward_propagation(IMAGES, found))
    assert math.isfinite(cross_entropy(forward_propagation(IMAGES, found)[3], LABELS))


# accuracy


@pytest.mark.parametrize("wrong, expected", [(0, 1.0), (1, 69 / 70), (35, 0.5), (70, 0.0)])
def test_accuracy_is_the_fraction_guessed_right(wrong, expected):
    parameters = initialize(0)
    labels = predict(IMAGES, parameters)
    labels[:wrong] = (labels[:wrong] + 1) % 10
    found = accuracy(IMAGES, labels, parameters)
    assert type(found) is float
    assert found == expected


def test_accuracy_of_one_image_is_1_or_0():
    parameters = initialize(0)
    guess = predict(IMAGES[0], parameters)
    assert accuracy(IMAGES[0], guess, parameters) == 1
    assert accuracy(IMAGES[0].ravel() / 255, np.uint8((guess + 1) % 10), parameters) == 0


# Learning


@pytest.mark.slow
@pytest.mark.parametrize("dtype", FLOATS)
def test_ten_epochs_on_the_sample_read_90_percent_of_its_test_images(dtype):
    parameters, history = train(
        SAMPLE.train_images, SAMPLE.train_labels, initialize(0, dtype=dtype),
        seed=0, epochs=10, rate=0.5,
    )  # fmt: skip
    assert accuracy(SAMPLE.test_images, SAMPLE.test_labels, parameters) >= 0.90
    assert (np.diff(history.loss) < 0).all()
    assert [p.dtype for p in parameters] == [dtype] * 4


@pytest.mark.skipif(
    not os.environ.get("NNLIB_MNIST"),
    reason="needs the four MNIST files; name their folder in NNLIB_MNIST",
)
def test_ten_epochs_on_all_images_read_95_percent_of_the_test_images():
    digits = load_mnist()
    parameters, _ = train(
        digits.train_images, digits.train_labels, initialize(0),
        seed=0, epochs=10, rate=0.5, final_rate=0,
    )  # fmt: skip
    assert accuracy(digits.test_images, digits.test_labels, parameters) >= 0.95


FULL_SIZE = """
import resource, sys
import numpy as np
import nnlib
rng = np.random.default_rng(0)
images = rng.integers(0, 256, (60_000, 28, 28), dtype=np.uint8)
labels = rng.integers(0, 10, 60_000)
parameters, _ = nnlib.train(images, labels, nnlib.initialize(0), seed=0, epochs=1)
nnlib.accuracy(images, labels, parameters)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / 2**20 if sys.platform == "darwin" else peak / 2**10)
"""
# Linux lets a process begin with the peak of the one that started it, here pytest with all that
# other tests have loaded; so a small process stands between.
BETWEEN = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"


@pytest.mark.slow
def test_training_on_60000_images_stays_below_400_megabytes():
    pytest.importorskip("resource", reason="measures memory with resource, which Unix has")
    python = [sys.executable, "-W", "error", "-c"]
    run = subprocess.run(
        [*python, BETWEEN, *python, FULL_SIZE], capture_output=True, encoding="utf-8", timeout=300
    )
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 400
