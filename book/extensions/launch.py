"""Buttons that open a chapter in Binder or Colab, with the address of the repository at hand.

The address is that of the git remote `origin`, so that the buttons of a fork open the fork. Where
there is none on GitHub, there are no buttons, for they would lead nowhere.
"""

import re
import subprocess
from pathlib import Path

GITHUB = re.compile(r"(?:https://(?:[^/@]+@)?|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)/?")
FETCHED = re.compile(r'(home = \\?")(https://github\.com/[\w.-]+/[\w.-]+)')  # in JSON or in Python
NO_ADDRESS = "https://github.com/OWNER/NAME"  # in the notebooks, until set_address.py has been run


def git(folder, *words):
    """What a git command prints, or nothing where it fails or there is no git."""
    try:
        command = ["git", "-C", str(folder), *words]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""
    return run.stdout.strip()


def address(folder):
    """https://github.com/OWNER/NAME of the git remote `origin`, or None."""
    found = GITHUB.fullmatch(git(folder, "config", "--get", "remote.origin.url"))
    return f"https://github.com/{found[1].removesuffix('.git')}" if found else None


def branch(folder):
    """The branch that is published: the remote's own, or else the one that is checked out."""
    head = git(folder, "rev-parse", "--abbrev-ref", "origin/HEAD").removeprefix("origin/")
    return head or git(folder, "branch", "--show-current") or "main"


def cloned_in_colab(folder):
    """The addresses that the first cells of the notebooks clone when they run in Colab."""
    texts = (path.read_text(encoding="utf-8") for path in Path(folder, "book").glob("*.ipynb"))
    return {found for text in texts for _, found in FETCHED.findall(text)}


def fill_in(app, page, source):
    """Writes the address at hand into the page for teachers."""
    home = address(app.srcdir)
    if page == "book/for-a-class" and home:
        name = home.removeprefix("https://github.com/")
        source[0] = (
            source[0]
            .replace("OWNER/NAME&branch=main", f"{name}&branch={branch(app.srcdir)}")
            .replace("OWNER/NAME", name)
            .replace("lab/tree/NAME", f"lab/tree/{name.split('/')[1]}")
        )


def add_buttons(app, config):
    home, options = address(app.srcdir), config.html_theme_options
    if home is None:
        options["launch_buttons"] = {}
        return
    options |= {
        "repository_url": home,
        "repository_branch": branch(app.srcdir),
        "use_repository_button": True,
    }
    if cloned_in_colab(app.srcdir) != {home}:
        options["launch_buttons"].pop("colab_url", None)
        from sphinx.util import logging  # set_address.py does without Sphinx

        logging.getLogger(__name__).info(
            f"no Colab buttons: expected the notebooks to fetch {home} in Colab; found "
            "another address in them. Run python scripts/set_address.py and commit the change."
        )


def setup(app):
    app.connect("config-inited", add_buttons)
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
