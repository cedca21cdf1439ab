"""Training: walking downhill in small steps, a few images at a time."""

import math
from typing import NamedTuple

import numpy as np

from nnlib.backpropagation import backward
from nnlib.checks import as_generator, as_pairs, as_pixels, as_positive, as_whole, check_parameters
from nnlib.loss import cross_entropy, one_hot
from nnlib.network import Parameters, forward, predict, scale


class History(NamedTuple):
    """What training saw, one entry an epoch; each image is counted just before its own step."""

    loss: np.ndarray  #: (epochs,) mean cross entropy
    accuracy: np.ndarray  #: (epochs,) fraction guessed right


def train(
    images, labels, parameters, *,
    seed, epochs=20, batch_size=32, rate=0.5, final_rate=None,
):
    """Parameters after mini-batch gradient descent, and the History of getting there.

    Each epoch visits all n images once, in a fresh random order drawn from `seed`,
    batch_size at a time; the last batch is what is left. The rate stays, or falls in a
    straight line to final_rate at the last step. The arrays given are not changed.
    Raises TypeError or ValueError for bad input, and ValueError where the rate is so
    large that a parameter overflows.
    """
    check_parameters(parameters)
    pixels, labels = as_pairs(as_pixels(images), labels)
    rng, epochs = as_generator(seed), as_whole(epochs, "epochs", 1)
    batch_size = as_whole(batch_size, "batch_size", 1)
    steps = math.ceil(len(pixels) / batch_size)
    first = last = as_positive(rate, "rate", 0.5)
    if final_rate is not None:
        last = as_positive(final_rate, "final_rate", 0, zero=True)
    rates = np.linspace(first, last, epochs * steps)  # eq-rate
    parameters = Parameters(*(p.copy() for p in parameters))
    with np.errstate(all="ignore"):  # descend raises an error for what overflows
        history = [
            descend(pixels, labels, parameters, rng, batch_size, part)
            for part in rates.reshape(epochs, steps).tolist()
        ]
    return parameters, History(*np.transpose(history))


def descend(pixels, labels, parameters, rng, batch_size, rates):
    """One epoch of steps that change the parameters in place: its loss and accuracy."""
    order = rng.permutation(len(pixels))
    targets, outputs = one_hot(labels, parameters.W1.dtype), []
    for k, rate in enumerate(rates):
        batch = order[k * batch_size : (k + 1) * batch_size]
        x, t = scale(pixels[batch], targets.dtype), targets[batch]
        x, h, ha, y, ya = forward(x, parameters)
        gradient = backward(x, h, ha, y, ya, t, parameters)
        for p, dp in zip(parameters, gradient):
            p -= rate * dp  # eq-update
        outputs.append(y)
    check_parameters(parameters)
    y, labels = np.concatenate(outputs), labels[order]
    return cross_entropy(y, labels), np.mean(y.argmax(axis=1) == labels)


def accuracy(images, labels, parameters):
    """The fraction of the images whose guessed digit is their label, from 0 to 1.

    Takes one image and its label, or a batch and (n,) labels; raises what predict and train do.
    """
    pixels, labels = as_pairs(as_pixels(images), labels)
    return float(np.mean(predict(pixels, parameters) == labels))
