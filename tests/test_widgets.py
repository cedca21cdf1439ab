"""The interactive figures in Python: what they show without a browser, send to the page, refuse."""

import base64
import inspect
import json
import math
import re
import shutil
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from string import ascii_letters, digits
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest
import traitlets
from anywidget import AnyWidget

import nnlib as nn
import nnlib.widgets
from figures import (
    BAD_TEXTS,
    CHANGES,
    CHECKPOINTS,
    FIGURES,
    IMAGES,
    LABELS,
    NETWORK,
    SAMPLE,
    STROKES,
    Y1,
    make,
    network,
    states,
)
from nnlib import drawing
from nnlib.widgets import (
    DrawingPad,
    ForwardPass,
    GradientMicroscope,
    ImagePicker,
    LogitSliders,
    TimeMachine,
    Trainer,
)
from nnlib.widgets.drawing_pad import THREE
from nnlib.widgets.figure import (
    FOLDER,
    Drawn,
    Figure,
    Packed,
    Whole,
    as_embedded,
    as_text,
    from_text,
    javascript,
    pack,
    picture,
    style,
    table,
)
from shared import ROOT, python_at_hand, refused

X, H, HA, Y, YA = nn.forward_propagation(IMAGES, NETWORK)
GUESSES = YA.argmax(axis=1)


def state(figure):
    """The values of its own traits but for what it keeps for the page."""
    names = set(figure.trait_names()) - set(Figure.class_trait_names())
    return {name: getattr(figure, name) for name in sorted(names) if name[0] != "_"}


def rounded(values, digits=3):
    return [f"{value:.{digits}f}" for value in values]


def numbered(*columns):
    """The rows of a table whose first column counts from 0."""
    return [[str(i), *row] for i, row in enumerate(zip(*columns))]


def shown(html):
    """What a still shows, in its order: texts, descriptions of pictures, and tables.

    A table is its caption, its head and its rows. Every first cell is a heading that says of what.
    """
    found = []
    for part in ElementTree.fromstring(f"<all>{html}</all>"):
        assert (part.tail or "").strip() == ""
        if part.tag == "img":
            found.append(part.get("alt"))
        elif part.tag == "p":
            found.append(part.text)
        else:
            caption, head, body = part
            assert [cell.get("scope") for cell in head[0]] == ["col"] * len(head[0])
            assert all(row[0].get("scope") == "row" for row in body)
            rows = [[cell.text or "" for cell in row] for row in (*head, *body)]
            found.append((caption.text, rows[0], rows[1:]))
    return found


# The parts of a still


def test_a_table_is_html_for_everyone():
    html = table("1 < 2", ("", "a & b", "c"), [("x", "<1>", "2"), ("y", "", "3")])
    assert html == (
        "<table>\n<caption>1 &lt; 2</caption>\n"
        '<thead><tr><th scope="col"></th><th scope="col">a &amp; b</th><th scope="col">c</th>'
        '</tr></thead>\n<tbody>\n'
        '<tr><th scope="row">x</th><td>&lt;1&gt;</td><td>2</td></tr>\n'
        '<tr><th scope="row">y</th><td></td><td>3</td></tr>\n'
        "</tbody>\n</table>\n"
    )


@pytest.mark.parametrize("scale", [1, 255], ids=["levels", "fractions"])
def test_a_picture_is_a_png_of_ink_on_paper(scale):
    pixels = IMAGES[0].ravel() if scale == 1 else IMAGES[0].ravel() / scale
    start, code, end = re.fullmatch(
        '(.*base64,)([^"]*)(" .*\\n)', picture(pixels, '"3" & more')
    ).groups()
    assert start == '<img src="data:image/png;base64,'
    assert end == '" width="112" height="112" alt="&quot;3&quot; &amp; more" />\n'
    png = base64.b64decode(code)
    # Whoever reads it checks the sums of its parts.
    found = np.rint(255 * matplotlib.image.imread(BytesIO(png)))
    assert np.array_equal(found, 255 - IMAGES[0])
    # 8 bits of grey and no interlace; and the rows as they are, which every zlib writes alike.
    assert struct.unpack(">IIBBBBB", png[16:29]) == (28, 28, 8, 0, 0, 0, 0)
    assert all((255 - row).tobytes() in png for row in IMAGES[0])
    assert png.endswith(bytes(4) + b"IEND" + zlib.crc32(b"IEND").to_bytes(4))


# What is sent to the page


def received(packed):
    """The array that the page makes of what was sent."""
    content = np.frombuffer(zlib.decompress(packed["bytes"]), packed["dtype"])
    return content.reshape(packed["shape"])


@pytest.mark.parametrize("given, dtype", [
    (np.arange(6, dtype=np.uint8).reshape(2, 3), "uint8"),
    (np.arange(-3, 3, dtype=np.int16), "int16"),
    (np.arange(-3, 3, dtype=">i2"), "int16"),
    (np.asfortranarray(np.arange(6.0).reshape(2, 3) / 7), "float64"),
    (np.arange(6, dtype=">f8") / 7, "float64"),
    (np.arange(6, dtype=np.float32) / 8, "float64"),
], ids=["bytes", "int16", "big-endian", "column order", "big-endian float", "float32"])  # fmt: skip
def test_an_array_reaches_the_page_as_it_is(given, dtype):
    packed = pack(given)
    assert (packed["dtype"], packed["shape"]) == (dtype, list(given.shape))
    assert np.array_equal(received(packed), given)


def test_arrays_reach_the_page_under_their_names_and_small():
    assert {name: received(p).tolist() for name, p in pack(NETWORK).items()} == {
        name: p.tolist() for name, p in NETWORK._asdict().items()
    }
    nested = pack({"a": {"b": np.zeros(2)}})
    assert nested["a"]["b"]["shape"] == [2]
    images = SAMPLE.test_images[:100]
    assert len(pack(images)["bytes"]) == len(zlib.compress(images.tobytes(), 9))


@pytest.mark.parametrize("count", [1, 3])
def test_images_are_embedded_as_bytes_or_floats(count):
    images, labels = IMAGES[:count].astype(int), LABELS[:count]
    pixels, found = as_embedded(images, labels, count)
    assert (pixels.dtype, found.dtype) == (np.uint8, np.uint8)
    assert np.array_equal(pixels, images.reshape(-1, 784)) and np.array_equal(found, labels)
    assert as_embedded(images / 255, labels, count)[0].dtype == np.float64
    if count > 1:
        message = (
            "expected at most 2 images, so that the page stays small; found 3. Select some, such "
            "as images[:2]."
        )
        refused(ValueError, message, as_embedded, images, labels, 2)


def test_the_page_gets_a_script_after_all_that_it_imports_each_once():
    names = ("network.js", "parts.js", "chart.js", "trainer.js")
    texts = [(FOLDER / name).read_text(encoding="utf-8") for name in names]
    without_imports = [re.sub(r'^import [^;]*;\n', "", text, flags=re.MULTILINE) for text in texts]
    assert javascript("trainer.js") == "\n".join(without_imports)
    assert style("trainer.css") == "\n".join(
        (FOLDER / f"{name}.css").read_text(encoding="utf-8")
        for name in ("colours", "parts", "trainer")
    )


@pytest.mark.parametrize("number", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_are_kept_as_int(number):
    figure = make(ImagePicker, index=number)
    assert type(figure.index) is int and figure.index == 3


def test_help_shows_what_a_figure_takes():
    shown = str(inspect.signature(ImagePicker))
    assert shown == (
        "(images, labels, parameters, index=0, show='all', guess_first=False, drawn='')"
    )

    class Other(Figure):
        def __init__(self, digit, *, seed=3):
            pass

    # The attribute, as the page of the API asks for it; inspect itself finds other ways.
    assert str(Other.__signature__) == "(digit, *, seed=3)"


def test_packed_arrays_go_to_the_page_and_their_type_not_into_the_text():
    class Plain(Figure):
        _esm = "export default {}"
        weights = Packed()

    figure = Plain(weights=np.arange(3, dtype=np.uint8))
    sent = figure.get_state()["weights"]
    assert received(sent).tolist() == [0, 1, 2] and sent["dtype"] == "uint8"
    assert repr(figure) == "Plain()"


def test_a_figure_finds_its_files_by_the_name_of_its_module():
    class Another(Figure):
        __module__ = "nnlib.widgets.time_machine"

    assert Another._esm == javascript("time_machine.js")
    assert Another._css == style("time_machine.css")


def test_a_whole_number_has_two_ends_and_begins_at_the_lower():
    class Counter(Figure):
        _esm = "export default {}"
        digit, size = Whole(9), Whole(9, least=1)

    counter = Counter()
    assert (counter.digit, counter.size) == (0, 1)
    counter.digit, counter.size = 9, 9
    for name, wrong in (("digit", -1), ("digit", 10), ("size", 0), ("size", 10)):
        with pytest.raises(ValueError, match=f"expected {name} .*found {wrong}"):
            setattr(counter, name, wrong)


BLANK = np.zeros(784, np.uint8)
LEVELS = {
    "a digit": IMAGES[2].ravel(),
    "noise": np.random.default_rng(seed=3).integers(256, size=784, dtype=np.uint8),
    "blank": BLANK,
    "ink": BLANK + 255,
    "one at the end": np.append(BLANK[1:], np.uint8(1)),
}


@pytest.mark.parametrize("name", LEVELS)
def test_grey_levels_go_through_a_text_of_letters_for_an_address(name):
    text = as_text(LEVELS[name])
    assert set(text) <= set(ascii_letters + digits + "-_")
    found = from_text(text)
    assert found.dtype == np.uint8 and np.array_equal(found, LEVELS[name])
    assert len(as_text(LEVELS["a digit"])) < 400


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_another_text_is_no_drawn_digit(text):
    refused(
        ValueError,
        f"expected a drawn digit, 784 grey levels as letters; found {text[:20]!r}, which is none. "
        "Copy the whole link, or draw the digit again.",
        from_text, text,
    )  # fmt: skip


def test_a_drawn_digit_is_a_text_or_an_image_and_nothing_else():
    class Reader(Figure):
        _esm = "export default {}"
        drawn = Drawn()

    reader = Reader()
    assert reader.drawn == "" and "drawn" in reader.get_state()
    text = as_text(IMAGES[0])
    for digit in (IMAGES[0], IMAGES[0].ravel() / 255, text):
        reader.drawn = ""
        reader.drawn = digit
        assert reader.drawn == text
    assert repr(reader) == "Reader()"
    for digit, error in [*((bad, ValueError) for bad in BAD_TEXTS), (IMAGES, ValueError),
                         (IMAGES[0] / 100, ValueError), (None, TypeError)]:  # fmt: skip
        with pytest.raises(error, match="expected"):
            reader.drawn = digit
    assert reader.drawn == text
    reader.drawn = ""


@pytest.mark.parametrize("kind, text", [
    (ImagePicker, f"guess={GUESSES[0]}, guess_first=False, index=0, show='all'"),
    (ForwardPass, f"follow=True, index=0, output={LABELS[0]}, unit=0"),
    (LogitSliders, "label=2"),
    (GradientMicroscope, ""),
    (Trainer, "batch_size=2, seed=0, start='small'"),
    (DrawingPad, "brief=False, centring=True, fitting=True, "
     f"guess={make(DrawingPad).guess}, width=5"),
    (TimeMachine, "index=2, stuck='0'"),
])  # fmt: skip
def test_what_is_printed_names_the_choices_only(kind, text):
    assert repr(make(kind)) == f"{kind.__name__}({text})"


def test_a_page_without_a_kernel_gets_the_still_and_the_figure():
    figure = ImagePicker(IMAGES, LABELS, NETWORK)
    data, metadata = figure._repr_mimebundle_()
    assert data["text/html"] == figure.still()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    assert data["text/plain"] == repr(figure) and isinstance(metadata, dict)


def alike(one, other):
    """Whether two states are the same but for rounding."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return math.isclose(one, other, rel_tol=1e-9) if isinstance(one, float) else one == other


NODE = ["node", "tests/live/python.mjs", str(python_at_hand())]


@pytest.mark.slow
@pytest.mark.parametrize("command", [
    [sys.executable],
    pytest.param(NODE, marks=pytest.mark.skipif(
        not (shutil.which("node") and python_at_hand()), reason="needs Node.js and Pyodide"
    )),
], ids=["here", "pyodide"])  # fmt: skip
def test_the_state_is_the_same_where_there_is_no_anywidget(command):
    run = subprocess.run(
        [*command, "tests/figures.py"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    own = set(AnyWidget().get_state())
    expected = [
        {name: part for name, part in state.items() if name not in own or name in ("_esm", "_css")}
        for state in states()
    ]
    assert alike(json.loads(run.stdout), json.loads(json.dumps(expected)))


# Every figure: what it makes of a change, and what it refuses


def test_every_figure_is_tried():
    missing = set(nnlib.widgets.__all__) - {kind.__name__ for kind in FIGURES}
    assert not missing, (
        f"expected every figure among FIGURES, on which the tests below are made; {missing} are "
        "not there. Add what makes a small one (CONTRIBUTING, An interactive figure, step 4)."
    )


@pytest.mark.parametrize("kind, changes", CHANGES)
def test_a_figure_that_is_changed_is_as_if_it_were_made_so(kind, changes):
    figure = make(kind)
    for name, value in changes.items():
        setattr(figure, name, value)
    np.testing.assert_equal(state(figure), state(make(kind, **changes)))
    assert figure.still() == make(kind, **changes).still()


DOOR = {
    "image": (np.zeros((3, 27, 28), np.uint8), ValueError, "expected one image of shape"),
    "label": (10, ValueError, "expected labels in 0..9; found 10"),
    "labels": ([1, 2, 3], ValueError, "expected one label for each image"),
    "parameters": (None, TypeError, "expected Parameters"),
    "checkpoints": ([None, None, None], TypeError, "expected Parameters"),
}


@pytest.mark.parametrize("kind, name, what", [
    (kind, name, what)
    for kind, options in FIGURES.items() for name in options for what in DOOR if what in name
])  # fmt: skip
def test_every_figure_has_the_door(kind, name, what):
    value, error, words = DOOR[what]
    with pytest.raises(error, match=words):
        make(kind, **{name: value})


@pytest.mark.parametrize("kind, most", [
    (ImagePicker, 2000), (ForwardPass, 100), (GradientMicroscope, 32), (TimeMachine, 1000),
])  # fmt: skip
def test_a_figure_takes_so_many_images_and_no_more(kind, most):
    images, labels = (name for name in FIGURES[kind] if "image" in name or "label" in name)
    pixels, digits = np.zeros((most + 1, 784), np.uint8), np.zeros(most + 1, int)
    make(kind, **{images: pixels[1:], labels: digits[1:]})
    with pytest.raises(ValueError, match=f"expected at most {most} images, .* found {most + 1}"):
        make(kind, **{images: pixels, labels: digits})


CHOICES = [
    (ImagePicker, "index", 6, "expected index in 0..5; found 6. Give a smaller number."),
    (ImagePicker, "index", -1, "expected index >= 0; found -1. Give a larger number."),
    (ForwardPass, "index", 6, "expected index in 0..5; found 6. Give a smaller number."),
    (ForwardPass, "unit", 5, "expected unit in 0..4; found 5. Give a smaller number."),
    (ForwardPass, "output", 10, "expected output in 0..9; found 10. Give a smaller number."),
    (LogitSliders, "y", [20.5, *Y1[1:]],
     "expected outputs in -20..20, the range of the sliders; found values from -5.4 to 20.5. "
     "Subtract y.mean(), which changes no ya; if that is not enough, take another image."),
    (GradientMicroscope, "step", -1.0, "expected step > 0 and finite; found -1.0. Try 1e-05."),
    (GradientMicroscope, "step", 0.11, "expected a step from 1e-14 to 0.1; found 0.11. Try 1e-5."),
    (GradientMicroscope, "step", 9e-15,
     "expected a step from 1e-14 to 0.1; found 9e-15. Try 1e-5."),
    (Trainer, "rate", 0.0, "expected rate > 0 and finite; found 0.0. Try 0.5."),
    (Trainer, "batch_size", 0, "expected batch_size >= 1; found 0. Give a larger number."),
    (Trainer, "batch_size", 5, "expected batch_size in 1..4; found 5. Give a smaller number."),
    (Trainer, "seed", -1, "expected seed >= 0; found -1. Give a larger number."),
    (Trainer, "seed", 2**32,
     "expected seed in 0..4294967295; found 4294967296. Give a smaller number."),
    (DrawingPad, "width", 0, "expected width >= 1; found 0. Give a larger number."),
    (DrawingPad, "width", 21, "expected width in 1..20; found 21. Give a smaller number."),
    (TimeMachine, "index", 3, "expected index in 0..2; found 3. Give a smaller number."),
    (TimeMachine, "off", [5],
     "expected a unit that is off in 0..4; found 5. Give a smaller number."),
    (TimeMachine, "off", [-1], "expected a unit that is off >= 0; found -1. Give a larger number."),
]  # fmt: skip
OTHER_TYPES = [
    (ImagePicker, "index", 2.5,
     "expected index to be a whole number; found 2.5 (float). Give an integer, 0 or more."),
    (LogitSliders, "y", ["0", *Y1[1:]],
     "expected outputs that are floats; found dtype <U32. Convert them on purpose, for example "
     "with .astype(int)."),
    (Trainer, "rate", "fast", "expected rate to be a number; found 'fast'. Try 0.5."),
    (DrawingPad, "parameters", None,
     "expected Parameters(W1, b1, W2, b2); found NoneType. Make them with initialize, train or "
     "load_parameters."),
    (TimeMachine, "off", [True],
     "expected a unit that is off to be a whole number; found True (bool). Give an integer, 0 or "
     "more."),
]  # fmt: skip
STROKES_REFUSED = [
    (ValueError, [[(1, 2), (3,)]],
     "expected points of a row and a column, finite numbers; found [3]. "
     "The page has the rows and columns 0..99."),
    (ValueError, [[(1, 1e6)]],
     "expected points of a row and a column, finite numbers; found [1, 1000000.0]. "
     "The page has the rows and columns 0..99."),
    (ValueError, [[(1, 2)], []],
     "expected a point in each stroke; found an empty stroke. Leave it out."),
    (TypeError, [(1, 2)],
     "expected strokes, a list of lists of points (row, column); found something that is no such "
     "list. Put one stroke in brackets: [points]."),
    (TypeError, [[(1, True)]],
     "expected the row and the column of a point to be numbers; found [1, True]. "
     "Give strokes as a list of lists of points (row, column)."),
    (TypeError, [[(1, "2")]],
     "expected the row and the column of a point to be numbers; found [1, '2']. "
     "Give strokes as a list of lists of points (row, column)."),
]  # fmt: skip
REFUSED = [
    *((ValueError, *choice) for choice in CHOICES),
    *((TypeError, *choice) for choice in OTHER_TYPES),
    *((error, DrawingPad, "strokes", *choice) for error, *choice in STROKES_REFUSED),
]


@pytest.mark.parametrize("error, kind, name, value, message", REFUSED)
def test_what_cannot_be_chosen_is_refused_at_first_and_later(error, kind, name, value, message):
    refused(error, message, make, kind, **{name: value})
    figure = make(kind)
    before = state(figure)
    refused(error, message, setattr, figure, name, value)
    np.testing.assert_equal(state(figure), before)


@pytest.mark.parametrize("kind, name, value", [
    (ImagePicker, "show", "some"), (ImagePicker, "guess_first", "yes"), (Trainer, "start", "ones"),
    (DrawingPad, "fitting", "yes"), (DrawingPad, "brief", "yes"), (TimeMachine, "stuck", "1"),
])  # fmt: skip
def test_what_is_no_choice_at_all_is_refused_by_traitlets(kind, name, value):
    with pytest.raises(traitlets.TraitError, match=f"The '{name}' trait of .* not the str"):
        make(kind, **{name: value})


@pytest.mark.parametrize("kind", [kind for kind in FIGURES if hasattr(kind, "_compute")])
def test_a_figure_computes_once_when_it_is_made_and_once_for_a_change(kind, monkeypatch):
    counted, compute = [], kind._compute
    monkeypatch.setattr(kind, "_compute", lambda figure: counted.append(compute(figure)))
    figure = make(kind)
    assert len(counted) == 1
    changes = [one for changed, one in CHANGES if changed is kind]
    assert changes, (
        f"expected a change of {kind.__name__} in CHANGES; found none. Add one of what it computes "
        "from (CONTRIBUTING, An interactive figure, step 4)."
    )
    [(name, value)] = changes[0].items()
    setattr(figure, name, value)
    assert len(counted) == 2


# One image, and what the network says of it


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_still_of_the_image_picker(index, dtype):
    single = nn.Parameters(*(p.astype(dtype) for p in NETWORK))
    figure = ImagePicker(IMAGES, LABELS, single, index)
    label, guess = LABELS[index], GUESSES[index]
    word = "CORRECT" if guess == label else "INCORRECT"
    caption = f"Test image {index}. Label {label}, guessed digit {guess}: {word}"
    assert shown(figure.still()) == [
        f"Test image {index}, a handwritten {label}.",
        (caption, ["digit", "output"], numbered(rounded(YA[index]))),
    ]
    assert picture(IMAGES[index].ravel(), "").split('"')[1] in figure.still()
    double = nn.Parameters(*(p.astype(np.float64) for p in single))  # as in the page
    assert figure.outputs == nn.forward_propagation(IMAGES[index], double)[-1].tolist()


def test_still_of_a_drawn_digit():
    figure = ImagePicker(IMAGES, LABELS, NETWORK, drawn=IMAGES[3])
    assert shown(figure.still()) == [
        "A digit drawn by the reader.",
        (f"Guessed digit {GUESSES[3]}", ["digit", "output"], numbered(rounded(YA[3]))),
    ]
    assert (figure.guess, figure.outputs) == (GUESSES[3], pytest.approx(YA[3].tolist(), abs=1e-12))


def test_the_stills_show_a_right_guess_and_a_wrong_one():
    assert 0 < np.sum(GUESSES == LABELS) < len(LABELS)


@pytest.mark.parametrize("index", range(6))
def test_still_of_the_forward_pass(index):
    figure = ForwardPass(IMAGES, LABELS, NETWORK, index)
    label, guess = LABELS[index], GUESSES[index]
    word = "CORRECT" if guess == label else "INCORRECT"
    caption = f"The ten outputs. Label {label}, guessed digit {guess}: {word}"
    assert shown(figure.still()) == [
        f"Image {index}, a handwritten {label}.",
        ("The 5 hidden values", ["unit", "h", "ha"],
         numbered(rounded(H[index]), rounded(HA[index]))),
        (caption, ["digit", "y", "ya"], numbered(rounded(Y[index]), rounded(YA[index]))),
    ]  # fmt: skip
    assert picture(IMAGES[index].ravel(), "").split('"')[1] in figure.still()


def test_a_drawn_digit_goes_through_the_forward_pass_without_a_label():
    figure = ForwardPass(IMAGES, LABELS, NETWORK, drawn=IMAGES[5])
    assert figure.output == GUESSES[5]
    assert shown(figure.still()) == [
        "A digit drawn by the reader.",
        ("The 5 hidden values", ["unit", "h", "ha"], numbered(rounded(H[5]), rounded(HA[5]))),
        (f"The ten outputs. Guessed digit {GUESSES[5]}", ["digit", "y", "ya"],
         numbered(rounded(Y[5]), rounded(YA[5]))),
    ]  # fmt: skip
    figure.drawn = ""
    assert figure.output == LABELS[0]


def test_the_output_of_the_forward_pass_follows_the_label_until_another_is_given():
    figure = ForwardPass(IMAGES, LABELS, NETWORK)
    for index in (3, 5):
        figure.index = index
        assert figure.output == LABELS[index]
    figure.output = other = int(LABELS[5] + 1) % 10
    figure.index = 0
    assert (figure.output, figure.follow) == (other, False)
    figure.follow = True
    assert figure.output == LABELS[0]
    assert ForwardPass(IMAGES, LABELS, NETWORK, output=other).follow is False


def test_choices_of_the_forward_pass():
    figure = ForwardPass(IMAGES, LABELS, NETWORK)
    assert (figure.index, figure.unit, figure.output) == (0, 0, LABELS[0])
    assert ForwardPass(IMAGES, LABELS, NETWORK, 4).output == LABELS[4]
    last = ForwardPass(IMAGES, LABELS, NETWORK, 5, 4, 0)
    assert (last.index, last.unit, last.output) == (5, 4, 0)
    single = ForwardPass(IMAGES, LABELS, nn.initialize(0, dtype=np.float32))
    assert {p.dtype.name for p in single.parameters} == {"float64"}
    assert set(figure._data) == {"images", "labels", "W1", "b1", "W2", "b2"}
    assert np.array_equal(figure._data["images"], IMAGES.reshape(-1, 784))
    assert np.array_equal(figure._data["labels"], LABELS)
    assert all(np.array_equal(figure._data[k], p) for k, p in NETWORK._asdict().items())


# Outputs and derivatives


def test_still_of_the_logit_sliders():
    ya = nn.softmax(np.array(Y1))
    figure = LogitSliders(Y1, np.uint8(2))
    assert (figure.y, figure.label) == (Y1, 2)
    dy = [text.replace("-0.000", "0.000") for text in rounded(ya - nn.one_hot(2))]
    y = [text.replace("-0.000", "0.000") for text in rounded(Y1)]
    (caption, *rest), = shown(figure.still())
    assert caption == f"Label 2, L = -log {ya[2]:.4g} = {nn.cross_entropy(Y1, 2):.4f}"
    assert rest == [["digit", "y", "ya", "dy = ya - t"], numbered(y, rounded(ya), dy)]


def test_sliders_reach_20_and_take_one_row():
    ends = [20.0, -20.0, *[0.0] * 8]
    assert LogitSliders([ends], [1]).y == ends
    refused(
        ValueError,
        "expected the ten outputs y of one image; found those of 2. Give one row, y[0].",
        LogitSliders, [ends, ends], [1, 2],
    )  # fmt: skip


ENTRIES = [("W1", 400, 3), ("b1", 4), ("W2", 4, 9), ("b2", 3), ("W1", 0, 0)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: "-".join(map(str, entry)))
@pytest.mark.parametrize("images, labels", [(IMAGES, LABELS), (IMAGES[1], LABELS[1])])
def test_a_derivative_two_ways(entry, images, labels):
    name, *place = entry
    figure = GradientMicroscope(images, labels, NETWORK, name, tuple(place), step=1e-4)
    gradient = getattr(nn.backpropagation(images, labels, NETWORK), name)[tuple(place)]
    later = GradientMicroscope(images, labels, NETWORK, step=1e-4)
    later.entry = [name, *place]
    np.testing.assert_equal(state(later), state(figure))
    assert figure.entry == entry
    assert figure.derivative == pytest.approx(gradient, rel=1e-12)
    losses = []
    for moved in (+1e-4, -1e-4):
        p = getattr(NETWORK, name).copy()
        p[tuple(place)] += moved
        y = nn.forward_propagation(images, NETWORK._replace(**{name: p}))[3]
        losses.append(nn.cross_entropy(y, labels))
    assert figure.difference == pytest.approx((losses[0] - losses[1]) / 2e-4, abs=1e-15)
    (caption, head, rows), = shown(figure.still())
    value = f"{gradient:.6f}".replace("-0.000000", "0.000000")
    assert caption == f"The derivative of the loss in {name}{place}, by backpropagation: {value}"
    assert head == ["step", "central difference"]
    for k, (step, difference) in enumerate(rows, start=1):
        figure.step = 10.0**-k
        assert step == f"1e-{k}"
        assert difference == f"{figure.difference:.4f}".replace("-0.0000", "0.0000")
    assert len(rows) == 6


@pytest.mark.parametrize("b1", [-40, -14.5, -10])
def test_no_minus_stands_before_a_derivative_that_rounds_to_zero(b1):
    quiet = NETWORK._replace(b1=np.array([b1, *NETWORK.b1[1:]]), W1=0 * NETWORK.W1)
    figure = GradientMicroscope(IMAGES, LABELS, quiet, "W2", (0, int(LABELS[0])))
    assert -1e-4 < figure.derivative < 0
    (caption, _, rows), = shown(figure.still())
    if figure.derivative > -5e-7:
        assert caption.endswith(" 0.000000")
    assert {difference for _, difference in rows} == {"0.0000"}


def test_the_table_of_differences_has_the_steps_it_names():
    steep = NETWORK._replace(W2=30 * NETWORK.W2)
    figure = GradientMicroscope(IMAGES[3], LABELS[3], steep, "b1", 4)
    (_, _, rows), = shown(figure.still())
    found = [difference for _, difference in rows]
    expected = []
    for step, _ in rows:
        figure.step = float(step)
        expected.append(f"{figure.difference:.4f}")
    assert found == expected and len(set(found)) > 2


def test_the_microscope_begins_with_b2_at_3_and_a_step_of_1e_5():
    figure = GradientMicroscope(IMAGES, LABELS, NETWORK)
    assert (figure.entry, figure.step) == (("b2", 3), 1e-5)
    assert figure.parameters.W1.dtype == np.float64
    assert np.array_equal(figure._data["images"], IMAGES.reshape(-1, 784))
    assert np.array_equal(figure._data["labels"], LABELS)


def test_entries_of_the_microscope_run_to_the_last():
    figure = make(GradientMicroscope)

    def both_refuse(error, message, entry):
        name, *place = entry
        refused(error, message, make, GradientMicroscope, name=name, place=place)
        refused(error, message, setattr, figure, "entry", entry)
        assert figure.entry == ("b2", 3)

    for name, shape in (("W1", (784, 5)), ("b1", (5,)), ("W2", (5, 10)), ("b2", (10,))):
        last = [size - 1 for size in shape]
        assert make(GradientMicroscope, name=name, place=last).entry == (name, *last)
        beyond = [*last[:-1], shape[-1]]
        count = "1 index" if len(shape) == 1 else "2 indices"
        ranges = " and ".join(f"0..{i}" for i in last)
        for place in (beyond, [*last, 0]):
            both_refuse(
                ValueError,
                f"expected for {name} {count}, in {ranges}; found {place}. Give b1 and b2 a place "
                "such as 3, W1 and W2 one such as (1, 3).",
                (name, *place),
            )
    message = "expected the name W1, b1, W2 or b2; found 'W3'. Give one of these."
    both_refuse(ValueError, message, ("W3", 3))
    message = "expected an index >= 0; found -1. Give a larger number."
    both_refuse(ValueError, message, ("b2", -1))
    message = (
        "expected an index to be a whole number; found 1.0 (float). Give an integer, 0 or more."
    )
    both_refuse(TypeError, message, ("b2", 1.0))
    message = "expected the name W1, b1, W2 or b2; found None. Give one of these."
    refused(ValueError, message, setattr, figure, "entry", ())


# The training, checkpoint by checkpoint

def score(parameters, off=(), stuck="0"):
    """Accuracy and loss on the images, as the chapter computes them without some units."""
    ha = nn.forward_propagation(IMAGES, parameters)[2].copy()
    for j in off:
        ha[:, j] = 0 if stuck == "0" else ha[:, j].mean()
    y = ha @ parameters.W2 + parameters.b2
    return np.mean(y.argmax(axis=1) == LABELS), nn.cross_entropy(y, LABELS)


@pytest.mark.parametrize("off, stuck, words", [
    ([], "0", "All hidden units are on"),
    ([], "mean", "All hidden units are on"),
    ([2], "0", "Hidden units that are off, at 0: 2"),
    ([4, 1], "mean", "Hidden units that are off, at their means: 1, 4"),
])  # fmt: skip
def test_still_of_the_time_machine(off, stuck, words):
    rows = [
        [epoch, *rounded(score(parameters, off, stuck))]
        for epoch, parameters in zip(("0", "0.5", "20"), CHECKPOINTS)
    ]
    assert shown(make(TimeMachine, off=off, stuck=stuck).still()) == [(
        f"The training, checkpoint by checkpoint, on 6 images. {words}",
        ["epoch", "accuracy", "loss"], rows,
    )]  # fmt: skip


@pytest.mark.parametrize("off, stuck", [([], "0"), ([1, 3], "0"), ([1, 3], "mean")])
def test_the_time_machine_reads_a_drawn_digit_at_every_checkpoint(off, stuck):
    rows = []
    for epoch, parameters in zip(("0", "0.5", "20"), CHECKPOINTS):
        ha = nn.forward_propagation(IMAGES[3], parameters)[2].copy()
        usual = nn.forward_propagation(IMAGES, parameters)[2].mean(axis=0)
        ha[off] = 0 if stuck == "0" else usual[off]
        ya = nn.softmax(ha @ parameters.W2 + parameters.b2)
        rows.append([epoch, str(ya.argmax()), f"{ya.max():.3f}"])
    figure = make(TimeMachine, off=off, stuck=stuck, drawn=IMAGES[3])
    scores, *own = shown(figure.still())
    assert [scores] == shown(make(TimeMachine, off=off, stuck=stuck).still())
    title = "What it is read as"
    assert own == ["A digit drawn by the reader.", (title, ["epoch", "guess", "output"], rows)]


@pytest.mark.parametrize("choice, shown", [
    ({}, (2, [], "0")),
    (dict(index=0, off=[1, 4], stuck="mean"), (0, [1, 4], "mean")),
])  # fmt: skip
def test_the_time_machine_shows_the_last_checkpoint_with_all_units_unless_told(choice, shown):
    figure = make(TimeMachine, **choice)
    assert (figure.index, figure.off, figure.stuck) == shown
    found = figure.accuracy, figure.loss
    assert found == pytest.approx(score(CHECKPOINTS[shown[0]], *shown[1:]), abs=1e-12)


def test_the_time_machine_sends_weights_of_16_bits():
    dark = NETWORK._replace(W1=0 * NETWORK.W1)
    for_float32 = nn.Parameters(*(p.astype(np.float32) for p in network(1)))
    figure = make(TimeMachine, checkpoints=[NETWORK, for_float32, dark])
    assert figure._epochs == ["0", "0.5", "20"]
    data = figure._data
    assert sorted(data) == ["checkpoints", "images", "labels", "steps"]
    assert np.array_equal(data["images"], IMAGES.reshape(-1, 784))
    assert np.array_equal(data["labels"], LABELS)
    assert list(data["checkpoints"]) == ["0", "1", "2"] and data["steps"].dtype == np.float64
    for step, sent, p in zip(data["steps"], data["checkpoints"].values(), figure._checkpoints):
        assert [part.dtype.name for part in sent] == ["int16", "float64", "float64", "float64"]
        assert np.abs(sent.W1 * step - p.W1).max() <= 0.51 * step
        assert np.abs(sent.W1).max() in (0, 32767)  # no bit is wasted
        assert all(np.array_equal(a, b) for a, b in zip(sent[1:], p[1:]))


def test_a_rounding_that_changes_a_guess_or_the_loss_is_refused():
    far = NETWORK.W1.copy()
    far[0] = 1e5  # of a pixel that never has ink
    with pytest.raises(ValueError) as caught:
        make(TimeMachine, checkpoints=[NETWORK, NETWORK._replace(W1=far)], epochs=(0, 2.5))
    found = re.fullmatch(
        "expected weights that give the same guesses, and the loss to 1e-4, when W1 is rounded to "
        r"16 bits for the page; found at epoch 2\.5 other guesses for the images \[(.*)\] and an "
        r"error of the loss of (\S+)\. Leave out these images or this checkpoint\.",
        str(caught.value),
    )
    lost = NETWORK._replace(W1=0 * NETWORK.W1)  # what rounding leaves of all other weights
    other = np.flatnonzero(nn.predict(IMAGES, lost) != GUESSES)
    assert other.size and found[1] == ", ".join(map(str, other))
    assert float(found[2]) == pytest.approx(abs(score(lost)[1] - score(NETWORK)[1]), rel=0.1)
    # One image, guessed alike: now the loss alone tells.
    same = np.flatnonzero(nn.predict(IMAGES, lost) == GUESSES)
    assert same.size
    with pytest.raises(ValueError, match=r"for the images \[\] and an error"):
        make(TimeMachine, checkpoints=[NETWORK, NETWORK._replace(W1=far)], epochs=(0, 2.5),
             images=IMAGES[same], labels=LABELS[same])  # fmt: skip


# Training in the page


@pytest.mark.parametrize("start, factor", [("small", 1), ("zeros", 0), ("large", 10)])
@pytest.mark.parametrize("seed", [0, 7])
def test_still_of_the_trainer(start, factor, seed):
    drawn = nn.initialize(seed)
    untrained = drawn._replace(W1=factor * drawn.W1, W2=factor * drawn.W2)
    rows = []
    for name, part in (("4 training images", slice(4)), ("2 validation images", slice(4, None))):
        y = nn.forward_propagation(IMAGES[part], untrained)[3]
        right = nn.accuracy(IMAGES[part], LABELS[part], untrained)
        rows.append([name, *rounded([nn.cross_entropy(y, LABELS[part]), right])])
    caption = (
        f"Before training: start values {start}, seed {seed}. Training in the page, here at rate "
        "0.25 with batches of 2, needs JavaScript."
    )
    figure = make(Trainer, start=start, seed=seed, rate=0.25)
    assert shown(figure.still()) == [(caption, ["", "loss", "accuracy"], rows)]


def test_what_the_trainer_sends_and_starts_with():
    data = make(Trainer)._data
    assert {name: (p.dtype.name, p.shape) for name, p in data.items()} == {
        "train_images": ("uint8", (4, 784)), "train_labels": ("uint8", (4,)),
        "val_images": ("uint8", (2, 784)), "val_labels": ("uint8", (2,)),
    }  # fmt: skip
    assert np.array_equal(data["val_images"], IMAGES[4:].reshape(-1, 784))
    assert np.array_equal(data["train_labels"], LABELS[:4])
    many = np.zeros((32, 784), np.uint8), np.zeros(32, int)
    figure = Trainer(*many, *many)
    chosen = figure.rate, figure.batch_size, figure.start, figure.seed
    assert chosen == (0.5, 32, "small", 0)


def test_the_network_that_the_page_sends_back_can_be_used():
    figure = make(Trainer)
    assert (figure.loss, figure.accuracy, figure.parameters) == (None, None, None)
    figure._trained = {name: memoryview(p.tobytes()) for name, p in NETWORK._asdict().items()}
    assert all(np.array_equal(p, q) for p, q in zip(figure.parameters, NETWORK))
    assert nn.accuracy(IMAGES, LABELS, figure.parameters) == np.mean(GUESSES == LABELS)


def test_a_trainer_takes_3500_images_and_no_more():
    images = np.zeros((3499, 784), np.uint8), np.zeros(3499, int)
    Trainer(*images, *(part[:1] for part in images))
    refused(
        ValueError,
        "expected at most 3500 images in all, so that the page stays small; found 3501. Select "
        "some, such as train_images[:2400].",
        Trainer, *images, *(part[:2] for part in images),
    )  # fmt: skip
    refused(
        TypeError,
        "expected val_images as integers in 0..255, one byte each in the page; found float64. "
        "Give grey levels that were not yet divided by 255.",
        Trainer, IMAGES, LABELS, IMAGES / 255, LABELS,
    )  # fmt: skip


# The drawing pad


def test_still_of_the_drawing_pad():
    figure = make(DrawingPad)
    ya = nn.forward_propagation(figure.image, NETWORK)[-1]
    guess = ya.argmax()
    text = "To draw a digit here, switch on JavaScript."
    caption = f"A page drawn beforehand, as the network gets it. Guessed digit {guess}"
    assert shown(figure.still()) == [
        text,
        f"A drawing in 28 by 28 pixels, read as {guess}.",
        (caption, ["digit", "output"], numbered(rounded(ya))),
    ]
    assert picture(figure.image.ravel(), "").split('"')[1] in figure.still()
    assert (figure.guess, figure.outputs) == (guess, pytest.approx(ya, abs=1e-12))
    empty = make(DrawingPad, strokes=[])  # which shows a 3, where nobody can draw
    assert empty.guess is None and not empty.image.any()
    assert empty.still() == make(DrawingPad, strokes=[THREE]).still() != figure.still()


def test_the_network_gets_the_drawing_as_the_stages_leave_it():
    (first, (dot,)) = STROKES
    page = np.maximum(drawing.draw(first, width=5), drawing.draw([dot, dot], width=5))
    fitted = drawing.fit(drawing.crop(page))
    small = drawing.resize(page, 28, 28)
    corner = np.zeros((28, 28))
    corner[: fitted.shape[0], : fitted.shape[1]] = fitted
    for fitting, centring, expected in (
        (True, True, drawing.centre(fitted)),
        (True, False, corner),
        (False, True, drawing.centre(drawing.crop(small))),
        (False, False, small),
    ):
        figure = make(DrawingPad, fitting=fitting, centring=centring)
        np.testing.assert_array_equal(figure.image, np.rint(255 * expected) / 255)


def test_a_new_pad_is_empty_its_pen_8_wide_and_its_stages_on():
    figure = DrawingPad(NETWORK)
    chosen = figure.strokes, figure.width, figure.fitting, figure.centring
    assert chosen == ([], 8, True, True)
    assert (figure.guess, figure.outputs) == (None, [])


def test_strokes_are_kept_as_lists_of_floats():
    given = np.array([[1, 2], [3, 4]]), ((0, -5.5),)
    found = make(DrawingPad, strokes=given).strokes
    assert found == [[[1, 2], [3, 4]], [[0, -5.5]]]
    assert {type(v) for points in found for point in points for v in point} == {float}
    assert make(DrawingPad, strokes=[[(999_999, -999_999)]]).strokes  # far beside the page


# The training of the time machine, refused


@pytest.mark.parametrize("changes, message", [
    (dict(checkpoints=CHECKPOINTS[:1], epochs=(0,)),
     "expected 2 to 20 checkpoints and an epoch for each; found 1 and 1. Select some, so that the "
     "page stays small."),
    (dict(checkpoints=[NETWORK] * 21, epochs=range(21)),
     "expected 2 to 20 checkpoints and an epoch for each; found 21 and 21. Select some, so that "
     "the page stays small."),
    (dict(epochs=(0, 1)),
     "expected 2 to 20 checkpoints and an epoch for each; found 3 and 2. Select some, so that the "
     "page stays small."),
    (dict(epochs=(0, 0.5, 0.5)),
     "expected epochs that rise; found 0, 0.5, 0.5. Sort the checkpoints by them."),
    (dict(epochs=(0, -1, 2)), "expected an epoch >= 0 and finite; found -1.0. Try 1."),
    (dict(epochs=("0", 1, 2)),
     "expected an epoch to be a number; found '0'. Try 1."),
    (dict(checkpoints=[NETWORK, NETWORK, network(0, 8)]),
     "expected checkpoints of one training; found [5, 5, 8] hidden units. Keep those with the same "
     "number."),
])  # fmt: skip
def test_what_is_no_training_is_refused(changes, message):
    error = TypeError if "to be a number" in message else ValueError
    refused(error, message, make, TimeMachine, **changes)


@pytest.mark.parametrize("count", [2, 20])
def test_a_training_has_2_to_20_checkpoints(count):
    figure = make(TimeMachine, checkpoints=[NETWORK] * count, epochs=range(count))
    assert figure.index == count - 1
