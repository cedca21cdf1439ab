"""The built book in a real browser, with every host but its own out of reach."""

import functools
import http.server
import shutil
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from equations import CHECKS

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs Playwright: pip install -e '.[browser]'"
    )
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    if not HTML.is_dir():
        pytest.skip("needs the built book: jupyter-book build .")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def address():
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


@pytest.fixture
def visit(browser, address):
    """Opens a page and notes all it asks for and all it complains about."""
    context = browser.new_context()

    def open_page(scheme, page):
        tab = context.new_page()
        tab.set_viewport_size({"width": 1280, "height": 800})
        own, tab.foreign, tab.complaints = urlsplit(address[scheme]).netloc, [], []

        def route(request):
            if urlsplit(request.request.url).netloc == own:
                request.continue_()
            else:
                tab.foreign.append(request.request.url)
                request.abort()

        tab.route(lambda url: not url.startswith(("data:", "blob:")), route)
        complain = tab.complaints.append
        tab.on("console", lambda m: m.type in ("warning", "error") and complain(m.text))
        tab.on("pageerror", lambda error: complain(str(error)))
        tab.on("requestfailed", lambda request: complain(request.url))
        tab.on("response", lambda r: r.status >= 400 and complain(f"{r.status} {r.url}"))
        tab.goto(address[scheme] + page + ".html")
        tab.wait_for_load_state("networkidle")
        if tab.locator(".math").count():
            tab.wait_for_function("document.querySelector('.math mjx-container')")
            tab.evaluate("MathJax.startup.promise")
        return tab

    yield open_page
    context.close()


def pages():
    suffixes = (".md", ".ipynb")
    return sorted(p.stem for p in (HTML.parents[1] / "book").iterdir() if p.suffix in suffixes)


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("page", pages())
def test_page_is_complete_in_itself(visit, scheme, page):
    tab = visit(scheme, page)
    assert tab.locator(".math mjx-container").count() == tab.locator(".math").count()
    assert tab.locator("mjx-merror, mjx-container [data-mjx-error]").count() == 0
    described = tab.locator("article img").evaluate_all("all => all.map(one => one.alt)")
    assert all(len(alt) > 40 for alt in described), described
    assert tab.foreign == []
    assert tab.complaints == []
    tab.set_viewport_size({"width": 390, "height": 800})
    assert wider_than_the_screen(tab) == []


def wider_than_the_screen(tab):
    """Formulas, tables, code and images that stick out on the right with no scroll bar."""
    return tab.evaluate(
        """() => {
            const parts = document.querySelectorAll('article :is(mjx-container, table, pre, img)');
            const scrolls = box => box && box !== document.body &&
                (/auto|scroll/.test(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
            const found = [...parts]
                .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
                .filter(part => !scrolls(part))
                .map(part => part.outerHTML.slice(0, 200));
            const width = document.documentElement.scrollWidth;
            return width > innerWidth ? [`the page: ${width} pixels`, ...found] : found;
        }"""
    )


def test_every_equation_shows_its_name(visit):
    tab = visit("http", "05-backpropagation")
    assert tab.locator(".eqno").count() == tab.locator(".eqno .eqname").count() > 0


def test_the_ledger_links_to_every_equation(visit):
    tab = visit("http", "equation-ledger")
    links = tab.locator("article table a").evaluate_all("all => all.map(one => one.href)")
    assert len(links) >= len({check.equation for check in CHECKS})
    assert all("#equation-eq-" in link for link in links)
