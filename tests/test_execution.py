"""What a second build does: again all that has changed, and nothing else."""

from types import SimpleNamespace

import pytest

from extensions.execution import name_by_content
from small_book import build, write

READS = """
from pathlib import Path

with Path("../runs").open("a", encoding="utf-8") as runs:
    runs.write("{name} ")
print(Path("../nnlib/loss.py").read_text(encoding="utf-8"))
"""
PAGES = {"index": "# A book\n", **{name: [READS.format(name=name)] for name in ("one", "two")}}
RUN = ["nnlib/loss.py", "nnlib/widgets/trainer.js", "nnlib/mnist_sample.npz", "nnlib/results.json",
       "book/equations/__init__.py", "nnlib/book.mplstyle", "book/extensions/slim.py"]  # fmt: skip
SHOWN = ["_toc.yml", "book/static/book.css", "book/templates/home.html", "book/images/cover.png",
         "book/live/cells.py"]  # fmt: skip


@pytest.fixture
def book(tmp_path):
    write(tmp_path, **PAGES)
    (tmp_path / "nnlib").mkdir()
    (tmp_path / "nnlib" / "loss.py").write_text("first", encoding="utf-8")
    return tmp_path


def runs(book):
    """Which notebooks have been run since this was asked last."""
    path = book / "runs"
    names = path.read_text(encoding="utf-8").split() if path.exists() else []
    path.unlink(missing_ok=True)
    return sorted(names)


def names(root):
    """The two settings by which Sphinx sees that something has changed."""
    app = SimpleNamespace(srcdir=root, outdir=root / "_build" / "html")
    config = SimpleNamespace(external_toc_path="_toc.yml")
    name_by_content(app, config)
    return config.nb_execution_cache_path, config.pages_show


@pytest.mark.parametrize("path, changes", [(path, (True, False)) for path in RUN]
                         + [(path, (False, True)) for path in SHOWN])  # fmt: skip
def test_what_is_run_and_what_is_shown_is_seen_to_change(book, path, changes):
    found = [names(book)]
    (book / path).parent.mkdir(parents=True, exist_ok=True)
    for content in ("old", "new"):
        (book / path).write_text(content, encoding="utf-8")
        found.append(names(book))
    for before, after in zip(found, found[1:]):
        assert tuple(one != other for one, other in zip(before, after)) == changes
    (book / "nnlib" / "__pycache__").mkdir()
    (book / "nnlib" / "__pycache__" / "loss.pyc").touch()
    assert names(book) == found[-1]


def test_a_page_is_built_again_when_what_it_runs_has_changed(book):
    pages = build(book).pages
    assert "first" in pages["book/one.html"] and "first" in pages["book/two.html"]
    assert runs(book) == ["one", "two"]
    build(book)
    assert runs(book) == []
    (book / "nnlib" / "loss.py").write_text("second", encoding="utf-8")
    pages = build(book).pages
    assert "second" in pages["book/one.html"] and "second" in pages["book/two.html"]
    assert len(list((book / "_build" / ".jupyter_cache").iterdir())) == 1


def test_the_checks_run_again_when_the_code_of_a_chapter_has_changed(book):
    ledger = ["# from equations import CHECKS", READS.format(name="ledger")]
    write(book, **PAGES, ledger=ledger)
    build(book)
    assert runs(book) == ["ledger", "one", "two"]
    build(book)
    assert runs(book) == []
    write(book, **{**PAGES, "one": [*PAGES["one"], "1 + 1"]}, ledger=ledger)
    build(book)
    assert runs(book) == ["ledger", "one"]


def test_every_page_lists_the_chapters_that_there_are(book):
    build(book)
    runs(book)
    write(book, **PAGES, three="# Three\n")
    pages = build(book).pages
    assert all('href="three.html"' in pages[f"book/{name}.html"] for name in ("index", "one"))
    (book / "book" / "three.md").unlink()
    write(book, **PAGES)
    pages, warnings, _ = build(book)
    assert "book/three.html" not in pages
    assert not [name for name, page in pages.items() if "three.html" in page]
    assert runs(book) == []
    assert warnings == ""


def test_what_a_kernel_writes_on_stderr_is_a_warning_and_in_no_page(book):
    write(book, **PAGES, three=["import sys\nprint('Be' + 'ware', file=sys.stderr)"])
    pages, warnings, _ = build(book)
    assert "three.ipynb" in warnings and "stderr was found" in warnings
    assert "Beware" not in pages["book/three.html"]


def test_a_build_ends_with_all_notebooks_that_failed(book):
    write(book, **PAGES, three=["1 / 0"], four=["print(nothing)"])
    with pytest.raises(SystemExit) as error:
        build(book)
    for words in ("three.ipynb", "ZeroDivisionError", "four.ipynb", "NameError"):
        assert words in str(error.value)


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "text"])
def test_a_builder_that_the_book_is_not_arranged_for_is_refused(tmp_path, builder):
    write(tmp_path, index="# A book\n", one="# One\n")
    with pytest.raises(SystemExit, match=f"expected one of .* html, .*; found {builder}. Run"):
        build(tmp_path, builder, extensions=["myst_nb", "sphinx_external_toc", "extensions"])
