"""Gets the Python of the pages into your cache folder, from which the next build puts it into them.

    python scripts/get_python.py    once; fetches 25 MB

The files are those that book/live/pyodide.json names, each checked by its sha256. Without them the
pages ask its official host for them, when a reader runs a cell and has agreed.
"""

import json
from pathlib import Path

import pooch

from nnlib.mnist import retrieve

PYODIDE = Path(__file__).resolve().parents[1] / "book" / "live" / "pyodide.json"
OWN_FILES = (
    "get the files that book/live/pyodide.json names in another way and name their folder in the "
    "environment variable NNLIB_PYODIDE, where the build looks first. It also works without them."
)


def get(pyodide, cache):
    """The folder in the cache that has all of these files, fetched if they are not there yet."""
    folder = cache / f"pyodide-{pyodide['version']}"
    for name, about in pyodide["files"].items():
        retrieve(name, about["sha256"], pyodide["mirrors"], OWN_FILES, folder)
    return folder


def main():
    try:
        folder = get(json.loads(PYODIDE.read_text(encoding="utf-8")), pooch.os_cache("nnlib"))
    except OSError as error:  # no network, or no place to write: it says which
        raise SystemExit(error) from None
    print(f"{folder}: complete. Now run jupyter-book build .")


if __name__ == "__main__":
    main()
