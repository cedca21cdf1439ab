"""What the page for the office says is so: versions, hosts, licences, tests, and the paper."""

import re

import yaml

from extensions.launch import WITH_ADDRESS
from shared import PYODIDE, ROOT
from test_project import PROJECT, read_yaml

PAGE = (ROOT / "book" / "for-the-office.md").read_text(encoding="utf-8")
HOST = re.compile(r"https?://([\w.-]+)")
NAMESPACES = {"www.w3.org", "files.invalid"}  # names of formats, and of files within a page
# WCAG 2.1, levels A and AA: how many criteria each guideline has, and those of them on level AAA.
CRITERIA = {
    "1.1": 1, "1.2": 9, "1.3": 6, "1.4": 13, "2.1": 4, "2.2": 6, "2.3": 3, "2.4": 10, "2.5": 6,
    "3.1": 6, "3.2": 5, "3.3": 6, "4.1": 3,
}  # fmt: skip
AAA = set("""1.2.6 1.2.7 1.2.8 1.2.9 1.3.6 1.4.6 1.4.7 1.4.8 1.4.9 2.1.3 2.2.3 2.2.4 2.2.5 2.2.6
2.3.2 2.3.3 2.4.8 2.4.9 2.4.10 2.5.5 2.5.6 3.1.3 3.1.4 3.1.5 3.1.6 3.2.5 3.3.5 3.3.6""".split())


def read(*names):
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def test_all_name_the_same_version():
    version = PROJECT["version"]
    assert f"This is version {version}." in PAGE
    assert re.search(r"^## (\S+)$", read("CHANGELOG.md"), re.MULTILINE)[1] == version
    citation = read_yaml("CITATION.cff")
    assert citation["preferred-citation"]["version"] == citation["version"] == version


def test_the_citation_can_be_cited():
    """What the Citation File Format asks for, and what citations look for besides."""
    citation = read_yaml("CITATION.cff")
    assert {"cff-version", "message", "title", "authors", "abstract", "keywords"} <= set(citation)
    assert citation["message"].count("preferred-citation") == 1
    assert {"type", "title", "authors", "year"} <= set(citation["preferred-citation"])


def test_the_hosts_that_pages_ask_are_those_that_are_named():
    asked = [path for folder in ("book/static", "book/templates", "nnlib/widgets")
             for path in (ROOT / folder).rglob("*") if path.suffix in {".js", ".css", ".html"}]
    hosts = {host for path in asked for host in HOST.findall(path.read_text(encoding="utf-8"))}
    hosts |= set(HOST.findall(" ".join([PYODIDE["cdn"], *PYODIDE["mirrors"]])))
    hosts |= set(HOST.findall(read_yaml("_config.yml")["launch_buttons"]["binderhub_url"]))
    rows = re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)
    named = {host for row in rows for host in re.findall(r"`([\w.]+)`", row)}
    assert hosts - NAMESPACES == named - {"github.com"}  # which the build knows from git


def test_the_licences_are_there_and_where_the_page_says():
    beside = set(read_yaml("_config.yml")["sphinx"]["config"]["html_extra_path"])
    assert set(re.findall(r"`(LICENSE[-A-Z]*)`", PAGE)) == beside
    for name, words in {
        "LICENSE": "MIT License", "LICENSE-TEXT": "Attribution 4.0", "LICENSE-DATA": "CC BY-SA 3.0",
    }.items():  # fmt: skip
        assert words in " ".join(read(name).split())
    assert PAGE.count("(LICENSE") == 0 and "The authors of the book" in PAGE


def test_every_criterion_is_answered_by_tests_that_there_are():
    level = {f"{guideline}.{k}" for guideline, count in CRITERIA.items()
             for k in range(1, count + 1)} - AAA  # fmt: skip
    rows = dict(re.findall(r"^\| (\d\.\d\.\d+ .+?) \| (.+) \|$", PAGE, re.MULTILINE))
    numbers = [row.split()[0] for row in rows]
    assert len(level) == 50
    assert len(set(numbers)) == len(numbers)
    together = {"1.2.1": [f"1.2.{k}" for k in range(1, 6)]}  # "1.2.1 to 1.2.5"
    assert {n for number in numbers for n in together.get(number, [number])} == level
    tests = list((ROOT / "tests").rglob("test_*.py"))
    names = set(re.findall(r"^def (test_\w+)", read(*tests), re.MULTILINE))
    cells = " ".join(rows.values())
    named = {f"test_{words.replace(' ', '_')}" for words in re.findall(r"\*([\w ]+)\*", cells)}
    assert len(named) > 20 and named - names == set()
    assert set(re.findall(r"`(\w+\.py)`", cells)) <= {path.name for path in tests}


def test_the_page_and_the_files_lead_to_each_other():
    for name in ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "CITATION.cff"):
        assert f"`{name}`" in PAGE and (ROOT / name).is_file()
    assert "book/for-the-office" in WITH_ADDRESS
    assert "(for-the-office.md)" in read("book/for-a-class.md")
    for target in re.findall(r"\(#([\w-]+)\)", PAGE):
        assert f"({target})=" in PAGE


def test_the_paper_has_what_the_journal_asks_for():
    front, _, text = read("paper/paper.md").removeprefix("---\n").partition("\n---\n")
    head = yaml.safe_load(front)
    assert {"title", "tags", "authors", "affiliations", "date", "bibliography"} <= set(head)
    assert head["authors"][0]["name"] == read_yaml("_config.yml")["author"]
    sections = re.findall(r"^# (.+)$", text, re.MULTILINE)
    assert sections[:2] == ["Summary", "Statement of need"] and sections[-1] == "References"
    entries = set(re.findall(r"^@\w+\{(\w+),", read("paper/paper.bib"), re.MULTILINE))
    assert entries == set(re.findall(r"@(\w+)", text)), "cited, and in paper.bib"
    assert 250 <= len(text.split()) <= 1100
    assert text.count("**To be ") >= 2, "what only a class and the authors can tell"
