"""How long a chapter takes: along the path of a first reading, and with everything.

    python scripts/reading_time.py                              the chapters of the book
    python scripts/reading_time.py --sections book/04*.ipynb    its sections and exercises

The path leaves out what a reader has to open, the sections that begin with a box "Can wait", and
the exercises. The whole is all of this, read, and the exercises, done.

MINUTES is the formula. Brysbaert (2019), Journal of Memory and Language 109, 104047, finds that
adults read English non-fiction at 238 words a minute on average, most at 175 to 300, and Carver
(1992), Journal of Reading 36(2), 84-95, gives about 200 for reading to learn. 180 is the slow end
of this. No study weighs the rest for a book like this one: those are estimates.
"""

import argparse
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import yaml
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser

ROOT = Path(__file__).resolve().parents[1]
MINUTES = {
    "words": 1 / 180,    # a formula between words is one of them
    "displays": 1 / 2,
    "code": 3 / 60,      # a line
    "output": 1.5 / 60,  # a line
    "pictures": 15 / 60,
    "predicts": 1 / 2,   # boxes that ask for a guess
    "figures": 3,        # interactive
    "exercises": 8,      # on top of reading the task and the solution
    "functions": 8,      # to be written and judged: an exercise that takes as long as two
}  # fmt: skip
STATED = re.compile(
    r"^Time: about (\d+) minutes along the path, (\d+) with everything that can wait and the "
    r"exercises\.\n\n:::$", re.MULTILINE,
)  # fmt: skip
MYST = create_md_parser(
    MdParserConfig(enable_extensions={"colon_fence", "dollarmath"}), DocutilsRenderer
)
BOX = re.compile(r"\{(\w+)\} *(.*)")
TASK = re.compile(r"\*\*(\d+\. .*?)\*\*")
WRITE = "Write it yourself"
INSTEAD = {"math_inline": "x", "softbreak": " "}


@dataclass(eq=False)
class Section:
    """What stands between a heading, or the title of an exercise, and the next, counted by the
    kinds of MINUTES.
    """

    title: str
    level: int
    path: Counter = field(default_factory=Counter)
    folded: Counter = field(default_factory=Counter)

    @property
    def whole(self):
        return self.path + self.folded


def minutes(amounts):
    return sum(number * MINUTES[kind] for kind, number in amounts.items())


def chapters():
    """The notebooks of the chapters, in their order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [ROOT / f"{page['file']}.ipynb" for page in contents["parts"][0]["chapters"]]


def stated(path):
    """The minutes of path and whole that the chapter itself gives; None where it gives none."""
    first = nbformat.read(path, as_version=4).cells[0].source
    return (found := STATED.search(first)) and tuple(map(int, found.groups()))


def total(sections):
    """What is counted on the path, and in the whole, of all these sections."""
    return sum((s.path for s in sections), Counter()), sum((s.whole for s in sections), Counter())


def parts(path):
    """Each cell of code and each token of Markdown of a notebook, in order: (its Section, itself,
    whether it stands where a reader of the path does not come).
    """
    section, waits = None, None  # waits: the level of a heading below which all can wait
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            yield section, cell, bool(waits) or "hide-cell" in tags_of(cell)
            continue
        tokens = MYST.parse(cell.source)
        for token, following in zip(tokens, [*tokens[1:], None]):
            task = token.type == "inline" and TASK.match(token.content)
            if task and waits:
                section = Section(task[1].rstrip("."), waits + 1)
            if token.type == "heading_open":
                section = Section(text(following), int(token.tag[1]))
                waits = None if waits and section.level <= waits else waits
                if section.title == "Exercises":
                    waits = section.level
            yield section, token, bool(waits)
            if token.info == "{admonition} Can wait":
                waits = section.level


def read(path):
    """The Sections of a notebook, with the outputs that are stored in it."""
    sections = []
    for section, part, waits in parts(path):
        if sections[-1:] != [section]:
            sections.append(section)
        seen = section.folded if waits else section.path
        if isinstance(part, nbformat.NotebookNode):
            count_cell(part, seen, section.folded)
        else:
            count(part, seen, section.folded)
    return sections


def tags_of(cell):
    return cell.metadata.get("tags", [])


def text(token):
    return "".join(INSTEAD.get(child.type, child.content) for child in token.children)


def count(token, seen, folded):
    """Adds what a token of Markdown holds to what is seen, and what it folds to folded."""
    if token.type == "inline":
        seen["words"] += len(text(token).split())
        if task := TASK.match(token.content):
            seen["exercises"] += 1
            seen["functions"] += WRITE in task[1]
    elif token.type.startswith("math_block"):
        seen["displays"] += 1
    elif token.type == "fence":
        seen["code"] += lines(token.content)
    elif token.type == "colon_fence":
        kind, title = BOX.match(token.info).groups()
        seen["words"] += len(title.split())
        seen["predicts"] += title.startswith("Predict")
        for inner in MYST.parse(token.content):
            count(inner, folded if kind == "dropdown" else seen, folded)


def count_cell(cell, seen, folded):
    """Adds what a cell of code shows to what is seen, and what it folds to folded."""
    tags = tags_of(cell)
    if "remove-input" not in tags:
        (folded if "hide-input" in tags else seen)["code"] += lines(cell.source)
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            source = "remove-input" in tags and "getsource" in cell.source
            seen["code" if source else "output"] += lines(output.text)
        elif "text/html" in data:  # the still of an interactive figure: nothing else is HTML
            seen["figures"] += 1
        elif "image/png" in data:
            seen["pictures"] += 1
        elif "text/markdown" in data:
            for token in MYST.parse(data["text/markdown"]):
                count(token, seen, folded)
        else:
            seen["output"] += lines(data.get("text/plain", ""))


def lines(text):
    return sum(1 for line in text.splitlines() if line.strip())


def row(name, path, whole, stated=None):
    """A line of the table, "path/whole" in each column."""
    pairs = [(path[kind], whole[kind]) for kind in MINUTES]
    pairs += [(round(minutes(path)), round(minutes(whole))), stated or ("-", "-")]
    return f"{name[:30]:30}" + "".join(f"{f'{a}/{b}':>12}" for a, b in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", default=chapters())
    parser.add_argument("--sections", action="store_true", help="a line for each section too")
    settings = parser.parse_args()
    print(f"{'path/whole':30}" + "".join(f"{kind:>12}" for kind in [*MINUTES, "minutes", "stated"]))
    sections = []
    for path in settings.notebooks:
        chapter = read(path)
        sections += chapter
        if settings.sections:
            for section in chapter:
                print(row("  " * section.level + section.title, section.path, section.whole))
        print(row(path.stem, *total(chapter), stated(path)))
    print(row("sum", *total(sections)))


if __name__ == "__main__":
    main()
