"""Checks of the chapter on forward propagation."""

from decimal import Decimal, localcontext
from itertools import product

import numpy as np

from equations import check, distance, of_chapter
from nnlib import Parameters, initialize, load_sample, sigmoid, softmax
from nnlib.network import forward

CHAPTER = "03-forward-propagation"
# A small network, so that loops in Python are quick: 12 pixels, 5 hidden units, 4 outputs.
PIXELS, HIDDEN, OUTPUTS, IMAGES = 12, 5, 4, 3


def example():
    rng = np.random.default_rng(seed=3)
    shapes = (PIXELS, HIDDEN), (HIDDEN,), (HIDDEN, OUTPUTS), (OUTPUTS,)
    return rng.random((IMAGES, PIXELS)), Parameters(*(rng.standard_normal(s) for s in shapes))


def exponential(value):
    """e to the power of a float, to 50 digits: no rounding of numpy's, and no overflow."""
    with localcontext(prec=50):
        return Decimal(float(value)).exp()


def precise_sigmoid(h):
    with localcontext(prec=50):
        return [float(1 / (1 + exponential(-value))) for value in h]


def precise_softmax(y):
    with localcontext(prec=50):
        powers = [exponential(value) for value in y]
        return [float(power / sum(powers)) for power in powers]


@check("eq-neuron", "one unit's sum over 784 pixels, term by term", 1e-12,
       lambda x, w, b: forward(x[None], unit(w, b))[1].item(),
       wrong={
           "without the bias": lambda x, w, b: x @ w,
           "minus b": lambda x, w, b: x @ w - b,
           "without the pixels": lambda x, w, b: w.sum() + b,
       })  # fmt: skip
def one_unit(formula):
    x = load_sample().test_images[850].ravel() / 255
    w, b = initialize(seed=3).W1[:, 14], 0.7
    total = 0.0
    for level, weight in zip(x.tolist(), w.tolist()):
        total += level * weight
    return distance(formula(x, w, b), total + b)


def unit(w, b):
    """A network of one hidden unit with these weights and this bias."""
    return Parameters(w[:, None], np.array([b]), np.zeros((1, OUTPUTS)), np.zeros(OUTPUTS))


@check("eq-h", "the sums of products, written out entry by entry", 1e-13,
       lambda x, p: forward(x, p)[1],
       wrong={
           "minus b1": lambda x, p: x @ p.W1 - p.b1,
           "without b1": lambda x, p: x @ p.W1,
           "2 b1": lambda x, p: x @ p.W1 + 2 * p.b1,
           "columns for rows": lambda x, p: p.W1.T @ x.T + p.b1[:, None],
       })  # fmt: skip
def hidden_values(formula):
    x, parameters = example()
    W1, b1, W2, b2 = parameters
    expected = np.empty((IMAGES, HIDDEN))
    for m, j in np.ndindex(expected.shape):
        expected[m, j] = b1[j] + sum(x[m, i] * W1[i, j] for i in range(PIXELS))
    return distance(formula(x, parameters), expected)


def activated(h):
    """What nnlib makes of h (n, 3), with the identity for the first layer."""
    passed = Parameters(np.eye(3), np.zeros(3), np.zeros((3, OUTPUTS)), np.zeros(OUTPUTS))
    return forward(h, passed)[2]


@check("eq-ha", "the quotient in decimal arithmetic with 50 digits, entry by entry", 1e-13,
       activated,
       wrong={
           "exp(h) for exp(-h)": lambda h: 1 / (1 + np.exp(h)),
           "tanh": np.tanh,
           "2 for 1": lambda h: 1 / (2 + np.exp(-h)),
       })  # fmt: skip
def activation(formula):
    h = np.linspace(-700, 700, 141).reshape(47, 3)
    found = formula(h) / np.reshape(precise_sigmoid(h.ravel()), h.shape)  # relative for each
    return distance(found, np.ones_like(h))


@check("eq-symmetry", "S(-h) in decimal arithmetic", 1e-14,
       lambda h: 1 - sigmoid(h),
       wrong={
           "an even function": sigmoid,
           "an odd function": lambda h: -sigmoid(h),
           "1 + S": lambda h: 1 + sigmoid(h),
       })  # fmt: skip
def symmetry(formula):
    h = np.linspace(-30, 30, 121)
    return distance(formula(h), precise_sigmoid(-h))


@check("eq-y", "the sums of products, written out entry by entry", 1e-13,
       lambda x, p: forward(x, p)[3],
       wrong={
           "h for ha": lambda x, p: forward(x, p)[1] @ p.W2 + p.b2,
           "minus b2": lambda x, p: forward(x, p)[2] @ p.W2 - p.b2,
           "without b2": lambda x, p: forward(x, p)[2] @ p.W2,
       })  # fmt: skip
def outputs(formula):
    x, parameters = example()
    W1, b1, W2, b2 = parameters
    x, h, ha, y, ya = forward(x, parameters)
    expected = np.empty((IMAGES, OUTPUTS))
    for m, k in np.ndindex(expected.shape):
        expected[m, k] = b2[k] + sum(ha[m, j] * W2[j, k] for j in range(HIDDEN))
    return distance(formula(x, parameters), expected)


def answered(y):
    """What nnlib makes of y (10,), with y for the last biases and no weights."""
    constant = Parameters(np.zeros((1, 2)), np.zeros(2), np.zeros((2, len(y))), y)
    return forward(np.zeros((1, 1)), constant)[4][0]


def power_shares(powers):
    return powers / powers.sum()


@check("eq-ya", "the quotient in decimal arithmetic, 50 digits, also where exp overflows", 1e-13,
       answered,
       wrong={
           "minus y": lambda y: power_shares(np.exp(y.min() - y)),
           "powers of 2": lambda y: power_shares(2 ** (y - y.max())),
           "divided by the largest": lambda y: np.exp(y - y.max()),
           "without the powers": power_shares,
       })  # fmt: skip
def shares(formula):
    y = np.random.default_rng(seed=3).standard_normal((4, 10)) * [[0.1], [3], [300], [3000]]
    return distance([formula(row) for row in y], [precise_softmax(row) for row in y])


@check("eq-ratio", "the quotients of all pairs of shares in decimal arithmetic", 1e-12,
       lambda y, k, i: np.exp(y[k] - y[i]),
       wrong={
           "k and i exchanged": lambda y, k, i: np.exp(y[i] - y[k]),
           "plus": lambda y, k, i: np.exp(y[k] + y[i]),
           "the ratio of the outputs": lambda y, k, i: y[k] / y[i],
       })  # fmt: skip
def ratios(formula):
    y = np.random.default_rng(seed=3).standard_normal(10) * 3
    ya = precise_softmax(y)
    pairs = list(product(range(10), repeat=2))
    found = [formula(y, k, i) * ya[i] / ya[k] for k, i in pairs]  # relative for each
    return distance(found, np.ones(100))


@check("eq-shift", "the quotient of the outputs not shifted, in decimal arithmetic", 1e-13,
       lambda y, c: softmax(y + c),
       wrong={
           "times c": lambda y, c: softmax(y * c),
           "c to one output alone": lambda y, c: softmax(y + c * np.eye(10)[3]),
           "a factor that stays": lambda y, c: np.exp(c) * softmax(y),
       })  # fmt: skip
def shift(formula):
    y = np.round(np.random.default_rng(seed=3).standard_normal(10) * 1024) / 1024  # y + c is exact
    found = [formula(y, c) for c in (-300, -1, 7, 300)]
    return distance(found, np.tile(precise_softmax(y), (4, 1)))


@check("eq-affine", "two layers without S, entry by entry", 1e-12,
       lambda x, W1, b1, W2, b2:
           of_chapter(CHAPTER, "one_layer", x=x, W1=W1, b1=b1, W2=W2, b2=b2),
       wrong={
           "without b1": lambda x, W1, b1, W2, b2: x @ (W1 @ W2) + b2,
           "b1 twice": lambda x, W1, b1, W2, b2: x @ (W1 @ W2) + 2 * b1 @ W2 + b2,
           "W2 first": lambda x, W1, b1, W2, b2: x @ (W2 @ W1) + (b1 @ W2 + b2),
       })  # fmt: skip
def two_layers_are_one(formula):
    x, (W1, b1, W2, b2) = example()
    expected = []
    for row in x:
        hidden = [sum(row * W1[:, j]) + b1[j] for j in range(HIDDEN)]
        expected.append([sum(hidden * W2[:, k]) + b2[k] for k in range(OUTPUTS)])
    return distance(formula(x, W1, b1, W2, b2), expected)


@check("eq-corners", "both sides at the corners, for 100 random units", 1e-12,
       lambda y: y[0, 1] + y[1, 0],
       wrong={
           "a difference": lambda y: y[0, 1] - y[1, 0],
           "sides for diagonals": lambda y: y[0, 0] + y[0, 1],
           "one corner": lambda y: y[0, 1],
       })  # fmt: skip
def corners(formula):
    units = np.random.default_rng(seed=3).standard_normal((100, 3))
    y = {
        corner: np.array([np.dot([*corner, 1], unit) for unit in units])
        for corner in product((0, 1), repeat=2)
    }
    return distance(formula(y), y[0, 0] + y[1, 1])


@check("eq-count", "the lines and biases counted one by one, and what initialize makes", 1e-15,
       lambda pixels, hidden, digits: pixels * hidden + hidden + hidden * digits + digits,
       wrong={
           "without the biases": lambda pixels, hidden, digits: hidden * (pixels + digits),
           "a bias for each input": lambda pixels, hidden, digits:
               pixels * hidden + pixels + hidden * digits + hidden,
           "all with all": lambda pixels, hidden, digits: pixels * hidden * digits,
       })  # fmt: skip
def count(formula):
    layers = [range(784), range(16), range(10)]
    lines = sum(1 for a, b in zip(layers, layers[1:]) for _ in product(a, b))
    biases = sum(1 for layer in layers[1:] for _ in layer)
    in_nnlib = sum(p.size for p in initialize(seed=0))
    return distance([formula(784, 16, 10)] * 3, [lines + biases, in_nnlib, 12730])


@check("eq-broadcast", "the sum for each row alone, without numpy's rule", 1e-13,
       lambda x, W1, b1: x @ W1 + np.ones((1, len(x))).T @ b1[None],
       wrong={
           "a row of ones for a column": lambda x, W1, b1: x @ W1 + np.ones((1, len(x))) @ b1[None],
           "the first row alone": lambda x, W1, b1: x @ W1 + np.eye(len(x))[:, [0]] @ b1[None],
           "b1 as a column": lambda x, W1, b1: x @ W1 + b1[:, None],
       })  # fmt: skip
def bias_of_each_row(formula):
    x, (W1, b1, W2, b2) = example()
    alone = [[float(np.dot(row, W1[:, j])) + b for j, b in enumerate(b1)] for row in x]
    return distance(formula(x, W1, b1), alone)


@check("eq-two-outputs", "nnlib's softmax of 100 random pairs", 1e-13,
       lambda y0, y1: sigmoid(y0 - y1),
       wrong={
           "y1 - y0": lambda y0, y1: sigmoid(y1 - y0),
           "a sum": lambda y0, y1: sigmoid(y0 + y1),
           "without y1": lambda y0, y1: sigmoid(y0),
       })  # fmt: skip
def two_outputs(formula):
    y = np.random.default_rng(seed=3).standard_normal((100, 2)) * 3
    return distance(formula(*y.T), softmax(y)[:, 0])
