"""The page of progress: what a reader does in the chapters stands there, if he wants it kept."""

import re

import pytest
from bs4 import BeautifulSoup

from conftest import thorough_but_for, wait_for_figures, wider_than_the_screen
from giving_out.handed_in import cells_of_page

CHAPTER, NEXT = "01-see-it-work", "02-a-digit-is-784-numbers"
PIXEL, ROW = "The pixel in row 20, column 7 has the number", "Pixel 500 is in the row"
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
KEPT = "Object.keys(localStorage).filter(key => key.includes(' '))"
# As cells.js keeps what was changed, and what it printed when it ran.
KEEP = """([page, printed, code, ran]) => {
    const book = new URL(document.documentElement.dataset.content_root, location.href).pathname;
    for (const [kind, value] of Object.entries({ code, ran })) {
        localStorage.setItem(`${book} ${kind} ${page} ${printed}`, JSON.stringify(value));
    }
}"""
EMPTY = "def {0}(x):\n    ...\n\njudge({0})\n"
WRITTEN = "def {0}(x):\n    return x < 1\n\njudge({0})"
RIGHT = "{0} is right: as it should be.\n"
REFUSED = """Object.defineProperty(window, "localStorage", {
    configurable: true, get() { throw new DOMException("refused", "SecurityError"); }
});"""


def go_to(tab, page):
    tab.goto(re.sub(r"[\w-]+\.html.*", f"{page}.html", tab.url))
    wait_for_figures(tab)


def done(tab, text):
    """What stands beside this text in its table."""
    heading = tab.locator(".so-far").get_by_role("rowheader", name=text, exact=True).first
    return heading.locator("xpath=following-sibling::td").inner_text()


def all_done(tab):
    return set(tab.locator(".so-far:visible td:last-child").all_inner_texts())


def status(tab):
    return tab.locator(".so-far-bar").get_by_role("status").inner_text()


def read(tab):
    """What the list of chapters says of those that are read to the end."""
    return tab.locator("nav.bd-links a", has=tab.locator(".read")).all_text_contents()


def say(tab, label, text):
    field = tab.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def work_on(tab):
    """A guess given and one waived, an answer right and one wrong, a chapter read to its end."""
    go_to(tab, CHAPTER)
    say(tab, "fraction right", "0.5")
    tab.locator(".guess").nth(1).get_by_label("remember what I write").check()
    tab.locator(".guess").first.get_by_role("button", name="Show").click()
    go_to(tab, NEXT)
    say(tab, PIXEL, "567")
    say(tab, ROW, "3")
    assert read(tab) == []
    tab.locator(".prev-next-footer").scroll_into_view_if_needed()
    tab.locator(".read").wait_for(state="attached")
    # And code: never run, judged, judged before it was changed again, and of no exercise.
    page = "05-backpropagation"
    for name, ran in ("f", None), ("backward", WRITTEN), ("h", "another"):
        run = ran and {"code": ran.format(name), "printed": RIGHT.format(name)}
        tab.evaluate(KEEP, [page, EMPTY.format(name), WRITTEN.format(name), run])
    tab.evaluate(KEEP, [page, "n = 1\nprint(n)\n", "n = 2\nprint(n)", None])


EXPECTED = {
    "A network that has learned nothing": "fraction right: 0.5",
    "Training": "shown without a guess",
    PIXEL: "right: 567", ROW: "tried: 3", "Pixel 500 is in the column": "open",
    "def f(x):": "written, not judged as it is now", "backward()": "written, judged right",
    "def h(x):": "written, not judged as it is now", "n = 1": "changed",
}  # fmt: skip


def check(tab):
    for text, expected in EXPECTED.items():
        assert done(tab, text).split("\n")[0] == expected
    assert "nowhere else" in status(tab) and read(tab) == ["2. A digit is 784 numbers ✓ (read)"]


def save(tab):
    """The file has all that the page shows and asks nothing of others; paper has no buttons."""
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as a file").press("Enter")
    assert re.fullmatch(r"progress-\d{4}-\d\d-\d\d.html", download.value.suggested_filename)
    text = download.value.path().read_text(encoding="utf-8")
    assert re.search(r"<script|href|src=", text) is None
    page = BeautifulSoup(text, "html.parser")
    assert page.meta["charset"] == "utf-8" and page.html["lang"] == "en"
    assert re.fullmatch(r"Where I was, \d{4}-\d\d-\d\d", page.h1.text)
    for words in [*EXPECTED, *EXPECTED.values(), "2. A digit is 784 numbers", "return x < 1"]:
        assert words in page.body.text
    cells = cells_of_page(page)  # as a teacher has it judged
    assert "pixel_number = 567" in cells and any("return x < 1" in cell for cell in cells)
    tab.emulate_media(media="print")
    assert not tab.locator(".so-far-bar").is_visible()
    tab.emulate_media(media="screen")


@pytest.mark.parametrize("browser_name, scheme, options", thorough_but_for(
    [("browser", "file", PHONE)], [("browser", "file", PHONE), ("firefox", "http", {})]
))  # fmt: skip
def test_what_was_done_is_shown_saved_printed_and_forgotten(
    visit, axe, request, browser_name, scheme, options
):
    browser = request.getfixturevalue(browser_name)
    tab = visit(scheme, "progress", browser=browser, covers=True, **options)
    assert status(tab).startswith("Nothing is kept") and all_done(tab) == {"open"}
    assert tab.locator(".where > *").first.inner_text() == "Where I was"
    work_on(tab)
    go_to(tab, "progress")
    check(tab)
    assert (wider_than_the_screen(tab), axe(tab)) == ([], [])
    # Each place is there.
    tab.get_by_role("link", name=PIXEL, exact=True).click()
    tab.wait_for_url(f"**/{NEXT}.html#*")
    wait_for_figures(tab)
    assert tab.locator(":target").get_by_label(PIXEL, exact=True).input_value() == "567"
    go_to(tab, "progress")
    if browser_name == "browser":  # Playwright gets no download of Firefox, and shows no paper
        save(tab)
    tab.evaluate("print = () => dispatchEvent(new Event('beforeprint'))")
    tab.get_by_role("button", name="Print").press("Enter")
    assert tab.get_by_text("return x < 1").first.is_visible()
    # One press forgets, after a question.
    forget = tab.get_by_role("button", name="Forget everything")
    forget.press("Enter")
    assert axe(tab) == []
    tab.get_by_role("button", name="No, keep it").press("Enter")
    check(tab)
    forget.press("Enter")
    tab.keyboard.press("Enter")
    assert status(tab) == "All is forgotten, and nothing more is kept."
    assert all_done(tab) == {"open"} and tab.evaluate(KEPT) == []
    assert forget.evaluate("one => one === document.activeElement")
    tab.reload()
    assert status(tab).startswith("Nothing is kept")
    go_to(tab, CHAPTER)
    assert tab.get_by_role("textbox", name="fraction right").input_value() == "" and not read(tab)
    assert (tab.complaints, tab.foreign) == ([], [])


def test_a_page_that_may_keep_nothing_or_run_nothing_says_so(visit):
    tab = visit("http", "progress", before=REFUSED)
    assert status(tab).startswith("This browser keeps nothing")
    assert tab.get_by_label("this browser keeps nothing").is_disabled()
    tab.get_by_role("button", name="Forget everything").click()
    tab.get_by_role("button", name="Yes").click()
    assert tab.complaints == []
    tab = visit("file", "progress", java_script_enabled=False)
    assert tab.get_by_text("With JavaScript, which does not run here").is_visible()
    assert all_done(tab) == {""} and tab.locator(".so-far:visible").count() >= 8
