"""The first page: draw, be answered, see the answer explained, or start to read."""

import numpy as np
import pytest

from nnlib.widgets import DrawingPad
from nnlib.widgets.figure import as_text

SEVEN = [(20, 25), (20, 70), (55, 50), (85, 40)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = PHONE | {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}


def draw(tab, points):
    """With the mouse on the page of the pad, in its rows and columns."""
    box = tab.locator(".nnlib-pad").bounding_box()
    for k, (row, column) in enumerate(points):
        x, y = box["x"] + column * box["width"] / 100, box["y"] + row * box["height"] / 100
        tab.mouse.move(x, y)
        if k == 0:
            tab.mouse.down()
    tab.mouse.up()


def bottom(tab, selector):
    return tab.locator(selector).evaluate("one => one.getBoundingClientRect().bottom")


@pytest.mark.parametrize("options", [{}, PHONE, SMALL], ids=["screen", "phone", "small"])
def test_a_digit_that_is_drawn_is_read_and_explained(visit, trained, options):
    tab = visit("file", "index", covers=True, **options)
    height = tab.viewport_size["height"]
    # The sentence, the page and the answer are in sight, and at least the head of the way in.
    assert bottom(tab, ".nnlib-page") < height and bottom(tab, ".nnlib-says") < height
    start = tab.get_by_role("link", name="Start: ")
    assert start.bounding_box()["y"] < height * 1.2
    assert start.get_attribute("href").startswith("01-")
    assert tab.get_by_role("link", name="explain").count() == 0
    draw(tab, SEVEN)
    said = tab.locator(".nnlib-verdict")
    assert said.inner_text() == "Guessed digit 7"
    assert tab.locator(".live-bar, .live-row").count() == 0  # there is no code to run
    explain = tab.get_by_role("link", name="explain this answer")
    drawn = explain.get_attribute("href").partition("drawn=")[2].partition("&")[0]
    outputs = tab.locator(".nnlib-folded td").all_text_contents()
    explain.click()
    tab.wait_for_url("**/03-forward-propagation.html#*")
    tab.locator(".nnlib[data-ready]").wait_for()
    assert tab.locator(".nnlib-forward-pass").evaluate(
        "one => Math.abs(one.getBoundingClientRect().top) < innerHeight"
    )
    assert "7" in tab.locator(".nnlib-verdict").inner_text()
    # The last numbers there are those of the answer here.
    shown = tab.locator(".nnlib-forward-pass").inner_text()
    assert f"{max(map(float, outputs)):.3f}" in shown
    assert drawn in tab.get_by_role("link", name="in chapter 7").get_attribute("href")
    assert tab.complaints == tab.foreign == []


def test_what_the_page_makes_of_a_drawing_is_what_python_makes_of_it(visit, trained):
    tab = visit("http", "index")
    draw(tab, SEVEN)
    text = tab.get_by_role("link", name="explain").get_attribute("href")
    pad = DrawingPad(trained, [[(row - 0.5, column - 0.5) for row, column in SEVEN]])
    levels = np.rint(255 * pad.image).astype(np.uint8)
    assert f"drawn={as_text(levels)}&output={pad.guess}" in text
