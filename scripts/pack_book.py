"""Packs the built book into one archive that opens from disk, figures and search included.

    jupyter-book build . && python scripts/pack_book.py    writes _build/NAME.zip

Unpack it anywhere and open index.html in the folder that comes out: no server and no network are
needed. The licences lie beside it.
"""

import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "how-a-neural-network-reads-a-digit"


def pack(html, archive):
    """Writes the folder of pages and the licences into a zip file, under one folder."""
    if not (html / "index.html").is_file():
        raise SystemExit(
            f"expected a built book in {html}; found none. Run jupyter-book build . first."
        )
    files = {path.relative_to(html): path for path in sorted(html.rglob("*")) if path.is_file()}
    files |= {path.relative_to(ROOT): path for path in sorted(ROOT.glob("LICENSE*"))}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, path in files.items():
            packed.write(path, Path(archive.stem, name))


def main():
    archive = ROOT / "_build" / f"{NAME}.zip"
    pack(ROOT / "_build" / "html", archive)
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
