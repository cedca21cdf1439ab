"""The cards that links show, and the names of equations in code, which become links."""

import shutil

import pytest
from bs4 import BeautifulSoup

from extensions import previews
from shared import ROOT
from small_book import CONFIG, build, data_of, write

CHAPTER = r"""
# One

$$ a < b_1 $$ (eq-dW1)

By [eq-dW1](#eq-dW1), {term}`flat` {cite}`Gauss`.

$$
\begin{aligned}
& c \\ % narrow
&\quad = d
\end{aligned}
$$ (eq-c)
"""
CODE = "a = 1  # eq-dW1, as eq-c-2\nb = 'eq-c'  # by eq-c\nprint('# eq-c')"
WORK = """@book{Gauss, author = {Carl Gauss}, title = {Theoria}, publisher = {Perthes}, year = 1809,
                     doi = {10.1/2}}"""
BUILD = {
    "extensions": [*CONFIG["extensions"], "sphinxcontrib.bibtex", "extensions.mathematics",
                   "extensions.previews"],
    "bibtex_bibfiles": ["works.bib"], "html_math_renderer": "mathml",
    "html_theme": "sphinx_book_theme", "myst_enable_extensions": ["dollarmath"],
}  # fmt: skip


@pytest.fixture
def book(tmp_path):
    write(tmp_path, index="# A book\n", one=CHAPTER, code=[CODE],
          glossary="# Words\n\n```{glossary}\nflat\n    As by {eq}`eq-c`, {cite}`Gauss`.\n```\n",
          references="# Works\n\n```{bibliography}\n```\n")  # fmt: skip
    (tmp_path / "works.bib").write_text(WORK, encoding="utf-8")
    shutil.copytree(ROOT / "book" / "static", tmp_path / "book" / "static")
    return tmp_path


def test_what_is_linked_to_has_a_card_with_what_stands_there(book):
    pages = build(book, strict=True, **BUILD).pages
    stored = data_of(book, previews.CARDS)
    found = {name: BeautifulSoup(card, "html.parser") for name, card in stored.items()}
    one, other = (found[f"book/one.html#equation-eq-{name}"] for name in ("dw1", "c"))
    assert one.select_one(".eqno").text == "eq-dW1 (1)" and one.math is not None
    assert len(other.select(".formula")) == 2  # on a phone, and where there is room
    assert found["book/glossary.html#term-flat"].dd.text.strip() == "As by (2), [Gau09]."
    (work,) = (card.text for name, card in found.items() if "references" in name)
    assert work.split() == "[Gau09] Carl Gauss. Theoria. Perthes, 1809. doi:10.1/2.".split()
    assert not any(card.select("a, [id], [role]") for card in found.values())
    soup = BeautifulSoup(pages["book/one.html"], "html.parser")
    links = soup.article.select("p a.internal")
    assert {f"book/{link['href'] if link['href'][0] != '#' else 'one.html' + link['href']}"
            for link in links} <= set(found) and len(links) == 3  # fmt: skip


def test_names_of_equations_in_comments_are_links(book):
    page = BeautifulSoup(build(book, strict=True, **BUILD).pages["book/code.html"], "html.parser")
    assert page.article.pre.text == CODE + "\n"
    assert [(link.text, link["href"]) for link in page.article.select("pre a")] == [
        ("eq-dW1", "one.html#equation-eq-dw1"), ("eq-c", "one.html#equation-eq-c")
    ]  # fmt: skip
