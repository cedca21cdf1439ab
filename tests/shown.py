"""What cells show, kept in a notebook or told by a Session, in a form that can be compared."""

import base64
import struct
from itertools import groupby
from operator import itemgetter

COMPARED = "text/plain", "text/html", "text/markdown", "image/png"
# Before matplotlib 3.11 another FreeType draws its texts: larger and smaller by so many pixels, and
# with them the pictures.
SLACK = 12


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
