"""No control moves while the reader uses a figure, whatever is written or drawn beside it."""

import pytest

import nnlib as nn
import nnlib.widgets as widgets
from conftest import thorough_but_for

# A hundred times some control is used in some way, as a reader would and as no reader would; each
# time every control has to be where it was, and every cell of a row that is one. What the reader
# unfolds makes room for itself: it stays shut.
USE = """async (seed) => {
    const root = document.querySelector(".nnlib");
    const controls = [...root.querySelectorAll(
        "button, input, select, canvas, summary, tr:has(input), tr:has(input) > *")];
    const corner = root.getBoundingClientRect();
    const edges = ({left, top, right, bottom}) =>
        [left - corner.left, top - corner.top, right - corner.left, bottom - corner.top];
    const places = () => [...controls, root].map((one) => edges(one.getBoundingClientRect()));

    let state = seed;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647; // Park and Miller
    const any = (items) => items[Math.floor(random() * items.length)];
    const tell = (one, event) => one.dispatchEvent(new Event(event, {bubbles: true}));
    const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", " "];
    const number = ({min, max}) => Math.round(Number(min) + random() * (max - min));
    const use = {
        button: (one) => one.textContent === "enlarge" || one.click(),
        radio: (one) => one.click(),
        checkbox: (one) => one.click(),
        range: (one) => { one.value = Number(one.min) + random() * (one.max - one.min); },
        number: (one) => { one.value = number(one); },
        "select-one": (one) => { one.selectedIndex = Math.floor(random() * one.length); },
        application: (one) => one.dispatchEvent(
            new KeyboardEvent("keydown", {key: any(keys), shiftKey: random() < 0.8})),
    };
    const kind = (one) => one.type ?? one.role ?? "";
    const kinds = Object.groupBy(controls, kind);
    const usable = Object.keys(use).filter((name) => name in kinds);
    const turns = () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)));

    const before = places(), moved = [];
    for (let i = 0; i < 100 && moved.length === 0; i++) {
        const one = any(kinds[any(usable)]);
        use[kind(one)](one);
        if (one.type !== "radio") for (const event of ["input", "change"]) tell(one, event);
        await turns();
        const after = places();
        const far = (k) => Math.max(...after[k].map((edge, e) => Math.abs(edge - before[k][e])));
        moved.push(...[...controls, root].flatMap((other, k) => far(k) <= 0.5 ? [] : [
            `use ${i}, of ${one.outerHTML.slice(0, 80)}: from ${before[k].map(Math.round)} ` +
            `to ${after[k].map(Math.round)}: ${other.outerHTML.slice(0, 80)}`]));
    }
    return moved;
}"""


BOOK = "main {{ max-width: {}px; font-family: sans-serif; line-height: 1.65 }}"
Y = [-2.5, -0.2, 7.8, 4.8, -3.4, 0.2, 1.8, -0.6, -4.1, -5.4]


@pytest.fixture(scope="module")
def figures(sample, trained):
    images, labels = sample.test_images, sample.test_labels
    start = nn.initialize(seed=0)
    few = sample.train_images[:40], sample.train_labels[:40]
    return {
        "ImagePicker": lambda: widgets.ImagePicker(images, labels, trained, guess_first=True),
        "ForwardPass": lambda: widgets.ForwardPass(images[:100], labels[:100], trained),
        "LogitSliders": lambda: widgets.LogitSliders(Y, 1),
        "GradientMicroscope": lambda: widgets.GradientMicroscope(images[0], labels[0], trained),
        "Trainer": lambda: widgets.Trainer(*few, *few, rate=1e308),  # which is soon too large
        "DrawingPad": lambda: widgets.DrawingPad(trained),
        "TimeMachine": lambda: widgets.TimeMachine((start, trained), (0, 20), images, labels),
    }


@pytest.mark.parametrize("width", thorough_but_for([390], [390, 1280]))
@pytest.mark.parametrize("name", widgets.__all__)
def test_every_control_stays_where_it_is(show, figures, name, width):
    assert name in figures, (
        f"expected {name} among the figures of this file; it is not there. Add what makes one "
        "(CONTRIBUTING, An interactive figure, step 4)."
    )
    tab = show(figures[name](), viewport={"width": width, "height": 800})
    room = (688, 620, 560) if width > 688 else (688,)  # as in the book, and less
    for seed, most in enumerate(room, 1):
        tab.add_style_tag(content=BOOK.format(most))
        assert tab.evaluate(USE, seed) == []
