"""Cells without Jupyter: they show the same, here and in Pyodide, the Python of web pages."""

import shutil
import subprocess
import sys

import pytest

from live.cells import Session
from shared import NOTEBOOKS, ROOT, python_at_hand

PARITY = "tests/live/parity.py"
LEDGER = ROOT / "book" / "equation-ledger.ipynb"
PYTHON = python_at_hand()
IN_PYODIDE = ["node", "tests/live/python.mjs", str(PYTHON), PARITY]
NODE = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
CASES = [pytest.param([sys.executable, PARITY], LEDGER, id="here")] + [
    pytest.param(IN_PYODIDE, path, id=f"pyodide-{path.stem}", marks=NODE)
    for path in NOTEBOOKS if PYTHON
]


@pytest.mark.parametrize("command, path", CASES)
def test_each_cell_shows_what_is_kept(command, path):
    run = subprocess.run(
        [*command, path.relative_to(ROOT).as_posix()],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )
    print(run.stderr)  # for who reads of a failure
    assert (run.returncode, run.stdout) == (0, "")


@pytest.fixture
def session():
    events = []
    session = Session(lambda *event: events.append(event))
    session.events = events
    return session


def ran(session, source):
    session.events.clear()
    session.run(source, "cell 1")
    return session.events


def text(shown):
    return [("data", {"text/plain": shown})]


def test_a_cell_shows_its_last_value_unless_a_semicolon_keeps_it_back(session):
    for source, shown in {
        "a = 'é'; a": text("'é'"), "a;": [], "(a, # ;\n 2)": text("('é', 2)"), "a ; # why": [],
        "for k in a: k": [], "None": [], "": [],
    }.items():
        assert ran(session, source) == shown, source


def test_what_is_written_is_told(session):
    source = "import sys\nprint('out')\nprint('err', file=sys.stderr)"
    assert "".join(text for kind, text in ran(session, source) if kind == "stdout") == "out\n"
    assert "".join(text for kind, text in ran(session, source) if kind == "stderr") == "err\n"


def test_a_traceback_begins_in_the_cell(session):
    [(kind, told)] = ran(session, "def f():\n    return 1 / 0\nf()")
    assert kind == "error"
    assert told.startswith('Traceback (most recent call last):\n  File "cell 1", line 3, in <mod')
    assert "return 1 / 0" in told and told.endswith("ZeroDivisionError: division by zero\n")
