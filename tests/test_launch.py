"""The buttons that open a chapter elsewhere: to the repository at hand, or not there at all."""

import copy
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_book.config import get_final_config

from extensions.launch import WITH_ADDRESS
from extensions.repository import address, branch
from set_address import set_address
from shared import ROOT
from small_book import build, write

HOME = "https://github.com/somebody/a.book"
FORK = "university-of-somewhere-or-other/how-a-neural-network-reads-a-digit"
GITHUB = [
    "https://github.com/somebody/a.book",
    "https://github.com/somebody/a.book.git",
    "https://github.com/somebody/a.book/",
    "https://name:secret@github.com/somebody/a.book.git",
    "git@github.com:somebody/a.book.git",
    "ssh://git@github.com/somebody/a.book",
    "ssh://git@ssh.github.com:443/somebody/a.book.git",
    "https://www.GitHub.com/somebody/a.book",
    "git://github.com/somebody/a.book.git",
    "org-1234@github.com:somebody/a.book.git",
    "hub:somebody/a.book",
    "https://mirrored.example.org/somebody/a.book",
]
ELSEWHERE = [
    "https://gitlab.com/somebody/a.book",
    "https://github.com.example.org/somebody/a.book",
    "https://example.org/github.com/somebody/a.book",
    "git@work:somebody/a.book.git",
    "../a.book",
    "https://github.com/somebody",
]


@pytest.fixture(autouse=True)
def nobodys_git(monkeypatch):
    """Git as it is where nobody has set anything."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def repository(folder, origin, branch="main"):
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", branch)
    git(folder, "config", "url.git@github.com:.insteadOf", "hub:")
    git(folder, "config", "url.https://github.com/.insteadOf", "https://mirrored.example.org/")
    if origin:
        git(folder, "remote", "add", "origin", origin)
    return folder


@pytest.mark.parametrize("origin", GITHUB)
def test_the_address_is_that_of_the_remote(tmp_path, origin):
    assert address(repository(tmp_path, origin)) == HOME


def test_a_mirror_that_is_fetched_from_does_not_hide_the_address(tmp_path):
    book = repository(tmp_path, HOME)
    git(book, "config", "url.https://mirror.example.org/.insteadOf", "https://github.com/")
    assert address(book) == HOME


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_another_remote_is_named_where_one_on_github_was_expected(tmp_path, origin):
    with pytest.raises(LookupError, match=re.escape(f"the remote {origin}")):
        address(repository(tmp_path, origin))


def test_a_password_in_the_remote_is_not_told(tmp_path):
    with pytest.raises(LookupError, match="the remote https://gitlab.com/") as found:
        address(repository(tmp_path, "https://name:secret@gitlab.com/somebody/a.book"))
    assert "secret" not in str(found.value)


def test_without_a_remote_or_a_repository_git_says_what_is_missing(tmp_path):
    with pytest.raises(LookupError, match="not a git repository"):
        address(tmp_path)
    with pytest.raises(LookupError, match="No such remote 'origin'"):
        address(repository(tmp_path, None))


def test_the_repository_around_the_book_is_not_the_book(tmp_path):
    course = repository(tmp_path / "course", HOME)
    (course / "nn-book").mkdir()
    with pytest.raises(LookupError, match="in the folder nn-book/ of another one, course"):
        address(course / "nn-book")


def test_the_repository_whose_hook_is_running_is_not_asked(tmp_path, monkeypatch):
    book, other = repository(tmp_path / "book", HOME), repository(tmp_path / "other", None)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert address(book) == HOME


def test_the_branch_is_the_one_checked_out_unless_the_remote_names_its_own(tmp_path):
    folder = repository(tmp_path, HOME, branch="autumn")
    assert branch(folder) == "autumn"
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    author = ("-c", "user.name=n", "-c", "user.email=e")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(folder, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert branch(folder) == "trunk"


def test_a_commit_on_no_branch_is_told_from_one(tmp_path):
    folder = repository(tmp_path, HOME)
    author = ("-c", "user.name=n", "-c", "user.email=e")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(folder, "checkout", "--quiet", "--detach")
    with pytest.raises(LookupError, match="no branch but [0-9a-f]{7}"):
        branch(folder)


def test_git_speaks_utf_8_whatever_the_machine_does(tmp_path):
    folder = repository(tmp_path, HOME, branch="Álgebra")
    code = f"from extensions.repository import branch; print(ascii(branch({str(folder)!r})))"
    told = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code], cwd=ROOT / "book", encoding="ascii",
        env=os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip
    assert told == "'\\xc1lgebra'\n"


def test_without_git_there_is_no_address(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LookupError, match="no git"):
        address(tmp_path)


# Where git cannot be asked


def test_all_files_hold_the_same_address():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.findall("^(?:repository-code|  url): (.*)$", citation, re.MULTILINE)
    badges = re.findall(r"mybinder\.org/v2/gh/([^/]+/[^/]+)/", readme)
    assert cited == [f"https://github.com/{name}" for name in badges for _ in range(2)]


def test_set_address_writes_it_everywhere_and_a_fork_writes_over_it(tmp_path):
    for name in ("README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path / name)
    set_address(tmp_path, HOME, "main")
    set_address(tmp_path, f"https://github.com/{FORK}", "autumn")
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "somebody" not in readme
    assert readme.count(f"{FORK}/autumn?urlpath=lab/tree/book/01-see-it-work.ipynb") == 1
    citation = (tmp_path / "CITATION.cff").read_text(encoding="utf-8")
    assert citation.count("https://github.com/") == 2
    assert f"\nrepository-code: https://github.com/{FORK}\n" in citation
    assert f"\n  url: https://github.com/{FORK}\n" in citation


def test_set_address_stops_where_the_place_for_it_is_gone(tmp_path):
    (tmp_path / "README.md").write_text("A book", encoding="utf-8")
    with pytest.raises(SystemExit, match="expected one place for the address in .*README.md"):
        set_address(tmp_path, HOME, "main")


# The pages


OURS, _ = get_final_config(
    user_yaml=ROOT / "_config.yml", cli_config={"latex_individualpages": False}
)
CONFIG = {name: OURS[name] for name in ("html_theme", "html_theme_options")} | {
    "extensions": ["myst_nb", "sphinx_external_toc", "sphinx_design", "extensions.launch"],
    "nb_execution_mode": "off",
}


def built(folder):
    """A book of one short chapter and the pages that hold the address, with this book's buttons."""
    texts = {Path(page).name: (ROOT / f"{page}.md").read_text("utf-8") for page in WITH_ADDRESS}
    write(folder, index="# A book\n", chapter=["1 + 1"], **texts)
    return build(folder, **copy.deepcopy(CONFIG))


def pages_of(folder):
    return {Path(name).stem: page for name, page in built(folder).pages.items()}


def test_the_buttons_of_a_fork_open_the_fork(tmp_path):
    fork = repository(tmp_path, "git@github.com:fork/er.git", "autumn")
    pages = pages_of(fork)
    chapter = "autumn?urlpath=lab/tree/book/chapter.ipynb"
    assert f"https://mybinder.org/v2/gh/fork/er/{chapter}" in pages["chapter"]
    assert 'href="https://github.com/fork/er"' in pages["index"]
    assert "mybinder.org" not in pages["index"]
    pull = "repo=https://github.com/fork/er&amp;branch=autumn&amp;urlpath=lab/tree/er/book/01-"
    assert pull in pages["for-a-class"]
    assert 'href="https://github.com/fork/er/issues"' in pages["for-the-office"]
    assert not [page for page in pages.values() if "OWNER" in page]


def test_without_an_address_there_is_no_button_that_needs_one(tmp_path):
    for page in pages_of(tmp_path).values():
        assert not re.findall("launch-buttons|mybinder.org/v2|repository-b", page)
        assert "executablebooks/jupyter-book" not in page


def test_the_log_says_in_one_line_why_there_are_no_buttons(tmp_path):
    course = repository(tmp_path / "course", HOME)
    log = built(course / "nn-book").log
    (line,) = [line for line in log.splitlines() if "no buttons" in line]
    assert line.endswith("found it in the folder nn-book/ of another one, course.")
    assert "no buttons" not in built(repository(tmp_path / "book", HOME)).log


def test_the_page_for_teachers_follows_a_new_address(tmp_path):
    built(repository(tmp_path, HOME))
    git(tmp_path, "remote", "set-url", "origin", "https://github.com/fork/er")
    pages = build(tmp_path, **copy.deepcopy(CONFIG)).pages
    assert "repo=https://github.com/fork/er&amp;" in pages["book/for-a-class.html"]
