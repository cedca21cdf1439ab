"""Buttons that open a chapter in Binder, with the address of the repository at hand.

The address is that of the git remote `origin`, so that the buttons of a fork open the fork. Where
there is none on GitHub, there are no buttons, for they would lead nowhere, and the log says why.
"""

from sphinx.util import logging

from extensions.repository import address, branch

LOGGER = logging.getLogger(__name__)
WITH_ADDRESS = "book/for-a-class", "book/for-the-office"


def fill_in(app, page, source):
    """Writes the address at hand into the pages for teachers and for the office."""
    if page in WITH_ADDRESS and app.config.published:
        home, branch = app.config.published
        name = home.removeprefix("https://github.com/")
        source[0] = (
            source[0]
            .replace("`https://github.com/OWNER/NAME/issues`", f"<{home}/issues>")
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
            "no buttons for Binder: expected the book to be the whole of a repository "
            f"with a branch and a remote `origin` on GitHub; found {found}."
        )
        return
    home, here = config.published
    options |= {
        "repository_url": home, "repository_branch": here, "use_repository_button": True
    }  # fmt: skip


def setup(app):
    app.add_config_value("published", (), "env")
    app.connect("config-inited", add_buttons)
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
