"""Train the network in the page, with a rate, batches and start values of the reader's choice."""

import numpy as np
import traitlets

from nnlib.checks import DIGITS, PIXELS, as_pairs, as_pixels, as_positive
from nnlib.loss import cross_entropy
from nnlib.network import Parameters, forward, initialize, scale
from nnlib.widgets.figure import Figure, Packed, Whole, table

MOST_IMAGES = 3500
FACTORS = {"small": 1, "zeros": 0, "large": 10}  # times the weights that initialize draws


class Trainer(Figure):
    """Training in the page: the loss and the accuracy as they change, and the weights of W1.

    Takes the images to learn from and others for validation, whole grey levels, at most 3,500 in
    all, with their labels, and what training starts with: `start` is "small", what `initialize`
    draws, "zeros" or "large", ten times "small". The page has random numbers of its own, so a seed
    gives other ones than in `train`. `loss` and `accuracy`, both of validation, and `parameters`
    are those of the page whenever it rests. Raises TypeError, ValueError or TraitError for bad
    input.
    """

    _data = Packed()
    _trained = traitlets.Dict().tag(sync=True)  # the bytes of W1, b1, W2, b2
    rate = traitlets.Any().tag(sync=True)  #: of the next steps
    #: from the next reset on
    batch_size = Whole(lambda figure: len(figure._data["train_labels"]), least=1).tag(sync=True)
    start = traitlets.Enum(list(FACTORS)).tag(sync=True)  #: from the next reset on
    seed = Whole(2**32 - 1).tag(sync=True)  #: from the next reset on
    loss = traitlets.Float(None, allow_none=True).tag(sync=True)  #: None until the page starts
    accuracy = traitlets.Float(None, allow_none=True).tag(sync=True)  #: None until the page starts

    def __init__(self, train_images, train_labels, val_images, val_labels, *,
                 rate=0.5, batch_size=32, start="small", seed=0):
        data, total = {}, 0
        pairs = {"train": (train_images, train_labels), "val": (val_images, val_labels)}
        for name, (images, labels) in pairs.items():
            pixels, labels = as_pairs(as_pixels(images), labels)
            if pixels.dtype.kind == "f":
                raise TypeError(
                    f"expected {name}_images as integers in 0..255, one byte each in the page; "
                    f"found {pixels.dtype}. Give grey levels that were not yet divided by 255."
                )
            data |= {f"{name}_images": pixels.astype(np.uint8)}
            data |= {f"{name}_labels": labels.astype(np.uint8)}
            total += len(labels)
        if total > MOST_IMAGES:
            raise ValueError(
                f"expected at most {MOST_IMAGES} images in all, so that the page stays small; "
                f"found {total}. Select some, such as train_images[:2400]."
            )
        super().__init__(_data=data, rate=rate, batch_size=batch_size, start=start, seed=seed)

    @traitlets.validate("rate")
    def _check_rate(self, proposal):
        return as_positive(proposal["value"], "rate", 0.5)

    @property
    def parameters(self):
        """The network as it was when the page rested last: Parameters, or None where none did."""
        if not self._trained:
            return None
        W1, b1, W2, b2 = (np.frombuffer(self._trained[name]).copy() for name in Parameters._fields)
        return Parameters(W1.reshape(PIXELS, -1), b1, W2.reshape(-1, DIGITS), b2)

    def still(self):
        drawn, factor = initialize(self.seed), FACTORS[self.start]
        untrained = drawn._replace(W1=factor * drawn.W1, W2=factor * drawn.W2)
        rows = []
        for name, shown in (("train", "training"), ("val", "validation")):
            labels = self._data[f"{name}_labels"]
            x = scale(self._data[f"{name}_images"], untrained.W1.dtype)
            *_, y, ya = forward(x, untrained)
            right = np.mean(ya.argmax(axis=1) == labels)
            rows.append((
                f"{len(labels)} {shown} images", f"{cross_entropy(y, labels):.3f}", f"{right:.3f}"
            ))
        caption = (
            f"Before training: start values {self.start}, seed {self.seed}. Training in the page, "
            f"here at rate {self.rate:g} with batches of {self.batch_size}, needs JavaScript."
        )
        return table(caption, ("", "loss", "accuracy"), rows)
