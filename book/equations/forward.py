"""Checks of the chapter on forward propagation."""

from decimal import Decimal, localcontext
from itertools import product

import numpy as np

from equations import check, distance
from nnlib import Parameters, forward_propagation, initialize, load_sample, sigmoid, softmax
from nnlib.network import forward

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


@check("eq-neuron", "one unit's sum over 784 pixels, term by term, beside nnlib's", 1e-12)
def one_unit():
    image, parameters = load_sample().test_images[850], initialize(seed=3)
    total = 0.0
    for level, weight in zip(image.ravel().tolist(), parameters.W1[:, 14].tolist()):
        total += level / 255 * weight
    return distance(forward_propagation(image, parameters)[1][14], total + parameters.b1[14])


@check("eq-h", "the sums of products, written out entry by entry", 1e-13)
def hidden_values():
    x, parameters = example()
    W1, b1, W2, b2 = parameters
    expected = np.empty((IMAGES, HIDDEN))
    for m, j in np.ndindex(expected.shape):
        expected[m, j] = b1[j] + sum(x[m, i] * W1[i, j] for i in range(PIXELS))
    return distance(forward(x, parameters)[1], expected)


@check("eq-ha", "the quotient in decimal arithmetic with 50 digits, entry by entry", 1e-13)
def activation():
    h = np.linspace(-700, 700, 141).reshape(47, 3)
    found = sigmoid(h) / np.reshape(precise_sigmoid(h.ravel()), h.shape)  # relative for each
    return distance(found, np.ones_like(h))


@check("eq-symmetry", "nnlib's S(-h) beside 1 - S(h) in decimal arithmetic", 1e-14)
def symmetry():
    h = np.linspace(-30, 30, 121)
    return distance(sigmoid(-h), [1 - value for value in precise_sigmoid(h)])


@check("eq-y", "the sums of products, written out entry by entry", 1e-13)
def outputs():
    x, parameters = example()
    W1, b1, W2, b2 = parameters
    x, h, ha, y, ya = forward(x, parameters)
    expected = np.empty((IMAGES, OUTPUTS))
    for m, k in np.ndindex(expected.shape):
        expected[m, k] = b2[k] + sum(ha[m, j] * W2[j, k] for j in range(HIDDEN))
    return distance(y, expected)


@check("eq-ya", "the quotient in decimal arithmetic, 50 digits, also where exp overflows", 1e-13)
def shares():
    y = np.random.default_rng(seed=3).standard_normal((4, 10)) * [[0.1], [3], [300], [3000]]
    return distance(softmax(y), [precise_softmax(row) for row in y])


@check("eq-ratio", "the ratios of all pairs of shares beside powers of e", 1e-12)
def ratios():
    y = np.random.default_rng(seed=3).standard_normal(10) * 3
    ya = softmax(y)
    pairs = list(product(range(10), repeat=2))
    powers = np.array([float(exponential(y[k] - y[i])) for k, i in pairs])
    found = np.array([ya[k] / ya[i] for k, i in pairs]) / powers  # relative for each
    return distance(found, np.ones(100))


@check("eq-shift", "the shifted quotient in decimal arithmetic beside nnlib's unshifted one", 1e-13)
def shift():
    y = np.round(np.random.default_rng(seed=3).standard_normal(10) * 3, 3)
    shifted = [[Decimal(str(value)) + c for value in y] for c in (-900, -1, 7, 900)]
    with localcontext(prec=50):
        powers = [[value.exp() for value in row] for row in shifted]
        found = [[float(power / sum(row)) for power in row] for row in powers]
    return distance(found, np.tile(softmax(y), (4, 1)))


@check("eq-affine", "two layers without S beside the affine map found by probing them", 1e-12)
def two_layers_are_one():
    x, (W1, b1, W2, b2) = example()

    def two_layers(row):
        hidden = [sum(row * W1[:, j]) + b1[j] for j in range(HIDDEN)]
        return np.array([sum(hidden * W2[:, k]) + b2[k] for k in range(OUTPUTS)])

    at_zero = two_layers(np.zeros(PIXELS))
    columns = np.array([two_layers(row) - at_zero for row in np.eye(PIXELS)])
    errors = [
        distance(b1 @ W2 + b2, at_zero),
        distance(W1 @ W2, columns),
        distance(x @ (W1 @ W2) + (b1 @ W2 + b2), [two_layers(row) for row in x]),
    ]
    return max(errors)


@check("eq-corners", "both sides at the corners, for 100 random units", 1e-12)
def corners():
    units = np.random.default_rng(seed=3).standard_normal((100, 3))
    y = {
        corner: np.array([np.dot([*corner, 1], unit) for unit in units])
        for corner in product((0, 1), repeat=2)
    }
    return distance(y[0, 0] + y[1, 1], y[0, 1] + y[1, 0])


@check("eq-count", "the lines and biases of the network, counted one by one", 1e-15)
def count():
    layers = [range(784), range(16), range(10)]
    lines = sum(1 for a, b in zip(layers, layers[1:]) for _ in product(a, b))
    biases = sum(1 for layer in layers[1:] for _ in layer)
    in_nnlib = sum(p.size for p in initialize(seed=0))
    return max(distance(12730, lines + biases), distance(in_nnlib, lines + biases))


@check("eq-broadcast", "numpy's sum of a table and a row beside the sum for each row alone", 1e-13)
def bias_of_each_row():
    x, parameters = example()
    ones = np.ones((1, IMAGES))
    written = x @ parameters.W1 + ones.T @ parameters.b1[np.newaxis]
    alone = [
        [float(np.dot(row, parameters.W1[:, j])) + b for j, b in enumerate(parameters.b1)]
        for row in x
    ]
    return max(distance(written, alone), distance(forward(x, parameters)[1], written))
