"""The machine check of every equation of the book: the ledger page and the tests run them.

One module a chapter. A check is a function of the formula that it tests: it computes what the
formula says, finds the same in an independent way, and returns how far the two are apart, relative
to their size. The right formula must pass. Wrong ones, each named by what is wrong with it, go
through the same code and must be rejected, so that a check that cannot fail is found:

    @check("eq-dS", "central differences of the sigmoid", 1e-8,
           lambda h: sigmoid(h) * (1 - sigmoid(h)),
           wrong={"1 + S for 1 - S": lambda h: sigmoid(h) * (1 + sigmoid(h))})
    def slope_of_sigmoid(formula):
        h = np.linspace(-8, 8, 33)
        return distance(formula(h), [derivative(sigmoid, value) for value in h])

Where a line of nnlib computes the equation, nnlib is called; where a chapter has a function for it,
that function is taken from the notebook by `of_chapter`; and the independent way uses neither.
"""

import ast
import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Check(NamedTuple):
    """One equation, how it is checked, and how large the error of the right formula may be."""

    equation: str
    how: str
    tolerance: float
    formula: Callable
    wrong: dict[str, Callable]  #: what is wrong -> the formula with this mistake
    measure: Callable[[Callable], float]  #: the error of a formula

    def error(self):
        """The error of the right formula."""
        return self.measure(self.formula)

    def rejects(self, formula):
        """Whether a formula is wrong beyond doubt: by 100 tolerances, or because of its shape."""
        try:
            return not self.measure(formula) <= 100 * self.tolerance  # in this form NaN is wrong
        except ValueError:  # by which numpy, and `distance`, refuse shapes
            return True

    def told(self):
        """How it is checked, and which wrong variants are rejected, as the ledger says it."""
        rejected = [what for what, formula in self.wrong.items() if self.rejects(formula)]
        return f"{self.how}. Rejects: *{'; '.join(rejected) or 'nothing'}*"


CHECKS: list[Check] = []


def check(equation, how, tolerance, formula, wrong):
    """Registers the decorated function as a check; it takes a formula and returns its error."""

    def register(measure):
        CHECKS.append(Check(equation, how, tolerance, formula, wrong, measure))
        return measure

    return register


def distance(found, expected):
    """The largest difference of two arrays, relative to the largest entry of the second.

    Raises ValueError where the shapes differ: broadcasting would hide a mistake.
    """
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        raise ValueError(f"expected the shape {expected.shape}; found {found.shape}")
    return float(np.max(np.abs(found - expected)) / max(np.max(np.abs(expected)), 1e-300))


def derivative(function, at, step=6e-6):
    """The derivative of a function of one array by central differences.

    For a function with values of shape (m,) and an array of shape (k,) the result is the Jacobian
    (m, k); for a function with a number as its value it has the shape of the array.
    """
    at = np.array(at, dtype=float)
    columns = []
    for i in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[i] += step
        down[i] -= step
        columns.append((np.asarray(function(up)) - np.asarray(function(down))) / (2 * step))
    result = np.stack(columns, axis=-1)
    return result.reshape(at.shape) if result.ndim == 1 else result


def of_chapter(chapter, name, **given):
    """What the code of a chapter makes of `name`, run alone: a function, or what a line assigns.

    The first statement that begins a line of a cell with `def name` or `name = ` is run with the
    imports and functions that it refers to; the values of its other names are `given`. Raises
    LookupError where there is none.
    """
    names = dict(given)
    statements = statements_of(chapter)
    for statement in statements:
        if name in bound(statement, ast.FunctionDef | ast.Assign):
            run(statement, statements, names)
            return names[name]
    raise LookupError(
        f"expected def {name} or {name} = at the beginning of a line of book/{chapter}.ipynb; "
        "found neither. Name what the chapter has now."
    )


@cache
def statements_of(chapter):
    """The statements of all cells of code of a chapter, outside functions, loops and conditions."""
    path = Path(__file__).parents[1] / f"{chapter}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [statement for source in code for statement in ast.parse(source).body]


def bound(statement, kinds):
    """The names that a statement binds, if it is of one of these kinds."""
    match statement:
        case ast.FunctionDef(name=name) if isinstance(statement, kinds):
            return {name}
        case ast.Assign(targets=targets) if isinstance(statement, kinds):
            return {node.id for target in targets for node in ast.walk(target)
                    if isinstance(node, ast.Name)}  # fmt: skip
        case ast.Import(names=names) | ast.ImportFrom(names=names) if isinstance(statement, kinds):
            return {alias.asname or alias.name.split(".")[0] for alias in names}
    return set()


def run(statement, statements, names):
    """Runs a statement among the names, after the imports and functions that it refers to."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id not in names:
            for other in statements:
                if node.id in bound(other, ast.Import | ast.ImportFrom | ast.FunctionDef):
                    names[node.id] = None  # so that functions that call each other come to an end
                    run(other, statements, names)
                    break
    exec(compile(ast.Module([statement], []), "a cell", "exec"), names)


for chapter in (
    "digits", "forward", "loss", "backpropagation", "training", "more_testing", "inside", "beyond",
):  # fmt: skip
    import_module(f"{__name__}.{chapter}")
