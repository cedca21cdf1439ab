"""Runs the notebooks of the book from top to bottom and keeps their outputs in them.

    python scripts/run_notebooks.py                              all of them
    python scripts/run_notebooks.py book/01-see-it-work.ipynb    only these

The outputs are what the tests compare with, so look at the difference before you commit it.
Nothing is kept that changes from run to run: no times, no widget state, no editor's metadata.
"""

import argparse
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))

from extensions.kernels import execute_all, leave_out_what_is_personal  # noqa: E402

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep(notebook, path):
    """Writes a notebook that was run, without what is of this run alone."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # Names a widget of this run; with it an editor shows an error, without it the still.
            output.get("data", {}).pop(WIDGET_VIEW, None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK",
                        default=sorted((ROOT / "book").glob("*.ipynb")))  # fmt: skip
    paths = [path.expanduser() for path in parser.parse_args().notebooks]
    leave_out_what_is_personal()
    notebooks = {path: nbformat.read(path, as_version=4) for path in paths}
    failures = {}
    for path, error in execute_all(notebooks, store_widget_state=False):
        if error:
            failures[path] = error
        else:
            keep(notebooks[path], path)
            print(f"{path.name}: run, outputs kept", flush=True)
    for path, error in failures.items():
        print(f"{path.name}: stopped, kept as it was\n{error}", file=sys.stderr)
    return len(failures)


if __name__ == "__main__":
    sys.exit(main())
