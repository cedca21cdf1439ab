"""Mends what a screen reader meets in the pages: roles, headings of tables, printed tables.

What code prints in columns below a line of titles stays the text that it is, letter by letter, and
is a table to who hears it.
"""

import re
from itertools import takewhile

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

MENDED = [
    # docutils writes a list without items; doc-biblioentry has been withdrawn from ARIA.
    (re.compile('role="doc-biblioentry"'), 'role="listitem"'),
    (re.compile('<th class="head'), '<th scope="col" class="head'),
    (re.compile('<th class="stub'), '<th scope="row" class="stub'),
]
PRINTED = re.compile(r"(?<=<pre><span></span>)[^<]+(?=</pre></div>\n</div>)")
FIELD = re.compile(r" *(?:[^ ]| (?! ))+")  # with the spaces before it; between fields are two
NUMBER = re.compile(r" *[-+]?\d[\d,]*(\.\d*)?(e[-+]?\d+)?| *nan| *inf")


class Stubs(SphinxPostTransform):
    """What a row of a table is about stands first in it, unless some begin with nothing."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        for group in self.document.findall(nodes.tgroup):
            if all(row[0].astext() for row in group.findall(nodes.row)):
                next(group.findall(nodes.colspec))["stub"] = 1


def fields_of(line):
    fields = FIELD.findall(line)
    return fields if "".join(fields) == line else []


def table_at(lines):
    """The rows of fields, titles first, of a table that begins with the first of the lines."""
    titles = fields_of(lines[0])
    if len(titles) < 2 or any(map(NUMBER.fullmatch, titles)):
        return []

    def fits(row):
        numbers = len(row) > 1 and all(map(NUMBER.fullmatch, row))  # may end before the last column
        return len(row) == len(titles) or numbers and len(row) < len(titles)

    rows = list(takewhile(fits, map(fields_of, lines[1:])))
    has_numbers = any(all(map(NUMBER.fullmatch, column)) for column in zip(*rows))
    return [titles, *rows] if len(rows) > 1 and has_numbers else []


def with_tables(text):
    """HTML of what is printed, with the roles of its tables."""
    lines, made = text.split("\n"), []
    while lines:
        if table := table_at(lines):
            titles, *rows = table
            roles = [["columnheader"] * len(titles)]
            roles += [["rowheader", *["cell"] * (len(titles) - 1)]] * len(rows)
            made.append(within("table", "\n".join(map(row_of, roles, table))))
        else:
            made.append(lines[0])
        del lines[: len(table) or 1]
    return "\n".join(made)


def within(role, text):
    return f'<span role="{role}">{text}</span>'


def row_of(roles, fields):
    return within("row", "".join(map(within, roles, fields)))


def mend(app, pagename, templatename, context, doctree):
    if "body" in context:
        for found, mended in MENDED:
            context["body"] = found.sub(mended, context["body"])
        context["body"] = PRINTED.sub(lambda text: with_tables(text[0]), context["body"])


def setup(app):
    app.add_post_transform(Stubs)
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
