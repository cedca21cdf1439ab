"""Backpropagation: how the loss changes with every parameter, by the chain rule."""

import numpy as np

from nnlib.checks import as_pairs, as_pixels, as_positive, check_parameters
from nnlib.loss import cross_entropy, one_hot
from nnlib.network import Parameters, forward, scale


def backpropagation(image, label, parameters):
    """The gradient of the loss: Parameters(dW1, db1, dW2, db2), each shaped as its parameter.

    Takes one image and its label, or a batch and (n,) labels; the loss is the batch's mean.
    Raises TypeError or ValueError for what forward_propagation or one_hot would refuse, and
    where the numbers of images and labels differ.
    """
    x, labels = batch(image, label, parameters)
    return backward(*forward(x, parameters), one_hot(labels, x.dtype), parameters)


def backward(x, h, ha, y, ya, t, parameters):
    """The gradient from a forward pass, all arrays with n rows: the bare equations."""
    n, W2 = len(x), parameters.W2
    dy  = (ya - t) / n         # eq-dy
    dW2 = ha.T @ dy            # eq-dW2
    db2 = dy.sum(axis=0)       # eq-db2
    dha = dy @ W2.T            # eq-dha
    dh  = dha * ha * (1 - ha)  # eq-dh
    dW1 = x.T @ dh             # eq-dW1
    db1 = dh.sum(axis=0)       # eq-db1
    return Parameters(dW1, db1, dW2, db2)


def numerical_gradients(image, label, parameters, step=None):
    """The same gradient without calculus: nudge each parameter and watch the loss.

    Central differences (L(p + step) - L(p - step)) / (2 step). The default step, the
    cube root of the machine epsilon, balances truncation against rounding (Press et
    al., Numerical Recipes, section 5.7). Two forward passes for each parameter: to
    check with, not to train with.
    """
    x, labels = batch(image, label, parameters)
    default = np.cbrt(np.finfo(x.dtype).eps)
    step = as_positive(default if step is None else step, "step", default)
    nudged, gradient = (Parameters(*(p.copy() for p in parameters)) for _ in range(2))
    for p, dp in zip(nudged, gradient):
        for i, value in np.ndenumerate(p.copy()):
            loss = {}
            for sign in (+1, -1):
                p[i] = value + sign * step
                loss[sign] = cross_entropy(forward(x, nudged)[3], labels)
            p[i] = value
            dp[i] = (loss[+1] - loss[-1]) / (2 * step)  # eq-central
    return gradient


def batch(image, label, parameters):
    """x (n, 784) and labels (n,), checked."""
    check_parameters(parameters)
    pixels, labels = as_pairs(as_pixels(image), label)
    return scale(pixels, parameters.W1.dtype), labels
