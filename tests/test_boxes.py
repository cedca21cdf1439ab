"""What is plain Markdown in a notebook is a box with a title, or a citation, on the page."""

from types import SimpleNamespace

from docutils.core import publish_doctree
from docutils.parsers.rst import directives

from extensions.boxes import Titled
from extensions.citations import cited


def test_a_tip_has_the_title_that_it_is_given(monkeypatch):
    monkeypatch.setitem(directives._directives, "tip", Titled)
    (box,) = publish_doctree(".. tip:: Predict, then run\n\n   What?").children
    title, question = box.children
    assert (box["classes"], title.astext(), question.astext()) == (
        ["tip"], "Predict, then run", "What?"
    )


def test_a_link_to_a_work_is_cited_and_no_other():
    works = {"a": SimpleNamespace(fields={"doi": "10.1/x(1)"})}
    text = "In [0, 1) [(A, 1998)](https://doi.org/10.1/x(1)), [b](https://doi.org/10.1/x(1)2)."
    assert cited(text, works) == "In [0, 1) {cite}`a`, [b](https://doi.org/10.1/x(1)2)."
