"""Packs the built book into one archive that opens from disk, figures and search included.

    jupyter-book build . && python scripts/pack_book.py    writes _build/NAME.zip

Unpack it anywhere and open index.html in the folder that comes out: no server and no network are
needed. The build has put the licences beside it.
"""

import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "how-a-neural-network-reads-a-digit"


def pack(html, archive):
    """Writes the folder of pages into a zip file, under one folder."""
    if not (html / "index.html").is_file():
        raise SystemExit(
            f"expected a built book in {html}; found none. Run jupyter-book build . first."
        )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(html.rglob("*")):
            packed.write(path, Path(archive.stem, path.relative_to(html)))


def main():
    archive = ROOT / "_build" / f"{NAME}.zip"
    pack(ROOT / "_build" / "html", archive)
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
