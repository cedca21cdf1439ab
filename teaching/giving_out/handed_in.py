"""Runs what students hand in, and has the book's judge say what it is worth.

A notebook is run from top to bottom in a kernel of its own. A cell that takes too long is stopped,
and one that ends its kernel is left out. But what students write can do whatever you can do: run it
in a container, or under an account that has nothing to lose.
"""

import ast
import asyncio
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from unicodedata import normalize

import nbformat
from bs4 import BeautifulSoup
from jupyter_client.manager import start_new_async_kernel

from exercises import ANSWERS, described
from exercises.tasks import TASKS
from giving_out.assignments import Item, assignments

JUDGE = "from exercises.judge import verdict\nfrom exercises.variants import own_numbers"
ASSIGNED = re.compile(r"^(?:def )?(\w+)(?= *=|\()", re.MULTILINE)
MOODLE = re.compile(r"_\d+_assignsubmission_file_?.*", re.DOTALL)  # behind a name
WAIT = 10  # seconds, for a kernel that was interrupted to answer
AS_PYTHON = {"−": "-", "^": "**", "·": "*", "×": "*", "%": "/100"}


@dataclass
class Row:
    """What one exercise of one student is worth, and why."""

    student: str
    file: str
    name: str
    points: float
    of: float
    told: str


def items_of_chapters(points):
    """Of each chapter what it asks for: name of the chapter -> name of an exercise -> points."""
    return {
        chapter: {part.name: part.points for part in parts if isinstance(part, Item)}
        for chapter, _, parts in assignments(points)
    }


def handed_in(folder):
    """The files below a folder: student -> their paths. A student is a folder, or a file in it.

    What begins with a dot is left out: copies that Jupyter keeps, and what macOS says of files.
    """
    found = {}
    for path in sorted([*folder.rglob("*.ipynb"), *folder.rglob("*.html")]):
        student, *below = parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts):
            name = MOODLE.sub("", student if below else path.stem)
            found.setdefault(normalize("NFC", name), []).append(path)  # as macOS does not
    return found


def judge_all(folder, points, limit, seed_of=None):
    """The rows of all students, each with the sentences of the judge.

    Takes the points of exercises, the seconds that a cell may take, and the seed of a student's
    numbers where they are not the book's.
    """
    chapters = items_of_chapters(points)
    files = [(student, path) for student, paths in handed_in(folder).items() for path in paths]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from (
            row for rows in pool.map(lambda file: judged(*file, chapters, limit, seed_of), files)
            for row in rows
        )  # fmt: skip


def judged(student, path, chapters, limit, seed_of=None):
    """The rows of one file: all that its chapter asks for, be it there or not."""
    try:
        return list(rows_of(student, path, chapters, limit, seed_of))
    except Exception as error:  # whatever a student hands in, the others are judged
        return [Row(student, path.name, "", 0, 0, f"Cannot be read: {error}")]


def rows_of(student, path, chapters, limit, seed_of):
    cells = cells_of(path)
    asked = asked_in(path, set(ASSIGNED.findall("\n".join(cells))), chapters)
    if not asked:
        yield Row(student, path.name, "", 0, 0, "Nothing that the book asks for is in it.")
        return
    seed = seed_of(student) if seed_of else None
    told = asyncio.run(verdicts(cells, asked, limit, seed))
    for (right, sentences), (name, of) in zip(told, asked.items()):
        yield Row(student, path.name, name, of if right else 0, of, " ".join(sentences))


def asked_in(path, names, chapters):
    """What the chapter of a notebook asks for; all chapters of which a saved page has something.

    A chapter is known by the number with which the file begins, else by what is in it: several
    chapters define a softmax of their own.
    """
    found = {name: len(names & set(chapter)) for name, chapter in chapters.items()}
    if path.suffix != ".html":
        numbered = [name for name in chapters if path.name.startswith(name[:2])]
        found = {name: found[name] for name in numbered or [max(found, key=found.get)]}
    return {name: of for chapter in found if found[chapter]
            for name, of in chapters[chapter].items()}  # fmt: skip


def cells_of(path):
    """The code of a notebook, or of the page that a student saved from "Where I was"."""
    if path.suffix == ".html":
        return cells_of_page(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"))
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def cells_of_page(page):
    cells = ["import numpy as np\nimport nnlib as nn\nfrom exercises.judge import judge"]
    for row in page.select("tr[data-name]"):
        name = row["data-name"].split()[-1]
        if name in TASKS and row.pre:
            cells.append(row.pre.text)
        elif name in ANSWERS and ": " in row("td")[-1].text:
            cells.append(f"{name} = {as_python(name, row('td')[-1].text.partition(': ')[2])}")
    return cells


def as_python(name, said):
    """What was typed into a page as Python has it; as a text where it says that in another way."""
    kind = described(name)["kind"]
    if kind == "shape":
        return repr(tuple(map(int, re.findall(r"\d+", said))))
    number = re.sub(r"(?<=\d),(?=\d{3}\b)", "", said)
    for sign, python in AS_PYTHON.items():
        number = number.replace(sign, python)
    try:
        ast.parse(number, mode="eval")
    except SyntaxError:
        return repr(said)
    return repr(said) if kind == "choice" else number


async def verdicts(cells, names, limit, seed=None):
    """What the judge says of each of these names, once all cells have run: (right, sentences)."""
    troubles, cells = [], dict(enumerate(cells, start=1))
    while True:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            async with Kernel(folder, limit, [*troubles]) as kernel:
                guilty = await kernel.run(cells)
                if guilty is None:
                    await kernel.execute(JUDGE)
                    return [await kernel.verdict(name, seed) for name in names]
        del cells[guilty]
        troubles.append(f"Cell {guilty} ended Python, or could not be stopped: it was left out.")


class Kernel:
    """A kernel in a folder, in which a cell may take so many seconds, and what came in between."""

    def __init__(self, folder, limit, troubles):
        self.folder, self.limit, self.troubles = folder, limit, troubles

    async def __aenter__(self):
        self.manager, self.client = await start_new_async_kernel(
            kernel_name="python3", cwd=self.folder, env=os.environ | {"MPLBACKEND": "agg"}
        )
        return self

    async def __aexit__(self, *error):
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)

    async def execute(self, code, **asked):
        """The reply, with the values of what is asked; None where it took too long."""
        if not await self.manager.is_alive():
            return None
        try:
            reply = await self.client.execute_interactive(
                code, user_expressions=asked, allow_stdin=False, timeout=self.limit,
                output_hook=lambda message: None,
            )  # fmt: skip
        except (TimeoutError, RuntimeError):
            return None
        return reply["content"]

    async def run(self, cells):
        """Runs cells, number -> code; the number of the one that the kernel did not survive."""
        for k, code in cells.items():
            reply = await self.execute(code)
            if reply is None and not await self.stop():
                return k
            if reply is None:
                self.troubles.append(f"Cell {k} had not come to its end after {self.limit:g} s.")
            elif reply["status"] == "error":
                self.troubles.append(f"Cell {k}: {reply['ename']}: {reply['evalue']}.")

    async def stop(self):
        """Interrupts what runs; whether the kernel answers then."""
        if not await self.manager.is_alive():
            return False
        await self.manager.interrupt_kernel()
        try:
            await self.client.wait_for_ready(timeout=WAIT)
        except RuntimeError:
            return False
        return True

    async def verdict(self, name, seed):
        numbers = "" if seed is None else f', **own_numbers("{name}", {seed})'
        call = f'(*verdict({name}, "{name}", own=True{numbers}),)'
        reply = await self.execute("", told=call)
        if reply is None:
            await self.stop()
            late = f"{name} had not come to its end after {self.limit:g} s, or ended Python."
            return False, [late]
        told = reply["user_expressions"]["told"]
        if told["status"] == "ok":
            right, sentences = ast.literal_eval(told["data"]["text/plain"])
            lacking = not right and "NameError" in " ".join(sentences)
            return right, [*sentences, *self.troubles] if lacking else sentences
        if told["ename"] == "NameError":
            return False, [f"{name} is not there.", *self.troubles]
        return False, [f"{name}: {told['ename']}: {told['evalue']}."]
