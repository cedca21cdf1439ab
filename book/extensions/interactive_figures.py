"""Puts the widgets of a notebook into its page, where they work with no kernel and no server.

host.js starts them there. Until it has, and where JavaScript is off, a widget's still is shown.
On paper and in an e-reader there is nothing else.
"""

import json
import re
from collections import Counter

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

PRINTED = "Interactive on the web page; here is a still"


class Places(SphinxPostTransform):
    """Keeps the still of a widget beside its view, where myst-nb would keep the view alone."""

    default_priority = 3  # just before myst-nb selects one form of each output
    builders = ("html", "latex", "epub")

    def run(self, **kwargs):
        kinds = Counter()
        for bundle in list(self.document.findall(nodes.container)):
            forms = {part.get("mime_type"): part for part in bundle.children}
            if WIDGET_VIEW_MIMETYPE in forms:
                bundle.replace_self(self.place(forms, kinds))

    def place(self, forms, kinds):
        view, still = forms[WIDGET_VIEW_MIMETYPE], forms.get("text/html")
        if still and self.app.builder.name != "html":
            return [printed(still.astext())]
        model_id = json.loads(view.astext().split(">", 1)[1].rsplit("<", 1)[0])["model_id"]
        module = self.states().get(model_id, {}).get("model_module", "no stored state")
        if module != "anywidget" or still is None:
            raise ExtensionError(
                f"{self.env.docname}: expected every widget to be an anywidget with a still, which "
                f"alone works in a page without a kernel; found {module}, still: "
                f"{still is not None}. Make it a class like those of nnlib.widgets."
            )
        identity = place_id(forms["text/plain"].astext().partition("(")[0], kinds)
        start = f'<div class="figure-place" id="{identity}" data-model="{model_id}">'
        return [html(start + '<div class="figure-still">'), *still.children, html("</div></div>")]

    def states(self):
        files = NbMetadataCollector.get_js_files(self.env, self.env.docname)
        _, script = files.get("ipywidgets_state", (None, {"body": "{}"}))
        return json.loads(script["body"]).get("state", {})


def place_id(kind, kinds):
    """The address of the next figure of a kind in a page: figure-forward-pass, the second ...-2."""
    kinds[kind] += 1
    name = re.sub("([A-Z])", r"-\1", kind).lower()
    return f"figure{name}" + (f"-{kinds[kind]}" if kinds[kind] > 1 else "")


def html(text):
    return nodes.raw("", text, format="html")


def printed(still):
    """The pictures and tables of a still as nodes, below a line that says what they are.

    Its paragraphs speak of JavaScript and are left out.
    """
    frame = nodes.admonition("", nodes.title("", PRINTED))
    parts = BeautifulSoup(still, "html.parser").find_all(["img", "table"])
    for part in parts:
        frame += nodes.container("", *PARTS[part.name](part), classes=[f"still-of-{len(parts)}"])
    return frame


def picture(img):
    source, width = img["src"], f"{img['width']}px"
    return [nodes.image(uri=source, candidates={"?": source}, alt=img["alt"], width=width)]


def table(of):
    """The caption and the rows of a table in HTML."""

    def row(tr):
        texts = [cell.text for cell in tr.find_all(["th", "td"])]
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    head, *rows = map(row, of.find_all("tr"))
    widths = [nodes.colspec(colwidth=1) for _ in head]
    group = nodes.tgroup("", *widths, nodes.thead("", head), nodes.tbody("", *rows), cols=len(head))
    return [nodes.paragraph("", of.caption.text), nodes.table("", group)]


PARTS = {"img": picture, "table": table}


def setup(app):
    app.add_post_transform(Places)
    app.config.nb_ipywidgets_js = {}  # host.js is part of the one script of pages with code
    return {"parallel_read_safe": True, "parallel_write_safe": True}
