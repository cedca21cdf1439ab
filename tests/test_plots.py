"""The pictures, in any style: what they show, and that bad input gives an error and no picture."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnlib as nn
from nnlib import plots
from shared import refused

matplotlib.use("agg")
pytestmark = pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
SIDES = "left", "right", "top", "bottom"
SAMPLE = nn.load_sample()
IMAGES, LABELS = SAMPLE.test_images, SAMPLE.test_labels


@pytest.fixture(params=[True, False], ids=["lines", "no lines"])
def style(request):
    """Two styles that would have it all otherwise: one with all lines and frames, one with none."""
    loud = {f"{part}color": "red" for part in ("text.", "axes.title", "axes.label")}
    loud |= {"image.cmap": "viridis", "axes.axisbelow": False, "figure.dpi": 50}
    lines = ["axes.grid", "figure.constrained_layout.use", *(f"axes.spines.{s}" for s in SIDES)]
    with matplotlib.rc_context(loud | dict.fromkeys(lines, request.param)):
        yield
    plt.close("all")


def sure_of(*guesses):
    ya = np.full((len(guesses), 10), 0.01)
    ya[np.arange(len(guesses)), guesses] = 0.91
    return ya


def drawn():
    """The figure, and its texts by what they say."""
    figure = plt.gcf()
    figure.canvas.draw()
    found = figure.findobj(matplotlib.text.Text)
    return figure, {t.get_text(): t for t in found if t.get_text() and t.get_visible()}


def prediction(label, guess):
    """The parts of a picture: the image, the bars, and the texts."""
    assert plots.show_predictions(IMAGES[0], label, sure_of(guess)[0]) is None
    figure, texts = drawn()
    return figure, *figure.findobj(matplotlib.axes.Axes), texts


def contrast(one, other):
    """The ratio of the lightnesses of two colours, as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color):
    rgb = np.array(matplotlib.colors.to_rgb(color))
    return np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92) @ (
        0.2126, 0.7152, 0.0722
    )  # fmt: skip


def draw_curve():
    plt.plot([1, 2], label="curve")
    plt.title("A curve")
    plt.xlabel("place")
    plt.legend()


DRAWN = {
    "digits": ([], lambda: plots.show_digits(IMAGES[:2], LABELS[:2])),
    "predictions": ([], lambda: plots.show_predictions(IMAGES[0], 3, sure_of(8)[0])),
    "the book's style": (["nnlib.book"], draw_curve),
}


@pytest.mark.parametrize("styles, draw", DRAWN.values(), ids=DRAWN)
@pytest.mark.parametrize("before", ["default", "dark_background", "grayscale"])
def test_all_that_is_written_can_be_read_whatever_style_was_in_use(before, styles, draw):
    with plt.style.context([before, *styles]):
        draw()
        figure, texts = drawn()
    for text, one in texts.items():
        grounds = [of.get_facecolor() for of in (figure, one.axes) if of]
        assert min(contrast(one.get_color(), ground) for ground in grounds) > 4.5, text
    plt.close("all")


@pytest.mark.parametrize("guess, verdict", [(3, "CORRECT"), (8, "INCORRECT")])
def test_the_verdict_stands_out_and_has_the_color_of_the_guess(style, guess, verdict):
    _, left, right, texts = prediction(3, guess)
    assert np.array_equal(left.images[0].get_array(), IMAGES[0])
    assert [bar.get_height() for bar in right.patches] == pytest.approx(sure_of(guess)[0])
    _, color = plots.VERDICTS[guess == 3]
    bars = [matplotlib.colors.to_hex(bar.get_facecolor()) for bar in right.patches]
    assert bars == [color if digit == guess else plots.BAR for digit in range(10)]
    others = "Label = 3", f"Guessed digit = {guess}", "output values", "0.910"
    assert {texts[text].get_color() for text in others} == {plots.INK}
    assert texts[verdict].get_color() == color
    assert max(texts, key=lambda text: texts[text].get_fontsize()) == verdict
    assert {text for text in texts if texts[text].get_fontweight() == "bold"} == {verdict, "3"}


@pytest.mark.parametrize("guess", [0, 9])
def test_all_that_is_written_lies_in_the_picture_and_over_nothing_else(style, guess):
    figure, left, right, texts = prediction(3, guess)
    boxes = {text: one.get_window_extent() for text, one in texts.items()}
    for text, box in boxes.items():
        assert inside(figure, box), text
        others = [other for name, other in boxes.items() if name != text]
        assert not any(map(box.fully_overlaps, [*others, left.get_window_extent()])), text
    # The value stands right above its bar, which the axes show whole.
    bar, value = right.patches[guess].get_window_extent(), boxes["0.910"]
    assert (value.x0 + value.x1) / 2 == pytest.approx((bar.x0 + bar.x1) / 2, abs=1)
    assert 0 < value.y0 - bar.y1 < value.height and value.y1 < right.get_window_extent().y1


def inside(figure, box):
    return (
        figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        and figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
    )  # fmt: skip


def test_the_bars_stand_right_of_the_image_from_0_to_1_before_lines(style):
    figure, left, right, _ = prediction(3, 3)
    widths = [ax.get_window_extent().width / figure.bbox.width for ax in (left, right)]
    assert left.get_position().x1 < right.get_position().x0
    assert widths == pytest.approx([0.28, 0.55], abs=0.03)
    assert right.get_xlim() == (-0.5, 9.5)
    assert right.get_ylim()[0] == 0 and 1.1 < right.get_ylim()[1] < 1.2
    assert right.get_xticks().tolist() == list(range(10))
    assert right.get_yticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert {line.get_visible() for line in right.get_xgridlines()} == {False}
    lines = right.get_ygridlines()
    assert {(line.get_visible(), line.get_alpha()) for line in lines} == {(True, 0.5)}
    assert right.get_axisbelow() is True
    assert not right.spines["top"].get_visible() and not right.spines["right"].get_visible()


def test_a_frame_and_nothing_else_is_drawn_around_an_image(style):
    _, left, _, _ = prediction(3, 3)
    assert {left.spines[side].get_visible() for side in SIDES} == {True}
    assert not any(line.get_visible() for line in left.get_xgridlines() + left.get_ygridlines())
    assert left.get_xticks().size == left.get_yticks().size == 0


@pytest.mark.parametrize("top", [255, 1.0])
def test_ink_is_as_dark_as_its_grey_level_even_in_a_pale_image(style, top):
    pixels = np.full((28, 28), 0.2 * top).astype(type(top))
    pixels[:14] = 0.6 * top
    plots.show_digits(pixels, 3)
    image = plt.gcf().axes[0].images[0]
    expected = matplotlib.colormaps["Greys"](pixels / top)
    assert np.allclose(image.to_rgba(image.get_array()), expected, atol=0.01)
    assert image.get_clim() == (0, top)


def test_verdicts_can_be_read_on_white():
    for _, color in plots.VERDICTS.values():
        r, g, b = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in matplotlib.colors.to_rgb(color)
        )
        assert 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) > 4.5  # WCAG 2.1, 1.4.3


def test_a_batch_has_a_row_for_each_image(style):
    ya = sure_of(*LABELS[:3], (LABELS[3] + 1) % 10)
    plots.show_predictions(IMAGES[:4], LABELS[:4], ya)
    found = [text.get_text() for text in plt.gcf().findobj(matplotlib.text.Text)]
    assert (found.count("CORRECT"), found.count("INCORRECT")) == (3, 1)
    assert plt.gcf().get_size_inches() == pytest.approx((4.8, 4 * 2.5))
    assert plt.gcf().dpi == plots.DPI


@pytest.mark.parametrize("count, columns, size", [
    (1, 10, (2.2, 2.4)), (2, 10, (0.96, 0.78)), (6, 3, (1.44, 1.56)), (23, 10, (4.8, 2.34)),
])  # fmt: skip
def test_digits_fill_the_picture_under_their_labels_and_do_not_touch(style, count, columns, size):
    settings = {} if columns == 10 else {"columns": columns}
    assert plots.show_digits(IMAGES[:count], LABELS[:count], **settings) is None
    figure, _ = drawn()
    assert figure.get_size_inches() == pytest.approx(size) and figure.dpi == plots.DPI
    axes = [ax for ax in figure.axes if ax.images]
    for ax, image, label in zip(axes, IMAGES[:count], LABELS[:count], strict=True):
        assert np.array_equal(ax.images[0].get_array(), image)
        assert ax.get_title() == (f"Label = {label}" if count == 1 else str(label))
        assert ax.title.get_color() == plots.INK and ax.title.get_fontsize() == 11
    images = [ax.get_window_extent() for ax in axes]
    inks = [ax.title.get_window_extent().padded(-3) for ax in axes]  # without the air around them
    for box in images + inks:
        assert inside(figure, box)
        assert not any(box.fully_overlaps(other) for other in images + inks if other is not box)
    filled = sum(box.width * box.height for box in images)
    assert filled > 0.45 * figure.bbox.width * figure.bbox.height * count / len(figure.axes)



# What is refused


def outputs(*values):
    return np.array([*values, *[0.0] * (10 - len(values))])


def test_outputs_up_to_0_and_1_and_rounded_ones_are_drawn(style):
    for ya in (outputs(1), outputs(0.5, 0.5), outputs(0.99995), [1, *[0] * 9]):
        plots.show_predictions(IMAGES[0], 3, ya)
    assert len(plt.get_fignums()) == 4


@pytest.mark.parametrize("ya, found", [
    (outputs(1)[None], "shape (1, 10)"),
    (np.full((2, 9), 1 / 9), "shape (2, 9)"),
    ([outputs(1.05, 0), outputs(0.5, 0.5)], "values from 0 to 1.05"),
    ([outputs(1, -0.05, 0.05), outputs(0.5, 0.5)], "values from -0.05 to 1"),
    ([outputs(np.nan), outputs(0.5, 0.5)], "values from nan to nan"),
    ([outputs(0.9), outputs(0.5, 0.25)], "sums from 0.75 to 0.9"),
    ([outputs(0.9998), outputs(0.5, 0.5)], "sums from 1 to 1"),
], ids=["one row", "nine", "above 1", "below 0", "nan", "sums", "a sum"])  # fmt: skip
def test_outputs_that_are_none_are_refused(ya, found):
    assert refused(ValueError, found, plots.show_predictions, IMAGES[:2], [3, 1], ya) == (
        "expected ya of shape (2, 10), its values in 0..1 and each row adding up to 1; found "
        f"{found}. Give the last of the five results of forward_propagation."
    )
    assert not plt.get_fignums()


def test_images_labels_and_columns_are_checked():
    show, predictions = plots.show_digits, plots.show_predictions
    refused(ValueError, "labels: a batch of 2", show, IMAGES[:3], LABELS[:2])
    refused(ValueError, "found shape (9,)", show, np.zeros(9), 3)
    refused(ValueError, "columns >= 1; found 0", show, IMAGES[:3], LABELS[:3], columns=0)
    refused(ValueError, "found 12", predictions, IMAGES[0], 12, sure_of(1)[0])
    refused(ValueError, "found shape (9,)", predictions, np.zeros(9), 3, sure_of(1)[0])
    assert not plt.get_fignums()
