"""Go through a training and switch hidden units off in the browser, as a reader would."""

import base64
import zlib

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.widgets.time_machine import TimeMachine

EPOCHS = (0, 0.08, 1, 20)


@pytest.fixture(scope="module")
def checkpoints(sample, trained):
    start = nn.initialize(seed=0)
    images, labels = sample.train_images, sample.train_labels
    few, _ = nn.train(images[:320], labels[:320], start, seed=0, epochs=1)
    one, _ = nn.train(images, labels, start, seed=0, epochs=1)
    return start, few, one, trained


@pytest.fixture
def machine(sample, checkpoints):
    machine = TimeMachine(checkpoints, EPOCHS, sample.test_images, sample.test_labels)
    yield machine
    machine.close()  # or later pages would hold its data too


@pytest.fixture(scope="module")
def score(sample, checkpoints):
    """Accuracy, loss and the ten accuracies, the long way: the chapter's changed[:, j] = c."""

    def of(index, off=(), stuck="0"):
        changed = nn.forward_propagation(sample.test_images, checkpoints[index])[2].copy()
        for j in off:
            changed[:, j] = 0 if stuck == "0" else changed[:, j].mean()
        y = changed @ checkpoints[index].W2 + checkpoints[index].b2
        right = y.argmax(axis=1) == sample.test_labels
        digits = [right[sample.test_labels == k].mean() for k in range(10)]
        return right.mean(), nn.cross_entropy(y, sample.test_labels), digits

    return of


def unit(tab, j):
    return tab.get_by_role("button", name=f"unit {j} off", exact=True)


def stick(tab, answer):
    tab.get_by_label("units off answer").select_option(answer)


def text_of(score):
    return f"accuracy {score[0]:.3f}, loss {score[1]:.3f}"


SMALL = dict(epochs=(0, 1), images=np.zeros((3, 784)), labels=[1, 2, 3])


def test_every_checkpoint_without_some_units(show, machine, score):
    tab = show(machine)
    off = []
    for j in (14, 3, 0):
        unit(tab, j).click()
        off = sorted([*off, j])
        assert unit(tab, j).get_attribute("aria-pressed") == "true"
        assert tab.locator('[aria-pressed="true"]').count() == len(off)
        for i, epoch in enumerate(EPOCHS):
            tab.get_by_role("slider", name="epoch").fill(str(i))
            now, whole = score(i, off), score(i)
            assert tab.locator(".nnlib-verdict").inner_text() == f"Epoch {epoch}: {text_of(now)}"
            state = f"{', '.join(map(str, off))}. With all units (dashed): {text_of(whole)}."
            assert tab.get_by_text(f"Units off, at 0: {state}", exact=True).is_visible()
            shown = tab.locator(".nnlib-digits").inner_text().split()
            assert shown[::2] == list("0123456789")
            assert shown[1::2] == [f"{value:.2f}" for value in now[2]]
            said = tab.locator(".nnlib-digit").evaluate_all("all => all.map(one => one.ariaLabel)")
            pairs = enumerate(zip(now[2], whole[2], strict=True))
            assert said == [f"digit {k}: {a:.2f}, with all units {b:.2f}" for k, (a, b) in pairs]
            stick(tab, "their means")
            mean = text_of(score(i, off, "mean"))
            assert tab.locator(".nnlib-verdict").inner_text() == f"Epoch {epoch}: {mean}"
            assert tab.get_by_text(f"Units off, at their means: {state}", exact=True).is_visible()
            stick(tab, "0")
    tab.get_by_text("All checkpoints as a table").click()
    cells = tab.locator(".nnlib-folded td").all_inner_texts()
    assert cells == [f"{v:.3f}" for i in range(4) for v in score(i, off)[:2]]
    unit(tab, 3).click()
    assert text_of(score(3, [0, 14])) in tab.locator(".nnlib-verdict").inner_text()
    tab.get_by_role("button", name="all on").click()
    assert text_of(score(3)) in tab.locator(".nnlib-verdict").inner_text()
    assert tab.locator('[aria-pressed="true"]').count() == 0
    assert tab.complaints == tab.foreign == []


def test_the_weights_and_the_marker_are_those_of_the_checkpoint(show, machine, checkpoints):
    tab = show(machine)
    limit = max(np.abs(p.W1).max() for p in checkpoints) / 2
    for i in range(4):
        tab.get_by_role("slider").fill(str(i))
        for j in (0, 15):
            drawn = tab.locator(".nnlib-units canvas").nth(j).evaluate(
                "c => Array.from(c.getContext('2d').getImageData(0, 0, 28, 28).data)"
            )
            part = np.clip(checkpoints[i].W1[:, j] / limit, -1, 1)[:, None]
            strong = np.where(part < 0, (5, 72, 150), (165, 15, 32))
            colors = np.reshape(drawn, (784, 4))[:, :3]
            np.testing.assert_allclose(colors, 255 + (strong - 255) * np.abs(part), atol=0.6)
        for marker in tab.locator(".nnlib-marker").all():
            assert float(marker.get_attribute("cx")) == pytest.approx(46 + i / 3 * 304)


def test_play_goes_round_and_stops_where_the_reader_takes_over(show, machine):
    tab = show(machine)
    shown = tab.locator(".nnlib-verdict")
    tab.get_by_role("button", name="play").click()
    shown.get_by_text("Epoch 0:").wait_for()
    shown.get_by_text("Epoch 0.08:").wait_for()
    tab.get_by_role("button", name="pause").click()
    tab.get_by_role("button", name="play").click()
    shown.get_by_text("Epoch 1:").wait_for()
    tab.get_by_role("button", name="next").click()
    assert tab.get_by_role("button", name="play").is_visible()
    assert shown.get_by_text("Epoch 20:").is_visible()
    tab.get_by_role("button", name="next").click()  # there is none
    tab.get_by_role("button", name="previous").click()
    assert shown.get_by_text("Epoch 1:").is_visible()


def test_nothing_moves_by_itself_for_who_does_not_want_it(show, machine):
    tab = show(machine, reduced_motion="reduce")
    assert tab.get_by_role("button", name="play").count() == 0
    tab.get_by_role("button", name="previous").click()
    assert tab.locator(".nnlib-verdict").get_by_text("Epoch 1:").is_visible()


def test_by_keyboard_alone(show, machine, score):
    tab = show(machine)
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowLeft")
    status = tab.get_by_role("status")
    status.get_by_text(f"Epoch 1: {text_of(score(2))}").wait_for(state="attached")
    for _ in range(4):  # previous, play, next, what a unit that is off answers
        tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowDown")
    for _ in range(2):  # all on, the first unit
        tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    assert unit(tab, 0).get_attribute("aria-pressed") == "true"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    status.get_by_text("Units off, at their means: 0.").wait_for(state="attached")


def test_the_reader_and_python_choose_what_a_unit_that_is_off_answers(
    show, sample, checkpoints, score
):
    given = checkpoints, EPOCHS, sample.test_images, sample.test_labels
    machine = TimeMachine(*given, off=[3, 14], stuck="mean")
    assert machine.accuracy == score(3, [3, 14], "mean")[0]
    tab = show(machine)
    assert tab.get_by_label("units off answer").input_value() == "mean"
    assert text_of((machine.accuracy, machine.loss)) in tab.locator(".nnlib-verdict").inner_text()


@pytest.fixture(scope="module")
def reading(sample, checkpoints):
    """The ten outputs for a digit, with some units stuck, the long way."""

    def of(digit, index, off=(), stuck="0"):
        usual = nn.forward_propagation(sample.test_images, checkpoints[index])[2].mean(axis=0)
        ha = nn.forward_propagation(digit, checkpoints[index])[2].copy()
        for j in off:
            ha[j] = 0 if stuck == "0" else usual[j]
        return nn.softmax(ha @ checkpoints[index].W2 + checkpoints[index].b2)

    return of


def test_the_digit_of_the_reader_at_every_checkpoint(show, machine, sample, reading, axe):
    machine.drawn = digit = sample.train_images[5]
    tab = show(machine, viewport={"width": 360, "height": 740})
    own = tab.locator(".nnlib-own")

    def is_shown(ya):
        assert own.get_by_text(f"Your digit: guess {ya.argmax()}", exact=True).is_visible()
        outputs = ", ".join(f"{k}: {value:.3f}" for k, value in enumerate(ya))
        assert own.get_by_role("img", name=outputs).count() == 1

    is_shown(reading(digit, 3))
    unit(tab, 4).click()
    unit(tab, 7).click()
    for i in (1, 2):
        tab.get_by_role("slider", name="epoch").fill(str(i))
        is_shown(reading(digit, i, (4, 7)))
    stick(tab, "their means")
    is_shown(reading(digit, 2, (4, 7), "mean"))
    way = own.get_by_role("link", name="in chapter 3").get_attribute("href")
    assert way.endswith(machine.drawn)
    assert axe(tab, "'.nnlib'") == wider_than_the_screen(tab) == []
    own.get_by_role("button", name="back to the book's images").click()
    assert not own.is_visible()
    assert tab.complaints == tab.foreign == []


def test_the_scale_of_the_weights_and_that_epochs_are_not_to_scale(show, machine, sample,
                                                                   checkpoints):  # fmt: skip
    even = TimeMachine(checkpoints[:3], (0, 1, 2), sample.test_images, sample.test_labels)
    tab = show(machine, even)
    limit = max(np.abs(p.W1).max() for p in checkpoints) / 2
    first, second = tab.locator(".nnlib").all()
    assert first.locator(".nnlib-scale").inner_text().split("\n") == [
        f"weight −{limit:.2f}", f"{limit:.2f} and beyond"
    ]  # fmt: skip
    assert first.get_by_text("epoch (not to scale)", exact=True).count() == 2
    assert second.get_by_text("(not to scale)").count() == 0


def test_on_a_narrow_phone_all_fits_and_the_curve_is_above_the_switches(show, machine):
    """At 320 pixels, which are also 1280 at 400 %, and with the spacing of WCAG 1.4.12."""
    tab = show(machine, viewport={"width": 320, "height": 740})
    tab.add_style_tag(content="main { font-family: 'DejaVu Sans' }")
    assert wider_than_the_screen(tab) == []
    tab.add_style_tag(content="* { letter-spacing: 0.12em; word-spacing: 0.16em }")
    assert wider_than_the_screen(tab) == []
    tops = [tab.locator(part).bounding_box()["y"] for part in (
        ".nnlib-chart >> nth=0", ".nnlib-weights", ".nnlib-chart >> nth=1"
    )]  # fmt: skip
    assert tops == sorted(tops)


def test_a_digit_without_images(show, sample, checkpoints):
    ones = sample.test_images[sample.test_labels == 1][:2]
    tab = show(TimeMachine(checkpoints, EPOCHS, ones, [1, 1]))
    assert tab.locator(".nnlib-digits").inner_text().split()[:4] == ["0", "–", "1", "1.00"]


def damage(machine, name, array):
    def edit(states):
        state = states[machine.model_id]
        packed = state["state"]["_data"]
        for part in name[:-1]:
            packed = packed[part]
        packed[name[-1]] |= {"dtype": array.dtype.name, "shape": list(array.shape)}
        path = ["_data", *name, "bytes"]
        buffer = next(one for one in state["buffers"] if list(map(str, one["path"])) == path)
        buffer["data"] = base64.b64encode(zlib.compress(array.tobytes())).decode()

    return edit


@pytest.mark.parametrize("name, array, words", [
    (["labels"], np.full(1000, 10, np.uint8), "expected labels in 0..9"),
    (["labels"], np.zeros(999, np.uint8), "expected a label for each image"),
    (["checkpoints", "2", "W1"], np.zeros(783 * 16, np.int16), "and all the weights"),
    (["checkpoints", "2", "W2"], np.full(160, np.nan), "expected finite numbers in W2"),
])  # fmt: skip
def test_damaged_data_are_said(show, machine, name, array, words):
    tab = show(machine, edit=damage(machine, name, array))
    assert words in tab.get_by_role("alert").inner_text()
    assert tab.locator(".figure-still").is_visible()


def test_without_javascript_there_is_the_table(show, machine):
    tab = show(machine, java_script_enabled=False)
    assert tab.locator(".figure-still table").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_and_for_axe(show, machine, axe, theme):
    phone = dict(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    tab = show(machine, theme=theme, **phone)
    unit(tab, 5).tap()
    stick(tab, "their means")
    tab.get_by_text("All checkpoints as a table").tap()
    assert wider_than_the_screen(tab) == []
    assert axe(tab, "'.nnlib'") == []
    assert tab.complaints == tab.foreign == []


def test_in_firefox(show, firefox, machine, score):
    tab = show(machine, browser=firefox)
    unit(tab, 14).click()
    stick(tab, "their means")
    assert text_of(score(3, [14], "mean")) in tab.locator(".nnlib-verdict").inner_text()
