"""Books of a few lines, built in this process by Sphinx with parts of the book's own build."""

import io
import json
from pathlib import Path
from typing import NamedTuple

import nbformat
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

CONFIG = {
    "extensions": ["myst_nb", "sphinx_external_toc", "extensions.execution"],
    "exclude_patterns": ["_build"],
    "external_toc_path": "_toc.yml",
    "html_sourcelink_suffix": "",
    "nb_execution_mode": "cache",
    "nb_output_stderr": "remove-warn",
}


class Built(NamedTuple):
    pages: dict  # name of the file -> its text
    warnings: str
    log: str


def write(folder, **pages):
    """Writes a book: its pages in Markdown, its notebooks as lists of what their cells run."""
    for name, content in pages.items():
        path = Path(folder, "book", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.with_suffix(".md").write_text(content, encoding="utf-8")
        else:
            cells = [nbformat.v4.new_markdown_cell(f"# {name}")]
            cells += map(nbformat.v4.new_code_cell, content)
            kernel = {"name": "python3", "display_name": "Python 3"}
            notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
            nbformat.write(notebook, path.with_suffix(".ipynb"))
    listed = "".join(f"- file: book/{name}\n" for name in pages if name != "index")
    toc = f"format: jb-book\nroot: book/index\nchapters:\n{listed}"
    Path(folder, "_toc.yml").write_text(toc, encoding="utf-8")


def build(folder, builder="html", strict=False, keep_going=False, **config):
    """Builds it; settings stand beside, or instead of, those above."""
    out, log, warnings = Path(folder, "_build", builder), io.StringIO(), io.StringIO()
    with patch_docutils(None), docutils_namespace():
        Sphinx(
            folder, None, out, Path(folder, "_build", ".doctrees"), builder, CONFIG | config,
            status=log, warning=warnings, warningiserror=strict, keep_going=keep_going,
        ).build()  # fmt: skip
    pages = {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in out.rglob("*.html")
    }
    return Built(pages, warnings.getvalue(), log.getvalue())


def data_of(folder, script):
    """What a script of the built pages holds: JSON, which it gives a name."""
    text = Path(folder, "_build", "html", "_static", script).read_text(encoding="utf-8")
    return json.loads(text.partition("=")[2].rstrip(";\n"))
