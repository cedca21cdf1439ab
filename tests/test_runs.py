"""What a run of the tests says at its beginning and at its end."""

import sys

import nbformat
import pytest

from shared import ROOT

pytest_plugins = "pytester"

TESTS = """
import pytest
def test_bad(): assert False
def test_stuck(nowhere): pass
def test_left_out(): pytest.skip("why")
"""


@pytest.fixture
def project(pytester):
    """A project with the settings and the conftests of this one, and with tests of its own."""
    pytester.makepyprojecttoml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for path in [ROOT / "conftest.py", *(ROOT / "tests").rglob("conftest.py")]:
        copy = pytester.path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (pytester.path / "tests" / "browser" / "test_it.py").write_text(TESTS, encoding="utf-8")
    return pytester


def test_a_run_ends_with_what_was_left_out_and_then_all_that_failed(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", pytest)  # as if it were there
    *_, skipped, error, failed, _ = project.runpytest().outlines
    assert skipped.startswith("SKIPPED") and skipped.endswith("why")
    assert error.startswith("ERROR tests/browser/test_it.py::test_stuck")
    assert failed.startswith("FAILED tests/browser/test_it.py::test_bad")


def test_without_playwright_one_line_says_what_is_left_out(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", None)
    lines = project.runpytest().outlines
    assert sum("Playwright" in line for line in lines) == 1
    assert "no tests ran" in lines[-1]


def test_what_drives_a_browser_runs_last(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", pytest)
    tests = project.path / "tests"
    (tests / "browser" / "test_it.py").write_text("def test_page(visit): pass", encoding="utf-8")
    (tests / "test_kernel.py").write_text("def test_kernel(): pass", encoding="utf-8")
    first, second, *_ = project.runpytest("--collect-only", "-q").outlines
    assert (first, second) == ("tests/test_kernel.py::test_kernel",
                               "tests/browser/test_it.py::test_page")  # fmt: skip


@pytest.mark.slow
def test_where_a_notebook_fails_it_is_said_how_its_outputs_are_stored(project, monkeypatch):
    cell = nbformat.v4.new_code_cell("print(1)", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", text="2\n")]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
    nbformat.write(notebook, project.path / "one.ipynb")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "book"))
    run = project.runpytest_subprocess("--nbval", "one.ipynb")
    run.assert_outcomes(failed=1)
    assert "python scripts/run_notebooks.py stores it." in run.stdout.str()
