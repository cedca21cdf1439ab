"""The notebooks as they are kept: run in order, with all outputs, nothing of one machine, and
nothing that only one program shows or only one folder has."""

import ast
import json
import re
import sys
import tomllib
from os.path import isfile

import nbformat
import pytest
from nbclient import NotebookClient

from extensions.folds import MEANING, SOLUTION, SOLVES
from extensions.narrow import WIDEST, WIDEST_IN_FOLD
from shared import NOTEBOOKS, ROOT, TEMPLATE, imports

SHOWN_OTHERWISE = {"image/png", "text/html", "text/markdown"}  # than by their plain text
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Somebody's home, a temporary folder, where packages lie, an address in memory.
MACHINE = re.compile(
    r"/home/|/root/|/Users/|/tmp/|\b[A-Z]:\\|site-packages|\bat 0x[0-9a-f]{6,}"
)
MOST_CHARACTERS = 600_000  # of one output
# Of a function that is shown: what is longer is cut on a page 1280 pixels wide.
LONGEST_LINE = 88
BOX = re.compile(r"^(`{3,}|:{3,})\{([\w-]+)\}.*\n(.*)", re.MULTILINE)
FOLDED = re.compile(r":::\{dropdown\} (.*)")
BOXES = {"admonition", "dropdown", "note", "tip"}
ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INSTALLED = {"IPython", "matplotlib", "numpy", *PROJECT["tool"]["setuptools"]["packages"]}
SHOWS = {"judge", "print", "show", "show_digits", "show_predictions"}


def shows_something(tree):
    """Whether a cell prints or draws, outside functions and conditions, or ends in a value."""
    body = tree.body
    if body and isinstance(body[-1], ast.Expr) and isinstance(body[-1].value, ast.Name):
        return True
    while body:
        statement, *body = body
        if isinstance(statement, ast.For | ast.With):
            body = [*statement.body, *body]
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            if getattr(called, "attr", getattr(called, "id", "")) in SHOWS:
                return True
    return False


def faults(notebook):
    """What must not be in a notebook that is kept, in words; nothing where all is well."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        yield "cells that were not run once each, from top to bottom: run scripts/run_notebooks.py"
    if notebook["metadata"] != METADATA:
        yield f"metadata of an editor or of widgets: {sorted(notebook['metadata'])}"
    for cell in notebook["cells"]:
        for fault in faults_of_cell(cell):
            yield f"cell {cell['id']}: {fault}"


def faults_of_cell(cell):
    source = "".join(cell["source"])
    yield from faults_of_mark(cell["cell_type"], source, cell["metadata"])
    if cell["cell_type"] == "markdown":
        yield from faults_of_text(source, cell["metadata"])
        return
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"only IPython runs this, and a page has Python: {error.text}"
    else:
        yield from faults_of_code(source, tree, cell["metadata"])
        yield from faults_of_outputs(cell, source, tree)


def faults_of_mark(kind, source, metadata):
    """A solution is known by its tag, so that it alone can be left out, and plain text about it."""
    box, shown = FOLDED.match(source), metadata.get("mystnb", {}).get("code_prompt_show")
    title, tags = box[1] if box else shown, metadata.get("tags", [])
    if title is None and kind == "markdown":
        return
    if (title in (SOLUTION, MEANING)) != (SOLVES in tags):
        yield f'the tag "solution" is on solutions, and nowhere else; {title}: {tags}'


def faults_of_text(text, metadata):
    """What a program that knows only Markdown shows as it is typed, or does not show."""
    for found in BOX.finditer(text):
        fence, kind, below = found.groups()
        opening = found[0].splitlines()[0]
        if kind not in BOXES:
            yield f"not everywhere is it shown; for code, print its source in a cell: {opening}"
        elif fence[0] == "`":
            yield f"a box is read everywhere if ::: take the place of the backticks: {opening}"
        elif below or "\n\n:::" not in text[found.end() :]:
            yield f"a box is read everywhere with an empty line after {opening} and before its :::"
        if kind == "dropdown" and not (text.startswith(found[0]) and text.endswith("\n:::")):
            yield f"what is to be folded everywhere has a cell of its own: {opening}"
        if kind == "dropdown" and metadata.get("jupyter") != {"source_hidden": True}:
            yield f"folded everywhere with jupyter: {{source_hidden: true}} in its cell: {opening}"
    for role in ROLE.findall(text):
        yield f"write [eq-name](#eq-name), or [(Author, year)](its address), in place of {role}"


def faults_of_code(source, tree, metadata):
    """What cannot run where nothing but nnlib is installed, or does not say that it solves."""
    if MACHINE.search(source):
        yield f"a path of one machine in the code: {MACHINE.search(source)[0]}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if isfile(ROOT / "book" / node.value):
                yield f"a cell finds {node.value} in one folder only; nnlib can carry it"
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    needed = {name.split(".")[0] for node in outside for name in imports(node)}
    for name in needed - INSTALLED - sys.stdlib_module_names:
        yield f"a cell imports {name}, which is not everywhere where nnlib is"
    folded, solves = "hide-cell" in metadata.get("tags", []), source.startswith("# The solution\n")
    if folded and not solves:
        yield f"folded, a solution shows its first line: make it # The solution, in\n{source}"
    if solves and not folded:
        yield f'a solution that is open: tags: ["hide-cell"] in its metadata folds it:\n{source}'


def faults_of_outputs(cell, source, tree):
    if shows_something(tree) and not cell["outputs"]:
        yield f"no output, and it has one: run scripts/run_notebooks.py for it\n{source}"
    for output in cell["outputs"]:
        yield from faults_of_output(output)
        tags, text = cell["metadata"].get("tags", []), output.get("text", "")
        if "remove-input" in tags:
            yield from faults_of_listing("".join(text))
        elif not SHOWN_OTHERWISE & set(output.get("data", {})):
            text = text or output.get("data", {}).get("text/plain", "")
            yield from faults_of_result("".join(text), "hide-cell" in tags)


def faults_of_listing(text):
    for line in text.splitlines():
        if len(line) > LONGEST_LINE:
            yield f"{len(line)} columns, of which a page shows {LONGEST_LINE}: {line}"


def faults_of_result(text, folded):
    most = WIDEST_IN_FOLD if folded else WIDEST
    for line in text.splitlines():
        if len(line) > most:
            yield f"a result of {len(line)} columns, of which a phone shows {most}: {line}"


def faults_of_output(output):
    if output["output_type"] == "error":
        yield f"an error: {output['ename']}"
    if output.get("name") == "stderr":
        yield f"a warning: {output['text']}"
    if WIDGET_VIEW in output.get("data", {}):
        yield "the view of a widget of one run; its still is what is kept"
    if len(json.dumps(output)) > MOST_CHARACTERS:
        yield f"an output of {len(json.dumps(output)):,} characters"
    for kind, text in (output.get("data", {}) | {"text": output.get("text", "")}).items():
        if kind != "image/png" and MACHINE.search("".join(text)):
            yield f"a path or an address of one machine: {MACHINE.search(''.join(text))[0]}"


@pytest.mark.parametrize("path", [*NOTEBOOKS, TEMPLATE], ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_it_should_be(path):
    found = list(faults(json.loads(path.read_text(encoding="utf-8"))))
    assert not found, "\n".join([f"book/{path.name}, see CONTRIBUTING.md, A chapter:", *found])


@pytest.mark.slow
def test_a_notebook_runs_in_any_folder_where_the_book_is_installed(tmp_path):
    """The ledger, which asks for most: the others need nnlib alone, as the test above holds."""
    ledger = nbformat.read(ROOT / "book" / "equation-ledger.ipynb", as_version=4)
    NotebookClient(ledger, resources={"metadata": {"path": tmp_path}}).execute()


def cell(source="1 + 1;", count=1, outputs=(), tags=()):
    return {
        "cell_type": "code", "id": "a", "metadata": {"tags": list(tags)}, "source": source,
        "execution_count": count, "outputs": list(outputs),
    }


def text(source, **jupyter):
    metadata = {"jupyter": jupyter} if jupyter else {}
    return {"cell_type": "markdown", "id": "a", "metadata": metadata, "source": source}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": [text]}


def data(**forms):
    return {"output_type": "display_data", "data": forms}


BAD = {
    "out of order": ([cell(count=2), cell(count=1)], {}),
    "skipped": ([cell(count=1), cell(count=3)], {}),
    "never run": ([cell(count=None)], {}),
    "print without its output": ([cell("for k in range(2):\n    print(k)")], {}),
    "figure without its output": ([cell("plt.plot(x)\nplt.show()")], {}),
    "widget without its output": ([cell("picker = ImagePicker()\npicker")], {}),
    "error": ([cell(outputs=[{"output_type": "error", "ename": "NameError"}])], {}),
    "warning": ([cell(outputs=[stream("DeprecationWarning", "stderr")])], {}),
    "view": ([cell(outputs=[data(**{WIDGET_VIEW: {"model_id": "1"}, "text/html": "<p>"})])], {}),
    "widget state": ([cell()], {"widgets": {}}),
    "other editor": ([cell()], {"vscode": {}}),
    "magic": ([cell("%matplotlib inline")], {}),
    "command": ([cell("if home:\n    !git clone home")], {}),
    "path in the code": ([cell("open('/home/me/digits.npz')")], {}),
    "path in print": ([cell(outputs=[stream("kept in /Users/me/digits.npz")])], {}),
    "path on Windows": ([cell(outputs=[stream("kept in C:\\digits.npz")])], {}),
    "path before other outputs": ([cell(outputs=[stream("/tmp/x"), stream("well")])], {}),
    "address": ([cell(outputs=[data(**{"text/plain": ["<Axes at 0x7f81c2d0>"]})])], {}),
    "backticks": ([text("```{tip} Predict\n\nWhat?\n\n```")], {}),
    "options": ([text(":::{tip} Predict\n:class: wide\n\nWhat?\n\n:::")], {}),
    "no empty line": ([text(":::{tip} Predict\n\nWhat?\n:::")], {}),
    "included": ([text(":::{literalinclude} ../nnlib/loss.py\n\n:::")], {}),
    "open": ([text(":::{dropdown} Proof\n\nSo.\n\n:::")], {}),
    "unmarked solution": (
        [text(":::{dropdown} Show the solution\n\nSo.\n\n:::", source_hidden=True)], {}
    ),
    "unmarked meaning": (
        [text(":::{dropdown} What the solution means\n\nSo.\n\n:::", source_hidden=True)], {}
    ),
    "unmarked code": (
        [cell("# The solution\nx = 1", tags=["hide-cell"]) | {
            "metadata": {"tags": ["hide-cell"], "mystnb": {"code_prompt_show": SOLUTION}}}], {}
    ),
    "marked proof": (
        [text(":::{dropdown} Proof\n\nSo.\n\n:::", source_hidden=True)
         | {"metadata": {"jupyter": {"source_hidden": True}, "tags": ["solution"]}}], {}
    ),
    "with the task": ([text("1.\n\n:::{dropdown} A\n\nB\n\n:::", source_hidden=True)], {}),
    "role": ([text("By {eq}`eq-h` it is.")], {}),
    "citation": ([text("It is old {cite:p}`lecun1998gradient`.")], {}),
    "file": ([cell("plt.style.use('references.bib')")], {}),
    "file in another folder": ([cell("open('../nnlib/results.json')")], {}),
    "module": ([cell("from myst_nb import glue")], {}),
    "unnamed solution": ([cell("x = 1", tags=["hide-cell"])], {}),
    "open solution": ([cell("# The solution\nx = 1")], {}),
    "long line": ([cell(outputs=[stream("#" * 89)], tags=["remove-input"])], {}),
    "wide result": ([cell(outputs=[stream("#" * 58)])], {}),
    "wide value": ([cell(outputs=[data(**{"text/plain": ["#" * 58]})])], {}),
    "wide solution": (
        [cell("# The solution\nprint(1)", outputs=[stream("#" * 56)], tags=["hide-cell"])], {}
    ),
    "too large": ([cell(outputs=[data(**{"image/png": "A" * 700_000})])], {}),
}


@pytest.mark.parametrize("cells, metadata", BAD.values(), ids=BAD)
def test_what_must_not_be_kept_is_found(cells, metadata):
    assert list(faults({"cells": cells, "metadata": METADATA | metadata}))


@pytest.mark.parametrize(
    "source, outputs",
    [
        ("def f():\n    print(1)", []),
        ("print(1)", [stream("1\n")]),
        ("plots.show_digits(x, t)", [data(**{"image/png": "A", "text/plain": ["<Figure>"]})]),
    ],
)
def test_what_may_be_kept_is_left_in_peace(source, outputs):
    assert list(faults({"cells": [cell(source, 1, outputs)], "metadata": METADATA})) == []


@pytest.mark.parametrize("kept", [
    text("# A\n\n:::{tip} Predict, then run\n\nWhat?\n\n:::\n\nSo by [eq-h](#eq-h)."),
    text(":::{dropdown} Proof\n\n$x$.\n\n:::", source_hidden=True),
    cell("# The solution\nx = 1", tags=["hide-cell"]),
    cell("def f():\n    import torch"),
    cell(outputs=[stream("#" * 88)], tags=["remove-input"]),
    cell(outputs=[stream("#" * 57)]),
    cell(outputs=[data(**{"text/html": "<p>", "text/plain": ["#" * 99]})]),
])  # fmt: skip
def test_what_is_shown_everywhere_is_left_in_peace(kept):
    assert list(faults({"cells": [kept | {"execution_count": 1}], "metadata": METADATA})) == []
