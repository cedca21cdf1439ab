"""Guesses: given by keyboard, set beside the result, waived, remembered, and never there on paper.

They need no Python; what runs in the page is in test_run_in_page.
"""

import pytest

from conftest import thorough_but_for, wider_than_the_screen
from reading_time import chapters
from test_exercises import guesses_of

CHAPTER, ACCURACY = "01-see-it-work", "fraction right"
CHOICE, NUMBER = 0, 1  # the boxes of this chapter
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
# Of an accuracy of 0.1000, and what the page says of it.
SAID = {
    "0.5": "You said 0.5; it is 0.1000: 0.4 too high, 5 times as much.",
    "1/3": "You said 1/3; it is 0.1000: 0.233 too high, 3.3 times as much.",
    "12 %": "You said 12 %; it is 0.1000: 0.02 too high.",
    "-2": "You said -2; it is 0.1000: 2.1 too low.",
    ".01": "You said .01; it is 0.1000: 0.09 too low, by a factor of 10.",
    "0": "You said 0; it is 0.1000: 0.1 too low.",
    "inf": "You said inf; it is 0.1000: too high.",
    "10 %": "You said 10 %; it is 0.1000: right.",
}
SEEN = """() => {
    const covered = [...document.querySelectorAll(".covered .cell_output *")];
    return covered.filter(one => getComputedStyle(one).visibility !== "hidden").length;
}"""
# Covers that do not say what they are
WORDLESS = """() => [...document.querySelectorAll(".covered")].filter(one =>
    !one.querySelector(".guess-result") &&
    getComputedStyle(one.querySelector(".cell_output"), "::before").content === "none").length"""
FIRST_FRAMES = """
    globalThis.seen = [];
    const look = () => {
        seen.push([...document.querySelectorAll(".covered .cell_output > *")]
            .map(one => getComputedStyle(one).visibility).join());
        if (seen.length < 5) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""
HEIGHTS = """[...document.querySelectorAll(".guess, .guess-result")]
    .map(one => one.getBoundingClientRect().height)"""


def box(tab, k=NUMBER):
    return tab.locator(".guess").nth(k)


def result(tab, k=NUMBER):
    return tab.locator(".guess-result").nth(k)


def guess(tab, text, label=ACCURACY, k=NUMBER):
    """Types it in, and gives it with Enter; what the page says above the result."""
    field = box(tab, k).get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    return result(tab, k).get_by_role("status").text_content()


def outputs(tab, k=NUMBER):
    """What shows in the cells that the guess covers."""
    name = box(tab, k).get_attribute("id")
    return tab.locator(f".by-{name} .cell_output > *:visible").count()


@pytest.mark.parametrize("browser_name", ["browser", "firefox"])
def test_a_guess_stands_beside_the_result_which_is_covered_until_then(
    visit, axe, request, browser_name
):
    browser = request.getfixturevalue(browser_name)
    tab = visit("file", CHAPTER, browser=browser, covers=True, **PHONE)
    cell = tab.locator(f".by-{box(tab).get_attribute('id')}")
    assert "Covered until you have guessed." in cell.aria_snapshot()
    assert "0.1000" not in cell.aria_snapshot()
    assert (tab.evaluate(SEEN), axe(tab), wider_than_the_screen(tab)) == (0, [], [])
    room = cell.locator(".cell_output").bounding_box()["height"]
    # A choice stands as it was made; the other result is still covered after it
    box(tab, CHOICE).get_by_label("about the same").focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("Enter")
    assert result(tab, CHOICE).get_by_role("status").text_content() == "You said “about the same”."
    assert (outputs(tab), outputs(tab, CHOICE)) == (0, 1)
    # From the field on by keyboard alone: what is not understood gets a sentence, and nothing else
    field = box(tab).get_by_label(ACCURACY, exact=True)
    field.focus()
    tab.keyboard.type("1,234")
    tab.keyboard.press("Enter")
    alert = box(tab).locator("[role=alert]")
    assert alert.text_content().startswith(f"{ACCURACY}: 1,234 can be read as ")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.evaluate("one => one === document.activeElement")
    assert field.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    guess(tab, " ")
    assert (alert.text_content(), outputs(tab)) == ("Write or choose first.", 0)
    for text, said in SAID.items():
        assert guess(tab, text) == said
        assert (alert.text_content(), field.get_attribute("aria-invalid")) == ("", "false")
    assert box(tab).get_by_role("button").all_text_contents()[0] == "Guess again"
    assert "accuracy before training: 0.1000" in cell.aria_snapshot()
    assert cell.locator(".cell_output").bounding_box()["height"] == pytest.approx(room)
    assert box(tab).get_by_role("button", name="Show").count() == 0
    assert (tab.evaluate(SEEN), outputs(tab)) == (0, 1)
    assert (axe(tab), wider_than_the_screen(tab)) == ([], [])


@pytest.mark.parametrize(
    "path", thorough_but_for(chapters()[1:3], chapters()), ids=lambda path: path.stem
)
def test_every_number_of_the_book_is_found_in_its_page(visit, path):
    """What is printed is right, with all its digits, and every field takes what it asks for."""
    tab = visit("file", path.stem, covers=True)
    assert tab.locator(".guess").count() == len(guesses_of(path))
    for k, (fields, numbers) in enumerate(guesses_of(path)):
        for field in fields:
            if field["options"]:
                group = box(tab, k).get_by_role("radiogroup", name=field["label"], exact=True)
                group.get_by_label(field["options"][-1], exact=True).check()
            else:
                given = numbers.get(field["label"], "a word")
                box(tab, k).get_by_label(field["label"], exact=True).fill(given)
        assert outputs(tab, k) == 0 and tab.evaluate(WORDLESS) == 0
        box(tab, k).get_by_role("button", name="That is my guess").click()
        assert outputs(tab, k) > 0
        said = result(tab, k).locator("span").all_text_contents()
        assert len(said) == len(fields)
        for field, sentence in zip(fields, said):
            if field["label"] in numbers:
                number = numbers[field["label"]]
                assert sentence.endswith(f"ou said {number}; it is {number}: right.")
            else:
                assert sentence.endswith("”.")
    assert tab.complaints == []


def test_one_press_waives_one_result_or_all_and_a_page_remembers_what_it_may(visit):
    tab = visit("http", CHAPTER, covers=True, before=FIRST_FRAMES)
    assert {one.replace("hidden", "").strip(",") for one in tab.evaluate("seen")} == {""}
    result(tab).get_by_role("button", name="Show it").press("Enter")
    assert result(tab).get_by_role("status").text_content() == "Shown without a guess."
    assert result(tab).evaluate("one => one === document.activeElement")
    assert (outputs(tab), outputs(tab, CHOICE)) == (1, 0)
    box(tab, CHOICE).get_by_role("button", name="Show without guessing").click()
    assert outputs(tab, CHOICE) == 1

    def never(tab):
        return box(tab, CHOICE).get_by_label("never cover results")

    tab.reload()
    assert outputs(tab) == 0  # nothing was kept
    guess(tab, "0.5")
    never(tab).check()
    assert box(tab).get_by_label("never cover results of this page").is_checked()
    assert (outputs(tab, CHOICE), result(tab, CHOICE).is_visible()) == (1, False)
    assert result(tab).is_visible()
    box(tab).get_by_label("remember what I write").check()
    assert never(tab).locator("..").text_content().strip() == "never cover results"
    tab.reload()
    assert tab.evaluate("seen.at(-1)").replace("visible", "").strip(",") == ""
    assert box(tab).get_by_label(ACCURACY, exact=True).input_value() == "0.5"
    assert result(tab).get_by_role("status").text_content() == SAID["0.5"]
    tab.goto(tab.url.replace(CHAPTER, "02-a-digit-is-784-numbers"))
    assert (never(tab).is_checked(), outputs(tab)) == (True, 1)
    tab.once("dialog", lambda asked: asked.accept())
    box(tab).get_by_label("remember what I write").uncheck()
    never(tab).uncheck()
    assert (outputs(tab), tab.evaluate("Object.keys(localStorage).join()").count("guess")) == (0, 0)


@pytest.mark.parametrize("without", ["JavaScript", "a screen"])
def test_the_plain_page_asks_nothing_and_covers_nothing(visit, without):
    tab = visit("file", CHAPTER, covers=True, java_script_enabled=without == "a screen")
    tab.emulate_media(media="print" if without == "a screen" else "screen")
    assert tab.locator(".guess:visible, .guess-result:visible").count() == 0
    assert outputs(tab) == outputs(tab, CHOICE) == 1


def test_the_script_moves_nothing(visit):
    """What the reader sees first has the room of all that the script puts there."""
    plain = visit("file", CHAPTER, covers=True, java_script_enabled=False, **PHONE)
    plain.evaluate("""() => {
        document.documentElement.classList.add("asks");
        document.documentElement.dataset.theme = "light"; // as scripts in the head do
    }""")
    before = plain.evaluate(HEIGHTS)
    assert min(before) > 0
    assert visit("file", CHAPTER, covers=True, **PHONE).evaluate(HEIGHTS) == before
