"""Every equation has a check and every check an equation; all hold, and wrong ones are rejected."""

import math
import re

import numpy as np
import pytest

from equations import CHECKS, distance
from shared import EQUATION_IN_BOOK, ROOT, cells, text_of_the_book

STEPS = "See CONTRIBUTING.md, An equation, with its check"


def test_every_equation_has_a_check_and_every_check_an_equation():
    in_book = {name for text in text_of_the_book() for name in EQUATION_IN_BOOK.findall(text)}
    checked = {check.equation for check in CHECKS}
    assert in_book - checked == set(), (
        f"book/equations/: expected a check of every equation; found none of {in_book - checked}. "
        f"{STEPS}, steps 3 and 4."
    )
    assert checked - in_book == set(), (
        f"book/: expected $$ (eq-name) below every equation that has a check; found none of "
        f"{checked - in_book}. {STEPS}, step 1."
    )


def test_the_checks_of_every_module_are_made():
    modules = {path.stem for path in (ROOT / "book" / "equations").glob("*.py")} - {"__init__"}
    made = {check.measure.__module__.removeprefix("equations.") for check in CHECKS}
    assert modules == made, (
        "book/equations/__init__.py: expected every module beside it in the list at its end, and a "
        f"check in each; found none of {sorted(modules - made)}. {STEPS}, step 4."
    )


def test_the_ledger_has_the_checks_as_they_are():
    [table] = [
        "".join(output["data"]["text/markdown"])
        for cell in cells(ROOT / "book" / "equation-ledger.ipynb", "code")
        for output in cell["outputs"] if "text/markdown" in output.get("data", {})
    ]  # fmt: skip
    stored = re.findall(r"`(eq-[\w-]+)` \| (.+?) \|", table)
    assert stored == [(check.equation, check.told()) for check in CHECKS], (
        "book/equation-ledger.ipynb: expected a row of each check; found others. Run it again. "
        f"{STEPS}, step 5."
    )


each_check = pytest.mark.parametrize(
    "check", CHECKS, ids=lambda check: f"{check.equation}: {check.how}"
)


@each_check
def test_equation_holds(check):
    error = check.error()
    assert math.isfinite(error)
    assert 0 <= error <= check.tolerance
    assert check.tolerance <= 1e-3, "a tolerance that nearly everything would pass"


@each_check
def test_wrong_variants_of_an_equation_are_rejected(check):
    accepted = [what for what, formula in check.wrong.items() if not check.rejects(formula)]
    assert accepted == [], (
        f"{check.equation}, {check.how}: expected an error above {100 * check.tolerance:.0e} of "
        f"each wrong variant; found less with {accepted}. {STEPS}, step 3."
    )


def test_distance_refuses_what_broadcasting_would_hide():
    with pytest.raises(ValueError, match="expected the shape"):
        distance(np.ones((16, 16)), np.ones((1, 16)))


def test_distance_of_nan_is_no_pass():
    assert not distance([np.nan], [1.0]) <= 1
