"""Writes what a teacher gives out, from the notebooks of the book, into a new folder.

    python scripts/make_course.py pages FOLDER        the pages of the book without solutions
    python scripts/make_course.py notebooks FOLDER    the chapters without solutions, to hand in
    python scripts/make_course.py nbgrader FOLDER     a course of nbgrader, source/ with solutions
    python scripts/make_course.py otter FOLDER        notebooks for `otter assign`, with solutions

Notebooks are the same for all; or, with `--students FILE --word WORD`, where FILE has a name in
each line, exercises that can have other numbers have those of each student, and FOLDER/key.csv has
the answers. Who knows the word can compute them: keep it for yourself. `--points softmax=3` changes
what an exercise counts in an assignment: 1 an answer, 5 a function. See book/giving-out.md.
"""

import argparse
import csv
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "teaching"), str(ROOT / "book")]

from giving_out import assignments, new_folder, notebooks, pages  # noqa: E402


def write_notebooks(folder, options):
    if not options.students:
        return notebooks.write_all(folder)
    students = notebooks.students_of(options.students)
    for student in students:
        notebooks.write_all(folder / student, notebooks.seed_of(student, options.word))
    with open(folder / "key.csv", "w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", "chapter", "name", "answer to", "value", "tolerance", "slips"])
        rows.writerows(notebooks.key(students, options.word))
    print(f"{folder / 'key.csv'} is for you alone: a folder beside it is for each student.")


def write_nbgrader(folder, options):
    for name, title, parts in assignments.assignments(options.points):
        path = folder / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(assignments.for_nbgrader(title, parts), path)
    (folder / "nbgrader_config.py").write_text(assignments.CONFIG, encoding="utf-8")


def write_otter(folder, options):
    folder.mkdir(parents=True, exist_ok=True)
    for name, title, parts in assignments.assignments(options.points):
        nbformat.write(assignments.for_otter(name, title, parts), folder / f"{name}.ipynb")


WRITERS = {
    "pages": lambda folder, options: pages.build(folder),
    "notebooks": write_notebooks, "nbgrader": write_nbgrader, "otter": write_otter,
}  # fmt: skip


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=WRITERS)
    parser.add_argument("folder", type=new_folder)
    parser.add_argument("--students", metavar="FILE", help="names, one a line")
    parser.add_argument("--word", help="from which, with a name, the numbers come")
    parser.add_argument("--points", nargs="+", type=assignments.points_from, default=[],
                        metavar="NAME=NUMBER")  # fmt: skip
    options = parser.parse_args(arguments)
    notebooks.demand_both(options.students, options.word)
    options.points = dict(options.points)
    WRITERS[options.what](options.folder, options)
    print(f"{options.folder}: written")


if __name__ == "__main__":
    main()
