"""Go through a training and switch hidden units off on the way."""

import numpy as np
import traitlets

from nnlib.checks import as_positive
from nnlib.loss import cross_entropy
from nnlib.network import forward, scale, softmax
from nnlib.widgets.figure import (
    Drawn,
    Figure,
    Packed,
    Whole,
    as_choice,
    as_doubles,
    as_embedded,
    from_text,
    picture,
    table,
)

MOST_IMAGES, MOST_CHECKPOINTS = 1000, 20
LARGEST = 32767  # of 16 bits and a sign
STUCK = {"0": "at 0", "mean": "at their means"}


class TimeMachine(Figure):
    """The weights of the hidden units at every checkpoint of a training, the accuracy and the loss.

    Takes 2 to 20 checkpoints, each Parameters with the same number of hidden units; the rising
    numbers of epochs, fractions too, after which they were made; and images and labels as
    `accuracy` does, at most 1,000 of them. `index` is the checkpoint shown, the last one unless
    given, and `off` lists the hidden units that are off: each answers 0 for every image or, with
    stuck="mean", the mean of its ha over the images at that checkpoint. `drawn` is a further digit
    to read at each checkpoint, as `DrawingPad` has it. Set them, or read what the reader chose;
    `accuracy` and `loss` follow. The page gets W1 rounded to 16 bits. Raises
    TypeError, ValueError or TraitError for bad input, and ValueError where the rounding would
    change a guess.
    """

    _data = Packed()
    _epochs = traitlets.List().tag(sync=True)  # as texts
    #: the number of the checkpoint shown
    index = Whole(lambda figure: len(figure._checkpoints) - 1).tag(sync=True)
    off = traitlets.List().tag(sync=True)  #: the hidden units that are switched off
    stuck = traitlets.Enum(list(STUCK)).tag(sync=True)  #: what these answer, "0" or "mean"
    drawn = Drawn()  #: a digit drawn by the reader, as a text, or ""
    accuracy = traitlets.Float().tag(sync=True)  #: on the images, at this checkpoint without these
    loss = traitlets.Float().tag(sync=True)  #: likewise

    def __init__(
        self, checkpoints, epochs, images, labels, index=None, off=(), stuck="0", drawn=""
    ):
        self._checkpoints, epochs = as_training(checkpoints, epochs)
        pixels, self._labels = as_embedded(images, labels, MOST_IMAGES)
        x = scale(pixels, np.float64)
        # A step of 0 for weights that are all 0 could not be divided by.
        steps = [np.abs(p.W1).max() / LARGEST or 1.0 for p in self._checkpoints]
        rounded = [np.rint(p.W1 / s).astype(np.int16) for p, s in zip(self._checkpoints, steps)]
        self._ha = []  # of the images, at each checkpoint
        for epoch, p, s, W1 in zip(epochs, self._checkpoints, steps, rounded):
            _, _, ha, y, _ = forward(x, p)
            self._check_rounding(epoch, y, forward(x, p._replace(W1=W1 * s))[3])
            self._ha.append(ha)
        sent = [p._replace(W1=W1) for p, W1 in zip(self._checkpoints, rounded)]
        data = {
            "images": pixels,
            "labels": self._labels,
            "steps": np.array(steps, np.float64),
            "checkpoints": {str(i): p for i, p in enumerate(sent)},
        }
        super().__init__(
            _data=data,
            _epochs=[f"{epoch:g}" for epoch in epochs],
            index=len(epochs) - 1 if index is None else index,
            off=list(off),
            stuck=stuck,
            drawn=drawn,
        )
        self._follow("index", "off", "stuck")

    def _check_rounding(self, epoch, y, sent):
        changed = np.flatnonzero(y.argmax(axis=1) != sent.argmax(axis=1))
        error = abs(cross_entropy(y, self._labels) - cross_entropy(sent, self._labels))
        if changed.size or error > 1e-4:
            raise ValueError(
                "expected weights that give the same guesses, and the loss to 1e-4, when W1 is "
                f"rounded to 16 bits for the page; found at epoch {epoch:g} other guesses for the "
                f"images {changed.tolist()} and an error of the loss of {error:.1g}. Leave out "
                "these images or this checkpoint."
            )

    @traitlets.validate("off")
    def _check_off(self, proposal):
        most = len(self._checkpoints[0].b1) - 1
        return sorted({as_choice(j, "a unit that is off", 0, most) for j in proposal["value"]})

    def _compute(self):
        self.accuracy, self.loss = self._score(self.index)

    def _outputs(self, ha, index):
        """The logits y of hidden values at a checkpoint, with the units that are off stuck."""
        ha, p = ha.copy(), self._checkpoints[index]
        ha[..., self.off] = 0 if self.stuck == "0" else self._ha[index][:, self.off].mean(axis=0)
        return ha @ p.W2 + p.b2  # eq-y

    def _score(self, index):
        """The accuracy and the loss at a checkpoint."""
        y = self._outputs(self._ha[index], index)
        return float(np.mean(y.argmax(axis=1) == self._labels)), cross_entropy(y, self._labels)

    def _reading(self, index):
        """The guess for the drawn digit at a checkpoint, and the output of this guess."""
        ha = forward(scale(from_text(self.drawn), np.float64), self._checkpoints[index])[2]
        ya = softmax(self._outputs(ha, index))
        return int(ya.argmax()), ya.max()

    def still(self):
        units = f"{STUCK[self.stuck]}: {', '.join(map(str, self.off))}"
        caption = (
            f"The training, checkpoint by checkpoint, on {len(self._labels)} images. "
            + (f"Hidden units that are off, {units}" if self.off else "All hidden units are on")
        )
        scores = [(epoch, *self._score(i)) for i, epoch in enumerate(self._epochs)]
        rows = [(epoch, f"{right:.3f}", f"{loss:.3f}") for epoch, right, loss in scores]
        scores = table(caption, ("epoch", "accuracy", "loss"), rows)
        if not self.drawn:
            return scores
        readings = [(epoch, *self._reading(i)) for i, epoch in enumerate(self._epochs)]
        rows = [(epoch, str(guess), f"{output:.3f}") for epoch, guess, output in readings]
        own = picture(from_text(self.drawn), "A digit drawn by the reader.")
        return scores + own + table("What it is read as", ("epoch", "guess", "output"), rows)


def as_training(checkpoints, epochs):
    """The checkpoints and their epochs as lists, once they fit together."""
    checkpoints = [as_doubles(p) for p in checkpoints]
    epochs = [as_positive(epoch, "an epoch", 1, zero=True) for epoch in epochs]
    n = len(checkpoints)
    if not 2 <= n <= MOST_CHECKPOINTS or len(epochs) != n:
        raise ValueError(
            f"expected 2 to {MOST_CHECKPOINTS} checkpoints and an epoch for each; found {n} and "
            f"{len(epochs)}. Select some, so that the page stays small."
        )
    if any(after <= before for before, after in zip(epochs, epochs[1:])):
        found = ", ".join(f"{epoch:g}" for epoch in epochs)
        raise ValueError(f"expected epochs that rise; found {found}. Sort the checkpoints by them.")
    hidden = [p.b1.size for p in checkpoints]
    if len(set(hidden)) > 1:
        raise ValueError(
            f"expected checkpoints of one training; found {hidden} hidden units. "
            "Keep those with the same number."
        )
    return checkpoints, epochs
