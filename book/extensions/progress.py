"""Fills the page that shows its reader how far he is: all that the pages ask for, in tables; the
list of chapters marks those that are read.

The comment `<!-- progress -->` says where. Without a script the last column is for a pencil, with
one progress.js writes there what the reader has done.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from extensions.exercises import Answer, Guess
from extensions.live import is_code, write_script
from extensions.printed import OnScreen

PLACE = "<!-- progress -->"
EMPTY = re.compile(r"^ +\.\.\.$.+^judge\((\w+)\)", re.MULTILINE | re.DOTALL)  # to be written
WORDS = {"guess": "Guess", "answer": "Answer", "code": "Function"}
ROW = (
    '<tr data-kind="{kind}" data-name="{name}"><td>{word}</td>'
    '<th scope="row"><a href="{href}">{text}</a></th><td></td></tr>\n'
)
BAR = (  # what it says before progress.js takes the place
    '<div class="so-far-bar"><p>With JavaScript, which does not run here, this page shows in the '
    "last column what you have said and written.</p></div>\n"
)


class Progress(OnScreen):
    """The place of the tables."""


class Places(SphinxTransform):
    """Puts the tables into the place of the comment, and gives an address to what is judged."""

    default_priority = 390  # before exercises.py looks at comments

    def apply(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            if raw.astext().strip() == PLACE:
                raw.replace_self(Progress())
        for cell in self.document.findall(is_code):
            if name := judged_in(cell):
                cell["ids"].append(f"write-{name}")


def judged_in(cell):
    """The name of the function that the reader writes in a cell; None where there is none."""
    found = EMPTY.search(cell.astext())
    return found and found[1]


def asked_by(doctree):
    """All that a page asks its reader for, in its order: kind, anchor, name in memory, and text."""
    for node in doctree.findall():
        if isinstance(node, Guess):
            (name,) = node["ids"]
            yield "guess", name, name, section_of(node)
        elif isinstance(node, Answer):
            asked = node["asked"]
            yield "answer", f"answer-{asked['name']}", asked["name"], asked["label"]
        elif is_code(node) and (name := judged_in(node)):
            yield "code", f"write-{name}", name, f"{name}()"


def section_of(node):
    while not isinstance(node, nodes.section):
        node = node.parent
    return node[node.first_child_matching_class(nodes.title)].astext()


def visit_progress(self, node):
    env = self.builder.env
    self.body.append(BAR)
    for page in sorted(env.found_docs):
        doctree = env.get_doctree(page)
        if any(doctree.findall(is_code)):
            self.body.append(table_of(self.builder, page, doctree))
    raise nodes.SkipNode


def table_of(builder, page, doctree):
    name = page.rpartition("/")[2]
    address = builder.get_relative_uri(builder.current_docname, page)
    number = builder.env.toc_secnumbers.get(page, {}).get("", ())
    title = " ".join([*(f"{part}." for part in number), builder.env.titles[page].astext()])
    rows = [
        ROW.format(kind=kind, word=WORDS[kind], name=escape(f"{name} {own}"),
                   href=f"{address}#{anchor}", text=escape(text))
        for kind, anchor, own, text in asked_by(doctree)
    ]  # fmt: skip
    return (
        f'<section class="so-far" data-page="{escape(name)}"{"" if rows else " hidden"}>\n'
        f'<h2><a href="{address}">{escape(title)}</a></h2>\n<table class="table">\n'
        '<thead><tr><th scope="col">Asked</th><th scope="col">Where</th>'
        f'<th scope="col">You</th></tr></thead>\n<tbody>\n{"".join(rows)}</tbody>\n'
        "</table>\n</section>\n"
    )


def with_progress(app, env, added, changed, removed):
    """The page is made again when any other is another than before."""
    changes = added | changed | removed
    return [page for page in env.found_docs if changes and PLACE in source_of(env, page)]


def source_of(env, page):
    return Path(env.doc2path(page)).read_text(encoding="utf-8")


def prepare(app):
    write_script(app, "chapters.js")
    write_script(app, "progress.js")


def add_to_page(app, page, template, context, doctree):
    app.add_js_file("chapters.js")
    if doctree and any(doctree.findall(Progress)):
        app.add_js_file("progress.js")


def setup(app):
    app.add_node(Progress, html=(visit_progress, None))
    app.add_transform(Places)
    app.connect("env-get-outdated", with_progress)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
