"""The machine check of every equation of the book: the ledger page and the tests run them.

One module a chapter. A check is a function that computes both sides of its equation in two
independent ways and returns how far they are apart, relative to their size.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import numpy as np


class Check(NamedTuple):
    """One equation, how it is checked, how large an error may be, and the function that runs."""

    equation: str
    how: str
    tolerance: float
    error: Callable[[], float]


CHECKS: list[Check] = []


def check(equation, how, tolerance):
    """Registers the decorated function, which returns a relative error, as a check."""

    def register(function):
        CHECKS.append(Check(equation, how, tolerance, function))
        return function

    return register


def distance(found, expected):
    """The largest difference of two arrays, relative to the largest entry of the second.

    Raises ValueError where the shapes differ: broadcasting would hide a mistake.
    """
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        raise ValueError(f"expected the shape {expected.shape}; found {found.shape}")
    return float(np.max(np.abs(found - expected)) / max(np.max(np.abs(expected)), 1e-300))


def derivative(function, at, step=6e-6):
    """The derivative of a function of one array by central differences.

    For a function with values of shape (m,) and an array of shape (k,) the result is the Jacobian
    (m, k); for a function with a number as its value it has the shape of the array.
    """
    at = np.array(at, dtype=float)
    columns = []
    for i in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[i] += step
        down[i] -= step
        columns.append((np.asarray(function(up)) - np.asarray(function(down))) / (2 * step))
    result = np.stack(columns, axis=-1)
    return result.reshape(at.shape) if result.ndim == 1 else result


for chapter in (
    "digits", "forward", "loss", "backpropagation", "training", "more_testing", "inside",
):  # fmt: skip
    import_module(f"{__name__}.{chapter}")
