"""Answers: each key is what the solution says, and each slip is another one, with a sentence.

And guesses: each box asks for one, and each number is printed where it is looked for.
"""

import json
import re
import shutil
from itertools import combinations

import nbformat
import pytest
from bs4 import BeautifulSoup

from exercises import ANSWERS, Answer, described, standard
from exercises.variants import VARIANTS, book_numbers, differ, draw, own_numbers, reworded
from extensions.exercises import GUESS, fields_of, printed_number
from reading_time import chapters
from shared import MESSAGE, ROOT, TEMPLATE, refused
from small_book import CONFIG, build, write

CHAPTERS = chapters()
PREDICT = re.compile(r"^:::\{tip\} Predict, then (?:run|try)\n.+?^:::$", re.MULTILINE | re.DOTALL)
ASKS = re.compile(r"\n\n<!-- guess\n(.+?)\n-->\n\n:::$", re.DOTALL)
COMMENT = re.compile(r"^<!-- answer: (\w+) -->$", re.MULTILINE)
TASK = re.compile(r"^\*\*\d+\. ", re.MULTILINE)
FRACTION = re.compile(r"\\[td]?frac(\d)(\d)")
SPACING = re.compile(r"\\[,;! ]|\{?,\}?(?=\d{3}\b)|[$`]")  # in formulas, and in 12,730
NUMBER = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?:/(\d+))?")
SENTENCE = re.compile(r"(?:[A-Z]|dW[12]|f\(u, u\)|uint8).+[^.?! ]\.")
STEPS_OF_A_GUESS = "See CONTRIBUTING.md, A guess."
STEPS = "See CONTRIBUTING.md, An answer."

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


def guesses_of(path):
    """What each box of a notebook asks for: its fields, and their numbers, as they are printed."""
    found = []
    cells = nbformat.read(path, as_version=4).cells
    for k, cell in enumerate(cells):
        for box in PREDICT.findall(cell.source) if cell.cell_type == "markdown" else ():
            comment = ASKS.search(box)
            assert comment, f"{path.name}: no guess at the end of {box!r}. {STEPS_OF_A_GUESS}"
            fields = fields_of(comment[1])
            below = next((n for n, one in enumerate(cells[k + 1:]) if one.cell_type != "code"))
            outputs = [out for one in cells[k + 1:k + 1 + below] for out in one.outputs]
            shown = "".join(output.get("text", "") for output in outputs)
            numbers = {f["label"]: printed_number(shown, f) for f in fields if f["after"]}
            found.append((fields, numbers))
    return found


@pytest.mark.parametrize("path", [*CHAPTERS, TEMPLATE], ids=lambda path: path.stem)
def test_each_box_that_asks_for_a_prediction_takes_it(path):
    guesses = guesses_of(path)
    assert len(guesses) == path.read_text(encoding="utf-8").count("} Predict, then ") > 0
    for fields, numbers in guesses:
        assert None not in numbers.values(), f"{path.name}: {numbers}. {STEPS_OF_A_GUESS}"
        assert all(len(field["label"]) <= 30 for field in fields), fields


@pytest.mark.parametrize("lines", [
    "", "a number", "a: numbers", 'a: number after ""', 'a: number 0 after "x"', "a: only",
    "a: one |", "a: | two", "a: words\na: words", 'row: number after "in row" or so',
])  # fmt: skip
def test_a_guess_that_asks_for_something_else_is_refused(lines):
    with pytest.raises(ValueError) as caught:
        fields_of(lines)
    assert MESSAGE.fullmatch(str(caught.value)), caught.value


def test_numbers_are_read_as_python_prints_them():
    shown = "W1[3] of 12,730: -0.5, 1.5e-05 (16, 784).\n  7 10%"
    found = [printed_number(shown, {"after": "of", "nth": k}) for k in range(1, 9)]
    assert found == ["12,730", "-0.5", "1.5e-05", "16", "784", "7", "10", None]
    assert printed_number(shown, {"after": "W1", "nth": None}) == "3"
    assert printed_number(shown, {"after": "no such text", "nth": None}) is None


BOX = """:::{tip} Predict, then run

How many?

<!-- guess
count: number 2 after "n ="
more than <two>: yes | no & never
-->

:::
"""
EXERCISE = """**1. Pixels.** Where are they?

<!-- answer: pixel_number -->

<!-- answer: neighbours_of_28 -->
"""


def ask(folder, markdown, cells, builder="html"):
    """Builds a page of this Markdown, with these cells below it: (tags, source)."""
    write(folder, index="# A book\n", one=[])
    path = folder / "book" / "one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(markdown))
    for tags, source in cells:
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
    nbformat.write(notebook, path)
    shutil.copytree(ROOT / "book" / "static", folder / "book" / "static", dirs_exist_ok=True)
    parts = ("boxes", "complaints", "exercises", "printed")
    settings = {"extensions": [*CONFIG["extensions"], *(f"extensions.{part}" for part in parts)]}
    return build(folder, builder, myst_enable_extensions=["colon_fence"], **settings)


def test_a_box_asks_and_covers_what_the_cells_in_a_row_below_it_show(tmp_path):
    sources = [
        ([], "a = 1"), ([], "print('n = 3, 4')"), ([], "print('and more')"),
        (["hide-cell"], "print('folded')"), ([], "print('below')"),
    ]  # fmt: skip
    page = BeautifulSoup(ask(tmp_path, BOX, sources).pages["book/one.html"], "html.parser")
    (form,) = page.select(".admonition form.guess")
    covered = page.select(f".covered.by-{form['id']} .cell_output")
    assert [part.text.strip() for part in covered] == ["n = 3, 4", "and more", "below"]
    assert page.select_one(f"[data-guess={form['id']}]").parent == covered[0].parent
    fields = [(one["name"], one["type"], one.get("value")) for one in form.select(".field input")]
    assert fields == [
        ("count", "text", None), ("more than <two>", "radio", "yes"),
        ("more than <two>", "radio", "no & never"),
    ]  # fmt: skip
    number = form.find("input")
    assert (number["data-after"], number["data-nth"]) == ("n =", "2")
    ids = [one["id"] for one in page.select("[id]")]
    assert len(set(ids)) == len(ids)
    assert "boxes.js" in str(page.head)
    assert "boxes.js" not in (tmp_path / "_build/html/book/index.html").read_text(encoding="utf-8")


def test_an_exercise_takes_its_answers(tmp_path):
    page = BeautifulSoup(ask(tmp_path, EXERCISE, []).pages["book/one.html"], "html.parser")
    number, choice = page.select("form.answer")
    assert "boxes.js" in str(page.head)
    for form, name in ((number, "pixel_number"), (choice, "neighbours_of_28")):
        asked = json.loads(json.dumps(described(name)))
        assert json.loads(form["data-answer"]) == asked
        assert form.find("input")["name"] == asked["label"] == form.select_one(".field span").text
    hint = page.find(id=number.find("input")["aria-describedby"])
    assert hint.text == "a whole number" and number.find(role="status").text == ""
    options = [one["value"] for one in choice.select("[role=radiogroup] input")]
    assert options == list(described("neighbours_of_28")["options"])
    ids = [one["id"] for one in page.select("[id]")]
    assert len(set(ids)) == len(ids)


def test_there_is_nothing_of_it_on_paper(tmp_path):
    ask(tmp_path, f"{BOX}\n{EXERCISE}", [([], "print('n = 3, 4')")], builder="latex")
    (paper,) = (tmp_path / "_build" / "latex").glob("*.tex")
    text = paper.read_text(encoding="utf-8")
    assert "How many?" in text and "n = 3, 4" in text
    words = "more than", "That is my guess", "Covered until", "never cover", "Check", "row 20"
    assert [word for word in words if word in text] == []


@pytest.mark.parametrize("markdown, cells, found", [
    (BOX, [], "count"),
    (BOX, [([], "a = 1")], "count"),
    (BOX, [([], "print('n = 3')")], "n = 3"),
    (BOX.replace("count: number", "count: numbers"), [([], "print('n = 3, 4')")], "numbers"),
    ("<!-- guess\na: words\n-->\n", [([], "print(1)")], "guess"),
    ("<!-- gues -->\n", [], "gues"),
    ("<!-- answer: a b -->\n", [], "answer: a b"),
    ("<!-- answer: no_such_answer -->\n", [], "no_such_answer"),
])  # fmt: skip
def test_a_comment_that_asks_for_nothing_stops_the_build(tmp_path, markdown, cells, found):
    with pytest.raises(SystemExit) as caught:
        ask(tmp_path, markdown, cells)
    message = str(caught.value)
    assert message.startswith("book/one: ") and found in message
    assert MESSAGE.fullmatch(message.removeprefix("book/one: ")), message


def test_the_form_has_the_words_that_its_script_will_show():
    script = (ROOT / "book" / "static" / "memory.js").read_text(encoding="utf-8")
    assert re.search('ASKED = "(.+)"', script)[1] + "</label>" in GUESS


@pytest.mark.parametrize("variant", {one.texts: one for one in VARIANTS.values()}.values(),
                         ids=lambda variant: variant.texts.__name__)  # fmt: skip
def test_a_variant_asks_in_the_chapter_for_what_its_answers_compute(variant):
    """With the book's numbers the task is the book's; with others nothing else in it changes."""
    names = [set(standard(ANSWERS[name].compute)) for name in variant.answers]
    assert set.union(*names) == set(variant.choices) and all(names)
    (task,) = {text for name in variant.answers for text in texts(ASKED[name][0])
               if name in COMMENT.findall(text)}  # fmt: skip
    for one in variant.choices:  # what an answer is computed from, the task says
        of_book = book_numbers(variant)
        others = [of_book | {one: draw(variant, seed)[one]} for seed in range(20)]
        assert any(variant.texts(**other) != variant.texts(**of_book) for other in others), one
    asked = {reworded(task, variant.answers, seed) for seed in range(20)}
    assert len(asked) >= 5, "few students have the same numbers"
    for seed in range(20):
        own = draw(variant, seed)
        old, new = variant.texts(**book_numbers(variant)), variant.texts(**own)
        changed = reworded(task, variant.answers, seed)
        for before, after in zip(old, new):
            changed = changed.replace(after, before)
        assert changed == task
        for name in variant.answers:
            answer = described(name, **own_numbers(name, seed))
            values = [answer["value"], *(slip["value"] for slip in answer["slips"])]
            assert not [pair for pair in combinations(values, 2)
                        if not differ(*pair, answer["tolerance"])]  # fmt: skip
            assert json.dumps(answer) == json.dumps(described(name, **own_numbers(name, seed)))


def test_what_is_no_variant_keeps_the_numbers_of_the_book():
    assert own_numbers("neighbours_of_28", seed=1) == {}
    assert reworded("A task.", ["neighbours_of_28"], seed=1) == "A task."


def test_a_task_without_its_numbers_is_refused():
    refused(ValueError, "0 times in 'Where is it?'", reworded, "Where is it?", ["pixel_number"], 1)


def test_numbers_that_no_slip_is_told_apart_at_are_not_looked_for_for_ever(monkeypatch):
    monkeypatch.setitem(VARIANTS["softmax_of_two"].choices, "first", (2,))
    monkeypatch.setitem(VARIANTS["softmax_of_two"].choices, "second", (2,))
    with pytest.raises(RuntimeError) as caught:
        own_numbers("softmax_of_two", seed=1)
    assert MESSAGE.fullmatch(str(caught.value))
