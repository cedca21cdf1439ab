"""Mends what a screen reader meets in the theme's pages: roles of references, names of folds."""

import re

MENDED = [
    # docutils writes a list without items; doc-biblioentry has been withdrawn from ARIA.
    (re.compile('role="doc-biblioentry"'), 'role="listitem"'),
    # What stands on a fold is its name, and what it does next.
    (re.compile('<summary aria-label="Toggle hidden content">'), "<summary>"),
    (
        re.compile(r'(collapsed admonition-title">)Show (.*?)(</p>\n<p class="expanded .*?">).*?<'),
        r"\1Show \2\3Hide \2<",
    ),
    (
        re.compile(r'(<span class="sd-summary-text">)Show (.*?)(</span>)'),
        r'\1<span class="collapsed">Show \2</span><span class="expanded">Hide \2</span>\3',
    ),
]


def mend(app, pagename, templatename, context, doctree):
    for found, mended in MENDED:
        if "body" in context:
            context["body"] = found.sub(mended, context["body"])


def setup(app):
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
