"""Checks of the chapter "More testing": counting right and wrong answers in several ways."""

import math
from fractions import Fraction
from functools import cache

import numpy as np

import nnlib as nn
from equations import check, derivative, distance
from nnlib import drawing


@cache
def answers():
    """Labels and guesses of a network after a short training, in which every digit is guessed."""
    images, labels, test_images, test_labels = nn.load_sample()
    parameters, _ = nn.train(images[:1000], labels[:1000], nn.initialize(seed=1), seed=1, epochs=2)
    return test_images, test_labels, nn.predict(test_images, parameters), parameters


def confusion(labels, guesses):
    return nn.one_hot(labels).T @ nn.one_hot(guesses)


@check("eq-confusion", "the pairs of label and guess, counted one image at a time", 1e-12)
def confusion_matrix():
    rng = np.random.default_rng(seed=7)
    labels, guesses = rng.integers(10, size=(2, 300))
    expected = np.zeros((10, 10))
    for label, guess in zip(labels, guesses):
        expected[label, guess] += 1
    return distance(confusion(labels, guesses), expected)


@check("eq-recall", "the accuracy on the images of each digit alone", 1e-12)
def recall():
    images, labels, guesses, parameters = answers()
    C = confusion(labels, guesses)
    expected = [
        nn.accuracy(images[labels == a], labels[labels == a], parameters) for a in range(10)
    ]
    return distance(np.diag(C) / C.sum(axis=1), expected)


@check("eq-precision", "the images that got each guess, gone through one by one", 1e-12)
def precision():
    _, labels, guesses, _ = answers()
    C = confusion(labels, guesses)
    expected = []
    for b in range(10):
        verdicts = [label == b for label, guess in zip(labels, guesses) if guess == b]
        expected.append(sum(verdicts) / len(verdicts))
    return distance(np.diag(C) / C.sum(axis=0), expected)


@check("eq-calibration", "bin by bin in exact fractions, from the definition", 1e-12)
def calibration():
    rng = np.random.default_rng(seed=7)
    hundredths = rng.integers(30, 100, size=400)
    right = rng.random(400) < 0.8
    edges = np.linspace(0, 1, 5)
    bins = np.digitize((hundredths + 0.5) / 100, edges[1:-1])
    sums = np.bincount(bins, (hundredths + 0.5) / 100 - right, minlength=4)
    found = np.abs(sums).sum() / len(right)

    expected = Fraction(0)
    for low in (0, 25, 50, 75):
        inside = [m for m in range(400) if low <= hundredths[m] < low + 25]
        if inside:
            n = len(inside)
            mean = sum(Fraction(2 * int(hundredths[m]) + 1, 200) for m in inside) / n
            fraction_right = Fraction(sum(bool(right[m]) for m in inside), n)
            expected += Fraction(n, 400) * abs(mean - fraction_right)
    return distance(found, float(expected))


@check("eq-centre", "the point about which the ink's mean squared distance is smallest", 1e-8)
def centre_of_mass():
    a = nn.load_sample().test_images[0] / 255
    r, c = np.indices(a.shape)

    def spread(point):
        return (a * ((r - point[0]) ** 2 + (c - point[1]) ** 2)).sum() / a.sum()

    # The spread is quadratic with second derivative 2, so one Newton step from anywhere arrives.
    start = np.array([3.0, 20.0])
    nearest = start - derivative(spread, start, step=0.1) / 2
    return distance(drawing.centre_of_mass(a), nearest)


@check("eq-mcnemar", "the standard deviation of fair coins, from all binomial probabilities", 1e-12)
def mcnemar():
    n1, n2 = 19, 33
    n = n1 + n2
    variance = sum(math.comb(n, k) * (k - (n - k)) ** 2 for k in range(n + 1)) / 2**n
    return distance((n1 - n2) / math.sqrt(n1 + n2), (n1 - n2) / variance**0.5)
