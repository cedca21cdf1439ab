"""The door: each kind of bad input is refused with what was expected, what was found and a hint."""

import inspect

import numpy as np
import pytest

import nnlib as nn
from nnlib import (
    Parameters,
    accuracy,
    cross_entropy,
    initialize,
    numerical_gradients,
    one_hot,
    predict,
    sigmoid,
    train,
)
from nnlib.checks import as_labels, as_logits, as_pairs, as_pixels, check_parameters
from shared import refused

PARAMETERS = initialize(0, hidden=2)
W1, b1, W2, b2 = PARAMETERS
IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 1, 4])


def cases(bad):
    """Parametrize a test over bad values, given as name: (value, error, fragment)."""
    return pytest.mark.parametrize("value, error, fragment", bad.values(), ids=bad)


def image(value, dtype=np.float64, shape=(28, 28)):
    """An image in the middle of its range but for one pixel."""
    pixels = np.full(shape, 100 if np.dtype(dtype).kind in "iu" else 0.5, dtype)
    pixels[..., -1] = value
    return pixels


MASKED = np.ma.masked_array(IMAGES, mask=IMAGES > 128)
BAD_SHAPES = [
    (), (783,), (785,), (27, 28), (784, 1), (1, 785), (28, 28, 1), (3, 1, 28, 28), (1, 1, 784),
]  # fmt: skip
BAD_IMAGES = {
    **{f"shape {s}": (np.zeros(s), ValueError, f"found shape {s}") for s in BAD_SHAPES},
    "number": (0.5, ValueError, "found shape ()"),
    "empty list": ([], ValueError, "found shape (0,)"),
    "no images": (IMAGES[:0], ValueError, "empty batch"),
    "no rows": (np.zeros((0, 784)), ValueError, "empty batch"),
    "nan": (image(np.nan), ValueError, "nan"),
    "nan in float32": (image(np.nan, "f4", 784), ValueError, "nan"),
    "nan in float16": (image(np.nan, "f2", 784), ValueError, "nan"),
    "nan in a batch": (image(np.nan, "f8", (3, 784)), ValueError, "nan"),
    "inf": (image(np.inf), ValueError, "to inf"),
    "-inf": (image(-np.inf, shape=(3, 28, 28)), ValueError, "from -inf"),
    "float below 0": (image(-1e-9), ValueError, "float pixels in 0..1"),
    "float above 1": (image(1.0000001), ValueError, "Divide grey levels by 255"),
    "float grey levels": (IMAGES.astype("f4"), ValueError, "Divide grey levels by 255"),
    "int8 below 0": (image(-1, "i1"), ValueError, "integer pixels in 0..255"),
    "int16 below 0": (image(-1, "i2"), ValueError, "found values from -1 to 100"),
    "int16 above 255": (image(256, "i2", (3, 784)), ValueError, "found values from 100 to 256"),
    "int64 below 0": (image(-1, "i8"), ValueError, "found values from -1 to 100"),
    "int64 above 255": (image(2**40, "i8"), ValueError, f"to {2**40}"),
    "uint64 above 255": (image(2**63, "u8"), ValueError, f"to {2**63}"),
    "big-endian below 0": (image(-1, ">i2"), ValueError, "found values from -1 to 100"),
    "big-endian above 255": (image(256, ">u2"), ValueError, "found values from 100 to 256"),
    "big-endian float": (image(2, ">f8"), ValueError, "to 2.0"),
    "list above 255": ((IMAGES.astype(int) + 200).tolist(), ValueError, "integer pixels"),
    "bool": (IMAGES > 128, TypeError, "found dtype bool"),
    "object": (IMAGES.astype(object), TypeError, "found dtype object"),
    "complex": (IMAGES / 255 + 0j, TypeError, "found dtype complex128"),
    "strings": (IMAGES.astype(str), TypeError, "found dtype <U3"),
    "text": ("seven", TypeError, "found dtype <U5"),
    "bytes": (bytes(784), TypeError, "found dtype |S784"),
    "time": (np.zeros((28, 28), "m8[s]"), TypeError, "found dtype timedelta64"),
    "dictionary": ({"image": 7}, TypeError, "found dtype object"),
    "None": (None, TypeError, "found dtype object"),
    "masked": (MASKED, TypeError, "mask would be lost"),
    "masked, no mask": (np.ma.masked_array(IMAGES), TypeError, "masked array"),
    "list of masked": (list(MASKED), TypeError, "mask would be lost"),
    "ragged": ([[0.5] * 784, [0.5] * 783], ValueError, "different lengths"),
    "two sizes": ([IMAGES[0], IMAGES[1, 1:]], ValueError, "different lengths"),
}


@cases(BAD_IMAGES)
def test_images_that_are_refused(value, error, fragment):
    refused(error, fragment, as_pixels, value)


@pytest.mark.parametrize("images", [np.asfortranarray(IMAGES.reshape(3, 784)), IMAGES[::2]])
def test_pixels_stand_image_after_image_in_memory(images):
    assert as_pixels(images).flags.c_contiguous


BAD_LABELS = {
    "-1": ([3, 1, -1], ValueError, "found -1"),
    "10": ([3, 1, 10], ValueError, "found 10"),
    "-1 in int8": (np.array([3, 1, -1], "i1"), ValueError, "found -1"),
    "10 in uint8": (np.array([3, 1, 10], "u1"), ValueError, "found 10"),
    "10 in big-endian": (np.array([3, 1, 10], ">i4"), ValueError, "found 10"),
    "beyond int64": (np.array([3, 1, 2**64 - 1], "u8"), ValueError, f"found {2**64 - 1}"),
    "float": ([3.0, 1.0, 4.0], TypeError, "found dtype float64"),
    "nan": ([3, 1, np.nan], TypeError, "found dtype float64"),
    "bool": ([True, False, True], TypeError, "found dtype bool"),
    "complex": (LABELS + 0j, TypeError, "found dtype complex128"),
    "object": (LABELS.astype(object), TypeError, "found dtype object"),
    "strings": (["3", "1", "4"], TypeError, "found dtype <U1"),
    "text": ("314", TypeError, "found dtype <U3"),
    "None": (None, TypeError, "found dtype object"),
    "masked": (np.ma.masked_array(LABELS, mask=[0, 1, 0]), TypeError, "mask would be lost"),
    "ragged": ([[3], [1, 4]], ValueError, "different lengths"),
    "one-hot integers": (np.eye(10, dtype=int)[LABELS], ValueError, "not one-hot"),
    "one-hot floats": (np.eye(10)[LABELS], TypeError, "integers in 0..9"),
    "column": (LABELS[:, None], ValueError, "labels.ravel()"),
    "row": (LABELS[None], ValueError, "found shape (1, 3)"),
    "empty": (LABELS[:0], ValueError, "found none"),
    "empty list": ([], TypeError, "integers in 0..9"),
    "scalar -1": (-1, ValueError, "found -1"),
}


@cases(BAD_LABELS)
def test_labels_that_are_refused(value, error, fragment):
    refused(error, fragment, as_labels, value)


UNPAIRED = {
    "too few": (IMAGES, LABELS[:2], "images: a batch of 3, labels: a batch of 2"),
    "too many": (IMAGES[:2], LABELS, "images: a batch of 2, labels: a batch of 3"),
    "batch of three, one label": (IMAGES, 3, "images: a batch of 3, labels: one alone"),
    "batch of one, one label": (IMAGES[:1], 3, "images: a batch of 1, labels: one alone"),
    "image, batch of one label": (IMAGES[0], [3], "images: one alone, labels: a batch of 1"),
    "image, a label for each row": (
        IMAGES[0], np.zeros(28, int), "images: one alone, labels: a batch of 28",
    ),
}  # fmt: skip


@pytest.mark.parametrize("images, labels, fragment", UNPAIRED.values(), ids=UNPAIRED)
def test_images_and_labels_that_do_not_pair_are_refused(images, labels, fragment):
    refused(ValueError, fragment, as_pairs, as_pixels(images), labels)


def filled(array, value):
    """The array with one of its numbers replaced."""
    array = array.copy()
    array.flat[-1] = value
    return array


def swap(**arrays):
    """The parameters with some of the arrays replaced."""
    return PARAMETERS._replace(**arrays)


BAD_PARAMETERS = {
    "None": (None, TypeError, "found NoneType"),
    "tuple": (tuple(PARAMETERS), TypeError, "found tuple"),
    "list": (list(PARAMETERS), TypeError, "found list"),
    "dictionary": (PARAMETERS._asdict(), TypeError, "found dict"),
    "W1 alone": (W1, TypeError, "found ndarray"),
    "list inside": (swap(b1=b1.tolist()), TypeError, "b1 list"),
    "number inside": (swap(b2=0.0), TypeError, "b2 float"),
    "None inside": (swap(W2=None), TypeError, "W2 NoneType"),
    "masked inside": (swap(b2=np.ma.masked_array(b2, mask=True)), TypeError, "b2 MaskedArray"),
    "lists only": (Parameters(*(p.tolist() for p in PARAMETERS)), TypeError, "W1 list"),
    "mixed": (swap(b1=b1.astype("f4")), TypeError, "b1 float32"),
    "W1 float32": (swap(W1=W1.astype("f4")), TypeError, "W1 float32, b1 float64"),
    **{
        str(np.dtype(dtype)): (
            Parameters(*(p.astype(dtype) for p in PARAMETERS)), TypeError, "all float64 or all"
        )
        for dtype in ("i8", "f2", ">f8", "c16", "?", "O")
    },
    "transposed W1": (swap(W1=W1.T), ValueError, "W1 (2, 784)"),
    "transposed W2": (swap(W2=W2.T), ValueError, "W2 (10, 2)"),
    "all transposed": (Parameters(*(p.T for p in PARAMETERS)), ValueError, "transposed"),
    "b1 column": (swap(b1=b1[:, None]), ValueError, "b1 (2, 1)"),
    "b1 row": (swap(b1=b1[None]), ValueError, "b1 (1, 2)"),
    "b1 of one": (swap(b1=b1[:1]), ValueError, "b1 (1,)"),
    "b2 of one": (swap(b2=b2[:1]), ValueError, "b2 (1,)"),
    "b2 row": (swap(b2=b2[None]), ValueError, "b2 (1, 10)"),
    "b1 0-d": (swap(b1=np.array(0.0)), ValueError, "b1 ()"),
    "W1 0-d": (swap(W1=np.array(0.0)), ValueError, "W1 ()"),
    "W1 scalar": (swap(W1=np.float64(0)), ValueError, "W1 ()"),
    "W1 flat": (swap(W1=W1.ravel()), ValueError, "W1 (1568,)"),
    "no hidden": (
        Parameters(W1[:, :0], b1[:0], W2[:0], b2), ValueError, "W1 (784, 0)"
    ),
    "b1 and b2 exchanged": (swap(b1=b2, b2=b1), ValueError, "b1 (10,)"),
    **{
        f"{value} in {name}": (
            swap(**{name: filled(getattr(PARAMETERS, name), value)}), ValueError, f"more in {name}"
        )
        for name, value in zip(
            ("W1", "b1", "W2", "b2", "W1"), (np.nan, np.inf, -np.inf, 1e30, -1e300)
        )
    },
}  # fmt: skip


@cases(BAD_PARAMETERS)
def test_parameters_that_are_refused(value, error, fragment):
    refused(error, fragment, check_parameters, value)


BAD_WHOLE = {
    "0": (0, ValueError, ">= 1; found 0"),
    "-1": (-1, ValueError, ">= 1; found -1"),
    "1.5": (1.5, TypeError, "found 1.5 (float)"),
    "2.0": (2.0, TypeError, "found 2.0 (float)"),
    "True": (True, TypeError, "found True (bool)"),
    "numpy's True": (np.True_, TypeError, "bool"),
    "text": ("3", TypeError, "found '3' (str)"),
    "None": (None, TypeError, "found None (NoneType)"),
    "nan": (np.nan, TypeError, "found nan (float)"),
    "list": ([3], TypeError, "found [3] (list)"),
    "array": (np.array([3]), TypeError, "found array([3]) (ndarray)"),
    "array of floats": (np.array([1.5]), TypeError, "(ndarray)"),
    "complex": (3 + 0j, TypeError, "(complex)"),
}
BAD_RATES = {
    "0": (0, ValueError, "> 0 and finite"),
    "-0.1": (-0.1, ValueError, "found -0.1"),
    "nan": (np.nan, ValueError, "found nan"),
    "inf": (np.inf, ValueError, "found inf"),
    "-inf": (-np.inf, ValueError, "found -inf"),
    "beyond floats": (10**400, ValueError, "found inf"),
    "None": (None, TypeError, "found None"),
    "text": ("a", TypeError, "found 'a'"),
    "number as text": ("0.5", TypeError, "found '0.5'"),
    "numpy text": (np.str_("0.5"), TypeError, "0.5"),
    "numpy bytes": (np.bytes_(b"0.5"), TypeError, "0.5"),
    "True": (True, TypeError, "found True"),
    "numpy's True": (np.True_, TypeError, "True"),
    "complex": (0.5j, TypeError, "found 0.5j"),
    "numpy complex": (np.complex128(0.5), TypeError, "complex128"),
    "list": ([0.5], TypeError, "found [0.5]"),
    "array": (np.array([0.5]), TypeError, "found array([0.5])"),
    "two": (np.array([0.5, 0.1]), TypeError, "found array([0.5, 0.1])"),
}
BAD_SEEDS = {
    "None": (None, TypeError, "so that the run can be repeated"),
    "-1": (-1, ValueError, "seed >= 0; found -1"),
    "1.5": (1.5, TypeError, "found 1.5 (float)"),
    "True": (True, TypeError, "found True (bool)"),
    "text": ("0", TypeError, "found '0' (str)"),
    "list": ([1, 2], TypeError, "found [1, 2] (list)"),
    "array": (np.array([1, 2]), TypeError, "(ndarray)"),
    "RandomState": (np.random.RandomState(0), TypeError, "(RandomState)"),
}


@pytest.mark.parametrize("name, value, error, fragment", [
    pytest.param(name, *bad, id=f"{name} {case}")
    for name, group in (("epochs", BAD_WHOLE), ("rate", BAD_RATES), ("seed", BAD_SEEDS))
    for case, bad in group.items()
])  # fmt: skip
def test_settings_that_are_refused(name, value, error, fragment):
    refused(error, fragment, train, IMAGES, LABELS, PARAMETERS, **{"seed": 0, name: value})


@pytest.mark.parametrize("dtype", [int, np.float16, ">f8", str])
def test_initialize_refuses_other_types(dtype):
    refused(TypeError, "all float64 or all float32", initialize, 0, dtype=dtype)


@pytest.mark.parametrize("dtype, rate", [("f8", 1e40), ("f8", 1e308), ("f4", 1e300)])
@pytest.mark.parametrize("epochs", [1, 3])
def test_a_rate_that_makes_parameters_overflow_is_refused(dtype, rate, epochs):
    parameters = Parameters(*(p.astype(dtype) for p in PARAMETERS))
    refused(
        ValueError, "lower its rate",
        train, IMAGES, LABELS, parameters, seed=0, epochs=epochs, rate=rate, batch_size=1,
    )  # fmt: skip
    for before, after in zip(PARAMETERS, parameters, strict=True):
        np.testing.assert_array_equal(after, before.astype(dtype))


BAD_OUTPUTS = {
    **{
        f"shape {s}": (np.zeros(s), ValueError, f"found shape {s}")
        for s in [(), (9,), (10, 3), (0, 10), (1, 3, 10)]
    },
    "nan": (filled(np.zeros((3, 10)), np.nan), ValueError, "found NaN"),
    "inf": (filled(np.zeros((3, 10)), np.inf), ValueError, "infinity"),
    "-inf": (filled(np.zeros((3, 10), "f4"), -np.inf), ValueError, "infinity"),
    "1e300": (filled(np.zeros((3, 10)), 1e300), ValueError, "below 1e300"),
    "differences overflow": (filled(np.zeros((3, 10)), 1.5e308), ValueError, "below 1e300"),
    "bool": (np.zeros((3, 10), bool), TypeError, "found dtype bool"),
    "complex": (np.zeros((3, 10), complex), TypeError, "found dtype complex128"),
    "object": (np.zeros((3, 10), object), TypeError, "found dtype object"),
    "strings": (np.zeros((3, 10), str), TypeError, "found dtype <U1"),
    "masked": (np.ma.masked_array(np.zeros((3, 10))), TypeError, "mask would be lost"),
    "ragged": ([[0.0] * 10, [0.0] * 9], ValueError, "different lengths"),
    "None": (None, TypeError, "found dtype object"),
}


@cases(BAD_OUTPUTS)
def test_outputs_that_are_refused(value, error, fragment):
    refused(error, fragment, as_logits, value)


# A good value of each argument and a bad one, which whoever takes an argument of this name refuses.
ARGUMENTS = {
    "image": (IMAGES, np.zeros(9), ValueError, "found shape (9,)"),
    "images": (IMAGES, np.zeros(9), ValueError, "found shape (9,)"),
    "label": (LABELS, LABELS[:2], ValueError, "labels: a batch of 2"),
    "labels": (LABELS, [3, 1, 10], ValueError, "found 10"),
    "parameters": (PARAMETERS, tuple(PARAMETERS), TypeError, "found tuple"),
    "h": (0.0, "1", TypeError, "integers or floats"),
    "y": (np.zeros((3, 10)), np.zeros((3, 10), complex), TypeError, "found dtype complex128"),
    "seed": (0, -1, ValueError, "seed >= 0; found -1"),
    "hidden": (2, 0, ValueError, "hidden >= 1; found 0"),
    "epochs": (1, 0, ValueError, "epochs >= 1; found 0"),
    "batch_size": (1, 0, ValueError, "batch_size >= 1; found 0"),
    "rate": (0.5, 0, ValueError, "rate > 0 and finite; found 0.0"),
    "final_rate": (0, -0.1, ValueError, "final_rate >= 0 and finite; found -0.1"),
    "step": (1e-5, 0, ValueError, "step > 0 and finite; found 0.0"),
    "path": ("p.npz", "p.npy", ValueError, "ending in .npz; found p.npy"),
}


def arguments_of(function):
    """Those that the door is for; of a dtype and a folder others complain."""
    return inspect.signature(function).parameters.keys() - {"dtype", "folder"}


@pytest.mark.parametrize("function, argument", [
    pytest.param(function, argument, id=f"{function.__name__} {argument}")
    for function in filter(inspect.isfunction, map(nn.__dict__.get, nn.__all__))
    for argument in sorted(arguments_of(function))
])  # fmt: skip
def test_every_function_has_the_door(function, argument):
    given = {name: ARGUMENTS[name][0] for name in arguments_of(function)}
    _, bad, error, fragment = ARGUMENTS[argument]
    refused(error, fragment, function, **given | {argument: bad})


# The whole of each message, once


def message_of(call, *arguments, **settings):
    with pytest.raises((ValueError, TypeError)) as caught:
        call(*arguments, **settings)
    return str(caught.value)


@pytest.mark.parametrize(
    "call, what, expected",
    [
        (lambda v: predict(v, PARAMETERS), "pixels", "integers in 0..255 or floats in [0, 1]"),
        (one_hot, "labels", "integers in 0..9"),
        (lambda v: cross_entropy(v, LABELS), "outputs", "floats"),
        (sigmoid, "values", "integers or floats"),
    ],
)
def test_what_is_said_where_there_are_no_numbers(call, what, expected):
    assert message_of(call, np.ma.masked_array([1, 2])) == (
        f"expected {what} that are {expected}; found a masked array, whose mask would be lost. "
        "Call .filled(0), or select what is not masked."
    )
    assert message_of(call, [1j]) == (
        f"expected {what} that are {expected}; found dtype complex128. "
        "Convert them on purpose, for example with .astype(int)."
    )
    assert message_of(call, [[1], [2, 3]]) == (
        f"expected {what} that form a regular array; found rows of different lengths. "
        "Make all images the same size."
    )


def options(**settings):
    return lambda: train(IMAGES, LABELS, PARAMETERS, **{"seed": 0} | settings)


WHOLE_MESSAGES = {
    "shape of images": (
        lambda: predict(np.zeros(9), PARAMETERS),
        "expected one image of shape (28, 28) or (784,), or a batch of shape (n, 28, 28) or "
        "(n, 784); found shape (9,). Reshape it so that each image is 28 x 28.",
    ),
    "no image": (
        lambda: predict(IMAGES[:0], PARAMETERS),
        "expected at least one image; found an empty batch. Check the selection.",
    ),
    "integer pixels": (
        lambda: predict(image(256, "i2"), PARAMETERS),
        "expected integer pixels in 0..255; found values from 100 to 256. "
        "Grey levels run from 0 (background) to 255 (ink).",
    ),
    "float pixels": (
        lambda: predict(image(-1.5), PARAMETERS),
        "expected float pixels in 0..1; found values from -1.5 to 0.5. "
        "Divide grey levels by 255; remove NaN and infinity.",
    ),
    "shape of labels": (
        lambda: one_hot([[3]]),
        "expected one label, or a batch of labels of shape (n,); found shape (1, 1). Give the "
        "digits themselves, not one-hot rows; flatten a column with labels.ravel().",
    ),
    "label": (
        lambda: one_hot([3, 10, -1]),
        "expected labels in 0..9; found 10. A label is the digit on its image.",
    ),
    "no label": (
        lambda: one_hot(LABELS[:0]),
        "expected at least one label; found none. Check the selection.",
    ),
    "pairs": (
        lambda: accuracy(IMAGES, 3, PARAMETERS),
        "expected one label for each image; found images: a batch of 3, labels: one alone. "
        "Select both with the same indices.",
    ),
    "shape of outputs": (
        lambda: cross_entropy(np.zeros(9), 3),
        "expected outputs of shape (10,) or (n, 10) with n >= 1; found shape (9,). "
        "Give y as forward_propagation returns it.",
    ),
    "outputs": (
        lambda: cross_entropy(np.full(10, np.nan), 3),
        "expected finite outputs below 1e300; found NaN, infinity or a larger number. "
        "Check the parameters they came from.",
    ),
    "no parameters": (
        lambda: predict(IMAGES, 3),
        "expected Parameters(W1, b1, W2, b2); found int. "
        "Make them with initialize, train or load_parameters.",
    ),
    "types of parameters": (
        lambda: predict(IMAGES, swap(b1=[0.0, 0.0])),
        "expected four arrays, all float64 or all float32; found W1 float64, b1 list, W2 float64, "
        "b2 float64. Convert them with astype.",
    ),
    "shapes of parameters": (
        lambda: predict(IMAGES, swap(W2=W2.T)),
        "expected the shapes W1 (784, hidden), b1 (hidden,), W2 (hidden, 10), b2 (10,); found "
        "W1 (784, 2), b1 (2,), W2 (10, 2), b2 (10,). Check that no array was transposed or "
        "reshaped.",
    ),
    "values of parameters": (
        lambda: predict(IMAGES, swap(b2=filled(b2, np.inf))),
        "expected finite parameters below 1e30; found NaN, infinity or more in b2. "
        "If training made them, lower its rate.",
    ),
    "type of hidden": (
        lambda: initialize(0, hidden=2.5),
        "expected hidden to be a whole number; found 2.5 (float). Give an integer, 1 or more.",
    ),
    "type of epochs": (
        options(epochs="3"),
        "expected epochs to be a whole number; found '3' (str). Give an integer, 1 or more.",
    ),
    "batch_size": (
        options(batch_size=0), "expected batch_size >= 1; found 0. Give a larger number.",
    ),
    "type of rate": (
        options(rate="0.1"), "expected rate to be a number; found '0.1'. Try 0.5.",
    ),
    "rate": (options(rate=0), "expected rate > 0 and finite; found 0.0. Try 0.5."),
    "final_rate": (
        options(final_rate=-1), "expected final_rate >= 0 and finite; found -1.0. Try 0.",
    ),
    "step": (
        lambda: numerical_gradients(IMAGES, LABELS, PARAMETERS, step=np.inf),
        "expected step > 0 and finite; found inf. Try 6e-06.",
    ),
    "no seed": (
        options(seed=None),
        "expected a seed; found None. Give a whole number or np.random.default_rng(number), "
        "so that the run can be repeated.",
    ),
    "seed": (options(seed=-1), "expected seed >= 0; found -1. Give a larger number."),
    "type of seed": (
        options(seed=0.5),
        "expected seed to be a whole number; found 0.5 (float). Give an integer, 0 or more.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("call, message", WHOLE_MESSAGES.values(), ids=WHOLE_MESSAGES)
def test_a_message_says_what_was_expected_what_was_found_and_what_to_do(call, message):
    assert message_of(call) == message
