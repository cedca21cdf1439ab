"""Arranges the pages as a book on paper or in an e-reader: nothing opens, scrolls or is pressed."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import wrap_displaymath

from extensions.live import is_code
from extensions.mathematics import wide

FRONT = "Before you begin"
ON_PAPER = {"Show the solution": "The solution"}
SEEN = re.compile("Show (the code of the (?:figure|table|numbers))")  # whose result is the point
ELSEWHERE = "{} is cell {} on the web page and in the notebook."
LONG = 30  # rows, beyond which Sphinx breaks a table over pages, with columns as wide as they like
PADDING = 4  # letters that the space between two columns would hold
WIDEST = 45  # letters, beyond which a text goes on in the next line of its column


class Chapters(SphinxPostTransform):
    """The text of the first page becomes a chapter; numbers only where the pages have them."""

    default_priority = 800  # when Sphinx has put the references at the end
    formats = ("latex",)

    def run(self, **kwargs):
        (top,) = (node for node in self.document if isinstance(node, nodes.section))
        title, *rest = top
        pages = [node for node in rest if "toctree-wrapper" in node.get("classes", [])]
        front = nodes.section("", nodes.title("", FRONT), ids=["front"])
        front += [node for node in rest if node not in pages]
        top[:] = [title, numbered(False), front, *pages]
        for page in list(self.document.findall(addnodes.start_of_file)):
            if page.astext().strip() == page.next_node(nodes.title).astext():
                page.parent.remove(page)  # the page of the references, which stand at the end
            page.insert(0, numbered(page["docname"] in self.env.toc_secnumbers))


def numbered(whether):
    return tex(rf"\setcounter{{secnumdepth}}{{{2 if whether else -2}}}")


def tex(text):
    return nodes.raw("", text, format="latex")


class OnScreen(nodes.General, nodes.Element):
    """What is there for a script: a form, a table to be filled."""


class Opened(SphinxPostTransform):
    """All that is folded on the pages is open, but for the code of what is to be looked at."""

    default_priority = 100  # before there are folds
    builders = ("latex", "epub")

    def run(self, **kwargs):
        for node in list(self.document.findall(OnScreen)):
            node.parent.remove(node)
        for cell in self.document.findall(is_code):
            cell.attributes.pop("hide_mode", None)
            if seen := SEEN.fullmatch(cell.get("prompt_show", "")):
                cell.pop(0)  # the code
                text = ELSEWHERE.format(seen[1].capitalize(), cell["exec_count"])
                place = nodes.container("", nodes.paragraph("", text), classes=["code-elsewhere"])
                cell += place
        for box in self.document.findall(nodes.container):
            if box.get("design_component") == "dropdown":
                del box["design_component"]
        for title in self.document.findall(nodes.rubric):
            if title.astext() in ON_PAPER:
                title[:] = [nodes.Text(ON_PAPER[title.astext()])]


class Details(SphinxPostTransform):
    """Boxes that are whole, pictures in the middle, long tables as wide as the page."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs):
        for image in self.document.findall(nodes.image):
            if isinstance(image.parent, nodes.container):
                image["align"] = "center"
        for box in list(self.document.findall(nodes.admonition)):
            if lines := max(map(lines_of, box.findall(nodes.table)), default=0):
                # Not the title at the end of one page and the table on the next.
                place = tex(rf"\needspace{{{round(4 + 1.5 * lines)}\baselineskip}}")
                box.parent.insert(box.parent.index(box), place)
        for group in self.document.findall(nodes.tgroup):
            if len(rows_of(group)) > LONG:
                share_width(group)
        for raw in list(self.document.findall(nodes.raw)):
            if raw.astext() == "<br>":
                raw.replace_self(tex(r"\newline "))


def rows_of(table):
    return list(table.findall(nodes.row))


def lines_of(table):
    return len(rows_of(table)) + sum(raw.astext() == "<br>" for raw in table.findall(nodes.raw))


def share_width(group):
    """Gives each column of a table a width by its longest text."""
    group.parent["classes"].append("colwidths-given")
    rows = rows_of(group)
    for i, column in enumerate(group.findall(nodes.colspec)):
        column["colwidth"] = PADDING + min(WIDEST, max(len(row[i].astext()) for row in rows))


class Tags(SphinxPostTransform):
    """In print: the number that the equation has on its page, whatever LaTeX would count."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs):
        for block in self.document.findall(nodes.math_block):
            block[:] = [nodes.Text(wide(block.astext()))]
            if name := block.get("label"):
                numbers = self.env.toc_fignumbers[block["docname"]]["displaymath"]
                number = ".".join(map(str, numbers[block["ids"][0]]))
                label = f"{block['docname']}:{block['ids'][0]}"  # as a link to the name asks for it
                text = wrap_displaymath(block.astext(), label, True)
                tag = rf"\equationname{{{name}}}\tag{{{number}}}\label"
                block[:] = [nodes.Text(text.replace(r"\label", tag, 1))]
                block["nowrap"] = True
                del block["label"]
        for link in list(self.document.findall(nodes.reference)):
            target = {kind: link[kind] for kind in ("refid", "refuri") if kind in link}
            if any("equation-eq-" in place for place in target.values()):
                # A mere link would have the number of a page behind it, each time.
                link.replace_self(addnodes.number_reference("", "", title="(%s)", **target))


def setup(app):
    app.add_post_transform(Opened)
    app.add_post_transform(Chapters)
    app.add_post_transform(Details)
    app.add_post_transform(Tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
