"""How a build ends that has something to complain of."""

import pytest

from small_book import build, write

PARTS = ["myst_nb", "sphinx_external_toc", "extensions.complaints"]
LINKS = {name: f"# A page\n\n{{eq}}`eq-{name}`\n" for name in ("index", "one")}


def test_a_build_that_warned_warns_again(tmp_path):
    write(tmp_path, **LINKS)
    for _ in range(2):
        warnings = build(tmp_path, extensions=PARTS).warnings
        assert "eq-index" in warnings and "eq-one" in warnings


def test_a_strict_build_ends_with_what_it_found(tmp_path):
    write(tmp_path, **LINKS)
    with pytest.raises(SystemExit, match="index.md:3:.*eq-index"):
        build(tmp_path, strict=True, extensions=PARTS)
    with pytest.raises(SystemExit, match="(?s)2 warnings in all:.*eq-index.*one.md:3.*eq-one"):
        build(tmp_path, strict=True, keep_going=True, extensions=PARTS)
