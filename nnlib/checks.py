"""The door: what comes in is checked here, so that the mathematics can be only mathematics.

Every check returns its argument in the one form that the core works on, or raises an error that
says what was expected, what was found and what to do. `forward` and `backward`, behind it, check
nothing again, but for `as_floats`: sigmoid and softmax are called from outside too.
"""

import math
import numbers
import os
from pathlib import Path

import numpy as np

PIXELS = 784
DIGITS = 10


def as_pixels(images):
    """The pixels as rows: (784,) for one image, (n, 784) for a batch; still integers or floats.

    Takes (28, 28), (784,), (n, 28, 28) or (n, 784): integers in 0..255 or floats in [0, 1].
    Raises TypeError for any other kind of number and ValueError for any other shape or value.
    """
    pixels = as_numbers(images, "pixels", "iuf", "integers in 0..255 or floats in [0, 1]")
    if pixels.shape in ((28, 28), (PIXELS,)):
        pixels = pixels.reshape(PIXELS)
    elif pixels.shape[1:] in ((28, 28), (PIXELS,)):
        pixels = pixels.reshape(len(pixels), PIXELS)
    else:
        raise ValueError(
            "expected one image of shape (28, 28) or (784,), or a batch of shape (n, 28, 28) or "
            f"(n, 784); found shape {pixels.shape}. Reshape it so that each image is 28 x 28."
        )
    if pixels.size == 0:
        raise ValueError("expected at least one image; found an empty batch. Check the selection.")
    if pixels.dtype != np.uint8:  # which cannot be out of range
        check_range(pixels)
    # Image after image in memory: training gathers rows, which is thirty times slower where the
    # pixels of one place lie together.
    return np.ascontiguousarray(pixels)


def as_labels(labels):
    """The labels as intp, numpy's type of an index: () for one label, (n,) for a batch.

    Raises TypeError for anything but integers, ValueError for any outside 0..9 or another shape.
    """
    labels = as_numbers(labels, "labels", "iu", "integers in 0..9")
    if labels.ndim > 1:
        raise ValueError(
            f"expected one label, or a batch of labels of shape (n,); found shape {labels.shape}. "
            "Give the digits themselves, not one-hot rows; flatten a column with labels.ravel()."
        )
    wrong = labels[(labels < 0) | (labels >= DIGITS)]
    if wrong.size:
        raise ValueError(
            f"expected labels in 0..9; found {wrong[0]}. A label is the digit on its image."
        )
    if labels.size == 0:
        raise ValueError("expected at least one label; found none. Check the selection.")
    return labels.astype(np.intp)


def as_pairs(rows, labels):
    """Checked rows (n, ...) and their labels (n,), also where one row and one label came alone.

    Raises what `as_labels` raises, and ValueError where the numbers of the two differ.
    """
    labels = as_labels(labels)
    if rows.shape[:-1] != labels.shape:
        counts = rows.shape[:-1], labels.shape
        found = [f"a batch of {count[0]}" if count else "one alone" for count in counts]
        raise ValueError(
            f"expected one label for each image; found images: {found[0]}, labels: {found[1]}. "
            "Select both with the same indices."
        )
    return np.atleast_2d(rows), np.atleast_1d(labels)


def as_logits(y):
    """Outputs before softmax as float64, of shape (10,) or (n, 10), finite and below 1e300.

    Raises TypeError for any other kind of number and ValueError for any other shape or value.
    """
    y = as_numbers(y, "outputs", "iuf", "floats")
    if y.ndim not in (1, 2) or y.shape[-1] != DIGITS or y.size == 0:
        raise ValueError(
            f"expected outputs of shape (10,) or (n, 10) with n >= 1; found shape {y.shape}. "
            "Give y as forward_propagation returns it."
        )
    y = y.astype(np.float64)
    if not (np.abs(y) < 1e300).all():  # so that their differences are finite too
        raise ValueError(
            "expected finite outputs below 1e300; found NaN, infinity or a larger number. "
            "Check the parameters they came from."
        )
    return y


def as_floats(values):
    """The values as float32 where that is their type, else as float64; TypeError if not numbers."""
    if type(values) is np.ndarray and values.dtype.char in "fd":  # training comes here all the time
        return values
    values = as_numbers(values, "values", "iuf", "integers or floats")
    return values if values.dtype == np.float32 else values.astype(np.float64)


def check_parameters(parameters):
    """The parameters themselves, once their types, shapes and values have been found right.

    Raises TypeError where they are not four floating arrays of one type, and ValueError where
    the shapes do not fit together or a value is not finite and below 1e30.
    """
    names = ("W1", "b1", "W2", "b2")
    if getattr(parameters, "_fields", None) != names:
        raise TypeError(
            f"expected Parameters(W1, b1, W2, b2); found {type(parameters).__name__}. "
            "Make them with initialize, train or load_parameters."
        )
    # Only plain arrays: masked ones and np.matrix compute otherwise.
    dtypes = [str(p.dtype) if type(p) is np.ndarray else type(p).__name__ for p in parameters]
    if dtypes[0] not in ("float32", "float64") or dtypes.count(dtypes[0]) != 4:
        found = ", ".join(f"{name} {dtype}" for name, dtype in zip(names, dtypes))
        raise TypeError(
            "expected four arrays, all float64 or all float32; "
            f"found {found}. Convert them with astype."
        )
    hidden = parameters.W1.shape[-1:] or (0,)
    expected = ((PIXELS, *hidden), hidden, (*hidden, DIGITS), (DIGITS,))
    shapes = tuple(p.shape for p in parameters)
    if shapes != expected or hidden == (0,):
        found = ", ".join(f"{name} {shape}" for name, shape in zip(names, shapes))
        raise ValueError(
            "expected the shapes W1 (784, hidden), b1 (hidden,), W2 (hidden, 10), b2 (10,); "
            f"found {found}. Check that no array was transposed or reshaped."
        )
    for name, p in zip(names, parameters):
        if not (np.abs(p) < 1e30).all():  # so that no sum over them can overflow, in float32 too
            raise ValueError(
                f"expected finite parameters below 1e30; found NaN, infinity or more in {name}. "
                "If training made them, lower its rate."
            )
    return parameters


def as_whole(value, name, least):
    """The value as an int no smaller than `least`; TypeError or ValueError where it is not one."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(
            f"expected {name} to be a whole number; found {value!r} ({type(value).__name__}). "
            f"Give an integer, {least} or more."
        )
    value = int(value)
    if value < least:
        raise ValueError(f"expected {name} >= {least}; found {value}. Give a larger number.")
    return value


def as_positive(value, name, example, zero=False):
    """The value as a float, finite and positive, or 0 where `zero` says so.

    Raises TypeError or ValueError where it is not, and advises the example.
    """
    advice = f"Try {example:.1g}."
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"expected {name} to be a number; found {value!r}. {advice}")
    try:
        value = float(value)
    except OverflowError:  # of an integer beyond 1e308
        value = math.inf
    if not (math.isfinite(value) and (value > 0 or (zero and value == 0))):
        bound = ">= 0" if zero else "> 0"
        raise ValueError(f"expected {name} {bound} and finite; found {value}. {advice}")
    return value


def as_path(path):
    """The Path that a person means: ~ is the home folder. TypeError where it is no path."""
    return Path(os.path.expanduser(path))  # Path.expanduser raises an error for a name such as ~a


def as_generator(seed):
    """A numpy Generator from a whole number, or the Generator that was given.

    Raises TypeError for anything else, None included: unseeded runs cannot be repeated.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        raise TypeError(
            "expected a seed; found None. Give a whole number or np.random.default_rng(number), "
            "so that the run can be repeated."
        )
    return np.random.default_rng(as_whole(seed, "seed", 0))


def check_range(pixels):
    lowest, highest = pixels.min(), pixels.max()
    if pixels.dtype.kind == "f":
        kind, top, advice = "float", 1, "Divide grey levels by 255; remove NaN and infinity."
    else:
        kind, top, advice = "integer", 255, "Grey levels run from 0 (background) to 255 (ink)."
    if not (lowest >= 0 and highest <= top):  # in this form NaN fails too
        raise ValueError(
            f"expected {kind} pixels in 0..{top}; found values from {lowest} to {highest}. {advice}"
        )


def as_numbers(values, what, kinds, expected):
    parts = [values, *values] if isinstance(values, (list, tuple)) else [values]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise TypeError(
            f"expected {what} that are {expected}; found a masked array, whose mask would be lost. "
            "Call .filled(0), or select what is not masked."
        )
    try:
        values = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"expected {what} that form a regular array; found rows of different lengths. "
            "Make all images the same size."
        ) from error
    if values.dtype.kind not in kinds:
        raise TypeError(
            f"expected {what} that are {expected}; found dtype {values.dtype}. "
            "Convert them on purpose, for example with .astype(int)."
        )
    return values
