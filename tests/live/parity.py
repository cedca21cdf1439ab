"""Compares what the cells of notebooks show in this Python, whichever it is, with what is kept.

    python tests/live/parity.py book/04-the-loss.ipynb

Prints each cell that shows something else.
"""

import base64
import json
import os
import struct
import sys
from itertools import groupby
from operator import itemgetter
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "book"
sys.path[:0] = [str(BOOK / "live" / "stand_in"), str(BOOK), str(BOOK.parent)]
os.environ["MPLBACKEND"] = "module://live.pictures"

import matplotlib.font_manager  # noqa: E402 - to look for fonts, it says, takes a while

from live.cells import Session  # noqa: E402

# Before matplotlib 3.11 another FreeType draws its texts: larger and smaller by so many pixels, and
# with them the pictures, here as on other machines.
SLACK = 0 if matplotlib.__version_info__ >= (3, 11) else 12
COMPARED = "text/plain", "text/html", "text/markdown", "image/png"


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


def event(output):
    """What a notebook keeps, as a Session tells it."""
    if output["output_type"] == "stream":
        return output["name"], "".join(output["text"])
    return "data", output["data"]


def plain(events):
    """Each text in one piece, and each value in the forms that are compared."""
    shown = []
    for kind, group in groupby(events, itemgetter(0)):
        contents = [content for _, content in group]
        if kind != "data":
            shown.append((kind, "".join(contents)))
        else:
            shown += filter(None, map(compared, contents))
    return shown


def compared(data):
    """The forms of a value that are compared; of a picture, its size."""
    return {
        kind: Size(data[kind]) if kind == "image/png" else "".join(data[kind])
        for kind in COMPARED if kind in data
    }  # fmt: skip


class Size:
    """The width and the height of a picture, equal to what differs by its texts alone."""

    def __init__(self, png):
        png = base64.b64decode(png) if isinstance(png, str) else png
        self.sides = struct.unpack(">II", png[16:24])

    def __eq__(self, other):
        return all(abs(a - b) <= SLACK for a, b in zip(self.sides, other.sides))

    def __repr__(self):
        return f"{self.sides}"


if __name__ == "__main__":
    path = Path(sys.argv[1]).resolve()
    os.chdir(BOOK)
    for source, found, kept in differences(path):
        print(source, found, kept, sep="\n\n", end="\n\n\n")
