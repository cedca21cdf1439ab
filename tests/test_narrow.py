"""What is marked for a narrow screen: wide results, wide tables, a few letters of code, units."""

from bs4 import BeautifulSoup

from extensions.narrow import PHONE
from small_book import CONFIG, build, write

TABLES = """# Tables

| symbol | in code | shape | meaning |
|---|---|---|---|
| h | `h` | `(n, 16)` | the sums |
| | `image` | `(28, 28)` | a digit |

| one | two |
|---|---|
| 1 | `a long piece of code, longer than a word` |

| one | two | three |
|---|---|---|
| 1 | a long sentence of 50 % and 3 MB, too long | `50 %` |

| one | two | three |
|---|---|---|
| a long sentence that is longer than | another that is as long as the first | 1 |
"""


def test_what_is_too_wide_for_a_phone_is_marked(tmp_path):
    cells = [f"print('a' * {PHONE})", f"print('b' * {PHONE + 1})", f"c = '{'c' * 99}'"]
    write(tmp_path, index="# A book\n", one=cells, tables=TABLES)
    settings = {"extensions": [*CONFIG["extensions"], "extensions.narrow"]}
    pages = build(tmp_path, strict=True, **settings).pages
    page = BeautifulSoup(pages["book/one.html"], "html.parser")
    assert [wide.text.strip() for wide in page.select(".wide")] == ["b" * (PHONE + 1)]
    page = BeautifulSoup(pages["book/tables.html"], "html.parser")
    wide, small, one_sentence, two_sentences = page("table")
    assert "stacked" in wide["class"] and "stacked" in two_sentences["class"]
    assert "stacked" not in small["class"] + one_sentence["class"]
    assert "50\u00a0% and 3\u00a0MB" in one_sentence.text and "50 %" in one_sentence.code.text
    names = [name.text for name in wide.select("td .column")]
    columns = ["symbol", "in code", "shape", "meaning"]
    assert names == columns + columns[1:] and not small.select(".column")
    shorts = ["h", "(n, 16)", "image", "(28, 28)", "50 %"]
    assert [code.text for code in page.select("code.short")] == shorts
