"""The pages for teachers: where their links lead, and figures on a projector."""

from functools import cache
from itertools import groupby
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup

from conftest import HTML

PROJECTOR = {"width": 1280, "height": 720}
LEAST = 20  # pixels of a letter on it that can be read from the last row
TOO_SMALL = """(least) => {
    const cover = document.querySelector(".nnlib-cover");
    const texts = document.createTreeWalker(cover, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let text; (text = texts.nextNode()); ) {
        const [one, range] = [text.parentElement, document.createRange()];
        range.selectNodeContents(text);
        const { top, height } = range.getBoundingClientRect();
        const seen = one.checkVisibility({ visibilityProperty: true });
        if (!seen || !height || top >= innerHeight || one.closest("sub, sup, style")) continue;
        const { ownerSVGElement: chart } = one;
        const scale = chart ? chart.clientWidth / chart.viewBox.baseVal.width : 1;
        const size = scale * parseFloat(getComputedStyle(one).fontSize);
        if (size < least) found.push(`${text.textContent}: ${size}`);
    }
    return found;
}"""


@cache
def page(name):
    if not HTML.is_dir():
        pytest.skip("needs the built book: jupyter-book build .")
    return BeautifulSoup((HTML / "book" / name).read_text(encoding="utf-8"), "html.parser")


def links(name):
    """Where the links of a page to places of the book lead: (page, fragment)."""
    for link in page(name).select("article a[href*='#']:not(.headerlink, [href^=http])"):
        address, fragment = urldefrag(link["href"])
        yield address or name, fragment


@pytest.mark.parametrize("name", ["course-map.html", "plans.html"])
def test_every_link_leads_to_a_place(name):
    found = set(links(name))
    assert len(found) > 100
    for address, fragment in found:
        place = fragment.partition("?")[0]
        assert page(address).find(id=place), f"{name}: no {place} in {address}"


def on_screen():
    found = sorted({link for link in links("plans.html") if link[1].endswith("screen")})
    return [(address, [fragment for _, fragment in of]) for address, of in
            groupby(found, key=lambda link: link[0])]  # fmt: skip


def test_the_figures_of_the_plans_open_in_their_state_over_the_page_in_large_type(visit):
    assert len(on_screen()) >= 6
    for address, fragments in on_screen():
        tab = visit("http", address.removesuffix(".html"), viewport=PROJECTOR)
        for fragment in fragments:
            tab.evaluate("(hash) => { location.hash = hash; }", fragment)
            cover = tab.get_by_role("dialog")
            assert cover.bounding_box() == {"x": 0, "y": 0, **PROJECTOR}
            figure = cover.locator(".nnlib")
            assert tab.evaluate(TOO_SMALL, LEAST) == [], fragment
            assert figure.get_by_role("alert").count() == 0, fragment
            figure.get_by_role("button", name="link to this state").click()
            figure.get_by_text("in the address bar").wait_for()
            place, state = fragment.split("?")
            said = tab.evaluate("location.hash").split("?")
            assert said[0] == f"#{place}" and set(state.split("&")) <= set(said[1].split("&"))
            tab.keyboard.press("Escape")
            tab.locator(f"#{place} > div > .nnlib").get_by_role("button", name="enlarge").wait_for()
            assert tab.get_by_role("dialog").count() == 0
        assert tab.complaints == []
        tab.close()
