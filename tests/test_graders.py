"""The assignments in the tools that they are for: what nbgrader and otter-grader say of submissions
that are right, empty, and wrong here and there.

    pip install -e '.[teaching]' && pytest tests/test_graders.py
"""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec

import nbformat
import pytest

from exercises import ANSWERS, described
from giving_out import assignments
from giving_out.assignments import Item
from judged import MISTAKES, PROGRAMS, changed

GRADES = """
import json
from nbgrader.api import Gradebook

with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({
        submission.student.id: {
            grade.name.removeprefix("test-"): [grade.score, grade.max_score]
            for notebook in submission.notebooks for grade in notebook.grades
        } for submission in book.assignment_submissions("all")
    }))
"""
PARTS = [part for _, _, parts in assignments.assignments({}) for part in parts]
ITEMS = {part.name: part for part in PARTS if isinstance(part, Item)}
PLACE = re.compile(r"^(\w+) = \.\.\.|^def (\w+)\(", re.MULTILINE)
BEGIN = "S = nn.sigmoid\n"
FULL = {name: item.points for name, item in ITEMS.items()}


def needs(module, name):
    reason = f"needs {name}: pip install -e '.[teaching]'"
    return pytest.mark.skipif(find_spec(module) is None, reason=reason)


def right(name):
    return ITEMS[name].lines + ITEMS[name].solution + ITEMS[name].after


def wrong(name, k):
    """The k-th known mistake in the place of an answer or a function."""
    if name in ANSWERS:
        slips = described(name)["slips"]
        return f"{name} = {slips[k % len(slips)]['value']!r}"
    mistakes = [lines for _, spellings in MISTAKES[name] for lines in spellings[:1]]
    return BEGIN + changed(program_of(name), mistakes[k % len(mistakes)])


def of_its_own(name):
    """A right one that calls no other of the student's functions."""
    return right(name) if name in ANSWERS else BEGIN + program_of(name)


def program_of(name):
    """A right function. What it takes from nnlib is not to stand for one of the student's."""
    taken = "from nnlib import softmax\n\ndef forward(x, parameters):\n"
    inside = "def forward(x, parameters):\n    from nnlib import softmax\n"
    return PROGRAMS[name][0].replace(taken, inside)


def mixed(k, names=ITEMS):
    """Every second one is wrong, by the k-th mistake: which ones, and all the cells."""
    faulty = {name for at, name in enumerate(names) if (at + k) % 2}
    return faulty, {
        name: wrong(name, k // 2) if name in faulty else of_its_own(name) for name in names
    }


def fill(notebook, cells):
    """A student's notebook with these sources in the cells of answers and functions."""
    for cell in notebook.cells:
        found = PLACE.search(cell.source) if cell.cell_type == "code" else None
        if found:
            name = found[1] or found[2]
            cell.source = cells.get(name, cell.source)
    return notebook


def run(folder, *command):
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, encoding="utf-8",
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def graded_by_nbgrader(folder, submissions):
    """student -> name of an exercise -> [score, points], of submissions to one assignment."""
    source = folder / "source" / "all" / "all.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(assignments.for_nbgrader("All", PARTS), source)
    (folder / "nbgrader_config.py").write_text(assignments.CONFIG, encoding="utf-8")
    run(folder, "-m", "nbgrader", "generate_assignment", "all")
    release = folder / "release" / "all" / "all.ipynb"
    for student, cells in submissions.items():
        path = folder / "submitted" / student / "all" / "all.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(fill(nbformat.read(release, as_version=4), cells), path)
    run(folder, "-m", "nbgrader", "autograde", "all")
    return json.loads(run(folder, "-c", GRADES)), release.read_text(encoding="utf-8")


@pytest.mark.slow
@needs("nbgrader", "nbgrader")
def test_nbgrader_gives_each_its_points_and_takes_those_of_mistakes(tmp_path):
    faulty = {f"mixed {k}": mixed(k) for k in range(2)}
    submissions = {name: cells for name, (_, cells) in faulty.items()}
    submissions |= {"right": {name: right(name) for name in ITEMS}, "empty": {}}
    grades, release = graded_by_nbgrader(tmp_path, submissions)
    lost = {student: {name for name, (score, of) in of_student.items() if not score}
            for student, of_student in grades.items()}  # fmt: skip
    for of_student in grades.values():
        assert {name: of for name, (_, of) in of_student.items()} == FULL
        assert all(score in (0, of) for score, of in of_student.values())
    expected = {student: names for student, (names, _) in faulty.items()}
    assert lost == expected | {"right": set(), "empty": set(ITEMS)}
    assert "SOLUTION" not in release and "HIDDEN" not in release
    assert not [name for name in ANSWERS if f"{name} = {described(name)['value']!r}" in release]


# Functions are judged as they are at the end: the chapters' assignments take none from each other.
OTTER = ["shape_of_columns", "softmax", "forward", "shape_of_dx", "backward", "shape_of_pruned"]


def score_by_otter(folder, notebook):
    """name of an exercise -> [score, points], as otter has them for a notebook."""
    path = folder / "submission.ipynb"
    nbformat.write(notebook, path)
    (folder / "out").mkdir(exist_ok=True)
    [autograder] = (folder / "dist" / "autograder").glob("*.zip")
    run(folder, "-m", "otter", "run", "--no-logo", "-a", str(autograder), "-o", "out", path.name)
    results = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    return {test["name"]: [test["score"], test["max_score"]]
            for test in results["tests"] if test["name"] in ITEMS}  # fmt: skip


@pytest.mark.slow
@needs("otter", "otter-grader")
def test_otter_gives_each_its_points_and_takes_those_of_mistakes(tmp_path):
    parts = [part for part in PARTS if not isinstance(part, Item) or part.name in OTTER]
    nbformat.write(assignments.for_otter("all", "All", parts), tmp_path / "all.ipynb")
    run(tmp_path, "-m", "otter", "assign", "all.ipynb", "dist")  # runs the solutions too
    release = tmp_path / "dist" / "student" / "all.ipynb"
    faulty, cells = mixed(1, OTTER)
    grades = score_by_otter(tmp_path, fill(nbformat.read(release, as_version=4), cells))
    assert {name for name, (score, _) in grades.items() if not score} == faulty
    assert {name: of for name, (_, of) in grades.items()} == {name: FULL[name] for name in OTTER}
    text = release.read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "axis=-1, keepdims=True)\\n    return e" not in text
