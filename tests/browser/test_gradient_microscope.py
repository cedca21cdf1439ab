"""One derivative under the microscope in the browser, as a reader would."""

import os
import re

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.widgets.gradient_microscope import GradientMicroscope

ERRORS, NEARBY = "svg >> nth=0", "svg >> nth=1"
DECADES = [10.0**-k for k in range(14, 0, -1)]


@pytest.fixture(scope="module")
def parts(sample, trained):
    return sample.train_images[33], int(sample.train_labels[33]), trained


@pytest.fixture
def microscope(parts):
    return GradientMicroscope(*parts)


@pytest.fixture(scope="module")
def gradient(parts):
    return nn.backpropagation(*parts)


def central(image, label, parameters, entry, step):
    (name, *place), losses = entry, []
    for sign in (+1, -1):
        p = getattr(parameters, name).copy()
        p[tuple(place)] += sign * step
        y = nn.forward_propagation(image, parameters._replace(**{name: p}))[3]
        losses.append(nn.cross_entropy(y, label))
    return (*losses, (losses[0] - losses[1]) / (2 * step))


def number(text):
    return float(text.replace("−", "-"))


def is_right(tab, parts, entry, step):
    """What the figure shows is what nnlib computes, but for rounding, which is eps over the step.

    It is some last bits of the loss that differ between numpy and the browser.
    """
    name, *place = entry
    exact = getattr(nn.backpropagation(*parts), name)[tuple(place)]
    up, down, difference = central(*parts, entry, step)
    cells = tab.locator(".nnlib-microscope td").all_inner_texts()
    assert [number(one) for one in cells[:2]] == pytest.approx([up, down], abs=1e-14)
    assert number(cells[2]) == pytest.approx(up - down, rel=1e-3, abs=1e-14)
    assert number(cells[3]) == pytest.approx(difference, abs=1e-14 / step)
    assert number(cells[4]) == pytest.approx(exact, abs=1e-14)
    wrong = abs(number(cells[3]) / number(cells[4]) - 1)
    assert number(cells[5]) == pytest.approx(wrong, rel=0.06, abs=2e-16 / abs(exact))
    title = tab.locator(".nnlib-verdict").inner_text()
    value = getattr(parts[2], name)[tuple(place)]
    assert title == f"θ = {name}{place} = {value:.6f}".replace("-", "−")
    shared = [os.path.commonprefix(pair) for pair in (cells[:2], cells[3:5])]
    assert tab.locator(".nnlib-microscope u").all_inner_texts() == list(np.repeat(shared, 2))
    losses, derivatives = (len(re.sub(r"^[−0.]+|\D", "", digits)) for digits in shared)
    spoken = f"Digits that agree: {losses} of the losses, {derivatives} of the derivatives."
    assert spoken in tab.locator(ERRORS).get_attribute("aria-label")
    return True


def test_the_numbers_are_those_of_nnlib(show, microscope, parts, gradient):
    tab = show(microscope)
    assert is_right(tab, parts, ("b2", 3), 1e-5)
    for name in ("W1", "b1", "W2"):
        tab.get_by_label("array").select_option(name)
        dp = getattr(gradient, name)
        entry = (name, *map(int, np.unravel_index(np.abs(dp).argmax(), dp.shape)))
        assert is_right(tab, parts, entry, 1e-5)
    tab.get_by_label("row").fill("1")
    tab.get_by_label("column").fill("3")
    tab.keyboard.press("Enter")
    for quarter in (-56, -30, -4):
        tab.get_by_label("step ε").fill(f"{quarter / 4:g}")
        assert is_right(tab, parts, ("W2", 1, 3), 10 ** (quarter / 4))
    for _ in range(3):
        tab.get_by_role("button", name="random").click()
        row, column = (int(tab.get_by_label(one).input_value()) for one in ("row", "column"))
        assert is_right(tab, parts, ("W2", row, column), 0.1)
    tab.get_by_role("button", name="largest derivative").click()
    row, column = np.unravel_index(np.abs(gradient.W2).argmax(), (16, 10))
    assert is_right(tab, parts, ("W2", int(row), int(column)), 0.1)
    assert tab.complaints == tab.foreign == []


def test_the_curve(show, parts):
    tab = show(GradientMicroscope(*parts, "W2", (1, 3), 1e-4))
    exact = nn.backpropagation(*parts).W2[1, 3]
    rows = tab.locator(".nnlib-folded tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    for (step, difference, wrong), h in zip(rows, DECADES, strict=True):
        assert number(step) == pytest.approx(h)
        found = central(*parts, ("W2", 1, 3), h)[2]
        assert number(difference) == pytest.approx(found, abs=max(1e-12, 1e-14 / h))
        error = abs(number(difference) / exact - 1)
        assert number(wrong) == pytest.approx(error, rel=0.1, abs=1e-12 / abs(exact))
    points = tab.locator(ERRORS).locator("polyline.nnlib-line-0").get_attribute("points")
    assert points.count(",") >= 53
    marker = tab.locator("circle.nnlib-marker")
    before = float(marker.get_attribute("cx"))
    tab.get_by_label("step ε").fill("-2")
    assert float(marker.get_attribute("cx")) > before
    assert "cube root of eps" in tab.locator(ERRORS).text_content()


@pytest.mark.parametrize("touch", [False, True])
def test_the_chart_is_dragged(show, microscope, parts, touch):
    tab = show(microscope, viewport=dict(width=700, height=1200), has_touch=touch)
    box = tab.locator(ERRORS).bounding_box()
    marker = tab.locator("circle.nnlib-marker")

    def under(part):
        return box["x"] + box["width"] * part, box["y"] + box["height"] / 2

    if touch:
        tab.touchscreen.tap(*under(0.5))
    else:
        tab.mouse.move(*under(0.9))
        tab.mouse.down()
        tab.mouse.move(*under(0.7))
        tab.mouse.move(*under(0.5))
    step = 10 ** float(tab.get_by_label("step ε").input_value())
    assert 1e-10 < step < 1e-7 and is_right(tab, parts, ("b2", 3), step)
    assert float(marker.get_attribute("cx")) == pytest.approx(180, abs=4)
    if not touch:
        tab.mouse.move(0, 0)  # held still, beyond the chart
        assert is_right(tab, parts, ("b2", 3), 1e-14)
        tab.mouse.up()
        tab.mouse.move(*under(0.5))
        assert is_right(tab, parts, ("b2", 3), 1e-14)


def test_random_is_no_blank_pixel(show, microscope, gradient):
    tab = show(microscope)
    tab.get_by_label("array").select_option("W1")
    for _ in range(20):
        tab.get_by_role("button", name="random").click()
        row, column = (int(tab.get_by_label(one).input_value()) for one in ("row", "column"))
        assert gradient.W1[row, column] != 0


def spots(tab, chosen):
    """The points of the lines or dots that are chosen in the picture of the loss near by."""
    return tab.locator(NEARBY).locator(chosen).evaluate_all("""all => all.map(({points, cx, cy}) =>
        points ? [...points].map(({x, y}) => [x, y]) : [[cx.baseVal.value, cy.baseVal.value]])""")


def test_the_loss_near_by_with_secant_and_tangent(show, parts, gradient):
    (image, label, trained), step = parts, 0.1
    tab = show(GradientMicroscope(*parts, "W2", (1, 3), step))
    [loss], [tangent], [secant] = (
        np.array(spots(tab, f".nnlib-line-{kind}")) for kind in ("0", "tangent", "secant")
    )
    ends = np.array(spots(tab, ".nnlib-line-end"))[:, 0]
    steps = np.linspace(-2.5, 2.5, len(loss))

    def loss_at(nudge):
        W2 = trained.W2.copy()
        W2[1, 3] += nudge
        return nn.cross_entropy(nn.forward_propagation(image, trained._replace(W2=W2))[3], label)

    here = loss_at(0)
    losses = np.array([loss_at(k * step) for k in steps]) - here
    per_step = (loss[-1, 0] - loss[0, 0]) / 5
    per_loss = (loss[-1, 1] - loss[0, 1]) / (losses[-1] - losses[0])  # a linear scale
    assert loss[:, 1] - loss[25, 1] == pytest.approx(per_loss * losses, abs=0.01)
    up, down, difference = central(*parts, ("W2", 1, 3), step)
    for line, slope in ((tangent, gradient.W2[1, 3]), (secant, difference)):
        rise = (line[1, 1] - line[0, 1]) / per_loss
        assert rise / (5 * step) == pytest.approx(slope, rel=1e-6)
    assert tangent.mean(axis=0) == pytest.approx(loss[25])  # it touches the curve at the parameter
    assert ends[:, 0] == pytest.approx(loss[25, 0] + per_step * np.array([-1, 1]))
    assert ends[:, 1] - loss[25, 1] == pytest.approx(per_loss * np.array([down - here, up - here]))
    on_secant = np.interp(ends[:, 0], secant[:, 0], secant[:, 1])
    assert ends[:, 1] == pytest.approx(on_secant)
    slopes = [number(text) for text in tab.locator(".nnlib-key td").all_inner_texts()[1:]]
    assert slopes == pytest.approx([gradient.W2[1, 3], difference], abs=5e-7)


def test_a_derivative_of_zero(show, parts):
    tab = show(GradientMicroscope(*parts, "W1", (0, 0)))
    cells = tab.locator(".nnlib-microscope td").all_inner_texts()
    assert [number(one) for one in cells[2:5]] == [0, 0, 0] and cells[5] == "–"
    words = "This pixel is blank: the derivative is exactly 0, and so is the difference."
    remark = tab.locator(".nnlib-microscope .nnlib-note")
    assert remark.inner_text() == words
    assert tab.locator(ERRORS).is_hidden() and "NaN" not in tab.locator(".nnlib").inner_text()
    tab.get_by_role("button", name="largest derivative").click()
    assert tab.locator(ERRORS).is_visible() and "Underlined" in remark.inner_text()
    assert tab.complaints == []


def test_an_error_of_zero_is_drawn_at_the_edge(show, parts):
    """The label is so far behind that the loss is a straight line, and 2**-10 is exact."""
    flat = nn.Parameters(*(np.zeros_like(p) for p in parts[2]))
    flat.b2[0] = 1000
    tab = show(GradientMicroscope(parts[0], 1, flat, "b2", 1, 2.0**-10))
    cells = tab.locator(".nnlib-microscope td").all_inner_texts()
    assert [number(one) for one in cells[3:6]] == [-1, -1, 0]
    remark = tab.locator(".nnlib-microscope .nnlib-note").inner_text()
    assert "They agree to the last bit." in remark
    axis = tab.locator(ERRORS).locator("line.nnlib-axis").get_attribute("y1")
    assert float(tab.locator("circle.nnlib-marker").get_attribute("cy")) == float(axis)
    assert tab.complaints == []


def test_a_batch_of_32_images(show, sample, trained):
    batch = sample.train_images[:32], sample.train_labels[:32]
    tab = show(GradientMicroscope(*batch, trained, "W2", (4, 5), 1e-4))
    assert is_right(tab, (*batch, trained), ("W2", 4, 5), 1e-4)


def test_a_wrong_number_is_said_and_changes_nothing(show, microscope, parts):
    tab = show(microscope)
    for wrong in ("10", "-1", "2.5", ""):
        tab.get_by_label("column").fill(wrong)
        tab.keyboard.press("Enter")
        tab.get_by_text("expected a number from 0 to 9").wait_for(state="attached")
        assert is_right(tab, parts, ("b2", 3), 1e-5)


def test_by_keyboard_alone(show, microscope, parts):
    tab = show(microscope)
    for _ in range(5):  # the array, the column, two buttons, the step
        tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("ArrowLeft")
    assert is_right(tab, parts, ("b2", 3), 10**-5.25)
    tab.get_by_role("status").get_by_text("Step 5.6e−6: difference").wait_for(state="attached")


@pytest.mark.parametrize("trait, value, words", [
    ("entry", ["W3", 0, 0], "expected a parameter such as b2,3; found W3,0,0"),
    ("entry", ["W2", 1, 10], "found W2,1,10"),
    ("entry", ["b2"], "found b2"),
    ("entry", [], "expected a parameter"),
    ("step", 0, "expected a step from 1e−14 to 0.1; found 0"),
    ("step", None, "expected a step"),
])  # fmt: skip
def test_damaged_data_is_said(show, microscope, trait, value, words):
    def edit(states):
        for one in states.values():
            if trait in one["state"]:
                one["state"][trait] = value

    assert words in show(microscope, edit=edit).get_by_role("alert").inner_text()


def test_the_still(show, microscope, gradient):
    tab = show(microscope, java_script_enabled=False)
    words = f"in b2[3], by backpropagation: {gradient.b2[3]:.6f}"
    assert tab.locator("caption").inner_text().endswith(words)
    assert float(tab.locator("tr td").last.inner_text()) == pytest.approx(gradient.b2[3], abs=6e-5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_and_for_everyone(show, axe, microscope, theme):
    tab = show(microscope, theme=theme, viewport=dict(width=360, height=740), has_touch=True,
               is_mobile=True)  # fmt: skip
    tab.get_by_text("The curve as a table").tap()
    tab.get_by_label("array").select_option("W1")
    tab.get_by_role("button", name="random").tap()
    assert wider_than_the_screen(tab) == axe(tab, "'.nnlib'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, firefox, microscope, parts, gradient):
    tab = show(microscope, browser=firefox)
    tab.get_by_role("button", name="largest derivative").click()
    k = int(np.abs(gradient.b2).argmax())
    assert is_right(tab, parts, ("b2", k), 1e-5)
