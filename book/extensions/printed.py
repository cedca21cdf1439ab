"""Arranges the pages as a book on paper: what HTML needs no order for stands in chapters."""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FRONT = "Before you begin"


class Chapters(SphinxPostTransform):
    """The text of the first page becomes a chapter; numbers only where the pages have them."""

    default_priority = 700
    formats = ("latex",)

    def run(self, **kwargs):
        (top,) = self.document.findall(lambda node: node.parent is self.document)
        title, *rest = top
        pages = [node for node in rest if "toctree-wrapper" in node.get("classes", [])]
        front = nodes.section("", nodes.title("", FRONT), ids=["front"], docname=top.get("docname"))
        front += [node for node in rest if node not in pages]
        top[:] = [title, numbered(False), front, *pages]
        for page in self.document.findall(addnodes.start_of_file):
            page.insert(0, numbered(page["docname"] in self.env.toc_secnumbers))


def numbered(whether):
    return nodes.raw("", rf"\setcounter{{secnumdepth}}{{{2 if whether else -2}}}", format="latex")


def setup(app):
    app.add_post_transform(Chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
