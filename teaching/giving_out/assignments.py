"""Assignments for nbgrader and for otter-grader, whose autograder is the book's own judge.

Each chapter that asks for something a judge can judge becomes one: the tasks, a cell for each
answer or function, and its points. What is written is the teacher's version with the solutions, of
which the tools make the students'.
"""

import ast
import re
from argparse import ArgumentTypeError
from dataclasses import dataclass

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from exercises import ANSWERS
from exercises.tasks import TASKS
from extensions.progress import EMPTY
from giving_out.notebooks import ANSWER, asked_of, chapters, is_solution, place_of

POINTS = {"answer": 1, "function": 5}
TASK = re.compile(r"^\*\*\d+\. .*", re.MULTILINE | re.DOTALL)
HINT = re.compile(r":::\{dropdown\} (Hint \d+)\n\n(.+)\n\n:::", re.DOTALL)
LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")  # what it leads to is not beside an assignment
JUDGE = "from exercises.judge import judge\n"
BEGIN = "import numpy as np\n\nimport nnlib as nn\nfrom exercises.judge import judge, verdict"
INTRODUCTION = """# {title}

These are exercises of this chapter of the book; a name such as eq-h is that of an equation, which
the book's ledger of equations has. Write your answers and functions in the place of the three dots.
You may add cells, and text."""
# What is cut out stands below dots that stay, so nothing takes its place; loops may be endless.
CONFIG = """c = get_config()
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.enforce_metadata = False
c.Execute.timeout = 60
"""


@dataclass
class Item:
    """What is judged: a function, or an answer. Its cell for students is lines, dots and lines."""

    name: str
    lines: str
    dots: str
    solution: str  #: in place of the dots
    after: str
    points: float

    @property
    def test(self):
        return (f'right, sentences = verdict({self.name}, "{self.name}", own=True)\n'
                'assert right, "\\n".join(sentences)')  # fmt: skip


def points_of(name, points):
    return points.get(name, POINTS["answer" if name in ANSWERS else "function"])


def items(notebook, points):
    """The parts of a chapter's assignment in their order: texts, and an Item for what is judged."""
    for k, cell in enumerate(notebook.cells):
        below = notebook.cells[k + 1 :]
        if cell.cell_type == "markdown":
            names = ANSWER.findall(cell.source)
            if names or (below and EMPTY.search(below[0].source)):
                yield plain(ANSWER.sub("", TASK.search(cell.source)[0]))
            yield from (answer(name, points) for name in names)
            if hint := HINT.fullmatch(cell.source):
                text = plain(hint[2])
                yield f"<details><summary>{hint[1]}</summary>\n\n{text}\n\n</details>"
        elif found := EMPTY.search(cell.source):
            yield function(found[1], cell.source, next(filter(is_solution, below)).source, points)


def plain(text):
    return LINK.sub(r"\1", text).strip()


def answer(name, points):
    *lines, dots = place_of(name).splitlines(keepends=True)
    solution = f"{name} = {asked_of(name)['value']!r}"
    return Item(name, "".join(lines), dots, solution, "", points_of(name, points))


def function(name, given, solved, points):
    """Its lines end with its docstring, and its solution is what stands below that in the book."""
    lines, _, after = given.removeprefix(JUDGE).lstrip().partition("    ...\n")
    (tree,) = [node for node in ast.parse(solved).body if isinstance(node, ast.FunctionDef)]
    body = solved.splitlines()[tree.body[0].lineno - 1 : tree.end_lineno]
    return Item(name, lines, "    ...", "\n".join(body), "\n" + after, points_of(name, points))


def assignments(points):
    """name -> title and parts, of each chapter in which something is judged."""
    for name, notebook in chapters().items():
        parts = list(items(notebook, points))
        if any(isinstance(part, Item) for part in parts):
            yield name, notebook.cells[0].source.partition("\n")[0].removeprefix("# "), parts


def with_region(item, mark):
    indent = item.dots[: -len(item.dots.lstrip())]
    return f"{indent}{mark} BEGIN SOLUTION\n{item.solution}\n{indent}{mark} END SOLUTION"


def for_nbgrader(title, parts):
    """The notebook from which `nbgrader generate_assignment` makes the students'."""

    def mark(grade_id, points=None, **flags):
        graded = {"grade": points is not None} | ({} if points is None else {"points": points})
        known = {"grade_id": grade_id, "schema_version": 3, "task": False, "solution": False}
        return {"nbgrader": known | graded | {"locked": True} | flags}

    cells = [new_markdown_cell(INTRODUCTION.format(title=title)),
             new_code_cell(BEGIN, metadata=mark("begin"))]  # fmt: skip
    for part in parts:
        if isinstance(part, str):
            cells.append(new_markdown_cell(part))
            continue
        source = f"{part.lines}{part.dots}\n{with_region(part, '###')}{part.after}"
        writable = mark(part.name, solution=True, locked=False)
        cells.append(new_code_cell(source, metadata=writable))
        test = part.test
        if part.name in ANSWERS:  # else one could try until it is right
            test = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
            test = f'assert {part.name} is not ..., "still empty"\n{test}'
        cells.append(new_code_cell(test, metadata=mark(f"test-{part.name}", part.points)))
    return notebook_of(cells)


def for_otter(name, title, parts):
    """The notebook from which `otter assign` makes the students' and the autograder."""
    cells = [raw("ASSIGNMENT CONFIG", f"name: {name}", "export_cell: false"),
             new_markdown_cell(INTRODUCTION.format(title=title)), new_code_cell(BEGIN)]  # fmt: skip
    for part in parts:
        if isinstance(part, str):
            cells.append(new_markdown_cell(part))
            continue
        solution = with_region(part, "#")
        if part.name in ANSWERS:
            solution = f"{part.solution}  # SOLUTION"
        hidden = str(part.name in ANSWERS).lower()
        config = f'""" # BEGIN TEST CONFIG\nhidden: {hidden}\n""" # END TEST CONFIG\n'
        cells += [
            raw("BEGIN QUESTION", f"name: {part.name}", f"points: {part.points}"),
            raw("BEGIN SOLUTION"), new_code_cell(f"{part.lines}{solution}{part.after}"),
            raw("END SOLUTION"),
            raw("BEGIN TESTS"), new_code_cell(config + part.test), raw("END TESTS"),
            raw("END QUESTION"),
        ]  # fmt: skip
    return notebook_of(cells)


def raw(*lines):
    return new_raw_cell("# " + "\n".join(lines))


def notebook_of(cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def points_from(text):
    """A name and its points, from "softmax=3", for argparse."""
    name, _, number = text.partition("=")
    if name not in ANSWERS | TASKS or not re.fullmatch(r"\d+(\.\d+)?", number):
        raise ArgumentTypeError(
            f"expected NAME=NUMBER, with the name of an answer or a function; found {text!r}. "
            "Write it as in softmax=3."
        )
    return name, float(number)
