"""Formulas: there without a script, whole in every width, and in what is copied."""

from itertools import product

import pytest

from conftest import thorough_but_for, wider_than_the_screen
from shared import EQUATION_IN_BOOK, NOTEBOOKS, cells

# Displays, parts of which can only be seen when their box is scrolled; a pixel is rounding.
CUT = """all => all.filter(one => {
    const right = Math.max(...[one, ...one.querySelectorAll("*")].map(
        (part) => part.getBoundingClientRect().right));
    return right > one.parentElement.getBoundingClientRect().right + 1;
}).map(one => one.closest(".math").dataset.tex)"""
# Formulas after which a line may end, although a full stop or a bracket follows.
LOOSE = r"""all => all.filter(one => /^\S/.test(one.nextSibling?.data ?? " ")
    && getComputedStyle(one.parentElement).whiteSpace !== "nowrap").map(one => one.dataset.tex)"""
# Roots that end elsewhere than what is under them; fractions that touch one in the next line.
LOOSE_ROOTS = """all => all.filter((one) => one.checkVisibility()).filter((one) => {
    const { fontSize, marginInlineEnd } = getComputedStyle(one);
    const end = one.getBoundingClientRect().right + parseFloat(marginInlineEnd);
    const inner = one.lastElementChild.getBoundingClientRect().right;
    return Math.abs(end - inner) > 0.15 * parseFloat(fontSize);
}).map((one) => one.closest(".math").dataset.tex)"""
TOUCHING = """all => {
    const boxes = all.map((one) => [one.closest("math"), one.getBoundingClientRect()]);
    return boxes.filter(([of, a], i) => boxes.slice(i + 1).some(([other, b]) => of !== other
        && a.width && Math.abs(b.top - a.bottom) < 2 && a.left < b.right && b.left < a.right
    )).map(([of]) => of.parentElement.dataset.tex);
}"""
GROUND = "getComputedStyle(document.querySelector('.bd-header-article')).backgroundColor"
SAID = "all => all.map(one => one.childNodes[0].textContent + one.childNodes[1].textContent)"
# Elements of MathML with fewer or more parts than they must have.
WRONG = """all => all.filter(one => one.childElementCount !== (
    /^m(subsup|underover)$/.test(one.localName) ? 3 : 2)).map(one => one.outerHTML)"""
PAIRS = "mfrac, mroot, msub, msup, munder, mover, msubsup, munderover"
SHIFT = """new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) globalThis.shift += one.value;
}).observe({type: "layout-shift", buffered: true}); globalThis.shift = 0"""
# What the clipboard would get from the start of one to the end of another element.
COPIED = """([from, to]) => {
    getSelection().setBaseAndExtent(from, 0, to, to.childNodes.length);
    const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true});
    from.dispatchEvent(event);
    return ["text/plain", "text/html"].map((kind) => event.clipboardData.getData(kind));
}"""


FEW = [*product(NOTEBOOKS, ["browser"]), *product(NOTEBOOKS[1:2], ["firefox"])]


@pytest.mark.parametrize(
    "path, engine",
    thorough_but_for(FEW, product(NOTEBOOKS, ["browser", "firefox"])),
    ids=lambda one: getattr(one, "stem", one),
)
def test_every_formula_is_there_without_a_script_and_whole(visit, path, engine, request):
    browser = request.getfixturevalue(engine)
    tab = visit("file", path.stem, browser=browser, java_script_enabled=False)
    assert tab.evaluate(GROUND) != "rgba(0, 0, 0, 0)"
    assert tab.locator(".math").count() == tab.locator(".math:has(math)").count()
    assert tab.locator(f".math :is({PAIRS})").evaluate_all(WRONG) == []
    assert tab.locator("span.math").evaluate_all(LOOSE) == []
    names = EQUATION_IN_BOOK.findall(
        "\n".join("".join(c["source"]) for c in cells(path, "markdown"))
    )
    expected = [f"{name} ({int(path.stem[:2])}.{i + 1})" for i, name in enumerate(names)]
    assert tab.locator(".formula ~ .eqno").evaluate_all(SAID) == expected
    for width in (320, 390, 800, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.locator(".formula math:visible").evaluate_all(CUT) == [], width
        assert tab.locator("msqrt").evaluate_all(LOOSE_ROOTS) == [], width
        assert tab.locator("span.math mfrac > *").evaluate_all(TOUCHING) == [], width
        assert [part for part in wider_than_the_screen(tab) if part.startswith("<math")] == []


def test_nothing_moves_when_the_font_is_there(visit):
    tab = visit("file", "05-backpropagation", before=SHIFT)
    fonts = tab.evaluate("[...document.fonts].map(one => [one.family, one.status])")
    assert ['"STIX Two Math cut"', "loaded"] in fonts or ["STIX Two Math cut", "loaded"] in fonts
    assert tab.evaluate("globalThis.shift") < 0.01


@pytest.mark.parametrize("engine", ["browser", "firefox"])
def test_what_is_copied_has_its_formulas(visit, engine, request):
    tab = visit("file", "02-a-digit-is-784-numbers", browser=request.getfixturevalue(engine))
    formula = tab.locator("p span.math").first
    tex, paragraph = formula.get_attribute("data-tex"), formula.locator("xpath=ancestor::p")
    first = paragraph.element_handle()
    text, html = tab.evaluate(COPIED, [first, first])
    expected = paragraph.evaluate(r"""one => [...one.childNodes].map(function text(node) {
        if (node.matches?.(".math")) return `\\(${node.dataset.tex}\\)`;
        return node.childNodes.length ? [...node.childNodes].map(text).join("") : node.data;
    }).join("")""")
    assert text.split() == expected.split() and "<math" not in html
    letter = formula.locator("mi, mn").first.element_handle()
    assert tab.evaluate(COPIED, [letter, letter])[0] == f"\\({tex}\\)"
    display = tab.locator("div.math").first
    after = display.locator("xpath=following::p").first.element_handle()
    tex = " ".join(display.get_attribute("data-tex").split())
    assert f"\\[ {tex} \\]" in tab.evaluate(COPIED, [first, after])[0]


def test_a_numbered_formula_is_copied_by_its_button(visit):
    tab = visit("http", "05-backpropagation", permissions=["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="copy LaTeX of eq-dW2", exact=True).click()
    display = tab.locator("#equation-eq-dw2")
    display.get_by_role("status").filter(has_text="copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == display.get_attribute("data-tex")
