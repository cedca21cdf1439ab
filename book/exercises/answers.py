"""Judges answers that are numbers, shapes or choices, as the pages do, for those who mark a class.

The pages read what a person types and know more to say of a number that no slip leads to; what is
right, and which slip it is, is the same.
"""

import numbers


def hint_of(asked):
    """What the reader has to know of the form and the precision of an answer."""
    if asked["tolerance"]:
        return f"to within {100 * asked['tolerance']:g} %"
    hints = {"number": "a whole number", "shape": "a shape, like (2, 3)", "choice": ""}
    return hints[asked["kind"]]


def about(said, asked):
    """Whether what was said is the answer that `described` has, and sentences, in a pair."""
    label = asked["label"].rstrip("?")
    if said is ...:
        return False, [f"{label}: still empty."]
    if not has_form(said, asked):
        expected = hint_of(asked) or f"one of {', '.join(map(repr, asked['options']))}"
        if asked["tolerance"]:
            expected = f"a number, {expected}"
        return False, [f"{label}: expected {expected}; found {said!r}."]
    if agree(said, asked["value"], asked["tolerance"]):
        return True, [f"{label}: right."]
    for slip in asked["slips"]:
        if agree(said, slip["value"], asked["tolerance"]):
            return False, [f"{label}: not right yet. {slip['sentence']}"]
    return False, [f"{label}: not right yet."]


def has_form(said, asked):
    if asked["kind"] == "choice":
        return isinstance(said, str) and said in asked["options"]
    if asked["kind"] == "shape":
        return isinstance(said, tuple | list) and all(map(is_whole, said))
    return isinstance(said, numbers.Real) and not isinstance(said, bool)


def is_whole(size):
    return isinstance(size, numbers.Integral) and not isinstance(size, bool)


def agree(said, value, tolerance):
    """As answers.js has it for numbers."""
    if isinstance(value, tuple):
        return tuple(said) == value
    if isinstance(value, str):
        return said == value
    return abs(said - value) <= (tolerance + 1e-9) * abs(value)
