"""What every page owes who reads it: names that are what is seen, room for large letters, and
results that are seen whole, or with a sign that there is more."""

import io
import re
import string
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from PIL import Image
from test_pages import pages

from conftest import thorough_but_for, wider_than_the_screen

SPACED = """* {
    letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
LEVELS = """article => [...article.querySelectorAll("h1, h2, h3, h4, [role=heading]")]
    .map((one) => Number(one.ariaLevel ?? one.tagName[1]))"""
# Boxes that hide a part of their own text, and texts that a box of one line would hide.
HIDDEN = """() => [...document.querySelectorAll("article *, .header-article *, .prev-next-area *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => /hidden|clip/.test(getComputedStyle(one).overflow))
    .filter((one) => one.clientWidth > 1 && !one.closest(".math, mjx-container, .where, svg"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1
        || one.scrollHeight > one.clientHeight + 1)
    .map((one) => one.outerHTML.slice(0, 200))"""


# What a thumb would miss: neither it nor a label of it is 24 pixels high and wide.
SMALL = """() => [...document.querySelectorAll("article :is(button, summary, select, input)")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => ![one, ...(one.labels ?? [])].some((part) => {
        const { width, height } = part.getBoundingClientRect();
        return width >= 24 && height >= 24;
    })).map((one) => one.outerHTML.slice(0, 200))"""


def open_all(tab, whether=True):
    """Opens all folds, or shuts them; what opens fades in."""
    tab.evaluate(
        """(whether) => {
            for (const fold of document.querySelectorAll("details")) fold.open = whether;
            for (const moving of document.getAnimations()) moving.finish();
        }""",
        whether,
    )


@pytest.mark.parametrize("page", thorough_but_for(["index", "05-backpropagation"], pages()))
def test_each_fold_and_each_button_has_a_name_of_its_own(visit, page):
    """What stands on it, and no other has it; what a figure has stands in its group, with a name.

    Headings go down by one level at a time, and what is a picture, a table or a figure says what.
    """
    tab = visit("file", page)
    tab.add_style_tag(content=".figure-place { display: none }")
    session = tab.context.new_cdp_session(tab)
    for whether in (False, True):
        open_all(tab, whether)
        names = defaultdict(list)
        for node in session.send("Accessibility.getFullAXTree")["nodes"]:
            if not node["ignored"]:
                names[node["role"]["value"]].append(node.get("name", {}).get("value", "").strip())
        folds = names["DisclosureTriangle"]
        seen = tab.locator("summary:visible").all_inner_texts()
        assert sorted(folds) == sorted(" ".join(text.split()) for text in seen)
        wrong = "Show " if whether else "Hide "
        assert [name for name in folds if name.startswith(wrong)] == []
        pressed = Counter(folds + names["button"])
        assert [name for name, times in pressed.items() if times > 1 or not name] == []
    assert [name for name in sum(names.values(), []) if re.search("[\ue000-\uf8ff]", name)] == []
    for kind in ("image", "textbox", "radiogroup", "link", "heading"):
        assert "" not in names[kind], kind
    assert "" not in tab.locator("th").all_text_contents()
    levels = tab.locator("article").evaluate(LEVELS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("page", pages())
def test_a_page_can_be_read_at_320_pixels_and_with_spaced_letters(visit, page):
    """WCAG 1.4.10 and 1.4.12; figures and formulas have tests of their own."""
    tab = visit("file", page, viewport={"width": 320, "height": 800}, has_touch=True)
    open_all(tab)
    assert tab.evaluate(SMALL) == []
    tab.add_style_tag(content=".figure-place, .math { display: none !important }")
    assert wider_than_the_screen(tab) == []
    tab.add_style_tag(content=SPACED)
    assert wider_than_the_screen(tab) == []
    assert tab.evaluate(HIDDEN) == []


# What changes of a control when the keyboard comes to it, and what does not, or hardly; and fields
# whose frame can hardly be seen.
UNSEEN = """() => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => numbers(color).slice(0, 3).map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (one) => {
        const { backgroundColor } = getComputedStyle(one);
        return numbers(backgroundColor)[3] === 0 ? ground(one.parentElement) : backgroundColor;
    };
    const stands_out = (color, one) => {
        const [low, high] = [light(color), light(ground(one.parentElement))].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05) >= 3;
    };
    const fields = "input[type=text], input[type=number], select, textarea:not(.live-code)";
    return [...document.querySelectorAll(
        "a[href], button, summary, input, select, textarea, [tabindex='0']")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => {
        const look = () => {
            const { outline, boxShadow } = getComputedStyle(one);
            return outline + boxShadow;
        };
        document.activeElement.blur();
        const before = look();
        one.focus({ preventScroll: true });
        for (const moving of document.getAnimations()) moving.finish();
        const style = getComputedStyle(one);
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && (style.outlineStyle === "auto" || stands_out(style.outlineColor, one));
        const frame = !one.matches(fields) || stands_out(style.borderColor, one);
        const seen = one.checkVisibility({ opacityProperty: true })
            && (ring || style.boxShadow !== "none") && look() !== before;
        return one === document.activeElement && !(seen && frame)
            && !one.matches(".live-code, .live-code *");
    }).map((one) => one.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1280, "light")])
def test_where_the_keyboard_is_can_be_seen(visit, width, scheme):
    """WCAG 2.4.7, and 1.4.11 for the ring of the focus and the frame of a field."""
    tab = visit("file", "03-forward-propagation", color_scheme=scheme,
                viewport={"width": width, "height": 800})  # fmt: skip
    tab.keyboard.press("Tab")  # from now on the browser shows where it is
    assert tab.evaluate(UNSEEN) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_leads_back_to_the_top_can_be_read(visit, axe, scheme):
    tab = visit("file", "glossary", color_scheme=scheme)
    tab.add_style_tag(content="#pst-back-to-top { display: block !important }")
    assert tab.locator("#pst-back-to-top").is_visible()
    assert axe(tab, "'#pst-back-to-top'", rules=["color-contrast"]) == []


def test_titles_are_the_browsers_own_and_no_key_alone_does_anything(visit):
    """WCAG 1.4.13, beside the cards of links, which have tests of their own, and 2.1.4."""
    tab = visit("file", "for-a-class")
    buttons = tab.locator(".btn:visible, .copybtn")
    named = buttons.evaluate_all("all => all.map(one => one.title || one.textContent.trim())")
    assert "" not in named
    assert tab.evaluate("""[...document.querySelectorAll("*")].filter((one) =>
        bootstrap.Tooltip.getInstance(one) || /^"\\w/.test(getComputedStyle(one, "::after").content)
    ).map((one) => one.outerHTML.slice(0, 99))""") == []
    taken = tab.evaluate("""all => [...all].filter((key) => !document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        string.digits + string.ascii_letters + string.punctuation,
    )  # fmt: skip
    assert (taken, tab.locator("dialog[open]").count()) == ([], 0)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_says_which_section_is_read_and_how_far(visit, width):
    tab = visit("file", "05-backpropagation", viewport={"width": width, "height": 800})
    where = tab.locator(".where")
    bar = tab.locator(".header-article__inner")
    before = bar.bounding_box()["height"]
    title = "5. Backpropagation"
    for name in ("Search", "Color mode: as the system has it", "Download"):
        assert tab.get_by_role("button", name=re.compile(f"^{name}")).first.is_visible()
    assert where.inner_text().split("\n") == [title, "0 %"]
    tab.evaluate("document.querySelector('#exercises').scrollIntoView({ behavior: 'instant' })")
    tab.wait_for_function("document.querySelector('.where').innerText.includes('Exercises')")
    section, share = where.locator("> *").all_inner_texts()
    assert section.startswith("5.") and "#" not in section
    assert 50 < int(share.removesuffix(" %")) < 100
    contents = tab.locator(".page-toc [aria-current=true]")
    for top in [*range(900, 20_000, 1900), *range(19_500, 1900, -1700)]:  # down, and up again
        tab.evaluate("top => scrollTo({ top, behavior: 'instant' })", top)
        tab.evaluate(FRAMES)
        named = where.locator("> *").first.text_content()
        marked = tab.locator(".toc-entry.active > a").all_text_contents()
        assert contents.all_text_contents() == marked[-1:] == [named] * (named != title)
    tab.keyboard.press("End")
    tab.wait_for_function("document.querySelector('.where').innerText.includes('100 %')")
    assert bar.bounding_box()["height"] == before
    assert where.get_attribute("aria-hidden") == "true"
    assert wider_than_the_screen(tab) == []


FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
EDGE = """(pre) => {
    const editor = document.createElement("div");
    editor.className = "live-editor";
    pre.replaceWith(editor);
    editor.append(pre);
    editor.style.width = "200px";
    return editor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["browser", "firefox"])
def test_what_is_cut_at_the_right_says_so(visit, request, name, scheme):
    """A result and an editor that are too wide, and one that is not: light or dark at its edge."""
    tab = visit("file", "04-the-loss", color_scheme=scheme,
                browser=request.getfixturevalue(name))  # fmt: skip

    def difference(box):
        """Between the edges at the right and at the left: in the middle, and most at the foot."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
        width, height = picture.size
        rows = [height // 2, height - 3, height - 2, height - 1]
        found = [abs(picture.getpixel((width - 7, y)) - picture.getpixel((7, y))) for y in rows[1:]]
        middle = [picture.getpixel((x, rows[0])) for x in (width - 3, 3)]
        return abs(middle[0] - middle[1]), max(found)

    wide = tab.locator(".cell_output pre").first.element_handle()
    wide.evaluate("(one) => one.style.width = '120px'")
    editor = tab.locator(".cell_input pre").first.evaluate_handle(EDGE).as_element()
    for box in (wide, editor):
        assert difference(box)[0] > 40
        box.evaluate("(one) => one.scrollLeft = 10_000")
        assert max(difference(box)) < 8
    assert max(difference(tab.locator(".cell_output pre").nth(1))) < 8


def test_what_scrolls_has_a_name_and_is_in_reach_of_the_keyboard(visit):
    tab = visit("file", "05-backpropagation",
                viewport={"width": 390, "height": 800})  # fmt: skip
    open_all(tab)
    tab.wait_for_timeout(0)
    scrolling = tab.locator(".cell pre").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth)"
        ".map(one => [one.tabIndex, one.role, one.ariaLabel])"
    )
    assert len(scrolling) > 10
    assert {(index, role) for index, role, _ in scrolling} == {(0, "group")}
    assert all(name.startswith(("Code of cell", "Result of cell")) for *_, name in scrolling)


PRESSED = "article :is(button, .live-bar, .live-row, .headerlink, summary), .prev-next-area"


@pytest.mark.parametrize("page", ["03-forward-propagation", "05-backpropagation"])
def test_paper_has_what_is_read_and_nothing_that_is_pressed(visit, page):
    tab = visit("file", page, viewport={"width": 700, "height": 990})
    solutions = tab.locator("#exercises .fold")
    solutions.first.locator("summary").click()
    tab.emulate_media(media="print")
    assert tab.locator(PRESSED).locator("visible=true").count() == 0
    shown = solutions.evaluate_all("all => all.map(one => one.checkVisibility())")
    assert shown == [True] + [False] * (len(shown) - 1)
    cut = tab.locator("article pre:visible").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )
    assert cut == []
    sheet = tab.pdf(print_background=True)
    assert b"/Page" in sheet
