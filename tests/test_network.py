"""The forward pass: parameters to start from, every form of an image, and the two functions."""

import math

import numpy as np
import pytest

from nnlib import (
    forward_propagation,
    initialize,
    network,
    predict,
    sigmoid,
    softmax,
)
from shared import FLOATS, parameters_of

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)


# initialize


@pytest.mark.parametrize("hidden, count", [(16, 12_730), (1, 805), (100, 79_510)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_initialize_gives_arrays_of_the_right_shape_and_type(hidden, count, dtype):
    parameters = initialize(0, hidden, dtype)
    shapes = [(784, hidden), (hidden,), (hidden, 10), (10,)]
    assert [p.shape for p in parameters] == shapes
    assert [p.dtype for p in parameters] == [dtype] * 4
    assert sum(p.size for p in parameters) == count


def test_initialize_gives_16_hidden_units_in_float64_unless_told():
    assert [p.shape for p in initialize(0)] == [(784, 16), (16,), (16, 10), (10,)]
    assert initialize(0).W1.dtype == np.float64


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_same_seed_gives_the_same_bits(dtype):
    first, again = initialize(7, dtype=dtype), initialize(np.int64(7), dtype=dtype)
    generator, other = initialize(np.random.default_rng(7), dtype=dtype), initialize(8, dtype=dtype)
    assert [p.tobytes() for p in first] == [p.tobytes() for p in again]
    assert [p.tobytes() for p in first] == [p.tobytes() for p in generator]
    assert not (first.W1 == other.W1).any()
    assert not (first.W2 == other.W2).any()


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(7)
    assert not np.array_equal(initialize(rng).W1, initialize(rng).W1)


def test_weights_have_the_standard_deviation_of_their_fan_in_and_biases_are_zero():
    W1, b1, W2, b2 = initialize(0, hidden=400)
    assert W1.std() == pytest.approx(1 / math.sqrt(784), rel=0.01)
    assert W2.std() == pytest.approx(1 / math.sqrt(400), rel=0.05)
    assert abs(W1.mean()) < 0.001
    assert abs(W2.mean()) < 0.005
    assert not b1.any()
    assert not b2.any()


def test_initialize_leaves_the_global_random_state_alone():
    np.random.set_state(np.random.RandomState(5).get_state())
    initialize(0)
    assert repr(np.random.get_state()) == repr(np.random.RandomState(5).get_state())


# forward_propagation


def test_every_value_on_the_way_is_what_the_equations_say():
    parameters = parameters_of(1)
    W1, b1, W2, b2 = (p.tolist() for p in parameters)
    pixels = IMAGES[0].ravel().tolist()
    x = [pixel / 255 for pixel in pixels]
    h = [math.fsum(x[i] * W1[i][j] for i in range(784)) + b1[j] for j in range(16)]
    ha = [1 / (1 + math.exp(-value)) for value in h]
    y = [math.fsum(ha[i] * W2[i][j] for i in range(16)) + b2[j] for j in range(10)]
    ya = [math.exp(value) / math.fsum(map(math.exp, y)) for value in y]
    found = forward_propagation(IMAGES[0], parameters)
    for values, expected in zip(found, (x, h, ha, y, ya), strict=True):
        np.testing.assert_allclose(values, expected, rtol=1e-13, atol=1e-14)


FORMS = {
    "image": lambda pixels: pixels,
    "row": lambda pixels: pixels.reshape(784),
    "batch of one": lambda pixels: pixels[None],
    "batch of one row": lambda pixels: pixels.reshape(1, 784),
    "list": lambda pixels: pixels.tolist(),
    "list of arrays": lambda pixels: [pixels],
    "tuple of a row": lambda pixels: tuple(pixels.ravel().tolist()),
    "column order": np.asfortranarray,
    "transposed twice": lambda pixels: pixels.T.copy().T,
    "every second": lambda pixels: np.repeat(np.repeat(pixels, 2, 0), 2, 1)[::2, ::2],
    "backwards": lambda pixels: pixels[::-1, ::-1].copy()[::-1, ::-1],
    "read-only": lambda pixels: np.frombuffer(pixels.tobytes(), pixels.dtype).reshape(28, 28),
}


@pytest.mark.parametrize("pixels", [IMAGES[0], IMAGES[0] / 255], ids=["levels", "fractions"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_an_image_gives_the_same_values(form, pixels):
    parameters, given = parameters_of(1), form(pixels)
    expected = forward_propagation(pixels, parameters)
    found = forward_propagation(given, parameters)
    batch = np.ndim(given) == 3 or np.shape(given) == (1, 784)
    assert [v.shape for v in found] == [(1, k) if batch else (k,) for k in (784, 16, 16, 10, 10)]
    np.testing.assert_array_equal(found[0].ravel(), expected[0])
    for values, reference in zip(found, expected, strict=True):
        np.testing.assert_allclose(values.ravel(), reference, rtol=0, atol=1e-14)
    assert np.ravel(predict(given, parameters)) == predict(pixels, parameters)


LEVELS = np.resize(np.arange(256), 784)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("pixel_type", ["u1", "i2", "i4", "i8", "u8", ">u2", ">i4", ">i8"])
def test_a_grey_level_is_exactly_the_float_of_its_255th_part(pixel_type, dtype):
    parameters = initialize(0, dtype=dtype)
    integers = forward_propagation(LEVELS.astype(pixel_type), parameters)
    floats = forward_propagation(LEVELS / 255, parameters)
    assert [v.dtype for v in integers] == [dtype] * 5
    for a, b in zip(integers, floats, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("pixel_type", ["f8", "f4", "f2", ">f8", ">f4", "g"])
def test_a_float_pixel_is_taken_as_it_is(pixel_type, dtype):
    pixels = (LEVELS / 255).astype(pixel_type)
    values = forward_propagation(pixels, initialize(0, dtype=dtype))
    assert [v.dtype for v in values] == [dtype] * 5
    np.testing.assert_array_equal(values[0], pixels.astype(dtype))


@pytest.mark.parametrize("hidden", [1, 5, 784])
def test_another_number_of_hidden_units_works(hidden):
    x, h, ha, y, ya = forward_propagation(IMAGES, parameters_of(4, hidden=hidden))
    assert h.shape == ha.shape == (5, hidden)
    assert y.shape == ya.shape == (5, 10)


# predict


def test_one_image_gives_an_int_and_a_batch_gives_an_array():
    parameters = parameters_of(5)
    alone, together = predict(IMAGES[0], parameters), predict(IMAGES, parameters)
    assert type(alone) is int
    assert together.shape == (5,)
    assert together.dtype.kind == "i"
    assert [predict(image, parameters) for image in IMAGES] == together.tolist()
    assert predict(IMAGES[:1], parameters).tolist() == [alone]


@pytest.mark.parametrize("count", [999, 1000, 1001, 2500])
def test_a_large_batch_is_predicted_in_order(count):
    images = np.random.default_rng(6).integers(0, 256, (count, 784), dtype=np.uint8)
    parameters = parameters_of(6)
    parameters.W1[:] *= 5  # so that the guesses differ
    expected = forward_propagation(images, parameters)[-1].argmax(axis=1)
    assert len(set(expected.tolist())) > 2
    np.testing.assert_array_equal(predict(images, parameters), expected)


def test_no_more_than_1000_images_are_floats_at_a_time(monkeypatch):
    seen, forward = [], network.forward
    monkeypatch.setattr(network, "forward", lambda x, p: seen.append(x) or forward(x, p))
    predict(np.zeros((3500, 784), np.uint8), parameters_of(7, np.float32, hidden=1))
    assert [len(x) for x in seen] == [1000, 1000, 1000, 500]
    assert {x.dtype.name for x in seen} == {"float32"}


@pytest.mark.parametrize("largest, guess", [(range(10), 0), ([3, 8], 3), ([9], 9)])
def test_of_equal_outputs_the_lowest_digit_is_taken(largest, guess):
    parameters = initialize(0)
    parameters.W2[:] = 0
    parameters.b2[list(largest)] = 1
    assert predict(IMAGES[0], parameters) == guess


# sigmoid and softmax


def exact_sigmoid(h):
    return 1 / (1 + math.exp(-h)) if h >= 0 else math.exp(h) / (1 + math.exp(h))


@pytest.mark.parametrize(
    "dtype, low, high, tolerance", [(np.float64, -700, 40, 1e-14), (np.float32, -87, 20, 1e-6)]
)
def test_sigmoid_is_right_to_the_last_digits(dtype, low, high, tolerance):
    h = np.linspace(low, high, 3001).astype(dtype)
    found = sigmoid(h)
    assert found.dtype == dtype
    expected = [exact_sigmoid(value) for value in h.tolist()]
    np.testing.assert_allclose(found.astype(np.float64), expected, rtol=tolerance, atol=0)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("far", [1e4, 1e30, np.inf])
def test_sigmoid_has_the_right_limits_without_a_warning(dtype, far):
    low, middle, high = sigmoid(np.array([-far, 0, far], dtype))
    assert 0 <= low < 1e-37
    assert (middle, high) == (0.5, 1)


@pytest.mark.parametrize(
    "h",
    [0, 3, -700, 2.5, True + 1, np.float64(-3), np.int8(-100), np.uint8(200), np.int32(-700)]
    + [[1, -2], (0.5,), np.array([[3, 255]], "u1"), np.array([-128, 127], "i1")]
    + [np.array(-500, "i2"), np.array([-500.0], "g"), np.array([-300.0], "f2")],
    ids=repr,
)
def test_sigmoid_takes_any_real_number(h):
    found = sigmoid(h)
    assert found.dtype == np.float64
    assert found.shape == np.shape(h)
    expected = [exact_sigmoid(float(value)) for value in np.ravel(h)]
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("h", [np.float32(2), np.array([2], ">f4")])
def test_float32_stays_float32_in_every_form(h):
    assert sigmoid(h).dtype == np.float32


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "y, limit",
    [
        ([1e4, -1e4, 0], [1, 0, 0]),
        ([-1e4, -1e4, -1e4], [1 / 3] * 3),
        ([1e4, 1e4, -1e4], [1 / 2, 1 / 2, 0]),
        ([-1e4, 0, 1e4], [0, 0, 1]),
        ([1e30, 0, -1e30], [1, 0, 0]),
    ],
)
def test_softmax_has_the_right_limits_without_a_warning(dtype, y, limit):
    found = softmax(np.array(y, dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found, limit, rtol=np.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("kind", [list, tuple, *(np.dtype(t).type for t in ("u1", "i1", "i8"))])
def test_softmax_takes_any_real_numbers(kind):
    y = [3, 5, 0, 127]
    given = kind(y) if kind in (list, tuple) else np.array(y, kind)
    total = math.fsum(math.exp(value - 127) for value in y)
    expected = [math.exp(value - 127) / total for value in y]
    np.testing.assert_allclose(softmax(given), expected, rtol=1e-14)
