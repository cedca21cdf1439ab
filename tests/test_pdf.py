"""The printed book, where it has been built: nothing is missing, cut off or left for a screen."""

import re
import shutil
import subprocess
from functools import cache

import pytest

from extensions.interactive_figures import PRINTED
from extensions.printed import SEEN
from shared import EQUATION_IN_BOOK, NOTEBOOKS, ROOT, cells, text_of_the_book

PDF = ROOT / "_build" / "latex" / "how-a-neural-network-reads-a-digit.pdf"
SPACE = re.compile(r"\s+")
BROKEN = re.compile(r"[\s␣↪]+")  # the last two are the signs where a line of code is too long
SOURCES = [*(ROOT / "book").glob("*.md"), *NOTEBOOKS]
WIDE = 2  # points beyond the margin that nobody sees

if not PDF.is_file():
    pytest.skip(
        "the PDF: jupyter-book build . --builder pdflatex writes it", allow_module_level=True
    )
if PDF.stat().st_mtime < max(path.stat().st_mtime for path in SOURCES):
    pytest.skip(
        "the PDF: it is older than a page of the book, so that it has to be built again",
        allow_module_level=True,
    )
if not shutil.which("pdftotext"):
    pytest.skip("the PDF: Debian's poppler-utils reads it", allow_module_level=True)


def tool(*words):
    run = subprocess.run([*words], capture_output=True, check=True, encoding="utf-8")
    return run.stdout


@cache
def pages():
    """The text of each page, line by line as it is printed."""
    return tool("pdftotext", "-layout", PDF, "-").split("\f")


@cache
def text():
    """All text without any space, for words and lines that a page or a margin breaks."""
    return BROKEN.sub("", "".join(map(without_margins, pages())))


def without_margins(page):
    """A page without its first and last line, and without the notes where code goes on."""
    lines = [line for line in page.splitlines() if line.strip()]
    return "\n".join(line for line in lines[1:-1] if "(continue" not in line)


@cache
def log():
    return PDF.with_suffix(".log").read_text(encoding="utf-8", errors="replace")


def test_the_title_page_says_what_the_configuration_says_and_no_date():
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    title, author = re.search(r"title: (.*)\nauthor: (.*)\n", config).groups()
    assert [line.strip() for line in pages()[0].split("\n") if line.strip()] == [title, author]


def test_the_paper_is_a4():
    assert "(A4)" in tool("pdfinfo", PDF)


def test_every_font_is_embedded():
    fonts = [line.split() for line in tool("pdffonts", PDF).splitlines()[2:]]
    assert fonts and all(font[-5] == "yes" for font in fonts)


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem != "index"],
                         ids=lambda path: path.stem)  # which stands before the contents' first
def test_every_chapter_has_its_heading_and_its_place_in_the_contents(path):
    heading = next("".join(cell["source"]) for cell in cells(path, "markdown"))
    title = re.search(r"^# (.*)$", heading, re.MULTILINE)[1]
    number = re.match(r"0(\d)-", path.stem)
    begins = rf"Chapter {number[1]}\s+{title}\n" if number else rf"{title}\n"
    assert any(re.match(rf"\s*{begins}", page) for page in pages()), f"no page begins with {title}"
    contents = re.compile(rf"^ *{number[1] if number else ''} *{title}[ .]+\d+$", re.MULTILINE)
    assert contents.search("\n".join(pages()[1:5])), f"{title} is not in the contents"


def test_chapters_have_the_numbers_of_the_pages_and_no_others():
    chapters = re.findall(r"^(\d+) +\w[^.]* +\d+$", "\n".join(pages()[1:5]), re.MULTILINE)
    expected = [path for path in NOTEBOOKS if path.stem[0] == "0"]
    assert chapters == [str(i + 1) for i in range(len(expected))]


def test_every_equation_has_its_name_and_the_number_of_its_page():
    names = [name for source in text_of_the_book() for name in EQUATION_IN_BOOK.findall(source)]
    # In the order of the print, where a tall formula does not part a name and its number.
    lines = tool("pdftotext", "-raw", PDF, "-")
    printed = re.findall(r"(eq-[\w-]+) \((\d+\.\d+)\)", lines)
    assert sorted(name for name, _ in printed) == sorted(names)
    for page in (ROOT / "_build" / "html" / "book").glob("*.html"):
        source = page.read_text(encoding="utf-8")
        for found in re.findall(r'"eqname">(eq-[\w-]+)</code> \((\d+\.\d+)\)', source):
            assert found in printed


def test_no_reference_leads_nowhere():
    assert "??" not in text()
    assert not re.search("undefined", log())


def test_no_character_is_missing():
    assert re.findall("Missing character.*", log()) == []


def test_nothing_reaches_beyond_the_margin():
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log())]
    assert max(wide, default=0) < WIDE


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_line_of_code_and_of_output_is_printed_whole(path):
    for cell in cells(path, "code"):
        tags, words = cell["metadata"].get("tags", []), cell["metadata"].get("mystnb", {})
        left_out = SEEN.fullmatch(words.get("code_prompt_show", ""))
        outputs = (o for o in cell["outputs"] if o["output_type"] == "stream")
        printed = ["".join(output["text"]) for output in outputs]
        if "remove-input" not in tags and not left_out:
            printed.append("".join(cell["source"]))
        for line in "\n".join(printed).splitlines():
            if SPACE.sub("", line) not in text():
                pytest.fail(f"not printed, or not whole: {line}")


def test_every_still_of_an_interactive_figure_is_printed():
    outputs = (output for path in NOTEBOOKS for cell in cells(path, "code")
               for output in cell["outputs"])
    stills = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    rows = [row for still in stills for row in re.findall("<tr>(.*?)</tr>", still)]
    assert SPACE.sub("", PRINTED) in text() and rows
    lines = "\n".join(pages())
    for row in rows:
        # Tables stand beside each other, so that more may follow in a line.
        values = re.sub("<[^>]*>", " ", row).split()
        if not re.search(r"\s+".join(map(re.escape, values)), lines):
            pytest.fail(f"not printed in one line: {values}")


def test_every_picture_is_printed():
    printed = len(tool("pdfimages", "-list", PDF).splitlines()) - 2
    drawn = sum(
        "image/png" in output.get("data", {})
        for path in NOTEBOOKS for cell in cells(path, "code") for output in cell["outputs"]
    )
    assert printed >= drawn


def test_what_is_folded_on_the_page_is_open_and_nothing_is_to_be_pressed():
    boxes = re.compile(r"^:::\{dropdown\} .*\n\n([\w ,]+)", re.MULTILINE)
    begins = [begin for source in text_of_the_book() for begin in boxes.findall(source)]
    assert begins
    for begin in begins:
        if SPACE.sub("", begin) not in text():
            pytest.fail(f"not printed: {begin}")
    for words in ("Showthesolution", "Showcodecell", "switchonJavaScript"):
        assert words not in text()
