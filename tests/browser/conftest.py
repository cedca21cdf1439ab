"""Real browsers, the built book, and pages made of single figures; no other host is in reach."""

import functools
import http.server
import json
import shutil
import threading
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import nnlib as nn
from extensions.live import joined
from shared import ROOT

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
HTML = ROOT / "_build" / "html"
# The one without a window of its own takes a third less.
CHROMIUM = next(filter(None, map(shutil.which, (
    "chromium-headless-shell", "chromium", "google-chrome"
))), None)  # fmt: skip
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Figures</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ margin: 0; padding: 16px }}
[data-theme=dark] body {{ background: #121212; color: #eee }}</style>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script>{script}</script></head><body><main><h1>Figures</h1>{places}</main></body></html>"""
# What memory.js has when the reader wants no result covered.
UNCOVERED = r"""globalThis.memory = {full: false, values: new Map([
    [`${location.pathname.replace(/[^/]+\/[^/]*$/, "")} setting never cover`, true]])}"""
# Firefox, of a formula half of which has come; that all are whole is tested with the formulas.
HALF = "Incorrect number of children for <m"
HOST = joined(ROOT / "book" / "static" / "host.js")
PLACE = (
    '<div class="figure-place" id="figure-{id}" data-model="{id}">'
    '<div class="figure-still">{still}</div></div>'
)


def thorough_but_for(few, cases):
    """The cases of a test; those that are not among the few are left out where time is short."""
    mark = pytest.mark.thorough
    return [
        case if case in few
        else pytest.param(*case if isinstance(case, tuple) else [case], marks=mark)
        for case in cases
    ]  # fmt: skip


def pytest_collection_modifyitems(items):
    """What drives a browser runs last: the event loop of Playwright does not stop before the end,
    and beside it no other, such as that of a kernel, could start."""
    items.sort(key=lambda item: "driver" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def driver():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(driver):
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium-headless-shell")
    chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def firefox(driver):
    if FIREFOX is None:
        pytest.skip("needs Firefox: apt-get install firefox-esr")
    firefox = driver.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
    yield firefox
    firefox.close()


@pytest.fixture(scope="session")
def address():
    """Where the built book is: its pages over http, and from disk."""
    if not HTML.is_dir():
        pytest.skip("needs the built book: jupyter-book build .")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield {
            "http": f"http://127.0.0.1:{server.server_port}/book/",
            "file": (HTML / "book").as_uri() + "/",
        }
        server.shutdown()
        thread.join()


def watch(tab, own="", covers=False):
    """Notes in the tab all that it asks of other hosts, and all it complains about.

    Its pages cover no result before a guess, unless they are told to.
    """
    tab.foreign, tab.complaints = [], []
    tab.set_default_timeout(10_000)
    tab.set_default_navigation_timeout(60_000)  # all of a machine may be busy with other tests
    tab.add_init_script("" if covers else UNCOVERED)

    def route(request):
        if urlsplit(request.request.url).netloc == own:
            request.continue_()
        else:
            tab.foreign.append(request.request.url)
            request.abort()

    tab.route(lambda url: not url.startswith(("data:", "blob:")), route)
    complain = tab.complaints.append
    tab.on("console", lambda m: m.type in ("warning", "error") and complain(m.text))
    tab.on("pageerror", lambda error: HALF not in str(error) and complain(str(error)))
    tab.on("requestfailed", lambda request: complain(f"{request.failure}: {request.url}"))
    tab.on("response", lambda r: r.status >= 400 and complain(f"{r.status} {r.url}"))
    return tab


def visit_source(tab, path):
    """Shows a script of the repository in a tab, from where it finds what it imports."""
    tab.route("http://book/**", lambda route: route.fulfill(
        path=ROOT / urlsplit(route.request.url).path[1:]
    ))
    tab.goto(f"http://book/{path.relative_to(ROOT).as_posix()}")


@pytest.fixture
def visit(browser, address):
    """Opens a page of the built book and waits until its figures are there.

    Options are those of a browser's context, and `browser`, `before`, a script that runs before
    those of the page, and `covers`, whether it covers results.
    """
    contexts = []

    def open_page(scheme, page, browser=browser, before="", covers=False, **options):
        options = {"viewport": {"width": 1280, "height": 800}} | options
        contexts.append(browser.new_context(**options))
        contexts[-1].add_init_script(before)
        tab = watch(contexts[-1].new_page(), urlsplit(address[scheme]).netloc, covers)
        tab.goto(address[scheme] + page + ".html")
        if options.get("java_script_enabled", True):
            wait_for_figures(tab)
        return tab

    yield open_page
    for context in contexts:
        context.close()


def wait_for_figures(tab):
    """A page that is left earlier drops what it still asks for, which counts as a complaint."""
    tab.wait_for_function(
        "[...document.querySelectorAll('.figure-place')].every("
        "place => place.querySelector('[data-ready], [role=alert]'))"
    )


def state_of(*widgets):
    """What the build stores of widgets in a page, by their ids."""
    embed = pytest.importorskip("ipywidgets.embed")
    own = embed.dependency_state(widgets, drop_defaults=False)  # not of every live widget
    return embed.embed_data(views=widgets, state=own)["manager_state"]["state"]


def page_of(*widgets, theme="light", edit=None):
    """The HTML of a page of these widgets, as the book would have it; edit changes their state."""
    state = state_of(*widgets)
    if edit:
        edit(state)
    places = [PLACE.format(id=widget.model_id, still=widget.still()) for widget in widgets]
    return PAGE.format(
        theme=theme,
        state=json.dumps({"state": state}).replace("</", "<\\/"),
        script=HOST,
        places="\n".join(places),
    )


@pytest.fixture
def show(browser, tmp_path):
    """Opens a page, from disk, of nothing but these widgets.

    Options are those of a browser's context, and `theme`, `edit`, `browser` and `before`, a script
    that runs before those of the page.
    """
    contexts = []

    def open_page(*widgets, theme="light", edit=None, browser=browser, before="", **options):
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(page_of(*widgets, theme=theme, edit=edit), encoding="utf-8")
        contexts.append(browser.new_context(**options))
        contexts[-1].add_init_script(before)
        tab = watch(contexts[-1].new_page())
        tab.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            wait_for_figures(tab)
        return tab

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def sample():
    return nn.load_sample()


@pytest.fixture(scope="session")
def trained(sample):
    start = nn.initialize(seed=0)
    return nn.train(sample.train_images, sample.train_labels, start, seed=0)[0]


@pytest.fixture(scope="session")
def axe():
    """Runs axe-core on a tab: the rules that are broken, and where."""
    package = pytest.importorskip(
        "axe_playwright_python", reason="needs axe-core: pip install -e '.[browser]'"
    )
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def broken_rules(tab, within="document", rules=None):
        tab.evaluate(script)
        options = {"resultTypes": ["violations"], "preload": False}  # which from disk is refused
        if rules:
            options["runOnly"] = rules
        report = tab.evaluate(f"axe.run({within}, {json.dumps(options)})")
        return [
            f"{rule['id']}: {node['html'][:200]}"
            for rule in report["violations"] for node in rule["nodes"]
        ]

    return broken_rules


def wider_than_the_screen(tab):
    """Formulas, tables, code, images and figures that stick out on the right with no scroll bar."""
    return tab.evaluate(
        """() => {
            const parts = document.querySelectorAll(
                ':is(article, main) :is(math, table, pre, img, .nnlib *)');
            // A phone widens innerWidth to what sticks out.
            const screen_width = Math.min(innerWidth, screen.width);
            const scrolls = box => box && box !== document.body &&
                (/auto|scroll/.test(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
            const found = [...parts]
                .filter(part => part.getBoundingClientRect().right > screen_width + 1)
                .filter(part => !scrolls(part))
                .map(part => part.outerHTML.slice(0, 200));
            const width = document.documentElement.scrollWidth;
            return width > screen_width ? [`the page: ${width} pixels`, ...found] : found;
        }"""
    )
