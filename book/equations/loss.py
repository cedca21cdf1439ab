"""The checks of the chapter on the loss."""

import math
from decimal import Decimal, localcontext

import numpy as np

import nnlib as nn
from equations import check, distance


def outputs(n, spread=1.0, seed=4):
    """Outputs y (n, 10) and labels (n,), drawn at random."""
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((n, 10)), rng.integers(0, 10, n)


@check("eq-loss-one", "the sum, the single logarithm and nnlib at shares known as fractions", 1e-13)
def loss_of_one_image():
    shares = [(k + 1) / 55 for k in range(10)]  # 1 + 2 + ... + 10 = 55
    y = np.log(np.arange(1, 11))  # whose softmax they are
    found, expected = [], []
    for label in range(10):
        t = [1 if k == label else 0 for k in range(10)]
        found += [-sum(t[k] * math.log(shares[k]) for k in range(10)), nn.cross_entropy(y, label)]
        expected += [math.log(55) - math.log(label + 1)] * 2
    return distance(found, expected)


@check("eq-loss", "a loop over images and digits against the batch in one call", 1e-13)
def loss_of_a_batch():
    y, labels = outputs(30)
    total = 0.0
    for m in range(30):
        whole = sum(math.exp(value) for value in y[m])
        for k in range(10):
            t = 1 if k == labels[m] else 0
            total -= t * math.log(math.exp(y[m, k]) / whole)
    return distance(nn.cross_entropy(y, labels), total / 30)


@check("eq-likelihood", "the product of 1,000 shares in 40-digit arithmetic, no underflow", 1e-12)
def likelihood():
    y, labels = outputs(1000)
    shares = nn.softmax(y)[np.arange(1000), labels]
    with localcontext() as context:
        context.prec = 40
        product = Decimal(1)
        for share in shares:
            product *= Decimal(float(share))
        expected = float(-product.ln() / 1000)
    return distance(nn.cross_entropy(y, labels), expected)


@check("eq-uniform", "log 10 as the area under 1/x from 1 to 10", 1e-12)
def uniform_answer():
    nodes, weights = np.polynomial.legendre.leggauss(60)
    area = np.sum(weights * 4.5 / (5.5 + 4.5 * nodes))
    return distance([nn.cross_entropy(np.full(10, 1.7), label) for label in range(10)], [area] * 10)


@check("eq-log-sum-exp", "the definition in 60-digit arithmetic, outputs up to 1e4", 1e-13)
def log_sum_exp():
    y, labels = outputs(6, spread=4000.0)
    y = np.vstack([y, [1e4, -1e4] * 5, [40.0] + [0.0] * 9, [-1e4] * 10])
    labels = [*labels, 1, 0, 3]
    errors = []  # of each by itself: the losses range from 1e-17, rounded to 0, to 2e4
    with localcontext() as context:
        context.prec = 60
        for row, label in zip(y, labels):
            powers = [Decimal(float(value)).exp() for value in row]
            expected = float(-(powers[label] / sum(powers)).ln())
            errors.append(abs(nn.cross_entropy(row, label) - expected) / max(1, expected))
    return max(errors)


@check("eq-squared", "the squares multiplied out: those of ya, minus twice one, plus 1", 1e-13)
def squared_error():
    y, labels = outputs(20)
    ya, t = nn.softmax(y), nn.one_hot(labels)
    found = ((ya - t) ** 2).sum(axis=1)
    expected = [sum(v * v for v in row) - 2 * row[label] + 1 for row, label in zip(ya, labels)]
    return distance(found, expected)
