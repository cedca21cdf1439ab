"""Ten outputs as sliders: what softmax, the cross entropy and its gradient make of them."""

import numpy as np
import traitlets

from nnlib.checks import DIGITS, as_logits, as_pairs
from nnlib.loss import cross_entropy, one_hot
from nnlib.network import softmax
from nnlib.widgets.figure import Figure, Whole, table

END = 20  # of each slider, on either side of 0


class LogitSliders(Figure):
    """The outputs y of one image as sliders, their softmax ya, the loss, and dy = ya - t.

    Takes y (10,), each in -20..20, and the label. `y`, kept as a list, and `label` can be set
    later, and read after the reader has moved them; `outputs`, the ten ya, and `loss` follow.
    Raises TypeError or ValueError for bad input.
    """

    y = traitlets.Any().tag(sync=True)  #: the ten outputs before softmax
    label = Whole(DIGITS - 1).tag(sync=True)  #: the true digit
    outputs = traitlets.List().tag(sync=True)  #: the ten ya, floats that add up to 1
    loss = traitlets.Float().tag(sync=True)  #: the cross entropy, -log of ya[label]

    def __init__(self, y, label):
        rows, labels = as_pairs(as_logits(y), label)
        super().__init__(y=as_settings(rows), label=int(labels[0]))
        self._follow("y", "label")

    @traitlets.validate("y")
    def _check_y(self, proposal):
        return as_settings(as_logits(proposal["value"]))

    def _compute(self):
        y = np.array(self.y)
        self.outputs, self.loss = softmax(y).tolist(), cross_entropy(y, self.label)

    def still(self):
        t = one_hot(self.label)
        share = self.outputs[self.label]
        caption = f"Label {self.label}, L = -log {share:.4g} = {self.loss:.4f}"
        rows = [
            (str(k), *(f"{round(v, 3) + 0.0:.3f}" for v in (self.y[k], ya, ya - t[k])))
            for k, ya in enumerate(self.outputs)
        ]
        return table(caption, ("digit", "y", "ya", "dy = ya - t"), rows)


def as_settings(y):
    """The outputs of one image as a list; ValueError for more images and beyond the sliders."""
    if y.size != DIGITS:
        raise ValueError(
            f"expected the ten outputs y of one image; found those of {len(y)}. Give one row, y[0]."
        )
    y = y.ravel()
    if (abs(y) > END).any():
        raise ValueError(
            f"expected outputs in -{END}..{END}, the range of the sliders; found values from "
            f"{y.min():g} to {y.max():g}. Subtract y.mean(), which changes no ya; if that is not "
            "enough, take another image."
        )
    return y.tolist()
