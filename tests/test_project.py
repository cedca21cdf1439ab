"""What several files of the project say, they say alike."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shared import ROOT, imports, tree_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read_yaml(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_citation_names_the_book_and_the_version_at_hand():
    citation, config = read_yaml("CITATION.cff"), read_yaml("_config.yml")
    assert citation["version"] == PROJECT["version"]
    for cited in (citation, citation["preferred-citation"]):
        assert cited["title"] == config["title"]
        assert cited["authors"] == [{"name": config["author"]}]
    assert str(citation["preferred-citation"]["year"]) == config["copyright"]


def requirements():
    """All that requirements.txt asks for, directly or through pyproject.toml."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    asked = [line.split("#")[0].strip() for line in lines]
    named = [text for text in asked if text and not text.startswith("-e ")]
    return [Requirement(text) for text in PROJECT["dependencies"] + named]


def test_the_exact_versions_are_within_the_ranges_that_are_asked_for():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    exact = dict(line.split("==") for line in lines if not line.startswith("#"))
    exact = {canonicalize_name(name): version for name, version in exact.items()}
    for asked in requirements():
        assert exact[canonicalize_name(asked.name)] in asked.specifier, str(asked)


@pytest.mark.parametrize("package", ["numpy", "matplotlib", "traitlets"])
def test_the_versions_of_the_page_are_within_the_ranges_too(package):
    files = json.loads((ROOT / "book" / "live" / "pyodide.json").read_text("utf-8"))["files"]
    there = dict(name.split("-")[:2] for name in files if name.endswith(".whl"))
    (asked,) = (asked for asked in requirements() if asked.name == package)
    assert there[package] in asked.specifier


def imported(*folders):
    """The packages, as PyPI names them, that code imports, as far as they are installed."""
    trees = [tree_of(path) for folder in folders for path in (ROOT / folder).rglob("*.py")]
    modules = {name.split(".")[0] for tree in trees for name in imports(tree)}
    known = packages_distributions()
    return {canonicalize_name(known[module][0]) for module in modules if module in known}


def test_what_is_imported_is_asked_for():
    extras = PROJECT["optional-dependencies"].values()
    asked = requirements() + [Requirement(text) for texts in extras for text in texts]
    names = {canonicalize_name(requirement.name) for requirement in asked} | {PROJECT["name"]}
    found = imported("nnlib", "book", "tests", "scripts", "benchmarks")
    assert sorted(found - names) == [], "imported, but not asked for in requirements.txt"
    own = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    found = imported("nnlib") - {PROJECT["name"]}
    assert sorted(found - own) == [], "imported by nnlib, but not a dependency in pyproject.toml"


@pytest.mark.parametrize("workflow, tool", [("tests", "pytest"), ("book", "jupyter-book")])
def test_a_workflow_runs_the_very_command_of_the_readme(workflow, tool):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(f"^    (pip install .* && {tool} .*)$", readme, re.MULTILINE)
    jobs = read_yaml(f".github/workflows/{workflow}.yml")["jobs"].values()
    assert command in [step.get("run") for job in jobs for step in job["steps"]]


def test_what_the_readme_has_one_run_no_page_repeats():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = {line for line in re.findall(r"^    (\S.+)$", readme, re.MULTILINE) if " " in line}
    for path in (ROOT / "book").glob("*.md"):
        repeated = told & set(path.read_text(encoding="utf-8").splitlines())
        assert not repeated, f"{path.name}: lead to the README instead"


@pytest.mark.slow
def test_plugins_that_others_installed_stop_no_test(tmp_path):
    (tmp_path / "stopper.py").write_text("def pytest_configure(): raise RuntimeError", "utf-8")
    folder = tmp_path / "stopper-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: stopper\nVersion: 1\n", "utf-8")
    (folder / "entry_points.txt").write_text("[pytest11]\nstopper = stopper\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q", __file__]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
