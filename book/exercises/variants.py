"""Exercises with other numbers, by a seed: the same code as the book's with other arguments.

    @answer()
    def pixel_number(row=20, column=7):
        "The pixel in row {row}, column {column} has the number"
        return 28 * row + column

    @vary(pixel_number, row=range(2, 27), column=range(2, 27))
    def place_of_a_pixel(row, column):
        return (f"row {row}, column {column}",)

A number that may be another is an argument of the answer; its default is the book's. The function
that is decorated says where the numbers stand in the task: with the defaults, each of its texts is
there once. A sequence is what is chosen from; a function draws with the Generator that it is given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

import numpy as np

from exercises import ANSWERS, described, standard

TRIES = 1000


@dataclass
class Variant:
    """An exercise whose numbers may be others."""

    texts: Callable  #: the pieces of the task in which the numbers stand
    answers: tuple[str, ...]
    choices: dict


VARIANTS: dict[str, Variant] = {}  # name of an answer -> the exercise that asks for it


def vary(*answers, **choices):
    """Registers the decorated function as what the task of these answers says of their numbers."""

    def register(texts):
        variant = Variant(texts, tuple(one.__name__ for one in answers), choices)
        VARIANTS.update(dict.fromkeys(variant.answers, variant))
        return texts

    return register


def book_numbers(variant):
    return {k: v for name in variant.answers for k, v in standard(ANSWERS[name].compute).items()}


def draw(variant, seed):
    """The numbers of an exercise for a seed, a whole number: none at which an answer is 0 or a slip
    leads to it."""
    rng = np.random.default_rng([seed, crc32(variant.texts.__name__.encode())])
    for _ in range(TRIES):
        numbers = {
            name: choice(rng) if callable(choice) else choice[rng.integers(len(choice))]
            for name, choice in variant.choices.items()
        }
        if all(tells_apart(described(name, **taken(name, numbers))) for name in variant.answers):
            return numbers
    raise RuntimeError(
        f"expected numbers for {variant.texts.__name__} at which no slip leads to the answer; "
        f"found none in {TRIES} draws. Give vary other ones to choose from."
    )


def taken(name, numbers):
    return {k: numbers[k] for k in standard(ANSWERS[name].compute)}


def own_numbers(name, seed):
    """What an answer is to be computed from, for a seed: {} where its numbers are the book's."""
    return taken(name, draw(VARIANTS[name], seed)) if name in VARIANTS else {}


def tells_apart(asked):
    """Whether the answer and its slips, as `described` has them, are told apart."""
    values = [asked["value"], *(slip["value"] for slip in asked["slips"])]
    is_zero = asked["tolerance"] and abs(asked["value"]) < 1e-6
    return not is_zero and all(
        differ(*pair, asked["tolerance"]) for pair in combinations(values, 2)
    )


def differ(one, other, tolerance):
    """Whether nothing that is near enough to the one is near enough to the other."""
    if isinstance(one, str | tuple):
        return one != other
    return abs(one - other) > tolerance * (abs(one) + abs(other))


def reworded(task, names, seed):
    """The text of a task that asks for the answers of these names, with the numbers of a seed.

    Raises ValueError for a task in which the book's numbers do not stand once where they should.
    """
    asked = [VARIANTS[name] for name in names if name in VARIANTS]
    for variant in {variant.texts: variant for variant in asked}.values():
        own = variant.texts(**draw(variant, seed))
        for old, new in zip(variant.texts(**book_numbers(variant)), own):
            if task.count(old) != 1:
                raise ValueError(
                    f"expected {old!r} once in the task of {variant.answers[0]}; found it "
                    f"{task.count(old)} times in {task!r}. Make {variant.texts.__name__}() say "
                    "what stands there."
                )
            task = task.replace(old, new)
    return task
