"""The book as one PDF with tags, made of the pages of an EPUB."""

import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from print_book import joined, main, print_book
from shared import MESSAGE

PACKAGE = """<package><metadata><dc:language>en</dc:language><dc:title>A book</dc:title></metadata>
<item properties="mathml" id="a" href="book/one.xhtml" /><item id="b" href="book/two.xhtml" />
<spine><itemref idref="a" /><itemref idref="b" /></spine></package>"""
PAGE = """<html><body><div role="main"><section id="exercises"><h1>{name}</h1><p>
<a href="{other}.xhtml#exercises">there</a> <a href="#exercises">here</a>
<a href="{other}.xhtml">all</a> <a href="https://example.org/#x">away</a>
<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>
</p><figure><img src="../_images/a.png" alt="A picture" /><figcaption>Seen</figcaption></figure>
</section></div></body></html>"""


def test_all_pages_are_one_pdf_with_tags_and_bookmarks(tmp_path, browser):
    for folder in ("book", "_images"):
        (tmp_path / folder).mkdir()
    Image.new("L", (8, 8)).save(tmp_path / "_images" / "a.png")
    (tmp_path / "content.opf").write_text(PACKAGE, encoding="utf-8")
    for name, other in (("one", "two"), ("two", "one")):
        text = PAGE.format(name=name, other=other)
        (tmp_path / "book" / f"{name}.xhtml").write_text(text, encoding="utf-8")
    whole = BeautifulSoup(joined(tmp_path), "html.parser")
    ids = [node["id"] for node in whole.find_all(id=True)]
    assert [title.text for title in whole.find_all("h1")] == ["one", "two"]
    assert len(ids) == len(set(ids)) == 4
    links = [link["href"] for link in whole.find_all("a")]
    away = "https://example.org/#x"
    assert links == [f"#{ids[3]}", f"#{ids[1]}", f"#{ids[2]}", away,
                     f"#{ids[1]}", f"#{ids[3]}", f"#{ids[0]}", away]  # fmt: skip
    assert {image["src"] for image in whole.find_all("img")} == {"_images/a.png"}
    print_book(tmp_path, tmp_path / "out" / "book.pdf", browser)
    pdf = (tmp_path / "out" / "book.pdf").read_bytes()
    for there in (b"/StructTreeRoot", b"/Outlines", rb"/Lang \(en\)", b"/S /H1", b"A picture"):
        assert re.search(there, pdf)
    assert len(re.findall(b"/S /Figure", pdf)) == len(re.findall(rb"/Alt \(A picture\)", pdf)) == 2
    assert [path.name for path in tmp_path.glob("*.html")] == []


def test_a_book_that_was_not_built_to_its_end_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr("print_book.BUILD", tmp_path)
    (tmp_path / "epub").mkdir()
    with pytest.raises(SystemExit, match="found no e-book") as caught:
        main()
    assert MESSAGE.fullmatch(str(caught.value))
