"""Runs what students handed in and prints what each exercise is worth, with the judge's sentences.

    python scripts/judge_course.py FOLDER        writes FOLDER.csv too

FOLDER has a folder for each student, with her notebooks, or pages that she saved from "Where I
was"; or these files themselves, under the students' names. Their code is run as it is: do this in a
container, or under an account that has nothing to lose. Where each has numbers of her own, give
`--students FILE --word WORD` as to make_course.py; `--points softmax=3` too is as there. A cell may
take a minute, or `--limit` seconds. Of an exercise that is handed in twice the sum has the better.
"""

import argparse
import csv
import math
import sys
from collections import defaultdict
from dataclasses import astuple, fields
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "teaching"), str(ROOT / "book")]

from extensions.kernels import leave_out_what_is_personal  # noqa: E402
from giving_out import assignments, handed_in, notebooks  # noqa: E402


def seconds(text):
    """A time, for argparse: with none, or less, no kernel would ever answer."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(
            f"expected a number of seconds, more than 0; found {text}. Write it as in --limit 60."
        )
    return number


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--students", metavar="FILE", help="as it was given to make_course.py")
    parser.add_argument("--word", help="as it was given to make_course.py")
    parser.add_argument("--limit", type=seconds, default=60, help="seconds that a cell may take")
    parser.add_argument("--points", nargs="+", type=assignments.points_from, default=[],
                        metavar="NAME=NUMBER")  # fmt: skip
    options = parser.parse_args(arguments)
    folder = options.folder.expanduser().resolve()
    found = handed_in.handed_in(folder)
    if not found:
        raise SystemExit(
            f"expected notebooks or saved pages below {folder}; found none. Name the folder in "
            "which each student has one."
        )
    table = folder.with_name(f"{folder.name}.csv")
    if table.exists():
        raise SystemExit(
            f"expected a new file for the points; found {table}. Rename it, or delete it."
        )
    leave_out_what_is_personal()
    notebooks.demand_both(options.students, options.word)
    seed_of, absent = None, []
    if options.word:
        students = notebooks.students_of(options.students)
        absent = [student for student in students if student not in found]
        strangers = sorted(found.keys() - set(students))
        if strangers:
            raise SystemExit(
                f"expected folders with the names in {options.students}; found {strangers}. Rename "
                "them: from another name come other numbers."
            )
        seed_of = partial(notebooks.seed_of, course=options.word)
    best = defaultdict(dict)
    with open(table, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(handed_in.Row)])
        rows = handed_in.judge_all(folder, dict(options.points), options.limit, seed_of)
        for row in rows:
            writer.writerow(astuple(row))
            earlier, _ = best[row.student].get(row.name, (0, 0))
            best[row.student][row.name] = max(earlier, row.points), row.of
            if row.points < row.of or not row.name:
                where = f"{row.student}, {row.file}, {row.name or 'the file'}"
                print(f"{where}: {row.points:g} of {row.of:g}. {row.told}\n")
    for student, pairs in best.items():
        points, of = map(sum, zip(*pairs.values()))
        print(f"{student:20} {points:6g} of {of:g}")
    if absent:
        print(f"Nothing of {', '.join(absent)} is there.")
    print(f"{table}: all of it")


if __name__ == "__main__":
    main()
