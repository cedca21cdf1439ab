"""What several files of tests use: places, texts of the book, refusals, parameters."""

import ast
import base64
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn

ROOT = Path(__file__).resolve().parents[1]
NNLIB = Path(nn.__file__).parent
CORE = ["network", "loss", "backpropagation", "training"]  # the mathematics
TEMPLATE = ROOT / "book" / "chapter-template.ipynb"  # of a new chapter, not a page
NOTEBOOKS = sorted(set((ROOT / "book").glob("*.ipynb")) - {TEMPLATE})
EQUATION_IN_CODE = re.compile(r"# (eq-[\w-]+)")
EQUATION_IN_BOOK = re.compile(r"^\$\$ \((eq-[\w-]+)\)$", re.MULTILINE)
MESSAGE = re.compile(r"expected .+; found .+\. [A-Z].+\.", re.DOTALL)
PYODIDE = json.loads((ROOT / "book" / "live" / "pyodide.json").read_text(encoding="utf-8"))
MANIFEST = re.compile(r"(?<=start_page\()\{.*\}(?=\);)")
FLOATS = [np.float64, np.float32]


def cells(path, kind):
    """The cells of a notebook that are of this kind, "code" or "markdown"."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def text_of_the_book():
    """Each page of prose, and each cell of prose of the notebooks."""
    for path in sorted((ROOT / "book").glob("*.md")):
        yield path.read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        for cell in cells(path, "markdown"):
            yield "".join(cell["source"])


def tree_of(path):
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


def refused(error, fragment, call, *arguments, **settings):
    """The message of a call that is refused with exactly this error: what was expected, what was
    found (the fragment is in it) and what to do."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call(*arguments, **settings)
    message = str(caught.value)
    assert type(caught.value) is error, message
    assert MESSAGE.fullmatch(message), message
    assert fragment in message
    return message


def parameters_of(seed, dtype=np.float64, hidden=16):
    """Parameters whose biases are not zero either."""
    rng = np.random.default_rng(seed)
    weights = nn.initialize(rng, hidden)
    biases = dict(b1=rng.standard_normal(hidden), b2=rng.standard_normal(10))
    return nn.Parameters(*(p.astype(dtype) for p in weights._replace(**biases)))


def bits(arrays):
    """All that there is to know of each array, to compare two lists of them."""
    return [(a.dtype, a.shape, a.tobytes()) for a in arrays]


def python_at_hand():
    """The folder with Python's files for pages, or None; a folder that is named has to be right."""
    from extensions.live import python_folder  # here, for mutation testing leaves out the build

    try:
        return python_folder(PYODIDE)
    except LookupError:
        if os.environ.get("NNLIB_PYODIDE"):
            raise
        return None


def from_cdn(script, pyodide=PYODIDE):
    """live.js as it was built with Python's files, made into what it is when built without them."""
    manifest = json.loads(MANIFEST.search(script)[0])
    for file in manifest["files"]:
        if file["name"] in pyodide["files"]:
            about = pyodide["files"][file["name"]]
            digest = base64.b64encode(bytes.fromhex(about["sha256"])).decode()
            file |= {"bytes": about["bytes"], "integrity": f"sha256-{digest}", "pieces": []}
    return MANIFEST.sub(lambda found: json.dumps(manifest | {"cdn": pyodide["cdn"]}), script)
