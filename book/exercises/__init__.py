"""What the exercises of the book ask for: every answer, and every slip that is known to lead to
another one, is computed by a function of its own. One module a chapter.

    @answer(tolerance=0.002)
    def share_of_the_second():
        "The share of the second output"
        return float(softmax(outputs())[1])

    @slip(share_of_the_second)
    def share_of_the_other():
        "That is the share of the first output."
        return float(softmax(outputs())[0])

The docstring of an answer is the label of its box; that of a slip is the sentence that the reader
is told: what was probably done, and what to look at. `<!-- answer: share_of_the_second -->` below
the task, in the notebook, is where the box stands. The pages and the tests ask `described`.
Numbers that can be others for each student are arguments, see variants.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from inspect import signature

import numpy as np

from nnlib import load_sample


@dataclass
class Answer:
    """One answer: what computes it, and what computes each slip."""

    compute: Callable
    tolerance: float  #: relative; 0 where the answer is whole numbers or a choice
    options: tuple[str, ...]
    slips: list[Callable] = field(default_factory=list)


ANSWERS: dict[str, Answer] = {}
sample = cache(load_sample)


def answer(tolerance=0.0, options=()):
    """Registers the decorated function, whose value is a number, a shape, or one of the options."""

    def register(function):
        ANSWERS[function.__name__] = Answer(function, tolerance, options)
        return function

    return register


def slip(of):
    """Registers the decorated function as a slip on the way to the answer `of`."""

    def register(function):
        ANSWERS[of.__name__].slips.append(function)
        return function

    return register


def plain(value):
    """A number of numpy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def standard(compute):
    """The book's numbers that an answer is computed from: name of the argument -> its default."""
    return {name: one.default for name, one in signature(compute).parameters.items()}


def described(name, **numbers):
    """All that a page has to know of the answer, in the types of JSON; with numbers in place of the
    book's, all that there is to know of a variant.

    Raises LookupError for a name that no answer has, TypeError for a number that it does not take,
    and ValueError for a fraction without a tolerance or a choice that is no option.
    """
    if name not in ANSWERS:
        raise LookupError(
            f"expected the name of an answer, one of {', '.join(ANSWERS)}; found {name}. "
            "Write it as in book/exercises/, or add a function there."
        )
    answer = ANSWERS[name]
    numbers = standard(answer.compute) | numbers
    value = plain(answer.compute(**numbers))
    kind = {tuple: "shape", str: "choice"}.get(type(value), "number")
    if kind == "number" and not answer.tolerance and value != int(value):
        raise ValueError(
            f"expected a tolerance for {name}, whose answer is no whole number; found none. "
            "Give it, as in @answer(tolerance=0.01)."
        )
    if kind == "choice" and value not in answer.options:
        raise ValueError(
            f"expected {name} to return one of its options {answer.options}; found {value!r}. "
            "Write it as it stands there."
        )
    return {
        "name": name, "label": answer.compute.__doc__.format(**numbers), "kind": kind,
        "value": value, "tolerance": answer.tolerance, "options": answer.options,
        "slips": [
            {"value": plain(slip(**{one: numbers[one] for one in signature(slip).parameters})),
             "sentence": slip.__doc__.format(**numbers)} for slip in answer.slips
        ],
    }  # fmt: skip


for chapter in (
    "digits", "forward", "loss", "backpropagation", "training", "more_testing", "inside",
):  # fmt: skip
    import_module(f"{__name__}.{chapter}")
