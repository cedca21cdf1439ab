"""Prints the name of an equation, such as eq-h, beside its number: the code refers to the name."""

import re

NUMBER = re.compile(r'(<div [^>]*id="equation-(eq-[\w-]+)">\s*<span class="eqno">)')


def add_names(app, pagename, templatename, context, doctree):
    # HTML has eq-dw2 where the book and the code have eq-dW2.
    names = {name.lower(): name for name in app.env.get_domain("math").equations}

    def with_name(match):
        return f'{match[1]}<code class="eqname">{names[match[2].lower()]}</code> '

    if "body" in context:
        context["body"] = NUMBER.sub(with_name, context["body"])


def setup(app):
    app.connect("html-page-context", add_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
