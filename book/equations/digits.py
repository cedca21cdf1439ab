"""Checks of the chapter "A digit is 784 numbers"."""

import itertools
import math

import numpy as np

import nnlib as nn
from equations import check, distance, of_chapter

CHAPTER = "02-a-digit-is-784-numbers"
SAMPLE = nn.load_sample()


def rows(images):
    return images.reshape(-1, 784) / 255


@check("eq-pixel-number", "all pixels, counted one by one, row after row", 1e-15,
       lambda r, c: 28 * r + c,
       wrong={
           "column after column": lambda r, c: 28 * c + r,
           "27 for 28": lambda r, c: 27 * r + c,
           "counted from 1": lambda r, c: 28 * r + c + 1,
       })  # fmt: skip
def pixel_number(formula):
    square = np.zeros((28, 28), dtype=int)
    counter = itertools.count()
    for row in square:
        for c in range(28):
            row[c] = next(counter)
    found = formula(*np.mgrid[:28, :28])
    return max(distance(found, square), distance(found, np.arange(784).reshape(28, 28)))


@check("eq-x", "one pixel after the other, each divided by 255 by Python", 1e-14,
       lambda images: nn.forward_propagation(images, nn.initialize(seed=0))[0],
       wrong={
           "256 for 255": lambda images: images.reshape(-1, 784) / 256,
           "column after column": lambda images: rows(images.transpose(0, 2, 1)),
           "divided by the largest": lambda images: np.array(
               [image.ravel() / image.max() for image in images]),
       })  # fmt: skip
def scaled_pixels(formula):
    images = SAMPLE.train_images[:5] // 2  # so that none of them has the largest grey level
    expected = [[grey / 255 for row in image for grey in row] for image in images.tolist()]
    return distance(formula(images), expected)


@check("eq-t", "entry by entry, with the two cases of the equation", 1e-15,
       nn.one_hot,
       wrong={
           "the digit after": lambda labels: np.eye(10)[(labels + 1) % 10],
           "the label for 1": lambda labels: np.eye(10)[labels] * labels[:, None],
           "transposed": lambda labels: np.eye(10)[labels].T,
           "0 and 1 exchanged": lambda labels: 1 - np.eye(10)[labels],
       })  # fmt: skip
def targets(formula):
    labels = SAMPLE.train_labels[:50]
    expected = [[1 if k == label else 0 for k in range(10)] for label in labels.tolist()]
    return distance(formula(labels), expected)


@check("eq-accuracy", "the largest output found, and right answers counted, one image at a time",
       1e-14, nn.accuracy,
       wrong={
           "mistakes counted": lambda *given: 1 - nn.accuracy(*given),
           "without 1/n": lambda *given: len(given[1]) * nn.accuracy(*given),
           "n - 1 for n": lambda *given: nn.accuracy(*given) * 60 / 59,
       })  # fmt: skip
def accuracy(formula):
    images, parameters = SAMPLE.test_images[:60], nn.initialize(seed=0)
    outputs = nn.forward_propagation(images, parameters)[3].tolist()
    labels = np.random.default_rng(2).integers(10, size=60)
    right = 0
    for m, y in enumerate(outputs):
        guess = max(range(10), key=lambda k, y=y: y[k])
        if m % 3 == 0:
            labels[m] = guess
        right += 1 if labels[m] == guess else 0
    return distance(formula(images, labels, parameters), right / 60)


@check("eq-hit-variance", "1,000 images, of which exactly the share p is answered right", 1e-12,
       lambda p: (p * (1 - p) ** 2 + (1 - p) * p**2, p * (1 - p)),
       wrong={
           "the shares exchanged": lambda p: ((1 - p) * (1 - p) ** 2 + p * p**2, p * (1 - p)),
           "p for p (1 - p)": lambda p: (p * (1 - p) ** 2 + (1 - p) * p**2, p),
           "without the squares": lambda p: (2 * p * (1 - p), p * (1 - p)),
       })  # fmt: skip
def hit_variance(formula):
    errors = []
    for right in (100, 500, 912):
        p, u = right / 1000, np.repeat([1, 0], [right, 1000 - right])
        errors.append(distance(formula(p), [np.mean((u - p) ** 2)] * 2))
    return max(errors)


def all_exams(p, n=10):
    """The accuracies of all outcomes of an exam of n images, and the chance of each outcome."""
    u = np.array(list(itertools.product((0, 1), repeat=n)))
    return u.mean(axis=1), np.where(u == 1, p, 1 - p).prod(axis=1)


WRONG_STANDARD_ERRORS = {
    "without the root": lambda p, n: p * (1 - p) / n,
    "n outside the root": lambda p, n: np.sqrt(p * (1 - p)) / n,
    "p for p (1 - p)": lambda p, n: np.sqrt(p / n),
}


@check("eq-standard-error", "the scatter over all 1,024 outcomes of an exam of ten images", 1e-12,
       lambda p, n: of_chapter(CHAPTER, "s", p=p, n=n),
       wrong=WRONG_STANDARD_ERRORS | {"n - 1 for n": lambda p, n: np.sqrt(p * (1 - p) / (n - 1))},
       )  # fmt: skip
def standard_error(formula):
    n, errors = 10, []
    for p in (0.1, 0.5, 0.9):
        a, chances = all_exams(p, n)
        scatter = math.sqrt(chances @ (a - chances @ a) ** 2)
        errors.append(distance(formula(p, n), scatter))
    return max(errors)


@check("eq-standard-error", "with a for p: the mean over all outcomes of an exam of 10,000", 1e-3,
       lambda a, n: np.sqrt(a * (1 - a) / n), wrong=WRONG_STANDARD_ERRORS)  # fmt: skip
def standard_error_from_the_accuracy(formula):
    n, errors = 10_000, []
    right = np.arange(n + 1)
    factorials = np.array([math.lgamma(k + 1) for k in right])  # their logarithms
    for p in (0.1, 0.5, 0.9):
        ways = factorials[-1] - factorials - factorials[::-1]
        chances = np.exp(ways + right * math.log(p) + (n - right) * math.log(1 - p))
        scatter = math.sqrt(chances @ (right / n - p) ** 2)
        errors.append(distance(chances @ formula(right / n, n), scatter))
    return max(errors)


@check("eq-variance-sum", "all pairs of values of two dice, one with six sides, one loaded", 1e-12,
       lambda u, v: u + v,
       wrong={"a minus": lambda u, v: u - v,
              "a mean": lambda u, v: (u + v) / 2,
              "standard deviations": lambda u, v: (math.sqrt(u) + math.sqrt(v)) ** 2})  # fmt: skip
def variance_of_a_sum(formula):
    u, v = np.arange(1, 7), np.array([0, 1, 5])
    chances_u, chances_v = np.full(6, 1 / 6), np.array([0.5, 0.3, 0.2])
    expected = variance((u[:, None] + v).ravel(), np.outer(chances_u, chances_v).ravel())
    return distance(formula(variance(u, chances_u), variance(v, chances_v)), expected)


def variance(values, chances):
    return chances @ (values - chances @ values) ** 2


PARTS = np.array([0.93, 0.94, 0.92, 0.93, 0.94, 0.8, 0.96, 0.93, 0.83, 0.1])  # right, by digit


@check("eq-balanced", "the chances of every number of right answers, image after image", 1e-12,
       of_chapter(CHAPTER, "balanced_error"),
       wrong={"p(1-p) of the mean":
                  lambda p, n: math.sqrt(np.mean(p) * (1 - np.mean(p)) / n),
              "not divided by n": lambda p, n: math.sqrt(np.mean(p * (1 - p))),
              "the sum for the mean": lambda p, n: math.sqrt(np.sum(p * (1 - p)) / n),
              "the variance": lambda p, n: np.mean(p * (1 - p)) / n})  # fmt: skip
def balanced(formula):
    errors = []
    for n in (10, 100):
        chances = np.ones(1)  # of 0, 1, ... right answers
        for p in np.tile(PARTS, n // 10):
            chances = np.convolve(chances, [1 - p, p])
        expected = math.sqrt(variance(np.arange(n + 1) / n, chances))
        errors.append(distance(formula(PARTS, n), expected))
    return max(errors)


@check("eq-spread", "all twenty outcomes of one image, its digit drawn as well", 1e-12,
       lambda p_k, p: np.mean(p_k * (1 - p_k)) + np.mean((p_k - p) ** 2),
       wrong={"no second term": lambda p_k, p: np.mean(p_k * (1 - p_k)),
              "a minus": lambda p_k, p: np.mean(p_k * (1 - p_k)) - np.mean((p_k - p) ** 2),
              "the mean not taken away": lambda p_k, p: np.mean(p_k * (1 - p_k)) + np.mean(p_k**2),
              })  # fmt: skip
def spread(formula):
    outcomes = np.repeat([1, 0], 10)
    chances = np.concatenate([PARTS, 1 - PARTS]) / 10
    return distance(formula(PARTS, PARTS.mean()), variance(outcomes, chances))


@check("eq-class-mean", "the images of each digit selected and averaged, ten times", 1e-12,
       lambda t, x: of_chapter(CHAPTER, "means", t=t, x_train=x),
       wrong={
           "n for the digit's own number": lambda t, x: t.T @ x / len(t),
           "not divided": lambda t, x: t.T @ x,
           "transposed": lambda t, x: x.T @ t / t.sum(axis=0),
       })  # fmt: skip
def means(formula):
    x, labels = rows(SAMPLE.train_images[:500]), SAMPLE.train_labels[:500]
    expected = [np.mean([row for row, label in zip(x, labels) if label == k], axis=0)
                for k in range(10)]  # fmt: skip
    return distance(formula(nn.one_hot(labels), x), expected)


def some_means_and_rows():
    x, labels = rows(SAMPLE.train_images[:300]), SAMPLE.train_labels[:300]
    centres = np.array([x[labels == k].mean(axis=0) for k in range(10)])
    return centres, rows(SAMPLE.test_images[:20])


@check("eq-distance", "the square of the Euclidean distance that math.dist returns", 1e-12,
       lambda x, means: of_chapter(CHAPTER, "squared", x=x, means=means),
       wrong={
           "the root taken": lambda x, means: np.sqrt(((x - means) ** 2).sum(axis=1)),
           "plus for minus": lambda x, means: ((x + means) ** 2).sum(axis=1),
           "without the square": lambda x, means: abs(x - means).sum(axis=1),
           "a sum over digits": lambda x, means: ((x - means) ** 2).sum(axis=0),
       })  # fmt: skip
def squared_distance(formula):
    centres, x = some_means_and_rows()
    expected = [[math.dist(row, mean) ** 2 for mean in centres.tolist()] for row in x.tolist()]
    return distance([formula(row, centres) for row in x], expected)


@check("eq-nearest", "the squared distances added up pixel by pixel", 1e-12,
       lambda x, mean: x @ x - 2 * (x @ mean - 0.5 * (mean @ mean)),
       wrong={
           "1 for 1/2": lambda x, mean: x @ x - 2 * (x @ mean - mean @ mean),
           "without the length of x": lambda x, mean: -2 * (x @ mean - 0.5 * (mean @ mean)),
           "1 for 2": lambda x, mean: x @ x - (x @ mean - 0.5 * (mean @ mean)),
           "plus": lambda x, mean: x @ x - 2 * (x @ mean + 0.5 * (mean @ mean)),
       })  # fmt: skip
def brackets(formula):
    centres, x = some_means_and_rows()
    expected = [sum((x_i - m_i) ** 2 for x_i, m_i in zip(*pair)) for pair in zip(x, centres)]
    return distance([formula(*pair) for pair in zip(x, centres)], expected)


@check("eq-nearest", "the chapter's nearest mean beside the smallest of ten distances", 1e-15,
       of_chapter(CHAPTER, "nearest_mean"),
       wrong={
           "without the length of the mean": lambda x, means: (x @ means.T).argmax(axis=1),
           "the furthest": lambda x, means:
               (x @ means.T - 0.5 * (means**2).sum(axis=1)).argmin(axis=1),
           "plus": lambda x, means: (x @ means.T + 0.5 * (means**2).sum(axis=1)).argmax(axis=1),
       })  # fmt: skip
def nearest_mean(formula):
    centres, x = some_means_and_rows()
    expected = [min(range(10), key=lambda k, row=row: math.dist(row, centres[k])) for row in x]
    return distance(formula(x, centres), expected)
