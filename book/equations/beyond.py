"""Checks of the last chapter: the size of a network, and one with two hidden layers."""

import numpy as np

import nnlib as nn
from equations import check, derivative, distance, of_chapter


@check("eq-parameters", "the entries of the arrays of nnlib, with 1, 4, 16 and 100 units", 1e-15,
       of_chapter("09-beyond", "number_of_parameters"),
       wrong={"no biases of the hidden units": lambda H: 794 * H + 10,
              "no biases of the outputs": lambda H: 795 * H,
              "biases of the outputs for each unit": lambda H: 805 * H})  # fmt: skip
def number_of_parameters(formula):
    widths = 1, 4, 16, 100
    expected = [sum(p.size for p in nn.initialize(0, hidden=H)) for H in widths]
    return distance([formula(H) for H in widths], expected)


def example(n=3):
    """n rows x of 7 pixels, their labels, and parameters with 5 and 4 hidden units."""
    rng = np.random.default_rng(90)
    shapes = (7, 5), (5,), (5, 4), (4,), (4, 10), (10,)
    return rng.random((n, 7)), rng.integers(10, size=n), [rng.normal(size=s) for s in shapes]


def affine(row, W, b):
    """A row times W plus b, sum by sum."""
    return [sum(row[i] * W[i, j] for i in range(len(row))) + b[j] for j in range(len(b))]


def one_by_one(x, parameters):
    """The hidden values of both layers and the outputs, number by number."""
    W1, b1, W2, b2, W3, b3 = parameters
    ha = [[1 / (1 + np.exp(-h)) for h in affine(row, W1, b1)] for row in x]
    va = [[1 / (1 + np.exp(-v)) for v in affine(row, W2, b2)] for row in ha]
    return ha, va, [affine(row, W3, b3) for row in va]


def forward_without(activation=nn.sigmoid, b2=1, b3=1):
    """WRONG unless everything is left as it is: the forward pass, something in it changed."""

    def forward(x, parameters):
        W1, b1, W2, second, W3, third = parameters
        ha = nn.sigmoid(x @ W1 + b1)
        va = activation(ha @ W2 + b2 * second)
        return ha, va, va @ W3 + b3 * third

    return forward


@check("eq-deeper", "sum by sum, number by number", 1e-13,
       of_chapter("09-beyond", "forward_deeper"),
       wrong={"no second activation": forward_without(activation=lambda v: v),
              "no second bias": forward_without(b2=0),
              "third bias subtracted": forward_without(b3=-1)})  # fmt: skip
def forward_of_two_layers(formula):
    x, _, parameters = example()
    pairs = zip(formula(x, parameters), one_by_one(x, parameters))
    return max(distance(found, expected) for found, expected in pairs)


def backward_with(dv_slope=lambda va: va * (1 - va), dh_slope=lambda ha: ha * (1 - ha), mean=True):
    """WRONG unless everything is left as it is: the backward pass, something in it changed."""

    def backward(x, ha, va, y, t, parameters):
        dy = (nn.softmax(y) - t) / (len(x) if mean else 1)
        dv = dy @ parameters[4].T * dv_slope(va)
        dh = dv @ parameters[2].T * dh_slope(ha)
        layers = (x, dh), (ha, dv), (va, dy)
        return [found for a, d in layers for found in (a.T @ d, d.sum(axis=0))]

    return backward


@check("eq-deeper-back", "central differences of the loss of three images, all six arrays", 1e-7,
       of_chapter("09-beyond", "backward_deeper"),
       wrong={"no slope at v": backward_with(dv_slope=lambda va: 1),
              "1 + for 1 - at v": backward_with(dv_slope=lambda va: va * (1 + va)),
              "no slope at h": backward_with(dh_slope=lambda ha: 1),
              "not divided by n": backward_with(mean=False)})  # fmt: skip
def backward_of_two_layers(formula):
    x, labels, parameters = example()
    ha, va, y = (np.array(values) for values in one_by_one(x, parameters))
    found = formula(x, ha, va, y, nn.one_hot(labels), parameters)
    errors = []
    for k, p in enumerate(parameters):
        moved = derivative(lambda p, k=k: nn.cross_entropy(
            np.array(one_by_one(x, [*parameters[:k], p, *parameters[k + 1 :]])[2]), labels), p)
        errors.append(distance(found[k], moved))
    return max(errors)
