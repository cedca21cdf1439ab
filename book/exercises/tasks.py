"""The functions that a reader writes: how each is tried, and what it should return.

What is expected is measured where it can be: a gradient by central differences, which know nothing
of the chain rule. All else is what nnlib returns.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

import nnlib as nn
from exercises import mistakes
from nnlib.backpropagation import backward
from nnlib.network import forward

TOLERANCE = 1e-7  # of numbers that are right: central differences are so far
SAME = 1e-9  # of numbers that come from the same lines, written otherwise


class Trial(NamedTuple):
    """One call, and what it should return."""

    told: str
    arguments: dict
    expected: tuple
    keywords: dict = {}


class Task(NamedTuple):
    """A function to be written."""

    returns: str  #: what is expected of it, in words
    names: tuple[str, ...]  #: of the arrays that it returns
    trials: Callable
    known: list  #: its known mistakes
    imitate: Callable  #: what it would return in a trial, with some lines replaced by others
    passed: str  #: what a right one has passed
    place: Callable  #: a sentence on where it goes wrong in a trial
    pairs: bool = True  #: whether two mistakes at once are looked for
    take: Callable = lambda value: value  #: what is judged of what it returns


def apart(found, expected):
    """The largest difference, relative to the largest entry expected; infinite for other shapes."""
    if found.shape != expected.shape:
        return np.inf
    with np.errstate(all="ignore"):
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        gaps = np.where(same, 0, np.abs(found - expected))
        sizes = np.abs(expected[np.isfinite(expected)])
    largest = gaps.max(initial=0) / max(sizes.max(initial=0), 1e-3)  # noise about 0 is no number
    return float(largest) if np.isfinite(largest) else np.inf


def near(found, expected, tolerance=TOLERANCE):
    return apart(found, expected) < tolerance


def flat(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def listed(names):
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


@cache
def softmax_trials():
    rng = np.random.default_rng(3)
    rows = {
        "one row of 10": rng.standard_normal(10),
        **{f"{n} rows of {k}": rng.standard_normal((n, k))
           for n, k in ((1, 10), (7, 10), (10, 10), (16, 3))},
        "outputs about 1000": 1000 + rng.standard_normal(10),
        "rows about 2000 and -2000": np.array([[2000.0], [-2000.0]]) + rng.standard_normal((2, 10)),
        "10, 0 and -1000": np.array([10.0, 0.0, -1000.0]),
    }  # fmt: skip
    return [Trial(told, {"y": y}, (nn.softmax(y),)) for told, y in rows.items()]


def place_of_shares(trial, found):
    [ya] = found
    if not np.isfinite(ya).all():
        return "Is the largest output of each row subtracted before exp?"
    if not near(ya.sum(axis=-1), np.ones(ya.shape[:-1])):
        return "The shares of a row do not add up to 1: look at the sum and its axis."
    return "The shares of each row add up to 1: look at exp, and at what stands in it."


SIZES = [  # images, pixels, hidden units, outputs
    (7, 9, 8, 6), (1, 9, 8, 6), (16, 9, 16, 10), (32, 8, 6, 5), (7, 6, 5, 5), (7, 7, 7, 7),
]  # fmt: skip


@cache
def networks():
    """Of each of the sizes: words for them, x, t and Parameters. No 0 but in t hides a mistake."""
    made = []
    for k, (n, pixels, hidden, outputs) in enumerate(SIZES):
        rng = np.random.default_rng([5, k])
        shapes = (pixels, hidden), (hidden,), (hidden, outputs), (outputs,)
        images = f"{n} image" + "s" * (n > 1)
        told = f"{images}, {pixels} pixels, {hidden} hidden units and {outputs} outputs"
        x, t = rng.uniform(0.1, 1, (n, pixels)), np.eye(outputs)[rng.integers(outputs, size=n)]
        made.append((told, x, t, nn.Parameters(*map(rng.standard_normal, shapes))))
    return made


def loud_network():
    """One whose sums are so large that a careless exp overflows."""
    _, x, t, parameters = networks()[0]
    told = "parameters a thousand times as large"
    return told, x, t, nn.Parameters(*(1000 * p for p in parameters))


@cache
def forward_trials():
    return [Trial(told, {"x": x, "parameters": parameters}, forward(x, parameters))
            for told, x, t, parameters in [*networks(), loud_network()]]  # fmt: skip


def given_to_forward(trial):
    return {"x": trial.arguments["x"], **trial.arguments["parameters"]._asdict()}


def place_on_the_way(trial, found):
    """The first of the five that is wrong, and whether the others follow from it."""
    first = [near(a, b) for a, b in zip(found, trial.expected)].index(False)
    p, (h, ha, y, ya) = trial.arguments["parameters"], found[1:]
    lines = "x", "h = x @ W1 + b1", "ha = S(h)", "y = ha @ W2 + b2", "ya = softmax(y)"
    text = f"The first that is wrong on the way is {lines[first]}."
    with np.errstate(all="ignore"):
        follow = near(ha, nn.sigmoid(h)), near(y, ha @ p.W2 + p.b2), near(ya, nn.softmax(y))
    if 0 < first < 4 and all(follow[first - 1:]):
        text += " What comes after it is computed rightly from it."
    return text


@cache
def loss_trials():
    rng, trials = np.random.default_rng(4), []
    for told, n, size, shift in (
        ("7 images", 7, 2, 0), ("1 image", 1, 2, 0), ("10 images", 10, 2, 0),
        ("32 images", 32, 2, 0), ("labels far behind or ahead", 7, 1000, 0),
        ("outputs about 1000", 7, 2, 1000), ("rows about 2000 and -2000", 2, 2, [[2000], [-2000]]),
    ):  # fmt: skip
        y, labels = size * rng.standard_normal((n, 10)) + shift, rng.integers(10, size=n)
        expected = np.asarray(nn.cross_entropy(y, labels))
        trials.append(Trial(told, {"y": y, "labels": labels}, (expected,)))
    return trials


def place_of_loss(trial, found):
    y, labels = trial.arguments.values()
    if not np.isfinite(found[0]):
        return "Does exp overflow there, or has the logarithm met a 0?"
    return f"The loss of the first image alone is {nn.cross_entropy(y[:1], labels[:1]):.6g}."


def backward_trial(told, x, t, parameters, expected):
    values = dict(zip(("x", "h", "ha", "y", "ya"), forward(x, parameters)))
    return Trial(told, values | {"t": t, "parameters": parameters}, expected)


@cache
def backward_trials():
    return [backward_trial(told, *given, central_gradient(*given)) for told, *given in networks()]


def given_to_backward(trial):
    given = dict(trial.arguments)
    return given | given.pop("parameters")._asdict() | {"n": len(given["x"])}


def exact_gradient(x, t, parameters):
    """nnlib's, where the loss is infinite, or so large that no difference could be seen."""
    return backward(*forward(x, parameters), t, parameters)


def central_gradient(x, t, parameters, step=6e-6):
    """The gradient without calculus: nnlib's numerical_gradients, for a network of any size."""
    nudged = nn.Parameters(*(p.copy() for p in parameters))
    gradient = tuple(np.empty_like(p) for p in parameters)
    for p, dp in zip(nudged, gradient):
        for place, value in np.ndenumerate(p.copy()):
            losses = []
            for sign in (+1, -1):
                p[place] = value + sign * step
                ya = forward(x, nudged)[-1]
                losses.append(-np.log((ya * t).sum(axis=1)).mean())
            p[place] = value
            dp[place] = (losses[0] - losses[1]) / (2 * step)
    return gradient


def place_on_the_way_back(trial, found):
    """Since when on the way back it is wrong, as far as the four arrays tell."""
    given = given_to_backward(trial)
    right = [near(a, b) for a, b in zip(found, trial.expected)]
    if not any(right[2:]):
        return place_before(given, *found)
    if not all(right[2:]):
        line = "the sum db2" if right[2] else "the product dW2"
        other = " On the way from dy to dW1 and db1 there is another mistake."
        return f"dy is right: look at {line}." + other * (not all(right[:2]))
    if any(right[:2]):
        return f"dy is right, and so is dh: look at {'the sum db1' if right[0] else 'dW1'} alone."
    if behind(given["x"], *found[:2]) is None:
        return "dy is right, for dW2 and db2 are. Look at what comes after it: dha, dh, dW1, db1."
    return ("dy is right, for dW2 and db2 are. dW1 and db1 come from the same dh, and that is "
            "wrong: look at dha and dh.")


def place_before(given, dW1, db1, dW2, db2):
    """A sentence where neither dW2 nor db2 is right."""
    x, ha = given["x"], given["ha"]
    dy = behind(ha, dW2, db2)
    if dy is None:
        return "Look at dy, and at what is made of it: dW2 and db2 are both wrong."
    dh = dy @ given["W2"].T * ha * (1 - ha)
    rest = near(dW1, x.T @ dh) and near(db1, dh.sum(axis=0))
    return "dW2 and db2 come from the same dy, and that is wrong: look at its line." + (
        " All that comes after it is computed rightly from it." * rest)


def behind(left, product, total):
    """The rows d with left.T @ d and d.sum(axis=0) as given, if there are such; else None."""
    rows = np.linalg.lstsq(left.T, product, rcond=None)[0]
    return rows if near(left.T @ rows, product) and near(rows.sum(axis=0), total) else None


@cache
def step_trials():
    trials = []
    for k, (told, x, t, parameters) in enumerate([*networks(), loud_network()]):
        gradient_of = central_gradient if k < len(SIZES) else exact_gradient
        rate = (0.5, 0.1, 0.3)[k % 3]
        gradient = gradient_of(x, t, parameters)
        expected = tuple(p - rate * dp for p, dp in zip(parameters, gradient))
        given = {"x": x, "t": t, "parameters": parameters, "rate": rate}
        trials.append(Trial(f"{told}, rate {rate}", given, expected))
    return trials


def place_in_step(trial, found):
    x, t, parameters, rate = trial.arguments.values()
    gradient, expected = (tuple((p - q) / rate for p, q in zip(parameters, after))
                          for after in (found, trial.expected))  # fmt: skip
    times = flat(gradient) @ flat(expected) / (flat(expected) @ flat(expected))
    if near(flat(gradient), times * flat(expected)):
        return f"It is {times:.4g} times the step that it should be: look at the rate."
    there = backward_trial(trial.told, x, t, parameters, expected)
    return ("In the gradient by which the parameters have moved: "
            + place_on_the_way_back(there, gradient))


@cache
def train_trials():
    trials = []
    for k, (n, size, epochs) in enumerate(((6, 6, 1), (6, 2, 1), (5, 2, 1), (5, 2, 3), (3, 8, 2))):
        rng, loud = np.random.default_rng([6, k]), 1000 if n == 3 else 1
        shapes = (784, 2), (2,), (2, 10), (10,)
        parameters = nn.Parameters(*(loud * rng.standard_normal(shape) for shape in shapes))
        parameters = parameters._replace(W1=parameters.W1 / 28)
        images = rng.integers(256, size=(n, 28, 28), dtype=np.uint8)
        labels = rng.integers(10, size=n, dtype=np.intp)
        given = {"images": images, "labels": labels, "parameters": parameters}
        keywords = {"seed": k + 3, "epochs": epochs, "batch_size": size, "rate": 0.3}
        told = f"{n} images, epochs={epochs}, batch_size={size}"
        expected, _ = nn.train(*given.values(), **keywords)
        trials.append(Trial(told, given, tuple(expected), keywords))
    return trials


def place_in_training(trial, found):
    """By the first trial that goes wrong, each of which has one thing more than the one before."""
    return (
        "There is only one step in this trial: look at how x is scaled, and at the step.",
        "A single step is right: look at the order of the images, rng.permutation(n), and at how "
        "it is cut into batches.",
        "Batches that come out even are right: look at the last one, which is shorter.",
        "One epoch is right: look at what happens between two of them.",
        "Look at a batch_size above the number of images, and at large parameters.",
    )[[one.told for one in train_trials()].index(trial.told)]


def with_history(value):
    """The parameters of what nn.train returns, which has a history behind them."""
    return value[0] if isinstance(value, tuple) and len(value) == 2 else value


TASKS = {
    "softmax": Task(
        "an array of the shape of y, whose rows are positive and add up to 1",
        ("The result",), softmax_trials, mistakes.IN_SOFTMAX,
        lambda trial, lines: mistakes.follow(mistakes.SOFTMAX, trial.arguments, lines),
        "its shares are positive and add up to 1, for one row and for batches of 1, 7, 10 and 16, "
        "for large outputs and for rows far apart", place_of_shares,
    ),
    "forward": Task(
        "five arrays with n rows, x, h, ha, y and ya",
        ("x", "h", "ha", "y", "ya"), forward_trials, mistakes.IN_FORWARD,
        lambda trial, lines: mistakes.follow(mistakes.FORWARD, given_to_forward(trial), lines),
        "x, h, ha, y and ya are what the equations say, for batches of 1, 7, 16 and 32, for sizes "
        "that differ, for sizes that coincide, and for sums far from 0", place_on_the_way,
    ),
    "cross_entropy": Task(
        "one number, the mean of the losses of the images",
        ("The loss",), loss_trials, mistakes.IN_LOSS,
        lambda trial, lines: mistakes.follow(mistakes.LOSS, trial.arguments, lines),
        "it is the mean of the losses, for batches of 1, 7, 10 and 32, for large outputs, and "
        "where the label lies far behind or ahead", place_of_loss,
    ),
    "backward": Task(
        "four arrays, Parameters(dW1, db1, dW2, db2), each with the shape of its parameter",
        ("dW1", "db1", "dW2", "db2"), backward_trials, mistakes.IN_BACK,
        lambda trial, lines: mistakes.follow(mistakes.BACK, given_to_backward(trial), lines),
        "dW1, db1, dW2 and db2 agree with central differences of the loss, for batches of 1, 7, 16 "
        "and 32, for sizes that differ and for sizes that coincide", place_on_the_way_back,
    ),
    "one_step": Task(
        "four arrays, Parameters(W1, b1, W2, b2), as they are after the step",
        ("W1", "b1", "W2", "b2"), step_trials, mistakes.IN_STEP,
        lambda trial, lines: mistakes.stepped(*trial.arguments.values(), lines),
        "it goes down the gradient that central differences give, for batches of 1, 7, 16 and 32, "
        "for sizes that differ and for sizes that coincide", place_in_step, pairs=False,
    ),
    "train": Task(
        "four arrays, Parameters(W1, b1, W2, b2), as they are after training",
        ("W1", "b1", "W2", "b2"), train_trials, mistakes.IN_TRAIN,
        lambda trial, lines: mistakes.trained(
            *trial.arguments.values(), **trial.keywords, lines=lines),
        "it gives what nn.train gives, with batches that come out even and with a last one that "
        "is shorter, for one epoch and for several, with several seeds", place_in_training,
        pairs=False, take=with_history,
    ),
}  # fmt: skip
