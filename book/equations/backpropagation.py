"""Checks of the chapter on backpropagation: every derivative against an experiment.

The lines of nnlib's `backward` are run where they stand. Two of the wrong formulas, those called
printed, are mistakes in the notebook that this book grew from.
"""

from types import SimpleNamespace

import numpy as np

from equations import check, derivative, distance, of_chapter
from nnlib import Parameters, numerical_gradients, one_hot
from nnlib.backpropagation import backward
from nnlib.loss import cross_entropy
from nnlib.network import forward, sigmoid, softmax

CHAPTER = "05-backpropagation"
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


def way(n):
    """All that there is on the way through the network and back for n images, by its name; dy, dha
    and dh are measured by central differences."""
    (x, labels), parameters = batch(n), network()
    x, h, ha, y, ya = forward(x, parameters)
    W1, b1, W2, b2 = parameters
    dy = derivative(lambda y: cross_entropy(y, labels), y)
    dha = derivative(lambda ha: cross_entropy(ha @ W2 + b2, labels), ha)
    dh = derivative(lambda h: cross_entropy(sigmoid(h) @ W2 + b2, labels), h)
    t = one_hot(labels)
    return SimpleNamespace(**locals())


def measured(name, n):
    """The derivative of the loss of n images with respect to one array, by central differences."""
    (x, labels), parameters = batch(n), network()

    def loss(p):
        return cross_entropy(forward(x, parameters._replace(**{name: p}))[3], labels)

    return derivative(loss, getattr(parameters, name))


def nnlib_gradient(v):
    """What nnlib says."""
    return backward(v.x, v.h, v.ha, v.y, v.ya, v.t, v.parameters)


# What backward keeps to itself is seen in its result where a factor of that is the identity.


def nnlib_dy(v):
    """The line eq-dy, seen in dW2 = ha.T @ dy."""
    no_weights = v.parameters._replace(W2=np.zeros((v.n, DIGITS)))
    return backward(v.x, v.h, np.eye(v.n), v.y, v.ya, v.t, no_weights).W2


def nnlib_dha(v):
    """The line eq-dha, seen in dW1 = x.T @ dh, where dh = dha * 1/2 * (1 - 1/2)."""
    half = np.full_like(v.ha, 1 / 2)
    return 4 * backward(np.eye(v.n), v.h, half, v.y, v.ya, v.t, v.parameters).W1


def nnlib_dh(v):
    """The line eq-dh, seen in dW1 = x.T @ dh."""
    return backward(np.eye(v.n), v.h, v.ha, v.y, v.ya, v.t, v.parameters).W1


def complex_step(loss, at):
    """The derivative Im L(θ + iε) / ε, which subtracts nothing, with respect to each entry."""
    result = np.empty_like(at)
    for i in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[i] += 1e-30j
        result[i] = loss(moved).imag / 1e-30
    return result


def complex_loss(x, label, parameters):
    """The loss of one image from complex parameters, written out: no maximum, no absolute value."""
    W1, b1, W2, b2 = parameters
    y = (1 / (1 + np.exp(-(x @ W1 + b1)))) @ W2 + b2
    return np.log(np.exp(y).sum()) - y[label]


def quotients(numerator, loss, at, step):
    """numerator(L(θ + ε), L(θ), L(θ - ε)) / 2ε for each entry θ of the array that loss() sees."""
    result = np.empty_like(at)
    for i, value in np.ndenumerate(at):
        losses = []
        for nudged in (value + step, value, value - step):
            at[i] = nudged
            losses.append(loss())
        at[i] = value
        result[i] = numerator(*losses) / (2 * step)
    return result


@check("eq-central", "nnlib's, against the complex step Im L(θ + iε) / ε, which subtracts nothing",
       1e-8, numerical_gradients,
       wrong={
           "ε for 2ε": lambda *given: Parameters(*(2 * dp for dp in numerical_gradients(*given))),
           "θ - ε first": lambda *given: Parameters(*(-dp for dp in numerical_gradients(*given))),
       })  # fmt: skip
def central(formula):
    rng = np.random.default_rng(7)
    x, label = rng.random(784), 3
    shapes = (784, 1), (1,), (1, DIGITS), (DIGITS,)
    parameters = Parameters(*(rng.standard_normal(shape) for shape in shapes))
    parameters = parameters._replace(W1=parameters.W1 / 28)
    found = formula(x, label, parameters)
    errors = []
    for name in Parameters._fields:
        expected = complex_step(
            lambda p, name=name: complex_loss(x, label, parameters._replace(**{name: p})),
            getattr(parameters, name),
        )
        errors.append(distance(getattr(found, name), expected))
    return max(errors)


@check("eq-central", "the chapter's, against the complex step", 1e-8,
       of_chapter(CHAPTER, "central"),
       wrong={
           "ε for 2ε": lambda *given: quotients(lambda up, at, down: 2 * (up - down), *given),
           "a sum": lambda *given: quotients(lambda up, at, down: up + down, *given),
           "one side": lambda *given: quotients(lambda up, at, down: 2 * (up - at), *given),
       })  # fmt: skip
def central_of_the_chapter(formula):
    at = np.random.default_rng(7).standard_normal((4, 3))

    def loss(y=at):
        return np.log(np.exp(y).sum()) - 2 * y[1, 2] ** 3

    return distance(formula(loss, at, 6e-6), complex_step(loss, at))


@check("eq-truncation", "between the lowest and the highest third derivative on the way", 1e-8,
       lambda slope, third, step: slope + step**2 / 6 * third,
       wrong={
           "minus": lambda slope, third, step: slope - step**2 / 6 * third,
           "3 for 6": lambda slope, third, step: slope + step**2 / 3 * third,
           "ε for ε²": lambda slope, third, step: slope + step / 6 * third,
       })  # fmt: skip
def central_error(formula):
    """A continuous L''' takes every value between its lowest and highest at some ξ: what lies
    between what the formula makes of these has no error; else the error is how far outside."""
    y, label, errors = np.random.default_rng(8).standard_normal(DIGITS), 4, []
    for step in (0.5, 0.1, 0.02):
        for k in range(DIGITS):
            nudges = np.linspace(-step, step, 1001)
            p = softmax(y + nudges[:, None] * np.eye(DIGITS)[k])[:, k]
            third = p * (1 - p) * (1 - 2 * p)
            slope = p[500] - (k == label)
            low, high = sorted(formula(slope, end, step) for end in (third.min(), third.max()))
            quotient = derivative(lambda y: cross_entropy(y, label), y, step)[k]
            errors.append(max(0, low - quotient, quotient - high) / abs(quotient - slope))
    return max(errors)


@check("eq-third", "central differences of the loss, once and twice more", 1e-6,
       lambda p: (p * (1 - p), of_chapter(CHAPTER, "third", p={3: p})),
       wrong={
           "without 1 - 2p": lambda p: (p * (1 - p), p * (1 - p)),
           "2p - 1": lambda p: (p * (1 - p), p * (1 - p) * (2 * p - 1)),
           "1 + p in L''": lambda p: (p * (1 + p), p * (1 - p) * (1 - 2 * p)),
       })  # fmt: skip
def third_derivative(formula):
    y, k, step = np.random.default_rng(8).standard_normal(DIGITS), 3, 1e-2
    losses = [cross_entropy(y + m * step * np.eye(DIGITS)[k], 4) for m in range(-4, 5)]
    # By the stencils of nine values, of which the error is of the order of step^8 and step^6.
    second = np.dot([-9, 128, -1008, 8064, -14350, 8064, -1008, 128, -9], losses) / 5040 / step**2
    third = np.dot([-7, 72, -338, 488, 0, -488, 338, -72, 7], losses) / 240 / step**3
    return distance(formula(softmax(y)[k]), (second, third))


@check("eq-tiny", "nnlib's forward pass and loss, written out with logarithms", 1e-14,
       lambda log: (log(3), 3 / 4, log(4), 0, 4 / 5, 1 / 5, log(5)),
       wrong={
           "log 2 for log 3": lambda log: (log(2), 3 / 4, log(4), 0, 4 / 5, 1 / 5, log(5)),
           "log 1/5": lambda log: (log(3), 3 / 4, log(4), 0, 4 / 5, 1 / 5, -log(5)),
           "the outputs exchanged": lambda log: (log(3), 3 / 4, 0, log(4), 1 / 5, 4 / 5, log(5)),
       })  # fmt: skip
def smallest_case(formula):
    tiny, tiny_x = (of_chapter(CHAPTER, name) for name in ("tiny", "tiny_x"))
    x, h, ha, y, ya = (values[0] for values in forward(tiny_x, tiny))
    return distance(formula(np.log), [*h, *ha, *y, *ya, -np.log(ya[1])])


@check("eq-paths", "central differences of the smallest case", 1e-8,
       lambda: 4 / 5 * 3 + (-4 / 5) * (-1),
       wrong={
           "one path of two": lambda: 4 / 5 * 3,
           "minus": lambda: 4 / 5 * 3 - (-4 / 5) * (-1),
           "the mean of the paths": lambda: 8 / 5,
       })  # fmt: skip
def two_paths(formula):
    tiny = of_chapter(CHAPTER, "tiny")
    slope = derivative(lambda ha: -np.log(softmax(ha * tiny.W2[0] + tiny.b2)[1]), 3 / 4)
    return distance(formula(), slope)


@check("eq-chain", "a loop over all paths, against the composed function", 1e-8,
       lambda L_v, v_u: [sum(L_v[a] * v_u[a, b] for a in range(5)) for b in range(3)],
       wrong={
           "one path of five": lambda L_v, v_u: [L_v[2] * v_u[2, b] for b in range(3)],
           "the mean of the paths": lambda L_v, v_u: [np.mean(L_v * v_u[:, b]) for b in range(3)],
           "a sum over b": lambda L_v, v_u: [sum(L_v[a] * v_u[a]) for a in range(3)],
       })  # fmt: skip
def chain(formula):
    rng = np.random.default_rng(9)
    A, B, u = rng.standard_normal((3, 5)), rng.standard_normal((5, 4)), rng.standard_normal(3)

    def v_of(u):
        return np.sin(u @ A) + (u @ A) ** 2

    def L_of(v):
        return float(np.log(1 + (v @ B) ** 2).sum())

    found = formula(derivative(L_of, v_of(u)), derivative(v_of, u))
    return distance(found, derivative(lambda u: L_of(v_of(u)), u))


@check("eq-dS", "central differences of the sigmoid", 1e-8,
       lambda h: sigmoid(h) * (1 - sigmoid(h)),
       wrong={
           "S of S": lambda h: sigmoid(sigmoid(h)) * (1 - sigmoid(sigmoid(h))),
           "1 + S": lambda h: sigmoid(h) * (1 + sigmoid(h)),
           "without 1 - S": sigmoid,
       })  # fmt: skip
def slope_of_sigmoid(formula):
    h = np.linspace(-8, 8, 33)
    return distance(formula(h), [derivative(sigmoid, value) for value in h])


def softmax_jacobian_row(p, label):
    """Row `label` of the Jacobian of softmax, from its values p: the chapter's."""
    return of_chapter(CHAPTER, "jacobian", p=p)[label]


def printed_softmax_jacobian_row(p, label):
    """WRONG: the original notebook's (7), which lacks the minus sign away from the label."""
    return np.where(np.arange(len(p)) == label, p[label] * (1 - p[label]), p[label] * p)


@check("eq-softmax-jacobian", "central differences of the softmax, row by row", 1e-8,
       softmax_jacobian_row,
       wrong={
           "no minus away from the label, as once in print": printed_softmax_jacobian_row,
           "the diagonal alone": lambda p, label: p[label] * (1 - p) * np.eye(DIGITS)[label],
           "without the δ": lambda p, label: -p[label] * p,
       })  # fmt: skip
def softmax_jacobian(formula):
    y = np.random.default_rng(10).standard_normal((DIGITS, DIGITS))
    found = [formula(softmax(row), label) for label, row in enumerate(y)]
    expected = [derivative(lambda row, k=k: softmax(row)[k], row) for k, row in enumerate(y)]
    return distance(found, expected)


@check("eq-dy-one", "central differences of the loss, for each of the ten labels", 1e-8,
       lambda ya, t: of_chapter(CHAPTER, "dy", ya=ya, t=t),
       wrong={
           "t - ya": lambda ya, t: t - ya,
           "the sign away from the label": lambda ya, t: np.where(t == 1, ya - t, -ya),
           "without the softmax's slope": lambda ya, t: -t / ya,
       })  # fmt: skip
def dy_one(formula):
    y = np.random.default_rng(11).standard_normal(DIGITS)
    found = [formula(softmax(y), one_hot(label)) for label in range(DIGITS)]
    return distance(found, [derivative(lambda y, k=k: cross_entropy(y, k), y)
                            for k in range(DIGITS)])  # fmt: skip


def lost_sign_dy(ya, t):
    """WRONG, as in the chapter: dy for one row, seen in dW2 = ha.T @ dy."""
    lost_sign = of_chapter(CHAPTER, "lost_sign")
    no_weights = Parameters(np.zeros((1, 1)), np.zeros(1), np.zeros((1, DIGITS)), np.zeros(DIGITS))
    one = np.ones((1, 1))
    return lost_sign(one, one, one, ya, ya, t, no_weights).W2


@check("eq-lost-sign", "the right dy times the chapter's wrong one, summed", 1e-12,
       lambda p, label: (1 - p[label])**2 - sum(p[i]**2 for i in range(DIGITS) if i != label),
       wrong={
           "plus": lambda p, label: (1 - p[label])**2 + sum(p**2) - p[label]**2,
           "the label in the sum too": lambda p, label: (1 - p[label])**2 - sum(p**2),
           "1 - p, not squared": lambda p, label: 1 - p[label] - sum(p**2) + p[label]**2,
       })  # fmt: skip
def lost_sign(formula):
    """Infinite where the sum is not above 0, as the equation says too."""
    y = 3 * np.random.default_rng(15).standard_normal((200, DIGITS))
    labels = np.arange(200) % DIGITS
    found = [formula(p, label) for p, label in zip(softmax(y), labels)]
    expected = [
        np.sum((ya - t) * lost_sign_dy(ya, t))
        for ya, t in zip(softmax(y)[:, None], one_hot(labels)[:, None])
    ]
    return distance(found, expected) if min(expected) > 0 else np.inf


@check("eq-dQ", "central differences of the squared error, with three outputs", 1e-8,
       lambda ya, t: of_chapter(CHAPTER, "squared", sure=ya, right_answer=t),
       wrong={
           "without the 2": lambda ya, t: (ya - t) @ (np.diag(ya) - np.outer(ya, ya)),
           "the slopes on the diagonal alone": lambda ya, t: 2 * (ya - t) * ya * (1 - ya),
           "without the Jacobian": lambda ya, t: 2 * (ya - t),
       })  # fmt: skip
def dQ(formula):
    y, t = np.random.default_rng(13).standard_normal(3), np.array([1.0, 0.0, 0.0])
    expected = derivative(lambda y: ((softmax(y) - t) ** 2).sum(), y)
    return distance(formula(softmax(y), t), expected)


@check("eq-shared", "central differences, with targets that do not add up to 1", 1e-8,
       lambda p, t, s: s * p - t,
       wrong={
           "as if they did": lambda p, t, s: p - t,
           "s (p - t)": lambda p, t, s: s * (p - t),
           "plus": lambda p, t, s: s * p + t,
       })  # fmt: skip
def shared_target(formula):
    rng = np.random.default_rng(14)
    y, t = rng.standard_normal(DIGITS), rng.random(DIGITS)
    expected = derivative(lambda y: -(t * np.log(softmax(y))).sum(), y)
    return distance(formula(softmax(y), t, t.sum()), expected)


@check("eq-dW2-entry", "entry by entry, against central differences", 1e-8,
       lambda v, j, k: v.ha[0, j] * v.dy[0, k],
       wrong={
           "h for ha": lambda v, j, k: v.h[0, j] * v.dy[0, k],
           "all paths": lambda v, j, k: v.ha[0, j] * sum(np.abs(v.dy[0])),
           "minus": lambda v, j, k: -v.ha[0, j] * v.dy[0, k],
       })  # fmt: skip
def dW2_entry(formula):
    v = way(1)
    found = [[formula(v, j, k) for k in range(DIGITS)] for j in range(HIDDEN)]
    return distance(found, measured("W2", n=1))


@check("eq-dha-entry", "a sum over the ten paths, against central differences", 1e-8,
       lambda v, j: sum(v.dy[0, k] * v.W2[j, k] for k in range(DIGITS)),
       wrong={
           "one path of ten": lambda v, j: v.dy[0, 0] * v.W2[j, 0],
           "the last path left out": lambda v, j: v.dy[0, :-1] @ v.W2[j, :-1],
           "the mean of the paths": lambda v, j: np.mean(v.dy[0] * v.W2[j]),
       })  # fmt: skip
def dha_entry(formula):
    v = way(1)
    return distance([[formula(v, j) for j in range(HIDDEN)]], v.dha)


@check("eq-dy", "central differences of the mean loss of seven images", 1e-8,
       nnlib_dy,
       wrong={
           "the sum of the losses, not their mean": lambda v: v.ya - v.t,
           "t - ya": lambda v: (v.t - v.ya) / v.n,
           "the mean over digits": lambda v: (v.ya - v.t) / DIGITS,
       })  # fmt: skip
def dy(formula):
    v = way(7)
    return distance(formula(v), v.dy)


@check("eq-dW2", "central differences, with seven images", 1e-8,
       lambda v: nnlib_gradient(v).W2,
       wrong={
           "transposed": lambda v: v.dy.T @ v.ha,
           "the mean once more": lambda v: v.ha.T @ v.dy / v.n,
           "h for ha": lambda v: v.h.T @ v.dy,
       })  # fmt: skip
def dW2(formula):
    return distance(formula(way(7)), measured("W2", n=7))


@check("eq-db2", "central differences, with seven images", 1e-8,
       lambda v: nnlib_gradient(v).b2,
       wrong={
           "added over digits": lambda v: v.dy.sum(axis=1),
           "the mean for the sum": lambda v: v.dy.mean(axis=0),
           "the first image alone": lambda v: v.dy[0],
       })  # fmt: skip
def db2(formula):
    return distance(formula(way(7)), measured("b2", n=7))


@check("eq-dha", "central differences, with seven images", 1e-7,
       nnlib_dha,
       wrong={
           "no transpose": lambda v: v.dy @ v.W2,
           "a column for each row": lambda v: v.W2 @ v.dy.T,
           "the last digit left out": lambda v: v.dy[:, :-1] @ v.W2.T[:-1],
       })  # fmt: skip
def dha(formula):
    v = way(7)
    return distance(formula(v), v.dha)


@check("eq-dh", "central differences, with seven images", 1e-7,
       nnlib_dh,
       wrong={
           "without 1 - ha": lambda v: v.dha * v.ha,
           "1 + ha": lambda v: v.dha * v.ha * (1 + v.ha),
           "the slope at ha": lambda v: v.dha * sigmoid(v.ha) * (1 - sigmoid(v.ha)),
       })  # fmt: skip
def dh(formula):
    v = way(7)
    return distance(formula(v), v.dh)


@check("eq-dW1", "central differences, with seven images", 1e-7,
       lambda v: nnlib_gradient(v).W1,
       wrong={
           "transposed": lambda v: v.dh.T @ v.x,
           "dha for dh": lambda v: v.x.T @ v.dha,
           "one image left out": lambda v: v.x[1:].T @ v.dh[1:],
       })  # fmt: skip
def dW1(formula):
    return distance(formula(way(7)), measured("W1", n=7))


def printed_db1(dy, W2, ha):
    """WRONG: the original notebook's (17), (18): W2 dy^T is a column where rows are needed."""
    return W2 @ dy.T * ha * (1 - ha)


@check("eq-db1", "central differences, with seven images", 1e-7,
       lambda v: nnlib_gradient(v).b1,
       wrong={
           "added over units": lambda v: v.dh.sum(axis=1),
           "dha for dh": lambda v: v.dha.sum(axis=0),
           "the mean for the sum": lambda v: v.dh.mean(axis=0),
       })  # fmt: skip
def db1(formula):
    return distance(formula(way(7)), measured("b1", n=7))


@check("eq-db1", "with as many images as hidden units, when a column fits too", 1e-7,
       lambda v: nnlib_gradient(v).b1,
       wrong={
           "a column for each row, as once in print":
               lambda v: printed_db1(v.dy, v.W2, v.ha).sum(axis=0),
           "added over units": lambda v: v.dh.sum(axis=1),
       })  # fmt: skip
def db1_of_a_square(formula):
    return distance(formula(way(HIDDEN)), measured("b1", n=HIDDEN))
