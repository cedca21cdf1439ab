"""Buttons that open a chapter in Binder or Colab, with the address of the repository at hand.

The address is that of the git remote `origin`, so that the buttons of a fork open the fork. Where
there is none on GitHub, there are no buttons, for they would lead nowhere.
"""

import re
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from sphinx.util import logging

GITHUB = re.compile(r"(?:https://(?:[^/@]+@)?|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)/?")
CLONE = re.compile(r"(git clone .*)(https://github\.com/[\w.-]+/[\w.-]+)")
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
    return {found for text in texts for _, found in CLONE.findall(text)}


def links(home, branch):
    """What the pages quote as {{ repository }} and {{ git_pull_link }}."""
    name = home.rsplit("/", 1)[1]
    query = urlencode({
        "repo": home, "branch": branch, "urlpath": f"lab/tree/{name}/book/01-see-it-work.ipynb"
    })
    pull = f"https://HUB/hub/user-redirect/git-pull?{query}"
    return {"repository": f"`{home}`", "git_pull_link": f"```\n{pull}\n```"}


def add_buttons(app, config):
    home, options = address(app.srcdir), config.html_theme_options
    config.myst_substitutions |= links(home or NO_ADDRESS, branch(app.srcdir))
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
        logging.getLogger(__name__).info(
            f"no Colab buttons: expected the notebooks to fetch {home} in Colab; found "
            "another address in them. Run python scripts/set_address.py and commit the change."
        )


def setup(app):
    app.connect("config-inited", add_buttons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
