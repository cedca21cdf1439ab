"""Every control that is seen does what its name says, by mouse and by keyboard, on any screen."""

import re
from contextlib import contextmanager
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest

from conftest import HTML, thorough_but_for

CHAPTERS = len(list((HTML.parents[1] / "book").glob("0*.ipynb")))
WIDTHS = (390, 800, 1280)
# The first page on each screen, a chapter with a figure on two; on the narrowest one without a
# figure, and each kind of page that is not a chapter: all have the theme's own controls alike.
PAGES = {"index": WIDTHS, "03-forward-propagation": WIDTHS[::2]} | dict.fromkeys(
    ["09-beyond", "equation-ledger", "api", "references", "../genindex"], WIDTHS[:1]
)

SCROLLED = "pre, .pst-scrollable-table-container"

# Where a link would have led: as links stay here, one page serves all.
NOTE = """() => {
    addEventListener("click", () => { window.followed = null; }, true);
    addEventListener("click", (event) => {
        const link = event.target.closest("a[href]:not(.dropdown-item)");
        if (!link || event.defaultPrevented) return;
        event.preventDefault();
        window.followed = link.href;
    });
    window.print = () => { window.printed = true; };
}"""
# What does not scroll on this screen, the theme soon takes out of the keyboard's way.
SETTLED = """(scrolled) => [...document.querySelectorAll(scrolled)].every((one) =>
    one.tabIndex < 0 || one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight)"""
SEEN = """async () => {
    scrollTo({ top: 0, behavior: "instant" });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (const one of document.querySelectorAll("details")) one.open = true;
    await document.fonts.ready;
    for (const one of document.getAnimations()) one.finish();
    return [...document.querySelectorAll(
        "a, button, summary, input, select, textarea, [tabindex], [role=button], [onclick]")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }))
        .filter((one) => one.getAttribute("tabindex") !== "-1");
}"""
# Of each control its kind, its words (without the keys beside them), its name, where it leads.
KNOWN = """([seen, kinds]) => seen.map((one) => [
    kinds.find((kind) => one.matches(kind)) ?? one.outerHTML,
    one.matches("a, button, summary") ? one.innerText.trim().split("\\n")[0] : "",
    one.ariaLabel ?? one.innerText,
    one.href ?? null,
])"""
# The controls that the mouse cannot reach, for something covers them, or the keyboard cannot.
UNREACHED = """(seen) => seen.filter((one) => {
    if (!one.checkVisibility()) return false;  // of the contents, what is far away folds itself
    one.focus({ preventScroll: true });
    for (const moving of document.getAnimations()) moving.finish();
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = one.getClientRects()[0];
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return one !== document.activeElement || !one.contains(top);
}).map((one) => one.outerHTML)"""
SCROLL_UP = """async () => {
    for (const top of [document.body.scrollHeight, -9, -9, -9]) {
        scrollBy({ top, behavior: "instant" });
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    return document.querySelector("#pst-back-to-top").checkVisibility();
}"""


def by_mouse(tab, control):
    control.click()  # which fails where something covers the control


def by_keyboard(tab, control):
    control.focus()
    assert control.evaluate("one => one === document.activeElement")
    tab.keyboard.press("Enter")


def folds(tab, control, press):
    was_open = control.evaluate("one => one.parentElement.open")
    press(tab, control)
    assert control.evaluate("one => one.parentElement.open") is not was_open
    wrong = "Show" if not was_open else "Hide"
    assert not control.inner_text().startswith(wrong)


def copies(tab, control, press):
    tab.evaluate("navigator.clipboard.writeText('')")
    press(tab, control)
    code = control.evaluate("one => document.querySelector(one.dataset.clipboardTarget).innerText")
    tab.wait_for_function("navigator.clipboard.readText()")
    tab.get_by_role("status").get_by_text("Copied!").wait_for(state="attached")
    assert tab.evaluate("navigator.clipboard.readText()").strip() == code.strip()


def shows_the_chapters(tab, control, press):
    if tab.viewport_size["width"] < 992:
        press(tab, control)
        with opened_dialog(tab) as dialog:
            texts = dialog.locator(".toctree-l1 a:visible").all_inner_texts()
            assert len([text for text in texts if text[0].isdigit()]) == CHAPTERS
            tab.keyboard.press("Escape")
    else:
        sidebar = tab.locator("#pst-primary-sidebar")
        was_there = sidebar.is_visible()
        assert control.get_attribute("aria-expanded") == str(was_there).lower()
        press(tab, control)
        sidebar.wait_for(state="hidden" if was_there else "visible")
        assert control.get_attribute("aria-expanded") == str(not was_there).lower()


def shows_the_sections(tab, control, press):
    press(tab, control)
    with opened_dialog(tab) as dialog:
        sections = tab.locator("article section section > h2").count()
        assert dialog.locator("a:visible").count() >= sections
        press(tab, dialog.locator("a:visible").last.element_handle())


@contextmanager
def opened_dialog(tab):
    dialog = tab.locator("dialog[open]")
    dialog.wait_for()
    yield dialog
    dialog.wait_for(state="hidden")
    tab.evaluate("new Promise(requestAnimationFrame)")  # until it has moved back what it held


def searches(tab, control, press):
    press(tab, control)
    with opened_dialog(tab) as dialog:
        dialog.get_by_role("searchbox").and_(tab.locator(":focus")).fill("softmax")
        dialog.get_by_role("link", name="The softmax").wait_for()
        tab.keyboard.press("Enter")
    assert tab.evaluate("window.followed").endswith("#the-softmax")


def changes_the_theme(tab, control, press):
    themes, names = set(), set()
    for _ in range(3):
        press(tab, control)
        themes.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        names.add(control.get_attribute("title"))
        assert control.evaluate("one => one === document.activeElement")
    assert len(themes) == 2 and len(names) == 3


def fills_the_screen(tab, control, press):
    press(tab, control)
    tab.wait_for_function("document.fullscreenElement")
    press(tab, control)
    tab.wait_for_function("!document.fullscreenElement")


def opens_a_menu(tab, control, press):
    press(tab, control)
    items = control.query_selector_all("xpath=following-sibling::*//*[self::a or self::button]")
    for item in items:
        assert item.is_visible()
        href = item.get_attribute("href")
        if href is None:
            press(tab, item)
            assert tab.evaluate("window.printed")
            press(tab, control)
        elif href.startswith(".."):
            with tab.expect_download() as download:
                press(tab, item)
            assert download.value.suggested_filename == href.rpartition("/")[2]
            press(tab, control)
        else:
            assert href.startswith("https://")
    tab.keyboard.press("Escape")


def skips(tab, control, press):
    if press is by_keyboard:  # it is seen when the keyboard is there
        press(tab, control)
        assert tab.evaluate("window.followed").endswith("#main-content")
        control.evaluate("one => one.blur()")


def follows(tab, control, press):
    press(tab, control)
    assert control.evaluate("one => one.href === window.followed")


def leads_somewhere(here, goal):
    here, goal = urlsplit(here), urlsplit(goal)
    if goal.netloc != here.netloc:
        return goal.scheme in ("http", "https")
    place, _, _ = goal.fragment.partition("?")  # behind which is the state of a figure
    return not place or unquote(place) in ids(goal.path)


@cache
def ids(path):
    page = (HTML / unquote(path).lstrip("/")).read_text(encoding="utf-8")
    return set(re.findall(r'\bid="([^"]+)"', page))


def goes_to_the_top(tab):
    """The button for it is seen while one scrolls up, on all but wide screens."""
    for press in (by_mouse, by_keyboard):
        if tab.evaluate(SCROLL_UP):
            press(tab, tab.wait_for_selector("#pst-back-to-top"))
            tab.wait_for_function("scrollY === 0")


def scrolls(tab, control, press):
    if press is by_keyboard:
        control.evaluate("one => one.scrollTo(0, 0)")
        control.focus()
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("ArrowDown")
        tab.wait_for_function("one => one.scrollLeft + one.scrollTop > 0", arg=control)


def acts(tab, control, press):
    """Each figure has its own tests; here it must only not complain."""
    press(tab, control)
    tab.keyboard.press("Escape")


def is_there(tab, control, press):
    """It would change what else is in the page: its own tests press it."""
    control.focus()
    assert control.evaluate("one => one === document.activeElement")


RUNS = ":is(.live-bar, .live-row) button"  # test_run_in_page.py
ASKS = ":is(.guess, .answer) :is(input, button)"  # test_guesses.py, test_answers.py
SHOWS = ".enlarge, .eqno button"  # test_pages.py, test_formulas.py
DOES = {
    ".nnlib *": acts,
    RUNS: is_there,
    ASKS: is_there,
    SHOWS: is_there,
    "#pst-skip-link a": skips,
    "summary": folds,
    ".copybtn": copies,
    ".primary-toggle": shows_the_chapters,
    ".secondary-toggle": shows_the_sections,
    ".search-button__button": searches,
    ".theme-switch-button": changes_the_theme,
    ".btn-fullscreen-button": fills_the_screen,
    ".dropdown-toggle": opens_a_menu,
    SCROLLED: scrolls,
    "a[href]": follows,
}
# Of these the first is pressed, and the others must be in reach.
ALIKE = {".nnlib *", RUNS, ASKS, SHOWS, ".copybtn", SCROLLED, "a[href]"}


@pytest.mark.parametrize("page, widths", thorough_but_for(list(PAGES.items())[:2], PAGES.items()))
def test_every_control_does_what_its_name_says(visit, page, widths):
    tab = visit("http", page, reduced_motion="reduce")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate(NOTE)
    for width in widths:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.mouse.move(0, 0)  # the link signs of headings are seen only under the mouse
        tab.wait_for_function(SETTLED, arg=SCROLLED)
        seen = tab.evaluate_handle(SEEN)
        pressed = set()
        known = tab.evaluate(KNOWN, [seen, list(DOES)])
        for control, (kind, words, name, href) in zip(seen.get_properties().values(), known):
            assert kind in DOES, "a control that no test knows"
            assert words in name
            assert href is None or leads_somewhere(tab.url, href), href
            if kind not in pressed or kind not in ALIKE:
                for press in (by_mouse, by_keyboard):
                    DOES[kind](tab, control.as_element(), press)
                pressed.add(kind)
        goes_to_the_top(tab)
        assert tab.evaluate(UNREACHED, seen) == []
    assert tab.complaints == []
