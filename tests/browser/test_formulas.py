"""Formulas: there without a script, in every width, with number and name, in the order of reading.
"""

import re

import pytest

from conftest import ROOT
from shared import EQUATION_IN_BOOK, NOTEBOOKS, cells, text_of_the_book

WIDTHS = (320, 390, 1280)
# What of a formula is out of sight, for which its box would have to scroll; a pixel is rounding.
CUT = """all => all.filter(one => {
    const box = one.closest(".formula") ?? document.documentElement;
    const right = Math.max(...[one, ...one.querySelectorAll("*")].map(
        (part) => part.getBoundingClientRect().right));
    return right > box.getBoundingClientRect().right + 1;
}).map(one => one.closest(".math").dataset.tex)"""


@pytest.mark.parametrize("page", [path.stem for path in NOTEBOOKS])
def test_every_formula_is_there_without_a_script_and_whole(visit, page):
    tab = visit("file", page, java_script_enabled=False)
    assert tab.locator(".math").count() == tab.locator(".math:has(math)").count()
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.locator("math:visible").evaluate_all(CUT) == [], width
