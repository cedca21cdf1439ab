"""Answers: each key is what the solution says, and each slip is another one, with a sentence."""

import json
import re
from itertools import combinations

import pytest

from exercises import ANSWERS, Answer, described
from reading_time import chapters
from shared import MESSAGE

CHAPTERS = chapters()
COMMENT = re.compile(r"^<!-- answer: (\w+) -->$", re.MULTILINE)
TASK = re.compile(r"^\*\*\d+\. ", re.MULTILINE)
FRACTION = re.compile(r"\\[td]?frac(\d)(\d)")
SPACING = re.compile(r"\\[,;! ]|\{?,\}?(?=\d{3}\b)|[$`]")  # in formulas, and in 12,730
NUMBER = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?:/(\d+))?")
SENTENCE = re.compile(r"(?:[A-Z]|dW[12]|f\(u, u\)|uint8).+[^.?! ]\.")
STEPS = "See CONTRIBUTING.md, An exercise, An answer."

every_answer = pytest.mark.parametrize("name", ANSWERS)


def texts(path):
    """The text of each cell of a notebook, with what it shows."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        shown = [text for output in cell.get("outputs", []) for text in output.get("text", [])]
        yield "".join([*cell["source"], "\n", *shown])


def asked():
    """What the notebooks ask for: name of an answer -> (chapter, solution of its exercise)."""
    found = {}
    for path in CHAPTERS:
        names = []
        for text in texts(path):
            if TASK.search(text):
                names = COMMENT.findall(text)
                assert not set(names) & set(found), f"{path.name} asks once more for {names}"
                found |= dict.fromkeys(names, (path, ""))
            else:
                assert not COMMENT.search(text), f"{path.name}: an answer without a task"
                found |= {name: (path, found[name][1] + text) for name in names}
    return found


ASKED = asked()


def plain(text):
    """A text without the spacing of formulas, and with fractions and signs as they are typed."""
    return SPACING.sub("", FRACTION.sub(r"\1/\2", text.replace("−", "-")))


def differ(one, other, tolerance):
    """Whether no number is near enough to both."""
    if isinstance(one, str | tuple):
        return one != other
    return abs(one - other) > tolerance * (abs(one) + abs(other))


def test_each_answer_is_asked_for_once_in_its_chapter():
    assert set(ASKED) == set(ANSWERS), f"in notebooks, and in book/exercises/. {STEPS}"
    pairs = {(chapter, ANSWERS[name].compute.__module__) for name, (chapter, _) in ASKED.items()}
    chapters_of, modules = map(set, zip(*pairs))
    assert len(chapters_of) == len(modules) == len(pairs), f"one module a chapter: {pairs}"


@pytest.mark.parametrize("path", CHAPTERS[1:8], ids=lambda path: path.stem)
def test_a_chapter_takes_at_least_three_answers(path):
    names = [name for name, (chapter, _) in ASKED.items() if chapter == path]
    assert len(names) >= 3, f"{path.name}: found only {names}. {STEPS}"


@every_answer
def test_the_answer_is_what_the_solution_says(name):
    answer, solution = described(name), plain(ASKED[name][1])
    value = answer["value"]
    if answer["kind"] == "number":
        numbers = [float(top) / float(below or 1) for top, below in NUMBER.findall(solution)]
        agree = [n for n in numbers if abs(n - value) <= answer["tolerance"] * abs(value) + 1e-12]
    else:
        agree = plain(str(value)).replace(" ", "") in solution.replace(" ", "")
    assert agree, (
        f"expected {value}, the answer {name}, in the solution; found {solution!r}. {STEPS}"
    )


@every_answer
def test_no_slip_is_taken_for_the_answer_or_for_another(name):
    answer = described(name)
    values = [answer["value"], *(slip["value"] for slip in answer["slips"])]
    near = [pair for pair in combinations(values, 2) if not differ(*pair, answer["tolerance"])]
    assert near == [], f"{name}: expected values further apart than the tolerance; found {near}"
    assert {type(value) in (tuple, str) for value in values} == {answer["kind"] != "number"}


@every_answer
def test_the_reader_is_told_what_is_asked_for_and_what_went_wrong(name):
    answer = described(name)
    sentences = [slip["sentence"] for slip in answer["slips"]]
    assert re.fullmatch(r"[A-Z0-9].*[^. ]", answer["label"])
    assert len(set(sentences)) == len(sentences) >= 1
    assert all(SENTENCE.fullmatch(sentence) for sentence in sentences), sentences
    wrong = {slip["value"] for slip in answer["slips"]}
    assert wrong | {answer["value"]} >= set(answer["options"]), f"{name}: a choice says nothing"
    assert json.loads(json.dumps(answer))["label"] == answer["label"]


def test_slips_are_known_where_answers_are_numbers():
    assert sum(len(answer.slips) >= 2 for answer in ANSWERS.values()) >= len(ANSWERS) - 3


def test_an_answer_that_nobody_has_is_refused():
    with pytest.raises(LookupError) as caught:
        described("no_such_answer")
    assert MESSAGE.fullmatch(str(caught.value)) and "pixel_number" in str(caught.value)


@pytest.mark.parametrize("value, options", [(0.25, ()), ("a third", ("one", "two"))])
def test_an_answer_without_what_it_needs_is_refused(value, options, monkeypatch):
    monkeypatch.setitem(ANSWERS, "new", Answer(lambda: value, 0.0, options))
    with pytest.raises(ValueError) as caught:
        described("new")
    assert MESSAGE.fullmatch(str(caught.value))
