"""Checks of the chapter on training."""

from functools import cache
from itertools import product

import numpy as np

import nnlib as nn
from equations import check, derivative, distance, of_chapter

CHAPTER = "06-training"


def sample(n, hidden, seed=6):
    """n training images, their labels and the parameters of a network that is no longer new."""
    digits = nn.load_sample()
    rng = np.random.default_rng(seed)
    some = rng.choice(len(digits.train_labels), n, replace=False)
    images, labels = digits.train_images[some], digits.train_labels[some]
    parameters = nn.initialize(rng, hidden=hidden)
    noisy = (p + 0.1 * rng.standard_normal(p.shape) for p in parameters)
    return images, labels, nn.Parameters(*noisy)


def mean_loss(images, labels, parameters):
    return nn.cross_entropy(nn.forward_propagation(images, parameters)[3], labels)


def after(parameters, gradient, rate):
    return nn.Parameters(*(p - rate * dp for p, dp in zip(parameters, gradient)))


def flat(parameters):
    return np.concatenate([p.ravel() for p in parameters])


@cache
def measured_step():
    """Five images, a small network, and its derivatives by central differences."""
    images, labels, parameters = sample(n=5, hidden=1)
    x = images.reshape(5, 784) / 255
    slopes = []
    for name, p in parameters._asdict().items():
        slopes.append(derivative(
            lambda p, name=name: mean_loss(x, labels, parameters._replace(**{name: p})), p))
    return images, labels, parameters, nn.Parameters(*slopes)


def step_of_train(images, labels, parameters, rate):
    return nn.train(images, labels, parameters, seed=0, epochs=1, batch_size=5, rate=rate)[0]


def step_of_the_chapter(images, labels, parameters, rate):
    gradient = nn.backpropagation(images, labels, parameters)
    return of_chapter(CHAPTER, "moved")(parameters, gradient, rate)


def step(factor):
    """A step of factor times the gradient, at any rate."""
    return lambda images, labels, parameters, rate: after(
        parameters, nn.backpropagation(images, labels, parameters), factor(rate)
    )


WRONG_STEPS = {
    "uphill": step(lambda rate: -rate),
    "without the rate": step(lambda rate: 1),
    "divided by the rate": step(lambda rate: 1 / rate),
    "the sum for the mean of the images": step(lambda rate: 5 * rate),
}


def update(formula):
    images, labels, parameters, slopes = measured_step()
    found = formula(images, labels, parameters, 0.7)
    expected = after(parameters, slopes, 0.7)
    return distance(*(flat(result) - flat(parameters) for result in (found, expected)))


check("eq-update", "one step of train, with derivatives measured by central differences", 1e-8,
      step_of_train, WRONG_STEPS)(update)  # fmt: skip
check("eq-update", "one step of the chapter's moved, in the same way", 1e-8,
      step_of_the_chapter, WRONG_STEPS)(update)  # fmt: skip


def ten_steps(factor):
    """The end of ten steps on the parabola θ², each of `factor` times the right one."""

    def end(rate):
        theta = 4.0
        for _ in range(10):
            theta = theta - factor * rate * 2 * theta
        return theta

    return end


@check("eq-update", "ten steps of the chapter's walk on a parabola, against the closed form", 1e-13,
       lambda rate: of_chapter(CHAPTER, "walk")(rate)[-1],
       wrong={
           "uphill": ten_steps(-1),
           "the slope θ for 2 θ": ten_steps(1 / 2),
           "one step of ten": lambda rate: 4 - rate * 2 * 4,
       })  # fmt: skip
def update_on_a_parabola(formula):
    expected = [4 * 0.9**10, 4 * 0.2**10, 4 * 0.8**10, 4 * 1.1**10]
    return distance([formula(rate) for rate in (0.05, 0.4, 0.9, 1.05)], expected)


@check("eq-decrease", "the loss along a step, differentiated with respect to the rate", 1e-8,
       lambda gradient: of_chapter(CHAPTER, "G", gradient=gradient),
       wrong={
           "minus": lambda gradient: -(flat(gradient) ** 2).sum(),
           "the root": lambda gradient: np.sqrt((flat(gradient) ** 2).sum()),
           "without the squares": lambda gradient: flat(gradient).sum(),
           "the first layer alone": lambda gradient: (gradient[0] ** 2).sum(),
       })  # fmt: skip
def decrease(formula):
    images, labels, parameters = sample(n=8, hidden=16)
    gradient = nn.backpropagation(images, labels, parameters)
    slope = derivative(lambda rate: mean_loss(images, labels, after(parameters, gradient, rate)), 0)
    return distance(formula(gradient), -slope)


@check("eq-decrease", "half the rate leaves a quarter of the error", 1e-3,
       lambda before, rate, G: before - rate * G,
       wrong={
           "plus": lambda before, rate, G: before + rate * G,
           "half of it": lambda before, rate, G: before - rate * G / 2,
           "without the rate": lambda before, rate, G: before - G,
       })  # fmt: skip
def decrease_is_of_first_order(formula):
    images, labels, parameters = sample(n=8, hidden=16)
    gradient = nn.backpropagation(images, labels, parameters)
    G = flat(gradient) @ flat(gradient)
    before = mean_loss(images, labels, parameters)
    errors = [
        mean_loss(images, labels, after(parameters, gradient, rate)) - formula(before, rate, G)
        for rate in (2e-4, 1e-4)
    ]
    return distance(errors[0] / errors[1], 4)


@check("eq-rate", "train with a final rate, against steps with the rates of the formula", 1e-13,
       lambda s, N, first, last: first + s / (N - 1) * (last - first),
       wrong={
           "N for N - 1": lambda s, N, first, last: first + s / N * (last - first),
           "counted from 1": lambda s, N, first, last: first + (s + 1) / (N - 1) * (last - first),
           "from last to first": lambda s, N, first, last: last + s / (N - 1) * (first - last),
           "the first rate throughout": lambda s, N, first, last: first,
       })  # fmt: skip
def falling_rate(formula):
    images, labels, start = sample(n=20, hidden=4)
    found, _ = nn.train(
        images, labels, start, seed=3, epochs=2, batch_size=8, rate=1.5, final_rate=0.1
    )
    rng, expected, s, N = np.random.default_rng(3), start, 0, 6
    for _ in range(2):
        order = rng.permutation(20)
        for part in (order[:8], order[8:16], order[16:]):
            gradient = nn.backpropagation(images[part], labels[part], expected)
            expected = after(expected, gradient, formula(s, N, 1.5, 0.1))
            s += 1
    return distance(flat(found) - flat(start), flat(expected) - flat(start))


@check("eq-fan-in", "all 1,024 ways to draw ten weights of one size and either sign", 1e-13,
       lambda x, variance: ((x**2 * variance).sum(), len(x) * (x**2).mean() * variance),
       wrong={
           "without the fan-in": lambda x, variance:
               ((x**2 * variance).mean(), (x**2).mean() * variance),
           "x for x²": lambda x, variance: ((x * variance).sum(), len(x) * x.mean() * variance),
           "the square of the mean": lambda x, variance:
               ((x**2 * variance).sum(), len(x) * x.mean() ** 2 * variance),
           "the deviation for the variance": lambda x, variance:
               ((x**2).sum() * variance**0.5, len(x) * (x**2).mean() * variance**0.5),
       })  # fmt: skip
def variance_of_a_sum(formula):
    x, size = np.random.default_rng(6).random(10), 0.3
    sums = [sum(xi * w for xi, w in zip(x, ws)) for ws in product((-size, size), repeat=10)]
    return distance(formula(x, size**2), [np.var(sums)] * 2)


def error_of_mean(factor):
    """The standard error where the disagreement of the seeds comes in with this factor."""
    return lambda q, n: np.sqrt(
        (q.mean() * (1 - q.mean()) + factor * np.mean(q * (1 - q))) / n
    )


@check("eq-cloud", "all 64 exams of 3 out of 4 images, read by 5 networks", 1e-13,
       of_chapter(CHAPTER, "error_of_mean"),
       wrong={"no last term": error_of_mean(0), "+ for -": error_of_mean(+1)})
def variance_of_a_mean_of_seeds(formula):
    right = np.random.default_rng(6).random((5, 4)) < 0.6
    scores = [right[:, exam].mean() for exam in product(range(4), repeat=3)]
    return distance(formula(right.mean(axis=0), 3) ** 2, np.var(scores))
