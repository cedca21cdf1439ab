"""The pages of the book without the solutions of its exercises."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from giving_out.notebooks import is_solution, without_solutions

ROOT = Path(__file__).resolve().parents[2]
NO_SOURCES = shutil.ignore_patterns(
    ".*", "_build", "__pycache__", "*.egg-info", "mutants", "node_modules", "tests"
)
EQUATION = re.compile(r"^\$\$ \((eq-[\w-]+)\)$", re.MULTILINE)
IMPORT = "from equations import CHECKS\n"


def jupyter_book(root):
    program = "from jupyter_book.cli.main import main; main()"
    options = "build", str(root), "-W", "-n", "--keep-going"
    subprocess.run([sys.executable, "-c", program, *options], check=True)


def build(folder, root=ROOT, run=jupyter_book):
    """Builds the book without its solutions, strictly, and puts its pages into this folder.

    It is a book of its own in a temporary folder, so that nothing of an earlier build is in it; and
    as git does not know it, no page leads to a repository, where the solutions are.
    """
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, "book")
        shutil.copytree(root, copy, ignore=NO_SOURCES)
        leave_out_solutions(copy / "book")
        run(copy)
        shutil.copytree(copy / "_build" / "html", folder, dirs_exist_ok=True)


def leave_out_solutions(book):
    """Takes the solutions from the notebooks of a folder, and from the ledger what it says of the
    equations in them."""
    gone = set()
    for path in book.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in filter(is_solution, notebook.cells):
            gone.update(EQUATION.findall(cell.source))
        nbformat.write(without_solutions(notebook), path)
    if gone:
        path = book / "equation-ledger.ipynb"
        ledger = nbformat.read(path, as_version=4)
        for cell in ledger.cells:
            left = f"CHECKS = [one for one in CHECKS if one.equation not in {sorted(gone)}]\n"
            cell.source = cell.source.replace(IMPORT, f"{IMPORT}\n{left}")
        nbformat.write(ledger, path)
