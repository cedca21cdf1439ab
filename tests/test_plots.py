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
