"""Every page of the built book in a real browser, with every host but its own out of reach."""

import json
import re
import zipfile
from collections import Counter
from itertools import cycle

import pytest

from conftest import (
    CHROMIUM,
    HTML,
    ROOT,
    thorough_but_for,
    wait_for_figures,
    watch,
    wider_than_the_screen,
)
from equations import CHECKS
from pack_book import pack
from shared import NOTEBOOKS

TEXT = ["api", "equation-ledger", "for-a-class", "glossary", "index", "notation", "progress",
        "references"]  # fmt: skip
THEME = "document.documentElement.dataset.theme"
ONE_OF_EACH = """() => {
    const seen = new Set();
    const again = (kind) => seen.has(kind) || !seen.add(kind);
    for (const token of document.querySelectorAll("pre span:not(:has(*), [role])")) {
        const kind = token.className + token.closest("pre").parentElement.className;
        if (again(kind)) token.replaceWith(token.textContent);
    }
    for (const formula of document.querySelectorAll("math")) {
        if (again("formula")) formula.replaceWith("x");
    }
}"""


def pages():
    return sorted(path.stem for path in [*(ROOT / "book").glob("*.md"), *NOTEBOOKS])


FEW = [page for page in pages() if not page[0].isdigit() or page.startswith("03")]


@pytest.mark.parametrize("page, scheme", list(zip(pages(), cycle(["http", "file"]))))
def test_page_is_complete_in_itself(visit, scheme, page):
    tab = visit(scheme, page)
    described = tab.locator("article img:visible").evaluate_all("all => all.map(one => one.alt)")
    assert all(len(alt) > 40 for alt in described), described
    ready, places = tab.locator(".nnlib[data-ready]").count(), tab.locator(".figure-place").count()
    assert (ready, tab.locator(".figure-still:visible").count()) == (places, 0)
    assert tab.foreign == []
    assert tab.complaints == []
    assert tab.context.cookies() == []
    kept = tab.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert set(kept) <= {"theme", "mode", "sidebar-scroll-top"}  # as the page for the office says
    for width in (1920, 390, 360):
        tab.set_viewport_size({"width": width, "height": 800})
        assert wider_than_the_screen(tab) == []


@pytest.mark.parametrize("page", thorough_but_for(FEW, pages()))
def test_axe_finds_nothing(visit, axe, page):
    tab = visit("file", page, color_scheme="light")
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    tab.evaluate("document.getAnimations().forEach(one => one.finish())")  # what opens fades in
    tab.evaluate(ONE_OF_EACH)  # thousands of tokens in the same few colours would take minutes
    assert axe(tab) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(f"{THEME} === 'dark'")
    tab.evaluate("document.getAnimations().forEach(one => one.finish())")
    assert axe(tab, rules=["color-contrast"]) == []  # the others do not ask for colours


def test_every_page_has_the_same_ways_to_the_others(address):
    """WCAG 2.4.5, 3.2.3 and 3.2.4; and 4.1.1, each id stands once in its page."""
    ways = set()
    for path in HTML.glob("book/*.html"):
        page = re.sub("(?s)<script.*?</script>", "", path.read_text(encoding="utf-8"))
        ids = Counter(re.findall(r' id="([^"]+)"', page))
        assert [name for name, times in ids.items() if times > 1] == [], path.name
        sidebar = page.partition('id="pst-primary-sidebar"')[2].partition("<main")[0]
        ways.add(tuple(re.findall(r"[^\s<>][^<>]*(?=<)", sidebar)))
        assert page.count("search-button__button") > 0, path.name
    (names,) = ways
    assert len(names) > len(pages())


@pytest.mark.parametrize("page", pages())
def test_without_javascript_every_figure_shows_its_still(visit, page):
    tab = visit("file", page, java_script_enabled=False)
    for still in tab.locator(".figure-still").all():
        assert still.is_visible()
        assert still.locator("table, img").count() > 0


def test_a_picture_is_enlarged_by_a_press_on_it_or_on_its_button(visit):
    tab = visit("file", "05-backpropagation", viewport={"width": 390, "height": 800})
    figure = tab.locator("figure#fig-tangent")
    picture, button = figure.locator("img"), figure.get_by_role("button")
    dialog = tab.get_by_role("dialog", name="Fig. 5.2", exact=True)
    large = dialog.get_by_alt_text(picture.get_attribute("alt"))
    for opens, closes in ((picture.click, large.click), (lambda: button.press("Enter"),
                           lambda: tab.keyboard.press("Escape"))):  # fmt: skip
        opens()
        assert large.bounding_box()["width"] > 1.5 * picture.bounding_box()["width"]
        closes()
        assert not dialog.is_visible()
    assert button.evaluate("one => one === document.activeElement")


def test_every_figure_works_in_firefox(firefox, address):
    for page in pages():
        if "figure-place" not in (HTML / "book" / f"{page}.html").read_text(encoding="utf-8"):
            continue
        tab = firefox.new_page()
        tab.goto(address["file"] + page + ".html")
        wait_for_figures(tab)
        assert tab.locator(".nnlib[data-ready]").count() == tab.locator(".figure-place").count()
        tab.close()


def test_every_equation_shows_its_name(visit):
    tab = visit("http", "05-backpropagation")
    assert tab.locator(".eqno").count() == tab.locator(".eqno .eqname").count() > 0


def test_the_ledger_links_to_every_equation(visit):
    tab = visit("http", "equation-ledger")
    links = tab.locator("article table a").evaluate_all("all => all.map(one => one.href)")
    assert len(links) >= len({check.equation for check in CHECKS})
    assert all("#equation-eq-" in link for link in links)


@pytest.mark.parametrize("page", [*TEXT, "09-beyond"])
def test_a_page_of_text_weighs_less_than_500_kb(browser, address, page):
    from weigh_pages import weigh  # needs Playwright, as the browser does

    with browser.new_context() as context:
        weights, _ = weigh(context, address["http"] + page + ".html")
    assert min(weights[kind] for kind in ("page", "scripts", "styles")) > 0
    assert sum(weights.values()) < 500_000, weights


@pytest.mark.parametrize("sandbox", ["", "sandbox='allow-scripts allow-forms'"])
def test_a_page_that_may_store_nothing_works_without_remembering(
    driver, browser, address, tmp_path, sandbox
):
    """As in a course page of another site, in a browser that blocks the cookies of others."""
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"profile": {"cookie_controls_mode": 1}}), encoding="utf-8")
    with driver.chromium.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=["--no-sandbox"]
    ) as context:
        tab, complaints = context.new_page(), []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(address["http"].replace("127.0.0.1", "localhost") + "no-such-page")
        page = address["http"] + "glossary.html"
        tab.set_content(f"<iframe {sandbox} src='{page}' width=1200 height=700></iframe>")
        frame = tab.frame_locator("iframe")
        before = frame.locator("html").get_attribute("data-theme")
        frame.locator(".theme-switch-button").click()
        assert frame.locator("html").get_attribute("data-theme") != before
        frame.locator(".search-button__button:visible").first.click()
        tab.keyboard.type("logits")
        frame.locator("#search-results a").first.wait_for()
        assert complaints == []


@pytest.mark.parametrize("page", ["03-forward-propagation", "07-more-testing", "index"])
def test_what_is_dark_is_printed_as_if_it_were_light(visit, page):
    def printed(scheme):
        tab = visit("http", page, color_scheme=scheme)
        before = tab.evaluate(THEME)
        sheet = tab.pdf(print_background=True)
        assert tab.evaluate(THEME) == before
        return re.sub(rb"/(CreationDate|ModDate) \(.*?\)", b"", sheet)

    assert printed("dark") == printed("light")


def test_the_packed_book_works_wherever_it_is_unpacked(browser, address, tmp_path):
    folder = tmp_path / "Bücher von früher"
    folder.mkdir()
    pack(HTML, folder / "book.zip")
    zipfile.ZipFile(folder / "book.zip").extractall(folder)
    assert {"index.html", "LICENSE", "LICENSE-BUILT", "LICENSE-DATA", "LICENSE-TEXT"} <= {
        path.name for path in (folder / "book").iterdir()
    }
    with browser.new_context() as context:
        tab = watch(context.new_page())
        tab.goto((folder / "book" / "index.html").as_uri())
        tab.wait_for_url("**/book/book/index.html")  # to which the outermost page sends on
        wait_for_figures(tab)
        tab.get_by_role("link", name="See it work").first.click()
        tab.wait_for_url("**/01-see-it-work.html")
        wait_for_figures(tab)
        assert tab.locator(".nnlib[data-ready]").count() == tab.locator(".figure-place").count() > 0
        assert (tab.foreign, tab.complaints) == ([], [])
