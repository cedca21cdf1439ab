"""Every name that a text gives is a name of some code, and the API page has every public one."""

import ast
import builtins
import inspect
import io
import keyword
import pkgutil
import re
import tokenize

import numpy as np
import pytest

import nnlib as nn
from nnlib import plots, widgets
from nnlib.widgets.figure import Figure
from shared import NNLIB, NOTEBOOKS, ROOT, cells, tree_of

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "book").glob("*.md"))]
# And the pages beside them: glossary, notation. The others name much that is no code.
CHAPTERS = [*NOTEBOOKS, *(ROOT / "book" / f"{page}.md" for page in ("glossary", "notation"))]
MODULES = sorted(NNLIB.rglob("*.py"))
FOLDERS = ("nnlib", "book", "tests", "scripts", "teaching", "benchmarks")
IN_NNLIB = re.compile(r"(?<![\w.])(?:nn|nnlib)((?:\.[A-Za-z_]\w*)+)")
IMPORT = re.compile(r"from (nnlib[.\w]*) import ([\w, ]+)")
IN_CODE_TYPE = re.compile(r"(?<![}`])`([A-Za-z_][\w.]*)(?:\([^`]*\))?`(?!`)")  # no {role}`...`
WITH_UNDERSCORE = re.compile(r"(?<![\w./])[a-z]\w*_\w+\b(?!\.\w)")
ADVICE = "no code has this name (any longer): write the one that it has now"


def text_of(path, *kinds):
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n\n".join("".join(cell["source"]) for kind in kinds for cell in cells(path, kind))


def exists(name):
    """Whether a name such as nnlib.plots.show_digits leads to something, in code or to a style."""
    if (NNLIB / f"{name.removeprefix('nnlib.')}.mplstyle").is_file():
        return True
    try:
        pkgutil.resolve_name(name)
    except AttributeError:
        return False
    return True


def names_in(tree):
    """Every name that code gives or uses."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            if isinstance(name := getattr(node, field, None), str):
                yield from name.split(".")


@pytest.fixture(scope="module")
def known():
    """All names of the project's code, that of the chapters too, of Python and of numpy."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    trees = [tree_of(path) for path in files]
    for path in NOTEBOOKS:
        for cell in cells(path, "code"):
            trees.append(ast.parse("".join(cell["source"])))
    names = {name for tree in trees for name in names_in(tree)} | {path.stem for path in files}
    texts = {node.value for tree in trees for node in ast.walk(tree) if type(node) is ast.Constant}
    return names | texts | {*keyword.kwlist, *dir(builtins), *dir(np)}


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=lambda path: path.name)
def test_every_name_of_nnlib_in_a_text_exists(path):
    text = text_of(path, "markdown", "code")
    found = {f"nnlib{name}" for name in IN_NNLIB.findall(text)}
    for module, names in IMPORT.findall(text):
        found |= {f"{module}.{name.split()[0]}" for name in names.split(",") if name.strip()}
    wrong = sorted(name for name in found if not exists(name))
    assert wrong == [], f"{path.name}: {', '.join(wrong)}: {ADVICE}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_every_name_that_a_chapter_sets_in_code_type_exists(path, known):
    found = IN_CODE_TYPE.findall(text_of(path, "markdown"))
    wrong = sorted({name for name in found if not set(name.split(".")) <= known})
    assert wrong == [], f"{path.name}: {', '.join(wrong)}: {ADVICE}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(NNLIB)))
def test_every_name_in_a_docstring_a_message_or_a_comment_exists(path):
    """In code type it is one of this module, or what another defines: no attribute far away."""
    trees = [tree_of(module) for module in MODULES]
    stems = {module.stem for module in MODULES}
    names = {name for tree in trees for name in names_in(tree)} | stems
    defined = {node.name for tree in trees for node in tree.body if hasattr(node, "name")} | stems
    near = {*names_in(tree_of(path)), *defined, *dir(Figure)}
    tree, source = tree_of(path), path.read_text(encoding="utf-8")
    texts = [node.value for node in ast.walk(tree) if type(node) is ast.Constant]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts += [token.string for token in tokens if token.type == tokenize.COMMENT]
    text = "\n".join(part for part in texts if isinstance(part, str))
    wrong = {name for name in WITH_UNDERSCORE.findall(text) if not {*name.split(".")} <= names}
    wrong |= {name for name in IN_CODE_TYPE.findall(text) if not {*name.split(".")} <= near}
    assert not wrong, f"{path.name}: {', '.join(sorted(wrong))}: {ADVICE}"


def test_the_api_page_has_every_public_name_and_no_other():
    page = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"autoclass:: (\S+)", page))
    for module, members in re.findall(r"automodule:: (\S+)\n +:members: (.+)", page):
        listed |= {f"{module}.{member.strip()}" for member in members.split(",")}
    public = {f"{getattr(nn, name).__module__}.{name}" for name in nn.__all__}
    public |= {f"nnlib.widgets.{name}" for name in widgets.__all__}
    functions = inspect.getmembers(plots, inspect.isfunction)
    own = [f for _, f in functions if f.__module__ == "nnlib.plots"]
    public |= {f"nnlib.plots.{f.__name__}" for f in own if f.__doc__}
    assert sorted(public - listed) == [], "public, but not in book/api.md: add them there"
    assert sorted(listed - public) == [], "in book/api.md, but not public: see nnlib.__all__"
