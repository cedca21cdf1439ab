"""Mends what a screen reader meets in the theme's pages: roles of references."""

import re

MENDED = [
    # docutils writes a list without items; doc-biblioentry has been withdrawn from ARIA.
    (re.compile('role="doc-biblioentry"'), 'role="listitem"'),
]


def mend(app, pagename, templatename, context, doctree):
    for found, mended in MENDED:
        if "body" in context:
            context["body"] = found.sub(mended, context["body"])


def setup(app):
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
