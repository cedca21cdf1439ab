"""How soon a built page has Python, draws, stops and has run its chapter, in two browsers.

    pip install -e '.[browser]'     Playwright; Debian's chromium and firefox-esr besides
    python benchmarks/page.py       of a book that was built with Python's files, on a quiet machine

Each row is one opening, over http from this machine and from disk, in seconds: from the press to a
Python that is ready, what the first cell with matplotlib waits for, from Stop to the next result
after a loop of 6 s, and *Run all* of chapter 1. The last column is the longest time, in
milliseconds, for which the page did not answer while a cell computed.
"""

import functools
import http.server
import shutil
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

HTML = Path(__file__).resolve().parents[1] / "_build" / "html"
COLUMNS = ("ready", "matplotlib", "stop", "chapter", "longest")
MEASURE = """async () => {
    const seconds = async (promise) => {
        const start = performance.now();
        await promise;
        return (performance.now() - start) / 1000;
    };
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const run = (source) => python.run("a cell", source, () => {}).catch(() => {});
    const ready = await seconds(python.start());
    const matplotlib = await seconds(run("from nnlib import plots"));
    run("while True: pass");
    let longest = 0;
    for (let last = performance.now(), k = 0; k < 600; k++) {
        await pause(10);
        longest = Math.max(longest, performance.now() - last - 10);
        last = performance.now();
    }
    const stop = await seconds(python.stop().then(() => run("1")));
    return { ready, matplotlib, stop, longest };
}"""
RAN = "document.querySelector('.live-bar [role=status]').textContent.startsWith('Ran ')"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def measure(browser, address):
    tab = browser.new_page()
    tab.set_default_timeout(120_000)
    tab.goto(address)
    found = tab.evaluate(MEASURE)
    tab.reload()
    tab.get_by_role("button", name="Run the code in this page").click()
    press = tab.get_by_role("button", name="Run all", exact=True)
    press.wait_for()
    start = tab.evaluate("performance.now()")
    press.click()
    tab.wait_for_function(RAN)
    found["chapter"] = (tab.evaluate("performance.now()") - start) / 1000
    tab.close()
    return found


def main():
    handler = functools.partial(Quiet, directory=HTML)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folders = {"http": f"http://127.0.0.1:{server.server_port}", "disk": HTML.as_uri()}
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    print(f"{'':16}" + "".join(f"{name:>12}" for name in COLUMNS))
    with sync_playwright() as driver:
        browsers = {
            "Chromium": driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"]),
            "Firefox": driver.firefox.launch(channel="moz-firefox", executable_path=firefox),
        }
        for name, browser in browsers.items():
            for place, folder in folders.items():
                found = measure(browser, f"{folder}/book/01-see-it-work.html")
                numbers = "".join(f"{found[column]:12.1f}" for column in COLUMNS)
                print(f"{name:9} {place:6}{numbers}")
            browser.close()


if __name__ == "__main__":
    main()
