"""One image, every number: all that the network computes on the way from pixels to outputs."""

import numpy as np

from nnlib.checks import DIGITS
from nnlib.network import forward, scale
from nnlib.widgets.figure import Figure, Packed, Whole, as_doubles, as_embedded, picture, table

MOST_IMAGES = 100


class ForwardPass(Figure):
    """The forward pass of one image: x, the sums of one hidden unit and of one output, y and ya.

    Takes images and labels as `accuracy` does, at most 100 of them, and parameters. `index` is
    the image that is shown, `unit` the hidden unit whose 784 products are shown, and `output` the
    digit whose terms are, at first the label: set them, or read what the reader chose. Raises
    TypeError or ValueError for bad input.
    """

    _data = Packed()
    #: the number of the image shown
    index = Whole(lambda figure: len(figure._data["labels"]) - 1).tag(sync=True)
    #: the hidden unit whose products are shown
    unit = Whole(lambda figure: len(figure.parameters.b1) - 1).tag(sync=True)
    output = Whole(DIGITS - 1).tag(sync=True)  #: the output, a digit, whose terms are shown

    def __init__(self, images, labels, parameters, index=0, unit=0, output=None):
        pixels, labels = as_embedded(images, labels, MOST_IMAGES)
        self.parameters = as_doubles(parameters)
        data = {"images": pixels, "labels": labels, **self.parameters._asdict()}
        super().__init__(_data=data, index=index, unit=unit)
        self.output = labels[self.index] if output is None else output

    def still(self):
        pixels, label = self._data["images"][self.index], self._data["labels"][self.index]
        _, h, ha, y, ya = forward(scale(pixels, np.float64), self.parameters)
        guess = ya.argmax()
        verdict = "CORRECT" if guess == label else "INCORRECT"

        def rows(before, after):
            return [(str(i), f"{a:.3f}", f"{b:.3f}") for i, (a, b) in enumerate(zip(before, after))]

        outputs = f"The ten outputs. Label {label}, guessed digit {guess}: {verdict}"
        return (
            picture(pixels, f"Image {self.index}, a handwritten {label}.")
            + table(f"The {len(h)} hidden values", ("unit", "h", "ha"), rows(h, ha))
            + table(outputs, ("digit", "y", "ya"), rows(y, ya))
        )
