"""Runs the cells of a notebook, in the Python of a page or in any other, and tells what they show.

A module of its own, `live.pictures`, is the matplotlib backend that goes with it, and `stand_in`
has what the book imports and a page's Python cannot install.
"""

import ast
import io
import linecache
import re
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace
from weakref import WeakValueDictionary

ROOM = 100_000  # for the letters that a cell shows; each text and each value takes also:
TEXT, VALUE = 50, 4_000
LINE = 4_000  # letters of a line that is told before its end
CUT = "The rest is left out: this cell shows more than a page can hold."
ASKED = (
    "A cell cannot ask for input here. Write the answer into the cell, for example name = 'Ada'."
)
NOTES = {  # what a page adds to an error, since its reader may be used to another Python
    MemoryError: "The page is out of memory: take smaller arrays, `del` what is not needed, or "
    "restart Python.",
    ModuleNotFoundError: "The Python of a page has what comes with Python, numpy, matplotlib and "
    "nnlib; it cannot get more.",
    FileNotFoundError: "The Python of a page sees none of your files: write the data into a cell.",
}
JUPYTER = re.compile(r"\s*(%{1,2}\w|!|\?|[\w.]+\?{1,2}\s*$)")
COMMAND = "A page has no commands of Jupyter, only Python: help(print) says what print does."
VIEW = "application/vnd.jupyter.widget-view+json"
FORMS = {"html": "text/html", "markdown": "text/markdown", "png": "image/png"}
OWN = rf'(?m)^[ |]*File "{re.escape(str(Path(__file__).parent))}.*\n(?:[ |]{{4,}}+(?!File ").*\n)*'


class Session:
    """The cells of one notebook, with the names that they share.

    What they show goes to tell(kind, content) as it comes: "stdout" or "stderr" with a text,
    "data" with the forms of a value by media type, "error" with a traceback, "cut" with a sentence
    where it is too much, "trait" with {model_id, name, value} when a figure in the page changes.
    """

    def __init__(self, tell):
        self.tell = tell
        self.names = {"__name__": "__main__"}
        self.figures = WeakValueDictionary()  # the interactive ones in the page, by model_id
        self.heard = None  # what the page has set, and need not hear

    def run(self, source, name):
        """Runs a cell, called `name` in tracebacks; returns whether it came to its end."""
        return self.attempt(execute, source, name, self.names)

    def set(self, model, trait, value):
        """Sets a trait to what it is in the page, which hears what becomes of it if it is other."""
        figure = self.figures.get(model)
        if figure and trait in figure.traits(sync=True):
            self.heard = model, trait, value
            self.attempt(setattr, figure, trait, value)
            self.follow(SimpleNamespace(owner=figure, name=trait))
            self.heard = None

    def attempt(self, call, *arguments):
        """Tells what a call shows, and its error; returns whether there was none."""
        self.room, self.streams = ROOM, [Stream(self, kind) for kind in ("stdout", "stderr")]
        before, error = (sys.displayhook, sys.stdin, sys.stdout, sys.stderr), ""
        sys.displayhook, sys.stdin = self.display, Stream(self, "stdin")
        sys.stdout, sys.stderr = self.streams
        try:
            call(*arguments)
        except BaseException as caught:
            error = described(caught)
        sys.displayhook, sys.stdin, sys.stdout, sys.stderr = before
        self.flush()
        if error:
            self.tell("error", error)
        return not error

    def flush(self):
        for stream in self.streams:
            stream.flush()

    def display(self, value):
        """Tells the forms of a value, as Python's prompt would print it; nothing of None."""
        if value is None:
            return
        self.flush()
        if self.room >= VALUE:
            data = forms(value)
            if VIEW in data:
                self.figures[value.model_id] = value
                value.observe(self.follow, list(value.traits(sync=True)))
            shown = {k: form[:ROOM] if isinstance(form, str) else form for k, form in data.items()}
            self.tell("data", shown)
            self.take(ROOM * (shown != data))
        self.take(VALUE)

    def take(self, size):
        """Takes room; once there is too little, something is left out, which is told once."""
        before, self.room = self.room, self.room - size
        if self.room < 0 <= before:
            self.tell("cut", CUT)

    def follow(self, change):
        """Tells what a trait has become, unless the page has said it."""
        figure, name = change.owner, change.name
        value = figure.get_state(name)[name]
        value = list(value) if isinstance(value, tuple) else value  # as a page has it
        if self.heard != (figure.model_id, name, value):
            self.tell("trait", {"model_id": figure.model_id, "name": name, "value": value})


class Stream(io.TextIOBase):
    """Tells what is written, line by line, and refuses to be asked."""

    def __init__(self, session, kind):
        self.session, self.kind, self.kept = session, kind, ""

    def write(self, text):
        if self.session.room < 0:
            return len(text)  # at once: a flood goes on
        self.kept += text
        if text.endswith("\n") or len(self.kept) > LINE:
            self.flush()
        return len(text)

    def flush(self):
        text, self.kept = self.kept, ""
        if shown := text[:max(self.session.room - TEXT, 0)]:
            self.session.tell(self.kind, shown)
        self.session.take(len(text) + TEXT * bool(text))

    def readline(self, size=-1):
        raise io.UnsupportedOperation(ASKED)


def described(error):
    """A traceback of the reader's lines and those that they call, without those of this folder."""
    for note in [note for kind, note in NOTES.items() if isinstance(error, kind)]:
        error.add_note(note)
    if isinstance(error, SyntaxError) and JUPYTER.match(error.text or ""):
        error.add_note(COMMAND)
    text = re.sub(OWN, "", "".join(traceback.format_exception(error)))
    return text if len(text) < ROOM else f"{text[:ROOM // 2]}\n...\n{text[-ROOM // 2:]}"


def execute(source, name, names):
    """Executes a cell among the names; the value of its last expression goes to sys.displayhook.

    As in Jupyter, a semicolon after it keeps it back, figures that were drawn are shown, and
    inspect.getsource finds what the cell defines.
    """
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = len(source), None, lines, name
    body, shown = compile(source, name, "exec", ast.PyCF_ONLY_AST).body, []
    if body and isinstance(body[-1], ast.Expr):
        last = body[-1]
        rest = lines[last.end_lineno - 1].encode()[last.end_col_offset:]
        if not rest.lstrip().startswith(b";"):
            shown.append(body.pop())
    try:
        exec(compile(ast.Module(body, []), name, "exec"), names)
        exec(compile(ast.Interactive(shown), name, "single"), names)
    finally:
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.show()


def forms(value):
    """The forms of a value by media type, by the methods of its class that Jupyter looks for."""
    kind = type(value)
    if hasattr(kind, "_repr_mimebundle_"):
        data = value._repr_mimebundle_()
        return data[0] if isinstance(data, tuple) else data
    methods = {form: getattr(kind, f"_repr_{name}_", None) for name, form in FORMS.items()}
    shown = {form: method(value) for form, method in methods.items() if method}
    return {form: text for form, text in shown.items() if text} | {"text/plain": repr(value)}
