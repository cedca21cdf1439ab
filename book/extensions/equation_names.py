"""Prints the name of an equation, such as eq-h, beside its number: the code refers to the name."""

import re

EQUATION = re.compile(r'(<div [^>]*id="equation-(eq-[\w-]+)">\s*<span class="eqno">)')


def add_names(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = EQUATION.sub(r'\1<code class="eqname">\2</code> ', context["body"])


def setup(app):
    app.connect("html-page-context", add_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
