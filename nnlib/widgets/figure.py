"""What the interactive figures share: a module of JavaScript each, and arrays sent to the page."""

import base64
import inspect
import re
import struct
import zlib
from html import escape
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from nnlib.checks import as_pairs, as_pixels, as_whole, check_parameters
from nnlib.network import Parameters

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)


def javascript(name, folder=FOLDER):
    """A script and all that it imports, joined into one text: from a page it could import nothing.

    Each script stands once, after those that it needs. They share one scope.
    """
    texts = {}

    def add(name):
        text = (folder / name).read_text(encoding="utf-8")
        for other in IMPORT.findall(text):
            if other not in texts:
                add(other)
        texts[name] = IMPORT.sub("", text)

    add(name)
    return "\n".join(texts.values())


def style(name):
    """The styles of all figures, then a figure's own, if it has any."""
    paths = FOLDER / "colours.css", FOLDER / "parts.css", FOLDER / name
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def as_embedded(images, labels, most):
    """Pixels as rows and labels (n,), each in the smallest type, for the page to carry.

    Raises what `as_pixels` and `as_pairs` raise, and ValueError for more images than `most`.
    """
    pixels, labels = as_pairs(as_pixels(images), labels)
    if len(pixels) > most:
        raise ValueError(
            f"expected at most {most} images, so that the page stays small; found "
            f"{len(pixels)}. Select some, such as images[:{most}]."
        )
    if pixels.dtype.kind != "f":
        pixels = pixels.astype(np.uint8)
    return pixels, labels.astype(np.uint8)


def as_doubles(parameters):
    """The parameters, checked, in float64, in which the page computes."""
    return Parameters(*(np.asarray(p, np.float64) for p in check_parameters(parameters)))


def as_choice(value, name, least, most):
    """The value as an int in least..most; TypeError or ValueError where it is none."""
    value = as_whole(value, name, least)
    if value > most:
        raise ValueError(
            f"expected {name} in {least}..{most}; found {value}. Give a smaller number."
        )
    return value


def as_levels(pixels):
    """Pixels as `as_pixels` gives them in grey levels, uint8."""
    return (pixels if pixels.dtype.kind != "f" else np.rint(255 * pixels)).astype(np.uint8)


def pack(value):
    """Arrays, or a dict or NamedTuple of them, as the dtype, shape and deflated bytes of each."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":  # the page computes in float64
            value = value.astype(np.float64)
        little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        return {
            "dtype": value.dtype.name,
            "shape": list(value.shape),
            "bytes": zlib.compress(little.tobytes(), 9),
        }
    value = value._asdict() if hasattr(value, "_asdict") else value
    return {name: pack(part) for name, part in value.items()}


def as_text(levels):
    """The 784 grey levels of an image, uint8, as letters for an address: base64url of their bytes.

    A run of zeros is 0 and its length, since four pixels of five are blank.
    """
    short = re.sub(rb"\0{1,255}", lambda run: bytes([0, len(run[0])]), levels.tobytes())
    return base64.urlsafe_b64encode(short).decode().rstrip("=")


def from_text(text):
    """The grey levels (784,) of what as_text wrote; ValueError for any other text."""
    try:
        plain = re.fullmatch(r"[\w-]+", text, re.ASCII)[0]
        short = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
        levels = re.sub(rb"\0(.)", lambda run: bytes(run[1][0]), short, flags=re.DOTALL)
        return np.frombuffer(levels, np.uint8).reshape(784)
    except (TypeError, ValueError):  # no such letters, no base64, another number of levels
        raise ValueError(
            f"expected a drawn digit, 784 grey levels as letters; found {text[:20]!r}, which is "
            "none. Copy the whole link, or draw the digit again."
        ) from None


class Packed(traitlets.TraitType):
    """A trait whose value is an array, or a dict or NamedTuple of arrays, that goes to the page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tag(sync=True, to_json=lambda value, widget: pack(value))


class Network(Packed):
    """A trait whose value is Parameters, checked, in float64."""

    def validate(self, figure, value):
        return as_doubles(value)


class Whole(traitlets.TraitType):
    """A trait that is a whole number from `least` to `most`, or to what `most(figure)` gives."""

    def __init__(self, most, least=0):
        super().__init__(least)
        self.most, self.least = most, least

    def validate(self, figure, value):
        most = self.most(figure) if callable(self.most) else self.most
        return as_choice(value, self.name, self.least, most)


class Drawn(traitlets.TraitType):
    """A trait that is a digit the reader has drawn: a text as `as_text` writes it, or "" for none.

    An image may be given instead, as `DrawingPad` has it; ValueError or TypeError if it is none.
    """

    def __init__(self):
        super().__init__("")
        self.tag(sync=True)

    def validate(self, figure, value):
        text = value if isinstance(value, str) else as_text(as_levels(as_pixels(value)))
        if text:
            from_text(text)
        return text


class Figure(anywidget.AnyWidget):
    """A widget that computes in the browser, with a kernel behind it or without one.

    Its script and its styles are in the files beside its own that have the same name.
    """

    def __init_subclass__(cls, **kwargs):
        package, _, name = cls.__module__.rpartition(".")
        # Not twice: traitlets derives a class of its own for each figure that is made.
        if package == __package__ and not hasattr(cls, "_esm"):
            cls._esm, cls._css = javascript(f"{name}.js"), style(f"{name}.css")
        super().__init_subclass__(**kwargs)
        # What help shows: without it that of traitlets' __new__, which takes anything.
        _, *parameters = inspect.signature(cls.__init__).parameters.values()
        cls.__signature__ = inspect.Signature(parameters)

    def _follow(self, *names):
        """Calls _compute: now, and after each change of one of these traits."""
        self._compute()
        self.observe(lambda change: self._compute(), names)

    def still(self):
        """HTML of what the figure shows now, for a page that cannot run it."""
        raise NotImplementedError

    def __repr__(self):
        # Not the default, which holds an address; and whole numbers only, the same everywhere.
        names = set(self.trait_names(sync=True)) - {"drawn"}
        names -= set(anywidget.AnyWidget.class_trait_names())
        shown = {name: getattr(self, name) for name in sorted(names) if name[0] != "_"}
        kept = (f"{name}={v!r}" for name, v in shown.items() if isinstance(v, int | str))
        return f"{type(self).__name__}({', '.join(kept)})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/html": self.still()}, metadata


def table(caption, head, rows):
    """An HTML table of texts, the first of each row its heading."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in others) + "</tr>\n"
        for first, *others in rows
    )
    return (
        f"<table>\n<caption>{escape(caption)}</caption>\n"
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    )


def picture(pixels, alt):
    """An HTML image of one digit, ink dark on paper, from (784,) pixels as as_pixels gives them."""
    rows = 255 - as_levels(pixels).reshape(28, 28)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind, data):
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
    # Stored, not compressed: another version of zlib would compress to other bytes.
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(lines, 0)), (b"IEND", b"")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)
    source = "data:image/png;base64," + base64.b64encode(png).decode()
    return f'<img src="{source}" width="112" height="112" alt="{escape(alt)}" />\n'
