"""Cells without Jupyter: they show the same. tests/browser/ has them in the Python of pages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

from live.cells import ASKED, COMMAND, CUT, NOTES, ROOM, VIEW, Session
from shared import MESSAGE, ROOT, python_at_hand

PYTHON = python_at_hand()
IN_PYODIDE = ["node", "tests/live/python.mjs", str(PYTHON)]
NODE = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")


def test_each_cell_shows_what_is_kept():
    """Of one chapter; of all, the tests of the pages."""
    run = subprocess.run(
        [sys.executable, "tests/live/parity.py", "book/01-see-it-work.ipynb"],
        cwd=ROOT, capture_output=True, encoding="utf-8",
    )
    print(run.stderr)  # for who reads of a failure
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.skipif(not PYTHON, reason="needs Pyodide: python scripts/get_python.py")
@NODE
def test_a_page_has_the_list_of_fonts_that_matplotlib_would_look_for():
    run = subprocess.run(
        [*IN_PYODIDE, "tests/live/fonts.py"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert run.stdout == (ROOT / "book" / "live" / "fontlist.json").read_text(encoding="utf-8")


@pytest.fixture
def session():
    events = []
    session = Session(lambda *event: events.append(event))
    session.events = events
    backend = matplotlib.get_backend()
    matplotlib.use("module://live.pictures")
    yield session
    matplotlib.use(backend)


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


def test_what_a_cell_defines_is_there_in_the_next_and_what_it_left_open_is_not(session):
    ran(session, "import matplotlib.pyplot as plt\na = 1\nprint('a', end='')\nplt.plot([a])\n1/0")
    assert [kind for kind, _ in session.events] == ["stdout", "data", "error"]
    assert ran(session, "a; plt.get_fignums()") == text("[]")


@pytest.mark.parametrize("source, kinds, last", [
    ("x =", ["error"], 'File "cell 1", line 1\n    x =\n       ^\nSyntaxError: invalid syntax\n'),
    ("exit()", ["error"], "SystemExit: None\n"),
    ("raise KeyboardInterrupt", ["error"], "KeyboardInterrupt\n"),
    ("f = lambda: f()\nf()", ["error"], "RecursionError: maximum recursion depth exceeded\n"),
    ("raise MemoryError", ["error"], f"MemoryError\n{NOTES[MemoryError]}\n"),
    ("import pandas_or_so", ["error"], f"'pandas_or_so'\n{NOTES[ModuleNotFoundError]}\n"),
    ("open('data.csv')", ["error"], f"'data.csv'\n{NOTES[FileNotFoundError]}\n"),
    ("a = 1\n%timeit a", ["error"], f"SyntaxError: invalid syntax\n{COMMAND}\n"),
    ("nn.train?", ["error"], f"SyntaxError: invalid syntax\n{COMMAND}\n"),
    ("!pip install nnlib", ["error"], f"SyntaxError: invalid syntax\n{COMMAND}\n"),
    ("a = 1 2  # why?", ["error"], "SyntaxError: invalid syntax\n"),
    ("input('who? ')", ["stdout", "error"], f"io.UnsupportedOperation: {ASKED}\n"),
    ("class A:\n    def __repr__(self):\n        return 1 / 0\nA()", ["error"], "by zero\n"),
    ("print('a', end='')\n1 / 0", ["stdout", "error"], "by zero\n"),
    ("raise ExceptionGroup('a', [ValueError('b')])", ["error"], "ValueError: b\n    +-----"),
])  # fmt: skip
def test_an_error_is_the_cells_and_names_no_line_but_of_the_reader(session, source, kinds, last):
    assert not session.run(source, "cell 1")
    assert [kind for kind, _ in session.events] == kinds
    told = session.events[-1][1]
    assert last in told and "cells.py" not in told and told.count("\n") < 20, told
    assert (COMMAND in told) == (COMMAND in last)
    assert ran(session, "1 + 1") == text("2")


def test_an_error_in_nnlib_shows_the_line_of_the_reader_and_that_of_nnlib(session):
    [(_, told)] = ran(session, "import nnlib as nn\nnn.predict([1, 2], None)")
    files = re.findall('File "(.*)", line', told)
    assert files[0] == "cell 1" and {Path(name).parent.name for name in files[1:]} == {"nnlib"}


@pytest.mark.parametrize("source, letters, messages", [
    ("for k in range(10**5): print(k)", 8_000, 2_000),
    ("for k in range(10**6): print('a', end='')", 90_000, 30),
    ("print('a' * 10**6)", 90_000, 1),
    ("import sys\nfor k in range(10**5): print('é', file=sys.stderr)", 3_000, 2_000),
    ("'a' * 10**6", 90_000, 1),
    ("import sys\nfor k in range(10**5): sys.displayhook(k)", 30, 30),
    ("import matplotlib.pyplot as plt\nfor k in range(100):\n    plt.figure(figsize=(1, 1))\n"
     "    plt.plot([k])\n    plt.show()", 100, 30),
], ids=["lines", "letters", "one text", "stderr", "a value", "values", "pictures"])  # fmt: skip
def test_a_flood_is_cut_with_a_sentence_and_the_next_cell_shows_all(
    session, source, letters, messages
):
    *told, cut = ran(session, source)
    assert cut == ("cut", CUT)
    texts = [content if isinstance(content, str) else content["text/plain"] for _, content in told]
    assert letters < sum(map(len, texts)) <= ROOM and messages / 2 < len(told) <= messages
    assert ran(session, "'a' * 1000")[0][1]["text/plain"] == repr("a" * 1000)


def test_an_error_is_told_after_a_flood_and_is_no_flood_itself(session):
    *_, (_, told) = ran(session, "print('a' * 10**6)\nraise ValueError('b' * 10**6)")
    assert len(told) < ROOM + 10 and told.endswith("bbb\n")


def test_text_arrives_in_whole_lines_each_kind_in_its_order(session):
    source = "for k in range(3): print(k, 'and', k)\nprint('end', end='')\n5"
    told = [("stdout", f"{k} and {k}\n") for k in range(3)] + [("stdout", "end")]
    assert ran(session, source) == [*told, *text("5")]


def test_only_what_a_class_itself_defines_is_a_form_of_its_values(session):
    shape = "class A:\n    _repr_html_ = lambda self: '<b>'\n    __repr__ = lambda self: 'a'\n"
    assert ran(session, shape + "A()") == [("data", {"text/html": "<b>", "text/plain": "a"})]
    assert ran(session, "A") == text("<class '__main__.A'>")


def test_a_picture_says_what_its_figure_says_of_itself(session):
    [(_, data)] = ran(session, """
import matplotlib.pyplot as plt
figure, (left, right) = plt.subplots(1, 2)
figure.suptitle("losses")
left.set(xlabel="epoch", ylabel="loss")
right.set(xlabel="epoch", title="all\\nof them")
plt.show()
""")
    assert data["alt"] == "A figure that the cell drew: losses; epoch; loss; all of them"
    assert data["image/png"].startswith(b"\x89PNG") and data["text/plain"].startswith("<Figure")
    [(_, data)] = ran(session, "plt.figure(); plt.plot([1]); plt.title('a; b' * 100);")
    assert len(data["alt"]) < 300
    assert ran(session, "plt.figure();") == []  # empty


FIGURE = """
import nnlib as nn
from nnlib.widgets import ImagePicker
digits = nn.load_sample()
picker = ImagePicker(digits.test_images[:9], digits.test_labels[:9], nn.initialize(seed=0))
picker
"""


MICROSCOPE = """
from nnlib.widgets import GradientMicroscope
digit = digits.test_images[0], digits.test_labels[0]
microscope = GradientMicroscope(*digit, nn.initialize(seed=0))
microscope
"""


@pytest.fixture
def model(session):
    """The id of an ImagePicker that is in the page."""
    [(_, data)] = ran(session, FIGURE)
    return data[VIEW]["model_id"]


def set_in_page(session, *change):
    session.events.clear()
    session.set(*change)
    return session.events


def traits(events):
    return {told["name"]: told["value"] for kind, told in events if kind == "trait"}


def test_what_is_picked_in_a_figure_is_there_in_python(session, model):
    told = traits(set_in_page(session, model, "index", 4))
    assert told.keys() <= {"outputs", "guess"} and len(told["outputs"]) == 10
    assert ran(session, "picker.index") == text("4")
    [(_, data)] = ran(session, MICROSCOPE)
    told = set_in_page(session, data[VIEW]["model_id"], "entry", ["W2", 1, 3])
    assert "entry" not in traits(told)  # a list there, a tuple here
    assert ran(session, "microscope.entry") == text("('W2', 1, 3)")


def test_what_python_sets_reaches_the_figure(session, model):
    told = traits(ran(session, "picker.index = 7\npicker.parameters = nn.initialize(seed=1)"))
    assert told["index"] == 7 and told["parameters"]["W1"]["shape"] == [784, 16]
    ran(session, "picker")  # a second time
    [seven] = [told for _, told in ran(session, "picker.index = 2") if told["name"] == "index"]
    assert seven == {"model_id": model, "name": "index", "value": 2}


@pytest.mark.parametrize("value", [9, -1, None, "a", {}, [1]])
def test_what_a_figure_refuses_is_told_and_the_page_hears_what_it_has(session, model, value):
    (kind, _), last = set_in_page(session, model, "index", value)
    assert kind == "error"
    assert last == ("trait", {"model_id": model, "name": "index", "value": 0})


def test_what_no_figure_has_is_not_set(session, model):
    assert set_in_page(session, model, "nonsense", 1) == []
    assert set_in_page(session, "another", "index", 1) == []
    assert ran(session, "hasattr(picker, 'nonsense')") == text("False")


def test_what_an_observer_prints_and_breaks_is_told(session, model):
    ran(session, "picker.observe(lambda change: print(change.new / 0), 'index')")
    kinds = [kind for kind, _ in set_in_page(session, model, "index", 4)]
    assert "error" in kinds and ran(session, "picker.index") == text("4")


def test_the_full_mnist_is_not_to_be_had_in_a_page(session, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "live" / "stand_in")
    monkeypatch.delitem(sys.modules, "pooch", raising=False)
    monkeypatch.delenv("NNLIB_MNIST", raising=False)
    [(_, told)] = ran(session, "import nnlib as nn\nnn.load_mnist()")
    assert MESSAGE.fullmatch(told.split("\nConnectionError: ")[1].strip())
