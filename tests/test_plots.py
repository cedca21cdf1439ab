"""The pictures: what they show, and that bad input gives an error and no picture."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnlib as nn
from nnlib import plots

matplotlib.use("agg")
pytestmark = pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")


@pytest.fixture(autouse=True)
def close_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def digits():
    return nn.load_sample()


def sure_of(*guesses):
    ya = np.full((len(guesses), 10), 0.01)
    ya[np.arange(len(guesses)), guesses] = 0.91
    return ya


def texts(figure):
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def test_a_right_guess_is_called_correct(digits):
    label = digits.test_labels[0]
    assert plots.show_predictions(digits.test_images[0], label, sure_of(label)[0]) is None
    found = texts(plt.gcf())
    assert {"CORRECT", f"Label = {label}", f"Guessed digit = {label}", "0.910"} <= set(found)
    assert "INCORRECT" not in found


def test_a_wrong_guess_is_called_incorrect(digits):
    label = digits.test_labels[0]
    wrong = (label + 1) % 10
    plots.show_predictions(digits.test_images[0], label, sure_of(wrong)[0])
    found = texts(plt.gcf())
    assert {"INCORRECT", f"Label = {label}", f"Guessed digit = {wrong}"} <= set(found)
    assert "CORRECT" not in found


def test_image_left_bars_right_and_as_tall_as_the_outputs(digits):
    ya = sure_of(3)[0]
    plots.show_predictions(digits.test_images[0], 3, ya)
    left, right = plt.gcf().findobj(matplotlib.axes.Axes)
    assert left.get_position().x1 < right.get_position().x0
    assert np.array_equal(left.images[0].get_array(), digits.test_images[0])
    assert [bar.get_height() for bar in right.patches] == pytest.approx(ya)
    assert [tick.get_text() for tick in right.get_xticklabels()] == [str(d) for d in range(10)]
    bold = [t.get_text() for t in right.get_xticklabels() if t.get_fontweight() == "bold"]
    assert bold == ["3"]


def test_a_batch_has_a_row_for_each_image(digits):
    labels = digits.test_labels[:4]
    ya = sure_of(*labels[:3], (labels[3] + 1) % 10)
    assert plots.show_predictions(digits.test_images[:4], labels, ya) is None
    found = texts(plt.gcf())
    assert (found.count("CORRECT"), found.count("INCORRECT")) == (3, 1)


@pytest.mark.parametrize("count", [1, 7, 10, 23])
def test_digits_stand_under_their_labels(digits, count):
    assert plots.show_digits(digits.test_images[:count], digits.test_labels[:count]) is None
    drawn = [ax for ax in plt.gcf().axes if ax.images]
    assert len(drawn) == count
    for ax, image, label in zip(drawn, digits.test_images, digits.test_labels, strict=False):
        assert np.array_equal(ax.images[0].get_array(), image)
        assert ax.get_title().endswith(str(label))


def test_integer_and_float_pixels_look_alike(digits):
    scale = []
    for image in (digits.test_images[0], digits.test_images[0] / 255):
        plots.show_digits(image, digits.test_labels[0])
        drawn = plt.gcf().axes[0].images[0]
        scale.append(drawn.to_rgba(drawn.get_array()))
    assert np.allclose(*scale, atol=1 / 255)


def test_verdicts_can_be_read_on_white():
    for _, color in plots.VERDICTS.values():
        r, g, b = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in matplotlib.colors.to_rgb(color)
        )
        assert 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) > 4.5  # WCAG 2.1, 1.4.3


@pytest.mark.parametrize(
    ("ya", "message"),
    [
        (np.full(9, 1 / 9), "found shape"),
        (np.full((2, 10), 0.1), "found shape"),
        (np.full(10, 0.2), "found sums"),
        (np.full(10, np.nan), "found values"),
        (np.eye(10)[0] * 2 - np.eye(10)[1], "found values"),
    ],
)
def test_outputs_that_are_none_are_refused(digits, ya, message):
    with pytest.raises(ValueError, match=message):
        plots.show_predictions(digits.test_images[0], 3, ya)
    assert not plt.get_fignums()


def test_labels_and_images_are_checked(digits):
    with pytest.raises(ValueError, match="one label for each image"):
        plots.show_digits(digits.test_images[:3], digits.test_labels[:2])
    with pytest.raises(ValueError, match=r"labels in 0\.\.9"):
        plots.show_predictions(digits.test_images[0], 12, sure_of(1)[0])
    with pytest.raises(ValueError, match="columns >= 1"):
        plots.show_digits(digits.test_images[:3], digits.test_labels[:3], columns=0)
    assert not plt.get_fignums()


def test_pictures_do_not_depend_on_the_style_in_force(digits):
    places = []
    for constrained in (False, True):
        with matplotlib.rc_context({"figure.constrained_layout.use": constrained}):
            plots.show_digits(digits.test_images[:3], digits.test_labels[:3])
            plots.show_predictions(digits.test_images[0], 3, sure_of(3)[0])
            for number in plt.get_fignums():
                plt.figure(number).canvas.draw()
            figures = map(plt.figure, plt.get_fignums())
            axes = [ax for figure in figures for ax in figure.findobj(matplotlib.axes.Axes)]
            places.append([ax.get_position().bounds for ax in axes])
            plt.close("all")
    assert np.allclose(*places)


def described(figure):
    """The drawn texts of a figure, by what they say; each stands once."""
    figure.canvas.draw()
    found = figure.findobj(lambda a: isinstance(a, matplotlib.text.Text) and a.get_text())
    return {text.get_text(): text for text in found if text.get_visible()}


def parts_of(label, guess, digits):
    plots.show_predictions(digits.test_images[0], label, sure_of(guess)[0])
    figure = plt.gcf()
    return figure, *figure.findobj(matplotlib.axes.Axes)


LOUD = {"text.color": "red", "axes.titlecolor": "red", "axes.labelcolor": "red"}


@pytest.mark.parametrize("guess", [3, 8])
def test_only_the_verdict_and_the_bar_of_the_guess_have_its_color(digits, guess):
    with matplotlib.rc_context(LOUD):
        figure, _, right = parts_of(3, guess, digits)
        found = described(figure)
    verdict, color = plots.VERDICTS[guess == 3]
    ink = ("Label = 3", f"Guessed digit = {guess}", "output values", "0.910")
    assert {found[text].get_color() for text in ink} == {plots.INK}
    assert found[verdict].get_color() == color
    bars = [matplotlib.colors.to_hex(bar.get_facecolor()) for bar in right.patches]
    assert bars == [color if digit == guess else plots.BAR for digit in range(10)]
    sizes = {text: one.get_fontsize() for text, one in found.items()}
    assert max(sizes, key=sizes.get) == verdict and found[verdict].get_fontweight() == "bold"


@pytest.mark.parametrize("guess", [0, 3, 9])
def test_all_that_is_written_lies_in_the_picture_and_over_nothing_else(digits, guess):
    figure, left, right = parts_of(3, guess, digits)
    boxes = {text: one.get_window_extent() for text, one in described(figure).items()}
    image = left.get_window_extent()
    for text, box in boxes.items():
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        others = [other for name, other in boxes.items() if name != text]
        assert not any(map(box.fully_overlaps, [*others, image])), text
    # The value stands right above its bar, which the axes show whole.
    bar, value = right.patches[guess].get_window_extent(), boxes["0.910"]
    assert (value.x0 + value.x1) / 2 == pytest.approx((bar.x0 + bar.x1) / 2, abs=1)
    assert 0 < value.y0 - bar.y1 < value.height and value.y1 < right.get_window_extent().y1
    # The bars get more room than the image, which has enough.
    assert 1.2 < right.get_window_extent().width / image.width < 2
    assert 0.55 < right.get_window_extent().width / figure.bbox.width < 0.6


def test_the_bars_are_drawn_from_0_to_1_with_room_for_the_value(digits):
    _, _, right = parts_of(3, 3, digits)
    assert right.get_xlim() == (-0.5, 9.5)
    assert right.get_ylim()[0] == 0 and 1.1 < right.get_ylim()[1] < 1.2
    assert right.get_yticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert right.get_xticks().tolist() == list(range(10))


@pytest.mark.parametrize("style", [True, False])
def test_lines_lie_behind_the_bars_and_frames_around_images_in_any_style(digits, style):
    sides = ("left", "right", "top", "bottom")
    rc = {"axes.grid": style, "axes.axisbelow": False, "image.cmap": "viridis"}
    with matplotlib.rc_context(rc | {f"axes.spines.{side}": style for side in sides}):
        figure, left, right = parts_of(3, 3, digits)
        figure.canvas.draw()
    assert {line.get_visible() for line in right.get_xgridlines()} == {False}
    assert {line.get_visible() for line in right.get_ygridlines()} == {True}
    assert {line.get_alpha() for line in right.get_ygridlines()} == {0.5}
    assert right.get_axisbelow() is True
    assert not right.spines["top"].get_visible() and not right.spines["right"].get_visible()
    assert {left.spines[side].get_visible() for side in sides} == {True}
    assert not any(line.get_visible() for line in left.get_xgridlines() + left.get_ygridlines())
    assert left.get_xticks().size == left.get_yticks().size == 0


@pytest.mark.parametrize("top", [255, 1.0])
def test_ink_is_as_dark_as_its_grey_level_even_in_a_pale_image(top):
    pixels = np.full((28, 28), 0.2 * top).astype(type(top))
    pixels[:14] = 0.6 * top
    with matplotlib.rc_context({"image.cmap": "viridis"}):
        plots.show_digits(pixels, 3)
    drawn = plt.gcf().axes[0].images[0]
    expected = matplotlib.colormaps["Greys"](pixels / top)
    assert np.allclose(drawn.to_rgba(drawn.get_array()), expected, atol=0.01)
    assert drawn.get_clim() == (0, top)


def test_a_picture_has_the_size_that_its_digits_need(digits):
    images, labels = digits.test_images, digits.test_labels
    with matplotlib.rc_context({"figure.dpi": 50}):
        for count, columns, size in (
            (1, 10, (2.2, 2.4)), (2, 10, (1.5, 0.95)), (23, 10, (7.5, 2.85)), (6, 3, (2.25, 1.9)),
        ):  # fmt: skip
            plots.show_digits(images[:count], labels[:count], columns)
            assert plt.gcf().get_size_inches() == pytest.approx(size)
            assert plt.gcf().dpi == plots.DPI
        plots.show_digits(images[:23], labels[:23])
        assert plt.gcf().get_size_inches() == pytest.approx((7.5, 2.85))
        for count in (1, 2):
            plots.show_predictions(images[:count], labels[:count], sure_of(*labels[:count]))
            assert plt.gcf().get_size_inches() == pytest.approx((6.4, 2.9 * count))
            assert plt.gcf().dpi == plots.DPI


@pytest.mark.parametrize("count", [1, 2, 20])
def test_digits_and_labels_fill_the_picture_and_do_not_touch(digits, count):
    with matplotlib.rc_context(LOUD):
        plots.show_digits(digits.test_images[:count], digits.test_labels[:count])
    figure = plt.gcf()
    figure.canvas.draw()
    drawn = [ax for ax in figure.axes if ax.images]
    for ax, label in zip(drawn, digits.test_labels):
        assert ax.get_title() == (f"Label = {label}" if count == 1 else str(label))
        assert ax.title.get_color() == plots.INK and ax.title.get_fontsize() == 11
    images = [ax.get_window_extent() for ax in drawn]
    inks = [ax.title.get_window_extent().padded(-3) for ax in drawn]  # without the air around them
    for box in images + inks:
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
        assert not any(box.fully_overlaps(other) for other in images + inks if other is not box)
    filled = sum(box.width * box.height for box in images)
    assert filled > 0.45 * figure.bbox.width * figure.bbox.height


def outputs(*values):
    return np.array([*values, *[0.0] * (10 - len(values))])


@pytest.mark.parametrize("ya", [
    outputs(1), outputs(0.5, 0.5), outputs(0.99995), [1, *[0] * 9],
], ids=["one", "two", "rounded", "integers"])  # fmt: skip
def test_outputs_up_to_0_and_1_and_rounded_ones_are_drawn(digits, ya):
    plots.show_predictions(digits.test_images[0], 3, ya)
    assert plt.get_fignums()


@pytest.mark.parametrize(("ya", "found"), [
    (outputs(1)[None], "shape (1, 10)"),
    ([outputs(1.05, 0), outputs(0.5, 0.5)], "values from 0 to 1.05"),
    ([outputs(1, -0.05, 0.05), outputs(0.5, 0.5)], "values from -0.05 to 1"),
    ([outputs(0.9), outputs(0.5, 0.25)], "sums from 0.75 to 0.9"),
    ([outputs(0.9998), outputs(0.5, 0.5)], "sums from 1 to 1"),
], ids=["shape", "above 1", "below 0", "sums", "a sum"])  # fmt: skip
def test_a_refusal_of_outputs_says_what_was_found_and_what_to_give(digits, ya, found):
    with pytest.raises(ValueError) as caught:
        plots.show_predictions(digits.test_images[:2], [3, 1], ya)
    assert str(caught.value) == (
        "expected ya of shape (2, 10), its values in 0..1 and each row adding up to 1; found "
        f"{found}. Give the last of the five results of forward_propagation."
    )
