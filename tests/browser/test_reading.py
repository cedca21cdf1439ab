"""What every page owes who reads it: names that are what is seen, room for large letters, and
results that are seen whole, or with a sign that there is more."""

import io

import pytest
from PIL import Image
from test_pages import pages

from conftest import thorough_but_for, wider_than_the_screen

SPACED = """* {
    letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
# Boxes that hide a part of their own text, and texts that a box of one line would hide.
HIDDEN = """() => [...document.querySelectorAll("article *, .header-article *, .prev-next-area *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => /hidden|clip/.test(getComputedStyle(one).overflow))
    .filter((one) => one.clientWidth > 1 && !one.closest(".math, mjx-container, .where, svg"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1
        || one.scrollHeight > one.clientHeight + 1)
    .map((one) => one.outerHTML.slice(0, 200))"""


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
def test_what_stands_on_a_fold_is_its_name(visit, page):
    tab = visit("file", page)
    session = tab.context.new_cdp_session(tab)
    for whether in (False, True):
        open_all(tab, whether)
        tree = session.send("Accessibility.getFullAXTree")["nodes"]
        names = [node["name"]["value"].strip() for node in tree
                 if node["role"]["value"] == "DisclosureTriangle"]  # fmt: skip
        seen = tab.locator("summary:visible").all_inner_texts()
        assert sorted(names) == sorted(" ".join(text.split()) for text in seen)
        assert "" not in names
        wrong = "Show " if whether else "Hide "
        assert [name for name in names if name.startswith(wrong)] == []


@pytest.mark.parametrize("page", pages())
def test_a_page_can_be_read_at_320_pixels_and_with_spaced_letters(visit, page):
    """WCAG 1.4.10 and 1.4.12; figures and formulas have tests of their own."""
    tab = visit("file", page, viewport={"width": 320, "height": 800})
    open_all(tab)
    tab.add_style_tag(content=".figure-place, .math { display: none !important }")
    assert wider_than_the_screen(tab) == []
    tab.add_style_tag(content=SPACED)
    assert wider_than_the_screen(tab) == []
    assert tab.evaluate(HIDDEN) == []


# What changes of a control when the keyboard comes to it, and what does not.
UNSEEN = """() => [...document.querySelectorAll(
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
        const style = getComputedStyle(one);
        const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return one === document.activeElement
            && !((ring || style.boxShadow !== "none") && look() !== before)
            && !one.matches(".live-code, .live-code *");
    }).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [390, 1280])
def test_where_the_keyboard_is_can_be_seen(visit, width):
    tab = visit("file", "03-forward-propagation", viewport={"width": width, "height": 800})
    tab.keyboard.press("Tab")  # from now on the browser shows where it is
    assert tab.evaluate(UNSEEN) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_leads_back_to_the_top_can_be_read(visit, axe, scheme):
    tab = visit("file", "glossary", color_scheme=scheme)
    tab.add_style_tag(content="#pst-back-to-top { display: block !important }")
    assert tab.locator("#pst-back-to-top").is_visible()
    assert axe(tab, "'#pst-back-to-top'", rules=["color-contrast"]) == []


def test_escape_takes_away_what_hovers(visit):
    tab = visit("file", "for-a-class")
    for _ in range(2):  # it comes again
        tab.mouse.move(600, 400)
        tab.hover(".theme-switch-button")
        tab.locator(".tooltip.show").wait_for()
        tab.keyboard.press("Escape")
        tab.locator(".tooltip.show").wait_for(state="detached")
        assert float(tab.evaluate("""async () => {
            const tip = document.querySelector(".tooltip");
            await Promise.all(tip?.getAnimations().map((one) => one.finished) ?? []);
            return tip ? getComputedStyle(tip).opacity : 0;
        }""")) == 0


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bar_says_which_section_is_read_and_how_far(visit, width):
    tab = visit("file", "05-backpropagation", viewport={"width": width, "height": 800})
    where = tab.locator(".where")
    bar = tab.locator(".header-article__inner")
    before = bar.bounding_box()["height"]
    assert where.inner_text().split("\n") == ["5. Backpropagation", "0 %"]
    tab.evaluate("document.querySelector('#exercises').scrollIntoView({ behavior: 'instant' })")
    tab.wait_for_function("document.querySelector('.where').innerText.includes('Exercises')")
    section, share = where.locator("> *").all_inner_texts()
    assert section.startswith("5.") and "#" not in section
    assert 50 < int(share.removesuffix(" %")) < 100
    tab.keyboard.press("End")
    tab.wait_for_function("document.querySelector('.where').innerText.includes('100 %')")
    assert bar.bounding_box()["height"] == before
    assert where.get_attribute("aria-hidden") == "true"
    assert wider_than_the_screen(tab) == []


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

    def edges(box):
        """The colours of the upper right corner, below the text, and of the upper left."""
        picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
        y = picture.height // 2
        return picture.getpixel((picture.width - 3, y)), picture.getpixel((3, y))

    wide = tab.locator(".cell_output pre").first.element_handle()
    wide.evaluate("(one) => one.style.width = '120px'")
    editor = tab.locator(".cell_input pre").first.evaluate_handle(EDGE).as_element()
    for box in (wide, editor):
        right, left = edges(box)
        assert abs(right - left) > 40
        box.evaluate("(one) => one.scrollLeft = 10_000")
        right, left = edges(box)
        assert abs(right - left) < 8
    right, left = edges(tab.locator(".cell_output pre").nth(1))
    assert abs(right - left) < 8


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
