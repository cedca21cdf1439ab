"""How numbers, questions and marking schemes are written: Markdown with formulas."""

from string import ascii_lowercase

import numpy as np

from exam import QUESTIONS, answers, same

X, H, HA = r"\mathbf{x}", r"\mathbf{h}", r"\mathbf{h}_a"
Y, YA, T = r"\mathbf{y}", r"\mathbf{y}_a", r"\mathbf{t}"
W1, B1, W2, B2 = r"\mathbf{W}_1", r"\mathbf{b}_1", r"\mathbf{W}_2", r"\mathbf{b}_2"
DECIMALS = ("", "one decimal", "two decimals", "three decimals", "four decimals")


def slope(name):
    """The derivative of the loss with respect to what has this name."""
    return rf"\partial L / \partial {name}"


def number(value, places=None):
    """With so many decimals, or all that an exact number has; never a minus before 0."""
    text = f"{round(value, 10):.10g}" if places is None else f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def row(values, places=None):
    return "(" + r",\ ".join(number(value, places) for value in values) + ")"


def matrix(values, places=None):
    lines = (" & ".join(number(value, places) for value in line) for line in values)
    return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"


def said(value, places=None):
    """An answer, in Markdown."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"`{value}`"
    write = (number, row, matrix)[np.ndim(value)]
    return f"${write(value, places)}$"


def marks(count, sign=""):
    return f"{sign}{count} mark{'' if count == 1 else 's'}"


def table(header, lines):
    """A table in Markdown."""
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in rows)


def sheet():
    """What may be looked up during the examination."""
    powers = np.arange(-3, 4)
    shares = 1 / (1 + np.exp(-powers))
    values = table(
        ["$a$", *(f"${a}$" for a in powers)],
        [["$e^a$", *(number(v, 3) for v in np.exp(powers))],
         ["$S(a)$", *(number(v, 3) for v in shares)]],
    )  # fmt: skip
    logs = ", ".join(rf"$\log {a} = {number(np.log(a), 3)}$" for a in (2, 3, 5, 10))
    return (
        f"{values}\n\n{logs}. The logarithm is the natural one. Vectors are rows, entries and "
        f"digits are counted from 0, ${X}$, ${H}$, ${HA}$, ${Y}$, ${YA}$, ${T}$ and ${W1}$, "
        f"${B1}$, ${W2}$, ${B2}$ mean what they mean in the book, $S$ is the sigmoid, $\\sigma$ "
        "the softmax, and $\\eta$ the learning rate."
    )


def asked(part):
    """The task of a part with its marks and the decimals that it asks for."""
    rounding = f"; {DECIMALS[part.places]}" if part.places else ""
    return f"{part.task} *({marks(part.marks)}{rounding})*"


def parts_of(variant):
    return zip(ascii_lowercase, variant.parts)


def heading(k, name, variant):
    return f"## {k}. {QUESTIONS[name].title} ({marks(variant.marks)})"


def text_of(variant, picture):
    """The text above the parts, with the pictures; `picture` says where one is to be found."""
    shown = (f"![{alt}]({picture(name)})" for name, (alt, _) in variant.pictures.items())
    return "\n\n".join([variant.text, *shown])


def scheme(letter, part, variant):
    """What a marker has to know of a part: the answer, the marks, the slips and what follows."""
    found = answers(variant)
    lines = [f"**({letter})** *{marks(part.marks)}.*"]
    if part.find:
        off = f", {number(part.within)} more or less" if part.within else ""
        lines[0] += f" {said(found[part.name], part.places)}{off}"
    items = [f"- {marks(count)}: {sentence}" for count, sentence in part.steps]
    for slip in part.slips:
        after = answers(variant, slip)
        item = f"- {marks(slip.loses, '−')}: {slip.sentence}: {said(after[part.name], part.places)}"
        follows = [
            f"({later}) {said(after[other.name], other.places)}"
            for later, other in parts_of(variant)
            if other is not part and other.find
            and not same(after[other.name], found[other.name], other.tolerance)
        ]  # fmt: skip
        items.append(item + (f"; goes on to {', '.join(follows)}" if follows else ""))
    return "\n\n".join([*lines, "\n".join(items)])
