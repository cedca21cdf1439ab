"""Notebooks run alike for everybody, whatever a person has set for IPython, Jupyter, matplotlib."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook

from extensions.kernels import execute
from shared import ROOT
from small_book import build, write

ASK = """
import os

import matplotlib

print([matplotlib.rcParams[name] for name in ("font.size", "axes.facecolor")])
print("inline" in matplotlib.get_backend(), os.environ.get("STARTED"))
6 * 7
6 * 8
"""
SEEN = ["[10.0, 'white']\nTrue None", "48"]  # matplotlib's own, and the last value alone


@pytest.fixture
def personal(tmp_path, monkeypatch):
    """Sets all that a person could have set; gives the folder it is kept in."""
    home = tmp_path / "home"
    files = {
        "ipython/profile_default/ipython_config.py":
            "c.InteractiveShell.ast_node_interactivity = 'all'\n",
        "ipython/profile_default/startup/first.py": "import os; os.environ['STARTED'] = 'a'\n",
        "jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "language": "python"}',
        "matplotlib/matplotlibrc": "font.size: 20\naxes.facecolor: black\n",
        "startup.py": "import os; os.environ['STARTED'] = 'b'\n",
    }  # fmt: skip
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    variables = {
        "IPYTHONDIR": "ipython", "JUPYTER_DATA_DIR": "jupyter", "JUPYTER_PATH": "jupyter",
        "MATPLOTLIBRC": "matplotlib", "PYTHONSTARTUP": "startup.py",
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, str(home / value))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")  # as outside a virtual environment
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    return home


def outputs(notebook):
    """The texts that its last cell gave."""
    given = notebook.cells[-1].outputs
    return [(one.get("text") or one["data"]["text/plain"]).removesuffix("\n") for one in given]


def test_the_build_sees_nothing_personal(tmp_path, personal):
    write(tmp_path, index="# A book\n", one=[ASK])
    page = build(tmp_path).pages["book/one.html"]
    shown = BeautifulSoup(page, "html.parser").select(".cell_output .highlight")
    assert [one.text.strip() for one in shown] == SEEN


def test_what_is_kept_has_seen_nothing_personal(tmp_path, personal):
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(ASK)]), path)
    command = [sys.executable, ROOT / "scripts" / "run_notebooks.py", path]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert run.stdout == "one.ipynb: run, outputs kept\n"
    assert run.stderr == ""
    assert outputs(nbformat.read(path, as_version=4)) == SEEN


def test_pytest_has_left_out_what_is_personal():
    assert Path(matplotlib.matplotlib_fname()).parent == Path(os.environ["IPYTHONDIR"])


def test_a_line_that_arrives_in_two_pieces_stays_whole(tmp_path):
    pieces = new_code_cell('print("one ", end="", flush=True)\nprint("line")')
    notebook = new_notebook(cells=[pieces])
    execute(notebook, tmp_path)
    assert outputs(notebook) == ["one line"]


def test_what_fails_is_named_at_the_end_and_kept_as_it_was(tmp_path):
    for name, code in {"fails": "1 / 0", "works": "1"}.items():
        nbformat.write(new_notebook(cells=[new_code_cell(code)]), tmp_path / f"{name}.ipynb")
    paths = sorted(tmp_path.glob("*.ipynb"))
    before = paths[0].read_bytes()
    command = [sys.executable, ROOT / "scripts" / "run_notebooks.py", *paths]
    run = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert run.returncode == 1
    assert run.stdout == "works.ipynb: run, outputs kept\n"
    _, named, reason = run.stderr.partition("fails.ipynb: stopped, kept as it was\n")
    assert named and "ZeroDivisionError" in reason  # a library may have complained before
    assert paths[0].read_bytes() == before
