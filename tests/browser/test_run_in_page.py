"""Running and changing the code of a page in it: buttons, editors, outputs.

But for the last tests, the Python of the page is tests/live/told.js, which tells at once what is
printed there, or what a test says.
"""

import json
import re
import shutil
from itertools import product
from urllib.parse import urlsplit

import pytest

from conftest import HTML, thorough_but_for, wait_for_figures, watch, wider_than_the_screen
from extensions.live import joined
from shared import NOTEBOOKS, ROOT, cells

CHAPTER = "01-see-it-work"  # with cells of each kind but those without shown input
STATIC = ROOT / "book" / "static"
CODE = {  # but for the first page, which shows none
    path.stem: [cell["source"] for cell in cells(path, "code")]
    for path in NOTEBOOKS if path.stem != "index"
}  # fmt: skip
FEW = [CHAPTER, "04-the-loss", "08-inside-the-sixteen-neurons"]
PHONE = {
    "viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True,
    "device_scale_factor": 3,
}  # fmt: skip
ARTICLE = """() => {
    const article = document.querySelector("article").cloneNode(true);
    const live = ".live-bar, .live-row, .cell_output:empty, .figure-place > :not(.figure-still), "
        + ".enlarge";
    for (const part of article.querySelectorAll(live)) part.remove();
    for (const cell of article.querySelectorAll(".cell")) {
        cell.removeAttribute("id");
        delete cell.dataset.live;
    }
    for (const pre of article.querySelectorAll("pre")) pre.removeAttribute("tabindex");
    return article.innerHTML.replace(/\\s+/g, " ");
}"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The script of the pages, with the Python of the tests in it."""
    folder = shutil.copytree(STATIC, tmp_path_factory.mktemp("told") / "static")
    shutil.copy(ROOT / "tests" / "live" / "told.js", folder / "python.js")
    return joined(folder / "live.js", "start_page({});")


@pytest.fixture
def visit(browser, address, told):
    """Opens a chapter with the Python of the tests: a script that runs before, another browser, an
    edit of the page, whether it covers results, options of a context."""
    contexts = []

    def visit(
        page=CHAPTER, before="", browser=browser, edit=None, script=told, covers=False, **options
    ):
        options = {"viewport": {"width": 1280, "height": 800}} | options
        contexts.append(browser.new_context(**options))
        return enter(contexts[-1].new_page(), page, before, edit, script, covers)

    def enter(tab, page=CHAPTER, before="", edit=None, script=told, covers=False):
        watch(tab, urlsplit(address["http"]).netloc, covers)
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
            wait_for_figures(tab)
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

@pytest.mark.parametrize("page", thorough_but_for(FEW, CODE))
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
    tab = visit("07-more-testing")
    for cell in tab.locator("div.cell").all():
        whole = "tag_hide-cell" in cell.get_attribute("class")
        assert cell.get_by_role("button", name="Run").first.is_visible() is not whole
        if whole:
            cell.locator("xpath=ancestor::details/summary").click()
            assert cell.get_by_role("button", name="Run").first.is_visible()


@pytest.mark.parametrize("without", ["JavaScript", "a screen"])
def test_the_plain_page_has_none_of_it(visit, without):
    tab = visit(java_script_enabled=without == "a screen")
    tab.emulate_media(media="print" if without == "a screen" else "screen")
    assert tab.locator(".live-bar:visible, .live-row:visible").count() == 0


# The first press

@pytest.mark.parametrize("page", thorough_but_for(FEW, CODE))
def test_what_is_not_changed_runs_as_it_stands_in_the_notebook(visit, page):
    tab = begin(visit(page))
    press(tab, "Run all")
    said = status(tab, "Ran ")
    assert f"{len(CODE[page])} cells" in said and said.endswith("the text is as printed.")
    sources = tab.evaluate("python.ran.map(([name, source]) => source.replace(/\\n$/, ''))")
    assert sources == ["".join(source) for source in CODE[page]]
    assert (tab.foreign, tab.complaints) == ([], [])


def test_the_editors_take_the_room_of_the_code(visit):
    """In every page, on a screen and on a phone: no cell is higher or lower than before."""
    heights = """[...document.querySelectorAll(".cell")]
        .map(one => one.getBoundingClientRect().height)"""
    for page, options in [(CHAPTER, {}), ("06-training", PHONE)]:
        tab = visit(page, **options)
        tab.evaluate("document.querySelectorAll('details.fold').forEach(one => (one.open = true))")
        before = tab.evaluate(heights)
        begin(tab)
        assert tab.evaluate(heights) == pytest.approx(before, abs=0.1)


def test_python_comes_from_another_host_only_after_an_answer(visit):
    tab = visit(before="globalThis.cdn = 'cdn.example'")
    main = bar(tab).get_by_role("button").first
    main.dblclick(position={"x": 9, "y": 9})
    said = status(tab, "Python comes from cdn.example")
    assert "9.0 MB" in said and "8.0 MB more" in said
    press(tab, "Run cell 2")  # is no answer either
    assert tab.evaluate("python.state") == "absent"
    assert main.evaluate("one => one === document.activeElement")
    assert state(tab, 2) == "waiting"
    press(tab, "Fetch it")
    status(tab, "Ran 2 cells")
    assert ran(tab) == [1, 2]


def test_what_is_fetched_is_said_and_shown(visit):
    tab = visit(before="globalThis.slow = true")
    press(tab, "Run the code in this page")
    assert status(tab, "Fetching") == "Fetching Python, 9.0 MB, from this book."
    progress = bar(tab).get_by_role("progressbar")
    assert progress.evaluate("one => [one.value, one.max]") == [3e6, 9e6]
    assert bar(tab).get_by_text("3.0 of 9.0 MB").is_visible()
    tab.evaluate("python.go()")
    status(tab, "Python is ready.")
    assert not progress.is_visible()


def test_where_python_does_not_start_the_page_reads_on_and_a_press_tries_again(visit):
    reason = "Python did not start: expected WebAssembly; found none."
    tab = visit(before=f"globalThis.refusals = {json.dumps([reason] * 2)}")
    page = tab.evaluate(ARTICLE)
    press(tab, "Run the code in this page")
    assert status(tab, "Python did") == reason
    press(tab, "Run cell 3")
    status(tab, "Python did")
    assert [state(tab, 1), state(tab, 3)] == ["", reason]
    assert tab.evaluate(ARTICLE) == page
    press(tab, "Run cell 3")
    status(tab, "Ran 3 cells")


# Running

def test_a_cell_first_runs_those_above_that_have_not_run_as_they_are(visit):
    tab = begin(visit())
    press(tab, "Run cell 3")
    status(tab, "Ran 3 cells")
    assert ran(tab) == [1, 2, 3]
    press(tab, "Run cell 5")
    status(tab, "Ran 2 cells")
    assert ran(tab) == [4, 5]
    editor(tab, 2).fill("a = 1")
    press(tab, "Run cell 5")
    status(tab, "Ran 2 cells")
    assert ran(tab) == [2, 5]
    press(tab, "Run all above cell 5")
    status(tab, "Ran 4 cells")
    assert ran(tab) == [1, 2, 3, 4]
    for keys in ("Shift+Enter", "Control+Enter"):
        editor(tab, 1).press(keys)
        status(tab, "Ran cell 1 ")
        assert ran(tab) == [1]
    # What was made with another cell 2 says so
    assert [state(tab, k).split(",")[0] for k in (3, 4)] == ["as printed"] * 2
    editor(tab, 2).fill("a = 2")
    press(tab, "Run cell 2")
    assert not status(tab, "Ran cell 2 ").endswith("as printed.")
    assert [state(tab, k) for k in (3, 4, 5)] == ["older than cell 2"] * 3


def test_an_error_stops_what_waits_and_both_say_so(visit):
    tab = begin(visit())
    traceback = "Traceback (most recent call last):\n  File \"cell 2\"\nNameError: no x\n"
    tell(tab, 2, ["stdout", "so far\n"], ["error", traceback])
    press(tab, "Run cell 4")
    said = "An error in cell 2: NameError: no x"
    assert status(tab, "An error") == said
    assert [state(tab, 3), state(tab, 4)] == ["", said]
    assert state(tab, 2).startswith("ended with an error")
    assert ran(tab) == [1, 2]
    failed = tab.locator("div.cell").nth(1)
    assert failed.get_by_role("group", name="Error").text_content() == traceback
    assert shown(tab, 2) == "so far\n" + traceback
    for link in tab.get_by_role("link", name="cell 2").all():
        assert tab.locator(link.get_attribute("href")).evaluate("one => one.className") == (
            failed.get_attribute("class")
        )
    press(tab, "Run all above cell 5")
    tab.locator("div.cell").nth(4).get_by_text(said).wait_for()
    tell(tab, 2)
    ran(tab)
    press(tab, "Run cell 4")
    status(tab, "Ran 3 cells")
    assert ran(tab) == [2, 3, 4]


def first_fold(tab):
    """The first cell that is folded whole, closed, and its number."""
    k = 1 + tab.evaluate("[...document.querySelectorAll('div.cell')].findIndex("
                         "one => one.matches('.tag_hide-cell'))")  # fmt: skip
    fold = tab.locator("details.fold:has(.tag_hide-cell)").first
    assert not fold.evaluate("one => one.open")
    return fold, k


def test_an_error_in_a_fold_opens_it(visit):
    tab = begin(visit())
    _, k = first_fold(tab)
    tell(tab, k, ["error", "NameError: no x\n"])
    press(tab, "Run all")
    status(tab, f"An error in cell {k}")
    assert tab.locator("div.cell").nth(k - 1).get_by_role("group", name="Error").is_visible()


def test_it_is_seen_what_runs_what_waits_and_how_long(visit):
    tab = begin(visit())
    tell(tab, 2, ["wait", None])
    press(tab, "Run cell 3")
    status(tab, "Running 3 cells.")
    assert re.fullmatch(r"running, \d+ s", state(tab, 2))
    assert state(tab, 3) == "waiting"
    spoken = bar(tab).get_by_role("status").text_content()
    bar(tab).get_by_text("2 of 3: cell 2, 1 s", exact=True).wait_for()
    assert bar(tab).get_by_role("status").text_content() == spoken  # a reader aloud need not count
    tab.mouse.wheel(0, 5000)
    tab.wait_for_function("scrollY > 3000")
    assert bar(tab).evaluate("one => one.getBoundingClientRect().top") == pytest.approx(48, abs=1)
    tab.evaluate("python.go()")
    status(tab, "Ran 3 cells")
    assert bar(tab).evaluate("one => one.getBoundingClientRect().top < 0")


def test_stop_ends_what_runs_and_then_all_above_runs_again(visit):
    """By each of the three ways; what was stopped runs again only where it is asked for itself."""
    tab = begin(visit())
    tell(tab, 2, ["wait", None])
    editor(tab, 3).fill("changed")
    stops = [
        lambda: press(tab, "Stop", bar(tab)), lambda: press(tab, "Stop cell 4"),
        lambda: editor(tab, 2).press("Escape"),
    ]  # fmt: skip
    for stop in stops:
        press(tab, "Run cell 2")
        press(tab, "Run cell 4")
        status(tab, "Running")
        stop()
        said = status(tab, "Stopped. Python is new")
        assert [state(tab, 3), state(tab, 4)] == ["changed", said]
        assert state(tab, 2).startswith("stopped after ")
        assert ran(tab)[-1] == 2
        press(tab, "Run cell 4")
        assert status(tab, "Not run") == state(tab, 4)
        assert ran(tab) == [1]
    tell(tab, 2)
    press(tab, "Run cell 2")
    status(tab, "Ran cell 2 ")
    assert ran(tab) == [2]
    press(tab, "Restart Python", bar(tab))
    status(tab, "Python is new")
    press(tab, "Run cell 2")
    status(tab, "Ran 2 cells")
    assert ran(tab) == [1, 2]
    assert editor(tab, 3).input_value() == "changed"


def test_where_python_dies_it_says_so_and_another_press_runs_all_that_is_needed(visit):
    tab = begin(visit())
    reason = "Python broke down: out of memory."
    tell(tab, 2, ["die", reason])
    press(tab, "Run cell 2")
    assert status(tab, "Python broke") == reason
    assert state(tab, 2) == reason
    tell(tab, 2)
    press(tab, "Run cell 2")
    status(tab, "Ran 2 cells")


def test_what_is_fetched_for_pictures_is_said(visit):
    tab = begin(visit())
    tell(tab, 1, ["fetch", {"done": 2e6, "total": 8e6}], ["wait", None],
         ["fetch", {"done": 8e6, "total": 8e6}], ["wait", None])  # fmt: skip
    press(tab, "Run cell 1")
    assert status(tab, "Fetching") == "Fetching what draws pictures, 8.0 MB, from this book."
    tab.evaluate("python.go()")
    status(tab, "Running cell 1.")
    tab.evaluate("python.go()")
    status(tab, "Ran cell 1")


# Outputs

def test_other_text_stands_in_place_and_the_printed_in_a_fold(visit):
    tab = begin(visit())
    output = "document.querySelectorAll('div.cell')[2].querySelector('.cell_output').outerHTML"
    printed, before = shown(tab, 3), tab.evaluate(output)
    for text in ("other\n", printed + "more\n", printed[:20]):
        tell(tab, 3, ["stdout", text])
        press(tab, "Run cell 3")
        assert "other text than printed in cell 3, which you" in status(tab, "Ran ")
        assert shown(tab, 3) == text
        fold = tab.locator("div.cell").nth(2).get_by_role("group").filter(has_text="Printed in")
        assert fold.locator("pre").text_content() == printed
        assert not fold.locator("pre").is_visible()
    # What is printed, in pieces
    tell(tab, 3, *[["stdout", letter] for letter in printed])
    press(tab, "Run cell 3")
    status(tab, "Ran cell 3 in")
    assert state(tab, 3).startswith("as printed, ")
    assert tab.evaluate(output) == before
    assert tab.locator("div.cell").nth(2).locator(".live-printed").count() == 0


def test_what_stays_the_same_never_leaves_the_page(visit):
    """Not for a moment: there is nothing to see but that the cell runs."""
    tab = begin(visit())
    tab.evaluate("""() => {
        globalThis.moved = 0;
        const count = () => moved++;
        const cell = document.querySelectorAll("div.cell")[2];
        new MutationObserver(count).observe(cell.querySelector(".cell_output").parentNode,
            { childList: true });
    }""")
    tell(tab, 3, *[["stdout", letter] for letter in shown(tab, 3)])
    press(tab, "Run cell 3")
    status(tab, "Ran")
    assert tab.evaluate("moved") == 0


def test_what_runs_stays_covered_until_a_guess_unless_it_fails(visit):
    tab = begin(visit(covers=True))
    second, first = [cell.get_attribute("id") for cell in tab.locator(".covered").all()]
    k, other = (int(name.removeprefix("cell-")) for name in (first, second))
    said = tab.locator(f"#{first} .guess-result").get_by_role("status")
    run_text = tab.locator(f"#{first} .live-output pre")
    tell(tab, k, ["stdout", "accuracy before training: 0.25\n"])
    press(tab, f"Run cell {k}")
    status(tab, "Ran ")
    assert "0.25" in run_text.text_content()
    assert said.text_content() == "Covered until you have guessed."
    assert not run_text.is_visible()
    tab.get_by_label("fraction right", exact=True).fill("0.5")
    tab.get_by_label("fraction right", exact=True).press("Enter")
    assert run_text.is_visible()
    assert said.text_content() == "You said 0.5; it is 0.25: 0.25 too high, 2 times as much."
    tell(tab, k, ["stdout", "accuracy before training: 0.50\n"])
    press(tab, f"Run cell {k}")
    status(tab, f"Ran cell {k} ")
    said.filter(has_text="You said 0.5; it is 0.50: right.").wait_for()
    tell(tab, other, ["error", "NameError: no x\n"])
    press(tab, f"Run cell {other}")
    status(tab, f"An error in cell {other}")
    assert tab.locator(f"#{second}").get_by_role("group", name="Error").is_visible()


def test_pictures_keep_description_and_caption_where_the_cell_is_not_changed(visit):
    tab = begin(visit())
    cell = tab.locator("div.cell").nth(1)
    alt, caption = cell.locator("img").get_attribute("alt"), cell.locator("figcaption").inner_text()
    assert alt and caption.startswith("Fig. 1.")
    press(tab, "Run cell 2")
    status(tab, "Ran")
    picture = cell.locator(".live-output img")
    assert picture.get_attribute("alt") == alt
    assert cell.locator(".live-output figcaption").inner_text() == caption
    cell.get_by_role("button", name="Enlarge Fig. 1.1").press("Enter")
    assert tab.get_by_role("dialog", name="Fig. 1.1").locator("img").get_attribute("alt") == alt
    tab.keyboard.press("Escape")
    size = "one => ['width', 'height'].map((side) => one.getBoundingClientRect()[side])"
    assert picture.evaluate(size) == pytest.approx([6.5, 2.6], abs=0.02)
    picture.evaluate("one => (one.parentNode.style.width = '5px')")  # as one wider than the page
    assert picture.evaluate(size) == pytest.approx([5, 2], abs=0.02)
    assert cell.locator(".live-printed img").get_attribute("alt") == alt
    tab.evaluate("""async () => {
        const [, [, png]] = [0, python.printed("cell 2")[0]];
        python.script["cell 2"] = [["data", { ...png, alt: "its title" }]];
    }""")
    editor(tab, 2).fill("draw()")
    press(tab, "Run cell 2")
    status(tab, "Ran")
    assert cell.locator(".live-output img").get_attribute("alt") == "its title"
    changed = "Fig. 1.1 as you have changed it"
    assert cell.locator(".live-output figcaption").inner_text().startswith(changed)


def test_a_value_is_shown_in_the_form_that_jupyter_would_choose(visit):
    tab = begin(visit())
    tell(tab, 1, ["data", {"text/plain": "<Code>", "text/markdown": "| a |"}],
         ["data", {"text/plain": "3"}], ["stderr", "careful\n"], ["cut", "The rest is left out."],
         ["data", {"text/plain": "T()", "text/html": "<p>first</p>"}])  # fmt: skip
    press(tab, "Run cell 1")
    status(tab, "Ran")
    assert shown(tab, 1) == "| a |\n3\ncareful\nThe rest is left out."
    frame = tab.frame_locator(".live-output iframe")
    assert frame.locator("p").text_content() == "first"


def test_html_in_a_fold_has_its_height_when_the_fold_opens(visit):
    tab = begin(visit())
    fold, k = first_fold(tab)
    tell(tab, k, ["data", {"text/plain": "T()", "text/html": "<p style='height: 300px'>"}])
    press(tab, "Run all")
    status(tab, "Ran ")
    fold.locator("summary").first.click()
    tab.wait_for_function("document.querySelector('.live-output iframe').clientHeight >= 300")


def test_what_code_writes_in_html_runs_nothing_and_asks_nobody(visit):
    evil = """<script>parent.hacked = 1</script><img src=x onerror="parent.hacked = 2">
        <img src="https://elsewhere.example/a.png"><style>@import "https://elsewhere.example"</style>
        <link rel=stylesheet href="https://elsewhere.example/a.css"><b id=end>end</b>
        <meta http-equiv=refresh content="0; url=https://elsewhere.example">
        <svg onload="parent.hacked = 3"></svg>
        <iframe srcdoc="<script>top.hacked = 4</script>"></iframe>
        <form action="https://elsewhere.example"><button>Send</button></form>
        <a href="https://elsewhere.example">Go</a>"""
    tab = begin(visit())
    text = "<script>globalThis.hacked = 5</script><img src=x onerror='hacked = 6'>"
    tell(tab, 1, ["data", {"text/plain": "T()", "text/html": evil}], ["stdout", text],
         ["error", text], ["cut", text], ["data", {"text/plain": text}])  # fmt: skip
    press(tab, "Run cell 1")
    status(tab, "An error")
    frame = tab.frame_locator(".live-output iframe").first
    frame.locator("#end").wait_for()
    frame.get_by_text("Send").click()
    frame.get_by_text("Go").click()
    tab.wait_for_timeout(300)
    assert tab.evaluate("globalThis.hacked ?? 0") == 0
    assert tab.foreign == []  # what the page may not ask for gets no further than to the console
    assert len(tab.context.pages) == 1


# The editor

TEXTS = [
    "a = 1", "", "\n\n", "    indented\n\ttabbed\n", "'''<b>&amp;</b>'''\n\n\n# end\n\n",
    "f\"{a:6,}\" + 'it\\'s' if x.if_ else 0x_ff ** 1e-3  # é 👋\n\"never closed\nprint(\"x\")",
    "</textarea><script>1</script>", "x" * 300 + "\n" + "y\n" * 50,
]  # fmt: skip


def test_each_text_is_run_shown_and_copied_as_it_was_typed(visit):
    tab = begin(visit(permissions=["clipboard-read", "clipboard-write"]))
    tell(tab, 1)
    area, code = editor(tab, 1), tab.locator("div.cell pre").first
    for text in TEXTS:
        area.fill(text)
        assert code.text_content() == text + "\n"
        area.press("Shift+Enter")
        tab.wait_for_function("text => python.ran.at(-1)?.[1] === text", arg=text + "\n")
        heights = [one.evaluate("one => one.scrollHeight") for one in (area, code)]
        assert heights[0] == pytest.approx(heights[1], abs=1)
        if text:  # the theme's button copies nothing of nothing
            tab.locator("div.cell .copybtn").first.click()
            assert tab.evaluate("navigator.clipboard.readText()") == text


def colours(tab, k):
    """The letters of the code, each with its colour."""
    return tab.locator("div.cell").nth(k - 1).locator(".cell_input pre").evaluate(
        """pre => {
            const walk = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walk.nextNode()) {
                const { color } = getComputedStyle(walk.currentNode.parentNode);
                for (const letter of walk.currentNode.data) found.push([letter, color]);
            }
            return found.filter(([letter]) => letter.trim());
        }"""
    )


def test_a_changed_cell_has_the_colours_of_the_theme(visit):
    """Nearly: what is printed knows more of names, of decorators and of what is in f-strings."""
    tab = begin(visit("06-training"))
    same = total = 0
    for k in range(1, tab.locator("div.cell").count() + 1):
        area = editor(tab, k)
        if area.count():
            before, source = colours(tab, k), area.input_value()
            write = "(area, text) => { area.value = text; area.dispatchEvent(new Event('input')) }"
            area.evaluate(write, source + " ")
            same += sum(a == b for a, b in zip(before, colours(tab, k), strict=True))
            total += len(before)
            area.evaluate(write, source)
            assert colours(tab, k) == before
    assert same > 0.9 * total


@pytest.mark.parametrize("command", ["Control", "Meta"])
def test_keys_indent_and_can_be_taken_back(visit, command):
    area = editor(begin(visit()), 1)
    area.fill("")
    for text in ("for k in x:", "if k:  # why", "print(k)"):
        area.type(text)
        area.press("Enter")
    assert area.input_value() == "for k in x:\n    if k:  # why\n        print(k)\n        "
    area.press(f"{command}+[")
    area.type("  ")
    area.press("Backspace")
    area.type("a")
    assert area.input_value().endswith("\n    a")
    area.press("Control+a")
    area.press(f"{command}+]")
    moved = "    for k in x:\n        if k:  # why\n            print(k)\n        a"
    assert area.input_value() == moved
    area.press(f"{command}+[")
    area.press(f"{command}+[")
    assert area.input_value() == "for k in x:\nif k:  # why\n    print(k)\na"
    area.press("Control+z")
    area.press("Control+z")
    assert area.input_value() == moved
    for _ in range(60):
        area.press("Control+z")
    assert area.input_value() == "".join(CODE[CHAPTER][0])


def test_a_bracket_that_needs_two_keys_can_be_typed(visit):
    """On many keyboards it is AltGr and another key, which may say that it is Ctrl and Alt."""
    area = editor(begin(visit()), 1)
    assert area.evaluate("""area => area.dispatchEvent(new KeyboardEvent("keydown",
        { key: "]", ctrlKey: true, altKey: true, cancelable: true, bubbles: true }))""")


def test_the_keyboard_alone_reaches_all_and_is_trapped_nowhere(visit):
    tab = visit()
    bar(tab).get_by_role("button", name="Run the code in this page").focus()
    tab.keyboard.press("Enter")
    status(tab, "Python is ready.")
    names = []
    for _ in range(12):
        tab.keyboard.press("Tab")
        active = "document.activeElement"
        names.append(tab.evaluate(f"{active}.ariaLabel ?? {active}.innerText"))
        ring = tab.evaluate(f"""(({{ outlineStyle, boxShadow }}) => [outlineStyle, boxShadow])(
            getComputedStyle({active}.closest(".live-editor") ?? {active}))""")
        assert ring != ["none", "none"], names[-1]
    assert names[:2] == ["Restart Python", "Start over"]
    wanted = ["Code of cell 1", "Run cell 1", "Code of cell 2", "Run cell 2"]
    assert [name for name in names if name in wanted] == wanted
    assert editor(tab, 1).input_value() == "".join(CODE[CHAPTER][0])


def test_a_long_line_scrolls_with_its_colours(visit):
    tab = begin(visit())
    area = editor(tab, 1)
    area.fill("")
    area.type("x" * 200)
    frame = tab.locator(".live-editor").first
    assert frame.evaluate("one => one.scrollLeft") > 0
    width = "one => one.getBoundingClientRect().width"
    assert area.evaluate(width) == frame.locator("pre").evaluate(width)


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["screen", "phone"])
def test_letters_lie_on_their_colours_and_no_phone_enlarges_the_page(visit, screen):
    area = editor(begin(visit(**screen)), 1)
    area.fill("x" * 60 + "\n" * 20 + "x")
    if screen:
        assert area.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 16
    boxes = area.evaluate("""area => [area, area.parentNode.firstChild].map((one) => {
        const { left, top, width } = one.getBoundingClientRect();
        const scale = width / one.offsetWidth;
        const style = getComputedStyle(one);
        const sizes = [style.fontSize, style.lineHeight, style.paddingLeft, style.paddingTop];
        return [left, top, ...sizes.map((size) => scale * parseFloat(size)),
                scale * one.scrollWidth, scale * one.scrollHeight];
    })""")
    assert boxes[0] == pytest.approx(boxes[1], abs=1)


# Changes

def test_a_change_is_seen_and_taken_back(visit):
    tab = begin(visit())
    again = tab.get_by_role("button", name="Start over cell 3", exact=True)
    output = "document.querySelectorAll('div.cell')[2].querySelector('.cell_output').outerHTML"
    before = tab.evaluate(output)
    assert not again.is_visible()
    editor(tab, 3).fill("print(1)")
    assert state(tab, 3) == "changed"
    tell(tab, 3, ["stdout", "1\n"])
    press(tab, "Run cell 3")
    status(tab, "Ran 3 cells")
    assert shown(tab, 3) == "1\n"
    again.click()
    assert (state(tab, 3), again.is_visible(), tab.evaluate(output)) == ("", False, before)
    tab.keyboard.press("Control+z")
    assert editor(tab, 3).input_value() == "print(1)"
    again.click()
    ran(tab)
    press(tab, "Run cell 4")
    status(tab, "Ran 2 cells")
    sources = tab.evaluate("python.ran.map(([name, source]) => source.replace(/\\n$/, ''))")
    assert sources == ["".join(source) for source in CODE[CHAPTER][2:4]]
    press(tab, "Start over", bar(tab))
    status(tab, "All is as printed")
    ran(tab)
    press(tab, "Run cell 4")
    status(tab, "Ran 4 cells")
    assert ran(tab) == [1, 2, 3, 4]


def test_the_page_starts_over_also_while_it_runs(visit):
    tab = begin(visit())
    page = tab.evaluate(ARTICLE)
    for k in (1, 2, 3):
        editor(tab, k).fill(f"changed({k})")
    tell(tab, 1, ["stdout", "1\n"])
    tell(tab, 2, ["stdout", "2\n"], ["wait", None])
    press(tab, "Run cell 3")
    status(tab, "Running")
    tab.once("dialog", lambda asked: asked.dismiss())
    press(tab, "Start over", bar(tab))
    status(tab, "Running")
    tab.once("dialog", lambda asked: asked.accept())
    press(tab, "Start over", bar(tab))
    status(tab, "All is as printed")
    assert [state(tab, k) for k in (1, 2, 3)] == ["", "", ""]
    assert tab.evaluate(ARTICLE) == page
    tab.evaluate("python.script = {}")
    ran(tab)
    press(tab, "Run cell 2")
    status(tab, "Ran 2 cells")
    assert ran(tab) == [1, 2]


BOX = "remember what I write in this browser"


def pages_code(tab):
    return [text.rstrip("\n") for text in tab.locator(".cell_input pre").all_text_contents()]


@pytest.mark.parametrize("keep", [False, True])
def test_changes_are_kept_only_on_request_and_shown_only_after_a_press(visit, keep):
    tab = begin(visit())
    printed, box = pages_code(tab), bar(tab).get_by_label(BOX)
    assert not box.is_checked()
    if keep:
        box.check()
    editor(tab, 2).fill("mine()\n\n# mine")
    editor(tab, 3).fill("also_mine()")
    changed = pages_code(tab)
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))  # yes
    tab.reload()
    wait_for_figures(tab)
    assert asked == ([] if keep else ["beforeunload"])
    assert pages_code(tab) == printed
    said = bar(tab).get_by_role("status").text_content()
    assert ("Your change of 2 cells is kept" in said) is keep
    begin(tab)
    assert pages_code(tab) == (changed if keep else printed)
    assert box.is_checked() is keep
    again = tab.get_by_role("button", name="Start over cell 2", exact=True)
    assert again.is_visible() is keep
    if keep:
        assert state(tab, 2) == "your change, kept in this browser"
        again.click()
        tab.reload()
        wait_for_figures(tab)
        begin(tab)
        assert pages_code(tab) == [*printed[:2], "also_mine()", *printed[3:]]
        assert asked == []
        box.click()  # the dialog is accepted
        assert asked == ["confirm"]
    assert tab.evaluate("Object.keys(localStorage).filter(key => /code|remember/.test(key))") == []


def test_two_tabs_keep_their_changes_under_one_consent(visit):
    tab = begin(visit())
    other = begin(visit.enter(tab.context.new_page()))
    bar(tab).get_by_label(BOX).check()
    other.wait_for_function("[...document.querySelectorAll('.live-bar :checked')].length")
    editor(tab, 2).fill("mine()")
    editor(other, 3).fill("also_mine()")
    changed = pages_code(tab)
    changed[2] = "also_mine()"
    assert pages_code(begin(visit.enter(tab.context.new_page()))) == changed


def test_a_kept_change_never_shadows_a_corrected_cell(visit):
    tab = begin(visit())
    bar(tab).get_by_label(BOX).check()
    editor(tab, 1).fill("mine()")
    editor(tab, 2).fill("mine()")
    tab.route(f"**/{CHAPTER}.html", lambda route: route.fulfill(
        body=route.fetch().text().replace("test_labels", "exam_labels"),
        content_type="text/html"))  # fmt: skip
    tab.reload()
    wait_for_figures(tab)
    begin(tab)
    assert "exam_labels" in pages_code(tab)[0]
    assert pages_code(tab)[1] == "mine()"


def test_the_page_of_progress_knows_what_the_judge_said_last(visit):
    page, right = "05-backpropagation", "backward is right: as it should be.\n"
    [k] = (k for k, code in enumerate(CODE[page], 1) if "    ...\n" in code[:-1])
    tab = begin(visit(page))
    bar(tab).get_by_label(BOX).check()

    def progress(text, said):
        """What stands there when the cell has this text, and when it has run."""
        editor(tab, k).fill(f"{text}\n\njudge(backward)")
        tell(tab, k, ["stdout", said])
        for run in False, True:
            if run:
                press(tab, f"Run cell {k}")
                status(tab, "Ran ")
            other = visit.enter(tab.context.new_page(), "progress")
            row = other.get_by_role("row").filter(has_text="backward()")
            yield row.get_by_role("cell").last.inner_text().split("\n")[0]
            other.close()

    unknown = "written, not judged as it is now"
    assert list(progress("1", right)) == [unknown, "written, judged right"]
    assert list(progress("2", "wrong")) == [unknown, "written, judged not right yet"]
    press(tab, f"Start over cell {k}")
    assert visit.enter(tab, "progress").get_by_text("judged").count() == 0
    assert tab.complaints == []


REFUSED = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(globalThis, name,
        { configurable: true, get() { throw new DOMException("", "SecurityError"); } });
}"""
FULL = """const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (key, value) {
    if (key.includes(" code ")) throw new DOMException("", "QuotaExceededError");
    setItem.call(this, key, value);
};"""


@pytest.mark.parametrize("before", [REFUSED, FULL], ids=["refused", "full"])
def test_where_the_browser_keeps_nothing_the_box_says_so(visit, before):
    tab = begin(visit(before=before))
    editor(tab, 2).fill("mine()")
    if before == FULL:
        bar(tab).get_by_label(BOX).click()
    box = bar(tab).get_by_label("this browser keeps nothing for this page")
    assert box.is_disabled() and not box.is_checked()
    editor(tab, 1).fill("mine()")
    press(tab, "Run cell 1")
    status(tab, "Ran cell 1 ")
    assert tab.complaints == []


# How it looks

SCREENS = {"screen": {}, "phone": PHONE, "small": {"viewport": {"width": 390, "height": 800}}}


@pytest.mark.parametrize("screen, theme", thorough_but_for(
    [("phone", "dark"), ("small", "light")], product(SCREENS, ["light", "dark"])
))  # fmt: skip
def test_all_that_is_added_is_accessible_and_fits(visit, axe, screen, theme):
    tab = visit(color_scheme=theme, **SCREENS[screen])
    within = "{include: [['.live-bar'], ['.cell']]}"
    tab.evaluate("document.getAnimations().forEach(one => one.finish())")
    assert axe(tab, within) == []
    begin(tab)
    editor(tab, 1).fill("print('changed')\n" + "long = " + "1 + " * 60 + "1")
    tell(tab, 1, ["stdout", "changed " * 40 + "\n"], ["stderr", "careful\n"])
    tell(tab, 3, ["stdout", "so far\n"], ["error", "Traceback:\nNameError: " + "long " * 40])
    tell(tab, 2, ["data", {"text/html": "<table><tr><th>a<td>1</table>", "text/plain": ""}])
    press(tab, "Run cell 4")
    status(tab, "An error")
    tab.wait_for_timeout(600)  # until the theme has looked what scrolls
    assert axe(tab, within) == []
    assert wider_than_the_screen(tab) == []
    tell(tab, 3, ["wait", None])
    press(tab, "Run cell 4")
    status(tab, "Running")
    assert axe(tab, within) == []
    assert wider_than_the_screen(tab) == []


def test_firefox_does_the_same(visit, firefox):
    tab = visit(browser=firefox)
    begin(tab)
    area = editor(tab, 1)
    area.fill("")
    area.type("for k in x:")
    area.press("Enter")
    area.type("print(k)")
    area.press("Control+]")
    assert area.input_value() == "for k in x:\n        print(k)"
    area.press("Control+z")
    assert area.input_value() == "for k in x:\n    print(k)"
    html = "<b id=end>end</b><script>parent.hacked = 1</script>"
    tell(tab, 1, ["stdout", "changed\n"], ["data", {"text/plain": "", "text/html": html}])
    area.press("Shift+Enter")
    status(tab, "Ran cell 1 ")
    assert shown(tab, 1) == "changed\n"
    tab.frame_locator(".live-output iframe").locator("#end").wait_for()
    assert tab.evaluate("globalThis.hacked ?? 0") == 0
    tab.once("dialog", lambda asked: asked.accept())
    press(tab, "Start over", bar(tab))
    status(tab, "All is as printed")
    tab.evaluate("python.script = {}")
    press(tab, "Run all")
    assert status(tab, "Ran ").endswith("the text is as printed.")


# With Python

def test_a_figure_has_the_readers_own_objects_and_tells_python_what_is_picked(visit):
    tab = visit(script=(HTML / "_static" / "live.js").read_text(encoding="utf-8"))
    if tab.evaluate("python.weight('start').host"):
        pytest.skip("needs a book built with NNLIB_PYODIDE")
    tab.set_default_timeout(120_000)
    press(tab, "Run the code in this page")
    status(tab, "Python is ready.")
    editor(tab, 1).fill("""import nnlib as nn
from nnlib.widgets import ImagePicker
digits = nn.load_sample()
picker = ImagePicker(digits.test_images[:3], digits.test_labels[:3], nn.initialize(seed=1))
picker""")
    press(tab, "Run cell 1")
    status(tab, "Ran cell 1 ")
    figure = tab.locator("div.cell").nth(0).locator(".live-output .figure-place")
    figure.locator("[data-ready]").wait_for()
    editor(tab, 2).fill("print(picker.index, picker.guess)\npicker.index = 2")
    figure.get_by_role("button", name="next").click()
    press(tab, "Run cell 2")
    status(tab, "Ran cell 2 ")
    assert shown(tab, 2).startswith("1 ")
    assert figure.get_by_label("number").input_value() == "2"  # it follows Python
    assert (tab.foreign, tab.complaints) == ([], [])
