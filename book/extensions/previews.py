"""Gives each link to an equation, a term or a work a card that shows what it leads to, and makes
of the names of equations in code, `# eq-h`, such links.

All cards stand in one script, which a page reads when its reader asks for the first.
"""

import json
import re
from pathlib import Path

from docutils import nodes

from extensions.live import write_script
from extensions.mathematics import SHEET

CARDS = "cards.js"
COMMENT = re.compile(r'(?<=<span class="c1">)[^<]*\beq-[^<]*')
NAME = re.compile(r"\beq-[\w-]*\w")
SHOWN = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'<div class="math"[^>]* id="(?P<id>equation-[^"]+)"[^>]*>.*?</span></div>',
        r'<dt id="(?P<id>term-[^"]+)">.*?</dd>',
        r'<div class="citation" id="(?P<id>[^"]+)".*?</div>',
    )
]
# Links that only their own page needs, what makes a link of others, and what is there once only.
UNSHOWN = re.compile(
    r'<a class="headerlink".*?</a>|<span class="backrefs">.*?</span>|</?a\b[^>]*>|'
    r' (?:id|role)="[^"]*"', re.DOTALL
)  # fmt: skip


def add_to_page(app, page, template, context, doctree):
    """Links the names in code; in a page that links to any, adds the script."""
    places = app.env.get_domain("math").equations

    def link(name):
        if name[0] not in places:
            return name[0]
        address = app.builder.get_relative_uri(page, places[name[0]][0])
        return f'<a href="{address}#{nodes.make_id("equation-" + name[0])}">{name[0]}</a>'

    body = context.get("body", "")
    context["body"] = COMMENT.sub(lambda comment: NAME.sub(link, comment[0]), body)
    app.add_js_file("previews.js")
    if "#equation-" in body:
        app.add_css_file(SHEET)  # also where no formula stands


def cards_of(page):
    """The HTML of all that a page has a card of, by its anchor."""
    found = [found for pattern in SHOWN for found in pattern.finditer(page)]
    return {one["id"]: UNSHOWN.sub("", one[0]) for one in found}


def write_cards(app, exception):
    if exception or app.builder.name != "html":
        return
    cards = {}
    for name in sorted(app.env.found_docs):
        page = Path(app.builder.get_outfilename(name)).read_text(encoding="utf-8")
        address = app.builder.get_target_uri(name)
        cards |= {f"{address}#{anchor}": card for anchor, card in cards_of(page).items()}
    text = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", CARDS).write_text(f"globalThis.book_cards={text};\n", "utf-8")


def prepare(app):
    write_script(app, "previews.js")


def setup(app):
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
