"""Runs the notebooks of the book from top to bottom and keeps their outputs in them.

    python scripts/run_notebooks.py                              all of them
    python scripts/run_notebooks.py book/01-see-it-work.ipynb    only these

The outputs are what the tests compare with, so look at the difference before you commit it.
Nothing is kept that changes from run to run: no times, no widget state, no editor's metadata.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
BOOK = Path(__file__).resolve().parents[1] / "book"


def run(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
    ).execute()
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
    for path in [Path(name) for name in sys.argv[1:]] or sorted(BOOK.glob("*.ipynb")):
        run(path)
        print(f"{path.name}: run, outputs kept")


if __name__ == "__main__":
    main()
