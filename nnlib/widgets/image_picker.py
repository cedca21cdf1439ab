"""Pick a test image and see what the network says of it."""

import numpy as np
import traitlets

from nnlib.checks import DIGITS
from nnlib.network import forward, scale
from nnlib.widgets.figure import (
    Drawn,
    Figure,
    Network,
    Packed,
    Whole,
    as_embedded,
    from_text,
    picture,
    table,
)

MOST_IMAGES = 2000


class ImagePicker(Figure):
    """One image of many, its label, the ten outputs for it, and CORRECT or INCORRECT.

    Takes images and labels as `accuracy` does, at most 2,000 of them, and parameters, which may
    be replaced later. `index` is the image that is shown: set it, or read what the reader picked;
    `guess` and `outputs`, the ten of them, follow. show="mistakes" leaves out what is guessed
    right. guess_first=True keeps label and outputs of an image back until the reader has said
    which digit it is, and counts how often he is right, and the network. `drawn`, an image as
    `DrawingPad` has it, is shown instead until another is picked. Raises TypeError, ValueError or
    TraitError for bad input.
    """

    _data = Packed()
    parameters = Network()  #: the network: Parameters
    #: the number of the image shown
    index = Whole(lambda figure: len(figure._data["labels"]) - 1).tag(sync=True)
    show = traitlets.Enum(("all", "mistakes"), "all").tag(sync=True)  #: which images to go through
    #: whether the reader says which digit it is before he sees what the network says
    guess_first = traitlets.Bool().tag(sync=True)
    drawn = Drawn()  #: a digit of the reader's own, as a text, or "" for none
    guess = traitlets.Int().tag(sync=True)  #: the digit that the network reads in it
    outputs = traitlets.List().tag(sync=True)  #: the ten ya, floats that add up to 1

    def __init__(
        self, images, labels, parameters, index=0, show="all", guess_first=False, drawn=""
    ):
        pixels, labels = as_embedded(images, labels, MOST_IMAGES)
        super().__init__(
            _data={"images": pixels, "labels": labels},
            parameters=parameters,
            index=index,
            show=show,
            guess_first=guess_first,
            drawn=drawn,
        )
        self._follow("parameters", "index", "drawn")

    @property
    def _pixels(self):
        return from_text(self.drawn) if self.drawn else self._data["images"][self.index]

    def _compute(self):
        x = scale(self._pixels, np.float64)
        ya = forward(x, self.parameters)[-1]
        self.outputs, self.guess = ya.tolist(), int(ya.argmax())

    def still(self):
        label = self._data["labels"][self.index]
        verdict = "CORRECT" if self.guess == label else "INCORRECT"
        caption = f"Test image {self.index}. Label {label}, guessed digit {self.guess}: {verdict}"
        alt = f"Test image {self.index}, a handwritten {label}."
        if self.drawn:
            caption, alt = f"Guessed digit {self.guess}", "A digit drawn by the reader."
        rows = [(str(digit), f"{self.outputs[digit]:.3f}") for digit in range(DIGITS)]
        return picture(self._pixels, alt) + table(caption, ("digit", "output"), rows)
