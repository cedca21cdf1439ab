"""Python in a page: where its files come from, what it says when it cannot start, and its end."""

import base64
import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conftest import HTML, thorough_but_for
from shared import MANIFEST, PYODIDE, ROOT, from_cdn, python_at_hand

FOLDER = python_at_hand()
PAGE = "<!DOCTYPE html><html lang=en><title>Python</title><p>A page"
START = """async (manifest) => {
    const { Python } = await import("/source/python.js");
    globalThis.python ??= new Python(manifest);
    const parts = [];
    const found = { weight: python.weight("start"), parts };
    await python.start((part) => parts.push(part)).catch((error) => (found.failed = error.message));
    return { ...found, state: python.state };
}"""
RUN = """async (source) => {
    const events = [];
    const tell = (kind, content) => events.push([kind, content]);
    const done = await python.run("a cell", source, tell).catch((error) => error.message);
    const text = events.filter(([kind]) => kind === "stdout").map((event) => event[1]).join("");
    return { done, text, kinds: [...new Set(events.map(([kind]) => kind))], state: python.state };
}"""
CORS = {"Access-Control-Allow-Origin": "*"}
RUN_ON = """(source) => {
    const run = python.run("a cell", source, () => {});
    globalThis.ended = run.catch((error) => error.constructor.name);
}"""
FRAMES = """new Promise((resolve) => {
    let count = 0;
    const next = () => (++count < 20 ? requestAnimationFrame(next) : resolve(count));
    next();
})"""
ENDLESS = "while True:\n    pass"


@pytest.fixture(scope="module")
def manifests(address):
    """Where files may come from -> the list that says so."""
    script = (HTML / "_static" / "live.js").read_text(encoding="utf-8")
    there, elsewhere = (json.loads(MANIFEST.search(text)[0]) for text in (script, from_cdn(script)))
    folder = address["http"].replace("/book/", "/_static/python/")
    return {"cdn": elsewhere | {"folder": folder}} | (
        {} if there["cdn"] else {"book": there | {"folder": folder}}
    )


@pytest.fixture
def open_page(browser, address, manifests):
    """Opens a page that has nothing but these files and, if asked for, another rule or script."""
    if FOLDER is None:
        pytest.skip("needs Python's files: python scripts/get_python.py")
    contexts = []

    def open_page(source="book", csp="", before="", browser=browser):
        if source not in manifests:
            pytest.skip("needs a book that was built with Python's files")
        contexts.append(browser.new_context())
        tab = contexts[-1].new_page()
        tab.add_init_script(before)
        tab.asked = []
        tab.on("request", lambda request: tab.asked.append(request.url))
        scripts = ROOT / "book" / "static"
        tab.route("**/source/*", lambda r: r.fulfill(path=scripts / Path(r.request.url).name))
        headers = {"Content-Security-Policy": csp} if csp else {}
        blank = address["http"] + "blank.html"
        tab.route(blank, lambda r: r.fulfill(body=PAGE, content_type="text/html", headers=headers))
        tab.route(PYODIDE["cdn"] + "*", from_folder)
        tab.goto(blank)
        tab.start = lambda: tab.evaluate(START, manifests[source])
        tab.run = lambda source: tab.evaluate(RUN, source)
        return tab

    yield open_page
    for context in contexts:
        context.close()


def from_folder(route):
    path = Path(FOLDER, Path(urlsplit(route.request.url).path).name)
    route.fulfill(path=path, headers=CORS)


def foreign(tab):
    own = urlsplit(tab.url).netloc
    return [url for url in tab.asked if url.startswith("http") and urlsplit(url).netloc != own]


@pytest.mark.parametrize("source", ["book", "cdn"])
def test_python_comes_from_where_it_says_and_nothing_is_asked_for_twice(open_page, source):
    tab = open_page(source)
    started = tab.start()
    assert started["state"] == "ready", started
    host = urlsplit(PYODIDE["cdn"]).netloc
    assert started["weight"]["host"] == ("" if source == "book" else host)
    assert {part["total"] for part in started["parts"]} == {started["weight"]["bytes"]}
    done = [part["done"] for part in started["parts"]]
    assert done == sorted(done) and done[-1] == pytest.approx(started["weight"]["bytes"], rel=1e-3)
    assert not any("matplotlib" in url for url in tab.asked)
    drawn = tab.run("from nnlib import plots\nprint(plots.__name__)")
    assert (drawn["done"], drawn["text"].strip()) == (True, "nnlib.plots")
    assert any("matplotlib" in url for url in tab.asked)
    assert bool(foreign(tab)) == (source == "cdn")
    assert len(tab.asked) == len(set(tab.asked))
    before = len(tab.asked)
    assert tab.evaluate("python.stop().then(() => python.state)") == "ready"
    assert tab.run("import matplotlib; print(1)")["text"].strip() == "1"
    assert [url for url in tab.asked[before:] if not url.startswith("blob:")] == []


def test_an_endless_loop_ends_when_stopped_and_the_page_is_awake_meanwhile(open_page):
    tab = open_page()
    tab.start()
    tab.run("kept = 1")
    tab.evaluate(RUN_ON, ENDLESS)
    assert tab.evaluate(FRAMES) == 20
    assert tab.evaluate("python.state") == "running"
    tab.wait_for_event("worker")  # another, that need not be waited for
    tab.evaluate("void python.stop()")
    assert tab.evaluate("ended") == "Stopped"
    again = tab.run("print('kept' in globals())")
    assert (again["done"], again["text"].strip(), again["state"]) == (True, "False", "ready")


def test_a_python_that_breaks_down_says_so_and_starts_again(open_page):
    tab = open_page()
    tab.start()
    broken = tab.run("import os\nos.abort()")
    assert "Python broke down" in str(broken["done"]), broken
    assert tab.run("print(2)")["text"].strip() == "2"


@pytest.mark.parametrize("options, sentence", [
    ({"before": "delete globalThis.WebAssembly"}, "expected a browser with WebAssembly"),
    ({"before": "delete globalThis.Worker"}, "expected a browser with web workers"),
    ({"before": "delete globalThis.DecompressionStream"}, "a browser with DecompressionStream"),
    ({"csp": "script-src 'self' 'unsafe-inline' blob:"}, "that WebAssembly may run in this page"),
    ({"csp": "worker-src 'none'"}, "expected a worker"),
])  # fmt: skip
def test_a_browser_that_is_too_old_and_a_page_that_forbids_python_are_told(
    open_page, options, sentence
):
    started = open_page(**options).start()
    assert started["state"] == "absent" and sentence in started["failed"], started


OTHER = base64.b64encode(gzip.compress(b"another")).decode()
WORKER = f'python_piece("worker.js", 0, "{OTHER}")'
DAMAGED = 'python_piece("python_stdlib.zip", 1, "bm90IHRoaXM=")'


FAULTS = [
    ("book", "**/numpy*", lambda r: r.abort(), r"numpy.* from the folder of the pages; found no "),
    ("book", "**/*stdlib*.1.js*", lambda r: r.fulfill(body=DAMAGED), "stdlib.*; found it damaged"),
    ("book", "**/worker.js-*", lambda r: r.fulfill(body=WORKER), "worker.js .*; found sha256-"),
    ("cdn", "**/numpy*", lambda r: r.abort(), r"numpy.* from cdn\.\S+; found Failed"),
    ("cdn", "**/*.wasm", lambda r: r.fulfill(status=503), r"asm\.wasm .*; found the answer 503"),
    ("cdn", "**/pyodide.js", lambda r: r.fulfill(body="1", headers=CORS), "js .*; found sha256-"),
]


@pytest.mark.parametrize(
    "source, asked, how, sentence", thorough_but_for([FAULTS[1], FAULTS[4]], FAULTS)
)
def test_a_file_that_is_missing_or_another_is_named_and_asked_for_again(
    open_page, source, asked, how, sentence
):
    tab = open_page(source)
    tab.route(asked, how)
    started = tab.start()
    assert started["state"] == "absent"
    assert re.search(sentence, started["failed"]), started["failed"]
    tab.unroute(asked)
    started = tab.start()
    assert started["state"] == "ready", started
