"""Buttons that open a chapter in Binder or Colab, with the address of the repository at hand.

The address is that of the git remote `origin`, so that the buttons of a fork open the fork. Where
there is none on GitHub, there are no buttons, for they would lead nowhere, and the log says why.
"""

import re
from pathlib import Path

from sphinx.util import logging

from extensions.repository import address, branch

LOGGER = logging.getLogger(__name__)
FETCHED = re.compile(r'(home = \\?")(https://github\.com/[\w.-]+/[\w.-]+)')  # in JSON or in Python
NO_ADDRESS = "https://github.com/OWNER/NAME"  # in the notebooks, until set_address.py has been run


def cloned_in_colab(folder):
    """The addresses that the first cells of the notebooks clone when they run in Colab."""
    texts = (path.read_text(encoding="utf-8") for path in Path(folder, "book").glob("*.ipynb"))
    return {found for text in texts for _, found in FETCHED.findall(text)}


def fill_in(app, page, source):
    """Writes the address at hand into the page for teachers."""
    if page == "book/for-a-class" and app.config.published:
        home, branch = app.config.published
        name = home.removeprefix("https://github.com/")
        source[0] = (
            source[0]
            .replace("OWNER/NAME&branch=main", f"{name}&branch={branch}")
            .replace("OWNER/NAME", name)
            .replace("lab/tree/NAME", f"lab/tree/{name.split('/')[1]}")
        )


def add_buttons(app, config):
    options = config.html_theme_options
    try:
        config.published = address(app.srcdir), branch(app.srcdir)
    except LookupError as found:
        options["launch_buttons"] = {}
        LOGGER.info(
            "no buttons for Binder and Colab: expected the book to be the whole of a repository "
            f"with a branch and a remote `origin` on GitHub; found {found}."
        )
        return
    home, here = config.published
    options |= {
        "repository_url": home, "repository_branch": here, "use_repository_button": True
    }  # fmt: skip
    if cloned_in_colab(app.srcdir) != {home}:
        options["launch_buttons"].pop("colab_url", None)
        LOGGER.info(
            f"no Colab buttons: expected the notebooks to fetch {home} in Colab; found "
            "another address in them. Run python scripts/set_address.py and commit the change."
        )


def setup(app):
    app.add_config_value("published", (), "env")
    app.connect("config-inited", add_buttons)
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
