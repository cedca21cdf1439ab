"""Writes the address of the repository where git cannot be asked: README and citation.

    python scripts/set_address.py    after a fork, or when the book has got its first address

The address is that of the git remote `origin`. The buttons of the pages need none of this: the
build looks it up. But the badge of the README and the citation have to hold it. Look at the
difference, and commit it.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))

from extensions.repository import address, branch  # noqa: E402

BADGE = re.compile(r"(<!-- badge -->\n).*?(?=<!-- end of badge -->)", re.DOTALL)
SOFTWARE = re.compile(r"^(version: .*\n)(?:repository-code: .*\n)?", re.MULTILINE)
BOOK = re.compile(r"^(  year: .*\n)(?:  url: .*\n)?", re.MULTILINE)
FIRST = "book/01-see-it-work.ipynb"


def badge(home, branch):
    """The badge that opens the first chapter, in Markdown."""
    name = home.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{FIRST}"
    return f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})\n"


def rewrite(path, pattern, text):
    """Puts the text behind the first group of the pattern, at its one place in the file."""
    before = path.read_text(encoding="utf-8")
    after, places = pattern.subn(lambda found: found[1] + text, before)
    if places != 1:
        raise SystemExit(
            f"expected one place for the address in {path}; found {places}. "
            f"Put back the text that {pattern.pattern!r} finds."
        )
    path.write_text(after, encoding="utf-8")


def set_address(root, home, branch):
    """Writes the address into every file of the project that holds it."""
    rewrite(root / "README.md", BADGE, badge(home, branch))
    rewrite(root / "CITATION.cff", SOFTWARE, f"repository-code: {home}\n")
    rewrite(root / "CITATION.cff", BOOK, f"  url: {home}\n")


def main():
    try:
        home, here = address(ROOT), branch(ROOT)
    except LookupError as found:
        raise SystemExit(
            f"expected a branch and a git remote `origin` on GitHub; found {found}. Add it: "
            "git remote add origin https://github.com/OWNER/NAME"
        ) from None
    set_address(ROOT, home, here)
    print(f"{home} written to README.md and CITATION.cff")


if __name__ == "__main__":
    main()
