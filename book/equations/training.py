"""Checks of the chapter on training."""

from itertools import product

import numpy as np

import nnlib as nn
from equations import check, derivative, distance, of_chapter


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


@check("eq-update", "one step of train, with derivatives measured by central differences", 1e-8)
def update():
    images, labels, parameters = sample(n=5, hidden=1)
    found, _ = nn.train(images, labels, parameters, seed=0, epochs=1, batch_size=5, rate=0.7)
    expected = after(parameters, nn.numerical_gradients(images, labels, parameters), 0.7)
    moves = [flat(result) - flat(parameters) for result in (found, expected)]
    return distance(*moves)


@check("eq-update", "ten steps on a parabola, against the closed form", 1e-13)
def update_on_a_parabola():
    walked = []
    for rate in (0.05, 0.4, 0.9, 1.05):
        theta = 4.0
        for _ in range(10):
            theta = theta - rate * 2 * theta
        walked.append(theta)
    return distance(walked, [4 * 0.9**10, 4 * 0.2**10, 4 * 0.8**10, 4 * 1.1**10])


@check("eq-decrease", "the loss along a step, differentiated with respect to the rate", 1e-8)
def decrease():
    images, labels, parameters = sample(n=8, hidden=16)
    gradient = nn.backpropagation(images, labels, parameters)
    slope = derivative(lambda rate: mean_loss(images, labels, after(parameters, gradient, rate)), 0)
    total = 0.0
    for block in gradient:
        for value in block.ravel():
            total += value * value
    return distance(slope, -total)


@check("eq-decrease", "half the rate has half the relative error", 5e-4)
def decrease_is_of_first_order():
    images, labels, parameters = sample(n=8, hidden=16)
    gradient = nn.backpropagation(images, labels, parameters)
    squared = flat(gradient) @ flat(gradient)
    before = mean_loss(images, labels, parameters)
    errors = []
    for rate in (2e-4, 1e-4):
        fall = before - mean_loss(images, labels, after(parameters, gradient, rate))
        errors.append(1 - fall / (rate * squared))
    return distance(errors[0] / errors[1], 2)


@check("eq-rate", "train with a final rate, against steps with the rates of the formula", 1e-13)
def falling_rate():
    images, labels, start = sample(n=20, hidden=4)
    found, _ = nn.train(
        images, labels, start, seed=3, epochs=2, batch_size=8, rate=1.5, final_rate=0.1
    )
    rng, expected, s, N = np.random.default_rng(3), start, 0, 6
    for _ in range(2):
        order = rng.permutation(20)
        for part in (order[:8], order[8:16], order[16:]):
            gradient = nn.backpropagation(images[part], labels[part], expected)
            expected = after(expected, gradient, 1.5 + s / (N - 1) * (0.1 - 1.5))
            s += 1
    return distance(flat(found) - flat(start), flat(expected) - flat(start))


@check("eq-fan-in", "all 1,024 ways to draw ten weights of one size and either sign", 1e-13)
def variance_of_a_sum():
    x, size = np.random.default_rng(6).random(10), 0.3
    sums = [sum(xi * w for xi, w in zip(x, ws)) for ws in product((-size, size), repeat=10)]
    return distance(np.var(sums), 10 * np.mean(x**2) * size**2)


def error_of_mean(factor):
    """The standard error where the disagreement of the seeds comes in with this factor."""
    return lambda q, n: np.sqrt(
        (q.mean() * (1 - q.mean()) + factor * np.mean(q * (1 - q))) / n
    )


@check("eq-mean-of-seeds", "all 64 exams of 3 out of 4 images, read by 5 networks", 1e-13,
       of_chapter("06-training", "error_of_mean"),
       wrong={"no last term": error_of_mean(0), "+ for -": error_of_mean(+1)})
def variance_of_a_mean_of_seeds(formula):
    right = np.random.default_rng(6).random((5, 4)) < 0.6
    scores = [right[:, exam].mean() for exam in product(range(4), repeat=3)]
    return distance(formula(right.mean(axis=0), 3) ** 2, np.var(scores))
