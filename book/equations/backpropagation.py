"""Checks of the chapter on backpropagation: every derivative against an experiment.

The core of two checks takes a function as its argument, so that a test can hand it one of the two
mistakes in the notebook that this book grew from. They stand here too, and the check must fail.
"""

import numpy as np

from equations import check, derivative, distance
from nnlib import Parameters, numerical_gradients, one_hot
from nnlib.backpropagation import backward
from nnlib.loss import cross_entropy
from nnlib.network import forward, sigmoid, softmax

PIXELS, HIDDEN, DIGITS = 12, 16, 10  # few pixels, so that every derivative is quickly measured


def network(seed=5):
    """Parameters none of which is zero: zeros can hide a mistake."""
    rng = np.random.default_rng(seed)
    shapes = (PIXELS, HIDDEN), (HIDDEN,), (HIDDEN, DIGITS), (DIGITS,)
    return Parameters(*(rng.standard_normal(shape) / 2 for shape in shapes))


def batch(n, seed=6):
    """n rows of pixels and their labels."""
    rng = np.random.default_rng(seed)
    return rng.random((n, PIXELS)), rng.integers(DIGITS, size=n)


def loss(x, labels, parameters):
    """The mean cross entropy of the rows x."""
    return cross_entropy(forward(x, parameters)[3], labels)


def gradient(x, labels, parameters):
    """What nnlib says."""
    return backward(*forward(x, parameters), one_hot(labels), parameters)


def measured(name, n):
    """The derivative of the loss of n images with respect to one array, by central differences."""
    (x, labels), parameters = batch(n), network()
    return derivative(
        lambda p: loss(x, labels, parameters._replace(**{name: p})), getattr(parameters, name)
    )


def complex_loss(x, label, parameters):
    """The loss of one image from complex parameters, written out: no maximum, no absolute value."""
    W1, b1, W2, b2 = parameters
    y = (1 / (1 + np.exp(-(x @ W1 + b1)))) @ W2 + b2
    return np.log(np.exp(y).sum()) - y[label]


@check("eq-central", "against the complex step Im L(θ + iε) / ε, which subtracts nothing", 1e-8)
def central():
    rng = np.random.default_rng(7)
    x, label = rng.random(784), 3
    shapes = (784, 1), (1,), (1, DIGITS), (DIGITS,)
    parameters = Parameters(*(rng.standard_normal(shape) for shape in shapes))
    parameters = parameters._replace(W1=parameters.W1 / 28)
    found = numerical_gradients(x, label, parameters)
    errors = []
    for name, p in parameters._asdict().items():
        expected = np.empty_like(p)
        for i in np.ndindex(p.shape):
            moved = p.astype(complex)
            moved[i] += 1e-30j
            value = complex_loss(x, label, parameters._replace(**{name: moved}))
            expected[i] = value.imag / 1e-30
        errors.append(distance(getattr(found, name), expected))
    return max(errors)


@check("eq-truncation", "the measured error, where the third derivative is known", 1e-3)
def central_error():
    y, label, step = np.random.default_rng(8).standard_normal(DIGITS), 4, 1e-2
    p = softmax(y)
    first, third = p - np.eye(DIGITS)[label], p * (1 - p) * (1 - 2 * p)
    quotient = derivative(lambda y: cross_entropy(y, label), y, step)
    return distance(quotient - first, step**2 / 6 * third)


@check("eq-chain", "a loop over all paths, against the composed function", 1e-8)
def chain():
    rng = np.random.default_rng(9)
    A, B, u = rng.standard_normal((3, 5)), rng.standard_normal((5, 4)), rng.standard_normal(3)

    def v_of(u):
        return np.sin(u @ A) + (u @ A) ** 2

    def L_of(v):
        return float(np.log(1 + (v @ B) ** 2).sum())

    found = np.zeros(3)
    v_u, L_v = derivative(v_of, u), derivative(L_of, v_of(u))
    for b in range(3):
        for a in range(5):
            found[b] += L_v[a] * v_u[a, b]
    return distance(found, derivative(lambda u: L_of(v_of(u)), u))


@check("eq-dS", "central differences of the sigmoid", 1e-8)
def slope_of_sigmoid():
    h = np.linspace(-8, 8, 33)
    expected = np.array([derivative(sigmoid, value) for value in h])
    return distance(sigmoid(h) * (1 - sigmoid(h)), expected)


def softmax_jacobian_row(p, label):
    """Row `label` of the Jacobian of softmax, from its values p."""
    return p[label] * (np.eye(len(p))[label] - p)


def printed_softmax_jacobian_row(p, label):
    """WRONG: the original notebook's (7), which lacks the minus sign away from the label."""
    return np.where(np.arange(len(p)) == label, p[label] * (1 - p[label]), p[label] * p)


def jacobian_error(jacobian_row):
    """How far jacobian_row(p, label) is from central differences of softmax, at ten labels."""
    y = np.random.default_rng(10).standard_normal((DIGITS, DIGITS))
    found = [jacobian_row(softmax(row), label) for label, row in enumerate(y)]
    expected = [derivative(lambda row, k=k: softmax(row)[k], row) for k, row in enumerate(y)]
    return distance(found, expected)


@check("eq-softmax-jacobian", "central differences of the softmax, row by row", 1e-8)
def softmax_jacobian():
    return jacobian_error(softmax_jacobian_row)


@check("eq-dy-one", "central differences of the loss, for each of the ten labels", 1e-8)
def dy_one():
    y = np.random.default_rng(11).standard_normal(DIGITS)
    expected = [derivative(lambda y, k=k: cross_entropy(y, k), y) for k in range(DIGITS)]
    return distance(softmax(y) - np.eye(DIGITS), expected)


@check("eq-dW2-entry", "entry by entry, against central differences", 1e-8)
def dW2_entry():
    (x, labels), parameters = batch(1), network()
    x, h, ha, y, ya = forward(x, parameters)
    dy = ya - one_hot(labels)
    found = [[ha[0, j] * dy[0, k] for k in range(DIGITS)] for j in range(HIDDEN)]
    return distance(found, measured("W2", n=1))


@check("eq-db2-one", "central differences, with one image", 1e-8)
def db2_one():
    (x, labels), parameters = batch(1), network()
    dy = forward(x, parameters)[-1] - one_hot(labels)
    return distance(dy[0], measured("b2", n=1))


@check("eq-dha-entry", "a sum over the ten paths, against central differences", 1e-8)
def dha_entry():
    (x, labels), parameters = batch(1), network()
    x, h, ha, y, ya = forward(x, parameters)
    dy = ya - one_hot(labels)
    found = [[sum(dy[0, k] * parameters.W2[j, k] for k in range(DIGITS)) for j in range(HIDDEN)]]
    return distance(found, measured_at_ha(ha, labels, parameters))


@check("eq-dW1-entry", "entry by entry, against central differences", 1e-8)
def dW1_entry():
    (x, labels), parameters = batch(1), network()
    dh = measured_at_h(forward(x, parameters)[1], labels, parameters)
    found = [[x[0, q] * dh[0, j] for j in range(HIDDEN)] for q in range(PIXELS)]
    return distance(found, measured("W1", n=1))


@check("eq-db1-one", "central differences, with one image", 1e-8)
def db1_one():
    return db1_error(rows_of_db1, n=1)


def measured_at_ha(ha, labels, parameters):
    """The derivative of the loss with respect to the hidden values, by central differences."""
    W2, b2 = parameters.W2, parameters.b2
    return derivative(lambda ha: cross_entropy(ha @ W2 + b2, labels), ha)


def measured_at_h(h, labels, parameters):
    """The same with respect to the hidden values before activation."""
    W2, b2 = parameters.W2, parameters.b2
    return derivative(lambda h: cross_entropy(sigmoid(h) @ W2 + b2, labels), h)


@check("eq-dy", "central differences of the mean loss of seven images", 1e-8)
def dy():
    (x, labels), parameters = batch(7), network()
    x, h, ha, y, ya = forward(x, parameters)
    expected = derivative(lambda y: cross_entropy(y, labels), y)
    return distance((ya - one_hot(labels)) / 7, expected)


@check("eq-dW2", "the mean of single images, and central differences", 1e-7)
def dW2():
    return batch_error("W2")


@check("eq-db2", "the mean of single images, and central differences", 1e-7)
def db2():
    return batch_error("b2")


@check("eq-dha", "central differences, with seven images", 1e-7)
def dha():
    (x, labels), parameters = batch(7), network()
    x, h, ha, y, ya = forward(x, parameters)
    dy = (ya - one_hot(labels)) / 7
    return distance(dy @ parameters.W2.T, measured_at_ha(ha, labels, parameters))


@check("eq-dh", "central differences, with seven images", 1e-7)
def dh():
    (x, labels), parameters = batch(7), network()
    x, h, ha, y, ya = forward(x, parameters)
    dha = measured_at_ha(ha, labels, parameters)
    return distance(dha * ha * (1 - ha), measured_at_h(h, labels, parameters))


@check("eq-dW1", "the mean of single images, and central differences", 1e-7)
def dW1():
    return batch_error("W1")


@check("eq-db1", "the mean of single images, and central differences", 1e-7)
def db1():
    return max(batch_error("b1"), db1_error(rows_of_db1, n=16))


def batch_error(name):
    """How far nnlib's gradient of seven images is from the two other ways to find it."""
    (x, labels), parameters = batch(7), network()
    found = getattr(gradient(x, labels, parameters), name)
    rows = [slice(m, m + 1) for m in range(7)]
    singles = [getattr(gradient(x[row], labels[row], parameters), name) for row in rows]
    return max(distance(found, np.mean(singles, axis=0)), distance(found, measured(name, n=7)))


def rows_of_db1(dy, W2, ha):
    """What each image, a row each, adds to the derivative with respect to b1."""
    return (dy @ W2.T) * ha * (1 - ha)


def printed_db1(dy, W2, ha):
    """WRONG: the original notebook's (17), (18): W2 dy^T is a column where rows are needed."""
    return W2 @ dy.T * ha * (1 - ha)


def db1_error(db1, n=1):
    """How far db1(dy, W2, ha), a row for each of n images, is from central differences.

    Infinite where the shape is not (n, 16). With n = 16 the shape of `printed_db1` is right by
    accident, and the numbers alone decide.
    """
    (x, labels), parameters = batch(n), network()
    x, h, ha, y, ya = forward(x, parameters)
    found = db1((ya - one_hot(labels)) / n, parameters.W2, ha)
    if found.shape != h.shape:
        return np.inf
    return distance(found, measured_at_h(h, labels, parameters))
