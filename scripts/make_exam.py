"""Writes examination papers and their marking schemes, a variant for each seed.

    python scripts/make_exam.py OUT --seed 7                   a paper on the whole book
    python scripts/make_exam.py OUT --seed 7 8 9 --set again   another, in three variants
    python scripts/make_exam.py OUT --seed 7 --questions forward_pass rates

In the folder OUT, a new one, are then, for each seed, paper-7.pdf and paper-7.ipynb for the
students, marking-7.pdf and marking-7.ipynb for who marks, and key.csv with the answers of all
variants. The PDF is set by XeLaTeX, as the README tells for the book; --notebooks does without.
"""

import argparse
import base64
import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import yaml
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "teaching"))

import course_map  # noqa: E402
from exam import QUESTIONS, SETS, Variant, answers, variant  # noqa: E402
from exam.writing import asked, heading, marks, parts_of, scheme, sheet, text_of  # noqa: E402
from giving_out import new_folder  # noqa: E402

NEEDED = "latexmk", "xelatex"
PICTURE = re.compile(r"^!\[(.+)\]\((.+)\)$", re.MULTILINE)
IN_THE_MIDDLE = r"```{image} \2\n:alt: \1\n:align: center\n```"
# A text and its picture, or its code, stand on one page.
TOGETHER = "```{raw} latex\n\\needspace{24\\baselineskip}\n```\n\n"
BLANK = "\\_"
KINDS = {"paper": "Examination", "marking": "Marking scheme"}
FOR_MARKERS = (
    "The answer stands behind the marks of a part, then what earns them, then mistakes that are "
    "known, with what they cost and what comes out. A mistake costs marks once: whoever goes on "
    "rightly from a wrong result has full marks for what follows, and behind *goes on to* stands "
    "what then comes out. Another right way earns the same marks. A decimal answer may be off by "
    "one in its last place. A part never has fewer than 0 marks."
)


def front(seed, total, kind):
    """What stands above the questions."""
    title = f"# {KINDS[kind]}, variant {seed}\n\n"
    if kind == "marking":
        return f"{title}{marks(total)} in all. {FOR_MARKERS}"
    return (
        f"{title}Name: {20 * BLANK}\n\n{marks(total)} in all; a mark is meant for about a minute. "
        "Show how you get to a result: a part of the marks is for the way, and who goes on rightly "
        "from a wrong result loses nothing more. Give exact results, unless decimals are asked "
        f"for: then round. A pocket calculator is allowed, and not needed.\n\n{sheet()}"
    )


def examined(name):
    """What a question examines: the objectives of its sections, with their numbers in the book."""
    found = (course_map.sections()[place] for place in QUESTIONS[name].sections)
    return "You can " + "; ".join(f"{section.can} ({section.number})" for section in found) + "."


def drawn(seed, names):
    """The variants of a paper: (number, name, variant)."""
    return [(k, name, variant(name, seed)) for k, name in enumerate(names, start=1)]


def pieces(seed, questions, kind, picture):
    """The paper, or the scheme, in pieces of Markdown, each with the question or the part it is."""
    yield front(seed, sum(v.marks for *_, v in questions), kind), None
    for k, name, v in questions:
        head = heading(k, name, v)
        if kind == "marking":
            head += f"\n\nExamined: {examined(name)}"
        yield f"{head}\n\n{text_of(v, lambda which, k=k: picture(f'{k}-{which}.png'))}", v
        for letter, part in parts_of(v):
            text = scheme(letter, part, v) if kind == "marking" else f"**({letter})** {asked(part)}"
            yield text, f"{k} ({letter})"


def pictures(questions):
    """Every picture of a paper: its name and the bytes of a PNG."""
    style = {"figure.dpi": 200, "savefig.dpi": 200}
    for k, _, v in questions:
        for name, (_, draw) in v.pictures.items():
            with plt.style.context(["nnlib.book", style]):
                buffer, figure = io.BytesIO(), draw()
                figure.savefig(buffer, format="png")
                plt.close(figure)
            yield f"{k}-{name}.png", buffer.getvalue()


def typed(v):
    """The numbers of a question as a cell of Python."""
    values = ((name, np.asarray(v.given[name])) for name in v.typed.split())
    return "\n".join(
        f"{name} = {value.item()}" if value.ndim == 0 else f"{name} = np.array({value.tolist()})"
        for name, value in values
    )


def notebook(seed, questions, kind):
    """The paper or the scheme as a notebook: numbers in cells of Python, room for each answer."""
    shown = {name: base64.b64encode(png).decode() for name, png in pictures(questions)}
    cells = []
    for text, of in pieces(seed, questions, kind, "attachment:{}".format):
        cell = nbformat.v4.new_markdown_cell(text)
        if used := {name: {"image/png": png} for name, png in shown.items() if f":{name})" in text}:
            cell["attachments"] = used
        cells.append(cell)
        if of is None:
            cells.append(nbformat.v4.new_code_cell("import numpy as np\n\nimport nnlib as nn"))
        elif isinstance(of, Variant) and of.typed:
            cells.append(nbformat.v4.new_code_cell(typed(of)))
        elif isinstance(of, str) and kind == "paper":
            cells.append(nbformat.v4.new_markdown_cell(f"*My answer to {of}:*"))
    for k, cell in enumerate(cells):
        cell["id"] = f"cell-{k}"  # the same whenever the paper is written
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write_sources(folder, seed, questions):
    """The paper and the scheme as pages of Markdown, for Sphinx, beside their pictures."""
    for name, png in pictures(questions):
        (folder / f"{seed}-{name}").write_bytes(png)
    for kind in KINDS:
        texts = ["---\norphan: true\n---"]
        for text, _ in pieces(seed, questions, kind, f"{seed}-{{}}".format):
            centred, count = PICTURE.subn(IN_THE_MIDDLE, text)
            texts.append(TOGETHER + centred if count or "```" in text else text)
        (folder / f"{kind}-{seed}.md").write_text("\n\n".join(texts), encoding="utf-8")


def settings(titles):
    """What Sphinx is told: to print as the book is printed, without contents and chapters.

    Takes the title of each page, by its name.
    """
    book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    elements = book["sphinx"]["config"]["latex_elements"]
    preamble = elements["preamble"] + r"\setcounter{secnumdepth}{-2}\pagestyle{plain}"
    title = r"\makeatletter{\sffamily\bfseries\LARGE\@title\par}\makeatother"
    bare = {"tableofcontents": "", "maketitle": title, "preamble": preamble}
    return {
        "extensions": ["myst_nb"],
        "myst_enable_extensions": ["dollarmath"],
        "root_doc": next(iter(titles)),
        "latex_engine": "xelatex",
        "latex_elements": elements | bare,
        "latex_additional_files": [str(ROOT / "book" / "book.sty")],
        "latex_documents": [
            (name, f"{name}.tex", title, book["author"], "howto") for name, title in titles.items()
        ],
        "latex_use_xindy": False,
    }


def write_pdf(sources, out, titles):
    """Sets the pages by XeLaTeX; raises SystemExit with the end of its log where it fails."""
    tex = sources / "latex"
    with patch_docutils(None), docutils_namespace():  # what it registers goes with it
        Sphinx(
            sources, None, tex, sources / ".doctrees", "latex", settings(titles),
            status=None, warningiserror=True,
        ).build()  # fmt: skip
    for name in titles:
        run = subprocess.run(
            ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
            cwd=tex, capture_output=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        if run.returncode:
            end = "\n".join(run.stdout.splitlines()[-20:])
            raise SystemExit(
                f"expected XeLaTeX to set {name}.tex; found\n{end}\nIf a package is missing, "
                'install those that README.md names under "On paper".'
            )
        shutil.copy(tex / f"{name}.pdf", out)


def plain(value):
    """An answer in the key: a text, or numbers with what a calculator shows."""
    return value if isinstance(value, str | tuple) else np.round(value, 6).tolist()


def key(papers):
    """A line for each part of each variant: its place, its marks, its answer if it has one."""
    yield "seed", "question", "part", "title", "marks", "answer"
    for seed, questions in papers.items():
        for k, name, v in questions:
            found = answers(v)
            for letter, part in parts_of(v):
                answer = plain(found[part.name]) if part.find else ""
                yield seed, k, letter, QUESTIONS[name].title, part.marks, answer


def write(out, seeds, names, pdf=True):
    """Writes all files into the folder out."""
    out.mkdir(parents=True, exist_ok=True)
    papers = {seed: drawn(seed, names) for seed in seeds}
    with open(out / "key.csv", "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(key(papers))
    for seed, questions in papers.items():
        for kind in KINDS:
            nbformat.write(notebook(seed, questions, kind), out / f"{kind}-{seed}.ipynb")
    if pdf:
        titles = {f"{k}-{s}": f"{title}, variant {s}" for s in seeds for k, title in KINDS.items()}
        with tempfile.TemporaryDirectory() as folder:
            for seed, questions in papers.items():
                write_sources(Path(folder), seed, questions)
            write_pdf(Path(folder), out, titles)


def a_seed(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(
            f"expected a whole number, 0 or more; found {text}. Write it as in --seed 7."
        )
    return int(text)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=new_folder, metavar="OUT", help="a new folder")
    parser.add_argument("--seed", type=a_seed, nargs="+", required=True, help="of each variant")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--set", choices=SETS, default="whole", help="a set of questions (whole)")
    which.add_argument("--questions", nargs="+", choices=QUESTIONS, metavar="NAME",
                       help=", ".join(QUESTIONS))  # fmt: skip
    parser.add_argument("--notebooks", action="store_true", help="write no PDF")
    words = parser.parse_args(words)
    names = words.questions or SETS[words.set]
    for given in words.seed, names:
        if len(set(given)) < len(given):
            parser.error(f"expected each once; found {given}. Leave out what is there twice.")
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing and not words.notebooks:
        raise SystemExit(
            "expected latexmk and xelatex, which set the PDF; found no "
            f"{' and no '.join(missing)}. "
            'Install what README.md names under "On paper", or add --notebooks.'
        )
    matplotlib.use("agg")
    write(words.out, words.seed, names, pdf=not words.notebooks)
    print(f"{len(names)} questions for each of {len(words.seed)} seeds are in {words.out}")


if __name__ == "__main__":
    main()
