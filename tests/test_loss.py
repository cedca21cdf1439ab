"""Cross entropy against 400 digits of decimal arithmetic, and the one-hot targets."""

import math
from decimal import Decimal, localcontext
from itertools import product

import numpy as np
import pytest

from nnlib import cross_entropy, one_hot
from shared import FLOATS


def exact_loss(y, label):
    """log(sum of exp(y_i)) - y_label, with digits enough for 1 + exp(-700)."""
    with localcontext() as context:
        context.prec = 400
        y = [Decimal(float(value)) for value in y]
        return float(sum((value - max(y)).exp() for value in y).ln() + max(y) - y[label])


ZEROS = [0.0] * 9
OUTPUTS = {
    "ordinary": np.random.default_rng(1).standard_normal(10),
    "wide": np.random.default_rng(2).standard_normal(10) * 30,
    "wider": np.random.default_rng(3).standard_normal(10) * 300,
    "all zero": [0.0, *ZEROS],
    "all alike": [1.7] * 10,
    "1e4 and -1e4": [1e4, -1e4] * 5,
    "one of 1e4": [1e4, *[-1e4] * 9],
    "all of -1e4": [-1e4] * 10,
    "1e30": [1e30, *ZEROS],
    "nearly sure": [20.0, *ZEROS],
    "very sure": [40.0, *ZEROS],
    "surer than the machine epsilon": [100.0, *ZEROS],
    "nearly underflowing": [700.0, *ZEROS],
    "sure, high up": [5040.0, *[5000.0] * 9],
    "tie of two": [2.0, 2.0, *ZEROS[1:]],
    "tie of two, far ahead": [60.0, 60.0, *ZEROS[1:]],
    "tie but for one digit": [1.0, 1.0 - 2**-20, *ZEROS[1:]],
}


EPSILON = np.finfo(float).eps  # the distance of 1 and the next number


@pytest.mark.parametrize("y", OUTPUTS.values(), ids=OUTPUTS)
def test_cross_entropy_is_right_to_the_last_digits_of_a_sum_between_1_and_10(y):
    for dtype, label in product(FLOATS, [0, 1, 9]):
        found = cross_entropy(np.array(y, dtype), label)
        assert type(found) is float
        expected = exact_loss(np.array(y, dtype), label)
        assert found == pytest.approx(expected, rel=4 * EPSILON, abs=4 * EPSILON)


def test_a_loss_below_half_the_distance_of_1_and_the_next_number_becomes_0():
    limit = -math.log(EPSILON / 2)  # one rival so far behind adds just that half to the 1
    for ahead, expected in ((limit + 0.01, 0), (limit - 0.01, EPSILON)):
        found = cross_entropy(np.array([ahead, 0, *[-1000] * 8]), 0)
        assert found == pytest.approx(expected, rel=1e-15, abs=0)


def test_a_network_that_knows_nothing_loses_log_10():
    assert cross_entropy(np.zeros(10), 3) == pytest.approx(math.log(10), rel=1e-15)
    assert cross_entropy(np.zeros((4, 10)), [0, 1, 2, 9]) == pytest.approx(math.log(10), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_loss_of_the_largest_outputs_of_a_type_is_finite(dtype):
    largest = min(float(np.finfo(dtype).max), 9e299)
    y = np.zeros(10, dtype)
    y[:2] = largest, -largest
    assert cross_entropy(y, 0) == 0
    assert cross_entropy(y, 1) == pytest.approx(2 * float(y[0]), rel=1e-15)
    assert cross_entropy(np.stack([y, y]), [1, 1]) == pytest.approx(2 * float(y[0]), rel=1e-15)


@pytest.mark.parametrize("integer", [np.uint8, np.int8, np.int64, ">i2"])
def test_outputs_may_be_integers(integer):
    y = [3, 5, 0, 127, 1, 2, 3, 4, 5, 6]
    assert cross_entropy(np.array(y, integer), 1) == pytest.approx(exact_loss(y, 1), rel=1e-14)


@pytest.mark.parametrize(
    "labels",
    [[3, 1, 4, 1], (0, 9), [7], *(np.array([0, 5, 9], t) for t in ("u1", "i1", ">i4", "u8"))]
    + [np.arange(20)[::-2] // 2],
    ids=repr,
)
@pytest.mark.parametrize("dtype", FLOATS)
def test_one_hot_has_a_single_1_in_each_row_at_the_label(labels, dtype):
    t = one_hot(labels, dtype)
    assert t.shape == (len(labels), 10)
    assert t.dtype == dtype
    assert t.tolist() == [[float(digit == label) for digit in range(10)] for label in labels]


@pytest.mark.parametrize("label", [0, 9, np.uint8(4), np.array(4)])
def test_one_hot_of_one_label_is_one_row(label):
    t = one_hot(label)
    assert t.dtype == np.float64
    assert t.tolist() == [float(digit == label) for digit in range(10)]
