"""How figures start in a page without a kernel, and what is said where one cannot start."""

import base64
import zlib

import numpy as np
import pytest

from conftest import HOST, PAGE, PLACE, state_of, visit_source, watch
from live.cells import VIEW
from nnlib.widgets import ImagePicker
from shared import ROOT

ALERT = "The rest of the page works without it."


@pytest.fixture
def picker(sample, trained):
    return ImagePicker(sample.test_images[:20], sample.test_labels[:20], trained)


def buffer(figure, *path):
    return next(one for one in figure["buffers"] if one["path"] == list(path))


def lose_data(figure):
    del figure["state"]["_data"], figure["buffers"]


def shorten(figure):
    labels = buffer(figure, "_data", "labels", "bytes")
    labels["data"] = labels["data"][:8]


def cut_base64(figure):
    buffer(figure, "_data", "images", "bytes")["data"] = "?"


def set_shape(figure):
    figure["state"]["_data"]["images"]["shape"] = [3, 784]


def set_nan(figure):
    b2 = buffer(figure, "parameters", "b2", "bytes")
    b2["data"] = base64.b64encode(zlib.compress(np.full(10, np.nan).tobytes())).decode()


def set_label(figure):
    labels = buffer(figure, "_data", "labels", "bytes")
    labels["data"] = base64.b64encode(zlib.compress(bytes([10] * 20))).decode()


def set_module(text):
    return lambda figure: figure["state"].update(_esm=text)


DAMAGES = {
    "no data": (lose_data, "expected data; found nothing"),
    "half the labels": (shorten, "expected the compressed numbers of labels; found damaged ones"),
    "no base64": (cut_base64, "This figure cannot start"),
    "another shape": (set_shape, "expected 3 × 784 uint8 numbers in images; found 15680 bytes"),
    "no number": (set_nan, "expected finite numbers in b2; found NaN or infinity"),
    "label 10": (set_label, "expected labels in 0..9"),
    "no module": (set_module("this is no JavaScript"), "This figure cannot start"),
    "no figure in it": (set_module("export default {}"), "This figure cannot start"),
}  # fmt: skip


@pytest.mark.parametrize("change, words", DAMAGES.values(), ids=DAMAGES)
def test_a_broken_figure_says_so_and_stops_no_other(show, picker, sample, trained, change, words):
    other = ImagePicker(sample.test_images[20:40], sample.test_labels[20:40], trained)
    tab = show(picker, other, edit=lambda states: change(states[picker.model_id]))
    broken, whole = tab.locator(".figure-place").all()
    alert = broken.get_by_role("alert").inner_text()
    assert words in alert and ALERT in alert
    assert broken.locator(".figure-still").is_visible()
    whole.get_by_role("button", name="next").click()
    assert whole.get_by_label("number").input_value() == "1"
    assert tab.complaints == []


@pytest.mark.parametrize("state", ["{", "", '{"state": {}}'])
def test_a_page_whose_data_are_damaged_says_so(browser, tmp_path, picker, state):
    place = PLACE.format(id="a", still=picker.still())
    path = tmp_path / "page.html"
    page = PAGE.format(theme="light", state=state, script=HOST, places=place)
    path.write_text(page, encoding="utf-8")
    tab = watch(browser.new_page())
    tab.goto(path.as_uri())
    tab.get_by_role("alert").get_by_text("expected the figure's data in the page; found").wait_for()
    assert tab.locator(".figure-still").is_visible()
    tab.close()


def test_the_data_of_a_page_are_read_once_for_all_its_figures(show, picker, sample, trained):
    other = ImagePicker(sample.test_images[20:40], sample.test_labels[20:40], trained)
    count = "const parse = JSON.parse; globalThis.times = 0; JSON.parse = (text) => { times++; " \
            "return parse(text); };"  # fmt: skip
    assert show(picker, other, before=count).evaluate("times") == 1


def test_a_figure_is_ready_before_and_after_a_change_of_theme(show, picker):
    tab = show(picker)
    card = "getComputedStyle(document.querySelector('.nnlib')).backgroundColor"
    light = tab.evaluate(card)
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert tab.evaluate(card) != light


SHOWN_TWICE = """async (figure) => {
    const { start, hear } = await import(location);
    const show = () => {
        const el = document.createElement("div");
        document.body.append(el);
        return start(figure, el, (...set) => told.push(set));
    };
    Object.assign(globalThis, { hear, show, told: [] });
    globalThis.ends = [await show(), await show()];
}"""


def test_a_figure_with_python_behind_it_tells_and_hears(browser, picker):
    """In all places where it is shown, until it is shown no more."""
    tab = watch(browser.new_page(), "book")
    visit_source(tab, ROOT / "book" / "static" / "host.js")
    tab.evaluate(SHOWN_TWICE, {"model_id": "a", **state_of(picker)[picker.model_id]})

    def numbers():
        return [field.input_value() for field in tab.get_by_label("number").all()]

    def python_sets(index):
        tab.evaluate(f"hear({{ model_id: 'a', name: 'index', value: {index} }})")

    rows = [tab.get_by_role("button", name=name).count() for name in ("back to", "link to")]
    assert rows == [2, 0]  # no address leads to what a cell shows
    tab.get_by_role("button", name="next").first.click()
    assert (numbers(), tab.evaluate("told")) == (["1", "1"], [["index", 1]])
    python_sets(5)
    assert (numbers(), tab.evaluate("told")) == (["5", "5"], [["index", 1]])
    tab.get_by_role("button", name="back to the start").first.click()
    told = [("index", 1), ("index", 0)]
    assert numbers() == ["0", "0"] and [tuple(one) for one in tab.evaluate("told")] == told
    tab.evaluate("hear({ model_id: 'b', name: 'index', value: 2 })")
    tab.evaluate("ends[0]()")
    python_sets(6)
    assert numbers() == ["0", "6"]
    tab.evaluate("ends[1]()")
    python_sets(7)
    tab.evaluate("show()")
    assert numbers() == ["0", "6", "0"]
    assert tab.complaints == []
    tab.close()


RUN_TWICE = """async (view) => {
    const { Output } = await import(location);
    globalThis.events = [];
    const _esm = `export default { render: () => {
        events.push("begun");
        return () => events.push("ended");
    } }`;
    document.body.innerHTML = '<div class="cell"><div class="cell_output"></div></div>';
    const output = new Output(document.querySelector(".cell"), {});
    for (const model_id of ["a", "b"]) {
        output.begin(false);
        output.tell("data", { [view]: { model_id, state: { _esm, _css: "" } } });
        output.end();
    }
}"""


def test_the_figure_of_a_cell_that_runs_again_ends(browser):
    """It may have a worker."""
    tab = watch(browser.new_page(), "book")
    visit_source(tab, ROOT / "book" / "static" / "outputs.js")
    tab.evaluate(RUN_TWICE, VIEW)
    tab.wait_for_function("events.length === 3")
    assert sorted(tab.evaluate("events")) == ["begun", "begun", "ended"]
    assert tab.locator(".figure-place").count() == 1 and tab.complaints == []
    tab.close()
