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


def class_means(x, labels):
    t = nn.one_hot(labels)
    return t.T @ x / t.sum(axis=0)[:, None]


@check("eq-pixel-number", "all pixels, counted one by one, row after row", 1e-15)
def pixel_number():
    square = np.zeros((28, 28), dtype=int)
    counter = itertools.count()
    for row in square:
        for c in range(28):
            row[c] = next(counter)
    r, c = np.mgrid[:28, :28]
    by_reshape = np.arange(784).reshape(28, 28)
    back = np.stack(np.divmod(np.arange(784), 28))
    return max(
        distance(28 * r + c, square),
        distance(by_reshape, square),
        distance(back, np.argwhere(square >= 0).T),
    )


@check("eq-x", "each pixel of a batch divided by itself, as a fraction of whole numbers", 1e-14)
def scaled_pixels():
    images = SAMPLE.train_images[:5]
    x = nn.forward_propagation(images, nn.initialize(seed=0))[0]
    expected = [[grey / 255 for row in image for grey in row] for image in images.tolist()]
    return distance(x, expected)


@check("eq-t", "entry by entry, with the two cases of the equation", 1e-15)
def targets():
    labels = SAMPLE.train_labels[:50]
    expected = [[1 if k == label else 0 for k in range(10)] for label in labels.tolist()]
    return distance(nn.one_hot(labels), expected)


@check("eq-accuracy", "right answers counted one image at a time", 1e-14)
def accuracy():
    images, labels = SAMPLE.test_images[:60], SAMPLE.test_labels[:60]
    parameters, _ = nn.train(
        SAMPLE.train_images[:320], SAMPLE.train_labels[:320], nn.initialize(0), seed=0, epochs=5
    )
    right = 0
    for image, label in zip(images, labels):
        right += nn.predict(image, parameters) == label
    return distance(nn.accuracy(images, labels, parameters), right / 60)


@check("eq-hit-variance", "1,000 images, of which exactly the share p is answered right", 1e-12)
def hit_variance():
    errors = []
    for right in (100, 500, 912):
        p, u = right / 1000, np.repeat([1, 0], [right, 1000 - right])
        expected = np.mean((u - p) ** 2)
        errors.append(distance(p * (1 - p) ** 2 + (1 - p) * p**2, expected))
        errors.append(distance(p * (1 - p), expected))
    return max(errors)


def all_exams(p, n=10):
    """The accuracies of all outcomes of an exam of n images, and the chance of each outcome."""
    u = np.array(list(itertools.product((0, 1), repeat=n)))
    return u.mean(axis=1), np.where(u == 1, p, 1 - p).prod(axis=1)


@check("eq-standard-error", "the scatter over all 1,024 outcomes of an exam of ten images", 1e-12)
def standard_error():
    n, errors = 10, []
    for p in (0.1, 0.5, 0.9):
        a, chances = all_exams(p, n)
        scatter = math.sqrt(chances @ (a - chances @ a) ** 2)
        errors.append(distance(math.sqrt(p * (1 - p) / n), scatter))
    return max(errors)


@check("eq-standard-error", "with a for p: its mean square is (1 - 1/n) times the true one", 1e-12)
def standard_error_from_the_accuracy():
    n, errors = 10, []
    for p in (0.1, 0.5, 0.9):
        a, chances = all_exams(p, n)
        true_square = chances @ (a - chances @ a) ** 2
        errors.append(distance(chances @ (a * (1 - a) / n), (1 - 1 / n) * true_square))
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


@check("eq-class-mean", "the images of each digit selected and averaged, ten times", 1e-12)
def means():
    x, labels = rows(SAMPLE.train_images[:500]), SAMPLE.train_labels[:500]
    expected = [np.mean([row for row, label in zip(x, labels) if label == k], axis=0)
                for k in range(10)]  # fmt: skip
    return distance(class_means(x, labels), expected)


@check("eq-distance", "the square of the Euclidean distance that math.dist returns", 1e-12)
def squared_distance():
    x, labels = rows(SAMPLE.train_images[:300]), SAMPLE.train_labels[:300]
    means = class_means(x, labels)
    found = [((row - means) ** 2).sum(axis=1) for row in x[:20]]
    expected = [[math.dist(row, mean) ** 2 for mean in means.tolist()] for row in x[:20].tolist()]
    return distance(found, expected)


@check("eq-nearest", "the squared distances added up pixel by pixel", 1e-12)
def nearest_mean():
    x, labels = rows(SAMPLE.train_images[:300]), SAMPLE.train_labels[:300]
    means = class_means(x, labels)
    x = rows(SAMPLE.test_images[:20])
    brackets = x @ means.T - 0.5 * (means**2).sum(axis=1)
    found = (x**2).sum(axis=1)[:, None] - 2 * brackets
    expected = [
        [sum((x_i - m_i) ** 2 for x_i, m_i in zip(row, mean)) for mean in means.tolist()]
        for row in x.tolist()
    ]
    return distance(found, expected)
