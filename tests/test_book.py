"""What the pages promise: equations named alike in book and code, figures described and named."""

import ast
import base64
import io
import json
import re
from types import SimpleNamespace

import pytest
from PIL import Image

from extensions.citations import address
from shared import (
    EQUATION_IN_BOOK,
    EQUATION_IN_CODE,
    NNLIB,
    NOTEBOOKS,
    ROOT,
    TEMPLATE,
    cells,
    text_of_the_book,
)

WORK = re.compile(r"^@\w+\{(.*?)^\}$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  (\w+) +=\s\{(.*)\},?$", re.MULTILINE)
PHONE = 358  # pixels that a screen of 390 leaves for a picture
SIZE = re.compile(r"(?:font|label)size=([\d.]+)")
LETTER = re.compile(r"\$([xhy])(?:_\w)?\$")  # alone, in what a picture says
CITED = re.compile(r"\[\((?:([^()]*), )?(\d{4})\)\]\((\S+)\)")  # [(Author, year)](address)


def test_every_equation_named_in_the_code_stands_in_the_book_once():
    in_code = [
        name
        for path in sorted((ROOT / "nnlib").glob("*.py"))
        for name in EQUATION_IN_CODE.findall(path.read_text(encoding="utf-8"))
    ]
    in_book = [name for text in text_of_the_book() for name in EQUATION_IN_BOOK.findall(text)]
    assert sorted(in_code) == sorted(set(in_code)), "an equation is computed in two places"
    assert sorted(in_book) == sorted(set(in_book)), "an equation is printed twice"
    assert set(in_code) <= set(in_book)


def figures(path, kind="image/png"):
    """The cells that draw, each with what its metadata say of the figure."""
    for cell in cells(path, "code"):
        shown = [output["data"] for output in cell["outputs"] if "data" in output]
        if any(kind in data for data in shown):
            about = cell["metadata"].get("mystnb", {})
            yield cell, len(shown), about.get("image", {}), about.get("figure", {})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_picture_is_described(path):
    for cell, _, image, _ in figures(path):
        assert 40 < len(alt := image.get("alt", "")) <= 300, (
            f"book/{path.name}, cell {cell['id']}: expected one to three sentences on what it "
            "draws, as mystnb: {image: {alt: ...}} in its metadata; found "
            f"{alt!r}. See CONTRIBUTING.md, A chapter."
        )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_figure_has_a_name_and_a_caption_of_one_line(path):
    found = [*figures(path), *figures(path, "text/html")]
    for cell, shown, _, figure in found:
        if path.stem == "index":
            continue  # whose first line says what its pad is for
        where = f"book/{path.name}, cell {cell['id']}: expected "
        caption = figure.get("caption", "")
        assert 20 < len(caption) <= 80 and not re.search(r"\n|\d[.,]?\d|%|\.$", caption), (
            f"{where}a line that says what it shows, without a number that a cell computes and "
            f"without a full stop, as mystnb: {{figure: {{caption: ...}}}}; found {caption!r}."
        )
        assert figure.get("name", "").startswith("fig-"), f"{where}a name, fig-...; found none."
        assert shown == 1, f"{where}one output with this caption; found {shown}."


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_text_in_every_figure_is_large_enough_on_a_phone(path):
    for cell, *_ in figures(path):
        points = min([10, *map(float, SIZE.findall("".join(cell["source"])))])
        (png,) = [output["data"]["image/png"] for output in cell["outputs"] if "data" in output]
        with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
            size = points / 72 * picture.info["dpi"][0] * PHONE / max(PHONE, picture.width)
        assert size > 10, (
            f"book/{path.name}, cell {cell['id']}: expected no text smaller than 10 pixels where "
            f"the picture is {PHONE} wide; found {size:.1f}. Make the figure 4.8 inches wide."
        )


def test_a_picture_that_names_x_h_or_y_has_their_colours():
    for path in [*NOTEBOOKS, TEMPLATE]:
        for cell, *_ in figures(path):
            named = LETTER.findall(source := "".join(cell["source"]))
            assert not named or "plots.LAYERS[" in source, (
                f"book/{path.name}, cell {cell['id']}: expected plots.LAYERS[...] as the colour of "
                f"what the picture says of {named}; found none. See CONTRIBUTING.md, A chapter."
            )


def test_every_figure_has_a_name_of_its_own():
    names = [figure.get("name", "none") for path in NOTEBOOKS for *_, figure in figures(path)]
    assert sorted(names) == sorted(set(names)), "two figures have one name"
    assert [name for name in names if not re.fullmatch("fig(-[a-z0-9]+)+", name)] == []


def test_every_work_is_cited_by_its_year_and_address_and_nothing_else_is():
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    fields = [dict(FIELD.findall(work)) for work in WORK.findall(bibliography)]
    works = [SimpleNamespace(fields=of_one) for of_one in fields]
    first = {address(work): work.fields["author"].split(",")[0] for work in works}
    cited = [found for text in text_of_the_book() for found in CITED.findall(text)]
    known = {(work.fields["year"], address(work)) for work in works}
    odd = known ^ {(year, at) for _, year, at in cited}
    assert odd == set(), (
        "expected every work of book/references.bib to be cited as [(Author, year)](its address), "
        f"and every work that is cited to stand there; {odd} are not both. See CONTRIBUTING.md, A "
        "chapter."
    )
    for who, _, at in cited:
        assert not who or re.fullmatch(f"{first[at]}( and .+)?", who), f"{who} cited for {at}"


def functions(source):
    """The functions that a text defines, by name, without their docstrings."""
    found = {node.name: node for node in ast.parse(source).body if hasattr(node, "args")}
    for node in found.values():
        node.body = node.body[ast.get_docstring(node) is not None :]
    return {name: ast.unparse(node) for name, node in found.items()}


def test_chapter_7_derives_the_functions_of_drawing():
    derived = {}
    for cell in cells(ROOT / "book" / "07-more-testing.ipynb", "code"):
        source = "".join(cell["source"])
        if "\ndef " in f"\n{source}":
            derived |= functions(source)
    for name, text in functions((NNLIB / "drawing.py").read_text(encoding="utf-8")).items():
        assert derived.get(name) == text


RESULTS = json.loads((NNLIB / "results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RESULTS)
def test_networks_and_images_count_the_same_right_answers(name):
    found = RESULTS[name]
    accuracy, read_by = found["accuracy"], found["read_by"]
    assert len(read_by) == len(accuracy) + 1
    assert sum(read_by) == found["n_test"]
    by_image = sum(k * images for k, images in enumerate(read_by))
    assert by_image == round(found["n_test"] * sum(accuracy))
