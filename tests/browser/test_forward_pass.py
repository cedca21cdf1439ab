"""One image, every number in the browser, as a reader would."""

import base64

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.widgets import ForwardPass
from nnlib.widgets.figure import pack

COUNT = 20
UNITS, OUTPUTS = ".nnlib-hidden-layer", ".nnlib-output-layer"


@pytest.fixture
def figure(sample, trained):
    return ForwardPass(sample.test_images[:COUNT], sample.test_labels[:COUNT], trained, unit=14)


def written(values):
    return [f"{value:z.3f}".replace("-", "−") for value in values]


def terms(tab, column):
    cells = tab.locator(f".nnlib-terms td:nth-child({column})").all_inner_texts()
    return [" ".join(text.split()) for text in cells]


def lit(tab, layer, part="span:last-of-type"):
    return [text.strip() for text in tab.locator(f"{layer} label > {part}").all_inner_texts()]


def choose(tab, layer, i):
    tab.locator(layer).get_by_role("radio").nth(i).check()


def words(tab, part):
    return " ".join(tab.locator(part).inner_text().split())


def formulas(tab):
    return words(tab, ".nnlib-formulas")


def test_every_number_is_that_of_nnlib(show, figure, sample, trained):
    tab = show(figure)
    for index, j, k in ((1, 3, 0), (0, 14, figure.output), (COUNT - 1, 0, 7)):
        tab.get_by_label("image number").fill(str(index))
        choose(tab, UNITS, j)
        choose(tab, OUTPUTS, k)
        x, h, ha, y, ya = nn.forward_propagation(sample.test_images[index], trained)
        W1, b1, W2, b2 = trained
        assert lit(tab, UNITS) == terms(tab, 3) == written(ha)
        assert terms(tab, 2) == written(h)
        assert terms(tab, 4) == [f"× {weight}" for weight in written(W2[:, k])]
        assert terms(tab, 5) == [f"= {term}" for term in written(ha * W2[:, k])]
        assert lit(tab, OUTPUTS) == written(ya)
        assert lit(tab, OUTPUTS, "small") == written(y)
        text, label, guess = formulas(tab), sample.test_labels[index], ya.argmax()
        products, sum_of_terms, bias1, bias2, minus, plus = written(
            [x @ W1[:, j], ha @ W2[:, k], abs(b1[j]), abs(b2[k]), -h[j], y[k]]
        )
        signs = ["−" if bias < 0 else "+" for bias in (b1[j], b2[k])]
        assert f"{np.sum(x > 0)} of 784 pixels have ink" in text
        total = f"{products} {signs[0]} {bias1} = {written(h)[j]}"
        assert f"h{j} = sum of xi (W1)i,{j} + (b1){j} = {total}" in text
        assert f"(ha){j} = 1 / (1 + e{minus}) = {written(ha)[j]}" in text
        total = f"{sum_of_terms} {signs[1]} {bias2} = {plus}"
        assert f"y{k} = sum of (ha)j (W2)j,{k} + (b2){k} = {total}" in text
        e, total = written([np.exp(y[k]), np.exp(y).sum()])
        assert f"(ya){k} = e{plus} / sum of eyi = {e} / {total} = {written(ya)[k]}" in text
        word = "✓ CORRECT" if guess == label else "✗ INCORRECT"
        verdict = f"{word}: label {label}, guess {guess}"
        assert tab.get_by_role("img", name="A handwritten").count() == 1  # not the strip as well
        scales = [f"Colours from {name}," for name in ("white, 0, to black", "blue")]
        assert all(tab.get_by_role("img", name=scale).count() == 1 for scale in scales)
        assert tab.locator(".nnlib-verdict").inner_text() == verdict
        tab.get_by_role("status").get_by_text(
            f"{verdict}, unit {j}: {written(ha)[j]}, output {k}: {written(ya)[k]}"
        ).wait_for(state="attached")
    assert tab.complaints == tab.foreign == []


# Of the lines: where they begin and end, in parts of what they join, how thick and strong they are.
LINES = """() => {
    const lines = [...document.querySelectorAll(".nnlib-network line")];
    return lines.map((one) => ({
        from: [one.x1, one.y1].map((end) => end.baseVal.value),
        to: [one.x2, one.y2].map((end) => end.baseVal.value),
        width: parseFloat(one.style.strokeWidth), opacity: Number(one.style.opacity),
        minus: one.classList.contains("nnlib-minus"),
    }));
}"""


def edges(tab, part, side):
    """Where lines meet the middle of the side of each of these parts."""
    corner = tab.locator(".nnlib-network").bounding_box()
    for box in (one.bounding_box() for one in tab.locator(part).all()):
        yield [box["x"] - corner["x"] + side * box["width"],
               box["y"] - corner["y"] + box["height"] / 2]  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_lines_have_the_sign_and_the_width_of_the_weights(show, figure, sample, trained, width):
    tab = show(figure, viewport={"width": 800, "height": 800})
    choose(tab, UNITS, 6)
    tab.set_viewport_size({"width": width, "height": 800})  # they go along
    tab.wait_for_timeout(100)
    x, _, ha, *_ = nn.forward_propagation(sample.test_images[0], trained)
    k, ink = figure.output, np.flatnonzero(x)
    into_unit = trained.W1[ink, 6] / np.abs(trained.W1[:, 6]).max() / 2
    W2 = trained.W2 / np.abs(trained.W2).max()
    weights = np.concatenate([into_unit, W2[6], W2[:, k]])
    lights = np.concatenate([0.8 * x[ink], np.full(10, 0.15 + 0.35 * ha[6]), 0.15 + 0.85 * ha])
    found = tab.evaluate(LINES)
    assert [line["minus"] for line in found] == (weights < 0).tolist()
    np.testing.assert_allclose([line["width"] for line in found], 0.5 + 3 * abs(weights), 1e-4)
    np.testing.assert_allclose([line["opacity"] for line in found], lights, 1e-4)
    units, outputs = f"{UNITS} label", f"{OUTPUTS} label"
    ends = [
        *[list(edges(tab, units, 0))[6]] * len(ink), *edges(tab, outputs, 0),
        *[list(edges(tab, outputs, 0))[k]] * 16,
    ]  # fmt: skip
    np.testing.assert_allclose([line["to"] for line in found], ends, atol=1)
    starts = [*[list(edges(tab, units, 1))[6]] * 10, *edges(tab, units, 1)]
    np.testing.assert_allclose([line["from"] for line in found[len(ink) :]], starts, atol=1)
    strip = tab.locator(".nnlib-strip").bounding_box()
    top = strip["y"] - tab.locator(".nnlib-network").bounding_box()["y"]
    heights = [line["from"][1] for line in found[: len(ink)]]
    np.testing.assert_allclose(heights, top + (ink + 0.5) / 784 * strip["height"], atol=1)


def test_the_output_follows_the_label_until_another_is_chosen(show, figure, sample):
    tab = show(figure)
    follows = tab.get_by_role("checkbox", name="output follows the label")
    output = tab.get_by_role("radiogroup", name="output")

    def chosen():
        return int(output.locator(":checked").get_attribute("value"))

    turn = tab.get_by_role("button", name="next")
    for index in (1, 2):
        turn.click()
        assert chosen() == sample.test_labels[index] and follows.is_checked()
    other = (chosen() + 3) % 10
    choose(tab, OUTPUTS, other)
    turn.click()
    assert chosen() == other and not follows.is_checked()
    follows.check()
    assert chosen() == sample.test_labels[3]


def test_a_digit_of_the_reader(show, figure, sample, trained, axe):
    """It has no label; the output follows the guess."""
    figure.drawn = digit = sample.train_images[5]
    x, h, ha, y, ya = nn.forward_propagation(digit, trained)
    tab = show(figure, viewport={"width": 360, "height": 740})
    assert tab.locator(".nnlib-verdict").inner_text() == f"Your digit: guess {ya.argmax()}"
    assert lit(tab, UNITS) == written(ha) and lit(tab, OUTPUTS) == written(ya)
    assert f"y{ya.argmax()} = sum" in formulas(tab) and "Your own digit" in words(tab, ".nnlib-own")
    assert tab.get_by_role("link", name="in chapter 8").get_attribute("href").endswith(figure.drawn)
    assert tab.get_by_role("link", name="in chapter 3").count() == 0
    assert axe(tab, "'.nnlib'") == wider_than_the_screen(tab) == []
    tab.get_by_role("button", name="back to the book's images").click()
    assert f"label {sample.test_labels[0]}" in tab.locator(".nnlib-verdict").inner_text()
    assert f"y{sample.test_labels[0]} = sum" in formulas(tab) and words(tab, ".nnlib-own") == ""


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
        text = f"pixel {pixel}: row {row}, column {column} "
        assert text + "xi {} × (W1)ij {} = {}".format(*numbers) == words(tab, ".nnlib-readout")
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
    focused = "document.activeElement.value"
    for _ in range(6):  # slider, previous, next, what the output follows, products, hidden unit
        tab.keyboard.press("Tab")
    assert tab.evaluate(focused) == "14"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(focused) == "15" and "(b1)15 =" in formulas(tab)
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    assert f"(b2){figure.output + 1} =" in formulas(tab)
    name = f"{figure.output + 1} {lit(tab, OUTPUTS)[figure.output + 1]}"
    group = tab.get_by_role("radiogroup", name="output", exact=True)
    assert group.get_by_role("radio", name=name).is_checked()
    assert tab.get_by_role("radiogroup", name="hidden unit", exact=True).count() == 1


def test_two_figures_do_not_share_their_choices(show, figure, sample, trained):
    tab = show(figure, ForwardPass(sample.test_images[:2], sample.test_labels[:2], trained))
    first, second = tab.locator(".nnlib").all()
    second.get_by_role("radio").nth(3).check()
    assert first.get_by_role("radio").nth(14).is_checked()


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
    bars = tab.locator(".nnlib-terms td i")
    rooms = f"bars => bars.map(bar => ({right})(bar.closest('td')) - ({right})(bar))"
    for k in range(10):
        choose(tab, OUTPUTS, k)
        left = bars.evaluate_all(rooms)
        assert left and min(left) >= 0
    table = tab.locator(".nnlib-terms table")
    assert table.evaluate(right) <= tab.locator(".nnlib-sums").evaluate(right)


# The boxes of texts that lie over each other, or stick out of the figure.
OVER_EACH_OTHER = """() => {
    const figure = document.querySelector(".nnlib"), root = figure.getBoundingClientRect();
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    const boxes = [];
    for (let text; (text = walker.nextNode()); ) {
        const range = document.createRange();
        range.selectNodeContents(text);
        const left_out = "[role=status], sub, sup, details .nnlib-scroll";
        if (text.parentElement.closest(left_out) || !text.data.trim()) continue;
        const scrolls = text.parentElement.closest(".nnlib-scroll");
        for (const box of range.getClientRects()) boxes.push([text.data, box, scrolls]);
    }
    const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
        || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
    const out = boxes.filter(([, box, scrolls]) => box.right > root.right && !scrolls);
    const over = ([text, a], k) => boxes.slice(k + 1)
        .filter(([, b]) => !apart(a, b)).map(([other]) => `${text} | ${other}`);
    return [...out.map(([text]) => text), ...boxes.flatMap(over)];
}"""
SPACED = """* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
    line-height: 1.5 !important } p { margin-bottom: 2em !important }"""


@pytest.mark.parametrize("font", ["sans-serif", "DejaVu Sans"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_texts_lie_beside_each_other_whatever_their_spacing(show, figure, width, font):
    """As WCAG 1.4.12 has it, in the width of 1.4.10 and in others."""
    tab = show(figure, viewport={"width": width, "height": 800})
    tab.add_style_tag(content=f"main {{ max-width: 688px; font-family: '{font}' }}")
    assert tab.evaluate(OVER_EACH_OTHER) == wider_than_the_screen(tab) == []
    tab.add_style_tag(content=SPACED)
    assert tab.evaluate(OVER_EACH_OTHER) == wider_than_the_screen(tab) == []


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
    tab.get_by_role("application").tap(position={"x": 1, "y": 1})
    assert "pixel 0: row 0" in words(tab, ".nnlib-readout")
    unit = tab.locator(UNITS).locator("label").nth(2)
    assert unit.bounding_box()["height"] >= 32
    unit.tap()  # anywhere in it
    assert "(b1)2 =" in formulas(tab)


def test_cause_and_effect_are_seen_together_on_a_phone(show, figure):
    """Units and outputs, the products that they choose, what is read there, and the lines."""
    tab = show(figure, viewport={"width": 390, "height": 664})
    whole = tab.locator(".nnlib-network").bounding_box()
    for part in (UNITS, OUTPUTS, ".nnlib-products", ".nnlib-readout", ".nnlib-strip"):
        box = tab.locator(part).bounding_box()
        assert whole["y"] <= box["y"] and box["y"] + box["height"] <= whole["y"] + 600
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(show, figure, axe, theme):
    tab = show(figure, theme=theme)
    tab.get_by_text("The largest products").click()
    assert axe(tab, "'.nnlib'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, figure, firefox):
    tab = show(figure, browser=firefox)
    tab.get_by_role("button", name="next").click()
    choose(tab, UNITS, 3)
    assert tab.get_by_label("image number").input_value() == "1" and "(b1)3 =" in formulas(tab)
