"""How long a chapter takes: what is counted, on the path and off it."""

from collections import Counter

import pytest
from nbformat import v4, write

import reading_time

PICTURE = v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})
FIGURE = v4.new_output("execute_result", {"text/html": "<img>", "text/plain": "ImagePicker()"})


def printed(text):
    return v4.new_output("stream", name="stdout", text=text)


def code(source, *outputs, tag=None):
    return v4.new_code_cell(source, outputs=[*outputs], metadata={"tags": [tag] if tag else []})


@pytest.mark.parametrize("cell, seen, folded", [
    ("three words $a + b$\non *two* [lines](#a-link)", {"words": 6}, {}),
    ("two words\n\n$$\na = b\n$$ (eq-a)\n\n$$\nb = a\n$$", {"words": 2, "displays": 2}, {}),
    (":::{tip} Predict, then run\n\nHow many?\n\n:::", {"words": 5, "predicts": 1}, {}),
    (":::{dropdown} A proof\n\nOf $a$:\n\n$$\na\n$$\n\n:::", {"words": 2},
     {"words": 2, "displays": 1}),
    ("```python\na = 1\n\nb = 2\n```", {"code": 2}, {}),
    ("a | b\n--|--\nc d | e", {"words": 5}, {}),
    (code("a = 1\n\nprint(a)", printed("1\n\n2\n")), {"code": 2, "output": 2}, {}),
    (code("draw()", PICTURE, tag="hide-input"), {"pictures": 1}, {"code": 1}),
    (code("solve()\nshow()", printed("1\n"), PICTURE, tag="hide-cell"), {},
     {"code": 2, "output": 1, "pictures": 1}),
    (code("print(getsource(f))", printed("def f():\n    pass\n"), tag="remove-input"),
     {"code": 2}, {}),
    (code("ImagePicker()", FIGURE), {"code": 1, "figures": 1}, {}),
    (code("a", v4.new_output("execute_result", {"text/plain": "[1,\n 2]"})),
     {"code": 1, "output": 2}, {}),
    (code("a", v4.new_output("execute_result", {"text/markdown": "a b", "text/plain": "-"})),
     {"code": 1, "words": 2}, {}),
], ids=[
    "text", "displays", "predict", "fold", "fence", "table", "printed", "hidden code",
    "hidden cell", "source shown", "interactive", "value", "markdown",
])  # fmt: skip
def test_what_a_cell_counts(tmp_path, cell, seen, folded):
    section = sections(tmp_path, "# Title", cell)[0]
    assert +section.path - Counter(words=1) == seen
    assert +section.folded == folded


def sections(folder, *cells):
    """The sections of a notebook that is made of these cells; a text is Markdown."""
    made = [v4.new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    write(v4.new_notebook(cells=made), folder / "chapter.ipynb")
    return reading_time.read(folder / "chapter.ipynb")


def test_what_can_wait_ends_at_the_next_heading_of_its_level(tmp_path):
    box = ":::{admonition} Can wait\n\nWhat is here.\n\n:::"
    found = sections(
        tmp_path, "# A", "## B\n\nOn it.\n\n### C", box, "Off it.", code("a = 1"),
        "#### D\n\nOff it.\n\n### E\n\nOn it.\n\n## F", box, "### G\n\nOff it.\n\n# H\n\nOn it.",
        "## Exercises\n\n**1. Do it.** Off it.", "**2. Write it yourself: it.**",
        "### I\n\nOff it.",
    )  # fmt: skip
    assert {section.title: (+section.path, +section.folded) for section in found} == {
        "A": ({"words": 1}, {}),
        "B": ({"words": 3}, {}),
        "C": ({"words": 6}, {"words": 2, "code": 1}),
        "D": ({}, {"words": 3}),
        "E": ({"words": 3}, {}),
        "F": ({"words": 6}, {}),
        "G": ({}, {"words": 3}),
        "H": ({"words": 3}, {}),
        "Exercises": ({}, {"words": 1}),
        "1. Do it": ({}, {"words": 5, "exercises": 1}),
        "2. Write it yourself: it": ({}, {"words": 5, "exercises": 1, "functions": 1}),
        "I": ({}, {"words": 3}),
    }
    path, whole = reading_time.total(found)
    assert reading_time.minutes(path) == pytest.approx(22 / 180)
    assert reading_time.minutes(whole) == pytest.approx(44 / 180 + 3 / 60 + 24)
