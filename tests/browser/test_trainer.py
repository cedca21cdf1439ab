"""Train it here in the browser: the page's functions, its worker, and as a reader would."""

import re

import numpy as np
import pytest

import nnlib as nn
from conftest import wider_than_the_screen
from nnlib.backpropagation import backward
from nnlib.loss import one_hot
from nnlib.network import forward, scale
from nnlib.widgets import Trainer
from nnlib.widgets.figure import javascript, pack

NAMES = nn.Parameters._fields
FACTS = ".nnlib-facts"
IMPORT = """([source]) => import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})))
    .then(all => { window.nnlib = all; })"""
LISTS = "of => Object.fromEntries(Object.entries(of).map(([name, p]) => [name, Array.from(p)]))"
STEPS = f"""([pixels, labels, batches, start, rate]) => {{
    const x = nnlib.scale(Uint8Array.from(pixels)), p = {{}};
    for (const name in start) p[name] = Float64Array.from(start[name]);
    labels = Uint8Array.from(labels);
    const step = batch => nnlib.take_step(x, labels, Uint32Array.from(batch), p, rate);
    return [batches.map(step), ({LISTS})(p)];
}}"""
SPY = """window.Worker = class extends Worker {
    constructor(address) {
        super(address);
        this.addEventListener("message", ({data}) => { window.found = data.parameters; });
    }
};"""
OWN_MODEL = """([data, settings]) => {
    for (const packed of Object.values(data)) packed.bytes = Uint8Array.from(packed.bytes);
    const state = {_data: data, ...settings}, el = document.body;
    const model = {
        get: name => state[name], set: (name, value) => { state[name] = value; },
        on() {}, off() {}, save_changes() { window.told = state; },
    };
    return nnlib.default.render({model, el}).then(leave => { window.leave = leave; });
}"""
DRAWN = f"""([seed, start, n, epochs]) => {{
    const random = nnlib.generator(seed), parameters = ({LISTS})(nnlib.start_values(random, start));
    const orders = Array.from({{length: epochs}}, () => Array.from(nnlib.permutation(n, random)));
    return [parameters, orders];
}}"""


@pytest.fixture(scope="module")
def data(sample):
    """400 images to learn from and 100 for validation, with their labels."""
    images, labels = sample.train_images, sample.train_labels
    return images[:400], labels[:400], images[3200:3300], labels[3200:3300]


@pytest.fixture
def trainer(data):
    return Trainer(*data)


def parameters_from(lists):
    W1, b1, W2, b2 = (np.array(lists[name], float) for name in NAMES)
    return nn.Parameters(W1.reshape(784, 16), b1, W2.reshape(16, 10), b2)


def examined(y, labels):
    return nn.cross_entropy(y, labels), np.mean(y.argmax(axis=1) == labels)


def train(images, labels, parameters, batches, rate):
    """What each batch gave just before its step, and the parameters after the last one."""
    x, t, seen = scale(images.reshape(-1, 784), float), one_hot(labels), []
    for batch in batches:
        values = forward(x[batch], parameters)
        seen.append(examined(values[3], labels[batch]))
        gradient = backward(*values, t[batch], parameters)
        parameters = nn.Parameters(*(p - rate * dp for p, dp in zip(parameters, gradient)))
    return seen, parameters


def apart(found, expected):
    return max(np.abs(p - q).max() for p, q in zip(found, expected))


def found_in(tab):
    return parameters_from(tab.evaluate(f"({LISTS})(found)"))


def click(tab, name, epoch=None):
    tab.get_by_role("button", name=name).click()
    if epoch is not None:
        tab.locator(FACTS, has_text=f", epoch {epoch}").wait_for()


def curves(tab):
    """The rows of the table: epoch, then loss and accuracy, of training and of validation."""
    rows = tab.locator(".nnlib-folded tbody tr").all()
    return [[float(text) for text in row.locator("th, td").all_text_contents()] for row in rows]


def test_a_hundred_steps_are_those_of_nnlib(show, trainer, data):
    images, labels, *_ = data
    start, rng = nn.initialize(seed=1), np.random.default_rng(2)
    batches = [rng.permutation(400)[:size] for size in rng.integers(1, 40, size=100)]
    tab = show(trainer)
    tab.evaluate(IMPORT, [javascript("trainer.js")])
    flat = {name: p.ravel().tolist() for name, p in start._asdict().items()}
    lists = [batch.tolist() for batch in batches]
    seen, found = tab.evaluate(STEPS, [images.ravel().tolist(), labels.tolist(), lists, flat, 0.5])
    expected_seen, expected = train(images, labels, start, batches, 0.5)
    assert apart(parameters_from(found), expected) < 1e-11
    assert np.abs(np.array(seen) - expected_seen).max() < 1e-11


@pytest.mark.parametrize("start, size", [("small", 32), ("large", 128), ("zeros", 400)])
def test_the_worker_trains_as_nnlib_and_shows_it(show, data, start, size):
    images, labels, val_images, val_labels = data
    tab = show(Trainer(*data, start=start, batch_size=size, seed=5), before=SPY)
    click(tab, "one step", f"{size / 400:.2f}")
    after_one = curves(tab)[-1][1:3]
    for epoch in range(1 + size // 400, 3):
        click(tab, "one epoch", f"{epoch}.00")
    tab.evaluate(IMPORT, [javascript("trainer.js")])
    lists, orders = tab.evaluate(DRAWN, [5, start, 400, 2])
    assert all(sorted(order) == list(range(400)) for order in orders)
    batches = [np.array(order[k : k + size]) for order in orders for k in range(0, 400, size)]
    before = parameters_from(lists)
    seen, expected = train(images, labels, before, batches, 0.5)
    assert apart(found_in(tab), expected) < 1e-11
    assert after_one == [float(f"{value:.3f}") for value in seen[0]]
    mean = 0
    for step, now in enumerate(np.array(seen), 1):
        mean += max(1 / step, min(1, 5 * size / 400)) * (now - mean)

    def validation(parameters):
        return examined(nn.forward_propagation(val_images, parameters)[3], val_labels)

    assert curves(tab)[-1] == [2, *(float(f"{v:.3f}") for v in (*mean, *validation(expected)))]
    untrained = examined(nn.forward_propagation(images, before)[3], labels)
    assert curves(tab)[0] == [0, *(float(f"{v:.3f}") for v in (*untrained, *validation(before)))]


def test_weights_of_a_start_have_the_size_that_is_said(show, trainer):
    tab = show(trainer)
    tab.evaluate(IMPORT, [javascript("trainer.js")])
    starts = [tab.evaluate(DRAWN, [0, start, 1, 0])[0] for start in ("small", "zeros", "large")]
    small, zeros, large = map(parameters_from, starts)
    assert small.W1.std() == pytest.approx(1 / 28, rel=0.05)
    assert small.W2.std() == pytest.approx(1 / 4, rel=0.2)
    assert apart(large, [10 * p for p in small]) < 1e-12 and apart(zeros, zeros) == 0
    assert max(np.abs(p).max() for p in zeros) == 0


def test_every_button_and_the_same_curve_again(show, trainer):
    tab = show(trainer, before=SPY)
    click(tab, "one step", "0.08")
    assert "Step 1, epoch 0.08" in tab.locator(".nnlib").inner_text()
    click(tab, "one epoch", "1.00")  # to the end of it, not one more
    click(tab, "one epoch", "2.00")
    first = curves(tab)
    assert [row[0] for row in first] == [0, 1, 2]
    click(tab, "reset", "0.00")
    assert curves(tab) == first[:1]
    for _ in range(3):  # with pauses anywhere
        click(tab, "run to epoch 50")
        click(tab, "pause")
        tab.get_by_role("button", name="run to epoch 50").wait_for()
    click(tab, "one epoch")
    tab.locator(FACTS, has_text=re.compile(r"epoch \d+\.00")).wait_for()
    while len(curves(tab)) < 3:
        click(tab, "one epoch", f"{len(curves(tab))}.00")
    again = [row for row in curves(tab) if row[0] in (0, 1, 2)]
    assert again == first
    assert tab.complaints == tab.foreign == []


def test_a_pause_is_no_point_of_its_own(show, data):
    tab = show(Trainer(*data, batch_size=400))  # so that it comes at the end of an epoch
    click(tab, "run to epoch 50")
    click(tab, "pause")
    tab.get_by_role("button", name="run to epoch 50").wait_for()
    click(tab, "one epoch")
    tab.get_by_role("button", name="run to epoch 50").wait_for()
    epochs = [row[0] for row in curves(tab)]
    assert epochs == list(range(len(epochs))) and len(epochs) > 1


def test_a_run_stops_by_itself_and_speaks(show, data):
    tab = show(Trainer(*(part[:40] for part in data)))
    click(tab, "run to epoch 50", "50.00")
    tab.get_by_role("button", name="run to epoch 100").wait_for()
    epoch, *numbers = curves(tab)[-1]
    a, b, c, d = (f"{value:.3f}" for value in numbers)
    said = f"training: loss {a}, accuracy {b}; validation: loss {c}, accuracy {d}"
    tab.get_by_role("status").get_by_text(f"Epoch 50.00. {said}").wait_for(state="attached")
    labels = tab.locator(".nnlib-chart").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert [said in label for label in labels] == [True, True]


def test_equal_units_stay_equal(show, data):
    tab = show(Trainer(*data, start="zeros"), before=SPY)
    assert tab.get_by_text("Different hidden units: 1 of 16").is_visible()
    click(tab, "one epoch", "1.00")
    assert tab.get_by_text("Different hidden units: 1 of 16").is_visible()
    W1 = found_in(tab).W1
    assert np.abs(W1).max() > 0 and (W1 == W1[:, :1]).all()
    tab.get_by_label("start values").select_option("small")
    click(tab, "reset", "0.00")
    tab.get_by_text("Different hidden units: 16 of 16").wait_for()


def test_when_a_choice_takes_effect(show, trainer):
    tab = show(trainer, before=SPY)
    before = found_in(tab)
    tab.get_by_label("seed").select_option("7")  # at once where nothing has run
    tab.wait_for_function(f"found.W1[0] !== {before.W1[0, 0]}")
    tab.get_by_label("batch size, of 400").select_option("400")
    click(tab, "one step", "1.00")
    tab.get_by_label("batch size, of 400").select_option("8")  # not before a reset
    click(tab, "one step", "2.00")
    tab.get_by_label("learning rate").select_option("0.01")  # at once
    before = found_in(tab)
    click(tab, "one step", "3.00")
    slow = apart(found_in(tab), before)
    tab.get_by_label("learning rate").select_option("10")
    before = found_in(tab)
    click(tab, "one step", "4.00")
    assert apart(found_in(tab), before) > 100 * slow
    click(tab, "reset", "0.00")
    click(tab, "one step", "0.02")


def test_a_rate_that_is_not_offered(show, data):
    tab = show(Trainer(*data, rate=0.3, batch_size=50, seed=123))
    chosen = [tab.get_by_label(name).input_value() for name in ("rate", "batch size", "seed")]
    assert chosen == ["0.3", "50", "123"]
    click(tab, "one step", "0.13")


def test_a_rate_that_is_far_too_large_is_said(show, data):
    tab = show(Trainer(*data, rate=1e308))
    click(tab, "run to epoch 50")
    message = tab.locator("p").get_by_text("the loss is no longer a number, as the rate was too")
    message.first.wait_for()
    tab.get_by_role("status").get_by_text("Reset and choose").wait_for(state="attached")
    assert tab.locator("button:disabled").count() == 3  # all but the reset
    tab.get_by_label("learning rate").select_option("0.5")
    click(tab, "reset")
    tab.get_by_text("A new rate takes effect at once").wait_for()
    click(tab, "one epoch", "1.00")
    assert tab.complaints == tab.foreign == []


def test_the_page_answers_during_a_run_and_a_reset_ends_the_worker(show, sample):
    images, labels = sample.train_images, sample.train_labels
    tab = show(Trainer(images[:2400], labels[:2400], images[3200:], labels[3200:], batch_size=1))
    [worker] = tab.workers
    click(tab, "run to epoch 50")
    pause = tab.get_by_role("button", name="pause")
    pause.wait_for()
    tab.get_by_label("learning rate").select_option("0.1")
    tab.get_by_text("The curves as a table").click()
    assert tab.locator("details[open] table").is_visible() and pause.is_visible()
    with worker.expect_event("close"):  # which a busy one tells later than the figure
        click(tab, "reset", "0.00")
    tab.get_by_role("button", name="run to epoch 50").wait_for()
    assert len(tab.workers) == 1


def test_the_kernel_is_told_and_the_worker_ends_with_the_figure(browser, trainer):
    """In a page of no host but this test, which sees what anywidget's model would."""
    tab = browser.new_page()
    tab.add_script_tag(content=SPY)
    tab.evaluate(IMPORT, [javascript("trainer.js")])
    data = pack(trainer._data)
    for packed in data.values():
        packed["bytes"] = list(packed["bytes"])
    settings = {name: getattr(trainer, name) for name in ("rate", "batch_size", "start", "seed")}
    tab.evaluate(OWN_MODEL, [data, settings | {"_esm": javascript("trainer.js")}])
    click(tab, "one epoch", "1.00")
    told, drawn = tab.evaluate("told"), curves(tab)[-1]
    assert [round(told[name], 3) for name in ("loss", "accuracy")] == drawn[3:]
    assert apart(parameters_from(tab.evaluate(f"({LISTS})(told._trained)")), found_in(tab)) == 0
    click(tab, "run to epoch 50")
    with tab.workers[0].expect_event("close"):
        tab.evaluate("leave()")
    tab.close()


def earlier(tab):
    """The cells of the runs before this one, the latest first."""
    rows = tab.locator(".nnlib-runs tbody tr").all()
    return [row.locator("th, td").all_text_contents() for row in rows]


def ghosts(tab):
    return tab.locator(".nnlib-chart [class*=line-ghost]").count()


def test_the_run_before_stays_in_grey_and_each_in_a_list(show, trainer):
    tab = show(trainer)
    dots = tab.locator(".nnlib-chart circle")
    assert dots.count() == 4  # two curves of one point in each chart
    click(tab, "reset", "0.00")
    assert earlier(tab) == [] and ghosts(tab) == 0  # what has not begun is no run
    click(tab, "one epoch", "1.00")
    assert dots.count() == 0
    curve = "all => all.map((one) => one.getAttribute('points'))"
    before = tab.locator(".nnlib-line-0").evaluate_all(curve)
    first = [f"{number:.3f}" for number in curves(tab)[-1][3:]]
    tab.get_by_label("learning rate").select_option("2")  # after the run
    click(tab, "reset", "0.00")
    assert earlier(tab) == [["0.5", "32", "small", "0", "1.0", *first]]
    assert (ghosts(tab), dots.count()) == (4, 4)
    assert set(before) <= set(tab.locator(".nnlib-line-ghost").evaluate_all(curve))
    click(tab, "one epoch", "1.00")
    tab.get_by_label("learning rate").select_option("0.1")
    click(tab, "one step", "1.08")
    second = [f"{number:.3f}" for number in curves(tab)[-1][3:]]
    click(tab, "reset", "0.00")
    assert [row[0] for row in earlier(tab)] == ["2→0.1", "0.5"]
    assert earlier(tab)[0][4:] == ["1.1", *second] and ghosts(tab) == 4
    click(tab, "back to the start", "0.00")
    tab.wait_for_function("!document.querySelector('.nnlib-line-ghost')")
    assert earlier(tab) == [] and tab.get_by_label("learning rate").input_value() == "0.5"
    assert tab.complaints == []


def test_a_choice_that_waits_marks_the_reset(show, trainer):
    tab = show(trainer)
    due, hint = tab.locator(".nnlib-due"), tab.locator(".nnlib > .nnlib-note")
    for label, value in (("seed", "7"), ("batch size, of 400", "8"), ("start values", "large")):
        old = tab.get_by_label(label).input_value()
        tab.get_by_label(label).select_option(value)
        assert due.count() == 0  # nothing has run: it is there at once
        click(tab, "reset", "0.00")
        click(tab, "one step")
        tab.locator(FACTS, has_text="Step 1,").wait_for()
        tab.get_by_label(label).select_option(old)
        assert due.inner_text() == "reset" and "press reset" in hint.inner_text()
        tab.get_by_role("status").get_by_text("press reset").wait_for(state="attached")
        tab.get_by_label(label).select_option(value)
        assert due.count() == 0
        click(tab, "reset", "0.00")


def test_nothing_moves_by_itself_where_nothing_shall_move(show, trainer):
    tab = show(trainer, reduced_motion="reduce")
    tab.evaluate("""() => {
        window.drawn = 0;
        for (const one of document.querySelectorAll(".nnlib-facts, .nnlib-chart, .nnlib-runs")) {
            new MutationObserver(() => drawn++).observe(one, {childList: true, subtree: true});
        }
    }""")
    click(tab, "run to epoch 50")
    tab.get_by_text("The curves are drawn at the end").wait_for()
    tab.locator(FACTS, has_text=", epoch 50.00").wait_for()
    assert tab.evaluate("drawn") == 3  # the facts and two charts, once each


def test_damaged_data_are_said(show, trainer):
    def lose_images(states):
        part = states[trainer.model_id]["state"]["_data"]["val_images"]
        part["shape"], part["dtype"] = [50, 784], "int16"  # as many bytes all the same

    tab = show(trainer, edit=lose_images)
    assert "expected 50 labels; found 100" in tab.get_by_role("alert").inner_text()
    assert tab.locator(".figure-still table").is_visible()


@pytest.mark.parametrize("worker, words", [
    ("undefined", "cannot start"),
    ("class { terminate() {} postMessage() { this.onerror(); } }",
     "expected a page that allows Web Workers"),
])  # fmt: skip
def test_a_page_without_workers_says_so(show, trainer, worker, words):
    tab = show(trainer, before=f"globalThis.Worker = {worker};")
    assert words in tab.get_by_role("alert").inner_text()
    assert tab.locator(".figure-still table").is_visible()
    assert tab.complaints == []


def test_without_javascript(show, trainer, data):
    tab = show(trainer, java_script_enabled=False)
    text = tab.locator(".figure-still").inner_text()
    assert "Before training" in text and "needs JavaScript" in text
    y = nn.forward_propagation(data[2], nn.initialize(seed=0))[3]
    loss, right = examined(y, data[3])
    assert f"100 validation images\t{loss:.3f}\t{right:.3f}" in text


def test_by_keyboard_alone(show, trainer):
    tab = show(trainer)
    for _ in range(6):  # four choices, run, one epoch
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "one epoch"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.locator(FACTS, has_text=", epoch 1.00").wait_for()
    assert tab.evaluate("document.activeElement.textContent") == "one epoch"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible_to_all(show, trainer, axe, theme):
    tab = show(trainer, theme=theme)
    click(tab, "one epoch", "1.00")
    tab.get_by_text("The curves as a table").click()
    assert axe(tab) == []


def test_on_a_phone(show, trainer):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    tab = show(trainer, **phone)
    tab.get_by_role("button", name="one epoch").tap()
    tab.locator(FACTS, has_text=", epoch 1.00").wait_for()
    tab.get_by_text("The curves as a table").tap()
    assert wider_than_the_screen(tab) == []


def test_in_firefox(show, trainer, firefox):
    tab = show(trainer, browser=firefox)
    click(tab, "one epoch", "1.00")
    assert curves(tab)[-1][0] == 1
    assert tab.complaints == []


def test_a_press_right_after_a_reset_counts(show, trainer):
    tab = show(trainer)
    tab.evaluate("""() => {
        for (const name of ["reset", "one epoch"]) {
            [...document.querySelectorAll("button")].find((one) => one.innerText === name).click();
        }
    }""")
    tab.locator(FACTS, has_text=", epoch 1.00").wait_for()
    assert tab.complaints == []
