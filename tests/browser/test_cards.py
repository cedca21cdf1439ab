"""Links to equations, terms and works, which show what they lead to, and the way back."""

import json
import re

import pytest

from conftest import (
    HTML,
    ROOT,
    thorough_but_for,
    visit_source,
    wait_for_figures,
    wider_than_the_screen,
)

PHONE = {
    "viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "has_touch": True
}  # fmt: skip
IN_SIGHT = """one => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
}"""
LINK = re.compile(
    r'<a (?:class="reference internal" )?'
    r'href="((?:[^"]*#(?:equation|term)-|references.html#)[^"]*)"'
)
CLOSED_BY_NOW = 700  # milliseconds, after which a card would be gone that does not stay


@pytest.mark.parametrize("browser_name, scheme", thorough_but_for(
    [("browser", "file")], [("browser", "file"), ("firefox", "http")]
))  # fmt: skip
def test_a_link_shows_what_it_leads_to_by_mouse_and_by_keyboard(
    visit, axe, request, browser_name, scheme
):
    tab = visit(scheme, "05-backpropagation", browser=request.getfixturevalue(browser_name))
    article, card = tab.get_by_role("article"), tab.get_by_role("tooltip")
    assert tab.evaluate("globalThis.book_cards") is None  # until the first is asked for
    number = article.get_by_role("link", name="(5.6)", exact=True).first
    number.hover()
    card.wait_for()
    assert "eq-softmax-jacobian (5.6)" in card.inner_text()
    assert card.locator("math:visible").count() == 1 and card.evaluate(IN_SIGHT)
    # The mouse may come to the card; when it leaves both, the card goes.
    card.hover()
    tab.wait_for_timeout(CLOSED_BY_NOW)
    assert card.is_visible()
    article.locator("h1").hover(force=True)
    card.wait_for(state="hidden")
    # So it does with Escape, and there the focus stays.
    name = article.get_by_role("link", name="eq-dW2", exact=True).first
    tab.keyboard.press("Tab")
    name.focus()
    card.wait_for()
    assert name.get_attribute("aria-describedby") == card.get_attribute("id")
    assert axe(tab, "document.getElementById('preview').parentElement") == []
    tab.mouse.move(5, 5)
    tab.wait_for_timeout(CLOSED_BY_NOW)
    assert card.is_visible()
    tab.keyboard.press("Escape")
    assert not card.is_visible()
    # The link leads there, and a button back.
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#equation-eq-dw2")
    back = tab.get_by_role("button", name="Back to 5.8", exact=False)
    back.click()
    back.wait_for(state="hidden")
    tab.wait_for_function("location.hash === ''")
    assert name.evaluate("one => one === document.activeElement")
    # What stands in another page; a work by itself, and not under a title of the browser's.
    work = article.locator('a[href^="references.html#"]').first
    title = work.get_attribute("title")
    work.hover()
    card.get_by_text(title[:40]).wait_for()
    assert work.get_attribute("title") is None
    assert (tab.complaints, tab.foreign) == ([], [])


def test_a_first_tap_shows_what_the_second_follows(visit):
    tab = visit("file", "equation-ledger", **PHONE)
    card = tab.get_by_role("tooltip")
    link = tab.get_by_role("article").get_by_role("link", name="(5.10)", exact=True).first
    link.tap()
    card.wait_for()
    assert tab.url.endswith("equation-ledger.html") and card.evaluate(IN_SIGHT)
    assert wider_than_the_screen(tab) == []
    tab.get_by_role("heading", name="The equation ledger").tap(force=True)
    assert not card.is_visible()
    link.tap()
    card.wait_for()
    link.tap()
    tab.wait_for_url("**/05-backpropagation.html#equation-eq-dw2")
    wait_for_figures(tab)


def test_every_link_to_an_equation_a_term_or_a_work_has_its_card(address):
    script = (HTML / "_static" / "cards.js").read_text(encoding="utf-8")
    cards = json.loads(script.partition("=")[2].rstrip(";\n"))
    links = 0
    for page in HTML.glob("book/*.html"):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            assert f"book/{page.name}{link}" in cards if link[0] == "#" else f"book/{link}" in cards
            links += 1
    assert links > 250


def test_code_that_is_edited_has_no_links_under_the_hand(browser):
    tab = browser.new_page()
    visit_source(tab, ROOT / "book" / "static" / "editor.js")
    count, text = tab.evaluate("""async () => {
        const { edit } = await import(location);
        document.body.innerHTML = '<pre>a <span class="c1"># <a href="#h">eq-h</a></span>\\n</pre>';
        const { write } = edit(document.querySelector("pre"), "Code", () => {}, () => {});
        write("b");
        write("a # eq-h");
        return [document.links.length, document.querySelector("pre").textContent];
    }""")
    assert (count, text) == (0, "a # eq-h\n")
    tab.close()
