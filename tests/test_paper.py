"""The book on paper and in e-readers: nothing waits to be pressed, and an EPUB is as it must be."""

import html
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from shared import ROOT
from small_book import CONFIG, build, write

CHECK = shutil.which("epubcheck")  # of Debian: a file of Java
PARTS = [
    f"extensions.{part}" for part in
    ("boxes", "complaints", "epub", "exercises", "folds", "interactive_figures", "live",
     "mathematics", "narrow", "printed")
]  # fmt: skip
BUILD = {
    "extensions": [*CONFIG["extensions"], "sphinx_design", *PARTS],
    "myst_enable_extensions": ["colon_fence", "dollarmath"],
    "html_math_renderer": "mathml",
    "numfig": True, "html_title": "A small book", "epub_basename": "book", "author": "Nobody",
    "epub_tocscope": "includehidden", "epub_show_urls": "no", "epub_use_index": False,
    "epub_post_files": [["licences.xhtml", "Licences"]],
    "epub_description": "A book of a page", "epub_contributor": "Nobody", "copyright": "2026",
}  # fmt: skip
PAGE = """## A question & more

:::{tip} Predict, then run

How many?

<!-- guess
count: number after "n ="
-->

:::
"""
FIGURE = """import numpy as np
import nnlib as nn
from nnlib.widgets import ImagePicker
ImagePicker(np.zeros((1, 784)), [3], nn.initialize(0))"""
CELLS = (
    ([], {}, "print('n = 3, 4')"),
    (["hide-input"], {"code_prompt_show": "Show the code of the figure"},
     "print('drawn' * (unseen := 1))"),
    (["hide-input"], {"code_prompt_show": "Show the program"}, "program = 2"),
    (["hide-cell"], {"code_prompt_show": "Show the solution"}, "# The solution\nsolved = 3"),
    ([], {"figure": {"caption": "A digit to pick", "name": "fig-pick"}}, FIGURE),
)  # fmt: skip
FOLD = r""":::{dropdown} Show the solution

It is $\tfrac12 < 2$.

$$\begin{aligned} a &= b \\ &= \dfrac12 \end{aligned}$$

:::

| a |
|---|
| b<br>c |

| symbol | in code | shape | meaning |
|---|---|---|---|
| h | `h` | `(n, 16)` | the sums |
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of a book of one chapter, built for paper and for e-readers."""
    folder = tmp_path_factory.mktemp("paper")
    write(folder, index="# A small book\n", one=[])
    path = folder / "book" / "one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(PAGE))
    for tags, words, source in CELLS:
        metadata = {"tags": tags, "mystnb": words}
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata=metadata))
    notebook.cells.append(nbformat.v4.new_markdown_cell(FOLD))
    nbformat.write(notebook, path)
    shutil.copytree(ROOT / "book" / "static", folder / "book" / "static")
    shutil.copy(ROOT / "LICENSE-TEXT", folder)
    for builder in ("latex", "epub"):
        assert build(folder, builder, **BUILD).warnings == ""
    return folder / "_build"


@pytest.fixture(scope="module")
def packed(book):
    with zipfile.ZipFile(book / "epub" / "book.epub") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["latex/*.tex", "epub/book/one.xhtml"])
def test_what_is_folded_is_open_and_the_code_of_a_figure_is_named_only(book, name):
    (path,) = book.glob(name)
    marks = re.compile(r"<[^>]*>|\\PYG\{[^}]*\}|[{}]")
    text = html.unescape(marks.sub("", path.read_text(encoding="utf-8")))
    for there in ("drawn", "program = 2", "solved = 3", "The solution", "It is"):
        assert there in text
    for left_out in ("unseen", "Show", "That is my guess", "Covered until"):
        assert left_out not in text
    assert text.count("The code of the figure is cell 2 on the web page") == 1


def test_the_contents_of_an_epub_lead_to_all_chapters_and_sections(packed):
    links = re.findall('<a href="([^"]*)">([^<]*)</a>', packed["nav.xhtml"].decode())
    assert links == [
        ("book/index.xhtml", "A small book"), ("book/one.xhtml", "one"),
        ("book/one.xhtml#a-question-more", "A question &amp; more"),
        ("licences.xhtml", "Licences"),
    ]  # fmt: skip


def test_an_epub_carries_what_it_shows_and_says_what_it_is(packed):
    suffixes = {Path(name).suffix for name in packed}
    assert suffixes == {"", ".xml", ".opf", ".ncx", ".xhtml", ".css", ".png", ".woff2"}
    package = packed["content.opf"].decode()
    for told in (
        'properties="mathml"', "<dc:title>A small book<", "alternativeText",
        "<dc:language>en<", "urn:uuid:",
    ):  # fmt: skip
        assert told in package
    for name, content in packed.items():
        if name.endswith(".xhtml"):
            page = ElementTree.fromstring(content)
            assert not list(page.iter("{http://www.w3.org/1999/xhtml}script"))
    assert b"CC BY 4.0" in packed["licences.xhtml"]
    one = packed["book/one.xhtml"].decode()
    (figure,) = re.findall('<figure .*?id="fig-pick">.*?</figure>', one, re.DOTALL)
    assert "A digit to pick" in figure and 'class="caption-number">Fig. 1' in figure
    (still,) = re.findall('<img alt="[^"]+" src="([^"]*)"', figure)
    assert still.removeprefix("../") in packed and one.count("<table") == 3


def test_an_epub_is_read_on_a_page_of_any_width_and_colour(packed):
    one, style = packed["book/one.xhtml"].decode(), packed["_static/epub.css"].decode()
    for arranged in ("stacked", "column", "wide", "short"):  # as on a narrow screen
        assert f".{arranged}" in style
    assert '<span class="column">in code</span>' in one
    listing = FIGURE.splitlines()
    lines = re.findall('<span class="line">(.*?\n)</span>', one, re.DOTALL)
    assert [re.sub("<.*?>", "", line).rstrip() for line in lines[-len(listing) :]] == listing
    colours = re.findall(r"^\.highlight .* color:.*", packed["_static/pygments.css"].decode(), re.M)
    assert not colours
    assert b"<pre" not in packed["licences.xhtml"]  # the lines are broken for an editor


@pytest.mark.skipif(not CHECK, reason="epubcheck: Debian has it, with the Java that it needs")
def test_epubcheck_finds_no_error(book):
    run = subprocess.run(
        ["java", "-jar", CHECK, book / "epub" / "book.epub"], capture_output=True, encoding="utf-8"
    )
    assert "No errors or warnings detected" in run.stdout, run.stderr
