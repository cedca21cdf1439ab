"""Functions as readers write them, right and wrong, for tests/test_judge.py.

A mistake is spelt in lines that take the place of those of a program with the same names: the first
spelling in the first program, the second in the second.
"""

import linecache
import re
from itertools import count

import numpy as np

import nnlib as nn

NUMBER = count()


def program(source, **names):
    """The function that a cell with this source defines."""
    name = f"cell {next(NUMBER)}"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    names = {"np": np, "nn": nn, "S": nn.sigmoid, "__name__": "__main__"} | names
    exec(compile(source, name, "exec"), names)
    return names[re.findall(r"^def (\w+)", source, re.MULTILINE)[-1]]


def changed(source, *lines):
    """The program with these lines, each in the place of the one that computes the same name, or
    that returns; or with one text in place of another, "old -> new"."""
    for line in (one for text in lines for one in text.split(" ; ")):
        old, arrow, new = line.partition(" -> ")
        if arrow:
            assert source.count(old) == 1, (old, source)
            source = source.replace(old, new)
            continue
        start = re.match(r"return|\w+ =", line)[0]
        *_, last = re.finditer(rf"(?m)^    {start} .*$", source)
        source = f"{source[:last.start()]}    {line}{source[last.end():]}"
    return source


PROGRAMS = {
    "softmax": ["""
def softmax(y):
    z = y - y.max(axis=-1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=-1, keepdims=True)
    return e / total
""", """
def softmax(y):
    z = np.subtract(y, np.max(y, axis=-1)[..., None])
    e = np.e ** z
    total = np.sum(e, axis=-1)[..., None]
    return np.multiply(e, 1 / total)
"""],
    "forward": ["""
from nnlib import softmax

def forward(x, parameters):
    W1, b1, W2, b2 = parameters
    h = x @ W1 + b1
    ha = S(h)
    y = ha @ W2 + b2
    ya = softmax(y)
    return x, h, ha, y, ya
""", """
def softmax(y):
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def forward(x, parameters):
    W1, b1, W2, b2 = parameters.W1, parameters.b1, parameters.W2, parameters.b2
    h = np.einsum("ni,ij->nj", x, W1) + b1
    ha = 0.5 * (1 + np.tanh(h / 2))
    y = np.dot(ha, W2) + b2[None, :]
    ya = softmax(y)
    return [x, h, ha, y, ya]
"""],
    "cross_entropy": ["""
def cross_entropy(y, labels):
    n = len(y)
    z = y - y.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(z).sum(axis=1))
    picked = z[np.arange(n), labels]
    losses = log_sum - picked
    return losses.mean()
""", """
def cross_entropy(y, labels):
    n, k = y.shape
    t = np.eye(k)[labels]
    z = y - np.max(y, axis=1).reshape(n, 1)
    log_sum = np.logaddexp.reduce(z, axis=1)
    picked = (t * z).sum(axis=1)
    losses = -(picked - log_sum)
    return float(np.sum(losses) / n)
"""],
    "backward": ["""
def backward(x, h, ha, y, ya, t, parameters):
    n, W1, W2 = len(x), parameters.W1, parameters.W2
    dy = (ya - t) / n
    dW2 = ha.T @ dy
    db2 = dy.sum(axis=0)
    dha = dy @ W2.T
    dh = dha * ha * (1 - ha)
    dW1 = x.T @ dh
    db1 = dh.sum(axis=0)
    return nn.Parameters(dW1, db1, dW2, db2)
""", """
def backward(x, h, ha, y, ya, t, parameters):
    (n, pixels), (W1, b1, W2, b2) = x.shape, parameters
    dy = np.divide(ya, n) - t / n
    dW2 = (dy.T @ ha).T
    db2 = np.ones(n) @ dy
    dha = (W2 @ dy.T).T
    dh = dha * (ha - ha**2)
    dW1 = np.einsum("ni,nj->ij", x, dh)
    db1 = sum(row for row in dh)
    return dW1, db1, dW2, db2
"""],
    "one_step": ["""
def one_step(x, t, parameters, rate):
    n, (W1, b1, W2, b2) = len(x), parameters
    ha = S(x @ W1 + b1)
    ya = nn.softmax(ha @ W2 + b2)
    dy = (ya - t) / n
    dW2, db2 = ha.T @ dy, dy.sum(axis=0)
    dha = dy @ W2.T
    dh = dha * ha * (1 - ha)
    dW1, db1 = x.T @ dh, dh.sum(axis=0)
    gradient = dW1, db1, dW2, db2
    return nn.Parameters(*(p - rate * dp for p, dp in zip(parameters, gradient)))
""", """
from nnlib.network import forward
from nnlib.backpropagation import backward

def one_step(x, t, parameters, rate):
    old = nn.Parameters(*(p.copy() for p in parameters))
    gradient = backward(*forward(x, old), t, old)
    for p, dp in zip(old, gradient):
        p -= rate * dp
    return old
"""],
    "train": ["""
from nnlib.network import forward
from nnlib.backpropagation import backward

def step(x, t, parameters, rate):
    gradient = backward(*forward(x, parameters), t, parameters)
    return nn.Parameters(*(p - rate * dp for p, dp in zip(parameters, gradient)))

def train(images, labels, parameters, *, seed, epochs, batch_size, rate):
    n = len(images)
    x = images.reshape(n, 784) / 255
    t = nn.one_hot(labels)
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = rng.permutation(n)
        for k in range(0, n, batch_size):
            batch = order[k:k + batch_size]
            tb = t[batch]
            parameters = step(x[batch], tb, parameters, rate)
    return parameters
""", """
from nnlib.network import forward
from nnlib.backpropagation import backward

def train(images, labels, parameters, *, seed, epochs, batch_size, rate):
    n, rng = len(images), np.random.default_rng(seed)
    x = np.array([image.ravel() for image in images]) / 255.0
    network = nn.Parameters(*(p.copy() for p in parameters))
    while epochs > 0:
        order, epochs = rng.permutation(n), epochs - 1
        parts = np.split(order, range(batch_size, n, batch_size))
        for batch in parts:
            digits = np.eye(10)[labels[batch]]
            gradient = backward(*forward(x[batch], network), digits, network)
            for p, dp in zip(network, gradient):
                p -= rate * dp
    return network
"""],
}  # fmt: skip

RIGHT = {
    "softmax": ["""
def softmax(y):
    if y.ndim == 2:
        return np.array([softmax(row) for row in y])
    powers = [np.exp(value - max(y)) for value in y]
    return np.array(powers) / sum(powers)
""", """
def softmax(y):
    shifted = y - np.max(y, axis=-1, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
"""],
    "forward": ["""
def forward(x, parameters):
    W1, b1, W2, b2 = parameters
    h = np.empty((len(x), len(b1)))
    for m in range(len(x)):
        for j in range(len(b1)):
            h[m, j] = sum(x[m, i] * W1[i, j] for i in range(len(W1))) + b1[j]
    ha = nn.sigmoid(h)
    y = np.array([[row @ W2[:, k] + b2[k] for k in range(len(b2))] for row in ha])
    return x, h, ha, y, nn.softmax(y)
""", """
def forward(x, parameters):
    W1, b1, W2, b2 = parameters
    h = np.c_[x, np.ones(len(x))] @ np.vstack([W1, b1])
    ha = 1 / (1 + np.exp(-h))
    y = (W2.T @ ha.T + b2.reshape(-1, 1)).T
    return x, h, ha, y, nn.softmax(y)
"""],
    "cross_entropy": ["""
def cross_entropy(y, labels):
    total = 0
    for row, label in zip(y, labels):
        top = max(row)
        total += np.log(sum(np.exp(value - top) for value in row)) + top - row[label]
    return total / len(y)
""", """
def cross_entropy(y, labels):
    behind = y - y[np.arange(len(y)), labels][:, None]
    return np.mean(np.logaddexp.reduce(behind, axis=1))
"""],
    "backward": ["""
def backward(x, h, ha, y, ya, t, parameters):
    dW1, db1, dW2, db2 = (np.zeros_like(p) for p in parameters)
    for m in range(len(x)):
        dy = (ya[m] - t[m]) / len(x)
        dW2 += np.outer(ha[m], dy)
        db2 += dy
        for j in range(len(db1)):
            dha = sum(dy[k] * parameters.W2[j, k] for k in range(len(dy)))
            dh = dha * ha[m, j] * (1 - ha[m, j])
            dW1[:, j] += x[m] * dh
            db1[j] += dh
    return nn.Parameters(dW1, db1, dW2, db2)
""", """
def backward(x, h, ha, y, ya, t, parameters):
    g = nn.softmax(y) - t
    dh = np.einsum("nk,jk,nj->nj", g, parameters.W2, nn.sigmoid(h) * nn.sigmoid(-h))
    mean = np.full(len(x), 1 / len(x))
    return (np.einsum("n,ni,nj->ij", mean, x, dh), mean @ dh,
            np.einsum("n,nj,nk->jk", mean, ha, g), mean @ g)
"""],
    "one_step": ["""
def one_step(x, t, parameters, rate):
    W1, b1, W2, b2 = parameters
    gradient = [np.zeros_like(p) for p in parameters]
    for row, target in zip(x, t):
        ha = S(row @ W1 + b1)
        dy = nn.softmax(ha @ W2 + b2) - target
        dh = W2 @ dy * ha * (1 - ha)
        for total, part in zip(gradient, (np.outer(row, dh), dh, np.outer(ha, dy), dy)):
            total += part
    return [p - rate * total / len(x) for p, total in zip(parameters, gradient)]
"""],
    "train": ["""
from nnlib.network import forward
from nnlib.backpropagation import backward

def train(images, labels, parameters, *, seed, epochs, batch_size, rate):
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        left = list(generator.permutation(len(images)))
        while left:
            batch, left = left[:batch_size], left[batch_size:]
            x, t = images[batch].reshape(-1, 784) / 255, np.eye(10)[labels[batch]]
            gradient = backward(*forward(x, parameters), t, parameters)
            parameters = nn.Parameters(*(p - rate * g for p, g in zip(parameters, gradient)))
    return parameters
"""],
}  # fmt: skip


def of_bias(name, row, other):
    return [
        (f"{name} is not summed", (f"{name} = {row}", f"{name} = np.array([r for r in {row}])")),
        (f"{name} is a single number", (f"{name} = {row}.sum()", f"{name} = np.sum({row})")),
        (f"{name} has the same number", (f"{name} = np.full({row}.shape[1], {row}.sum())",
                                         f"{name} = np.ones({row}.shape[1]) * np.sum({row})")),
        (f"{name} is added up along", (f"{name} = {row}.sum(axis=1)",
                                       f"{name} = {row} @ np.ones({row}.shape[1])")),
        (f"{name} is a mean over", (f"{name} = {row}.mean(axis=0)",
                                    f"{name} = np.ones(n) @ {row} / n")),
        (f"The 1/n is missing in {name} alone", (f"{name} = n * {row}.sum(axis=0)",
                                                 f"{name} = ({row} * n).sum(0)")),
        (f"{name} is that of the first", (f"{name} = {row}[0]", f"{name} = {row}[0, :]")),
        (f"{name} has a dimension too many", (f"{name} = {row}.sum(axis=0, keepdims=True)",
                                              f"{name} = np.ones((1, n)) @ {row}")),
        (f"{name} adds up {other}", (f"{name} = {other}.sum(axis=0)",
                                     f"{name} = np.ones(n) @ {other}")),
    ]  # fmt: skip


def of_product(name, left, right, other):
    return [
        (f"The 1/n is missing in {name} alone", (f"{name} = {left}.T @ ({right} * n)",
                                                 f"{name} = n * ({right}.T @ {left}).T")),
        (f"{name} is divided by n once more", (f"{name} = {left}.T @ {right} / n",
                                               f"{name} = ({right}.T @ ({left} / n)).T")),
        (f"{name} is turned", (f"{name} = {right}.T @ {left}",
                               f"{name} = np.einsum('ni,nj->ji', {left}, {right})")),
        (f"{name} is {left} @ {right}", (f"{name} = {left} @ {right}",
                                         f"{name} = np.dot({left}, {right})")),
        (f"{name} multiplies the sum of",
         (f"{name} = np.outer({left}.sum(axis=0), {right}.sum(axis=0))",
          f"{name} = {left}.sum(0)[:, None] * {right}.sum(0)")),
        (f"{name} multiplies the mean of",
         (f"{name} = np.outer({left}.mean(axis=0), {right}.sum(axis=0))",
          f"{name} = {left}.mean(0)[:, None] * {right}.sum(0)")),
        (f"{name} takes {other} in place of {left}", (f"{name} = {other}.T @ {right}",
                                                     f"{name} = ({right}.T @ {other}).T")),
    ]  # fmt: skip


MISTAKES = {  # the sentence that names one begins so -> its lines
    "softmax": [
        ("The largest output is not subtracted", ("z = y", "z = y + 0.0")),
        ("Each row needs its own largest", ("z = y - y.max()", "z = y - np.max(y)")),
        ("The exponential is missing", (
            "z = y ; e = z", "return y / y.sum(axis=-1, keepdims=True)")),
        ("The exponential has the wrong sign", ("e = np.exp(-y + y.min(axis=-1, keepdims=True))",
                                                "z = np.min(y, axis=-1)[..., None] - y")),
        ("Powers of 2 stand", ("e = 2**z", "e = np.exp2(z)")),
        ("The division by the sum is missing, or", (
            "return e", "total = np.max(e, axis=-1)[..., None]")),
        ("The division by the sum is missing, and", ("return np.exp(y)", "z = y ; return e")),
        ("Divided is by the mean", ("total = e.mean(axis=-1, keepdims=True)",
                                    "return e / total * y.shape[-1]")),
        ("The sum runs over the whole batch", ("total = e.sum()", "total = np.sum(e)")),
        ("The sum runs down the columns", ("total = e.sum(axis=0)", "total = np.sum(e, axis=0)")),
        ("Maximum and sum run down", ("z = y - y.max(axis=0) ; total = e.sum(axis=0)",
                                      "z = y - np.max(y, 0) ; total = np.sum(e, 0)")),
        ("The sum has lost its dimension", ("total = e.sum(axis=-1)", "total = np.sum(e, -1)")),
        ("The maximum has lost its dimension", ("z = y - y.max(axis=-1)", "z = y - np.max(y, -1)")),
        ("Maximum and sum have lost", ("z = y - y.max(axis=-1) ; total = e.sum(axis=-1)",
                                       "z = y - np.max(y, -1) ; total = np.sum(e, -1)")),
        ("axis=1 is not there", ("z = y - y.max(axis=1, keepdims=True)",
                                 "total = np.sum(e, axis=1)[..., None]")),
        ("That is the logarithm", ("return z - np.log(total)",
                                    "return -np.log(total) + z")),
        ("That is the sigmoid", ("return nn.sigmoid(y)", "return 0.5 * (1 + np.tanh(y / 2))")),
        ("The softmax is taken twice", ("return nn.softmax(e / total)", "z = nn.softmax(y)")),
    ],
    "forward": [
        ("The bias b1 is not added.", ("h = x @ W1", "h = np.einsum('ni,ij->nj', x, W1)")),
        ("The bias b2 is not added.", ("y = ha @ W2", "y = np.dot(ha, W2)")),
        ("Neither bias is added.", (
            "h = x @ W1 ; y = ha @ W2", "h = x.dot(W1) ; y = np.dot(ha, W2)")),
        ("The bias b1 is subtracted.", ("h = x @ W1 - b1", "h = x.dot(W1) - b1")),
        ("The bias b2 is subtracted.", ("y = ha @ W2 - b2", "y = -b2 + ha.dot(W2)")),
        ("The bias b1 is added where", ("y = ha @ W2 + b1", "y = b1[None, :] + np.dot(ha, W2)")),
        ("W1 is turned", ("h = x @ W1.T + b1", "h = np.einsum('ni,ji->nj', x, W1) + b1")),
        ("W2 is turned", ("y = ha @ W2.T + b2", "y = np.dot(ha, W2.T) + b2")),
        ("The product stands the wrong way", ("h = W1 @ x + b1", "h = np.dot(W1, x) + b1")),
        ("The weights stand on the left", ("h = W1.T @ x.T + b1", "h = (x @ W1).T + b1")),
        ("The pixels are divided by 255 once more: x", ("h = x / 255 @ W1 + b1",
                                                        "h = x.dot(W1 / 255) + b1")),
        ("The pixels are divided by 255 once more, in", (
            "= parameters\n -> = parameters\n    x = x / 255\n",
            "h = np.einsum( -> x = x / 255\n    h = np.einsum(")),
        ("The sigmoid is left out", ("ha = h", "ha = h.copy()")),
        ("ha is right, but y", ("y = h @ W2 + b2", "y = np.dot(h, W2) + b2")),
        ("The exponent has the wrong sign", ("ha = 1 / (1 + np.exp(h))", "ha = S(-h)")),
        ("exp(h) overflows", (
            "ha = np.exp(h) / (1 + np.exp(h))", "ha = (e := np.exp(h)) / (e + 1)")),
        ("The sigmoid is taken twice", ("ha = S(S(h))", "ha = 1 / (1 + np.exp(-S(h)))")),
        ("tanh stands", ("ha = np.tanh(h)", "ha = 2 * S(2 * h) - 1")),
        ("max(0, h) stands", ("ha = np.maximum(h, 0)", "ha = h * (h > 0)")),
        ("The softmax stands where the sigmoid", ("ha = nn.softmax(h)", "ha = softmax(h)")),
        ("The softmax is left out", ("ya = y", "ya = y.copy()")),
        ("The softmax is taken twice", ("ya = softmax(softmax(y))", "ya = nn.softmax(softmax(y))")),
        ("The sigmoid stands where the softmax", ("ya = S(y)", "ya = 0.5 + np.tanh(y / 2) / 2")),
        ("The softmax is typed", ("ya = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)",
                                  "ya = (e := np.exp(y)) / e.sum(axis=1)[:, None]")),
        ("The softmax runs down", ("ya = softmax(y.T).T",
                                   "ya = (e := np.exp(y - y.max(axis=0))) / e.sum(axis=0)")),
        ("The softmax divides by the sum over", ("ya = (e := np.exp(y - y.max())) / e.sum()",
                                                 "ya = nn.softmax(y.ravel()).reshape(y.shape)")),
        ("The sum in the softmax has lost",
         ("ya = (e := np.exp(y - y.max(1, keepdims=True))) / e.sum(axis=1)",
          "ya = (e := np.exp(y - np.max(y, 1)[:, None])) / np.sum(e, 1)")),
        ("x is missing in front", ("return h, ha, y, ya", "return [h, ha, y, ya]")),
        ("Returned is ya alone", ("return ya", "return np.array(ya)")),
        ("The five are returned in another", (
            "return x, ha, h, ya, y", "return [x, ha, h, ya, y]")),
        ("The five are returned from", (
            "return ya, y, ha, h, x", "return [x, h, ha, y, ya][::-1]")),
    ],
    "cross_entropy": [
        ("Returned is the sum", ("return losses.sum()", "return float(np.sum(losses))")),
        ("Returned are the losses", ("return losses", "return np.array(losses)")),
        ("The mean is taken over all", (
            "return losses.mean() / 10", "return float((t * losses[:, None]).mean())")),
        ("Returned is the loss of the first", ("return losses[0]", "return float(losses[0])")),
        ("The minus sign is missing", (
            "losses = picked - log_sum", "return float(-np.sum(losses) / n)")),
        ("The logarithm has base 2", ("losses = (log_sum - picked) / np.log(2)",
                                      "return float(np.sum(losses / np.log(2)) / n)")),
        ("The logarithm has base 10", ("losses = (log_sum - picked) / np.log(10)",
                                       "return float(np.sum(losses * np.log10(np.e)) / n)")),
        ("The logarithm is taken of the softmax",
         ("losses = -np.log(nn.softmax(y)[np.arange(n), labels])",
          "losses = -np.log((nn.softmax(y) * t).sum(axis=1))")),
        ("exp overflows", ("z = y", "z = y + 0.0 ; log_sum = np.log(np.exp(z).sum(axis=1))")),
        ("Each row needs its own largest",
         ("z = y - y.max()", "z = y - np.max(y) ; log_sum = np.log(np.exp(z).sum(axis=1))")),
        ("A small number keeps the share away",
         ("losses = -np.log(np.maximum(nn.softmax(y)[np.arange(n), labels], 1e-7))",
          "losses = -np.log((nn.softmax(y) * t).sum(axis=1) + 1e-8)",
          "losses = -np.log(np.clip(nn.softmax(y)[np.arange(n), labels], 1e-12, 1))",
          "losses = -np.log((nn.softmax(y) * t).sum(axis=1) + 1e-15)")),
        ("The softmax is taken twice", ("z = nn.softmax(y)", "z = nn.softmax(y) - 1")),
        ("The softmax is missing", ("losses = -np.log(y[np.arange(n), labels])",
                                    "losses = -np.log((t * y).sum(axis=1))")),
        ("The logarithm is missing: that is minus", ("losses = -np.exp(picked - log_sum)",
                                                     "losses = -(nn.softmax(y) * t).sum(axis=1)")),
        ("The logarithm is missing: that is 1", ("losses = 1 - np.exp(picked - log_sum)",
                                                 "losses = 1 - (nn.softmax(y) * t).sum(axis=1)")),
        ("That is the squared error", (
            "losses = ((nn.softmax(y) - nn.one_hot(labels))**2).sum(axis=1)",
                                       "losses = np.square(nn.softmax(y) - t) @ np.ones(k)")),
        ("The output of the label is not", ("losses = log_sum", "picked = 0")),
        ("y[:, labels] takes every", ("picked = z[:, labels] ; losses = log_sum[:, None] - picked",
                                      "picked = (z @ t.T).mean(axis=1)")),
        ("Divided by n is missing", ("picked = z[:, labels].sum(axis=1)",
                                     "picked = (z @ t.T) @ np.ones(n)")),
    ],
    "backward": [
        ("The sign is wrong", ("dy = (t - ya) / n", "return -dW1, -db1, -dW2, -db2")),
        ("The 1/n is missing: that is", ("dy = ya - t", "dy = np.subtract(ya, t)")),
        ("Divided is by the number of outputs", (
            "dy = (ya - t) / ya.shape[1]", "dy = (ya - t) / len(b2)")),
        ("Divided is by the number of all entries", ("dy = (ya - t) / ya.size",
                                                     "dy = (ya - t) / n / len(b2)")),
        ("Divided is by the number of pixels", (
            "dy = (ya - t) / len(W1)", "dy = (ya - t) / pixels")),
        ("Divided is by n twice", ("dy = (ya - t) / n / n", "dy = (ya - t) * n**-2.0")),
        ("n is always 32", ("dy = (ya - t) / 32", "dy = 0.03125 * (ya - t)")),
        ("A minus sign is lost", ("dy = ((2 * t - 1) * ya - t) / n",
                                  "dy = np.where(t == 1, ya - 1, -ya) / n")),
        ("The softmax's slopes are in twice",
         ("dy = ya * ((ya - t) - ((ya - t) * ya).sum(axis=1, keepdims=True)) / n",
          "dy = np.array([g @ (np.diag(p) - np.outer(p, p)) for g, p in zip(ya - t, ya)]) / n")),
        ("ya (1 - ya) is one factor", ("dy = (ya - t) * ya * (1 - ya) / n",
                                       "dy = (ya - t) * (ya - ya**2) / n")),
        ("Only the output of the label", (
            "dy = t * (ya - 1) / n", "dy = np.where(t == 1, ya - t, 0) / n")),
        ("That is the slope of the squared error with", (
            "dy = 2 * (ya - t) / n", "dy = (ya - t) / (n / 2)")),
        ("That is the slope of the squared error; ",
         ("dy = 2 * ya * ((ya - t) - ((ya - t) * ya).sum(axis=1, keepdims=True)) / n",
          "dy = np.array([2 * g @ (np.diag(p) - np.outer(p, p)) "
          "for g, p in zip(ya - t, ya)]) / n")),
        ("-t / ya is the derivative", (
            "dy = -t / ya / n", "dy = np.where(t == 1, -1 / ya, 0) / n")),
        ("y stands where ya should", ("dy = (y - t) / n", "dy = np.subtract(y, t) / n")),
        ("The softmax is taken once more", (
            "dy = (nn.softmax(ya) - t) / n",
            "dy = (np.exp(ya) / np.exp(ya).sum(1)[:, None] - t) / n")),
        ("The target is not subtracted", ("dy = ya / n", "dy = np.divide(ya, n)")),
        *of_product("dW2", "ha", "dy", "h"),
        ("dW2 is ha @ W2", ("dW2 = ha @ W2", "dW2 = np.dot(ha, W2)")),
        ("dW2 is ha.T @ W2", ("dW2 = ha.T @ W2", "dW2 = np.dot(ha.T, W2)")),
        ("dW2 takes x", ("dW2 = x.T @ dy", "dW2 = np.dot(dy.T, x).T")),
        *of_bias("db2", "dy", "y"),
        ("W2 is not turned", ("dha = dy @ W2", "dha = (W2.T @ dy.T).T")),
        ("dha is W2 @ dy.T", ("dha = W2 @ dy.T", "dha = (dy @ W2.T).T")),
        ("The way back goes through W1 where", ("dha = dy @ W1.T", "dha = (W1 @ dy.T).T")),
        ("The way back goes through W1, not", ("dha = dy @ W1", "dha = (W1.T @ dy.T).T")),
        ("dW2 stands where", ("dha = dy @ dW2.T", "dha = (dW2 @ dy.T).T")),
        ("ya stands where dy", ("dha = ya @ W2.T", "dha = (W2 @ ya.T).T")),
        ("The 1/n is missing on the way", ("dha = (ya - t) @ W2.T", "dha = n * (W2 @ dy.T).T")),
        ("On the way back to h", ("dha = dy @ W2.T / n", "dh = dha * (ha - ha**2) / n")),
        ("dha is a mean over", ("dha = dy @ W2.T / len(W2.T)", "dha = (W2 @ dy.T).T / len(b2)")),
        ("The slope of the sigmoid is forgotten", ("dh = dha", "dh = dha.copy()")),
        ("Half of the slope of the sigmoid is forgotten, the factor 1",
         ("dh = dha * ha", "dh = dha * nn.sigmoid(h)")),
        ("Half of the slope of the sigmoid is forgotten, the factor ha",
         ("dh = dha * (1 - ha)", "dh = dha * nn.sigmoid(-h)")),
        ("A sign in the slope", ("dh = dha * ha * (1 + ha)", "dh = dha * (ha + ha**2)")),
        ("The slope of the sigmoid has the wrong", (
            "dh = dha * ha * (ha - 1)", "dh = dha * (ha**2 - ha)")),
        ("The slope of the sigmoid is taken at ha", ("dh = dha * S(ha) * (1 - S(ha))",
                                                     "dh = dha * S(ha) * S(-ha)")),
        ("h stands where ha", ("dh = dha * h * (1 - h)", "dh = dha * (h - h**2)")),
        ("1 - ha squared", ("dh = dha * (1 - ha**2)", "dh = dha * (1 - ha) * (1 + ha)")),
        ("1 where h is above 0", ("dh = dha * (h > 0)", "dh = np.where(ha > 0.5, dha, 0.0)")),
        ("The matrix product @ stands", (
            "dh = dha @ (ha * (1 - ha))", "dh = dha @ (ha - ha**2).T")),
        *of_product("dW1", "x", "dh", "ha"),
        ("dW1 takes dha", ("dW1 = x.T @ dha", "dW1 = (dha.T @ x).T")),
        ("In dW1 the pixels", ("dW1 = (x / 255).T @ dh", "dW1 = x.T @ dh / 255")),
        *of_bias("db1", "dh", "dha"),
        ("The four are returned in the order", (
            "return dW2, db2, dW1, db1", "return [dW2, db2, dW1, db1]")),
        ("The weights are returned first", (
            "return dW1, dW2, db1, db2", "return [dW1, dW2, db1, db2]")),
        ("Each bias is returned before", (
            "return db1, dW1, db2, dW2", "return [db1, dW1, db2, dW2]")),
    ],
    "one_step": [
        ("The step leads uphill", (
            "return nn.Parameters(*(p + rate * dp for p, dp in zip(parameters, gradient)))",
            "return [2 * p - q for p, q in zip(parameters, old)]")),
        ("The rate is missing", ("return [p - dp for p, dp in zip(parameters, gradient)]",
                                 "rate * dp -> dp")),
        ("The step is divided by n once more", (
            "return [p - rate / n * dp for p, dp in zip(parameters, gradient)]",
            "return [p - rate * dp / len(x) for p, dp in zip(parameters, gradient)]")),
        ("Returned is the gradient", ("return gradient", "return list(gradient)")),
        ("Returned is the step alone", ("return [-rate * dp for dp in gradient]",
                                        "return [q - p for p, q in zip(parameters, old)]")),
        ("Returned are the old parameters", ("return parameters", "return tuple(parameters)")),
        ("The biases do not move", ("return W1 - rate * dW1, b1, W2 - rate * dW2, b2",
                                    "return old._replace(b1=parameters.b1, b2=parameters.b2)")),
        ("The output layer does not move", (
            "return W1 - rate * dW1, b1 - rate * db1, W2, b2",
            "return old._replace(W2=parameters.W2, b2=parameters.b2)")),
        ("The hidden layer does not move", (
            "return W1, b1, W2 - rate * dW2, b2 - rate * db2",
            "return old._replace(W1=parameters.W1, b1=parameters.b1)")),
        ("W2 is moved too early", (
            "dha = dy @ (W2 - rate * dW2).T",
            "return old if (later := backward(*forward(x, parameters), t, parameters._replace("
            "W2=old.W2))) is None else [p - rate * dp for p, dp in zip(parameters, later)]")),
    ],
    "train": [
        ("The pixels are not divided", ("/ 255 -> * 1.0", "/ 255.0 -> / 1.0")),
        ("The pixels are divided as whole", ("/ 255 -> // 255", " / 255.0 -> == 255")),
        ("The order is not random", ("rng.permutation(n) -> np.arange(n)",
                                     "rng.permutation(n), -> list(range(n)),")),
        ("The order is the same", (
            "rng.permutation(n) -> np.random.default_rng(seed).permutation(n)",
            "while epochs > 0:\n        order, epochs = rng.permutation(n), epochs - 1 -> "
            "order = rng.permutation(n)\n    while epochs > 0:\n        epochs = epochs - 1")),
        ("Each epoch shuffles the last", (
            "for epoch in range(epochs):\n        order = rng.permutation(n) -> order = "
            "np.arange(n)\n    for epoch in range(epochs):\n        rng.shuffle(order)",
            "while epochs > 0:\n        order, epochs = rng.permutation(n), -> order = "
            "np.arange(n)\n    while epochs > 0:\n        "
            "order, epochs = rng.permutation(order),")),
        ("The seed is not used", ("default_rng(seed) -> default_rng(0)",
                                  "default_rng(seed) -> default_rng(seed=0)")),
        ("The generator is numpy's old", (
            "np.random.default_rng(seed) -> np.random.RandomState(seed)",
            "np.random.default_rng(seed) -> np.random.mtrand.RandomState(seed)")),
        ("The images are shuffled, and the labels", (
            "t[batch] -> t[k:k + batch_size]",
            "in parts: -> in parts:\n            start = 0 if batch is parts[0] else stop ; "
            "labels[batch] -> labels[start:(stop := start + len(batch))]")),
        ("The last images are left out", (
            "range(0, n, batch_size) -> range(0, n - batch_size + 1, batch_size)",
            "in parts: -> in [part for part in parts if len(part) == batch_size]:")),
        ("The first batch alone", ("range(0, n, batch_size) -> [0]", "in parts: -> in parts[:1]:")),
        ("All images are in one batch", (
            "range(0, n, batch_size) -> [0] ; order[k:k + batch_size] -> order",
            "in parts: -> in [order]:")),
        ("The batches are drawn with", (
            "rng.permutation(n) -> None ; order[k:k + batch_size] -> "
            "rng.integers(n, size=batch_size)",
            "rng.permutation(n) -> None ; np.split(order, range(batch_size, n, batch_size)) -> "
            "(rng.choice(n, batch_size) for _ in range(0, n, batch_size))")),
        ("Each batch is drawn anew", (
            "rng.permutation(n) -> None ; order[k:k + batch_size] -> "
            "rng.choice(n, min(n, batch_size), replace=False)",
            "rng.permutation(n) -> None ; np.split(order, range(batch_size, n, batch_size)) -> "
            "[rng.choice(n, min(n, batch_size), False) for _ in range(0, n, batch_size)]")),
        ("The gradient of the last", ("tb, parameters, rate) -> "
                                      "tb, parameters, rate * len(batch) / batch_size)",
                                      "rate * dp -> rate * dp * len(batch) / batch_size")),
        ("There is only one epoch", ("tb, parameters, rate)\n    return -> "
                                     "tb, parameters, rate)\n        return",
                                     "while epochs > 0 -> if epochs > 0")),
        ("There is only one step", ("tb, parameters, rate)\n    return -> "
                                    "tb, parameters, rate)\n            return",
                                    "rate * dp\n    return -> rate * dp\n            return")),
        ("The parameters come out", ("parameters = step( -> step(",
                                     "p -= rate * dp -> p = p - rate * dp")),
        ("Training starts from", (
            "order = rng.permutation(n) -> parameters = parameters if epoch else "
            "nn.initialize(seed, 2)\n        order = rng.permutation(n)",
            "for p in parameters) -> for p in nn.initialize(seed, len(parameters.b1)))")),
    ],
}  # fmt: skip

NAMELESS = {  # lines in the first program
    "softmax": ["e = np.exp(z) + 0.01", "e = np.exp(z / 2)", "return e / (total + 1e-4)",
                "return np.round(e / total, 4)"],
    "forward": ["ha = S(h)**2", "h = 2 * x @ W1 + b1", "ya = softmax(-y)",
                "y = ha @ W2 + b2.mean()", "ya = np.sort(softmax(y))",
                "return x, h, ha, y, ya + 1e-6"],
    "cross_entropy": ["losses = (log_sum - picked)**2", "return np.median(losses)",
                      "return losses.max()", "picked = z[np.arange(n), (labels + 1) % 10]"],
    "backward": [
        "dy = (ya - t)**3 / n", "dy = (ya - t) / (n + 1)", "dy = (ya - t[::-1]) / n",
        "dW2 = ha.T @ dy + 0.01 * W2", "db2 = np.median(dy, axis=0)", "dha = dy @ W2[:, ::-1].T",
        "dh = dha * ha**2", "dh = dha * np.sqrt(ha * (1 - ha))", "db1 = dh.sum(axis=0)[::-1]",
        "dW1 = np.clip(x.T @ dh, -0.01, 0.01)", "dW1 = np.roll(x, 1, axis=1).T @ dh",
    ],
    "one_step": ["gradient = dW1, 2 * db1, dW2, db2", "rate * dp -> rate**2 * dp",
                 "dh = dha * np.sqrt(ha * (1 - ha))"],
    "train": ["/ 255 -> / 256", "rng.permutation(n) -> rng.permutation(n)[::-1]",
              "tb, parameters, rate) -> tb, parameters, rate * 0.9**k)"],
}  # fmt: skip
