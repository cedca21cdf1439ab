"""Where the book is published, as git tells it: the buttons and scripts/set_address.py ask."""

import os
import re
import subprocess
from pathlib import Path

# What GitHub shows under "Code", and what people and companies make of it.
GITHUB = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^/@]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/"
    r"|(?:[^/@]+@)?(?:ssh\.)?github\.com:/?)"
    r"([\w.-]+/[\w.-]+?)(?:\.git)?/?",
    re.IGNORECASE,
)
# Set while git runs a hook; they would name the repository of that.
OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX")


def git(folder, *words):
    """What a git command prints; raises LookupError with the reason where it fails."""
    environment = {name: text for name, text in os.environ.items() if name not in OF_ANOTHER}
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), *words], env=environment, capture_output=True,
            encoding="utf-8", errors="replace",
        )  # fmt: skip
    except FileNotFoundError:
        raise LookupError("no git") from None
    if run.returncode:
        raise LookupError(run.stderr.splitlines()[0] if run.stderr else f"no {words[-1]}")
    return run.stdout.strip()


def address(folder):
    """https://github.com/OWNER/NAME of the git remote `origin`.

    Raises LookupError where the book is not the whole of a repository on GitHub, with what it is.
    """
    if inside := git(folder, "rev-parse", "--show-prefix"):
        around = Path(git(folder, "rev-parse", "--show-toplevel")).name
        raise LookupError(f"it in the folder {inside} of another one, {around}")
    meant = git(folder, "remote", "get-url", "origin")  # by the rules of url.NAME.insteadOf
    for url in (git(folder, "config", "--get", "remote.origin.url"), meant):
        if found := GITHUB.fullmatch(url):
            return f"https://github.com/{found[1]}"
    raise LookupError(f"the remote {re.sub('//[^/@]+@', '//', meant)}")


def branch(folder):
    """The branch that is published: the remote's own, or else the one that is checked out.

    Raises LookupError where neither is known.
    """
    try:
        name = git(folder, "rev-parse", "--abbrev-ref", "origin/HEAD").removeprefix("origin/")
    except LookupError:
        name = git(folder, "branch", "--show-current")
    if not name or "\ufffd" in name:
        raise LookupError(f"no branch but {name or git(folder, 'rev-parse', '--short', 'HEAD')}")
    return name
