"""One image, every number: all that the network computes on the way from pixels to outputs."""

import numpy as np
import traitlets

from nnlib.checks import DIGITS
from nnlib.network import forward, scale
from nnlib.widgets.figure import (
    Drawn,
    Figure,
    Packed,
    Whole,
    as_doubles,
    as_embedded,
    from_text,
    picture,
    table,
)

MOST_IMAGES = 100


class ForwardPass(Figure):
    """The network drawn, with the numbers of one image in it, and two of its sums term by term.

    Takes images and labels as `accuracy` does, at most 100 of them, and parameters. `index` is
    the image that is shown, `unit` the hidden unit whose 784 products are shown, and `output` the
    digit whose terms are. This one follows the label of the image until another is given or
    chosen; `follow` says whether it does. `drawn`, a digit as `DrawingPad` has it, is shown in
    place of the image; it has no label, and the output follows the guess. Set them, or read what
    the reader chose. Raises TypeError, ValueError or TraitError for bad input.
    """

    _data = Packed()
    #: the number of the image shown
    index = Whole(lambda figure: len(figure._data["labels"]) - 1).tag(sync=True)
    #: the hidden unit whose products are shown
    unit = Whole(lambda figure: len(figure.parameters.b1) - 1).tag(sync=True)
    output = Whole(DIGITS - 1).tag(sync=True)  #: the output, a digit, whose terms are shown
    follow = traitlets.Bool(True).tag(sync=True)  #: whether `output` goes along with the label
    drawn = Drawn()  #: a digit drawn by the reader, as a text, or ""

    def __init__(self, images, labels, parameters, index=0, unit=0, output=None, drawn=""):
        pixels, labels = as_embedded(images, labels, MOST_IMAGES)
        self.parameters = as_doubles(parameters)
        data = {"images": pixels, "labels": labels, **self.parameters._asdict()}
        super().__init__(_data=data, index=index, unit=unit, drawn=drawn)
        self._follow("index", "drawn", "follow")
        if output is not None:
            self.output = output

    def _pass(self):
        """The pixels, the label or None, and all that `forward` gives for them."""
        pixels, label = self._data["images"][self.index], self._data["labels"][self.index]
        if self.drawn:
            pixels, label = from_text(self.drawn), None
        return pixels, label, forward(scale(pixels, np.float64), self.parameters)

    def _aim(self):
        _, label, values = self._pass()
        return int(values[-1].argmax() if label is None else label)

    def _compute(self):
        if self.follow:
            self.output = self._aim()

    @traitlets.observe("output")
    def _let_go(self, change):
        self.follow = self.follow and change["new"] == self._aim()

    def still(self):
        pixels, label, (_, h, ha, y, ya) = self._pass()
        guess = ya.argmax()
        if label is None:
            shown, said = "A digit drawn by the reader.", f"Guessed digit {guess}"
        else:
            verdict = "CORRECT" if guess == label else "INCORRECT"
            shown = f"Image {self.index}, a handwritten {label}."
            said = f"Label {label}, guessed digit {guess}: {verdict}"

        def rows(before, after):
            return [
                (str(i), f"{a:z.3f}", f"{b:.3f}") for i, (a, b) in enumerate(zip(before, after))
            ]

        return (
            picture(pixels, shown)
            + table(f"The {len(h)} hidden values", ("unit", "h", "ha"), rows(h, ha))
            + table(f"The ten outputs. {said}", ("digit", "y", "ya"), rows(y, ya))
        )
