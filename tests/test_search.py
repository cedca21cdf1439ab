"""The index of the book that the pages search."""

import shutil

import pytest

from extensions import search
from shared import NOTEBOOKS, ROOT
from small_book import CONFIG, build, data_of, write

CHAPTER = r"""
# The sigmoid

It is $S_1$, $e^h$, and {term}`flat` far out.

## Far out

$$ S = \frac{1}{2} $$ (eq-S)

[eq-S](#eq-S) says so.

### Further

#### And further

Still 0.9120.

## Exercises

Three.
"""
BUILD = {
    "extensions": [*CONFIG["extensions"], "extensions.mathematics", "extensions.search"],
    "html_math_renderer": "mathml",
    "html_theme": "sphinx_book_theme", "templates_path": [str(ROOT / "book" / "templates")],
    "myst_enable_extensions": ["dollarmath"], "myst_dmath_double_inline": True,
}  # fmt: skip


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "ELSEWHERE", {"one#far-out": "saturation"})
    write(tmp_path, index="# A book\n", one=CHAPTER, code=["print('n = 12,730')"],
          words="# Words\n\n```{glossary}\nflat\nlevel\n    With a slope of 0.\n```\n")  # fmt: skip
    shutil.copytree(ROOT / "book" / "static", tmp_path / "book" / "static")
    return tmp_path


def index(book):
    return data_of(book, search.INDEX)


def test_the_index_has_every_place_with_what_it_says_and_follows_a_change(book):
    pages = build(book, strict=True, **BUILD).pages
    assert index(book)["book/one.html"] == [
        ["the-sigmoid", "The sigmoid", "It is S1, …, and flat far out.", ""],
        ["far-out", "Far out", "(1) says so.", "saturation"],
        ["equation-eq-s", "eq-S (1)", "", ""],
        ["further", "Further", "And further Still 0.9120.", ""],
        ["exercises", "Exercises", "Three.", ""],
    ]
    assert index(book)["book/words.html"][1:] == [
        [f"term-{term}", term, "With a slope of 0.", ""] for term in ("flat", "level")
    ]
    assert index(book)["book/code.html"] == [["code", "code", "n = 12,730", ""]]
    for name, page in pages.items():
        assert not name.startswith("book/") or "_static/search.js" in page
        assert not any(gone.rpartition("/")[2] in page for gone in search.GONE), name
    assert not any((book / "_build" / "html" / gone).exists() for gone in search.GONE)
    page = book / "book" / "one.md"
    page.write_text(CHAPTER.replace("Exercises", "Tasks"), encoding="utf-8")
    build(book, strict=True, **BUILD)
    assert index(book)["book/one.html"][-1][1] == "Tasks"
    assert set(index(book)) == {f"book/{page}.html" for page in ("code", "index", "one", "words")}


def test_what_a_page_asks_and_offers_is_not_what_it_says():
    page = """<article><section id="a"><h1>A<a class="headerlink">#</a></h1>
        <div class="live-bar">Run the code</div><form>Your guess</form>
        <div class="cell"><div class="cell_input">print(1)</div><div class="live-row">Run</div>
        <details><summary>Show it</summary><div class="cell_output">1</div></details></div>
        <div class="figure-still">Still</div></section></article>Footer"""
    assert search.places_of(page) == [["a", "A", "1"]]


def test_a_place_that_is_gone_stops_the_build(book, monkeypatch):
    monkeypatch.setattr(search, "ELSEWHERE", {"one#far-away": "saturation"})
    warnings = build(book, **BUILD).warnings
    assert "expected the place one#far-away" in warnings and "found none" in warnings


def test_every_chapter_is_found_by_what_others_call_it():
    named = {place.partition("#")[0] for place in search.ELSEWHERE}
    chapters = {path.stem for path in NOTEBOOKS if path.stem[:1].isdigit()}
    assert named <= chapters
