"""Gives each page with code a Python of its own: its files, the code of the book, a list of both.

Pages load the files as scripts, piece by piece, when their reader asks for it: that also works from
disk, where nothing else can be read. Pyodide's own files are in the book where they are at hand.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pooch
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from extensions.execution import files_of
from nnlib.checks import as_path
from nnlib.widgets.figure import javascript

PYODIDE, STATIC = "book/live/pyodide.json", "book/static"
BYTECODE = Path(__file__).with_name("bytecode.cjs")
PIECE = 2**20  # letters of base64
NEEDED = re.compile(r"nnlib/|book/(equations|exercises|live)/.*(\.py|fontlist\.json)$")  # by cells
EXPORT = re.compile("^export ", re.MULTILINE)
LOGGER = logging.getLogger(__name__)

BAR = """<div class="live-bar" role="group" aria-label="Code">
<button type="button">Run the code in this page</button>
<button type="button" hidden>Restart Python</button>
<button type="button" hidden>Start over</button>
<span class="live-line"><progress aria-label="fetched" hidden></progress>
<span role="status"></span> <span class="live-clock"></span></span></div>
"""
ROW = """<div class="live-row"><span>{cell}</span>
<button type="button" aria-label="Run {cell}">Run</button>
<button type="button" aria-label="Run all above {cell}" hidden>Run all above</button>
<button type="button" aria-label="Start over {cell}" hidden>Start over</button>
<span class="live-state"></span></div>
"""


def joined(path, call=""):
    """A script of the pages and all that it imports, which from disk they could not, and a call."""
    text = EXPORT.sub("", javascript(path.name, path.parent))
    return f"(() => {{\n{text}{call}}})();\n"


def python_folder(pyodide):
    """The folder with Pyodide's files, as they should be: the one that is named, or the cache.

    Raises LookupError for the first file that is missing there, or another one.
    """
    cache = pooch.os_cache("nnlib") / f"pyodide-{pyodide['version']}"
    folder = as_path(os.environ.get("NNLIB_PYODIDE") or cache)
    none = "no such file" if folder.is_dir() else "no such folder"
    for name, about in pyodide["files"].items():
        found = pooch.file_hash(folder / name) if (folder / name).is_file() else none
        if found != about["sha256"]:
            raise LookupError(
                f"expected {name} with the sha256 {about['sha256']} in {folder}; found {found}. "
                "Run python scripts/get_python.py, or name a folder that has all files of "
                f"{PYODIDE} in NNLIB_PYODIDE."
            )
    return folder


def compiled(pyodide, folder, kept):
    """The archives among Pyodide's files by name, with bytecode in the place of source, which
    Python then need not compile in each page: a build makes them once, and only where Node is."""
    names = [name for name in pyodide["files"] if name.endswith((".whl", ".zip"))]
    asked = json.dumps([pyodide["files"], BYTECODE.read_text(encoding="utf-8")])
    target = kept / hashlib.sha256(asked.encode()).hexdigest()[:8]
    node = shutil.which("node")
    if node and not target.exists():
        LOGGER.info("Python's own modules are compiled for the pages, once.")
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as own:
            new = Path(own, "compiled")
            new.mkdir()
            command = [node, BYTECODE, folder, new, *names]
            done = subprocess.run(command, capture_output=True, encoding="utf-8")
            if done.returncode:
                LOGGER.info(f"They remain as they are: {done.stderr.strip()}")
            else:
                new.rename(target)  # at once: a build that is stopped leaves no half of it
    return {name: (target / name).read_bytes() for name in names} if target.exists() else {}


def book_zip(root):
    """What cells need of the book, as a zip file: packages, and the code of the chapters."""
    contents = {name: (root / name).read_bytes() for name in files_of(root) if NEEDED.match(name)}
    for path in root.glob("book/[0-9]*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        code = [{"cell_type": "code", "source": c.source} for c in cells if c.cell_type == "code"]
        contents[f"book/{path.name}"] = json.dumps({"cells": code})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(name), contents[name])  # of no date: always the same
    return packed.getvalue()


def pieces(name, content, target):
    """The scripts that hold a file, base64 of its gzip, written unless they are there."""
    stem = f"{name}-{hashlib.sha256(content).hexdigest()[:8]}"
    if not (target / f"{stem}.0.js").exists():
        letters = base64.b64encode(gzip.compress(content, mtime=0)).decode()
        for k in reversed(range(-(-len(letters) // PIECE))):  # so that 0 is there when all are
            text = f'python_piece("{name}", {k}, "{letters[k * PIECE : (k + 1) * PIECE]}");\n'
            (target / f"{stem}.{k}.js").write_text(text, encoding="ascii")
    return sorted(target.glob(f"{stem}.*.js"), key=lambda path: int(path.suffixes[-2][1:]))


def manifest(root, target, kept):
    """What files there are, and where: those of the book are written, earlier ones taken out."""
    pyodide = json.loads((root / PYODIDE).read_text(encoding="utf-8"))
    contents = {"book.zip": book_zip(root), "worker.js": (root / STATIC / "worker.js").read_bytes()}
    try:
        folder, cdn = python_folder(pyodide), None
        contents |= {name: (folder / name).read_bytes() for name in pyodide["files"]}
        contents |= compiled(pyodide, folder, kept)
    except LookupError as found:
        if os.environ.get("NNLIB_PYODIDE"):
            raise SystemExit(str(found)) from None
        cdn = pyodide["cdn"]
        LOGGER.info(f"Python is not put into the book; its pages can get it from {cdn}: {found}")
    target.mkdir(parents=True, exist_ok=True)
    carried = {name: pieces(name, content, target) for name, content in contents.items()}
    for old in set(target.iterdir()) - set().union(*carried.values()):
        old.unlink()
    files = []
    for name in contents | pyodide["files"]:
        about = pyodide["files"].get(name, {"for": "start"})
        own = name in contents
        sha256 = hashlib.sha256(contents[name]).hexdigest() if own else about["sha256"]
        paths = carried.get(name, [])
        files.append({
            "name": name, "when": about["for"], "pieces": [path.name for path in paths],
            "bytes": sum(path.stat().st_size for path in paths) * 3 // 4 or about["bytes"],
            "integrity": f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}",
        })  # fmt: skip
    return {"cdn": cdn, "files": files}


def write_script(app, name, call=""):
    """Writes a script of the pages into the built ones, joined; other builders need none."""
    if app.builder.name == "html":
        path = Path(app.outdir, "_static", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(joined(Path(app.srcdir, STATIC, name), call), encoding="utf-8")


def prepare(app):
    """Makes the files, and the scripts: of the pages with code, which has the list of them, and of
    a page with nothing but figures."""
    if app.builder.name != "html":
        return
    out = Path(app.outdir)
    files = manifest(Path(app.srcdir), out / "_static" / "python", out.parent / "bytecode")
    listed = json.dumps(files)
    write_script(app, "live.js", f"start_page({listed});\n")
    write_script(app, "host.js")


def add_to_page(app, page, template, context, doctree):
    cells = list(doctree.findall(is_code)) if doctree else []
    if cells:
        app.add_js_file("live.js" if any(map(shows_source, cells)) else "host.js")


def is_code(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def shows_source(cell):
    return any(part.get("nb_element") == "cell_code_source" for part in cell.children)


class Controls(nodes.Element):
    """HTML that is no text of the page: a search does not find it."""


class Places(SphinxPostTransform):
    """Puts the buttons into the page, where they take their room before there is any script, and
    what is not shown as it was written: the source of a cell without shown input, which other cells
    may need, and Markdown, with which what runs is compared."""

    default_priority = 3
    builders = ("html",)

    def run(self, **kwargs):
        nodes_of_code = list(self.document.findall(is_code))
        if not any(map(shows_source, nodes_of_code)):
            return
        title = next(self.document.findall(nodes.title))
        title.parent.insert(title.parent.index(title) + 1, Controls(html=BAR))
        notebook = nbformat.read(self.env.doc2path(self.env.docname), as_version=4)
        for k, node in enumerate(nodes_of_code, 1):
            cell = notebook.cells[node["cell_index"]]
            data = [output.get("data", {}) for output in cell.outputs]
            texts = [("markdown", one["text/markdown"]) for one in data if "text/markdown" in one]
            if "remove-input" in cell.metadata.get("tags", []):
                texts.append(("x-python", cell.source))
            html = [f'<script type="text/{kind}">{text}</script>' for kind, text in texts]
            node["number"] = k
            html.append(ROW.format(cell=f"cell {k}"))
            parts = [part.get("nb_element") for part in node.children]
            if "cell_code_output" not in parts:
                html.append('<div class="cell_output docutils container"></div>')
            node.insert(parts.count("cell_code_source"), Controls(html="".join(html)))


def setup(app):
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    app.add_post_transform(Places)
    app.add_node(Controls, html=(lambda to, node: to.body.append(node["html"]), lambda *_: None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
