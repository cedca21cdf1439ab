"""Every equation has a check and every check an equation; all hold, and wrong ones are rejected."""

import ast
import math
import re
from importlib import import_module
from types import CodeType

import numpy as np
import pytest

from equations import CHECKS, distance
from shared import (
    EQUATION_IN_BOOK,
    EQUATION_IN_CODE,
    NNLIB,
    NOTEBOOKS,
    ROOT,
    cells,
    text_of_the_book,
)

STEPS = "See CONTRIBUTING.md, An equation, with its check"


def test_every_equation_has_a_check_and_every_check_an_equation():
    in_book = {name for text in text_of_the_book() for name in EQUATION_IN_BOOK.findall(text)}
    checked = {check.equation for check in CHECKS}
    assert in_book - checked == set(), (
        f"book/equations/: expected a check of every equation; found none of {in_book - checked}. "
        f"{STEPS}, steps 3 and 4."
    )
    assert checked - in_book == set(), (
        f"book/: expected $$ (eq-name) below every equation that has a check; found none of "
        f"{checked - in_book}. {STEPS}, step 1."
    )


def test_the_checks_of_every_module_are_made():
    modules = {path.stem for path in (ROOT / "book" / "equations").glob("*.py")} - {"__init__"}
    made = {check.measure.__module__.removeprefix("equations.") for check in CHECKS}
    assert modules == made, (
        "book/equations/__init__.py: expected every module beside it in the list at its end, and a "
        f"check in each; found none of {sorted(modules - made)}. {STEPS}, step 4."
    )


def test_the_ledger_has_the_checks_as_they_are():
    [table] = [
        "".join(output["data"]["text/markdown"])
        for cell in cells(ROOT / "book" / "equation-ledger.ipynb", "code")
        for output in cell["outputs"] if "text/markdown" in output.get("data", {})
    ]  # fmt: skip
    stored = re.findall(r"`(eq-[\w-]+)`: (.+?) \|", table)
    assert stored == [(check.equation, check.told()) for check in CHECKS], (
        "book/equation-ledger.ipynb: expected a row of each check; found others. Run it again. "
        f"{STEPS}, step 5."
    )


each_check = pytest.mark.parametrize(
    "check", CHECKS, ids=lambda check: f"{check.equation}: {check.how}"
)


@each_check
def test_equation_holds(check):
    error = check.error()
    assert math.isfinite(error)
    assert 0 <= error <= check.tolerance
    assert check.tolerance <= 1e-3, "a tolerance that nearly everything would pass"


@each_check
def test_wrong_variants_of_an_equation_are_rejected(check):
    accepted = [what for what, formula in check.wrong.items() if not check.rejects(formula)]
    assert accepted == [], (
        f"{check.equation}, {check.how}: expected an error above {100 * check.tolerance:.0e} of "
        f"each wrong variant; found less with {accepted}. {STEPS}, step 3."
    )


def test_distance_refuses_what_broadcasting_would_hide():
    with pytest.raises(ValueError, match="expected the shape"):
        distance(np.ones((16, 16)), np.ones((1, 16)))


def test_distance_of_nan_is_no_pass():
    assert not distance([np.nan], [1.0]) <= 1


NUMBERS = re.compile(
    r"[a-z]_\d &?(=|\\approx)|\\(begin|end)\{[a-z]+\}|\\[a-z]+|% narrow$", re.MULTILINE
)
PROOFS = {"forward-18-proof"}  # the steps from one side of eq-symmetry to the other


def displays(text):
    """Each displayed formula and its name, "" where it has none."""
    return re.findall(r"^\$\$\n(.*?)^\$\$(?: \((eq-[\w-]+)\))?$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_displayed_has_a_name_unless_it_is_an_example_in_numbers(path):
    for cell in cells(path, "markdown"):
        text = "".join(cell["source"])
        found = displays(text)
        assert len(re.findall(r"^\$\$", text, re.MULTILINE)) == 2 * len(found)
        for formula, name in found:
            in_numbers = not re.search("[a-zA-Z]", NUMBERS.sub("", formula))
            assert name or in_numbers or cell["id"] in PROOFS, (
                f"book/{path.name}, cell {cell['id']}: expected a name, and so a check, of each "
                f"displayed formula; found none of\n{formula}{STEPS}, step 1."
            )


OTHER = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.MatMult: "*"}
NAMED = [
    pytest.param(path, number, name, id=name)
    for path in sorted(NNLIB.glob("*.py"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    for name in EQUATION_IN_CODE.findall(line)
]


def alternatives(node, text):
    """What could stand in place of a part of a line by mistake; text(part) is how it is written."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            left, right = f"({text(left)})", f"({text(right)})"
            yield from (left, right, f"{left} {OTHER[type(op)]} {right}")
            if isinstance(op, ast.MatMult):
                yield f"{right} @ {left}"
                yield from (f"{left}.T @ {right}", f"{left} @ {right}.T")
        case ast.Attribute(attr="T", value=value):
            yield text(value)
        case ast.Constant(value=int(value)):
            yield str(value + 1)
        case ast.Call(func=ast.Attribute(attr="sum" | "mean" as name)):
            called = text(node.func)
            other = {"sum": "mean", "mean": "sum"}[name]
            yield called.removesuffix(name) + other + text(node).removeprefix(called)
        case ast.Call(func=ast.Name(id="sigmoid" | "softmax"), args=[argument]):
            yield text(argument)


def changed(source, number):
    """A source with one change after another in the line of this number."""
    lines = source.splitlines()
    line = lines[number - 1]
    nodes = [node for node in ast.walk(ast.parse(source)) if getattr(node, "lineno", 0) == number]
    found = {}
    for node in nodes:
        if isinstance(node, ast.AugAssign):
            found[line.replace("-=", "+=")] = None
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return):
            tuple_of = getattr(node.value, "elts", [node.value])
            new = [(part, form.format(ast.get_source_segment(source, part)))
                   for part in tuple_of for form in ("2 * ({})", "-({})", "1 + ({})")]  # fmt: skip
        else:
            new = [(node, other) for other in
                   alternatives(node, lambda part: ast.get_source_segment(source, part))]
        for part, other in new:
            found[f"{line[:part.col_offset]}({other}){line[part.end_col_offset:]}"] = None
    for other in found:
        yield other, "\n".join([*lines[: number - 1], other, *lines[number:]])


def notices(check):
    try:
        return not check.error() <= check.tolerance
    except Exception:  # what a changed line raises is noticed too
        return True


@pytest.mark.slow
@pytest.mark.parametrize("path, number, name", NAMED)
def test_a_change_of_a_line_is_noticed_by_the_check_of_its_equation(
    path, number, name, monkeypatch
):
    module, source = import_module(f"nnlib.{path.stem}"), path.read_text(encoding="utf-8")
    [function] = [
        node.name for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.lineno <= number <= node.end_lineno
    ]  # fmt: skip
    checks = [check for check in CHECKS if check.equation == name]
    assert not any(notices(check) for check in checks)
    unnoticed, changes = [], list(changed(source, number))
    for line, text in changes:
        compiled = compile(text, path.name, "exec")
        [code] = [one for one in compiled.co_consts
                  if isinstance(one, CodeType) and one.co_name == function]  # fmt: skip
        monkeypatch.setattr(getattr(module, function), "__code__", code)
        if not any(notices(check) for check in checks):
            unnoticed.append(line.strip())
        monkeypatch.undo()
    assert len(changes) >= 3
    assert unnoticed == [], (
        f"nnlib/{path.name}, line {number}: expected the check of {name} to notice every change of "
        f"it; it holds with {unnoticed}. Let it call this line. {STEPS}, step 3."
    )
