"""What the pages carry: all that they ask for, and nothing that they never do."""

import re

import pytest
from fontTools.ttLib import TTFont

from small_book import build, write

FOLD = "# A book\n\n```{dropdown} What opens\n\nA text.\n```\n"
DRAW = "import matplotlib.pyplot as plt\n\nplt.plot([0, {}])\nplt.show()"
KEPT = "one.classList.toggle('togglebutton'); let toggle;"
THEME = {
    "extensions": [
        "myst_nb", "sphinx_external_toc", "sphinx_togglebutton", "sphinx_design",
        "extensions.execution", "extensions.slim",
    ],
    "html_theme": "sphinx_book_theme",
    "html_js_files": [(None, {"body": KEPT})],
}
LICENCES = ".txt"
ASKED = {LICENCES, ".html", ".js", ".css", ".woff2", ".png", ".webp", ".svg", ".ico"}


@pytest.fixture
def book(tmp_path):
    write(tmp_path, index=FOLD, one=[DRAW.format(1)])
    return tmp_path


def pictures(book):
    return {path.name for path in (book / "_build" / "html" / "_images").glob("*")}


def test_nothing_is_carried_that_no_page_asks_for(book):
    pages = build(book, **THEME).pages
    static = book / "_build" / "html" / "_static"
    assert {path.suffix for path in static.rglob("*") if path.is_file()} <= ASKED
    for sheet in static.rglob("*.css"):
        fonts = re.findall(r"url\(([^)]*\.woff2)\)", sheet.read_text(encoding="utf-8"))
        assert all((sheet.parent / font).is_file() for font in fonts)
    letters = {code for font in static.rglob("fa-*.woff2") for code in TTFont(font).getBestCmap()}
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in static.rglob("*.css"))
    icon_of = r'<i aria-hidden="true" class="[^"]*\b(fa-(?!solid|lg)[\w-]+)'
    icons = re.findall(icon_of, "".join(pages.values()))
    assert len(set(icons)) > 5
    for icon in icons:
        (code,) = re.findall(rf'\.{icon}:before[^{{}}]*{{content:"\\(\w+)"}}', style)
        assert int(code, 16) in letters, icon
    assert "fontawesome" not in "".join(pages.values())
    assert not re.search(r'<\w+ class="[^"]*\bfa-', "".join(pages.values())), "no voice knows them"
    assert "sphinx-design" in pages["book/index.html"]  # where one opens
    assert KEPT in pages["book/one.html"]
    left = pages["book/one.html"].replace(KEPT, "")
    assert not re.findall("sphinx-design|design-tabs|toggle(?:button|Hint|Open)", left)
    (shown,) = set(re.findall(r"_images/(\w+\.webp)", pages["book/one.html"]))
    assert pictures(book) == {shown}
    write(book, index=FOLD, one=[DRAW.format(2)])
    pages = build(book, **THEME).pages
    (now,) = set(re.findall(r"_images/(\w+\.webp)", pages["book/one.html"]))
    assert now != shown and pictures(book) == {now}
