"""The hints of what readers write themselves, in the built book."""

import re

CHAPTER = "06-training"


def folds_of(tab):
    """The hints of the last exercise and its solution, by their titles."""
    titles = ["Hint 1", "Hint 2", "Hint 3", "Show the solution"]
    begins = [tab.locator("summary", has_text=re.compile(rf"^\s*{one} of")) for one in titles]
    return [tab.locator("main details").filter(has=summary).last for summary in begins]


def are_open(folds):
    return [fold.evaluate("one => one.open") for fold in folds]


def test_hints_open_one_after_the_other_and_then_the_solution(visit, axe):
    tab = visit("file", CHAPTER)
    folds = folds_of(tab)
    summaries = [fold.locator("summary") for fold in folds]
    assert [fold.locator(".turn").all_text_contents() for fold in folds] == [
        [], [" (after Hint 1)"], [" (after Hint 2)"], [" (after Hint 3)"]
    ]  # fmt: skip
    for k, summary in enumerate(summaries):
        for later in summaries[k + 1 :]:
            later.click()
        assert are_open(folds) == [True] * k + [False] * (4 - k)
        if k == 1:
            assert not tab.complaints  # before axe asks for the styles again
            assert axe(tab, "'main details'") == []
        summary.focus()
        tab.keyboard.press("Enter")
        for later in folds[k + 1 : k + 2]:
            later.locator(".turn").wait_for(state="detached")
    assert all(are_open(folds))
    assert tab.locator("[aria-disabled]").count() == 2  # of the other exercise
    summaries[0].click()  # which stays as it is, once it may be opened
    assert are_open(folds) == [False, True, True, True]


def test_without_scripts_all_can_be_opened(visit):
    tab = visit("file", CHAPTER, java_script_enabled=False)
    for fold in reversed(folds_of(tab)):
        fold.locator("summary").click()
        assert fold.get_attribute("open") is not None
