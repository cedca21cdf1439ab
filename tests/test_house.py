"""The rules of the house: what a module may import, and how long a function may be."""

import ast
import subprocess
import sys

import pytest

from shared import CORE, NNLIB, ROOT, imports, tree_of

MAY_IMPORT = {
    "network": {"checks"},
    "loss": {"checks"},
    "backpropagation": {"checks", "loss", "network"},
    "training": {"checks", "loss", "network", "backpropagation"},
    "checks": set(),
    "drawing": set(),
    "mnist": {"checks"},
    "plots": {"checks"},
    "storage": {"checks", "network"},
}
FROM_OTHERS = {
    "mnist": {"numpy", "pooch", "requests"},
    "plots": {"numpy", "matplotlib"},
}


def test_every_module_has_its_rule():
    modules = {path.stem for path in NNLIB.glob("*.py")} - {"__init__"}
    assert modules == set(MAY_IMPORT)


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_a_module_imports_only_what_it_may(module):
    found = set(imports(tree_of(NNLIB / f"{module}.py")))
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


@pytest.mark.parametrize("module", CORE)
def test_no_function_of_the_core_is_longer_than_20_lines(module):
    path = NNLIB / f"{module}.py"
    source = path.read_text(encoding="utf-8").splitlines()
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef)]
    assert functions
    lengths = {function.name: code_lines(function, source) for function in functions}
    assert {name: length for name, length in lengths.items() if length > 20} == {}


def test_no_function_of_a_module_begins_with_an_underscore():
    """What is for readers is on the API page; an underscore marks what a class keeps to itself."""
    tops = [node for path in NNLIB.rglob("*.py") for node in tree_of(path).body]
    names = [node.name for node in tops if isinstance(node, ast.FunctionDef)]
    assert [name for name in names if name.startswith("_")] == []


def test_import_is_light():
    code = "import sys, nnlib; print(*sys.modules)"
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert {"nnlib", "numpy"} <= loaded
    heavy = {"matplotlib", "pooch", "requests", "torch", "sklearn"}
    assert not loaded & (heavy | {"anywidget", "ipywidgets", "traitlets", "IPython"})


def asks_the_machine(node):
    return isinstance(node, ast.keyword) and node.arg in ("text", "universal_newlines") and (
        isinstance(node.value, ast.Constant) and node.value.value is True
    )


def test_what_a_program_prints_is_not_read_in_the_encoding_of_the_machine():
    names = "benchmarks", "book", "nnlib", "scripts", "teaching", "tests"
    folders = [ROOT / name for name in names]
    for path in [*ROOT.glob("*.py"), *(path for each in folders for path in each.rglob("*.py"))]:
        lines = [node.lineno for node in ast.walk(tree_of(path)) if asks_the_machine(node)]
        assert not lines, f"{path}, lines {lines}: say encoding=\"utf-8\" instead of text=True"


def test_no_two_files_of_tests_have_one_name():
    """pytest imports each by its name alone, and where Playwright is it collects both folders."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
