"""The button that downloads leads to files that are there, and says what it does where none is."""

from bs4 import BeautifulSoup

from extensions.downloads import FILES
from small_book import CONFIG, build, write

THEME = {
    "extensions": [*CONFIG["extensions"], "extensions.downloads"], "html_theme": "sphinx_book_theme"
}  # fmt: skip


def buttons(book):
    """What stands on each button for a download -> where it leads, or None."""
    page = BeautifulSoup(build(book, **THEME).pages["book/one.html"], "html.parser")
    found = page.select(".dropdown-download-buttons .dropdown-item")
    return {button.text.strip(): button.get("href") for button in found}


def test_buttons_for_the_book_as_a_file_are_there_when_it_is(tmp_path):
    write(tmp_path, index="# A book\n", one="# One\n")
    assert buttons(tmp_path) == {".md": "../_sources/book/one.md", "print": None}
    for name in FILES:
        path = tmp_path / "_build" / name
        path.parent.mkdir()
        path.write_text(name, encoding="utf-8")
    found = buttons(tmp_path)
    for name, (_, text, _) in FILES.items():
        file = tmp_path / "_build" / "html" / "book" / found[text]
        assert file.read_text(encoding="utf-8") == name
        (tmp_path / "_build" / name).unlink()
    assert list(buttons(tmp_path)) == [".md", "print"]
    assert [path.name for path in (tmp_path / "_build" / "html").glob("how-*")] == []
