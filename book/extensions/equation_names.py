"""Prints the name of an equation, such as eq-h, beside its number: the code refers to the name."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import wrap_displaymath

NUMBER = re.compile(r'(<div [^>]*id="equation-(eq-[\w-]+)">\s*<span class="eqno">)')


def add_names(app, pagename, templatename, context, doctree):
    # HTML has eq-dw2 where the book and the code have eq-dW2.
    names = {name.lower(): name for name in app.env.get_domain("math").equations}

    def with_name(match):
        return f'{match[1]}<code class="eqname">{names[match[2].lower()]}</code> '

    if "body" in context:
        context["body"] = NUMBER.sub(with_name, context["body"])


class Tags(SphinxPostTransform):
    """In print: the number that the equation has on its page, whatever LaTeX would count."""

    default_priority = 400
    formats = ("latex",)

    def run(self, **kwargs):
        for block in self.document.findall(nodes.math_block):
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
    app.connect("html-page-context", add_names)
    app.add_post_transform(Tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
