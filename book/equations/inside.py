"""The equations of the chapter on the inside of the network: single units, and without them."""

import numpy as np

from equations import check, distance
from nnlib import Parameters, initialize, sigmoid, softmax
from nnlib.network import forward


def example(seed, n=5):
    """Rows x and a network with biases, all random, its hidden values well spread."""
    rng = np.random.default_rng(seed)
    W1, b1, W2, b2 = initialize(rng)
    parameters = Parameters(4 * W1, rng.normal(size=16), W2, rng.normal(size=10))
    return rng.random((n, 784)), parameters


@check("eq-unit", "the products of one unit, added pixel by pixel, against the forward pass", 1e-12)
def votes_of_the_pixels():
    x, parameters = example(80)
    h = forward(x, parameters)[1]
    j, votes = 11, np.zeros(len(x))
    for i in range(784):
        votes += x[:, i] * parameters.W1[i, j]
    return distance(votes, h[:, j] - parameters.b1[j])


@check("eq-contribution", "sixteen networks of one hidden unit each, their outputs added", 1e-13)
def networks_of_one_unit():
    x, parameters = example(81)
    W1, b1, W2, b2 = parameters
    y = np.tile(b2, (len(x), 1))
    for j in range(16):
        unit = Parameters(W1[:, [j]], b1[[j]], W2[[j]], np.zeros(10))
        y += forward(x, unit)[3]
    return distance(y, forward(x, parameters)[3])


@check("eq-rival", "the sum of the differences against the logarithm of the softmax's odds", 1e-13)
def guess_and_rival():
    x, parameters = example(82)
    x, h, ha, y, ya = forward(x, parameters)
    k, r, W2, b2 = 4, 9, parameters.W2, parameters.b2
    lead = b2[k] - b2[r] + sum(ha[:, j] * (W2[j, k] - W2[j, r]) for j in range(16))
    return distance(lead, np.log(ya[:, k] / ya[:, r]))


@check("eq-ablation", "a network without the unit, the constant moved into the biases", 1e-13)
def fifteen_units():
    x, parameters = example(83)
    W1, b1, W2, b2 = parameters
    x, h, ha, y, ya = forward(x, parameters)
    j, rest, found, expected = 3, np.delete(np.arange(16), 3), [], []
    for c in (0, 0.37, 1):
        found.append(y + np.outer(c - ha[:, j], W2[j]))
        smaller = Parameters(W1[:, rest], b1[rest], W2[rest], b2 + c * W2[j])
        expected.append(forward(x, smaller)[3])
    return distance(found, expected)


@check("eq-ablation", "a unit with no weights whose bias makes it answer the constant", 1e-13)
def constant_unit():
    x, parameters = example(84)
    x, h, ha, y, ya = forward(x, parameters)
    j, c = 14, 0.58
    W1, b1 = parameters.W1.copy(), parameters.b1.copy()
    W1[:, j], b1[j] = 0, np.log(c / (1 - c))
    expected = forward(x, parameters._replace(W1=W1, b1=b1))[3]
    return distance(y + np.outer(c - ha[:, j], parameters.W2[j]), expected)


@check("eq-disturbance", "the mean of the squares, added image by image", 1e-13)
def mean_square_of_the_change():
    a = sigmoid(np.random.default_rng(85).normal(scale=4, size=50))
    found, expected = [], []
    for c in (0, 0.25, 1):
        found.append(a.var() + (a.mean() - c) ** 2)
        expected.append(sum((c - one) ** 2 for one in a) / len(a))
    return distance(found, expected)


@check("eq-permutation", "a permutation matrix against the network as it was", 1e-13)
def permuted_units():
    x, parameters = example(86)
    W1, b1, W2, b2 = parameters
    P = np.eye(16)[:, np.random.default_rng(87).permutation(16)]
    x, h, ha, y, ya = forward(x, parameters)
    permuted = sigmoid(x @ (W1 @ P) + b1 @ P)
    outputs = permuted @ (P.T @ W2) + b2
    return max(distance(permuted, ha @ P), distance(softmax(outputs), ya))


@check("eq-flip", "a network with one unit turned round against the network as it was", 1e-13)
def flipped_unit():
    x, parameters = example(88)
    W1, b1, W2, b2 = (p.copy() for p in parameters)
    j = 6
    b2 += W2[j]
    W1[:, j], b1[j], W2[j] = -W1[:, j], -b1[j], -W2[j]
    flipped = forward(x, Parameters(W1, b1, W2, b2))[3]
    return distance(flipped, forward(x, parameters)[3])
