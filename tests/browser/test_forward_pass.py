"""One image, every number in the browser, as a reader would."""

import base64

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.widgets import ForwardPass
from nnlib.widgets.figure import pack

COUNT = 20
UNITS, OUTPUTS = ".nnlib-of-units", ".nnlib-of-outputs"


@pytest.fixture
def figure(sample, trained):
    return ForwardPass(sample.test_images[:COUNT], sample.test_labels[:COUNT], trained, unit=14)


def written(values):
    return [f"{value:.3f}".replace("-", "−") for value in values]


def cells(tab, table, column):
    return tab.locator(table).locator(f"tbody td:nth-child({column})").all_inner_texts()


def choose(tab, table, i):
    tab.locator(table).get_by_role("radio", name=str(i), exact=True).check()


def formulas(tab):
    return " ".join(tab.locator(".nnlib-pass").inner_text().split())


def test_every_number_is_that_of_nnlib(show, figure, sample, trained):
    tab = show(figure)
    for index, j, k in ((1, 3, 0), (0, 14, figure.output), (COUNT - 1, 0, 7)):
        tab.get_by_label("image number").fill(str(index))
        choose(tab, UNITS, j)
        choose(tab, OUTPUTS, k)
        x, h, ha, y, ya = nn.forward_propagation(sample.test_images[index], trained)
        W1, b1, W2, b2 = trained
        assert cells(tab, UNITS, 2) == written(h)
        assert cells(tab, UNITS, 3) == written(ha)
        assert cells(tab, UNITS, 4) == [f"× {weight}" for weight in written(W2[:, k])]
        assert cells(tab, UNITS, 5) == [f"= {term}" for term in written(ha * W2[:, k])]
        assert cells(tab, OUTPUTS, 2) == written(y)
        assert cells(tab, OUTPUTS, 3) == written(ya)
        text, label, guess = formulas(tab), sample.test_labels[index], ya.argmax()
        products, terms, bias1, bias2, minus, plus = written(
            [x @ W1[:, j], ha @ W2[:, k], abs(b1[j]), abs(b2[k]), -h[j], y[k]]
        )
        signs = ["−" if bias < 0 else "+" for bias in (b1[j], b2[k])]
        assert f"{np.sum(x > 0)} of 784 pixels have ink" in text
        total = f"{products} {signs[0]} {bias1} = {written(h)[j]}"
        assert f"= sum of xi W1i,{j} + b1{j} = {total}" in text
        assert f"ha{j} = 1 / (1 + e{minus}) = {written(ha)[j]}" in text
        assert f"y{k} = sum of the terms + b2{k} = {terms} {signs[1]} {bias2} = {plus}" in text
        e, total = written([np.exp(y[k]), np.exp(y).sum()])
        assert f"ya{k} = e{plus} / sum = {e} / {total} = {written(ya)[k]}" in text
        word = "✓ CORRECT" if guess == label else "✗ INCORRECT"
        verdict = f"{word}: label {label}, guess {guess}"
        assert tab.locator(".nnlib-verdict").inner_text() == verdict
        tab.get_by_role("status").get_by_text(
            f"{verdict}, unit {j}: {written(ha)[j]}, output {k}: {written(ya)[k]}"
        ).wait_for(state="attached")
    assert tab.complaints == tab.foreign == []


def test_previous_and_next_go_round(show, figure):
    tab = show(figure)
    for name, index in (("previous", COUNT - 1), ("next", 0), ("next", 1)):
        tab.get_by_role("button", name=name).click()
        assert tab.get_by_label("image number").input_value() == str(index)


def test_a_pixel_by_pointer_and_by_keyboard(show, figure, sample, trained):
    tab = show(figure)
    x, W1 = sample.test_images[0].reshape(784) / 255, trained.W1
    square = tab.get_by_role("application", name="Products of unit 14; arrow keys move")

    def is_shown(pixel):
        row, column = divmod(pixel, 28)
        numbers = written([x[pixel], W1[pixel, 14], x[pixel] * W1[pixel, 14]])
        text = f"Pixel {pixel}, row {row}, column {column}: x · weight = "
        assert text + "{} · {} = {}".format(*numbers) in formulas(tab)
        return True

    pixel = (x * W1[:, 14]).argmax()
    assert is_shown(pixel)  # the one with the largest product, at first
    side = square.bounding_box()["width"] / 28
    square.hover(position={"x": 10.5 * side, "y": 9.5 * side})
    assert is_shown(pixel := 9 * 28 + 10)
    for key, step in {"ArrowLeft": -1, "ArrowUp": -28, "ArrowRight": 1, "ArrowDown": 28}.items():
        square.press(key)
        assert is_shown(pixel := pixel + step)
    tab.get_by_role("status").get_by_text(f"Pixel {pixel},").wait_for(state="attached")
    for _ in range(12):
        square.press("ArrowUp")  # the last ones would leave the image
    assert is_shown(10)
    square.press("Tab")
    assert is_shown(10)


def test_the_largest_products(show, figure, sample, trained):
    tab = show(figure)
    tab.get_by_text("The largest products").click()
    products = sample.test_images[0].reshape(784) / 255 * trained.W1[:, 14]
    order = np.argsort(-products, kind="stable")
    for row, pixel in zip(tab.locator(".nnlib-folded tbody tr").all(), [*order[:10], *order[-10:]]):
        first = [pixel, *divmod(pixel, 28)]
        shown = row.locator("th, td").all_inner_texts()
        assert shown[:3] == [str(number) for number in first]
        assert shown[5:] == written([products[pixel]])


def test_by_keyboard_alone(show, figure):
    tab = show(figure)
    focused = "document.activeElement.closest('tr').textContent"
    for _ in range(5):  # the slider, previous, next, the products, the hidden unit chosen
        tab.keyboard.press("Tab")
    assert tab.evaluate(focused).startswith("14")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(focused).startswith("15") and "b115 =" in formulas(tab)
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    assert f"b2{figure.output + 1} =" in formulas(tab)


def test_two_figures_do_not_share_their_choices(show, figure, sample, trained):
    tab = show(figure, ForwardPass(sample.test_images[:2], sample.test_labels[:2], trained))
    first, second = tab.locator(".nnlib").all()
    second.get_by_role("radio", name="3", exact=True).first.check()
    assert first.get_by_role("radio", name="14", exact=True).is_checked()


@pytest.mark.parametrize("name, numbers, words", [
    ("labels", np.full(COUNT, 10, np.uint8), "labels in 0..9"),
    ("labels", np.zeros(COUNT - 1, np.uint8), "numbers that fit each other"),
    ("W1", np.zeros((783, 16)), "numbers that fit each other"),
    ("W2", np.zeros((16, 9)), "numbers that fit each other"),
])  # fmt: skip
def test_damaged_data_are_said(show, figure, name, numbers, words):
    def edit(states):
        state = states[figure.model_id]
        packed = pack(numbers)
        state["state"]["_data"][name] |= {"shape": packed["shape"]}
        for buffer in state["buffers"]:
            if buffer["path"][1] == name:
                buffer["data"] = base64.b64encode(packed["bytes"]).decode()

    alert = show(figure, edit=edit).get_by_role("alert").inner_text()
    assert f"expected {words}; found others" in alert


@pytest.mark.parametrize("width", [390, 720])
def test_bars_stay_in_their_cells(show, figure, width):
    tab = show(figure, viewport={"width": width, "height": 800})
    tab.add_style_tag(content="body { font-family: 'DejaVu Sans' }")  # as wide as letters come
    right = "of => of.getBoundingClientRect().right"
    for row in tab.locator(".nnlib-pass tbody tr").all():
        row.get_by_role("radio").check()
        for bar in row.locator("td > i").all():
            assert bar.evaluate(right) <= bar.locator("..").evaluate(right), row.inner_text()


def test_without_javascript_the_numbers_stand_there(show, figure, sample, trained):
    tab = show(figure, java_script_enabled=False)
    h, ha, y, ya = nn.forward_propagation(sample.test_images[0], trained)[1:]
    hidden, outputs = tab.locator("table").all()
    pairs = [number for pair in zip(h, ha) for number in pair]
    assert hidden.locator("td").all_inner_texts() == [f"{number:.3f}" for number in pairs]
    pairs = [number for pair in zip(y, ya) for number in pair]
    assert outputs.locator("td").all_inner_texts() == [f"{number:.3f}" for number in pairs]
    label = sample.test_labels[0]
    assert f"Label {label}, guessed digit {ya.argmax()}: " in outputs.inner_text()
    assert tab.get_by_alt_text(f"Image 0, a handwritten {label}.").count() == 1


def test_on_a_phone(show, figure, axe):
    tab = show(figure, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    tab.get_by_text("The largest products").tap()
    assert wider_than_the_screen(tab) == axe(tab) == []
    tab.get_by_role("application").tap(position={"x": 4, "y": 4})
    assert "Pixel 0, row 0" in formulas(tab)
    row = tab.locator(UNITS).locator("tbody tr").nth(2)
    assert row.bounding_box()["height"] >= 32
    row.tap()  # anywhere in it
    assert "b12 =" in formulas(tab)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, figure, axe, theme):
    tab = show(figure, theme=theme)
    tab.get_by_text("The largest products").click()
    assert axe(tab, "'.nnlib'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, figure, firefox):
    tab = show(figure, browser=firefox)
    tab.get_by_role("button", name="next").click()
    tab.locator(UNITS).locator("tbody tr").nth(3).click()
    assert tab.get_by_label("image number").input_value() == "1" and "b13 =" in formulas(tab)
