"""The dialog that searches the book: what it finds, and how one gets there."""

import re

import pytest

from conftest import thorough_but_for, wait_for_figures

PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "has_touch": True}
PLACES = r"\d+ places\."
# What is typed, what is said of it, and the end of the address that stands first.
FINDS = {
    "softmax": (PLACES, "03-forward-propagation.html#the-softmax"),
    "slope of the sigmoid": (PLACES, "05-backpropagation.html#the-slope-of-the-sigmoid"),
    "logits": (PLACES, "glossary.html#term-logits"),
    "ReLU": (PLACES, "09-beyond.html#what-came-next"),
    "vanishing gradients": (r"1 place\.", "05-backpropagation.html#the-slope-of-the-sigmoid"),
    "eq-dW2": (PLACES, "05-backpropagation.html#equation-eq-dw2"),
    "nn.accuracy: 0.912": (r"1 place\.", "02-a-digit-is-784-numbers.html#how-good-is-a-guess"),
    "12730 parameters": (PLACES, ""), "12,730 parameters": (PLACES, ""),
    "-0.675136": (r"2 places\.", ""),
    "gray": ("Nothing has “gray”; with “grey”: ", ""),
    "docker": ("Nothing found for ", "glossary.html#glossary"),  # which has repo2docker alone
    "zzyzx": ("Nothing found for “zzyzx”. Perhaps", "glossary.html#glossary"),
    "softmax zzyzx": ("No place has all of these words; ", "#the-softmax"),
    "covered until you have guessed": ("No place has all of these words; ", ""),
    "": ("A word or several, ", None),
}  # fmt: skip


@pytest.mark.parametrize("browser_name, scheme, options", thorough_but_for(
    [("browser", "file", PHONE)], [("browser", "file", PHONE), ("firefox", "http", {})]
))  # fmt: skip
def test_what_is_typed_is_found_where_it_stands(
    visit, axe, request, browser_name, scheme, options
):
    browser = request.getfixturevalue(browser_name)
    tab = visit(scheme, "notation", browser=browser, **options)
    assert tab.evaluate("globalThis.book_places") is None  # until it is asked for
    tab.keyboard.press("Control+k")
    dialog = tab.get_by_role("dialog", name="Search")
    field, status = dialog.get_by_role("searchbox"), dialog.get_by_role("status")
    links = dialog.get_by_role("listitem").get_by_role("link")
    tab.wait_for_function("globalThis.book_places")
    for text, (said, first) in FINDS.items():
        field.fill(text)
        assert re.match(said, status.inner_text()), text
        assert links.count() == 0 if first is None else (
            links.first.get_attribute("href").endswith(first)
        ), text
    # With a word the text around it; at most so many as anybody looks through.
    field.fill("0.9120")
    assert "after training: 0.9120" in dialog.inner_text()
    assert set(dialog.locator("mark").all_inner_texts()) == {"0.9120"}
    field.fill("the loss")
    assert "The best 30 are shown." in status.inner_text() and links.count() == 30
    assert axe(tab, "document.querySelector('dialog[open]')") == []
    assert dialog.evaluate("one => one.getBoundingClientRect().right <= innerWidth")
    assert dialog.evaluate("one => one.lastElementChild.scrollWidth <= one.clientWidth")
    # By keyboard there and back, and to the place itself, where no word stays marked.
    field.fill("slopes of softmax")
    for key, count in [("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 1)]:
        for _ in range(count):
            tab.keyboard.press(key)
    assert field.evaluate("one => one === document.activeElement")
    tab.keyboard.press("ArrowDown")
    assert links.first.evaluate("one => one === document.activeElement")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/05-backpropagation.html#the-slopes-of-softmax")
    wait_for_figures(tab)
    tab.wait_for_function("Math.abs(document.querySelector(':target').getBoundingClientRect().top)"
                          " < innerHeight / 2")  # fmt: skip
    assert tab.locator(".highlighted").count() == 0
    # Enter takes the first; a place in the same page is not covered.
    tab.keyboard.press("Control+k")
    field.fill("outputs minus target")
    links.first.wait_for()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/05-backpropagation.html#outputs-minus-target")
    assert not dialog.is_visible()
    assert (tab.complaints, tab.foreign) == ([], [])
