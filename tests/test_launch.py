"""The buttons that open a chapter elsewhere: to the repository at hand, or not there at all."""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from extensions.launch import FETCHED, NO_ADDRESS, address, branch, cloned_in_colab
from set_address import set_address
from shared import NOTEBOOKS, ROOT, cells

HOME = "https://github.com/somebody/a.book"
FORK = "university-of-somewhere-or-other/how-a-neural-network-reads-a-digit"
GITHUB = [
    "https://github.com/somebody/a.book",
    "https://github.com/somebody/a.book.git",
    "https://github.com/somebody/a.book/",
    "https://name:secret@github.com/somebody/a.book.git",
    "git@github.com:somebody/a.book.git",
    "ssh://git@github.com/somebody/a.book",
]
ELSEWHERE = [
    None,
    "https://gitlab.com/somebody/a.book",
    "https://github.com.example.org/somebody/a.book",
    "../a.book",
    "https://github.com/somebody",
]


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def repository(folder, origin, branch="main"):
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", branch)
    if origin:
        git(folder, "remote", "add", "origin", origin)
    return folder


@pytest.mark.parametrize("origin", GITHUB)
def test_the_address_is_that_of_the_remote(tmp_path, origin):
    assert address(repository(tmp_path, origin)) == HOME


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_there_is_no_address_without_a_remote_on_github(tmp_path, origin):
    assert address(repository(tmp_path, origin)) is None


def test_the_branch_is_the_one_checked_out_unless_the_remote_names_its_own(tmp_path):
    folder = repository(tmp_path, HOME, branch="autumn")
    assert branch(folder) == "autumn"
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    author = ("-c", "user.name=n", "-c", "user.email=e")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(folder, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert branch(folder) == "trunk"


def test_without_git_there_is_no_address(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (address(tmp_path), branch(tmp_path)) == (None, "main")


# The first cell


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_first_cell_fetches_the_book_in_colab(path):
    first, other = cells(path, "code")[0], cells(NOTEBOOKS[0], "code")[0]
    assert first["source"] == other["source"]
    assert FETCHED.search("".join(first["source"]))
    assert first["metadata"] == other["metadata"]
    assert "remove-cell" in first["metadata"]["tags"]


def test_all_files_hold_the_same_address():
    (cloned,) = cloned_in_colab(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.findall("^(?:repository-code|  url): (.*)$", citation, re.MULTILINE)
    badges = re.findall(r"mybinder\.org/v2/gh/([^/]+/[^/]+)/", readme)
    badges += re.findall(r"colab\.research\.google\.com/github/([^/]+/[^/]+)/", readme)
    if cloned == NO_ADDRESS:
        assert (cited, badges) == ([], [])
    else:
        assert cited == [cloned] * 2
        assert [f"https://github.com/{name}" for name in badges] == [cloned] * 2


def test_set_address_writes_it_everywhere_and_a_fork_writes_over_it(tmp_path):
    for name in ("README.md", "CITATION.cff", *(f"book/{path.name}" for path in NOTEBOOKS)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    set_address(tmp_path, HOME, "main")
    set_address(tmp_path, f"https://github.com/{FORK}", "autumn")
    assert cloned_in_colab(tmp_path) == {f"https://github.com/{FORK}"}
    for path in NOTEBOOKS:
        notebook = nbformat.read(tmp_path / "book" / path.name, as_version=4)
        nbformat.validate(notebook)
        code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert max(map(len, code[0].splitlines())) <= 100
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "somebody" not in readme
    assert readme.count(f"{FORK}/autumn?urlpath=lab/tree/book/01-see-it-work.ipynb") == 1
    assert readme.count(f"github/{FORK}/blob/autumn/book/01-see-it-work.ipynb") == 1
    citation = (tmp_path / "CITATION.cff").read_text(encoding="utf-8")
    assert citation.count("https://github.com/") == 2
    assert f"\nrepository-code: https://github.com/{FORK}\n" in citation
    assert f"\n  url: https://github.com/{FORK}\n" in citation


def test_set_address_stops_where_the_place_for_it_is_gone(tmp_path):
    (tmp_path / "README.md").write_text("A book", encoding="utf-8")
    with pytest.raises(SystemExit, match="expected one place for the address in .*README.md"):
        set_address(tmp_path, HOME, "main")


# The pages


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Builds a book of one short chapter with the configuration of this one."""

    def pages(origin, cloned, branch="main"):
        folder = repository(tmp_path_factory.mktemp("book"), origin, branch)
        for path in (ROOT / "_config.yml", *ROOT.glob("LICENSE*")):
            shutil.copy(path, folder)
        for name in ("extensions", "static", "templates", "references.bib"):
            source, target = ROOT / "book" / name, folder / "book" / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n"
                                         "- file: book/chapter\n- file: book/for-a-class\n")
        (folder / "book" / "index.md").write_text("# A book\n\nText.\n")
        shutil.copy(ROOT / "book" / "for-a-class.md", folder / "book")
        first = cells(NOTEBOOKS[0], "code")[0]
        source = FETCHED.sub(lambda found: found[1] + cloned, "".join(first["source"]))
        title = {"cell_type": "markdown", "metadata": {}, "source": "# A chapter"}
        notebook = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
        notebook["cells"] = [title, first | {"source": source}]
        (folder / "book" / "chapter.ipynb").write_text(json.dumps(notebook))
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
        command += ["build", str(folder), "-W", "-n"]
        run = subprocess.run(command, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        html = folder / "_build" / "html" / "book"
        return {path.stem: path.read_text(encoding="utf-8") for path in html.glob("*.html")}

    return pages


def test_the_buttons_of_a_fork_open_the_fork(build):
    pages = build("git@github.com:fork/er.git", "https://github.com/fork/er", "autumn")
    chapter = "autumn?urlpath=lab/tree/book/chapter.ipynb"
    assert f"https://mybinder.org/v2/gh/fork/er/{chapter}" in pages["chapter"]
    colab = "https://colab.research.google.com/github/fork/er/blob/autumn/book/chapter.ipynb"
    assert colab in pages["chapter"]
    assert 'href="https://github.com/fork/er"' in pages["index"]
    assert "mybinder.org" not in pages["index"]
    pull = "repo=https://github.com/fork/er&amp;branch=autumn&amp;urlpath=lab/tree/er/book/01-"
    assert pull in pages["for-a-class"]
    assert "OWNER" not in pages["for-a-class"]


def test_colab_has_no_button_while_its_first_cell_fetches_another_book(build):
    pages = build("https://github.com/fork/er", NO_ADDRESS)
    assert "https://mybinder.org/v2/gh/fork/er/" in pages["chapter"]
    assert "colab.research.google.com" not in pages["chapter"]


def test_without_an_address_there_is_no_button_that_needs_one(build):
    for page in build(None, NO_ADDRESS).values():
        assert not re.findall("launch-buttons|mybinder.org/v2|colab.research|repository-b", page)
        assert "executablebooks/jupyter-book" not in page
