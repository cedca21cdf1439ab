"""The notebooks of the book for students: without solutions, with places for answers, and with
numbers of their own."""

import re
from collections import Counter
from copy import deepcopy
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from unicodedata import normalize

import nbformat

from exercises import described
from exercises.answers import hint_of
from exercises.variants import own_numbers, reworded

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r'\w[^\\/:*?"<>|\x00-\x1f]*(?<!\.)')  # of a folder, on any system
ANSWER = re.compile(r"^<!-- answer: (\w+) -->$\n*", re.MULTILINE)


@cache  # of sixty students, each gets them
def chapters(root=ROOT):
    """The chapters that ask for something: name of the file -> notebook."""
    paths = sorted((root / "book").glob("[0-9]*.ipynb"))
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


def is_solution(cell):
    return "solution" in cell.metadata.get("tags", [])


def without_solutions(notebook):
    notebook = deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if not is_solution(cell)]
    return notebook


def for_students(notebook, seed=None):
    """A notebook without solutions, with a cell for answers below each task that asks for some;
    with a seed, their numbers are those of the seed."""
    notebook, cells = without_solutions(notebook), []
    for cell in notebook.cells:
        cells.append(cell)
        names = ANSWER.findall(cell.source) if cell.cell_type == "markdown" else []
        if names:
            if seed is not None:
                cell.source = reworded(cell.source, names, seed)
            cell.source = ANSWER.sub("", cell.source).rstrip()
            place = "\n\n".join(place_of(name, seed) for name in names)
            cells.append(nbformat.v4.new_code_cell(place, id=f"answers-{len(cells)}"))
    notebook.cells = cells
    return notebook


def place_of(name, seed=None):
    """The lines in which a student gives an answer."""
    asked = asked_of(name, seed)
    form = hint_of(asked) or " | ".join(f'"{option}"' for option in asked["options"])
    return f"# {asked['label']} ({form}):\n{name} = ..."


@cache
def asked_of(name, seed=None):
    """What the book knows of an answer, with the numbers of a seed or its own."""
    return described(name, **({} if seed is None else own_numbers(name, seed)))


def seed_of(student, course=""):
    """The seed of a student's numbers: others in another course, if it has a word of its own."""
    return int.from_bytes(sha256(f"{course}/{student}".encode()).digest()[:6])


def students_of(path):
    """The names in a file, one a line, each once and fit for a folder beside key.csv.

    Raises SystemExit for others, and for a file that cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # -sig: the mark of Windows is no letter
    except (OSError, ValueError) as error:
        raise SystemExit(
            f"expected a text in UTF-8 with a name in each line; found in {path}: {error}. Save "
            "the list as such a text."
        ) from None
    names = [normalize("NFC", line.strip()) for line in text.splitlines() if line.strip()]
    taken = Counter(name.casefold() for name in ["key.csv", *names])  # one folder on some systems
    unfit = [one for one in names if taken[one.casefold()] > 1 or not NAME.fullmatch(one)]
    if unfit or not names:
        raise SystemExit(
            f"expected names, each once, that a folder can have; found {unfit or 'none'} in "
            f'{path}. Write one a line, without \\ / : * ? " < > |, and without a dot at its end.'
        )
    return names


def demand_both(students, word):
    """Raises SystemExit where a file of names or a word is given without the other."""
    if bool(students) != bool(word):
        raise SystemExit(
            f"expected --students and --word, or neither; found {students or word} alone. Give "
            "both: the numbers come from the word and a name."
        )


def write_all(folder, seed=None):
    """Writes the notebooks of all chapters for students into a folder."""
    folder.mkdir(parents=True)
    for name, notebook in chapters().items():
        nbformat.write(for_students(notebook, seed), folder / f"{name}.ipynb")


def key(students, course=""):
    """What the students should answer: rows of student, chapter, name, label, value, tolerance, and
    the slips that lead elsewhere, with their sentences."""
    names = [(chapter, name) for chapter, notebook in chapters().items()
             for cell in notebook.cells for name in ANSWER.findall(cell.source)]  # fmt: skip
    for student, (chapter, name) in product(students, names):
        asked = asked_of(name, seed_of(student, course))
        slips = "; ".join(f"{slip['value']}: {slip['sentence']}" for slip in asked["slips"])
        yield student, chapter, name, asked["label"], asked["value"], asked["tolerance"], slips
