"""What several files of the project say, they say alike."""

import tomllib

import yaml

from test_book import ROOT

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
