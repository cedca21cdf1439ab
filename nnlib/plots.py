"""Pictures of digits and of what the network says of them."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib.checks import DIGITS, as_pairs, as_pixels, as_whole

# Both differ from each other and from white in lightness too (WCAG contrast above 4.5).
VERDICTS = {True: ("CORRECT", "#00695c"), False: ("INCORRECT", "#c62828")}
BAR = "#8a99a8"
INK = "#1f2933"
# x, h and y have one colour each: here that of the pages on light, nnlib/widgets/colours.css.
LAYERS = {"x": "#6b21a8", "h": "#a84b00", "y": "#00705a"}
# A light ground and dark lines, whatever style is in use: dark ones have light lines.
GROUND = dict.fromkeys(["figure.facecolor", "axes.facecolor"], "white")
GROUND |= dict.fromkeys(["axes.edgecolor", "xtick.color", "ytick.color"], INK)
GROUND |= {"xtick.labelcolor": INK, "ytick.labelcolor": INK, "grid.color": "#b0b0b0"}
GROUND["axes.titley"] = 1  # found by itself it takes a second drawing
DPI = 160


@plt.rc_context(GROUND)
def show_digits(images, labels, columns=10):
    """Draws images side by side, each under its label: ink dark, background light.

    Takes one image and its label, or a batch and (n,) labels; returns nothing. Raises
    TypeError or ValueError for what is no image, no label, or not one label for each image.
    """
    pixels, labels = as_pairs(as_pixels(images), labels)
    columns = min(as_whole(columns, "columns", 1), len(labels))
    rows = -(-len(labels) // columns)
    size = (0.48 * columns, 0.78 * rows) if len(labels) > 1 else (2.2, 2.4)
    figure, axes = plt.subplots(rows, columns, figsize=size, dpi=DPI, squeeze=False)
    figure.set_layout_engine("tight", pad=0.3)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, row, label in zip(axes.flat, pixels, labels):
        draw_digit(ax, row)
        ax.set_title(str(label) if len(labels) > 1 else f"Label = {label}", fontsize=11, color=INK)
    plt.show()


@plt.rc_context(GROUND)
def show_predictions(images, labels, ya):
    """Draws each image beside the bars of its ten outputs, titled CORRECT or INCORRECT.

    Takes one image, its label and ya (10,), or a batch, (n,) labels and ya (n, 10); draws a row
    for each image and returns nothing. The label is printed in bold under its bar, and the
    guessed digit's bar carries its value. Raises TypeError or ValueError for bad input.
    """
    pixels, labels = as_pairs(as_pixels(images), labels)
    ya = as_outputs(ya, len(labels))
    figure = plt.figure(figsize=(4.8, 2.5 * len(labels)), dpi=DPI, layout="none")
    rows = figure.subfigures(len(labels), 1, squeeze=False)[:, 0]
    for part, row, label, output in zip(rows, pixels, labels, ya):
        draw_prediction(part, row, label, output)
    plt.show()


def draw_prediction(figure, pixels, label, ya):
    guess = ya.argmax()
    verdict, color = VERDICTS[bool(guess == label)]
    figure.suptitle(verdict, color=color, fontsize=14, fontweight="bold", y=0.98)
    left, right = figure.subplots(
        1, 2, width_ratios=(1, 1.9),
        gridspec_kw={"left": 0.03, "right": 0.98, "top": 0.78, "bottom": 0.19, "wspace": 0.2},
    )
    draw_digit(left, pixels)
    left.set_title(f"Label = {label}", color=INK)

    bars = right.bar(range(DIGITS), ya, color=BAR)
    bars[guess].set_color(color)
    right.text(guess, ya[guess] + 0.02, f"{ya[guess]:.3f}", ha="center", va="bottom", color=INK)
    right.set_title(f"Guessed digit = {guess}", color=INK)
    right.set_xlabel("output values", color=INK)
    right.set_xticks(range(DIGITS))
    right.get_xticklabels()[label].set_fontweight("bold")
    right.set(xlim=(-0.5, 9.5), ylim=(0, 1.12), yticks=np.linspace(0, 1, 6))
    right.grid(False, axis="x")
    right.grid(True, axis="y", alpha=0.5)
    right.set_axisbelow(True)
    right.spines[["top", "right"]].set_visible(False)


def draw_digit(ax, pixels):
    top = 1 if pixels.dtype.kind == "f" else 255
    ax.imshow(pixels.reshape(28, 28), cmap="Greys", vmin=0, vmax=top)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
    ax.grid(False)


def as_outputs(ya, n):
    ya = np.atleast_2d(np.asarray(ya, dtype=float))
    if ya.shape != (n, DIGITS):
        found = f"shape {ya.shape}"
    elif not (ya.min() >= 0 and ya.max() <= 1):  # in this form NaN fails too
        found = f"values from {ya.min():.3g} to {ya.max():.3g}"
    elif not np.allclose(ya.sum(axis=1), 1, atol=1e-4):
        found = f"sums from {ya.sum(axis=1).min():.3g} to {ya.sum(axis=1).max():.3g}"
    else:
        return ya
    raise ValueError(
        f"expected ya of shape ({n}, 10), its values in 0..1 and each row adding up to 1; "
        f"found {found}. Give the last of the five results of forward_propagation."
    )
