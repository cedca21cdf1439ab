"""What is printed in columns is a table to who hears it, and stays as it was printed."""

import re

import pytest
from bs4 import BeautifulSoup

from extensions.accessible import with_tables
from shared import NOTEBOOKS, cells
from small_book import CONFIG, build, write

PRINTED = """three runs, and a line
seed  accuracy & loss  lowest
   0           0.912  5 and 8
  16           0.9e3  1,024
  17             inf

chosen: 16  of 20
  end
"""


def texts_of(parts):
    return [part.text.strip() for part in parts]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book of tables")
    table = "# A book\n\n| letter | shape |\n|---|---|\n| *h* | (n, 16) |\n"
    write(folder, index=table, one=[f"print({PRINTED!r})"])
    extensions = [*CONFIG["extensions"], "extensions.accessible"]
    return build(folder, strict=True, extensions=extensions).pages


def test_a_printed_table_has_titles_and_rows(page):
    output = BeautifulSoup(page["book/one.html"], "html.parser").select_one(".output pre")
    assert output.text.strip() == PRINTED.strip()
    (table,) = output.select("[role=table]")
    head, *rows = table.select("[role=row]")
    assert texts_of(head("span")) == ["seed", "accuracy & loss", "lowest"]
    assert [texts_of(row("span")) for row in rows] == [
        ["0", "0.912", "5 and 8"], ["16", "0.9e3", "1,024"], ["17", "inf"]
    ]  # fmt: skip
    assert {one["role"] for one in head("span")} == {"columnheader"}
    assert [one["role"] for one in rows[0]("span")] == ["rowheader", "cell", "cell"]


def test_a_table_says_of_each_heading_what_it_heads(page):
    table = BeautifulSoup(page["book/index.html"], "html.parser").table
    assert texts_of(table("th", scope="col")) == ["letter", "shape"]
    assert texts_of(table("th", scope="row")) == ["h"]


@pytest.mark.parametrize("text", [
    "mean accuracy:  0.099\nstandard deviation:  0.0158\nlowest:  0.05",  # names of numbers
    "right       passed\nb1 forgotten  caught\nno tanh  caught",  # no numbers
    "seed  loss\n   0  0.1",  # one row
    "seed  loss\n   0  0.1  0.2\n   1  0.3  0.4",  # more than the titles
])  # fmt: skip
def test_other_text_is_no_table(text):
    assert with_tables(text) == text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_printed_stays_as_it_is(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            text = "".join(output.get("text", ""))
            assert re.sub("</?span.*?>", "", with_tables(text)) == text
