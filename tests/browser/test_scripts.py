"""Each script is a module of its own, as editors, linters and readers take it."""

from urllib.parse import urlsplit

import pytest

from shared import ROOT

SCRIPTS = sorted([*ROOT.glob("nnlib/widgets/*.js"), *ROOT.glob("book/static/*.js")])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_loads_as_a_module(browser, path):
    """It finds all that it imports: the browser says which name it lacks."""
    tab = browser.new_page()
    tab.route("**", lambda route: route.fulfill(path=ROOT / urlsplit(route.request.url).path[1:]))
    address = f"http://book/{path.relative_to(ROOT).as_posix()}"
    tab.goto(address)  # shows it
    assert tab.evaluate("address => import(address).then(() => true)", address)
    tab.close()
