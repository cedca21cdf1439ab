"""Every cell of every chapter, run in its page: what it shows there is what is printed."""

import pytest

from conftest import thorough_but_for
from shared import NOTEBOOKS, ROOT, cells
from shown import COMPARED, event, plain

FIRST = ROOT / "book" / "index.ipynb"  # whose page shows no code
CHAPTERS = [path for path in NOTEBOOKS if cells(path, "code") and path != FIRST]
FEW = CHAPTERS[:5:2]  # which train little
PATIENCE = 300_000  # milliseconds for a chapter, on a machine with other work

# Notes what Python tells the page: texts, and of values what is compared, of pictures the head.
LISTEN = """
globalThis.told = [];
const letters = (bytes) => btoa(String.fromCharCode(...bytes.slice(0, 24)));
const noted = (content) => typeof content === "string" ? content : Object.fromEntries(
  COMPARED.filter((form) => form in content).map((form) =>
    [form, typeof content[form] === "string" ? content[form] : letters(content[form])]));
globalThis.Worker = class extends Worker {
  postMessage(message, [port]) {
    const heard = new MessageChannel();
    const run = { source: message.source, events: [] };
    if (message.call === "run") told.push(run);
    heard.port1.onmessage = ({ data }) => {
      if (data.kind) run.events.push([data.kind, noted(data.content)]);
      port.postMessage(data);
    };
    super.postMessage(message, [heard.port2]);
  }
};
""".replace("COMPARED", str(list(COMPARED)))


def run_all(tab):
    """Presses what a reader would press, and waits until all has run."""
    if tab.evaluate("python.weight('start').host"):
        pytest.skip("needs a book that was built with Python's files")
    tab.evaluate("python.long = 1e9")  # nothing is stopped, and no spare Python need start
    tab.get_by_role("button", name="Run the code in this page").click()
    tab.get_by_role("button", name="Run all", exact=True).click(timeout=PATIENCE)
    tab.wait_for_function(
        "document.querySelector('.live-bar [role=status]').textContent.startsWith('Ran')"
        " || document.querySelector('[data-live=failed], [data-live=dropped]')",
        timeout=PATIENCE,
    )


def check(tab, path):
    run_all(tab)
    printed = cells(path, "code")
    told = tab.evaluate("told")
    assert [run["source"].rstrip() for run in told] == ["".join(c["source"]) for c in printed]
    for run, cell in zip(told, printed, strict=True):
        assert plain(run["events"]) == plain(map(event, cell["outputs"])), run["source"]
    states = tab.locator(".cell .live-state").all_text_contents()
    differ = [state for state in states if "as printed" not in state and "done" not in state]
    assert differ == []
    assert tab.locator(".cell_output img:not([alt])").count() == 0
    assert tab.foreign == tab.complaints == []


@pytest.mark.parametrize("path", thorough_but_for(FEW[:1], CHAPTERS), ids=lambda path: path.stem)
def test_each_cell_shows_in_its_page_what_is_printed(visit, path):
    scheme = "file" if path in CHAPTERS[::2] else "http"
    check(visit(scheme, path.stem, before=LISTEN), path)


@pytest.mark.parametrize("path", thorough_but_for(FEW[:1], FEW), ids=lambda path: path.stem)
def test_and_it_does_in_firefox(visit, firefox, path):
    tab = visit("file", path.stem, browser=firefox, before=LISTEN)
    check(tab, path)
