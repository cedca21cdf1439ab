"""Weighs the pages of the built book: what each asks for when it is opened, and how soon it shows.

    pip install -e '.[browser]'      Playwright; Debian's chromium besides
    python scripts/weigh_pages.py    a table of all pages, in kB as a server with gzip sends them

A page is opened in an empty browser, scrolled to its end, and every file that it asked for on the
way is counted. The first contentful paint is the median of five openings, in seconds; it depends
on the machine, the weights do not. Formulas are there with the text; the next column says when
their font is. The last is the largest layout shift until then, of which 0.1 is called good.
"""

import functools
import gzip
import http.server
import shutil
import statistics
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

HTML = Path(__file__).resolve().parents[1] / "_build" / "html"
KINDS = {
    ".html": "page", ".js": "scripts", ".css": "styles", ".woff2": "fonts",
    ".png": "images", ".webp": "images", ".svg": "images", ".ico": "images",
}  # fmt: skip
PACKED_ALREADY = ("fonts", "images")
COLUMNS = ("page", "scripts", "styles", "fonts", "images")
SETTLED = "document.fonts.ready.then(() => null)"
WATCH = """globalThis.shift = 0;
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
globalThis.font = NaN;
(function note() {
    const fonts = [...document.fonts].filter((one) => one.status === "loaded");
    if (fonts.some((one) => one.family.includes("Math"))) font = performance.now() / 1000;
    else requestAnimationFrame(note);
})()"""
SEEN = """() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return { paint: paint.startTime / 1000, font, shift };
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def size(path, kind):
    """The bytes of a file on their way through the network."""
    content = path.read_bytes()
    return len(content) if kind in PACKED_ALREADY else len(gzip.compress(content, 9))


def weigh(context, address):
    """The bytes of each kind that one page asks for, and how soon it shows."""
    tab, asked = context.new_page(), set()
    tab.add_init_script(WATCH)
    tab.on("request", lambda request: asked.add(urlsplit(request.url)))
    tab.goto(address)
    tab.evaluate(SETTLED)
    seen = tab.evaluate(SEEN)
    tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    tab.evaluate(SETTLED)
    tab.close()
    weights = Counter()
    for url in asked:
        if url.scheme == "http":
            path = HTML / url.path.lstrip("/")
            if path.suffix not in KINDS:
                raise ValueError(
                    f"expected files that end in {', '.join(KINDS)}; the page also asks for "
                    f"{url.path}. Say in KINDS what it is."
                )
            weights[KINDS[path.suffix]] += size(path, KINDS[path.suffix])
    return weights, seen


def main():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not HTML.is_dir() or chromium is None:
        raise SystemExit(
            "expected a built book and Chromium; found "
            f"{'a book' if HTML.is_dir() else 'no book'} and {chromium or 'no Chromium'}. "
            "Run jupyter-book build . and apt-get install chromium."
        )
    handler = functools.partial(Quiet, directory=HTML)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    heads = (*COLUMNS, "total", "paint", "font", "shift")
    print(f"{'':32}" + "".join(f"{name:>9}" for name in heads))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for page in sorted((HTML / "book").glob("*.html")):
            seen = []
            for _ in range(5):
                context = browser.new_context(viewport={"width": 1280, "height": 800})
                address = f"http://127.0.0.1:{server.server_port}/book/{page.name}"
                weights, one = weigh(context, address)
                seen.append(one)
                context.close()
            kilobytes = [weights[name] / 1000 for name in COLUMNS]
            numbers = "".join(f"{number:9.0f}" for number in (*kilobytes, sum(kilobytes)))
            paint, font = (
                statistics.median(one[name] for one in seen) for name in ("paint", "font")
            )
            shift = max(one["shift"] for one in seen)
            print(f"{page.stem:32}{numbers}{paint:9.2f}{font:9.2f}{shift:9.3f}")
        browser.close()


if __name__ == "__main__":
    main()
