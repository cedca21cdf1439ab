"""Compares what the cells of notebooks show in this Python, whichever it is, with what is kept.

    python tests/live/parity.py book/04-the-loss.ipynb

Prints each cell that shows something else.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
sys.path[:0] = [str(folder) for folder in (BOOK / "live" / "stand_in", BOOK, ROOT, ROOT / "tests")]
os.environ["MPLBACKEND"] = "module://live.pictures"

import matplotlib.font_manager  # noqa: E402, F401 - to look for fonts, it says, takes a while

from live.cells import Session  # noqa: E402
from shown import event, plain  # noqa: E402


def differences(path):
    """The cells of a notebook that show something else here: each its source, what it shows, and
    what is kept."""
    events = []
    session = Session(lambda *event: events.append(event))
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            events.clear()
            session.run(source, f"cell {cell['id']}")
            found, kept = plain(events), plain(map(event, cell["outputs"]))
            if found != kept:
                yield source, found, kept


if __name__ == "__main__":
    path = Path(sys.argv[1]).resolve()
    os.chdir(BOOK)
    for source, found, kept in differences(path):
        print(source, found, kept, sep="\n\n", end="\n\n\n")
