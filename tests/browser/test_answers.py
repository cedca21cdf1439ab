"""Answers: given by keyboard, told what is right and which slip leads to what is not, remembered.

What is understood of a number is in test_numbers.
"""

import numpy as np
import pytest

from conftest import visit_source, wider_than_the_screen
from exercises import ANSWERS, described
from shared import ROOT

CHAPTER = "02-a-digit-is-784-numbers"
PIXEL, COLUMN, NEIGHBOURS, IMAGES = (
    described(name)["label"]
    for name in ("pixel_number", "column_of_pixel", "neighbours_of_28", "images_needed")
)
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
BIAS = "The bias of the output is missing: add 0.5 to the sum of the three products."
RIGHT, DIGITS = "Right: 0.7689.", "The digits are right, but too few: give one more."
# Of each answer: what is given, and what is said of it.
SAID = {
    "first_output": {
        **dict.fromkeys(["0.769", "0.7689414", "76.9 %", "0.77", "0.7675", "1/2 + 0.269"], RIGHT),
        "0.8": DIGITS,
        "0.27": BIAS,
        "1/4 + 0.019": f"1/4 + 0.019 is 0.269. {BIAS}",
        "-0.769": "The size is right: look at the sign.",
        "7.69": "The digits are right: look at the decimal point.",
        "76.9": "A hundred times too large: a percentage needs its sign, %.",
        "1.3": "It is one over this: look at what is divided by what.",
        "1.538": "Twice too large: look for a factor of 2.",
        "0.3845": "Half of it: look for a factor of 2.",
        "-7": "Not yet: it is above 0.",
        **dict.fromkeys(["0.3", "0.761"], "Not yet: too small."),
        **dict.fromkeys(["0.78", "1", "2"], "Not yet: too large."),
        "90": "Not yet: too large by far.",
        "inf": "inf is ∞. Not yet: too large by far.",
        "0": "Not yet: too small by far.",
    },
    "numbers_kept": {
        "3,136,000": "Right: 3,136,000.",
        "4000*784": "Right: 3,136,000.",
        "3136000.5": "A whole number is asked for.",
        "3.1e6": f"3.1e6 is 3,100,000. {DIGITS}",
        "4,000": "That is the number of images: each is kept with all its pixels.",
    },
    "wrong_mean": {
        "-1/2": "Right: −0.5.",
        "-3": "Not yet: too small.",
        "-0.4": "Not yet: too large.",
    },
    "axis_of_columns": {"0": "Right: 0.", "2": "Not yet: too large."},
    "shape_of_dx": {
        "1 x 784": "Right.",
        "(784,)": "Not yet: it has two axes.",
        "(1, 1)": "Not yet: the first size is right.",
        "(16, 784)": "Not yet: the second size is right.",
        "(3, 4)": "Not yet: look at both.",
    },
    "bias_of_columns": {"(16, 16, 1)": "Not yet: it has two axes."},
    "shared_target": {"": "Choose one."},
}
JUDGE = """async given => {
    const {judge_answer} = await import(location);
    return given.map(([text, answer]) => judge_answer(text, answer));
}"""


def typed(value):
    """An answer as it could be typed in; one with a power of ten is told what it was read as."""
    if not isinstance(value, float):
        return str(value)
    return np.format_float_positional(value, 6, fractional=False, trim="-")


def test_every_answer_is_right_and_every_slip_is_told(browser):
    answers = [described(name) for name in ANSWERS]
    given = [(typed(a["value"]), a, "right", "Right") for a in answers]
    for answer in answers:
        given += [(typed(s["value"]), answer, "wrong", s["sentence"]) for s in answer["slips"]]
    for name, texts in SAID.items():
        given += [(text, described(name), None, said) for text, said in texts.items()]
    tab = browser.new_page()
    visit_source(tab, ROOT / "book" / "static" / "answers.js")
    found = tab.evaluate(JUDGE, [one[:2] for one in given])
    tab.close()
    for (text, answer, verdict, said), (state, sentence) in zip(given, found):
        about = f"{answer['name']}: {text!r}"
        assert verdict in (None, state), about
        assert sentence.startswith("Right") if said == "Right" else sentence == said, about
        assert (state == "right") == sentence.startswith("Right"), about


def form(tab, label):
    return tab.locator(".answer").filter(has_text=label)


def said(tab, label):
    return form(tab, label).get_by_role("status").text_content()


@pytest.mark.parametrize("scheme, browser_name", [("file", "browser"), ("http", "firefox")])
def test_an_answer_is_given_by_keyboard_and_remembered_on_request(
    visit, axe, request, scheme, browser_name
):
    tab = visit(scheme, CHAPTER, browser=request.getfixturevalue(browser_name), **PHONE)
    field = tab.get_by_label(PIXEL, exact=True)
    described_by = field.get_attribute("aria-describedby")
    assert tab.locator(f"#{described_by}").text_content() == "a whole number"
    assert form(tab, IMAGES).locator(".hint").text_content() == "to within 0.1 %"
    field.focus()
    assert field.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    tab.keyboard.type("568")
    assert said(tab, PIXEL) == ""
    tab.keyboard.press("Enter")
    assert said(tab, PIXEL).startswith("That counts the pixels from 1")
    assert field.evaluate("one => one === document.activeElement")
    tab.keyboard.type(" n")
    assert said(tab, PIXEL) == ""  # what was said was not said of this
    tab.keyboard.press("Enter")
    assert "After a number there stands “n”" in said(tab, PIXEL)
    assert field.get_attribute("aria-invalid") == "true"
    for text in ("567", "28*20+7"):
        field.fill(text)
        field.press("Enter")
        assert said(tab, PIXEL) == "Right: 567."
    assert field.get_attribute("aria-invalid") == "false"
    tab.get_by_role("button", name=f"Check: {NEIGHBOURS}").click()
    assert said(tab, NEIGHBOURS) == "Choose one."
    tab.get_by_role("radio", name="27 and 29", exact=True).focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    assert said(tab, NEIGHBOURS).startswith("Pixel 27 is the last of row 0")
    tab.get_by_label(COLUMN, exact=True).fill("17")
    tab.get_by_role("button", name=f"Check: {COLUMN}").press("Enter")
    assert said(tab, COLUMN).startswith("That is how often 28 goes into 500")
    assert wider_than_the_screen(tab) == []
    if scheme == "http":
        tab.reload()
        assert (said(tab, PIXEL), field.input_value()) == ("", "")
        field.fill("567")
        field.press("Enter")
        form(tab, PIXEL).get_by_label("remember what I write").check()
        tab.get_by_role("radio", name="0, 29 and 56", exact=True).check()
        tab.keyboard.press("Enter")
        tab.reload()
        assert (said(tab, PIXEL), field.input_value()) == ("Right: 567.", "567")
        assert (said(tab, NEIGHBOURS), said(tab, COLUMN)) == ("Right.", "")
        assert tab.get_by_role("radio", name="0, 29 and 56", exact=True).is_checked()
    assert tab.evaluate("globalThis.python.state") == "absent"
    assert (tab.foreign, tab.complaints) == ([], [])
    assert axe(tab, "'#exercises'") == []


@pytest.mark.parametrize("without", ["JavaScript", "a screen"])
def test_the_plain_page_takes_no_answer(visit, without):
    tab = visit("file", CHAPTER, java_script_enabled=without == "a screen")
    tab.emulate_media(media="print" if without == "a screen" else "screen")
    assert tab.locator(".answer").count() >= 3
    assert tab.locator(".answer:visible").count() == 0
