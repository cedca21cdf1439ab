"""Prints the EPUB as one PDF with tags, which a screen reader reads in order, formulas included.

    pip install -e '.[browser]'      Playwright; Debian's chromium besides
    jupyter-book build . --builder custom --custom-builder epub
    python scripts/print_book.py     writes _build/tagged/NAME.pdf

LaTeX sets the book better, but without tags. Here Chromium prints what an e-reader shows, all pages
of the book as one, so that headings, lists, tables and links are one tree from cover to cover.
"""

import posixpath
import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

BUILD = Path(__file__).resolve().parents[1] / "_build"
NAME = "how-a-neural-network-reads-a-digit"
SPINE = re.compile(r'<itemref idref="([^"]*)" />')
ITEM = '<item (?:properties="[^"]*" )?id="{}" href="([^"]*)"'
HERE = re.compile(r"^(?!\w+:)([^#]*)#?(.*)$")  # an address in the book
WHOLE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{styles}</head>
<body class="whole">{body}</body></html>
"""
PAPER = {
    "format": "A4",
    "margin": {"top": "22mm", "bottom": "22mm", "left": "24mm", "right": "24mm"},
    "tagged": True,
    "outline": True,
    "print_background": True,
    "display_header_footer": True,
    "header_template": "<span></span>",
    "footer_template": '<p style="font-size: 8pt; text-align: center; width: 100%">'
    '<span class="pageNumber"></span></p>',
}


def named(page, anchor):
    """The id, in the whole, of a place in a page: most pages have a section `exercises`."""
    return re.sub(r"\W", "-", f"{page} {anchor}".strip())


def joined(folder):
    """The pages of an EPUB's folder as one page of HTML, whose links lead to where they led."""
    package = (folder / "content.opf").read_text(encoding="utf-8")
    names = [re.search(ITEM.format(name), package)[1] for name in SPINE.findall(package)]
    parts = []
    for name in names:
        soup = BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")
        body = soup.find(role="main")
        here = posixpath.dirname(name)
        for node in body.find_all(id=True):
            node["id"] = named(name, node["id"])
        for link in body.find_all("a", href=HERE):
            page, anchor = HERE.match(link["href"]).groups()
            page = posixpath.normpath(posixpath.join(here, page)) if page else name
            link["href"] = f"#{named(page, anchor)}"
        for frame in body.find_all(["figure", "figcaption"]):
            frame.name = "div"  # else a second figure around each, which has no description
        for image in body.find_all("img"):
            image["src"] = posixpath.normpath(posixpath.join(here, image["src"]))
        parts.append(f'<div id="{named(name, "")}">{body.decode_contents()}</div>')
    styles = [
        f'<link rel="stylesheet" href="{path.relative_to(folder).as_posix()}">'
        for path in sorted(folder.glob("_static/*.css"))
    ]

    def told(name):
        return re.search(f"<dc:{name}>(.*?)</dc:{name}>", package)[1]

    return WHOLE.format(
        lang=told("language"), title=told("title"),
        styles="".join(styles), body="\n".join(parts),
    )  # fmt: skip


def print_book(folder, target, browser):
    """Prints an EPUB's folder, in this browser, as a PDF with tags and bookmarks."""
    whole = folder / "whole.html"
    whole.write_text(joined(folder), encoding="utf-8")
    tab = browser.new_page()
    tab.goto(whole.as_uri())
    tab.evaluate("document.fonts.ready")
    target.parent.mkdir(parents=True, exist_ok=True)
    tab.pdf(path=target, **PAPER)
    tab.close()
    whole.unlink()


def main():
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    chromium = chromium or shutil.which("google-chrome")
    folder, target = BUILD / "epub", BUILD / "tagged" / f"{NAME}.pdf"
    found = (folder / "content.opf").is_file()  # the last that a build writes
    if not found or chromium is None:
        raise SystemExit(
            f"expected the e-book in {folder} and Chromium; found "
            f"{'one' if found else 'no e-book'} and {chromium or 'no Chromium'}. Run "
            "jupyter-book build . --builder custom --custom-builder epub, or install chromium."
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print_book(folder, target, browser)
        browser.close()
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
