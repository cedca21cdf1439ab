"""Draw a digit in the browser, with mouse, finger and keyboard."""

import functools

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from figures import BAD_TEXTS
from nnlib import drawing
from nnlib.widgets import DrawingPad
from nnlib.widgets.figure import as_text

THREE = [  # two strokes
    [(12, 10), (8, 18), (8, 26), (14, 32), (21, 29), (25, 21)],
    [(25, 21), (31, 30), (39, 33), (47, 28), (49, 18), (45, 9)],
]


@pytest.fixture
def pad(trained):
    return DrawingPad(trained, THREE, width=5)


def stages_of(ink, fitting, centring):
    """What nnlib makes of the page at each stage, None for those left out."""
    drawn, box = drawing.resize(ink, 28, 28), drawing.crop(ink)
    cropped = corner = centred = None
    if fitting:
        fitted, corner = drawing.fit(box), np.zeros((28, 28))
        cropped = drawing.resize(box, 28, 28)
        corner[: fitted.shape[0], : fitted.shape[1]] = fitted
    if centring:
        centred = drawing.centre(fitted if fitting else drawing.crop(drawn))
    return [drawn, cropped, corner, centred]


def ink_of(strokes, width):
    return np.max([drawing.draw([points[0], *points], 100, width) for points in strokes], axis=0)


SCRIPT = """
    const script = document.querySelector("script[type*=widget-state]");
    const [{ state }] = Object.values(JSON.parse(script.textContent).state)
        .filter(({ state }) => state._esm);
    const js = await import(URL.createObjectURL(
        new Blob([state._esm], { type: "text/javascript" })));
"""


def test_a_drawn_digit_is_the_same_text_in_the_page(show, pad, sample):
    noise = np.random.default_rng(seed=0).integers(256, size=(20, 784), dtype=np.uint8)
    blank = np.zeros((1, 784), np.uint8)
    rows = np.concatenate([sample.test_images[:100].reshape(-1, 784), noise, blank, blank + 255])
    texts = [as_text(levels) for levels in rows]
    made = show(pad).evaluate(
        f"""async ([rows, texts, bad]) => {{
            {SCRIPT}
            const complaint = (text) => {{
                try {{ return [js.from_text(text)]; }} catch (error) {{ return error.message; }}
            }};
            return {{
                texts: rows.map(js.as_text), bad: bad.map(complaint),
                rows: texts.map((text) => [...js.from_text(text)]),
            }};
        }}""",
        [rows.tolist(), texts, BAD_TEXTS],
    )
    assert made["texts"] == texts and made["rows"] == rows.tolist()
    for message in made["bad"]:
        assert message.startswith("expected a drawn digit, 784 grey levels as letters; found ")


def test_the_javascript_is_nnlib(show, pad, sample):
    rng, pages = np.random.default_rng(seed=0), []
    for image in sample.test_images[:40] / 255:
        page, (height, width) = np.zeros((40, 40)), rng.integers(6, 41, size=2)
        top, left = rng.integers(41 - height), rng.integers(41 - width)
        page[top : top + height, left : left + width] = drawing.resize(image, height, width)
        pages.append(page)
    strokes = [(100 * rng.random((7, 2))).tolist() for _ in range(5)]
    sides = [(5, 2), (2, 5), (20, 20), (100, 28), (1, 20)]
    halves = [k / 2 for k in range(-9, 40)]
    made = show(pad).evaluate(
        "async ([pages, strokes, sides, halves]) => {" + SCRIPT + """
            const both = [true, false];
            return {
                halves: halves.map(js.round),
                averages: sides.map((pair) => js.averages(...pair)),
                ink: strokes.map((points) => js.draw([points], 4)),
                all: js.draw(strokes, 7),
                dot: js.draw([[[40.5, 99]]], 6),
                pages: pages.map((page) => ({
                    crop: js.crop(page), resize: js.resize(page, 9, 33), fit: js.fit(page),
                    centre_of_mass: js.centre_of_mass(page), prepare: js.prepare(page),
                    centre: js.centre(js.fit(js.crop(page), 24)),
                    stages: both.flatMap((f) => both.map((c) => js.stages(page, f, c))),
                })),
            };
        }""",
        [np.array(pages).tolist(), strokes, sides, halves],
    )
    same = functools.partial(np.testing.assert_allclose, rtol=0, atol=1e-9)
    assert made["halves"] == [round(value) for value in halves]
    for pair, matrix in zip(sides, made["averages"]):
        same(matrix, drawing.averages(*pair))
    for points, page in zip(strokes, made["ink"]):
        same(page, drawing.draw(points))
    same(made["all"], ink_of(strokes, 7))
    same(made["dot"], ink_of([[(40.5, 99)]], 6))
    for page, own in zip(pages, made["pages"]):
        for name, arguments in dict(crop=[], resize=[9, 33], fit=[], centre_of_mass=[]).items():
            same(own[name], getattr(drawing, name)(page, *arguments), err_msg=name)
        same(own["prepare"], drawing.prepare(page))
        same(own["centre"], drawing.centre(drawing.fit(drawing.crop(page), 24)))
        for k, switches in enumerate([(1, 1), (1, 0), (0, 1), (0, 0)]):
            for found, stage in zip(own["stages"][k], stages_of(page, *switches)):
                assert bool(found) == (stage is not None)
                if found:
                    same(found, stage)


def remember(tab):
    """Loads the page anew so that kept(tab, trait) tells what the figure would send to Python."""
    tab.add_init_script(
        "const clone = structuredClone; structuredClone = (value) => (window.kept = clone(value))"
    )
    tab.reload()
    tab.wait_for_selector("[data-ready]")
    return tab


def levels_of(pad):
    return np.rint(255 * pad.image).astype(np.uint8)


def kept(tab, name):
    return tab.evaluate(f"kept.{name}")


def shows(tab, pad):
    """Are guess, outputs and the link to their explanation those of this pad in Python?"""
    outputs = [f"{value:.3f}" for value in pad.outputs]
    assert tab.locator(".nnlib-folded td").all_text_contents() == outputs
    guess = "Draw a digit" if pad.guess is None else f"Guessed digit {pad.guess}"
    assert tab.locator(".nnlib-verdict").inner_text() == guess
    explain, text = tab.get_by_role("link", name="explain this answer"), as_text(levels_of(pad))
    assert explain.count() == (pad.guess is not None) and (not explain.count() or (
        explain.get_attribute("href")
        == f"03-forward-propagation.html#figure-forward-pass?drawn={text}&output={pad.guess}"
    ))
    assert "NaN" not in tab.locator(".nnlib").inner_text()
    return True


def place(tab, row, column):
    """Where in the window the centre of a cell is, to a whole pixel."""
    box = tab.locator(".nnlib-pad").bounding_box()
    return (
        round(box["x"] + (column + 0.5) * box["width"] / 100),
        round(box["y"] + (row + 0.5) * box["height"] / 100),
    )


def test_with_the_mouse(show, pad, trained):
    tab = remember(show(DrawingPad(trained)))
    assert shows(tab, DrawingPad(trained))
    for points in THREE:
        tab.mouse.move(*place(tab, *points[0]))
        tab.mouse.down()
        for point in points[1:]:
            tab.mouse.move(*place(tab, *point))
        tab.mouse.up()
        tab.mouse.move(*place(tab, 80, 80))  # the pen is up
    strokes = kept(tab, "strokes")
    assert [len(points) for points in strokes] == [6, 6]
    assert np.array(strokes) == pytest.approx(np.array(THREE), abs=0.5)
    assert shows(tab, DrawingPad(trained, strokes)) and DrawingPad(trained, strokes).guess == 3
    tab.mouse.click(*place(tab, 60, 60), button="right")
    assert kept(tab, "strokes") == strokes
    tab.mouse.click(*place(tab, 90, 90))
    assert len(kept(tab, "strokes")) == 3 and len(kept(tab, "strokes")[2]) == 1
    assert shows(tab, DrawingPad(trained, kept(tab, "strokes")))
    tab.get_by_role("button", name="undo").click()
    assert kept(tab, "strokes") == strokes and shows(tab, DrawingPad(trained, strokes))
    clear, undo = (tab.get_by_role("button", name=name) for name in ("clear", "undo"))
    for one in (clear, undo, clear, clear, undo, clear):  # the last drawing comes back
        one.click()
        assert kept(tab, "strokes") == (strokes if one is undo else [])
        assert shows(tab, DrawingPad(trained, kept(tab, "strokes")))
        assert tab.get_by_text("Draw a digit here", exact=True).is_visible() == (one is clear)
    assert not tab.locator(".nnlib-bars").is_visible()
    tab.mouse.click(*place(tab, 30, 70))
    assert shows(tab, DrawingPad(trained, kept(tab, "strokes")))
    assert tab.complaints == tab.foreign == []


def test_stages_and_switches(show, pad, trained):
    tab = show(pad)
    ink = ink_of(THREE, 5)
    for fitting, centring in [(True, True), (False, True), (False, False), (True, False)]:
        tab.get_by_label("crop and fit to 20 × 20").set_checked(fitting)
        tab.get_by_label("centre by mass").set_checked(centring)
        expected = []
        for stage in stages_of(ink, fitting, centring):
            levels = None if stage is None else np.rint(255 * stage).astype(np.uint8)
            ya = None if stage is None else nn.forward_propagation(levels, trained)[-1]
            expected.append("left out" if ya is None else f"{ya.argmax()}: {ya.max():.2f}")
        assert tab.locator(".nnlib-steps p:last-child").all_inner_texts() == expected
        assert shows(tab, DrawingPad(trained, THREE, 5, fitting, centring))
    tab.get_by_label("width of the pen").fill("9")
    assert shows(tab, DrawingPad(trained, THREE, 9, True, False))


def test_by_keyboard_alone(show, trained):
    tab = remember(show(DrawingPad(trained)))
    press = tab.keyboard.press
    press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('role')") == "application"
    assert tab.locator(".nnlib-cursor").is_visible()
    status = tab.get_by_role("status")
    for key in ("Shift+ArrowUp", "Shift+ArrowUp", "ArrowRight"):
        press(key)
    status.get_by_text("Row 30, column 52, pen up. Draw a digit").wait_for(state="attached")
    for key in ("Space", "Shift+ArrowDown", "Shift+ArrowDown", "ArrowLeft"):
        press(key)
    status.get_by_text("Row 50, column 50, pen down. Guessed digit").wait_for(state="attached")
    one = [[30, 52], [40, 52], [50, 52], [50, 50]]
    assert kept(tab, "strokes") == [] and shows(tab, DrawingPad(trained, [one]))
    press("Escape")
    assert kept(tab, "strokes") == [one]
    for key in ("ArrowLeft", "Enter", "Enter"):
        press(key)
    assert kept(tab, "strokes") == [one, [[50, 48]]]
    assert shows(tab, DrawingPad(trained, kept(tab, "strokes")))
    press("Backspace")
    assert kept(tab, "strokes") == [one] and shows(tab, DrawingPad(trained, [one]))
    for _ in range(9):
        press("Shift+ArrowDown")
    press("Space")
    press("Tab")  # which lifts the pen
    assert kept(tab, "strokes") == [one, [[99, 48]]]
    assert tab.evaluate("document.activeElement.textContent") == "undo"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_reader_says_what_was_meant_and_all_is_counted(show, pad, trained):
    tab = remember(show(pad))
    said = tab.locator(".nnlib-meant + p > span")
    key, clear = (tab.get_by_role("button", name=name) for name in ("I meant 3", "clear"))
    assert said.inner_text() == ""
    key.click()
    first = "You meant 3, it was read as 3 ✓. Read right so far: 1 of 1 drawings."
    assert said.inner_text() == first
    clear.click()
    assert key.is_disabled()
    tab.keyboard.press("3")  # of nothing
    assert said.inner_text() == "Read right so far: 1 of 1 drawings."
    tab.locator(".nnlib-pad").click()
    guess = DrawingPad(trained, kept(tab, "strokes"), 5).guess
    for digit, sign, right in (((guess + 1) % 10, "✗", 1), (guess, "✓", 2)):  # another word for it
        tab.keyboard.press(str(digit))
        assert said.inner_text() == (
            f"You meant {digit}, it was read as {guess} {sign}. "
            f"Read right so far: {right} of 2 drawings."
        )
    clear.click()
    tab.get_by_role("button", name="undo").click()  # which is the second one still
    assert said.inner_text().startswith(f"You meant {guess}, it was read as {guess} ✓.")


@pytest.fixture
def phone(show, browser):
    def open_phone(widget):
        size = {"width": 360, "height": 740}
        tab = remember(show(widget, viewport=size, has_touch=True, is_mobile=True))
        tab.evaluate("document.body.style.paddingBottom = '600px'")
        session = tab.context.new_cdp_session(tab)

        def touch(kind, *points):
            points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        return tab, touch

    return open_phone


def test_with_a_finger_on_a_phone(phone, trained):
    tab, touch = phone(DrawingPad(trained))
    assert tab.evaluate("innerWidth") == 360  # a phone would widen it to what is too wide
    for points in THREE:
        touch("touchStart", place(tab, *points[0]))
        for point in points[1:]:
            touch("touchMove", place(tab, *point))
        touch("touchEnd")
    strokes = kept(tab, "strokes")
    assert [(points[0], len(points) >= 6) for points in strokes] == [
        (pytest.approx(points[0], abs=0.5), True) for points in THREE
    ]
    assert shows(tab, DrawingPad(trained, strokes)) and DrawingPad(trained, strokes).guess == 3
    assert tab.evaluate("scrollY") == 0

    first, second = place(tab, 60, 60), place(tab, 90, 90)
    touch("touchStart", first)
    touch("touchStart", first, second)
    touch("touchMove", first, place(tab, 80, 80))
    touch("touchEnd")
    assert len(kept(tab, "strokes")) == 3  # the second finger drew nothing
    for row, column in kept(tab, "strokes")[2]:
        assert (row, column) == (pytest.approx(60, abs=0.5), pytest.approx(60, abs=0.5))
    assert wider_than_the_screen(tab) == []


def test_a_finger_beside_the_pad_scrolls(phone, pad):
    tab, touch = phone(pad)
    box = tab.locator(".nnlib-pad").bounding_box()
    x = (box["x"] + box["width"] + 360) / 2
    assert 360 - box["x"] - box["width"] >= 24
    touch("touchStart", (x, 400))
    for y in range(390, 100, -20):
        touch("touchMove", (x, y))
    touch("touchEnd")
    tab.wait_for_function("scrollY > 100")
    assert np.array(kept(tab, "strokes")).tolist() == np.array(THREE).tolist()


def damage(name, value):
    def edit(states):
        for model in states.values():
            if name in model["state"]:
                model["state"][name] = value

    return edit


@pytest.mark.parametrize("name, value, words", [
    ("strokes", [[[1, 2], [3, None]]], "expected numbers in width and strokes"),
    ("width", None, "expected numbers in width and strokes"),
    ("strokes", [[["a", 2]]], "expected numbers in width and strokes"),
])  # fmt: skip
def test_damaged_data_are_said(show, pad, name, value, words):
    tab = show(pad, edit=damage(name, value))
    assert words in tab.get_by_role("alert").inner_text()
    assert tab.locator(".figure-still table").is_visible()


def test_without_javascript(show, pad, trained):
    tab = show(pad, java_script_enabled=False)
    cells = tab.locator(".figure-still td").all_inner_texts()
    assert cells == [f"{value:.3f}" for value in pad.outputs]
    text = tab.locator(".figure-still").inner_text()
    assert "switch on JavaScript" in text and "Guessed digit 3" in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, pad, trained, axe, theme):
    tab = show(pad, DrawingPad(trained), theme=theme)
    tab.get_by_text("The ten outputs as a table").first.click()
    assert axe(tab, "'.figure-place'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, firefox, pad, trained):
    tab = show(pad, browser=firefox)
    assert shows(tab, pad)
    tab.get_by_role("button", name="clear").click()
    assert tab.locator(".nnlib-verdict").inner_text() == "Draw a digit"
    tab.locator(".nnlib-pad").click()
    assert tab.locator(".nnlib-verdict").inner_text().startswith("Guessed digit")
    tab.get_by_label("centre by mass").click()
    assert "left out" in tab.locator(".nnlib-steps").inner_text()
    assert tab.complaints == tab.foreign == []
