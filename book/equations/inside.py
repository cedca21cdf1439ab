"""The equations of the chapter on the inside of the network: single units, and without them."""

from types import SimpleNamespace

import numpy as np

from equations import check, distance, of_chapter
from nnlib import Parameters, initialize, sigmoid
from nnlib.network import forward

CHAPTER = "08-inside-the-sixteen-neurons"


def example(seed, n=5):
    """Rows x, a network with biases, all random, its hidden values well spread, and what it makes
    of the rows."""
    rng = np.random.default_rng(seed)
    W1, b1, W2, b2 = initialize(rng)
    W1, b1, b2 = 4 * W1, rng.normal(size=16), rng.normal(size=10)
    parameters = Parameters(W1, b1, W2, b2)
    x, h, ha, y, ya = forward(rng.random((n, 784)), parameters)
    return SimpleNamespace(**locals())


@check("eq-unit", "the forward pass, without the bias", 1e-12,
       lambda v, m: of_chapter(CHAPTER, "votes", x=v.x, index=m, W1=v.W1).sum(axis=0),
       wrong={
           "without the pixels": lambda v, m: v.W1.sum(axis=0),
           "with the bias": lambda v, m: v.h[m],
           "without the last pixel": lambda v, m: v.x[m, :-1] @ v.W1[:-1],
       })  # fmt: skip
def votes_of_the_pixels(formula):
    v = example(80)
    return distance([formula(v, m) for m in range(len(v.x))], v.h - v.b1)


def terms(v, m):
    """The chapter's terms of image m: what the units contribute to each digit, and the biases."""
    return of_chapter(CHAPTER, "terms", ha=v.ha, W2=v.W2, b2=v.b2)(m)


@check("eq-contribution", "sixteen networks of one hidden unit each, their outputs added", 1e-13,
       lambda v, m: terms(v, m).sum(axis=0),
       wrong={
           "without the biases": lambda v, m: terms(v, m)[:-1].sum(axis=0),
           "the biases for each unit": lambda v, m: v.ha[m] @ v.W2 + 16 * v.b2,
           "h for ha": lambda v, m: v.h[m] @ v.W2 + v.b2,
           "one unit left out": lambda v, m: terms(v, m)[1:].sum(axis=0),
       })  # fmt: skip
def networks_of_one_unit(formula):
    v = example(81)
    y = np.tile(v.b2, (len(v.x), 1))
    for j in range(16):
        unit = Parameters(v.W1[:, [j]], v.b1[[j]], v.W2[[j]], np.zeros(10))
        y += forward(v.x, unit)[3]
    return distance([formula(v, m) for m in range(len(v.x))], y)


@check("eq-rival", "the logarithm of the softmax's odds", 1e-13,
       lambda v, m, k, r: (terms(v, m)[:, k] - terms(v, m)[:, r]).sum(),
       wrong={
           "without the biases": lambda v, m, k, r: v.ha[m] @ (v.W2[:, k] - v.W2[:, r]),
           "plus": lambda v, m, k, r: (terms(v, m)[:, k] + terms(v, m)[:, r]).sum(),
           "the rival first": lambda v, m, k, r: (terms(v, m)[:, r] - terms(v, m)[:, k]).sum(),
       })  # fmt: skip
def guess_and_rival(formula):
    v, k, r = example(82), 4, 9
    found = [formula(v, m, k, r) for m in range(len(v.x))]
    return distance(found, np.log(v.ya[:, k] / v.ya[:, r]))


def without(v, j, c):
    """The chapter's outputs when unit j always answers c."""
    return of_chapter(CHAPTER, "without", y=v.y, ha=v.ha, W2=v.W2)(j, c)


WRONG_ABLATIONS = {
    "c added, ha kept": lambda v, j, c: v.y + c * v.W2[j],
    "0 for c": lambda v, j, c: without(v, j, 0),
    "plus ha": lambda v, j, c: v.y + np.outer(c + v.ha[:, j], v.W2[j]),
    "h for ha": lambda v, j, c: v.y + np.outer(c - v.h[:, j], v.W2[j]),
}


@check("eq-ablation", "a network without the unit, the constant moved into the biases", 1e-13,
       without, WRONG_ABLATIONS)  # fmt: skip
def fifteen_units(formula):
    v, j, rest, found, expected = example(83), 3, np.delete(np.arange(16), 3), [], []
    for c in (0, 0.37, 1):
        found.append(formula(v, j, c))
        smaller = Parameters(v.W1[:, rest], v.b1[rest], v.W2[rest], v.b2 + c * v.W2[j])
        expected.append(forward(v.x, smaller)[3])
    return distance(found, expected)


@check("eq-ablation", "a unit with no weights whose bias makes it answer the constant", 1e-13,
       without, WRONG_ABLATIONS)  # fmt: skip
def constant_unit(formula):
    v, j, c = example(84), 14, 0.58
    W1, b1 = v.W1.copy(), v.b1.copy()
    W1[:, j], b1[j] = 0, np.log(c / (1 - c))
    return distance(formula(v, j, c), forward(v.x, v.parameters._replace(W1=W1, b1=b1))[3])


@check("eq-disturbance", "the mean of the squares, added image by image", 1e-13,
       lambda a, c: a.var() + (a.mean() - c) ** 2,
       wrong={
           "without the variance": lambda a, c: (a.mean() - c) ** 2,
           "c + mean": lambda a, c: a.var() + (a.mean() + c) ** 2,
           "the deviation for the variance": lambda a, c: a.std() + (a.mean() - c) ** 2,
           "n - 1 for n": lambda a, c: a.var(ddof=1) + (a.mean() - c) ** 2,
       })  # fmt: skip
def mean_square_of_the_change(formula):
    a = sigmoid(np.random.default_rng(85).normal(scale=4, size=50))
    found, expected = [], []
    for c in (0, 0.25, 1):
        found.append(formula(a, c))
        expected.append(sum((c - one) ** 2 for one in a) / len(a))
    return distance(found, expected)


@check("eq-correlation", "the slope of the line of least squares, in standard deviations", 1e-13,
       lambda u, w: of_chapter(CHAPTER, "correlation")(u, w),
       wrong={
           "the means kept": lambda u, w: (u * w).mean() / (u.std() * w.std()),
           "variances below": lambda u, w: np.cov(u, w, ddof=0)[0, 1] / (u.var() * w.var()),
           "one standard deviation": lambda u, w: np.cov(u, w, ddof=0)[0, 1] / u.std(),
           "n - 1 above, n below": lambda u, w: np.cov(u, w)[0, 1] / (u.std() * w.std()),
       })  # fmt: skip
def line_of_least_squares(formula):
    rng = np.random.default_rng(89)
    u = rng.normal(2, 3, size=40)
    found, expected = [], []
    for slope, spread in ((0.5, 0), (-0.5, 0), (2, 5), (0, 1)):
        w = 7 + slope * u + rng.normal(scale=spread, size=40)
        fitted = np.linalg.lstsq(np.column_stack([u, np.ones(40)]), w)[0][0]
        found.append(formula(u, w))
        expected.append(fitted * u.std() / w.std())
    return distance(found, expected)


def permuted(v, order):
    """The chapter's network with its units in another order."""
    return of_chapter(
        CHAPTER, "permuted", W1=v.W1, b1=v.b1, W2=v.W2, b2=v.b2, order=order
    )


@check("eq-permutation", "the values and outputs of the network as it was", 1e-13,
       lambda v, P: Parameters(v.W1 @ P, v.b1 @ P, P.T @ v.W2, v.b2),
       wrong={
           "P for its transpose": lambda v, P: Parameters(v.W1 @ P, v.b1 @ P, P @ v.W2, v.b2),
           "b1 left as it was": lambda v, P: Parameters(v.W1 @ P, v.b1, P.T @ v.W2, v.b2),
           "W2 left as it was": lambda v, P: Parameters(v.W1 @ P, v.b1 @ P, v.W2, v.b2),
           "P before W1": lambda v, P: Parameters(P @ v.W1, v.b1 @ P, P.T @ v.W2, v.b2),
       })  # fmt: skip
def permuted_units(formula):
    v, order = example(86), np.random.default_rng(87).permutation(16)
    P = np.eye(16)[:, order]
    x, h, ha, y, ya = forward(v.x, formula(v, P))
    by_selection = forward(v.x, permuted(v, order))
    errors = [distance(ha, v.ha @ P), distance(ya, v.ya)]
    return max(*errors, distance(by_selection[2], ha), distance(by_selection[3], v.y))


def flipped(v, j):
    """The chapter's network with unit j turned round."""
    sign = np.where(np.arange(16) == j, -1, 1)
    return of_chapter(CHAPTER, "flipped", W1=v.W1, b1=v.b1, W2=v.W2, b2=v.b2, sign=sign, j=j)


@check("eq-flip", "the outputs of the network as it was", 1e-13,
       flipped,
       wrong={
           "without the constant": lambda v, j: flipped(v, j)._replace(b2=v.b2),
           "b1 as it was": lambda v, j: flipped(v, j)._replace(b1=v.b1),
           "W2 as it was": lambda v, j: flipped(v, j)._replace(W2=v.W2),
       })  # fmt: skip
def flipped_unit(formula):
    v = example(88)
    return distance(forward(v.x, formula(v, 6))[3], v.y)
