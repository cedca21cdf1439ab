"""The rules of the house: what a module may import, and how long a function may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nnlib

FOLDER = Path(nnlib.__file__).parent
CORE = {
    "network": {"checks"},
    "loss": {"checks"},
    "backpropagation": {"checks", "loss", "network"},
    "training": {"checks", "loss", "network", "backpropagation"},
}
MAY_IMPORT = CORE | {
    "checks": set(),
    "mnist": set(),
    "plots": {"checks"},
    "storage": {"checks", "network"},
}
FROM_OTHERS = {
    "mnist": {"numpy", "pooch", "requests"},
    "plots": {"numpy", "matplotlib"},
}


def tree_of(module):
    path = FOLDER / f"{module}.py"
    if not path.is_file():
        pytest.skip(f"there is no {path.name}")
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree):
    """Every module that is imported anywhere in the tree, with its dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "nnlib":
                yield from (f"nnlib.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_every_module_has_its_rule():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert modules <= set(MAY_IMPORT)
    assert modules >= set(MAY_IMPORT) - {"plots"}


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_a_module_imports_only_what_it_may(module):
    found = set(imports(tree_of(module)))
    own = {name.removeprefix("nnlib.") for name in found if name.split(".")[0] == "nnlib"}
    others = {name.split(".")[0] for name in found} - {"nnlib"} - set(sys.stdlib_module_names)
    assert own <= MAY_IMPORT[module]
    assert others <= FROM_OTHERS.get(module, {"numpy"})


def code_lines(function, source):
    """The number of lines of a function that hold code: no docstring, comment or blank line."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    described = range(first.lineno, first.end_lineno + 1) if documented else ()
    lines = range(function.lineno, function.end_lineno + 1)
    texts = [source[number - 1].strip() for number in lines if number not in described]
    return sum(1 for text in texts if text and not text.startswith("#"))


@pytest.mark.parametrize("module", sorted(CORE))
def test_no_function_of_the_core_is_longer_than_20_lines(module):
    source = (FOLDER / f"{module}.py").read_text(encoding="utf-8").splitlines()
    functions = [n for n in ast.walk(tree_of(module)) if isinstance(n, ast.FunctionDef)]
    assert functions
    lengths = {function.name: code_lines(function, source) for function in functions}
    assert {name: length for name, length in lengths.items() if length > 20} == {}


def test_import_is_light():
    code = "import sys, nnlib; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert {"nnlib", "numpy"} <= loaded
    heavy = {"matplotlib", "pooch", "requests", "torch", "sklearn"}
    assert not loaded & (heavy | {"anywidget", "ipywidgets", "traitlets", "IPython"})
