"""Checks of the chapter "More testing": counting right and wrong answers in several ways."""

import math
from fractions import Fraction
from functools import cache

import numpy as np

import nnlib as nn
from equations import check, derivative, distance, of_chapter
from nnlib import drawing

CHAPTER = "07-more-testing"


@cache
def answers():
    """Labels and guesses of a network after a short training, in which every digit is guessed."""
    images, labels, test_images, test_labels = nn.load_sample()
    parameters, _ = nn.train(images[:1000], labels[:1000], nn.initialize(seed=1), seed=1, epochs=2)
    return test_images, test_labels, nn.predict(test_images, parameters), parameters


def confusion(labels, guesses):
    return of_chapter(CHAPTER, "confusion")(labels, guesses)


@check("eq-confusion", "the pairs of label and guess, counted one image at a time", 1e-12,
       confusion,
       wrong={
           "transposed: guesses in the rows": lambda labels, guesses: confusion(guesses, labels),
           "t for g": lambda labels, guesses: confusion(labels, labels),
           "images for digits": lambda labels, guesses: nn.one_hot(labels) @ nn.one_hot(guesses).T,
       })  # fmt: skip
def confusion_matrix(formula):
    rng = np.random.default_rng(seed=7)
    labels, guesses = rng.integers(10, size=(2, 300))
    expected = np.zeros((10, 10))
    for label, guess in zip(labels, guesses):
        expected[label, guess] += 1
    return distance(formula(labels, guesses), expected)


def share(axis):
    """The diagonal over the sums along an axis."""
    return lambda C: np.diag(C) / C.sum(axis=axis)


@check("eq-recall", "the accuracy on the images of each digit alone", 1e-12,
       lambda C: of_chapter(CHAPTER, "recall", C=C),
       wrong={
           "a sum over labels: the precision": share(axis=0),
           "all images below": lambda C: np.diag(C) / C.sum(),
           "the mistakes": lambda C: 1 - np.diag(C) / C.sum(axis=1),
       })  # fmt: skip
def recall(formula):
    images, labels, guesses, parameters = answers()
    expected = [
        nn.accuracy(images[labels == a], labels[labels == a], parameters) for a in range(10)
    ]
    return distance(formula(confusion(labels, guesses)), expected)


@check("eq-precision", "the images that got each guess, gone through one by one", 1e-12,
       lambda C: of_chapter(CHAPTER, "precision", C=C),
       wrong={
           "a sum over guesses: the recall": share(axis=1),
           "all images below": lambda C: np.diag(C) / C.sum(),
           "the mistakes": lambda C: 1 - np.diag(C) / C.sum(axis=0),
       })  # fmt: skip
def precision(formula):
    _, labels, guesses, _ = answers()
    expected = []
    for b in range(10):
        verdicts = [label == b for label, guess in zip(labels, guesses) if guess == b]
        expected.append(sum(verdicts) / len(verdicts))
    return distance(formula(confusion(labels, guesses)), expected)


def gaps(confidence, right, edges):
    """The mean confidence minus the share that is right in each bin, and the images in it."""
    bins = np.digitize(confidence, edges[1:-1])
    counts = np.bincount(bins, minlength=len(edges) - 1)
    return np.bincount(bins, confidence - right, len(edges) - 1) / np.maximum(counts, 1), counts


def by(rule):
    return lambda confidence, right, edges: rule(*gaps(confidence, right, edges))


@check("eq-calibration", "bin by bin in exact fractions, from the definition", 1e-12,
       lambda *given: of_chapter(CHAPTER, "calibration_error")(*given),
       wrong={
           "all bins alike": by(lambda gap, n: np.abs(gap).mean()),
           "signs that cancel": by(lambda gap, n: (n * gap).sum() / n.sum()),
           "not over n": by(lambda gap, n: (n * np.abs(gap)).sum()),
           "squares": by(lambda gap, n: (n * gap**2).sum() / n.sum()),
       })  # fmt: skip
def calibration(formula):
    rng = np.random.default_rng(seed=7)
    hundredths = rng.integers(30, 100, size=400)
    right = rng.random(400) < 0.8
    found = formula((hundredths + 0.5) / 100, right, np.linspace(0, 1, 5))

    expected = Fraction(0)
    for low in (0, 25, 50, 75):
        inside = [m for m in range(400) if low <= hundredths[m] < low + 25]
        if inside:
            n = len(inside)
            mean = sum(Fraction(2 * int(hundredths[m]) + 1, 200) for m in inside) / n
            fraction_right = Fraction(sum(bool(right[m]) for m in inside), n)
            expected += Fraction(n, 400) * abs(mean - fraction_right)
    return distance(found, float(expected))


@check("eq-centre", "the point about which the ink's mean squared distance is smallest", 1e-8,
       drawing.centre_of_mass,
       wrong={
           "rows and columns exchanged": lambda a: drawing.centre_of_mass(a.T),
           "without the ink": lambda a: drawing.centre_of_mass(a > 0),
           "all pixels below": lambda a: [v * a.mean() for v in drawing.centre_of_mass(a)],
       })  # fmt: skip
def centre_of_mass(formula):
    a = nn.load_sample().test_images[0] / 255
    r, c = np.indices(a.shape)

    def spread(point):
        return (a * ((r - point[0]) ** 2 + (c - point[1]) ** 2)).sum() / a.sum()

    # The spread is quadratic with second derivative 2, so one Newton step from anywhere arrives.
    start = np.array([3.0, 20.0])
    nearest = start - derivative(spread, start, step=0.1) / 2
    return distance(formula(a), nearest)


def counts(right_1, right_2):
    return np.sum(right_1 & ~right_2), np.sum(right_2 & ~right_1)


@check("eq-mcnemar", "the standard deviation of fair coins, from all binomial probabilities", 1e-12,
       lambda *right: of_chapter(CHAPTER, "compare")(*right)[2],
       wrong={
           "without the root": lambda *right: np.subtract(*counts(*right))
           / max(sum(counts(*right)), 1),
           "the second first": lambda *right: -of_chapter(CHAPTER, "compare")(*right)[2],
           "all images below": lambda *right: np.subtract(*counts(*right)) / len(right[0]) ** 0.5,
           "1 where they never disagree": lambda *right: of_chapter(CHAPTER, "compare")(*right)[2]
           + (sum(counts(*right)) == 0),
       })  # fmt: skip
def mcnemar(formula):
    n1, n2 = 19, 33
    right_1, right_2 = np.repeat([[True, False, True], [False, True, True]], [n1, n2, 48], axis=1)
    n = n1 + n2
    variance = sum(math.comb(n, k) * (k - (n - k)) ** 2 for k in range(n + 1)) / 2**n
    found = formula(right_1, right_2), formula(right_1, right_1)  # the second never disagree
    return distance(found, [(n1 - n2) / variance**0.5, 0])
