"""The notebooks as they are kept: run in order, with all outputs, and nothing of one machine."""

import ast
import json
import re

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from shared import NOTEBOOKS

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
SHOWS = {"print", "show", "show_digits", "show_predictions"}


def shows_something(source):
    """Whether a cell prints or draws, outside functions and conditions, or ends in a value."""
    body = ast.parse(TransformerManager().transform_cell(source)).body
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
        yield "cells that were not run once each, from top to bottom"
    if notebook["metadata"] != METADATA:
        yield f"metadata of an editor or of widgets: {sorted(notebook['metadata'])}"
    for cell in code:
        source = "".join(cell["source"])
        if shows_something(source) and not cell["outputs"]:
            yield f"no output of a cell that has one:\n{source}"
        if MACHINE.search(source):
            yield f"a path of one machine in the code: {MACHINE.search(source)[0]}"
        for output in cell["outputs"]:
            yield from faults_of_output(output)


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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_it_should_be(path):
    assert list(faults(json.loads(path.read_text(encoding="utf-8")))) == []


def cell(source="1 + 1;", count=1, outputs=()):
    return {
        "cell_type": "code", "source": source, "execution_count": count, "outputs": list(outputs)
    }


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
    "path in the code": ([cell("open('/home/me/digits.npz')")], {}),
    "path in print": ([cell(outputs=[stream("kept in /Users/me/digits.npz")])], {}),
    "path on Windows": ([cell(outputs=[stream("kept in C:\\digits.npz")])], {}),
    "path before other outputs": ([cell(outputs=[stream("/tmp/x"), stream("well")])], {}),
    "address": ([cell(outputs=[data(**{"text/plain": ["<Axes at 0x7f81c2d0>"]})])], {}),
    "too large": ([cell(outputs=[data(**{"image/png": "A" * 700_000})])], {}),
}


@pytest.mark.parametrize("cells, metadata", BAD.values(), ids=BAD)
def test_what_must_not_be_kept_is_found(cells, metadata):
    assert list(faults({"cells": cells, "metadata": METADATA | metadata}))


@pytest.mark.parametrize(
    "source, outputs",
    [
        ("def f():\n    print(1)", []),
        ("if 'google.colab' in sys.modules:\n    !git clone x\n    %cd x", []),
        ("print(1)", [stream("1\n")]),
        ("plots.show_digits(x, t)", [data(**{"image/png": "A", "text/plain": ["<Figure>"]})]),
    ],
)
def test_what_may_be_kept_is_left_in_peace(source, outputs):
    assert list(faults({"cells": [cell(source, 1, outputs)], "metadata": METADATA})) == []
