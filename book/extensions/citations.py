"""Makes of a link to a work in references.bib a reference to its entry in the list of them.

Where a notebook is read as a notebook, the link says author and year and leads to the work itself.
"""

import re


def address(work):
    fields = work.fields
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    return f"https://arxiv.org/abs/{fields['eprint']}" if "eprint" in fields else fields["url"]


def cited(text, works):
    """The text with a role in place of each link to one of the works."""
    for key, work in works.items():
        link = rf"\[[^][]*\]\({re.escape(address(work))}\)"
        text = re.sub(link, f"{{cite}}`{key}`", text)
    return text


def cite(app, page, source):
    source[0] = cited(source[0], app.env.get_domain("cite").bibdata.data.entries)


def setup(app):
    app.connect("source-read", cite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
