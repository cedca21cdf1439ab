"""Each script is a module of its own, as editors, linters and readers take it."""

import pytest

from conftest import visit_source
from shared import ROOT

SCRIPTS = sorted([*ROOT.glob("nnlib/widgets/*.js"), *ROOT.glob("book/static/*.js")])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_loads_as_a_module(browser, path):
    """It finds all that it imports: the browser says which name it lacks."""
    tab = browser.new_page()
    visit_source(tab, path)
    assert tab.evaluate("import(location).then(() => true)")
    tab.close()
