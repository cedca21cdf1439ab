"""Gives each page with code a Python of its own: its files, the code of the book, and a manifest.

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
PIECE = 2**20  # letters of base64
NEEDED = re.compile(r"nnlib/|book/(equations|live)/.*\.py$")  # by cells
EXPORT = re.compile("^export ", re.MULTILINE)
LOGGER = logging.getLogger(__name__)


def joined(path):
    """A script of the pages and all that it imports, which from disk they could not, as one."""
    return f"(() => {{\n{EXPORT.sub('', javascript(path.name, path.parent))}}})();\n"


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


def carry(file, content, target, before):
    """Writes the pieces of a file, unless they are there; returns what the manifest says of it."""
    for old in before:
        if file.items() <= old.items() and (there := pieces(old, target)):
            if all(path.is_file() for path in there):
                return old
    packed = gzip.compress(content, mtime=0)
    letters = base64.b64encode(packed).decode()
    file |= {"bytes": len(packed), "pieces": -(-len(letters) // PIECE)}
    for k, path in enumerate(pieces(file, target)):
        piece = letters[k * PIECE : (k + 1) * PIECE]
        path.write_text(f'python_piece("{file["name"]}", {k}, "{piece}");\n', encoding="ascii")
    return file


def pieces(file, target):
    return [target / f"{file['name']}.{k}.js" for k in range(file["pieces"])]


def manifest(app, before):
    """What files there are, and where; writes those of the book, and takes out earlier ones."""
    root, target = Path(app.srcdir), Path(app.outdir, "_static", "python")
    pyodide = json.loads((root / PYODIDE).read_text(encoding="utf-8"))
    contents = {"book.zip": book_zip(root), "worker.js": (root / STATIC / "worker.js").read_bytes()}
    about = {name: {"for": "start", "sha256": hashlib.sha256(content).hexdigest()}
             for name, content in contents.items()} | pyodide["files"]  # fmt: skip
    try:
        folder, cdn = python_folder(pyodide), None
        contents |= {name: (folder / name).read_bytes() for name in pyodide["files"]}
    except LookupError as found:
        if os.environ.get("NNLIB_PYODIDE"):
            raise SystemExit(str(found)) from None
        cdn = pyodide["cdn"]
        LOGGER.info(f"Python is not put into the book; its pages can get it from {cdn}: {found}")
    target.mkdir(parents=True, exist_ok=True)
    files = []
    for name, of in about.items():
        digest = base64.b64encode(bytes.fromhex(of["sha256"])).decode()
        file = {"name": name, "when": of["for"], "integrity": f"sha256-{digest}"}
        files.append(carry(file, contents[name], target, before) if name in contents
                     else file | {"bytes": of["bytes"], "pieces": 0})  # fmt: skip
    for old in set(target.iterdir()) - {path for file in files for path in pieces(file, target)}:
        old.unlink()
    return {"version": pyodide["version"], "cdn": cdn, "files": files}


def prepare(app):
    """Makes the files, and has the pages written again when these are others than before."""
    if app.builder.format != "html":
        return
    state = Path(app.doctreedir, "python.json")  # the manifest of the pages, once all are written
    before = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {"files": []}
    state.unlink(missing_ok=True)
    now = manifest(app, before["files"])
    script = joined(Path(app.srcdir, STATIC, "live.js"))
    Path(app.outdir, "_static", "live.js").write_text(script, encoding="utf-8")

    def add_to_page(app, page, template, context, doctree):
        if doctree and any(doctree.findall(is_code)):
            here = now | {"folder": context["pathto"]("_static/python/", True)}
            app.add_js_file(None, body=json.dumps(here), type="application/json", id="python-files")
            app.add_js_file("live.js")

    def keep(app, exception):
        if not exception:
            state.write_text(json.dumps(now), encoding="utf-8")

    app.connect("env-updated", lambda app, env: env.found_docs if now != before else ())
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", keep)


def is_code(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class Sources(SphinxPostTransform):
    """Keeps in the page what is not shown there as it was written: the source of a cell without
    shown input, which other cells may need, and Markdown, with which what runs is compared."""

    default_priority = 3
    formats = ("html",)

    def run(self, **kwargs):
        for node in self.document.findall(is_code):
            path = self.env.doc2path(self.env.docname)
            cell = nbformat.read(path, as_version=4).cells[node["cell_index"]]
            data = [output.get("data", {}) for output in cell.outputs]
            texts = [("markdown", one["text/markdown"]) for one in data if "text/markdown" in one]
            if "remove-input" in cell.metadata.get("tags", []):
                texts.append(("x-python", cell.source))
            for kind, text in texts:
                script = f'<script type="text/{kind}">{text}</script>'
                node.insert(0, nodes.raw("", script, format="html"))


def setup(app):
    app.connect("builder-inited", prepare)
    app.add_post_transform(Sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
