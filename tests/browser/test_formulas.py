"""Formulas: there without a script, and whole in every width."""

import pytest

from conftest import wider_than_the_screen
from shared import NOTEBOOKS

# Displays, parts of which can only be seen when their box is scrolled; a pixel is rounding.
CUT = """all => all.filter(one => {
    const right = Math.max(...[one, ...one.querySelectorAll("*")].map(
        (part) => part.getBoundingClientRect().right));
    return right > one.parentElement.getBoundingClientRect().right + 1;
}).map(one => one.closest(".math").dataset.tex)"""


@pytest.mark.parametrize("page", [path.stem for path in NOTEBOOKS])
def test_every_formula_is_there_without_a_script_and_whole(visit, page):
    tab = visit("file", page, java_script_enabled=False)
    assert tab.locator(".math").count() == tab.locator(".math:has(math)").count()
    for width in (320, 390, 800, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.locator(".formula math:visible").evaluate_all(CUT) == [], width
        assert [part for part in wider_than_the_screen(tab) if part.startswith("<math")] == []
