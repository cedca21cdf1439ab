"""The page that shows how far its reader is: what the build puts into its tables."""

import nbformat
import pytest
from bs4 import BeautifulSoup

from small_book import CONFIG, build, write

PARTS = [f"extensions.{part}" for part in ("boxes", "exercises", "printed", "progress")]
BUILD = {
    "extensions": [*CONFIG["extensions"], *PARTS], "myst_enable_extensions": ["colon_fence"]
}  # fmt: skip
BOX = """## A question & more

:::{tip} Predict, then run

How many?

<!-- guess
count: number after "n ="
-->

:::"""
TASK = "## Exercises\n\n**1.** Which one?\n\n<!-- answer: pixel_number -->"
WRITE = "def judge(function):\n    print('n = 1')\n\ndef {0}():\n    ...\n\njudge({0})"


@pytest.fixture
def book(tmp_path):
    """A page that asks, one with code that asks for nothing, and that of progress."""
    write(tmp_path, index="# A book\n", asks=[], silent=["1 + 1"], words="# Words\n",
          progress="# So far\n\n<!-- progress -->\n")  # fmt: skip
    static = tmp_path / "book" / "static"
    static.mkdir()
    for name in ("boxes.js", "chapters.js", "progress.js"):
        (static / name).write_text("", encoding="utf-8")
    add(tmp_path, BOX, WRITE.format("softmax"), TASK)
    return tmp_path


def add(book, *sources):
    """Adds cells to the page that asks; below what is to be written, a solution."""
    path = book / "book" / "asks.ipynb"
    notebook = nbformat.read(path, as_version=4)
    make = {True: nbformat.v4.new_code_cell, False: nbformat.v4.new_markdown_cell}
    for source in sources:
        notebook.cells.append(make[source.startswith("def ")](source))
        if source.startswith("def "):
            solved = source.replace("...", "return 1")
            notebook.cells += [nbformat.v4.new_markdown_cell("It is:"), make[True](solved)]
    nbformat.write(notebook, path)


def tables(pages):
    """Of the page of progress: page -> (hidden, rows of kind, word, text and address)."""
    soup = BeautifulSoup(pages["book/progress.html"], "html.parser")
    found = {}
    for section in soup.select("section.so-far"):
        rows = [
            (row["data-kind"], *(cell.text for cell in row.select("td, th")), row.a["href"])
            for row in section.select("tbody tr")
        ]
        assert all(row["data-name"].startswith(section["data-page"] + " ")
                   for row in section.select("tbody tr"))  # fmt: skip
        found[section["data-page"]] = section.has_attr("hidden"), rows
    return found


def test_the_tables_have_all_that_is_asked_for_each_with_its_place(book):
    pages = build(book, **BUILD, strict=True).pages
    found = tables(pages)
    assert found["silent"] == (True, []) and set(found) == {"asks", "silent"}
    hidden, rows = found["asks"]
    assert not hidden and [row[:-1] for row in rows] == [
        ("guess", "Guess", "A question & more", ""),
        ("code", "Function", "softmax()", ""),
        ("answer", "Answer", "The pixel in row 20, column 7 has the number", ""),
    ]
    asks = BeautifulSoup(pages["book/asks.html"], "html.parser")
    for *_, address in rows:
        page, _, name = address.partition("#")
        assert page == "asks.html" and len(asks.select(f"#{name}")) == 1
    assert "cell" in asks.select_one("#write-softmax")["class"]
    scripts = [name for name, text in pages.items() if "_static/progress.js" in text]
    assert scripts == ["book/progress.html"]


def test_the_tables_follow_a_change_of_another_page(book):
    build(book, **BUILD)
    add(book, WRITE.format("forward"))
    [*_, (kind, _, name, *_)] = tables(build(book, **BUILD).pages)["asks"][1]
    assert (kind, name) == ("code", "forward()")


def test_nothing_of_them_is_on_paper(book):
    build(book, "latex", **BUILD)
    text = "".join(path.read_text("utf-8") for path in book.glob("_build/latex/*.tex"))
    assert "A question" in text and "Guess" not in text
