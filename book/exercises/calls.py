"""One call of a function that a reader wrote: what it returns, or what came in between.

Nothing that it does disturbs who calls: arguments are copies, what it prints is kept, warnings are
counted, and a loop without end is ended. The lines of the reader's code are counted for that, and
not the time, so that the same function is always stopped at the same place.
"""

import contextlib
import io
import linecache
import sys
import traceback
import warnings
from typing import NamedTuple

import numpy as np

from nnlib.network import Parameters

LINES = 300_000  # explicit loops over all numbers of the small networks here take a tenth of it
NOT_READERS = sys.stdlib_module_names | {"exercises", "nnlib", "numpy"}  # whose lines they are


class Outcome(NamedTuple):
    """What a call returned; what kept it from that, in words; and what else there was to see."""

    value: object = None
    fault: str = ""
    endless: bool = False
    changed: tuple[str, ...] = ()  #: names of arguments that are others after the call
    printed: str = ""
    overflow: bool = False  #: numpy warned of one


class TooLong(BaseException):
    """Not an Exception, which a reader's code may catch."""


def call(function, arguments, keywords=None, lines=LINES):
    """The Outcome of function(*arguments.values(), **keywords), which may execute so many lines."""
    given = {name: copied(value) for name, value in arguments.items()}
    printed, value, error, before = io.StringIO(), None, None, sys.gettrace()
    with (
        contextlib.redirect_stdout(printed), np.errstate(all="warn"),
        warnings.catch_warnings(record=True) as warned,
    ):  # fmt: skip
        warnings.simplefilter("always")
        sys.settrace(counter(lines))
        try:
            value = function(*given.values(), **(keywords or {}))
        except (Exception, SystemExit, TooLong) as caught:
            error = caught
        finally:
            sys.settrace(before)
    return Outcome(
        value, described(error, lines) if error else "", isinstance(error, TooLong),
        tuple(differences(arguments, given)), printed.getvalue(),
        any("overflow" in str(warning.message) for warning in warned),
    )  # fmt: skip


def counter(left):
    """A function for sys.settrace that raises TooLong after so many lines of the reader's."""

    def trace(frame, event, argument):
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                raise TooLong
        return trace if event != "call" or is_readers(frame) else None

    return trace


def is_readers(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0] not in NOT_READERS


def described(error, lines):
    """The error, and the line of the reader's in which it came, in one sentence."""
    told = str(error).strip().rstrip(".") or "without a message"
    what = f"{type(error).__name__}: {told}"
    if isinstance(error, TooLong):
        what = f"after {lines:,} lines of Python it had not come to its end"
    places = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)
              if is_readers(frame)]  # fmt: skip
    if not places:
        return what
    frame, line = places[-1]
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    return f"{what}, in line {line}" + f", `{source}`" * bool(source)


def copied(value):
    if isinstance(value, Parameters):
        return Parameters(*map(np.copy, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def differences(before, after):
    """The names of the arrays that are others now; those of Parameters with their dot."""
    for name, old in before.items():
        new = after[name]
        if isinstance(old, Parameters):
            inner = zip(old._fields, old, new)
            yield from (f"{name}.{field}" for field, a, b in inner if not same(a, b))
        elif isinstance(old, np.ndarray) and not same(old, new):
            yield name


def same(a, b):
    return a.shape == b.shape and a.tobytes() == b.tobytes()
