"""Running and changing the code of a page in it: buttons, editors, outputs.

But for the last tests, the Python of the page is tests/live/told.js, which tells at once what is
printed there, or what a test says.
"""

import re
import shutil
from urllib.parse import urlsplit

import pytest

from conftest import settle, watch
from extensions.live import joined
from shared import NOTEBOOKS, ROOT, cells

CHAPTER = "01-see-it-work"  # with cells of each kind but those without shown input
STATIC = ROOT / "book" / "static"
CODE = {path.stem: [cell["source"] for cell in cells(path, "code")] for path in NOTEBOOKS}
PHONE = {
    "viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True,
    "device_scale_factor": 3,
}  # fmt: skip
ARTICLE = """() => {
    const article = document.querySelector("article").cloneNode(true);
    const live = ".live-bar, .live-row, .cell_output:empty, .figure-place > :not(.figure-still)";
    for (const part of article.querySelectorAll(live)) part.remove();
    for (const cell of article.querySelectorAll(".cell")) cell.removeAttribute("id");
    for (const pre of article.querySelectorAll("pre")) pre.removeAttribute("tabindex");
    return article.innerHTML.replace(/\\s+/g, " ");
}"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The script of the pages, with the Python of the tests in it."""
    folder = shutil.copytree(STATIC, tmp_path_factory.mktemp("told") / "static")
    shutil.copy(ROOT / "tests" / "live" / "told.js", folder / "python.js")
    return joined(folder / "live.js")


@pytest.fixture
def visit(browser, address, told):
    """Opens a chapter with the Python of the tests: a script that runs before, another browser, an
    edit of the page, options of a context."""
    contexts = []

    def visit(page=CHAPTER, before="", browser=browser, edit=None, script=told, **options):
        options = {"viewport": {"width": 1280, "height": 800}} | options
        contexts.append(browser.new_context(**options))
        return enter(contexts[-1].new_page(), page, before, edit, script)

    def enter(tab, page=CHAPTER, before="", edit=None, script=told):
        watch(tab, urlsplit(address["http"]).netloc)
        tab.asked = []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.route("**/_static/live.js*", lambda route: route.fulfill(
            body=script, content_type="text/javascript"))  # fmt: skip
        tab.route("**/_static/book.css*", lambda route: route.fulfill(path=STATIC / "book.css"))
        if edit:
            tab.route(f"**/{page}.html", lambda route: route.fulfill(
                body=edit(route.fetch().text()), content_type="text/html"))  # fmt: skip
        tab.add_init_script(before)
        tab.goto(f"{address['http']}{page}.html")
        if "/_static/live.js" in "".join(tab.asked):
            settle(tab)
        return tab

    visit.enter = enter
    yield visit
    for context in contexts:
        context.close()


def press(tab, name, where=None):
    (where or tab).get_by_role("button", name=name, exact=True).click()


def bar(tab):
    return tab.locator(".live-bar")


def status(tab, begins):
    """The status of the page, when it begins so."""
    line = bar(tab).get_by_role("status")
    line.filter(has_text=re.compile(f"^{re.escape(begins)}")).wait_for()
    return line.text_content()


def begin(tab):
    """The first press: the cells are editors."""
    press(tab, "Run the code in this page")
    status(tab, "Python is ready.")
    return tab


def editor(tab, k):
    return tab.get_by_role("textbox", name=f"Code of cell {k}", exact=True)


def state(tab, k):
    return tab.locator("div.cell").nth(k - 1).locator(".live-state").text_content()


def shown(tab, k):
    """The text of the output, without what is folded."""
    output = tab.locator("div.cell").nth(k - 1).locator(".cell_output").first
    return "".join(output.locator(".output pre").all_text_contents())


def tell(tab, k, *events):
    """Says what the cell will tell."""
    tab.evaluate(f"events => (python.script['cell {k}'] = events)", events)


def ran(tab):
    """Which cells have run, in order, and forgets it."""
    names = tab.evaluate("python.ran.splice(0).map(([name]) => name)")
    return [int(name.removeprefix("cell ")) for name in names]


def count(tab):
    return tab.locator("div.cell").count()


# Before the first press

@pytest.mark.parametrize("page", CODE)
def test_before_a_press_there_is_nothing_but_buttons(visit, page):
    plain = visit(page, script=joined(STATIC / "host.js")).evaluate(ARTICLE)
    tab = visit(page)
    assert tab.evaluate(ARTICLE) == plain
    assert [url for url in tab.asked if "/python/" in url] == []
    assert tab.evaluate("python.state") == "absent"
    assert (tab.foreign, tab.complaints) == ([], [])
    names = tab.evaluate("[...document.querySelectorAll('.cell .live-row > :not([hidden])"
                         "')].map(one => one.ariaLabel).filter(Boolean)")  # fmt: skip
    assert names == [f"Run cell {k}" for k in range(1, len(CODE[page]) + 1)]


def test_a_button_is_in_sight_unless_its_cell_is_folded_whole(visit):
    tab = visit("06-training")
    for cell in tab.locator("div.cell").all():
        whole = "tag_hide-cell" in cell.get_attribute("class")
        assert cell.get_by_role("button", name="Run").first.is_visible() is not whole
        if whole:
            cell.locator("summary").click()
            assert cell.get_by_role("button", name="Run").first.is_visible()


@pytest.mark.parametrize("without", ["JavaScript", "a screen"])
def test_the_plain_page_has_none_of_it(visit, without):
    tab = visit(java_script_enabled=without == "a screen")
    tab.emulate_media(media="print" if without == "a screen" else "screen")
    assert tab.locator(".live-bar:visible, .live-row:visible").count() == 0


# The first press

@pytest.mark.parametrize("page", CODE)
def test_what_is_not_changed_runs_as_it_stands_in_the_notebook(visit, page):
    tab = begin(visit(page))
    press(tab, "Run all")
    said = status(tab, "Ran ")
    assert f"{len(CODE[page])} cells" in said and said.endswith("the text is as printed.")
    sources = tab.evaluate("python.ran.map(([name, source]) => source.replace(/\\n$/, ''))")
    assert sources == ["".join(source) for source in CODE[page]]
    assert (tab.foreign, tab.complaints) == ([], [])
