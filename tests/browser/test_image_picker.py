"""Pick a test image in the browser, as a reader would."""

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.widgets import ImagePicker


@pytest.fixture
def picker(sample, trained):
    return ImagePicker(sample.test_images, sample.test_labels, trained)


@pytest.fixture(scope="module")
def truth(sample, trained):
    return nn.forward_propagation(sample.test_images, trained)[-1]


def test_every_way_to_pick(show, picker, sample, truth):
    tab = show(picker)
    guesses, labels = truth.argmax(axis=1), sample.test_labels

    def shown():
        return int(tab.get_by_label("number").input_value())

    def verdict_is_right():
        i = shown()
        word = "✓ CORRECT" if guesses[i] == labels[i] else "✗ INCORRECT"
        assert tab.locator(".nnlib-verdict").inner_text() == word
        assert tab.get_by_text(f"Label {labels[i]}, guessed digit {guesses[i]}", exact=True).count()
        return True

    tab.get_by_role("button", name="next").click()
    assert shown() == 1 and verdict_is_right()
    tab.get_by_role("button", name="previous").click()
    tab.get_by_role("button", name="previous").click()
    assert shown() == 999 and verdict_is_right()
    tab.get_by_label("number").fill("500")
    tab.keyboard.press("Enter")
    assert verdict_is_right()
    tab.get_by_label("which images").select_option("mistakes")
    mistakes = np.flatnonzero(guesses != labels)
    assert shown() == mistakes[0] and verdict_is_right()
    tab.get_by_role("button", name="next").click()
    assert shown() == mistakes[1] and verdict_is_right()
    tab.get_by_label("which digit").select_option("only 8")
    assert shown() == mistakes[labels[mistakes] == 8][0]
    for _ in range(5):
        tab.get_by_role("button", name="random").click()
        assert shown() in mistakes[labels[mistakes] == 8] and verdict_is_right()
    assert tab.complaints == tab.foreign == []


def test_the_outputs_are_those_of_nnlib(show, picker, truth):
    tab = show(picker)
    tab.get_by_text("The ten outputs as a table").click()
    for index in (0, 17, 999):
        tab.get_by_label("number").fill(str(index))
        tab.keyboard.press("Enter")
        cells = tab.locator(".nnlib-folded td").all_inner_texts()
        assert cells == [f"{value:.3f}" for value in truth[index]]


def test_float32_is_shown_as_well(show, sample, trained):
    single = nn.Parameters(*(p.astype(np.float32) for p in trained))
    images = (sample.test_images[:3] / 255).astype(np.float32)
    tab = show(ImagePicker(images, sample.test_labels[:3], single))
    assert tab.locator(".nnlib-verdict").inner_text() == "✓ CORRECT"


def test_a_digit_of_the_readers_own_is_shown_until_another_is_picked(show, sample, trained):
    images, labels, digit = sample.test_images, sample.test_labels, sample.train_images[5]
    drawn = ImagePicker(images, labels, trained, index=2, drawn=digit, guess_first=True)
    tab = show(drawn)
    ways = {
        "next": lambda: tab.get_by_role("button", name="next").click(),
        "back": lambda: tab.get_by_role("button", name="back to the book's images").click(),
        "link": lambda: tab.evaluate(f"location.hash = '#figure-{drawn.model_id}?index=7'"),
    }
    for way, leave in ways.items():
        tab.evaluate("location.hash = ''")
        tab.evaluate(f"location.hash = '#figure-{drawn.model_id}?drawn={drawn.drawn}'")
        tab.locator(".nnlib-verdict").get_by_text("Your own digit", exact=True).wait_for()
        assert tab.get_by_text(f"guessed digit {drawn.guess}", exact=True).is_visible()
        cells = tab.locator(".nnlib-folded td").all_text_contents()
        assert cells == [f"{value:.3f}" for value in drawn.outputs]
        for chapter, page in {3: "03-forward-propagation", 8: "08-inside-the-sixteen"}.items():
            href = tab.get_by_role("link", name=f"in chapter {chapter}").get_attribute("href")
            assert href.startswith(page) and href.endswith(f"?drawn={drawn.drawn}")
        tab.keyboard.press("4")  # of which nobody asked
        leave()
        tab.locator(".nnlib-verdict").get_by_text("Which digit?", exact=True).wait_for()
        assert tab.get_by_label("number").input_value() == ("7" if way == "link" else "3")
    assert tab.complaints == tab.foreign == []


def test_a_wrong_number_is_said_and_changes_nothing(show, picker):
    tab = show(picker)
    for wrong in ("1000", "-1", "2.5", ""):
        tab.get_by_label("number").fill(wrong)
        tab.keyboard.press("Enter")
        tab.get_by_text("expected a number from 0 to 999").wait_for(state="attached")
        assert tab.locator("canvas").get_attribute("aria-label").startswith("Test image 0,")


def test_a_choice_that_no_image_meets(show, sample, trained):
    ones = sample.test_images[sample.test_labels == 1][:2]
    tab = show(ImagePicker(ones, [1, 1], trained))
    tab.get_by_label("which digit").select_option("only 7")
    assert "No image is like this" in tab.locator(".nnlib").inner_text()
    assert tab.get_by_role("button", name="next").is_disabled()
    tab.get_by_label("which digit").select_option("any")
    assert tab.get_by_role("button", name="next").is_enabled()


def test_by_keyboard_alone(show, picker):
    tab = show(picker)
    for _ in range(3):  # the number, previous, next
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "next ›"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    assert tab.get_by_label("number").input_value() == "1"
    status = tab.get_by_role("status")
    status.get_by_text("Image 1: correct").wait_for(state="attached")


def test_the_reader_reads_first(show, firefox, picker, sample, truth):
    """By buttons, and by keys but where a number is written; and nothing tells before."""
    picker.guess_first = True
    labels, guesses = sample.test_labels, truth.argmax(axis=1)
    hit, miss = np.flatnonzero(guesses == labels)[5], np.flatnonzero(guesses != labels)[0]

    def read(tab):
        number, status = tab.get_by_label("number"), tab.get_by_role("status")

        def go_to(index):
            number.fill(str(index))
            tab.keyboard.press("Enter")

        def asks(index):
            status.get_by_text(f"Image {index}. Which digit is it?").wait_for(state="attached")
            assert tab.locator("canvas").get_attribute("aria-label").endswith("handwritten digit")
            shown = tab.locator(".nnlib").inner_text()
            return "Label ?, guessed digit ?" in shown and "CORRECT" not in shown

        tab.get_by_text("The ten outputs as a table").click()
        go_to(hit)
        assert asks(hit) and not tab.get_by_role("img", name="Bar chart").is_visible()
        assert set(tab.locator(".nnlib td").all_inner_texts()) == {"?"}
        assert number.evaluate("one => one === document.activeElement")
        tab.get_by_role("button", name=f"I read {labels[hit]}").focus()
        tab.keyboard.press("Enter")
        words = f"You read {labels[hit]} ✓, the network {guesses[hit]} ✓. Right so far: " \
                "you 1 of 1, the network 1 of 1."  # fmt: skip
        assert tab.get_by_text(words).first.is_visible()
        assert tab.get_by_role("img", name="Bar chart").is_visible()
        status.get_by_text(f"Image {hit}: correct.").get_by_text(words).wait_for(state="attached")
        tab.keyboard.press("1")  # what has been read has been read
        assert tab.get_by_text(words).first.is_visible()
        # The focus went on to "next".
        tab.keyboard.press("Enter")
        assert asks(hit + 1) and number.input_value() == str(hit + 1)
        go_to(miss)
        assert asks(miss)
        tab.get_by_label("which images").focus()
        tab.keyboard.press("7")
        assert asks(miss)
        tab.get_by_label("read it yourself first").focus()
        tab.keyboard.press(str(labels[miss]))
        words = f"You read {labels[miss]} ✓, the network {guesses[miss]} ✗. Right so far: " \
                "you 2 of 2, the network 1 of 2."  # fmt: skip
        assert tab.get_by_text(words).first.is_visible()
        go_to(miss + 1)
        assert asks(miss + 1)
        tab.get_by_label("read it yourself first").uncheck()
        assert tab.locator(".nnlib-verdict").inner_text() in ("✓ CORRECT", "✗ INCORRECT")
        tab.get_by_label("read it yourself first").check()
        wrong = (labels[miss + 1] + 1) % 10
        tab.get_by_role("button", name=f"I read {wrong}").click()
        assert tab.get_by_text(f"You read {wrong} ✗, the network").first.is_visible()
        assert tab.get_by_text("you 2 of 3").first.is_visible()
        assert tab.complaints == tab.foreign == []
        return tab

    read(show(picker))
    read(show(picker, browser=firefox))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reading_first_on_a_phone_and_for_everyone(show, axe, picker, theme):
    picker.guess_first = True
    tab = show(picker, theme=theme, viewport={"width": 360, "height": 780})
    key = tab.get_by_role("button", name="I read 3")
    assert wider_than_the_screen(tab) == axe(tab) == []
    assert min(key.bounding_box()[side] for side in ("width", "height")) >= 44
    key.click()
    assert wider_than_the_screen(tab) == axe(tab) == []
