"""Mends what a screen reader meets in the theme's pages: the roles in the list of references."""


def mend_roles(app, pagename, templatename, context, doctree):
    if "body" in context:
        # docutils writes a list without items; doc-biblioentry has been withdrawn from ARIA.
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    app.connect("html-page-context", mend_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
