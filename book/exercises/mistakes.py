"""What goes wrong in the functions that a reader writes, as code that goes wrong in the same way.

The right way through a function is a list of lines, each under the name that it computes. A
mistake replaces one or two of them. Whoever makes it gets the numbers that the wrong lines give, in
every trial, the same refusals of numpy among them: by that it is known, whatever its spelling.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from nnlib.network import Parameters, initialize, sigmoid, softmax


class Mistake(NamedTuple):
    """Lines in place of the right ones, what is wrong with them, and where the book explains it."""

    lines: dict[str, Callable]
    sentence: str
    chapter: int
    section: str


def known(chapter, section, sentence, **lines):
    return Mistake(lines, sentence, chapter, section)


def follow(way, given, lines=None):
    """What the last line of a way returns, some of its lines replaced by others."""
    v = SimpleNamespace(**given)
    for name, line in (way | (lines or {})).items():
        setattr(v, name, line(v))
    return v.returned


SOFTMAX = {
    "z": lambda v: v.y - v.y.max(axis=-1, keepdims=True),
    "e": lambda v: np.exp(v.z),
    "total": lambda v: v.e.sum(axis=-1, keepdims=True),
    "ya": lambda v: v.e / v.total,
    "returned": lambda v: v.ya,
}
SHIFT, KEEP = (3, "The softmax"), (3, "A batch")
IN_SOFTMAX = [
    known(*SHIFT, "The largest output is not subtracted before exp, so that large ones overflow: "
          "infinity divided by infinity is nan.", z=lambda v: v.y),
    known(*KEEP, "Each row needs its own largest output. With that of the whole batch a row far "
          "below it becomes 0 divided by 0.", z=lambda v: v.y - v.y.max()),
    known(*SHIFT, "The exponential is missing: the numbers themselves are divided by their sum.",
          z=lambda v: v.y, e=lambda v: v.z),
    known(*SHIFT, "The exponential has the wrong sign, exp(-y): the smallest output gets the "
          "largest share.", z=lambda v: v.y.min(axis=-1, keepdims=True) - v.y),
    known(*SHIFT, "Powers of 2 stand where powers of e should.", e=lambda v: 2.0**v.z),
    known(*SHIFT, "The division by the sum is missing, or it is by the largest: the shares do not "
          "add up to 1.", total=lambda v: 1.0),
    known(*SHIFT, "The division by the sum is missing, and large outputs overflow.",
          z=lambda v: v.y, total=lambda v: 1.0),
    known(*SHIFT, "Divided is by the mean, not by the sum: the shares do not add up to 1.",
          total=lambda v: v.e.mean(axis=-1, keepdims=True)),
    known(*KEEP, "The sum runs over the whole batch: each row has to be divided by its own.",
          total=lambda v: v.e.sum()),
    known(*KEEP, "The sum runs down the columns, over the images: it has to run along each row, "
          "axis=-1.", total=lambda v: v.e.sum(axis=0)),
    known(*KEEP, "Maximum and sum run down the columns, over the images: they have to run along "
          "each row, axis=-1.", z=lambda v: v.y - v.y.max(axis=0),
          total=lambda v: v.e.sum(axis=0)),
    known(*KEEP, "The sum has lost its dimension: without keepdims=True row m is not divided by "
          "sum m, and where rows and columns are equally many nobody complains.",
          total=lambda v: v.e.sum(axis=-1)),
    known(*KEEP, "The maximum has lost its dimension: it needs keepdims=True.",
          z=lambda v: v.y - v.y.max(axis=-1)),
    known(*KEEP, "Maximum and sum have lost their dimension: both need keepdims=True.",
          z=lambda v: v.y - v.y.max(axis=-1), total=lambda v: v.e.sum(axis=-1)),
    known(*KEEP, "axis=1 is not there where one row comes alone; the last axis, -1, always is.",
          z=lambda v: v.y - v.y.max(axis=1, keepdims=True)),
    known(*SHIFT, "That is the logarithm of the softmax.",
          ya=lambda v: v.z - np.log(v.total)),
    known(3, "Ten outputs", "That is the sigmoid: it looks at one output alone, and its values do "
          "not add up to 1.", ya=lambda v: sigmoid(v.y)),
    known(*SHIFT, "The softmax is taken twice.", ya=lambda v: softmax(v.e / v.total)),
]  # fmt: skip

FORWARD = {
    "h": lambda v: v.x @ v.W1 + v.b1,
    "ha": lambda v: sigmoid(v.h),
    "y": lambda v: v.ha @ v.W2 + v.b2,
    "ya": lambda v: softmax(v.y),
    "returned": lambda v: (v.x, v.h, v.ha, v.y, v.ya),
}
HIDDEN, SIGMOID, OUTPUTS = (3, "Sixteen units at once"), (3, "The sigmoid"), (3, "Ten outputs")
IN_FORWARD = [
    known(*HIDDEN, "The bias b1 is not added.", h=lambda v: v.x @ v.W1),
    known(*OUTPUTS, "The bias b2 is not added.", y=lambda v: v.ha @ v.W2),
    known(*HIDDEN, "Neither bias is added.", h=lambda v: v.x @ v.W1, y=lambda v: v.ha @ v.W2),
    known(*HIDDEN, "The bias b1 is subtracted.", h=lambda v: v.x @ v.W1 - v.b1),
    known(*OUTPUTS, "The bias b2 is subtracted.", y=lambda v: v.ha @ v.W2 - v.b2),
    known(*OUTPUTS, "The bias b1 is added where b2 should be.", y=lambda v: v.ha @ v.W2 + v.b1),
    known(3, "The pixels in another shape or order", "W1 is turned: the product is x @ W1.",
          h=lambda v: v.x @ v.W1.T + v.b1),
    known(*OUTPUTS, "W2 is turned: the product is ha @ W2.", y=lambda v: v.ha @ v.W2.T + v.b2),
    known(3, "The image as a column", "The product stands the wrong way round, as for images in "
          "columns: it is x @ W1.", h=lambda v: v.W1 @ v.x + v.b1),
    known(3, "The image as a column", "The weights stand on the left, as for images in columns: it "
          "is x @ W1.", h=lambda v: v.W1.T @ v.x.T + v.b1),
    known(3, "Pixels that were not scaled", "The pixels are divided by 255 once more: x comes "
          "scaled already.", h=lambda v: v.x / 255 @ v.W1 + v.b1),
    known(3, "Pixels that were not scaled", "The pixels are divided by 255 once more, in what is "
          "returned too: x comes scaled already.", h=lambda v: v.x / 255 @ v.W1 + v.b1,
          returned=lambda v: (v.x / 255, v.h, v.ha, v.y, v.ya)),
    known(3, "Why the sigmoid cannot be left out", "The sigmoid is left out: ha is h.",
          ha=lambda v: v.h),
    known(3, "Why the sigmoid cannot be left out", "ha is right, but y is computed from h.",
          y=lambda v: v.h @ v.W2 + v.b2),
    known(*SIGMOID, "The exponent has the wrong sign: it is exp(-h).",
          ha=lambda v: 1 / (1 + np.exp(v.h))),
    known(*SIGMOID, "exp(h) overflows for a large h, and infinity over infinity is nan: write "
          "1 / (1 + exp(-h)).", ha=lambda v: np.exp(v.h) / (1 + np.exp(v.h))),
    known(*SIGMOID, "The sigmoid is taken twice.", ha=lambda v: sigmoid(sigmoid(v.h))),
    known(*SIGMOID, "tanh stands where the sigmoid should.", ha=lambda v: np.tanh(v.h)),
    known(*SIGMOID, "max(0, h) stands where the sigmoid should.", ha=lambda v: np.maximum(v.h, 0)),
    known(*SIGMOID, "The softmax stands where the sigmoid should.", ha=lambda v: softmax(v.h)),
    known(*SHIFT, "The softmax is left out: ya is y.", ya=lambda v: v.y),
    known(*SHIFT, "The softmax is taken twice.", ya=lambda v: softmax(softmax(v.y))),
    known(*SHIFT, "The sigmoid stands where the softmax should.", ya=lambda v: sigmoid(v.y)),
    known(*SHIFT, "The softmax is typed as it stands: it overflows where outputs are large.",
          ya=lambda v: np.exp(v.y) / np.exp(v.y).sum(axis=-1, keepdims=True)),
    known(*KEEP, "The softmax runs down the columns, over the images: it has to run along each "
          "row, axis=-1.", ya=lambda v: softmax(v.y.T).T),
    known(*KEEP, "The softmax divides by the sum over the whole batch: each row has its own.",
          ya=lambda v: np.exp(v.y - v.y.max()) / np.exp(v.y - v.y.max()).sum()),
    known(*KEEP, "The sum in the softmax has lost its dimension: it needs keepdims=True.",
          ya=lambda v: (e := np.exp(v.y - v.y.max(axis=-1, keepdims=True))) / e.sum(axis=-1)),
    known(3, "One digit, every number", "x is missing in front: returned are x, h, ha, y, ya.",
          returned=lambda v: (v.h, v.ha, v.y, v.ya)),
    known(3, "One digit, every number", "Returned is ya alone; expected are all five, "
          "x, h, ha, y, ya.", returned=lambda v: v.ya),
    known(3, "One digit, every number", "The five are returned in another order: "
          "x, h, ha, y, ya.", returned=lambda v: (v.x, v.ha, v.h, v.ya, v.y)),
    known(3, "One digit, every number", "The five are returned from the last to the first: "
          "x, h, ha, y, ya.", returned=lambda v: (v.ya, v.y, v.ha, v.h, v.x)),
]  # fmt: skip

LOSS = {
    "z": lambda v: v.y - v.y.max(axis=-1, keepdims=True),
    "log_sum": lambda v: np.log(np.exp(v.z).sum(axis=-1)),
    "picked": lambda v: np.take_along_axis(v.z, v.labels[:, None], axis=-1)[:, 0],
    "losses": lambda v: v.log_sum - v.picked,
    "returned": lambda v: v.losses.mean(),
}
MEAN, ZERO = (4, "A batch: the mean"), (4, "When the logarithm meets a zero")
CLIPPED = 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-300, 2.0**-52
KEPT_AWAY = (
    "A small number keeps the share away from 0, lest its logarithm be infinite. That makes the "
    "loss of the worst images too small, and takes its slope away."
)


def share(v):
    """The share of each label."""
    return np.exp(v.picked - v.log_sum)


IN_LOSS = [
    known(*MEAN, "Returned is the sum of the losses; expected is their mean.",
          returned=lambda v: v.losses.sum()),
    known(*MEAN, "Returned are the losses one by one; expected is one number, their mean.",
          returned=lambda v: v.losses),
    known(*MEAN, "The mean is taken over all n x 10 products of t and log ya, nine in ten of "
          "which are 0: divide by n.", returned=lambda v: v.losses.mean() / v.y.shape[-1]),
    known(*MEAN, "Returned is the loss of the first image alone.",
          returned=lambda v: v.losses[0]),
    known(4, "Three classes, by hand", "The minus sign is missing: a loss is 0 or more.",
          losses=lambda v: v.picked - v.log_sum),
    known(4, "Why a logarithm", "The logarithm has base 2; the book's is the natural one, np.log.",
          losses=lambda v: (v.log_sum - v.picked) / np.log(2)),
    known(4, "Why a logarithm", "The logarithm has base 10; the book's is the natural one, np.log.",
          losses=lambda v: (v.log_sum - v.picked) / np.log(10)),
    known(*ZERO, "The logarithm is taken of the softmax, which is rounded to 0 where the label "
          "lies far behind: simplify the two together first.",
          losses=lambda v: -np.log(share(v))),
    known(*ZERO, "exp overflows where outputs are large: subtract the largest of each row first.",
          z=lambda v: v.y),
    known(*ZERO, "Each row needs its own largest output. With that of the whole batch, a row far "
          "below it has the logarithm of 0.", z=lambda v: v.y - v.y.max()),
    *(known(4, "What can go wrong", KEPT_AWAY,
            losses=lambda v, low=low: -np.log(np.maximum(share(v), low))) for low in CLIPPED),
    *(known(4, "What can go wrong", KEPT_AWAY,
            losses=lambda v, low=low: -np.log(share(v) + low)) for low in CLIPPED if low > 1e-9),
    known(4, "What can go wrong", "The softmax is taken twice.",
          z=lambda v: (p := softmax(v.y)) - p.max(axis=-1, keepdims=True)),
    known(4, "One real digit", "The softmax is missing: y, and not ya, comes in, and its logarithm "
          "means nothing.", losses=lambda v: -np.log(v.picked + v.y.max(axis=-1))),
    known(4, "One real digit", "The logarithm is missing: that is minus the share of the label.",
          losses=lambda v: -share(v)),
    known(4, "One real digit", "The logarithm is missing: that is 1 minus the share of the label.",
          losses=lambda v: 1 - share(v)),
    known(4, "Why not the squared error?", "That is the squared error.",
          losses=lambda v: ((softmax(v.y) - np.eye(v.y.shape[-1])[v.labels]) ** 2).sum(axis=-1)),
    known(*ZERO, "The output of the label is not subtracted: that is the logarithm of the sum "
          "alone, as if the label had the largest output.", losses=lambda v: v.log_sum),
    known(4, "The same number as a probability", "y[:, labels] takes every label from every row, "
          "n x n numbers; y[np.arange(n), labels] takes one from each.",
          picked=lambda v: v.z[:, v.labels].mean(axis=-1)),
    known(4, "The same number as a probability", "Divided by n is missing, and the sum runs over "
          "y[:, labels], n x n numbers; y[np.arange(n), labels] takes one from each row.",
          picked=lambda v: v.z[:, v.labels].sum(axis=-1)),
]  # fmt: skip

BACK = {
    "dy": lambda v: (v.ya - v.t) / v.n,
    "dW2": lambda v: v.ha.T @ v.dy,
    "db2": lambda v: v.dy.sum(axis=0),
    "dha": lambda v: v.dy @ v.W2.T,
    "dh": lambda v: v.dha * v.ha * (1 - v.ha),
    "dW1": lambda v: v.x.T @ v.dh,
    "db1": lambda v: v.dh.sum(axis=0),
    "returned": lambda v: (v.dW1, v.db1, v.dW2, v.db2),
}
TARGET, JACOBIAN = (5, "Outputs minus target"), (5, "The slopes of softmax")
BATCH, TURNED = (5, "A batch of images"), (5, "Where the transpose comes from")
FITS = 5, "Do the shapes not settle it?"
SLOPE, BY_ENTRY = (5, "The slope of the sigmoid"), (5, "h: a row of sixteen")
ONES = 5, "Training is no test of a gradient"


def through_softmax(v, row):
    """A row of derivatives, multiplied by the Jacobian of the softmax."""
    return v.ya * (row - (row * v.ya).sum(axis=-1, keepdims=True))


def in_bias(name, row, other):
    """The mistakes with a bias, whose derivative is the sum of these rows."""
    return [
        known(*BATCH, f"{name} is not summed over the images: its shape is that of the bias, not "
              f"of {row}.", **{name: lambda v: getattr(v, row)}),
        known(*ONES, f"{name} is a single number, the sum of all of {row}: each unit has a bias of "
              "its own.", **{name: lambda v: getattr(v, row).sum()}),
        known(*ONES, f"{name} has the same number everywhere, the sum of all of {row}, as if a "
              "vector of ones stood where the identity should.",
              **{name: lambda v: np.full(getattr(v, row).shape[1], getattr(v, row).sum())}),
        known(*BATCH, f"{name} is added up along the rows; the ones count images, so the sum runs "
              "over axis 0.", **{name: lambda v: getattr(v, row).sum(axis=1)}),
        known(*BATCH, f"{name} is a mean over the images; 1/n is in dy already, so it is a sum.",
              **{name: lambda v: getattr(v, row).mean(axis=0)}),
        known(*BATCH, f"The 1/n is missing in {name} alone.",
              **{name: lambda v: v.n * getattr(v, row).sum(axis=0)}),
        known(*BATCH, f"{name} is that of the first image alone; all rows are added up.",
              **{name: lambda v: getattr(v, row)[0]}),
        known(5, "The code", f"{name} has a dimension too many: the biases are one-dimensional, so "
              "leave keepdims away.",
              **{name: lambda v: getattr(v, row).sum(axis=0, keepdims=True)}),
        known(*BY_ENTRY, f"{name} adds up {other} in place of {row}.",
              **{name: lambda v: getattr(v, other).sum(axis=0)}),
    ]  # fmt: skip


def in_product(name, left, right, other, of):
    """The mistakes with a product left.T @ right, or with others in place of these."""
    def rows(v, name):
        return getattr(v, name)

    return [
        known(*BATCH, f"The 1/n is missing in {name} alone.",
              **{name: lambda v: v.n * rows(v, left).T @ rows(v, right)}),
        known(*BATCH, f"{name} is divided by n once more; 1/n is in dy already.",
              **{name: lambda v: rows(v, left).T @ rows(v, right) / v.n}),
        known(*TURNED, f"{name} is turned: it is {left}.T @ {right}, and has the shape of {of}.",
              **{name: lambda v: rows(v, right).T @ rows(v, left)}),
        known(*FITS, f"{name} is {left} @ {right}, which fits where the sizes happen to be equal; "
              f"the sum over the images asks for {left}.T @ {right}.",
              **{name: lambda v: rows(v, left) @ rows(v, right)}),
        known(*BATCH, f"{name} multiplies the sum of {left} by the sum of {right}; the products of "
              "the single images have to be added up.",
              **{name: lambda v: np.outer(rows(v, left).sum(axis=0), rows(v, right).sum(axis=0))}),
        known(*BATCH, f"{name} multiplies the mean of {left} by the sum of {right}; the products "
              "of the single images have to be added up.",
              **{name: lambda v: np.outer(rows(v, left).mean(axis=0), rows(v, right).sum(axis=0))}),
        known(5, "The order of the chain", f"{name} takes {other} in place of {left}.",
              **{name: lambda v: rows(v, other).T @ rows(v, right)}),
    ]  # fmt: skip


IN_BACK = [
    known(*TARGET, "The sign is wrong: it is outputs minus target, ya - t, and so the gradient is, "
          "without a minus of its own. This one leads uphill.", dy=lambda v: (v.t - v.ya) / v.n),
    known(*BATCH, "The 1/n is missing: that is the gradient of the sum of the losses, not of their "
          "mean.", dy=lambda v: v.ya - v.t),
    known(*BATCH, "Divided is by the number of outputs; n is the number of images, len(x).",
          dy=lambda v: (v.ya - v.t) / v.t.shape[1]),
    known(*BATCH, "Divided is by the number of all entries of ya; n is the number of images.",
          dy=lambda v: (v.ya - v.t) / v.t.size),
    known(*BATCH, "Divided is by the number of pixels; n is the number of images, len(x).",
          dy=lambda v: (v.ya - v.t) / v.x.shape[1]),
    known(*BATCH, "Divided is by n twice.", dy=lambda v: (v.ya - v.t) / v.n**2),
    known(*BATCH, "n is always 32 here; it is the number of images that came, len(x).",
          dy=lambda v: (v.ya - v.t) / 32),
    known(*JACOBIAN, "A minus sign is lost: dy has -ya at each wrong digit.",
          dy=lambda v: ((2 * v.t - 1) * v.ya - v.t) / v.n),
    known(*TARGET, "The softmax's slopes are in twice: ya - t has them already.",
          dy=lambda v: through_softmax(v, v.ya - v.t) / v.n),
    known(*TARGET, "ya (1 - ya) is one factor too many: ya - t has the slopes of the softmax "
          "already.", dy=lambda v: (v.ya - v.t) * v.ya * (1 - v.ya) / v.n),
    known(*JACOBIAN, "Only the output of the label has a derivative, as if the softmax's slopes "
          "off the diagonal were 0.", dy=lambda v: v.t * (v.ya - v.t) / v.n),
    known(5, "Why the squared error is nearly flat", "That is the slope of the squared error with "
          "respect to ya; the loss is the cross entropy.", dy=lambda v: 2 * (v.ya - v.t) / v.n),
    known(5, "Why the squared error is nearly flat", "That is the slope of the squared error; the "
          "loss is the cross entropy.", dy=lambda v: 2 * through_softmax(v, v.ya - v.t) / v.n),
    known(*TARGET, "-t / ya is the derivative with respect to ya: the slopes of the softmax are "
          "missing.", dy=lambda v: -v.t / v.ya / v.n),
    known(*TARGET, "y stands where ya should: dy is ya - t.", dy=lambda v: (v.y - v.t) / v.n),
    known(*TARGET, "The softmax is taken once more; ya has it already.",
          dy=lambda v: (softmax(v.ya) - v.t) / v.n),
    known(*TARGET, "The target is not subtracted.", dy=lambda v: v.ya / v.n),
    *in_product("dW2", "ha", "dy", "h", "W2"),
    known(*FITS, "dW2 is ha @ W2, which fits where the sizes happen to be equal; it is ha.T @ dy.",
          dW2=lambda v: v.ha @ v.W2),
    known(*FITS, "dW2 is ha.T @ W2, which fits where the sizes happen to be equal; it is "
          "ha.T @ dy.", dW2=lambda v: v.ha.T @ v.W2),
    known(*FITS, "dW2 takes x in place of ha.", dW2=lambda v: v.x.T @ v.dy),
    *in_bias("db2", "dy", "y"),
    known(*TURNED, "W2 is not turned: going back, the sum runs over the outputs, along a row of "
          "W2. It is dy @ W2.T.", dha=lambda v: v.dy @ v.W2),
    known(5, "A column beside rows", "dha is W2 @ dy.T, a column for each image where a row is "
          "needed. It is dy @ W2.T.", dha=lambda v: v.W2 @ v.dy.T),
    known(5, "ha: a row of sixteen", "The way back goes through W1 where it should go through W2.",
          dha=lambda v: v.dy @ v.W1.T),
    known(5, "ha: a row of sixteen", "The way back goes through W1, not turned, where it should "
          "go through W2.T.", dha=lambda v: v.dy @ v.W1),
    known(5, "ha: a row of sixteen", "dW2 stands where W2 should: dha is dy @ W2.T.",
          dha=lambda v: v.dy @ v.dW2.T),
    known(5, "ha: a row of sixteen", "ya stands where dy should: dha is dy @ W2.T.",
          dha=lambda v: v.ya @ v.W2.T),
    known(*BATCH, "The 1/n is missing on the way back to ha alone.",
          dha=lambda v: v.n * v.dy @ v.W2.T),
    known(*BATCH, "On the way back to h there is another 1/n; it is in dy already.",
          dha=lambda v: v.dy @ v.W2.T / v.n),
    known(5, "ha: a row of sixteen", "dha is a mean over the outputs; the paths are added up.",
          dha=lambda v: v.dy @ v.W2.T / v.t.shape[1]),
    known(*SLOPE, "The slope of the sigmoid is forgotten: dh is dha itself.", dh=lambda v: v.dha),
    known(*SLOPE, "Half of the slope of the sigmoid is forgotten, the factor 1 - ha.",
          dh=lambda v: v.dha * v.ha),
    known(*SLOPE, "Half of the slope of the sigmoid is forgotten, the factor ha.",
          dh=lambda v: v.dha * (1 - v.ha)),
    known(*SLOPE, "A sign in the slope of the sigmoid is wrong: it is ha * (1 - ha).",
          dh=lambda v: v.dha * v.ha * (1 + v.ha)),
    known(*SLOPE, "The slope of the sigmoid has the wrong sign: it is ha * (1 - ha).",
          dh=lambda v: v.dha * v.ha * (v.ha - 1)),
    known(*SLOPE, "The slope of the sigmoid is taken at ha, as if the sigmoid came twice; it is "
          "taken at h, and there it is ha * (1 - ha).",
          dh=lambda v: v.dha * sigmoid(v.ha) * (1 - sigmoid(v.ha))),
    known(*SLOPE, "h stands where ha should: the slope is ha * (1 - ha).",
          dh=lambda v: v.dha * v.h * (1 - v.h)),
    known(*SLOPE, "1 - ha squared is the slope of tanh; that of the sigmoid is ha * (1 - ha).",
          dh=lambda v: v.dha * (1 - v.ha**2)),
    known(*SLOPE, "1 where h is above 0 is the slope of max(0, h); that of the sigmoid is "
          "ha * (1 - ha).", dh=lambda v: v.dha * (v.h > 0)),
    known(5, "Conventions first", "The matrix product @ stands where the slope is multiplied "
          "entry by entry, *.", dh=lambda v: v.dha @ (v.ha * (1 - v.ha))),
    known(5, "Conventions first", "The matrix product @ stands where the slope is multiplied "
          "entry by entry, *.", dh=lambda v: v.dha @ (v.ha * (1 - v.ha)).T),
    *in_product("dW1", "x", "dh", "ha", "W1"),
    known(*BY_ENTRY, "dW1 takes dha in place of dh: the sigmoid is passed over.",
          dW1=lambda v: v.x.T @ v.dha),
    known(3, "Pixels that were not scaled", "In dW1 the pixels are divided by 255 once more: x "
          "comes scaled already.", dW1=lambda v: v.x.T @ v.dh / 255),
    *in_bias("db1", "dh", "dha"),
    known(5, "The code", "The four are returned in the order in which they are found; expected is "
          "dW1, db1, dW2, db2.", returned=lambda v: (v.dW2, v.db2, v.dW1, v.db1)),
    known(5, "The code", "The weights are returned first, then the biases; expected is dW1, db1, "
          "dW2, db2.", returned=lambda v: (v.dW1, v.dW2, v.db1, v.db2)),
    known(5, "The code", "Each bias is returned before its weights; expected is dW1, db1, dW2, "
          "db2.", returned=lambda v: (v.db1, v.dW1, v.db2, v.dW2)),
]  # fmt: skip

UPDATE = {
    "gradient": lambda v: (v.dW1, v.db1, v.dW2, v.db2),
    "returned": lambda v: Parameters(*(p - v.rate * dp for p, dp in zip(v.old, v.gradient))),
}
STEP = {name: line for name, line in (FORWARD | BACK).items() if name != "returned"} | UPDATE
ONE_STEP = 6, "One step of the network"
IN_UPDATE = [
    known(*ONE_STEP, "The step leads uphill: the gradient is subtracted.",
          returned=lambda v: [p + v.rate * dp for p, dp in zip(v.old, v.gradient)]),
    known(*ONE_STEP, "The rate is missing.",
          returned=lambda v: [p - dp for p, dp in zip(v.old, v.gradient)]),
    known(*ONE_STEP, "The step is divided by n once more; the gradient is that of a mean already.",
          returned=lambda v: [p - v.rate / v.n * dp for p, dp in zip(v.old, v.gradient)]),
    known(*ONE_STEP, "Returned is the gradient; expected are the parameters after the step.",
          returned=lambda v: v.gradient),
    known(*ONE_STEP, "Returned is the step alone; expected are the parameters after it.",
          returned=lambda v: [-v.rate * dp for dp in v.gradient]),
    known(*ONE_STEP, "Returned are the old parameters: `p = p - ...` in a loop gives a new array "
          "the name p, and changes none.", returned=lambda v: v.old),
    known(*ONE_STEP, "The biases do not move.", returned=lambda v: [
        v.W1 - v.rate * v.dW1, v.b1, v.W2 - v.rate * v.dW2, v.b2]),
    known(*ONE_STEP, "The output layer does not move.", returned=lambda v: [
        v.W1 - v.rate * v.dW1, v.b1 - v.rate * v.db1, v.W2, v.b2]),
    known(*ONE_STEP, "The hidden layer does not move.", returned=lambda v: [
        v.W1, v.b1, v.W2 - v.rate * v.dW2, v.b2 - v.rate * v.db2]),
    known(5, "What can go wrong", "W2 is moved too early: dha has to be computed from the old W2. "
          "All four derivatives belong to the same place.",
          dha=lambda v: v.dy @ (v.W2 - v.rate * v.dW2).T),
]  # fmt: skip
IN_STEP = IN_UPDATE + [m for m in IN_FORWARD + IN_BACK if "returned" not in m.lines]


def stepped(x, t, parameters, rate, lines=None):
    """The parameters after a step along the way, some of its lines replaced by others."""
    return follow(STEP, given_to_step(x, t, parameters, rate), lines)


def given_to_step(x, t, parameters, rate):
    return dict(x=x, t=t, n=len(x), old=parameters, rate=rate, **parameters._asdict())


TRAIN = {
    "scale": lambda images: images.reshape(len(images), -1) / 255,
    "start": lambda parameters, seed: parameters,
    "generator": lambda seed: np.random.default_rng(seed),
    "epochs": lambda rng, n, epochs: (rng.permutation(n) for _ in range(epochs)),
    "batches": lambda order, size, rng: [order[k : k + size] for k in range(0, len(order), size)],
    "labels": lambda labels, order, batch, k, rng: labels[batch],
    "step": stepped,
    "rate": lambda rate, batch, size: rate,
}
DETAILS, BUGS = (6, "The details of an epoch"), (6, "A zoo of bugs")


def trained(images, labels, parameters, *, seed, epochs, batch_size, rate, lines=None):
    """Parameters after training along the way, some of its lines replaced by others."""
    way = TRAIN | (lines or {})
    x, targets, rng = way["scale"](images), np.eye(10), way["generator"](seed)
    parameters = way["start"](parameters, seed)
    for order in way["epochs"](rng, len(x), epochs):
        for k, batch in enumerate(way["batches"](order, batch_size, rng)):
            t = targets[way["labels"](labels, order, batch, k * batch_size, rng)]
            step = way["rate"](rate, batch, batch_size)
            parameters = Parameters(*way["step"](x[batch], t, parameters, step))
    return parameters


def again(rng, n, epochs):
    order = np.arange(n)
    for _ in range(epochs):
        rng.shuffle(order)
        yield order.copy()


def once(rng, n, epochs):
    order = rng.permutation(n)
    yield from [order] * epochs


IN_TRAIN = [
    known(3, "Pixels that were not scaled", "The pixels are not divided by 255.",
          scale=lambda images: images.reshape(len(images), -1).astype(float)),
    known(*BUGS, "The pixels are divided as whole numbers, //: what is left is 1 where the ink is "
          "at its fullest, and 0 elsewhere.",
          scale=lambda images: images.reshape(len(images), -1) // 255),
    known(*DETAILS, "The order is not random: the images come as they lie.",
          epochs=lambda rng, n, epochs: [np.arange(n)] * epochs),
    known(*DETAILS, "The order is the same in every epoch. Draw a fresh one in each, from one "
          "generator that is made before the first.", epochs=once),
    known(*DETAILS, "Each epoch shuffles the last order again, where it should draw a fresh one, "
          "rng.permutation(n).", epochs=again),
    known(6, "The same again, or another seed", "The seed is not used, but 0 in its place.",
          generator=lambda seed: np.random.default_rng(0)),
    known(6, "The same again, or another seed", "The generator is numpy's old global one; "
          "expected is np.random.default_rng(seed).",
          generator=lambda seed: np.random.RandomState(seed)),
    known(*BUGS, "The images are shuffled, and the labels are left where they were.",
          labels=lambda labels, order, batch, k, rng: labels[k : k + len(batch)]),
    known(*DETAILS, "The last images are left out where they do not fill a batch.",
          batches=lambda order, size, rng: [
              order[k : k + size] for k in range(0, len(order) - size + 1, size)]),
    known(*DETAILS, "The first batch alone is used in each epoch.",
          batches=lambda order, size, rng: [order[:size]]),
    known(*DETAILS, "All images are in one batch: batch_size is not used.",
          batches=lambda order, size, rng: [order]),
    known(*DETAILS, "The batches are drawn with replacement, so that some images come twice and "
          "others not at all.", epochs=lambda rng, n, epochs: [np.arange(n)] * epochs,
          batches=lambda order, size, rng: [
              rng.integers(len(order), size=size) for _ in range(0, len(order), size)]),
    known(*DETAILS, "Each batch is drawn anew, so that some images come twice and others not at "
          "all.", epochs=lambda rng, n, epochs: [np.arange(n)] * epochs,
          batches=lambda order, size, rng: [
              rng.choice(len(order), min(size, len(order)), replace=False)
              for _ in range(0, len(order), size)]),
    known(*DETAILS, "The gradient of the last, shorter batch is divided by batch_size; n is the "
          "number of its own images.", rate=lambda rate, batch, size: rate * len(batch) / size),
    known(*DETAILS, "There is only one epoch: is the return inside the loop?",
          epochs=lambda rng, n, epochs: [rng.permutation(n)]),
    known(*DETAILS, "There is only one step: is the return inside the loop?",
          epochs=lambda rng, n, epochs: [rng.permutation(n)],
          batches=lambda order, size, rng: [order[:size]]),
    known(6, "What train adds", "The parameters come out as they went in: what the step returns "
          "has to take their place.", step=lambda x, t, parameters, rate: parameters),
    known(6, "What train adds", "Training starts from nn.initialize(seed); expected is to start "
          "from the parameters that are given.",
          start=lambda parameters, seed: initialize(seed, hidden=parameters.W1.shape[1])),
    *(mistake._replace(
        sentence=f"The step is at fault. {mistake.sentence}",
        lines={"step": lambda *given, lines=mistake.lines: stepped(*given, lines)},
    ) for mistake in IN_STEP),
]  # fmt: skip
