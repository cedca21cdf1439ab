"""Marks what a narrow screen has to arrange in another way: wide results, wide tables, short code.

The styles make the letters of a wide result smaller there, set the cells of a wide table below each
other, each after the name of its column, and keep a few letters of code in one line. A number and
its unit stay in one line everywhere.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from extensions.live import is_code

PHONE = 46  # letters of a result that stand in a line at 390 pixels, and of those that are smaller
WIDEST, WIDEST_IN_FOLD = 57, 55
COLUMNS = 3  # of a table, that fit a phone as they are, but for
SENTENCE = 30  # letters, of which only one column may have more
SHORT = 20  # letters of code
CODE = nodes.literal, nodes.FixedTextElement, nodes.math
UNIT = re.compile(r"(?<=\d) (?=%|[kMG]B\b|min\b)")


class Narrow(SphinxPostTransform):
    default_priority = 200  # when it is settled what cells show
    formats = ("html",)

    def run(self, **kwargs):
        for cell in self.document.findall(is_code):
            for block in cell.findall(nodes.literal_block):
                columns = max(map(len, block.astext().splitlines()), default=0)
                if "output" in block["classes"] and columns > PHONE:
                    block["classes"].append("wide")
        for table in self.document.findall(nodes.table):
            stack(table)
        for code in self.document.findall(nodes.literal):
            if len(code.astext()) <= SHORT:
                code["classes"].append("short")
        for text in list(self.document.findall(nodes.Text)):
            if UNIT.search(text) and not isinstance(text.parent, CODE):
                text.parent.replace(text, nodes.Text(UNIT.sub("\u00a0", text)))


def stack(table):
    head, *rows = table.findall(nodes.row)
    long = [any(len(entry.astext()) > SENTENCE for entry in column) for column in zip(*rows)]
    fits = len(head) <= COLUMNS and sum(long) <= 1
    if fits or not isinstance(head.parent, nodes.thead):
        return
    table["classes"].append("stacked")
    for row in rows:
        for title, entry in zip(head, row):
            if entry.astext():
                name = [part.deepcopy() for part in title[0]]
                entry[0].insert(0, nodes.inline("", "", *name, classes=["column"]))


def setup(app):
    app.add_post_transform(Narrow)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
