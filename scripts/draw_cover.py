"""Draws book/images/prediction.png, the picture of the README.

    python scripts/draw_cover.py
"""

import warnings
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt

import nnlib as nn
from nnlib import plots

PICTURE = Path(__file__).resolve().parents[1] / "book" / "images" / "prediction.png"


def main():
    matplotlib.use("agg")
    digits = nn.load_sample()
    parameters, _ = nn.train(*digits[:2], nn.initialize(seed=0), seed=0)
    image, label = digits.test_images[850], digits.test_labels[850]
    ya = nn.forward_propagation(image, parameters)[-1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "agg" has no window to show
        plots.show_predictions(image, label, ya)
    PICTURE.parent.mkdir(exist_ok=True)
    plt.savefig(PICTURE, dpi=144)
    print(PICTURE)


if __name__ == "__main__":
    main()
