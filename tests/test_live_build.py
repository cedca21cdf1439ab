"""What a build gives the pages that run code: Python's files, checked, and the book's own code."""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pooch
import pytest
import yaml
from bs4 import BeautifulSoup

import get_python
from extensions import live
from shared import MANIFEST, MESSAGE, PYODIDE, ROOT, from_cdn, python_at_hand
from small_book import CONFIG, build, write

WITH_PYTHON = {"extensions": [*CONFIG["extensions"], "extensions.live"]}
FILES = {"pyodide.js": b"a script", "letters.whl": bytes(range(256)), "empty.whl": b""}
SMALL = {
    "version": "1.2",
    "cdn": "https://cdn.invalid/v1.2/",
    "mirrors": ["https://cdn.invalid/v1.2/", "https://mirror.invalid/v1.2/"],
    "files": {
        name: {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "for": "matplotlib" if name == "letters.whl" else "start",
        }
        for name, content in FILES.items()
    },
}
AT_HAND = python_at_hand()  # before a test sees to it that nothing is
STATIC = {
    "live.js": 'import { b } from "./other.js";\n\nexport const start_page = b;\n',
    "other.js": "export const b = 1;\n",
    "host.js": "export const a = 0;\n",
    "worker.js": "work();\n",
}


@pytest.fixture(autouse=True)
def caches(tmp_path, monkeypatch):
    """No folder is named, and the user's cache is empty."""
    monkeypatch.delenv("NNLIB_PYODIDE", raising=False)
    monkeypatch.setattr(live, "PIECE", 64)  # so that a file has several
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "caches" / project)
    return tmp_path / "caches" / "nnlib" / "pyodide-1.2"


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book of one cell"
    write(folder, index="# A book\n", **{"1-one": ["1 + 1"], "words": "# Words\n"})
    for name, text in STATIC.items():
        (folder / "book" / "static").mkdir(exist_ok=True)
        (folder / "book" / "static" / name).write_text(text, encoding="utf-8")
    (folder / "book" / "live").mkdir()
    (folder / "book" / "live" / "pyodide.json").write_text(json.dumps(SMALL), encoding="utf-8")
    return folder


def put(folder):
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def named(tmp_path, monkeypatch):
    folder = put(tmp_path / "a folder of mine")
    monkeypatch.setenv("NNLIB_PYODIDE", str(folder))
    return folder


def script_of(book):
    return (book / "_build" / "html" / "_static" / "live.js").read_text(encoding="utf-8")


def manifest(book):
    return json.loads(MANIFEST.search(script_of(book))[0])


def pieces_of(book):
    folder = book / "_build" / "html" / "_static" / "python"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def carried(book):
    """The files in the book, each as a page puts it together from its pieces."""
    letters = {}
    for path, text in pieces_of(book).items():
        name, k, piece = re.fullmatch(r'python_piece\("(.+)", (\d+), "(.*)"\);\n', text).groups()
        assert path.startswith(f"{name}-") and path.endswith(f".{k}.js") and 0 < len(piece) <= 64
        letters.setdefault(name, {})[int(k)] = base64.b64decode(piece)
    packed = {name: [parts[k] for k in range(len(parts))] for name, parts in letters.items()}
    return {name: gzip.decompress(b"".join(parts)) for name, parts in packed.items()}


def check_manifest(book, cdn):
    files, there = {file["name"]: file for file in manifest(book)["files"]}, carried(book)
    assert manifest(book)["cdn"] == cdn
    own = {"book.zip": there["book.zip"], "worker.js": STATIC["worker.js"].encode()}
    assert set(files) == set(own | FILES)
    for name, content in (own | FILES).items():
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert files[name]["integrity"] == f"sha256-{digest}"
        assert files[name]["when"] == SMALL["files"].get(name, {"for": "start"})["for"]
    assert there == own | (FILES if cdn is None else {})


def test_python_is_in_the_book_where_a_folder_is_named(book, named):
    build(book, strict=True, **WITH_PYTHON)
    check_manifest(book, None)
    pieces = {file["name"]: len(file["pieces"]) for file in manifest(book)["files"]}
    assert min(pieces.values()) == 1 and pieces["letters.whl"] > 1


def test_python_is_in_the_book_where_the_cache_has_it(book, caches, monkeypatch):
    monkeypatch.setenv("NNLIB_PYODIDE", "")
    put(caches)
    build(book, strict=True, **WITH_PYTHON)
    check_manifest(book, None)


def test_modules_are_compiled_once_and_only_where_node_is(tmp_path, monkeypatch):
    folder = AT_HAND
    if folder is None or shutil.which("node") is None:
        pytest.skip("needs Node, and Python's files: python scripts/get_python.py")
    name = "cycler-0.12.1-py3-none-any.whl"
    few = {"files": {name: PYODIDE["files"][name]}}
    made = live.compiled(few, folder, tmp_path / "bytecode")
    before, after = zipfile.ZipFile(folder / name), zipfile.ZipFile(io.BytesIO(made[name]))
    others = {path for path in before.namelist() if not path.endswith((".py", "/"))}
    assert others < set(after.namelist()) and "cycler/__init__.pyc" in after.namelist()
    assert not any(path.endswith(".py") for path in after.namelist())
    assert all(before.read(path) == after.read(path) for path in others)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert live.compiled(few, folder, tmp_path / "bytecode") == made
    assert live.compiled(few, folder, tmp_path / "elsewhere") == {}


def test_python_is_at_its_address_where_nobody_has_it(book):
    built = build(book, strict=True, **WITH_PYTHON)
    check_manifest(book, SMALL["cdn"])
    assert SMALL["cdn"] in built.log and "no such folder. Run python scripts/get_py" in built.log
    bytes_of = {file["name"]: file["bytes"] for file in manifest(book)["files"]}
    assert all(bytes_of[name] == len(content) for name, content in FILES.items())


def damage(folder):
    (folder / "letters.whl").write_bytes(FILES["letters.whl"][:-1])
    return f"letters.whl with the sha256 {SMALL['files']['letters.whl']['sha256']} in {folder}"


def lose(folder):
    (folder / "empty.whl").unlink()
    return "found no such file"


def move(folder):
    folder.rename(folder.with_name("elsewhere"))
    return f"in {folder}; found no such folder"


@pytest.mark.parametrize("spoil", [damage, lose, move])
def test_a_folder_that_is_named_has_all_files_as_they_should_be(book, named, spoil):
    reason = spoil(named)
    with pytest.raises(SystemExit) as caught:
        build(book, **WITH_PYTHON)
    assert MESSAGE.fullmatch(str(caught.value)) and reason in str(caught.value)


@pytest.mark.parametrize("spoil", [damage, lose, move])
def test_a_cache_that_has_not_is_as_good_as_none_and_the_log_says_why(book, caches, spoil):
    reason = spoil(put(caches))
    built = build(book, strict=True, **WITH_PYTHON)
    check_manifest(book, SMALL["cdn"])
    assert reason in built.log


def test_a_build_that_is_not_for_pages_does_not_ask_for_python(book, named):
    move(named)
    build(book, builder="latex", **WITH_PYTHON)


def test_only_a_page_with_code_has_python_and_its_script_is_whole(book, named):
    pages = build(book, **WITH_PYTHON).pages
    assert [name for name, text in pages.items() if "live.js?v=" in text] == ["book/1-one.html"]
    script = MANIFEST.sub("LIST", script_of(book))
    assert script == "(() => {\nconst b = 1;\n\n\nconst start_page = b;\nstart_page(LIST);\n})();\n"


def test_a_cell_whose_input_is_not_shown_keeps_its_source(book):
    path = book / "book" / "1-one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell("a = 1 < 2\nprint(a)")]
    notebook.cells[-1].metadata.tags = ["remove-input"]
    nbformat.write(notebook, path)
    page = build(book, strict=True, **WITH_PYTHON).pages["book/1-one.html"]
    cells = BeautifulSoup(page, "html.parser").select(".cell")
    shown, hidden = [cell.select('pre, script[type="text/x-python"]') for cell in cells]
    assert [part.text for part in shown] == ["1 + 1\n", "2\n"]
    assert [part.text for part in hidden] == ["a = 1 < 2\nprint(a)", "True\n"]


def test_a_page_that_shows_no_code_has_its_figures_and_no_buttons(book, named):
    path = book / "book" / "1-one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata.tags = ["remove-input"]
    nbformat.write(notebook, path)
    page = build(book, **WITH_PYTHON).pages["book/1-one.html"]
    assert "host.js?v=" in page and "live.js" not in page
    assert "live-bar" not in page and "live-row" not in page and "2\n" in page


def test_buttons_are_in_the_page_before_any_script(book):
    write(book, index="# A book\n", **{"1-one": ["1 + 1", "a = 1"], "words": "# Words\n"})
    page = build(book, strict=True, **WITH_PYTHON).pages["book/1-one.html"]
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1.find_next_sibling()["class"] == ["live-bar"]
    for k, cell in enumerate(soup.select(".cell"), 1):
        parts = [part["class"][0] for part in cell.find_all(recursive=False)]
        assert parts == ["cell_input", "live-row", "cell_output"]
        named = [button["aria-label"] for button in cell.select(".live-row button")]
        assert named == [f"Run cell {k}", f"Run all above cell {k}", f"Start over cell {k}"]


def test_nothing_is_packed_again_that_has_not_changed(book, named, monkeypatch):
    build(book, **WITH_PYTHON)
    first = script_of(book)
    packed = []
    monkeypatch.setattr(gzip, "compress", lambda content, mtime: packed.append(content) or b"new")
    build(book, **WITH_PYTHON)
    assert script_of(book) == first and packed == []
    (book / "book" / "static" / "worker.js").write_text("rest();\n", encoding="utf-8")
    build(book, **WITH_PYTHON)
    assert packed == [b"rest();\n"] and script_of(book) != first


def test_the_same_is_packed_the_same(book, named):
    pages, pieces = build(book, **WITH_PYTHON).pages, pieces_of(book)
    shutil.rmtree(book / "_build")
    os.utime(book / "book" / "static" / "worker.js", (0, 0))
    assert build(book, **WITH_PYTHON).pages == pages and pieces_of(book) == pieces


def test_what_a_build_before_carried_is_taken_out(book, named, monkeypatch):
    build(book, **WITH_PYTHON)
    inside = script_of(book)
    monkeypatch.delenv("NNLIB_PYODIDE")
    build(book, **WITH_PYTHON)
    check_manifest(book, SMALL["cdn"])
    assert from_cdn(inside, SMALL) == script_of(book)
    monkeypatch.setenv("NNLIB_PYODIDE", str(named))
    build(book, **WITH_PYTHON)
    assert script_of(book) == inside


def test_a_file_of_which_not_all_was_written_is_written_again(book, named):
    build(book, **WITH_PYTHON)
    before = pieces_of(book)
    (last,) = (book / "_build" / "html" / "_static" / "python").glob("letters.whl-*.0.js")
    last.unlink()
    build(book, **WITH_PYTHON)
    assert pieces_of(book) == before


@pytest.fixture(scope="module")
def code():
    """The zip file with the code of the book."""
    return zipfile.ZipFile(io.BytesIO(live.book_zip(ROOT)))


def test_the_code_of_the_book_is_all_that_cells_need(code, tmp_path):
    code.extractall(tmp_path)
    paths = [str(tmp_path / part) for part in ("book/live/stand_in", "book", "")]
    script = """if True:
        import json, sys
        from pathlib import Path

        sys.path[:0] = json.loads(sys.argv[1])
        import anywidget, equations, exercises.judge, live.cells, live.pictures
        import nnlib as nn, nnlib.plots, nnlib.widgets

        nnlib.widgets.ImagePicker(*nn.load_sample()[2:], nn.initialize(seed=0))
        for check in equations.CHECKS:
            check.error()
        own = "nnlib", "equations", "exercises", "live", "anywidget", "IPython"
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in own and module.__file__:
                assert Path(module.__file__).is_relative_to(Path.cwd()), module.__file__
    """
    command = [sys.executable, "-I", "-c", script, json.dumps(paths)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr


def test_the_code_of_the_book_is_nothing_else(code):
    kinds = {
        "nnlib": ("py", "npz", "json", "mplstyle"), "nnlib/widgets": ("py", "js", "css"),
        "book": ("ipynb",), "book/equations": ("py",), "book/exercises": ("py",),
        "book/live": ("py", "json"),
        "book/live/stand_in": ("py",), "book/live/stand_in/IPython": ("py",),
    }  # fmt: skip
    for name in code.namelist():
        folder, _, file = name.rpartition("/")
        assert file.rpartition(".")[2] in kinds[folder], name
        if folder == "book":
            for cell in json.loads(code.read(name))["cells"]:
                assert set(cell) == {"cell_type", "source"} and cell["cell_type"] == "code"
        else:
            assert code.read(name) == (ROOT / name).read_bytes()


def test_one_command_puts_the_files_where_the_build_looks(book, caches, monkeypatch, capsys):
    def retrieve(name, sha256, mirrors, otherwise, cache):
        assert mirrors == SMALL["mirrors"] and sha256 == SMALL["files"][name]["sha256"]
        assert "NNLIB_PYODIDE" in otherwise
        cache.mkdir(parents=True, exist_ok=True)
        (cache / name).write_bytes(FILES[name])

    monkeypatch.setattr(get_python, "retrieve", retrieve)
    monkeypatch.setattr(get_python, "PYODIDE", book / "book" / "live" / "pyodide.json")
    get_python.main()
    assert str(caches) in capsys.readouterr().out
    build(book, strict=True, **WITH_PYTHON)
    check_manifest(book, None)


def test_one_command_says_what_kept_it_from_the_files(monkeypatch):
    def retrieve(*arguments):
        raise ConnectionError("no mirror served it")

    monkeypatch.setattr(get_python, "retrieve", retrieve)
    with pytest.raises(SystemExit, match="no mirror served it"):
        get_python.main()


def test_each_file_is_of_the_version_that_is_named():
    assert PYODIDE["cdn"] == PYODIDE["mirrors"][0] and len(PYODIDE["mirrors"]) > 1
    for mirror in PYODIDE["mirrors"]:
        assert mirror.startswith("https://") and mirror.endswith(f"/v{PYODIDE['version']}/full/")
    for about in PYODIDE["files"].values():
        assert re.fullmatch("[0-9a-f]{64}", about["sha256"]) and about["bytes"] > 0
        assert about["for"] in ("start", "matplotlib")


def test_each_package_in_a_page_has_its_licence():
    licences = (ROOT / "LICENSE-BUILT").read_text(encoding="utf-8")
    names = [name.split("-")[:2] for name in PYODIDE["files"] if name.endswith(".whl")]
    assert len(names) > 5
    for name, version in [*names, ("Pyodide", PYODIDE["version"])]:
        headed = rf"^{name.replace('_', '-')} {re.escape(version)}\b.*\n    .*(?:\n    .*)*License"
        assert re.search(headed, licences, re.MULTILINE), f"{name} {version}"


def test_the_published_book_carries_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    runs = [step.get("run", "") for step in workflow["jobs"]["pages"]["steps"]]
    got = [k for k, run in enumerate(runs) if run.endswith("python scripts/get_python.py")]
    built = [k for k, run in enumerate(runs) if run.endswith("jupyter-book build .")]
    assert len(got) == len(built) == 1 and got < built
