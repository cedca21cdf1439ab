"""Every equation has a check and every check an equation; all hold, and wrong ones are rejected."""

import math

import numpy as np
import pytest

from equations import CHECKS, backpropagation, distance
from shared import EQUATION_IN_BOOK, text_of_the_book


def test_every_equation_has_a_check_and_every_check_an_equation():
    in_book = {name for text in text_of_the_book() for name in EQUATION_IN_BOOK.findall(text)}
    checked = {check.equation for check in CHECKS}
    assert in_book - checked == set(), "equations without a check in book/equations/"
    assert checked - in_book == set(), "checks of equations that no page displays"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.equation}: {check.how}")
def test_equation_holds(check):
    error = check.error()
    assert math.isfinite(error)
    assert 0 <= error <= check.tolerance
    assert check.tolerance <= 1e-3, "a tolerance that nearly everything would pass"


def test_distance_refuses_what_broadcasting_would_hide():
    with pytest.raises(ValueError, match="expected the shape"):
        distance(np.ones((16, 16)), np.ones((1, 16)))


def test_distance_of_nan_is_no_pass():
    assert not distance([np.nan], [1.0]) <= 1


def test_the_softmax_derivative_of_the_original_notebook_is_rejected():
    """Its equation (7) lacks the minus sign where the output is not that of the label."""
    error = backpropagation.jacobian_error
    assert error(backpropagation.softmax_jacobian_row) < 1e-8
    assert error(backpropagation.printed_softmax_jacobian_row) > 0.1


@pytest.mark.parametrize("n", [1, 16])
def test_the_hidden_gradient_of_the_original_notebook_is_rejected(n):
    """Its equation (17) has a column where the others have rows: numpy makes 16 x 16 of them."""
    error = backpropagation.db1_error
    assert error(backpropagation.rows_of_db1, n=n) < 1e-7
    assert error(backpropagation.printed_db1, n=n) > 0.1
