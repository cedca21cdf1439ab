"""The row below every figure: back to the start, a link to its state, the figure on its own."""

import re
from itertools import product

import pytest

import nnlib.widgets as widgets
from conftest import wait_for_figures
from figures import CHANGES, FIGURES, make

# Nothing waits: so what a figure would say after a while it has said at once.
HASTY = "const later = setTimeout; globalThis.setTimeout = (f) => later(f);"
REST = """new Promise((resolve) =>
    setTimeout(() => requestAnimationFrame(() => setTimeout(resolve))))"""
REFUSED = {
    "ImagePicker": ["index=6", "index=-1", "show=none", "guess_first=1", "drawn=A"],
    "ForwardPass": ["unit=5", "unit=", "unit=1&colour=red", "output=1e0", "drawn=A", "follow=1"],
    "LogitSliders": ["y=1,2,3", "y=,,,,,,,,,", "y=0,0,0,0,0,0,0,0,0,21", "label=ten"],
    "GradientMicroscope": ["entry=b2,", "entry=b2,10", "entry=W3,0,0", "step=0", "step=x"],
    "Trainer": ["rate=0", "rate=", "batch_size=5", "start=Large", "seed=1.5"],
    "DrawingPad": ["width=0", "strokes=1,2,3", "strokes=1,,2,3", "fitting=yes"],
    "TimeMachine": ["index=3", "off=1,5", "off=,", "stuck=max", "drawn=A"],
}  # fmt: skip


def kinds():
    assert REFUSED.keys() == set(widgets.__all__) == {kind.__name__ for kind in FIGURES}
    return FIGURES


def press(tab, name):
    tab.get_by_role("button", name=name).click()


def link(tab):
    """The fragment to which the figure's link leads."""
    press(tab, "link to this state")
    tab.get_by_text("in the address bar").wait_for()
    return tab.evaluate("location.hash")


def shown(tab):
    """All that is seen and described, but for what the row says."""
    return tab.evaluate("""async (rest) => {
        await eval(rest);
        const root = document.querySelector(".nnlib");
        for (const one of root.querySelectorAll("details")) one.open = true;
        const named = [...root.querySelectorAll("[aria-label], input, select")];
        const seen = named.filter((one) => one.checkVisibility({visibilityProperty: true}));
        const fields = seen.map(({ariaLabel, value, checked}) => [ariaLabel, value, checked]);
        const others = ".nnlib-tools, [role=status], [role=alert]";
        const rows = [...root.children].filter((one) => !one.matches(others))
            .filter((one) => one.checkVisibility());
        return [fields, rows.map((one) => one.innerText)];
    }""", REST)


def changed(kind):
    """Figures of the kind after each of its changes to which a link can lead."""
    for of, change in CHANGES:
        if of is kind and "parameters" not in change:
            figure = make(kind)
            for name, value in change.items():
                setattr(figure, name, value)
            yield figure


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_link_leads_to_the_state_and_the_row_back(show, kind):
    figure = make(kind)
    tab = show(figure, before=HASTY)
    address, place = tab.url, f"#figure-{figure.model_id}"
    first, start = shown(tab), link(tab)
    assert start.startswith(f"{place}?") and shown(tab) == first
    for other in changed(kind):
        goal = show(other, before=HASTY)
        state = link(goal).partition("?")[2]
        assert f"{place}?{state}" != start
        tab.evaluate("(hash) => { location.hash = hash; }", f"{place}?{state}")
        assert shown(tab) == shown(goal)
        press(tab, "back to the start")
        tab.get_by_text("Back at the start.").wait_for()
        assert (shown(tab), link(tab)) == (first, start)
        goal.close()
        tab.goto("about:blank")
        tab.goto(f"{address}{place}?{state}")
        wait_for_figures(tab)
        assert link(tab) == f"{place}?{state}"
        press(tab, "back to the start")
    assert tab.complaints == []


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_link_to_what_is_not_there_is_refused_and_changes_nothing(show, kind):
    figure = make(kind)
    tab = show(figure, before=HASTY)
    first = shown(tab)
    alert = tab.get_by_role("alert")
    for asked in ["colour=red", "constructor=1", *REFUSED[kind.__name__]]:
        tab.evaluate("(hash) => { location.hash = hash; }", f"#figure-{figure.model_id}?{asked}")
        alert.get_by_text(re.compile("^The link asks for .*: expected .*; found ")).wait_for()
        tab.evaluate("location.hash = ''")
        alert.wait_for(state="hidden")
        assert shown(tab) == first, asked
    assert tab.complaints == []


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_figure_says_nothing_until_its_reader_acts(show, kind):
    tab = show(make(kind), before=HASTY)
    shown(tab)
    live = tab.locator(".nnlib :is([role=status], [role=alert], [aria-live])")
    assert not any(live.all_text_contents())
    press(tab, "back to the start")
    shown(tab)
    assert any(live.all_text_contents())


def test_a_figure_fills_the_screen_in_large_type_and_comes_back(show):
    tab = show(*(make(kind) for kind in FIGURES), viewport={"width": 1600, "height": 900})
    for figure in tab.locator(".nnlib").all():
        before = figure.bounding_box()
        sizes = "one => [...one.querySelectorAll('button')].map(b => getComputedStyle(b).fontSize)"
        small = figure.evaluate(sizes)
        button = figure.get_by_role("button", name="enlarge")
        button.focus()
        tab.keyboard.press("Enter")
        figure.get_by_role("button", name="make small").wait_for()
        assert figure.bounding_box() == {"x": 0, "y": 0, "width": 1600, "height": 900}
        sizes = [[float(size[:-2]) for size in one] for one in (small, figure.evaluate(sizes))]
        assert all(large > 1.2 * small for small, large in zip(*sizes))
        tab.keyboard.press("Enter")
        figure.get_by_role("button", name="enlarge").wait_for()
        after = figure.bounding_box()
        assert all(after[side] == before[side] for side in ("width", "height"))
        assert -after["height"] < after["y"] < 900
    assert tab.complaints == []


def test_a_link_shows_a_figure_over_the_page_until_it_is_made_small(show, firefox):
    """In Firefox, where Escape leads back unless a figure has taken the key."""
    figures = [make(kind) for kind in FIGURES]
    tab = show(*figures, browser=firefox, viewport={"width": 1280, "height": 720})
    cover = tab.get_by_role("dialog")
    leave = [
        lambda: tab.keyboard.press("Escape"),
        lambda: cover.get_by_role("button", name="make small").click(),
        lambda: tab.evaluate("location.hash = ''"),
    ]
    for figure, way in product(figures, leave):
        tab.evaluate("location.hash = ''")
        tab.evaluate("(hash) => { location.hash = hash; }", f"figure-{figure.model_id}?screen")
        assert cover.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}
        way()
        cover.wait_for(state="detached")
        tab.locator(f"#figure-{figure.model_id} > div > .nnlib:not(.nnlib-large)").wait_for()
    assert tab.complaints == []


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_page_goes_to_the_figure_of_which_its_address_has_a_state(visit, scheme):
    tab = visit(scheme, "03-forward-propagation")
    address = f"{tab.url}#figure-forward-pass?unit=5"
    for before in (tab.url, "about:blank"):  # within the page, and from elsewhere
        tab.goto(before)
        tab.goto(address)
        tab.wait_for_function("""() => {
            const place = document.querySelector("#figure-forward-pass");
            const { top } = place.getBoundingClientRect();
            return place.querySelector("[data-ready]") && top >= 0 && top < innerHeight / 2;
        }""")
        chosen = tab.locator("#figure-forward-pass [type=radio]:checked").first
        assert chosen.input_value() == "5"
    assert tab.complaints == []


@pytest.mark.parametrize("kind", [widgets.Trainer, widgets.TimeMachine, widgets.GradientMicroscope,
                                  widgets.LogitSliders])  # fmt: skip
def test_no_two_texts_of_a_chart_touch_and_none_is_cut(show, kind):
    tab = show(make(kind))
    assert tab.evaluate("""() => [...document.querySelectorAll(".nnlib-chart")].flatMap((chart) => {
        const texts = [...chart.querySelectorAll("text")].filter((one) => one.textContent);
        const boxes = texts.map((one) => one.getBBox());
        const { width, height } = chart.viewBox.baseVal;
        const inside = (a) => a.x >= 0 && a.y >= 0 && a.x + a.width <= width
            && a.y + a.height <= height;
        const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x
            || a.y + 0.85 * a.height <= b.y || b.y + 0.85 * b.height <= a.y; // room of no letter
        return boxes.flatMap((a, i) => [
            ...(inside(a) ? [] : [`${texts[i].textContent} is cut`]),
            ...boxes.slice(i + 1).flatMap((b, k) => apart(a, b) ? [] :
                [`${texts[i].textContent} over ${texts[i + 1 + k].textContent}`]),
        ]);
    })""") == []


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_buttons_of_which_one_is_chosen_are_a_group_with_a_name(show, kind):
    tab = show(make(kind))
    assert tab.evaluate("""() => [...document.querySelectorAll("[type=radio]")].filter((one) => {
        const group = one.closest("fieldset, [role=radiogroup], [role=group]:not(.nnlib)");
        return !(group?.ariaLabel || group?.querySelector("legend")?.textContent.trim()
            || group?.ariaLabelledByElements?.length);
    }).map((one) => one.outerHTML)""") == []
