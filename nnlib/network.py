"""The network: 784 pixels become 16 hidden values, and these become 10 outputs."""

from typing import NamedTuple

import numpy as np

from nnlib.checks import (
    DIGITS,
    PIXELS,
    as_floats,
    as_generator,
    as_pixels,
    as_whole,
    check_parameters,
)


class Parameters(NamedTuple):
    """Everything that training may change: 12,730 numbers. A gradient is of the same type."""

    W1: np.ndarray  #: (784, 16)
    b1: np.ndarray  #: (16,)
    W2: np.ndarray  #: (16, 10)
    b2: np.ndarray  #: (10,)


def initialize(seed, hidden=16, dtype=np.float64):
    """Parameters of an untrained network: small random weights, biases of zero.

    A weight is normal with standard deviation 1/sqrt(fan-in), so that what reaches a unit does
    not grow with the number of its inputs (LeCun et al., Efficient BackProp, 1998). The same
    seed, a whole number or a Generator, gives the same weights. dtype is float64 or float32.
    """
    rng, hidden = as_generator(seed), as_whole(hidden, "hidden", 1)
    W1 = rng.standard_normal((PIXELS, hidden)) / np.sqrt(PIXELS)
    W2 = rng.standard_normal((hidden, DIGITS)) / np.sqrt(hidden)
    arrays = W1, np.zeros(hidden), W2, np.zeros(DIGITS)
    return check_parameters(Parameters(*(p.astype(dtype) for p in arrays)))


def forward_propagation(image, parameters):
    """All the values on the way through the network: x, h, ha, y, ya.

    One image (28, 28) or (784,) gives x (784,), h and ha (16,), y and ya (10,); a batch
    (n, 28, 28) or (n, 784) gives them with n rows; their dtype is that of the parameters.
    Pixels are integers in 0..255 or floats in [0, 1]; others raise TypeError or ValueError.
    """
    check_parameters(parameters)
    return forward(scale(as_pixels(image), parameters.W1.dtype), parameters)


def forward(x, parameters):
    """x, h, ha, y, ya for rows x that are scaled already: the bare equations."""
    W1, b1, W2, b2 = parameters
    h  = x @ W1 + b1   # eq-h
    ha = sigmoid(h)    # eq-ha
    y  = ha @ W2 + b2  # eq-y
    ya = softmax(y)    # eq-ya
    return x, h, ha, y, ya


def scale(pixels, dtype):
    """x in [0, 1]: integer pixels divided by 255, float pixels as they are."""
    if pixels.dtype.kind == "f":
        return pixels.astype(dtype)
    return np.divide(pixels, 255, dtype=dtype)  # eq-x


def sigmoid(h):
    """1 / (1 + exp(-h)), entry by entry: any number becomes one between 0 and 1."""
    h = as_floats(h)
    lowest = -709 if h.itemsize == 8 else -88  # below it exp(-h) would overflow
    return 1 / (1 + np.exp(-np.maximum(h, lowest)))


def softmax(y):
    """exp(y) over its sum along the last axis: positive numbers that add up to 1.

    The largest y is subtracted first, lest exp overflow: the quotient is the same.
    """
    y = as_floats(y)
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def predict(image, parameters):
    """The guessed digit, the one with the largest ya: an int, or (n,) of them for a batch.

    Of equal outputs the lowest digit is taken. Input and errors are forward_propagation's.
    """
    pixels, dtype = as_pixels(image), check_parameters(parameters).W1.dtype
    rows = pixels.reshape(-1, PIXELS)
    parts = np.split(rows, range(1000, len(rows), 1000))  # all of MNIST as floats is 376 MB
    ya = np.concatenate([forward(scale(part, dtype), parameters)[-1] for part in parts])
    return ya.argmax(axis=-1) if pixels.ndim == 2 else int(ya.argmax())
