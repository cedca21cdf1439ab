"""Twenty questions for an examination on the book, each in as many variants as there are seeds.

    from exam import variant
    variant("softmax", seed=7)

draws the numbers of one variant; its answers, and what is known to come out after a slip, are
computed from them. `scripts/make_exam.py` writes papers and marking schemes. One module a part of
the book; a question is a function of a generator under `@question(title, *sections)` that returns a
Variant.

A part of a question computes its answer from the numbers given and from the answers of the parts
before it, a slip computes what comes out in its place. So what follows from a slip, for one who
then goes on rightly, is known too: a mistake costs marks once.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from itertools import combinations
from types import SimpleNamespace

import numpy as np

TRIES = 500  # of drawing a fair variant: the least lucky question needs some ten
EDGE = 0.1  # of a unit in the last place: as near as this to a half nothing may lie


@dataclass(frozen=True)
class Slip:
    """A mistake that is known: the marks that it costs, what was done, and what comes out."""

    loses: int
    sentence: str
    find: Callable


@dataclass(frozen=True)
class Part:
    """What is asked for under one letter.

    `steps` are the marks, each with what earns it. An answer that can be computed has a `name`, by
    which later parts find it, and `find`, a function of the numbers given and the earlier answers:
    it returns a number, an array, a shape or a text. `places` are the decimals that are asked for,
    none where the answer is exact, and `within` is how far off a reading may be.
    """

    task: str
    steps: list[tuple[int, str]]
    name: str = ""
    find: Callable | None = None
    places: int | None = None
    slips: list[Slip] = field(default_factory=list)
    within: float = 0

    @property
    def marks(self):
        return sum(marks for marks, _ in self.steps)

    @property
    def tolerance(self):
        """How far from the answer full marks are given: one unit in the last place."""
        return self.within or (0 if self.places is None else 10.0**-self.places)


@dataclass(frozen=True)
class Variant:
    """One drawing of a question: its text, the numbers given, its parts, and its pictures."""

    text: str
    parts: list[Part]
    given: dict = field(default_factory=dict)
    typed: str = ""  # which of these numbers stand in a cell of the notebook, ready to compute
    pictures: dict[str, tuple[str, Callable]] = field(default_factory=dict)  # its text, its drawing

    @property
    def marks(self):
        return sum(part.marks for part in self.parts)


@dataclass(frozen=True)
class Question:
    title: str
    sections: tuple[str, ...]  # whose objectives it examines, as teaching/course.toml has them
    draw: Callable


QUESTIONS: dict[str, Question] = {}
SETS = {  # papers of some 90 marks
    "first-half": [
        "forward_pass", "shares_and_shift", "parameters", "exactly_one", "hidden_unit",
        "cross_entropy", "confusion", "trust",
    ],
    "second-half": [
        "outputs_minus_target", "shapes", "gradient_by_hand", "gradient_of_a_batch",
        "find_the_fault", "one_step", "equal_units", "loss_curve",
    ],
    "whole": [
        "forward_pass", "exactly_one", "cross_entropy", "outputs_minus_target",
        "gradient_by_hand", "gradient_check", "rates", "trust",
    ],
    "again": [
        "shares_and_shift", "squared_error", "shapes", "paths", "gradient_of_a_batch",
        "find_the_fault", "one_step", "loss_curve",
    ],
}  # fmt: skip


def question(title, *sections):
    """Registers the decorated function of a generator, which draws a Variant."""

    def register(function):
        QUESTIONS[function.__name__] = Question(title, sections, function)
        return function

    return register


def answers(variant, slip=None):
    """The answer of each part that has one, by name: after this slip, if there is one."""
    v = SimpleNamespace(**variant.given)
    found = {}
    for part in variant.parts:
        if part.find:
            find = slip.find if slip in part.slips else part.find
            found[part.name] = find(v)
            setattr(v, part.name, found[part.name])
    return found


def same(one, other, tolerance):
    """Whether two answers are the same, numbers as nearly as the tolerance asks."""
    if isinstance(one, str | tuple) or isinstance(other, str | tuple):
        return one == other
    one, other = np.asarray(one, float), np.asarray(other, float)
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= tolerance + 1e-9))


def unfair(variant):
    """What speaks against a variant, in sentences: none if it is fair.

    No answer may lie on the edge where it is rounded, or depend on whether the earlier ones were
    rounded; and of the answer and what comes out after its slips no two may be taken for each
    other.
    """
    found, rounded = answers(variant), SimpleNamespace(**variant.given)
    sentences = []
    for part in filter(lambda part: part.find, variant.parts):
        value, places = found[part.name], part.places
        if places is not None:
            units = np.asarray(value, float) * 10.0**places
            if np.any(np.abs(units % 1 - 0.5) < EDGE):
                sentences.append(f"{part.name} lies on the edge of its rounding: {value}")
            if not same(part.find(rounded), value, part.tolerance):
                sentences.append(f"{part.name} depends on how the answers before it are rounded")
        setattr(rounded, part.name, value if places is None else np.round(value, places))
        others = [answers(variant, slip)[part.name] for slip in part.slips]
        for one, other in combinations([value, *others], 2):
            if same(one, other, 2 * part.tolerance):
                sentences.append(f"{part.name}: {one} may be taken for {other}")
    return sentences


def variant(name, seed):
    """The variant of a question that belongs to a seed, whatever else is in the paper.

    Raises LookupError for a name that no question has.
    """
    if name not in QUESTIONS:
        raise LookupError(
            f"expected the name of a question, one of {', '.join(QUESTIONS)}; found {name}. "
            "Write it as in teaching/exam/, or add a question there."
        )
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    for _ in range(TRIES):
        drawn = QUESTIONS[name].draw(rng)
        if not (reasons := unfair(drawn)):
            return drawn
    raise RuntimeError(
        f"expected a fair variant of {name} among {TRIES}; found none, the last because "
        f"{reasons[0]}. Draw other numbers in its function."
    )


for part_of_the_book in ("outputs", "loss", "back", "training", "testing"):
    import_module(f"{__name__}.{part_of_the_book}")
