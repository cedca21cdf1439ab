"""Ten outputs as sliders in the browser, as a reader would."""

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.plots import LAYERS
from nnlib.widgets.logit_sliders import LogitSliders

Y = [-2.5, -0.2, 7.8, 4.8, -3.4, 0.2, 1.8, -0.6, -4.1, -5.4]


@pytest.fixture
def sliders():
    return LogitSliders(Y, 1)


def number(text):
    return float(text.replace("−", "-"))


def is_right(tab, y, label):
    """What the figure shows is what nnlib computes from these outputs."""
    ya, t = nn.softmax(np.array(y)), nn.one_hot(label)
    figure = tab.locator(".nnlib")
    assert number(figure.locator(".nnlib-loss b").inner_text()) == pytest.approx(
        nn.cross_entropy(y, label), rel=0.05, abs=6e-5
    )
    formula = figure.locator(".nnlib-loss").inner_text()
    assert formula.startswith(f"L = −log ya[{label}] = −log ")
    assert number(formula.split("log ")[2].split()[0]) == pytest.approx(ya[label], rel=1e-4)
    rows = tab.locator(".nnlib-folded tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    for column, values in zip(range(1, 5), (y, ya, t, ya - t)):
        found = [number(row[column]) for row in rows]
        assert found == pytest.approx(values, rel=0.05, abs=6e-5)
        if column > 1:
            kind = (".nnlib-ya", ".nnlib-t", ".nnlib-dy")[column - 2]
            assert [number(one) for one in figure.locator(kind).all_inner_texts()] == found
    shown = figure.locator(".nnlib-logit output").all_inner_texts()
    assert [number(one) for one in shown] == pytest.approx(y, abs=6e-3)
    verdict = "✓ CORRECT" if ya.argmax() == label else "✗ INCORRECT"
    assert figure.locator(".nnlib-verdict").inner_text() == verdict
    return True


def press(tab, name):
    tab.get_by_role("button", name=name).click()


def test_buttons(show, sliders):
    tab = show(sliders)
    y, note = np.array(Y), tab.locator(".nnlib > .nnlib-note")
    assert is_right(tab, y, 1)
    for step in range(1, 6):
        before = nn.cross_entropy(y, 1)
        y -= nn.softmax(y) - nn.one_hot(1)
        press(tab, "one step downhill")
        assert is_right(tab, y, 1)
        words = f"Step {step} downhill, rate 1: L went from {before:.4f} to"
        assert note.inner_text() == f"{words} {nn.cross_entropy(y, 1):.4f}."
    press(tab, "add 1 to all")
    formula = tab.locator(".nnlib-loss").inner_text()
    assert is_right(tab, y + 1, 1) and "All y are 1 larger" in note.inner_text()
    press(tab, "add 1 to all")
    assert is_right(tab, y + 2, 1) and tab.locator(".nnlib-loss").inner_text() == formula
    press(tab, "all equal")
    assert is_right(tab, np.zeros(10), 1)
    tab.get_by_label("label").select_option("4")
    press(tab, "one step downhill")
    assert is_right(tab, nn.one_hot(4) - 0.1, 4) and "Step 1 " in note.inner_text()
    press(tab, "back to the start")
    assert is_right(tab, Y, 1) and tab.get_by_label("label").input_value() == "1"
    assert tab.complaints == tab.foreign == []


def test_the_curve_of_the_loss_and_a_step_back(show, sliders):
    tab = show(sliders)
    curve, path = tab.locator("svg"), [np.array(Y)]

    def is_drawn():
        label = int(tab.get_by_label("label").input_value())
        drawn = curve.get_attribute("aria-label").partition(": ")[2].split(", ")
        losses = [nn.cross_entropy(y, label) for y in path]
        assert [number(text) for text in drawn] == pytest.approx(losses, abs=6e-5)
        return is_right(tab, path[-1], label)

    assert is_drawn() and curve.locator("circle.nnlib-line").count() == 1
    press(tab, "one step back")
    assert is_drawn() and tab.get_by_text("no step downhill to take back").first.is_visible()
    for _ in range(12):  # more than there is room for at first
        press(tab, "one step downhill")
        path.append(path[-1] - nn.softmax(path[-1]) + nn.one_hot(1))
    assert is_drawn()
    for _ in range(5):
        press(tab, "one step back")
        path.pop()
    assert is_drawn() and tab.get_by_text("After 7 steps downhill.").first.is_visible()
    tab.get_by_label("label").select_option("3")  # another loss: the curve begins anew
    path[:] = path[-1:]
    assert is_drawn()
    press(tab, "one step downhill")
    path.append(path[-1] - nn.softmax(path[-1]) + nn.one_hot(3))
    assert is_drawn()
    tab.get_by_label("y0").fill("5")
    path[:] = [np.array([5, *path[-1][1:]])]
    assert is_drawn()
    press(tab, "one step back")
    assert is_drawn() and tab.complaints == []


@pytest.mark.parametrize("name", ["browser", "firefox"])
def test_a_slider_is_filled_from_0(show, sliders, request, name):
    """Its middle: there the colour of the value begins, to the side on which the value is."""
    tab = show(sliders, browser=request.getfixturevalue(name))
    slider = tab.get_by_label("y0")
    for value, (filled, empty) in (("14", (0.65, 0.35)), ("-14", (0.35, 0.65))):
        slider.fill(value)
        shot = Image.open(io.BytesIO(slider.screenshot())).convert("RGB")
        at = [shot.getpixel((int(part * shot.width), shot.height // 2)) for part in (filled, empty)]
        assert at == [ImageColor.getrgb(LAYERS["y"]), (0xB6, 0xC2, 0xCD)]


def test_by_keyboard_alone(show, sliders):
    tab = show(sliders)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.tagName") == "SELECT"
    tab.keyboard.press("ArrowDown")
    assert is_right(tab, Y, 2)
    tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("ArrowRight")
    assert is_right(tab, [-2.4, *Y[1:]], 2)
    assert tab.get_by_label("y0").get_attribute("aria-valuetext") == "−2.40"
    tab.get_by_role("status").get_by_text("label 2, guess 2").wait_for(state="attached")


def test_the_ends_of_the_sliders(show):
    """The smallest share there can be, 4e-18, and no way to leave the sliders."""
    y = np.array([20.0, *[-20.0] * 9])
    tab = show(LogitSliders(y, 1))
    assert is_right(tab, y, 1)
    press(tab, "add 1 to all")
    assert "Nothing changed: a y would go beyond ±20." in tab.locator(".nnlib").inner_text()
    assert is_right(tab, y, 1)
    press(tab, "one step downhill")
    assert is_right(tab, y - nn.softmax(y) + nn.one_hot(1), 1)


@pytest.mark.parametrize("trait, value, words", [
    ("y", Y[:9], "expected ten y from −20 to 20"),
    ("y", [None, *Y[1:]], "expected ten y from −20 to 20"),
    ("y", [1e9, *Y[1:]], "found 1000000000"),
    ("label", 10, "a label in 0..9"),
])  # fmt: skip
def test_damaged_data_is_said(show, sliders, trait, value, words):
    def edit(states):
        for one in states.values():
            if trait in one["state"]:
                one["state"][trait] = value

    assert words in show(sliders, edit=edit).get_by_role("alert").inner_text()


def test_the_still(show, sliders):
    tab = show(sliders, java_script_enabled=False)
    assert tab.locator("caption").inner_text().startswith("Label 1, L = -log 0.0003")
    t = nn.one_hot(1)
    dy = nn.softmax(np.array(Y)) - t
    found = [float(one) for one in tab.locator("tr td:last-child").all_inner_texts()]
    assert found == pytest.approx(dy, abs=6e-4)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_and_for_everyone(show, axe, sliders, theme):
    tab = show(sliders, theme=theme, viewport=dict(width=360, height=740), has_touch=True,
               is_mobile=True)  # fmt: skip
    tab.get_by_text("The ten outputs as a table").tap()
    tab.get_by_role("button", name="all equal").tap()
    assert is_right(tab, np.zeros(10), 1)
    assert wider_than_the_screen(tab) == axe(tab, "'.nnlib'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, firefox, sliders):
    tab = show(sliders, browser=firefox)
    tab.get_by_role("button", name="one step downhill").click()
    y = np.array(Y)
    assert is_right(tab, y - nn.softmax(y) + nn.one_hot(1), 1)
