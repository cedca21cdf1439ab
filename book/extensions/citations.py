"""Makes of a link to a work in references.bib a reference to its entry in the list of them.

Where a notebook is read as a notebook, the link says author and year and leads to the work itself.
"""

import re


def address(work):
    fields = work.fields
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    return f"https://arxiv.org/abs/{fields['eprint']}" if "eprint" in fields else fields["url"]


def cite(app, page, source):
    for key, work in app.env.get_domain("cite").bibdata.data.entries.items():
        link = rf"\[[^][]*\]\({re.escape(address(work))}\)"
        source[0] = re.sub(link, f"{{cite}}`{key}`", source[0])


def setup(app):
    app.connect("source-read", cite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
