"""Arranges the pages as a book on paper, where nothing opens, scrolls or is pressed."""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FRONT = "Before you begin"
ON_PAPER = {"Show the solution": "The solution"}
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


class Details(SphinxPostTransform):
    """Boxes that are open and whole, pictures in the middle, long tables as wide as the page."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs):
        for title in self.document.findall(nodes.rubric):
            if title.astext() in ON_PAPER:
                title[:] = [nodes.Text(ON_PAPER[title.astext()])]
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


def setup(app):
    app.add_post_transform(Chapters)
    app.add_post_transform(Details)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
