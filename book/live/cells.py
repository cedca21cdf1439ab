"""Runs the cells of a notebook, in the Python of a page or in any other, and tells what they show.

A module of its own, `live.pictures`, is the matplotlib backend that goes with it, and `stand_in`
has what the book imports and a page's Python cannot install.
"""

import ast
import io
import linecache
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout

METHODS = {
    "text/html": "_repr_html_", "text/markdown": "_repr_markdown_", "image/png": "_repr_png_",
}  # fmt: skip


class Session:
    """The cells of one notebook, with the names that they share.

    What they show goes to tell(kind, content) as it comes: "stdout" or "stderr" with a text,
    "data" with the forms of a value by media type, "error" with a traceback.
    """

    def __init__(self, tell):
        self.tell = tell
        self.names = {"__name__": "__main__"}

    def run(self, source, name):
        """Runs a cell, called `name` in tracebacks; returns whether it came to its end."""
        before, sys.displayhook = sys.displayhook, self.display
        with redirect_stdout(Stream(self, "stdout")), redirect_stderr(Stream(self, "stderr")):
            try:
                execute(source, name, self.names)
                if pyplot := sys.modules.get("matplotlib.pyplot"):
                    pyplot.show()  # what was drawn and not shown
            except Exception as error:
                own = error.__traceback__  # begins with this function and the next, not the cell's
                while own and own.tb_frame.f_globals is globals():
                    own = own.tb_next
                self.tell("error", "".join(traceback.format_exception(error.with_traceback(own))))
                return False
            finally:
                sys.displayhook = before
        return True

    def display(self, value):
        """Tells the forms of a value, as Python's prompt would print it; nothing of None."""
        if value is not None:
            self.tell("data", forms(value))


class Stream(io.TextIOBase):
    """Tells each text that is written."""

    def __init__(self, session, kind):
        self.session, self.kind = session, kind

    def write(self, text):
        self.session.tell(self.kind, text)
        return len(text)


def execute(source, name, names):
    """Executes a cell among the names; the value of its last expression goes to sys.displayhook.

    As in Jupyter, a semicolon after it keeps it back, and inspect.getsource finds what the cell
    defines.
    """
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = len(source), None, lines, name
    body, shown = ast.parse(source, name).body, []
    if body and isinstance(body[-1], ast.Expr):
        last = body[-1]
        rest = lines[last.end_lineno - 1].encode()[last.end_col_offset:]
        if not rest.lstrip().startswith(b";"):
            shown.append(body.pop())
    exec(compile(ast.Module(body, []), name, "exec"), names)
    exec(compile(ast.Interactive(shown), name, "single"), names)


def forms(value):
    """The forms of a value by media type, by the methods that Jupyter looks for."""
    if hasattr(value, "_repr_mimebundle_"):
        data, _ = value._repr_mimebundle_()
        return data
    methods = {kind: getattr(value, method, None) for kind, method in METHODS.items()}
    shown = {kind: method() for kind, method in methods.items() if method}
    return {kind: form for kind, form in shown.items() if form} | {"text/plain": repr(value)}
