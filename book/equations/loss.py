"""The checks of the chapter on the loss."""

import math
from decimal import Decimal, localcontext

import numpy as np

import nnlib as nn
from equations import check, derivative, distance, of_chapter

CHAPTER = "04-the-loss"
SHARES = np.arange(1, 11) / 55  # 1 + 2 + ... + 10 = 55
OUTPUTS = np.log(np.arange(1, 11))  # whose softmax they are


def outputs(n, spread=1.0, seed=4):
    """Outputs y (n, 10) and labels (n,), drawn at random."""
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((n, 10)), rng.integers(0, 10, n)


def shares_of_labels(y, labels):
    return nn.softmax(y)[np.arange(len(y)), labels]


@check("eq-loss-one", "nnlib's, at shares known as fractions", 1e-13,
       nn.cross_entropy,
       wrong={
           "plus": lambda y, label: np.log(nn.softmax(y)[label]),
           "the logarithm to base 2": lambda y, label: -np.log2(nn.softmax(y)[label]),
           "1 - share": lambda y, label: 1 - nn.softmax(y)[label],
       })  # fmt: skip
def loss_of_one_image(formula):
    expected = [math.log(55) - math.log(label + 1) for label in range(10)]
    return distance([formula(OUTPUTS, label) for label in range(10)], expected)


@check("eq-loss-one", "the sum over the digits, at the same shares", 1e-13,
       lambda t, ya: -(t * np.log(ya)).sum(),
       wrong={
           "plus": lambda t, ya: (t * np.log(ya)).sum(),
           "all digits": lambda t, ya: -np.log(ya).sum(),
           "t and ya exchanged": lambda t, ya: -(ya * np.log(np.maximum(t, 1e-9))).sum(),
       })  # fmt: skip
def sum_over_the_digits(formula):
    expected = [math.log(55) - math.log(label + 1) for label in range(10)]
    return distance([formula(nn.one_hot(label), SHARES) for label in range(10)], expected)


@check("eq-loss", "a loop over images and digits against the batch in one call", 1e-13,
       nn.cross_entropy,
       wrong={
           "the sum for the mean": lambda y, labels: len(y) * nn.cross_entropy(y, labels),
           "the mean over 10 n numbers": lambda y, labels: nn.cross_entropy(y, labels) / 10,
           "the logarithm of the mean share": lambda y, labels:
               -np.log(shares_of_labels(y, labels).mean()),
       })  # fmt: skip
def loss_of_a_batch(formula):
    y, labels = outputs(30)
    total = 0.0
    for m in range(30):
        whole = sum(math.exp(value) for value in y[m])
        for k in range(10):
            t = 1 if k == labels[m] else 0
            total -= t * math.log(math.exp(y[m, k]) / whole)
    return distance(formula(y, labels), total / 30)


def product(shares):
    """The product of shares in 40 digits, of any size: no underflow."""
    with localcontext() as context:
        context.prec = 40
        result = Decimal(1)
        for share in shares.tolist():
            result *= Decimal(share)
        return result


@check("eq-likelihood", "the product of 1,000 shares in 40 digits, beside nnlib's mean", 1e-12,
       lambda shares: -float(product(shares).ln()) / len(shares),
       wrong={
           "without 1/n": lambda shares: -float(product(shares).ln()),
           "a sum for the product": lambda shares: -np.log(shares.sum()) / len(shares),
           "the root for its logarithm": lambda shares:
               float(product(shares) ** (1 / Decimal(len(shares)))),
       })  # fmt: skip
def likelihood(formula):
    y, labels = outputs(1000)
    return distance(formula(shares_of_labels(y, labels)), nn.cross_entropy(y, labels))


@check("eq-uniform", "the area under 1/x from 1 to 10, and nnlib's at equal outputs", 1e-12,
       lambda: -np.log(1 / 10),
       wrong={
           "plus": lambda: np.log(1 / 10),
           "one of two": lambda: np.log(2),
           "the logarithm to base 10": lambda: np.log10(10),
       })  # fmt: skip
def uniform_answer(formula):
    nodes, weights = np.polynomial.legendre.leggauss(60)
    area = np.sum(weights * 4.5 / (5.5 + 4.5 * nodes))
    losses = [nn.cross_entropy(np.full(10, 1.7), label) for label in range(10)]
    return distance([formula()] * 11, [area, *losses])


def as_it_stands(y, label):
    with np.errstate(all="ignore"):
        return np.log(np.exp(y).sum()) - y[label]


@check("eq-log-sum-exp", "nnlib's; the definition in 60 digits, outputs up to 1e4; errors of "
       "losses below 1 as they are", 1e-13,
       nn.cross_entropy,
       wrong={
           "nothing subtracted: exp overflows": as_it_stands,
           "y for z at the label": lambda y, label: np.log(np.exp(y - y.max()).sum()) - y[label],
           "plus z": lambda y, label: np.log(np.exp(y - y.max()).sum()) + y[label] - y.max(),
           "the mean for the sum": lambda y, label:
               np.log(np.exp(y - y.max()).mean()) - y[label] + y.max(),
       })  # fmt: skip
def log_sum_exp(formula):
    y, labels = outputs(6, spread=4000.0)
    y = np.vstack([y, [1e4, -1e4] * 5, [40.0] + [0.0] * 9, [-1e4] * 10])
    errors = []  # of each by itself: the losses range from 1e-17, rounded to 0, to 2e4
    with localcontext() as context:
        context.prec = 60
        for row, label in zip(y, [*labels, 1, 0, 3]):
            powers = [Decimal(float(value)).exp() for value in row]
            expected = float(-(powers[label] / sum(powers)).ln())
            errors.append(abs(formula(row, label) - expected) / max(1, expected))
    return float(np.max(errors))


@check("eq-squared", "the squares multiplied out, of shares known as fractions", 1e-13,
       of_chapter(CHAPTER, "squared_error"),
       wrong={
           "the mean for the sum": lambda y, label:
               ((nn.softmax(y) - nn.one_hot(label)) ** 2).mean(),
           "plus t": lambda y, label: ((nn.softmax(y) + nn.one_hot(label)) ** 2).sum(),
           "y for ya": lambda y, label: ((y - nn.one_hot(label)) ** 2).sum(),
           "the label's term alone": lambda y, label: (nn.softmax(y)[label] - 1) ** 2,
       })  # fmt: skip
def squared_error(formula):
    squares = sum(share * share for share in SHARES)
    expected = [squares - 2 * share + 1 for share in SHARES]
    return distance([formula(OUTPUTS, label) for label in range(10)], expected)


@check("eq-mistakes", "never passed by random outputs, and reached where two outputs tie", 1e-13,
       lambda L: L / math.log(2),
       wrong={
           "log 10 for log 2": lambda L: L / math.log(10),
           "times log 2": lambda L: L * math.log(2),
           "L": lambda L: L,
           "twice": lambda L: 2 * L / math.log(2),
       })  # fmt: skip
def share_of_mistakes(formula):
    beyond = []
    for spread in (0.01, 1, 100):
        y, labels = outputs(200, spread)
        wrong = np.mean(y.argmax(axis=1) != labels)
        beyond.append(wrong - formula(nn.cross_entropy(y, labels)))
    tie = nn.cross_entropy(np.array([500.0, 500.0, *[-500.0] * 8]), 1)  # taken for a 0
    return max(*beyond, distance(formula(tie), 1))


@check("eq-two-slopes", "central differences of the chapter's Q and of nnlib's L", 1e-8,
       lambda p: (-4 * p * (1 - p) ** 2, -(1 - p)),
       wrong={
           "plus": lambda p: (4 * p * (1 - p) ** 2, 1 - p),
           "p for 1 - p": lambda p: (-4 * p * (1 - p) ** 2, -p),
           "2 for 4": lambda p: (-2 * p * (1 - p) ** 2, -(1 - p)),
           "without p": lambda p: (-4 * (1 - p) ** 2, -(1 - p)),
           "p in L' too": lambda p: (-4 * p * (1 - p) ** 2, -p * (1 - p)),
       })  # fmt: skip
def two_slopes(formula):
    d = np.linspace(-4, 4, 17)
    losses = of_chapter(CHAPTER, "squared_error"), nn.cross_entropy
    found = formula(1 / (1 + np.exp(-d)))
    expected = [[derivative(lambda d, loss=loss: loss(np.array([d, 0, *[-1000] * 8]), 0), at)
                 for at in d] for loss in losses]  # fmt: skip
    return distance(found, expected)
