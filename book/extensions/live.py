"""Gives each page with code a Python of its own: its files, the code of the book, and a manifest.

Pages load the files as scripts, piece by piece, when their reader asks for it: that also works from
disk, where nothing else can be read.
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
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

PIECE = 2**20  # letters of base64
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
PACKED = ("nnlib/**/*", "book/equations/**/*", "book/live/**/*")


def joined(path, texts):
    """A script and all that it imports as one text: from disk, a page can import nothing."""
    text = path.read_text(encoding="utf-8")
    for name in IMPORT.findall(text):
        if name not in texts:
            joined(path.with_name(name), texts)
    texts[path.name] = re.sub("^export ", "", IMPORT.sub("", text), flags=re.MULTILINE)
    return "(() => {\n" + "\n".join(texts.values()) + "})();\n"


def book_zip(root):
    """What cells need of the book, as a zip file: packages, and the code of the chapters."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for pattern in PACKED:
            for path in sorted(root.glob(pattern)):
                if path.is_file() and "__pycache__" not in path.parts:
                    name = path.relative_to(root).as_posix()
                    archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
        for path in sorted(root.glob("book/*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.pop("attachments", None)
                if cell.cell_type == "code":
                    cell.outputs = []
            name = path.relative_to(root).as_posix()
            archive.writestr(zipfile.ZipInfo(name), nbformat.writes(notebook))
    return packed.getvalue()


def cut(content):
    letters = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return [letters[k : k + PIECE] for k in range(0, len(letters), PIECE)]


def prepare(app):
    if app.builder.format != "html":
        return
    root, static = Path(app.srcdir), Path(app.outdir, "_static")
    lock = json.loads((root / "book/live/pyodide.json").read_text(encoding="utf-8"))
    folder = os.environ.get("NNLIB_PYODIDE")
    files = []
    target = static / "python"
    target.mkdir(parents=True, exist_ok=True)

    def carry(name, content, when):
        parts = cut(content)
        for k, part in enumerate(parts):
            text = f'python_piece("{name}", {k}, "{part}");\n'
            (target / f"{name}.{k}.js").write_text(text, encoding="ascii")
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        travel = sum(map(len, parts)) * 3 // 4
        files.append({"name": name, "bytes": travel, "integrity": f"sha256-{digest}",
                      "pieces": len(parts), "when": when})  # fmt: skip

    carry("book.zip", book_zip(root), "start")
    carry("worker.js", (root / "book/static/worker.js").read_bytes(), "start")
    for name, about in lock["files"].items():
        if folder:
            carry(name, Path(folder, name).read_bytes(), about["for"])
        else:
            digest = base64.b64encode(bytes.fromhex(about["sha256"])).decode()
            files.append({"name": name, "bytes": about["bytes"], "integrity": f"sha256-{digest}",
                          "pieces": 0, "when": about["for"]})  # fmt: skip
    app.python_files = {
        "version": lock["version"], "cdn": None if folder else lock["cdn"], "files": files
    }  # fmt: skip
    script = joined(root / "book/static/live.js", {})
    (static / "live.js").write_text(script, encoding="utf-8")


def is_code(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class Sources(SphinxPostTransform):
    """Keeps the source of a cell whose input is not shown in its page: other cells may need it."""

    default_priority = 3
    formats = ("html",)

    def run(self, **kwargs):
        for cell in self.document.findall(is_code):
            if "remove-input" in cell["cell_metadata"].get("tags", []):
                path = self.env.doc2path(self.env.docname)
                source = nbformat.read(path, as_version=4).cells[cell["cell_index"]].source
                text = f'<script type="text/x-python">{source}</script>'
                cell.insert(0, nodes.raw("", text, format="html"))


def add_to_page(app, page, template, context, doctree):
    if doctree and any(doctree.findall(is_code)):
        manifest = app.python_files | {"folder": context["pathto"]("_static/python/", True)}
        app.add_js_file(None, body=json.dumps(manifest), type="application/json",
                        id="python-files")  # fmt: skip
        app.add_js_file("live.js")


def setup(app):
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    app.add_post_transform(Sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
