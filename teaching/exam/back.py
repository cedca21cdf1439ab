"""The way back: shapes, gradients, paths, and how they are checked."""

import matplotlib.pyplot as plt
import numpy as np

from exam import Part, Slip, Variant, question
from exam.writing import B2, HA, W1, W2, YA, Y, matrix, number, row, slope, table
from nnlib import Parameters
from nnlib.network import forward
from nnlib.plots import INK


@question(
    "Which shapes?",
    "05-backpropagation#conventions-first", "05-backpropagation#where-the-transpose-comes-from",
)  # fmt: skip
def shapes(rng):
    n, hidden, outputs = map(int, rng.permutation([5, 6, 7, 8, 9])[:3])
    pixels = int(rng.choice([12, 15, 20, 25]))
    named = {
        "ha.T @ dy": ("ha", True, "dy", False), "ha @ dy": ("ha", False, "dy", False),
        "dy @ ha.T": ("dy", False, "ha", True), "ha.T @ dy.T": ("ha", True, "dy", True),
        "ha @ W2": ("ha", False, "W2", False), "ha.T @ W2": ("ha", True, "W2", False),
    }  # fmt: skip
    listed = [str(name) for name in rng.permutation(list(named))]

    def fitting(v):
        """The products with the shape of W2 where there are as many images as hidden units."""
        size = {"ha": (v.hidden, v.hidden)} | dict.fromkeys(["dy", "W2"], (v.hidden, v.outputs))
        fit = []
        for name in listed:
            left, turned, right, turned_too = named[name]
            one, other = size[left][::-1 if turned else 1], size[right][::-1 if turned_too else 1]
            if one[1] == other[0] and (one[0], other[1]) == size["W2"]:
                fit.append(f"`{name}`")
        return ", ".join(fit)

    return Variant(
        f"A network with {pixels} pixels, {hidden} hidden units and {outputs} outputs reads a "
        f"batch of {n} images. In the program `dy` is ${slope(Y)}$, and so on. What are the shapes "
        "of the following arrays, as numpy prints them?",
        [
            Part("`ha`", [(1, "a row for each image, a column for each hidden unit")],
                 "ha", lambda v: (v.n, v.hidden),
                 slips=[Slip(1, "images in columns", lambda v: (v.hidden, v.n))]),
            Part("`dW1`", [(1, "that of `W1`: a row for each pixel, a column for each unit")],
                 "dW1", lambda v: (v.pixels, v.hidden),
                 slips=[Slip(1, "turned", lambda v: (v.hidden, v.pixels))]),
            Part("`dha @ dh.T`, which is of no use, but can be computed",
                 [(1, "a number for each pair of images")], "product", lambda v: (v.n, v.n),
                 slips=[Slip(1, "that of `dha.T @ dh`", lambda v: (v.hidden, v.hidden))]),
            Part("`db2`", [(1, "that of `b2`: the images are added up")],
                 "db2", lambda v: (v.outputs,),
                 slips=[Slip(1, "not added up", lambda v: (v.n, v.outputs))]),
            Part(
                f"Another batch has {hidden} images, as many as there are hidden units. Which of "
                "these products then have the shape of `dW2`? "
                + ", ".join(f"`{name}`" for name in listed),
                [(3, "one mark less for each that is missing or too many")],
                "fit", fitting,
            ),
            Part(
                "Only one of them is right for batches of every size. Which, and how does one see "
                "it without looking at shapes?",
                [(1, "`ha.T @ dy`"),
                 (1, "the sum of the chain rule runs over the *images*, as all use the same "
                     "weight"),
                 (1, "that is the first index of `ha`, so that `ha` is turned")],
            ),
        ],
        dict(n=n, pixels=pixels, hidden=hidden, outputs=outputs),
    )  # fmt: skip


@question(
    "Backpropagation by hand",
    "05-backpropagation#the-smallest-case-by-hand", "05-backpropagation#the-gradients-one-by-one",
)  # fmt: skip
def gradient_by_hand(rng):
    x, ha, p = rng.choice([0.2, 0.4, 0.5, 0.8]), rng.choice([0.2, 0.4, 0.6, 0.8]), rng.choice(
        [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])  # fmt: skip
    w2, label = rng.choice([-3, -2, -1, 1, 2, 3], (1, 2)), rng.integers(2)
    ya = np.array([p, 1 - p]).round(1)
    return Variant(
        "A network has one pixel, one hidden unit with the sigmoid, and two outputs with the "
        f"softmax. Its weights to the outputs are ${W2} = {row(w2[0])}$. The forward pass of an "
        f"image, whose label is {label}, has given $x = {number(x)}$, $h_a = {number(ha)}$ and "
        f"${YA} = {row(ya)}$. The loss is the cross entropy. Compute",
        [
            Part(f"${slope(Y)}$,", [(1, "the target as a row"), (1, "outputs minus target")],
                 "dy", lambda v: v.ya - v.t,
                 slips=[Slip(1, "target minus outputs", lambda v: v.t - v.ya),
                        Slip(1, "the target is missing", lambda v: v.ya)]),
            Part(f"${slope(W2)}$,", [(1, "$h_a$ times (a)"), (1, "the two values")],
                 "dW2", lambda v: v.ha * v.dy,
                 slips=[Slip(1, "the pixel stands where $h_a$ should", lambda v: v.x * v.dy),
                        Slip(1, "(a) itself, which belongs to the biases", lambda v: v.dy)]),
            Part(f"${slope('h_a')}$,",
                 [(1, "each entry of (a) comes back through its weight"),
                  (1, "the two paths are added up"), (1, "the value")],
                 "dha", lambda v: v.dy @ v.W2[0],
                 slips=[Slip(2, "only the path through the output of the label",
                             lambda v: v.dy[v.label] * v.W2[0, v.label]),
                        Slip(1, "the paths are subtracted", lambda v: v.dy @ (v.W2[0] * [1, -1]))]),
            Part(f"${slope('h')}$,",
                 [(1, "the slope of the sigmoid is $h_a\\,(1 - h_a)$"), (1, "times (c)")],
                 "dh", lambda v: v.dha * v.ha * (1 - v.ha),
                 slips=[Slip(1, "the slope is missing", lambda v: v.dha),
                        Slip(1, "the slope is taken for $h_a$", lambda v: v.dha * v.ha)]),
            Part(f"${slope('W_1')}$.", [(1, "the pixel times (d)")],
                 "dW1", lambda v: v.x * v.dh,
                 slips=[Slip(1, "(d) itself, which belongs to the bias", lambda v: v.dh)]),
            Part(
                "The loss is to become smaller. Is $W_1$ to be raised or lowered?",
                [(1, "against the sign of (e)")],
                "direction", lambda v: ("raised", "neither", "lowered")[
                    1 + int(np.sign(np.round(v.dW1, 9)))],
            ),
            Part(
                "The next image is empty, $x = 0$. What can the network learn from it about $W_1$, "
                "what about $b_1$, and why?",
                [(1, "nothing about $W_1$: its derivative has the factor $x$"),
                 (1, "something about $b_1$: its derivative is that of $h$")],
            ),
        ],
        dict(x=float(x), ha=float(ha), ya=ya, t=np.eye(2)[label], W2=w2, label=int(label)),
        "x ha ya W2",
    )  # fmt: skip


@question(
    "Two images, one gradient",
    "05-backpropagation#a-batch-of-images",
)  # fmt: skip
def gradient_of_a_batch(rng):
    p = rng.choice([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], 2, False)
    ya = np.column_stack([p, 1 - p]).round(1)
    ha = rng.choice([0.2, 0.4, 0.5, 0.6, 0.8], 4, False).reshape(2, 2)
    labels = rng.permutation([0, 1])
    rate, n = rng.choice([0.1, 0.2, 0.5]), rng.choice([8, 16, 20, 50])
    return Variant(
        "A network with two hidden units and two outputs reads a batch of two images, the first "
        f"with the label {labels[0]} and the second with the label {labels[1]}. The forward pass "
        f"has given\n\n$$\n{HA} = {matrix(ha)}, \\qquad {YA} = {matrix(ya)}\\,.\n$$\n\nThe loss is "
        "the mean of the cross entropies of the two images. Compute",
        [
            Part(f"${slope(Y)}$,",
                 [(1, "the targets, in two rows"), (1, "outputs minus targets"),
                  (1, "divided by the number of images")],
                 "dy", lambda v: (v.ya - v.t) / 2,
                 slips=[Slip(1, "not divided by the number of images", lambda v: v.ya - v.t),
                        Slip(1, "targets minus outputs", lambda v: (v.t - v.ya) / 2)]),
            Part(f"${slope(B2)}$,", [(1, "the rows are added up, down each column"),
                                     (1, "the values")],
                 "db2", lambda v: v.dy.sum(axis=0),
                 slips=[Slip(1, "added up along each row: these sums are always 0",
                             lambda v: v.dy.sum(axis=1)),
                        Slip(1, "divided by the number of images a second time",
                             lambda v: v.dy.mean(axis=0))]),
            Part(f"${slope(W2)}$.",
                 [(1, f"${HA}$ is turned: hidden units in rows"),
                  (1, "the contributions of both images are added up"), (1, "the four values")],
                 "dW2", lambda v: v.ha.T @ v.dy,
                 slips=[Slip(1, f"${HA}$ is not turned", lambda v: v.ha @ v.dy),
                        Slip(1, "only the first image counts",
                             lambda v: np.outer(v.ha[0], v.dy[0]))]),
            Part(
                f"A program that learns from batches of {n} images uses the *sum* of the losses in "
                "place of their mean. It is to make the same steps as a right program with the "
                f"learning rate {number(rate)}. Which rate does it need?",
                [(1, f"the slopes of the sum are {n} times as large"),
                 (1, "so the rate is divided")],
                "rate", lambda v: v.rate / v.n,
                slips=[Slip(1, "the rate is multiplied", lambda v: v.rate * v.n)],
            ),
            Part(
                "Two checks are tried on this program: whether the gradient of a batch is the mean "
                "of the gradients of its images, and whether it agrees with central differences of "
                "the *mean* loss. Which of them notice the sum, and why?",
                [(1, "the first does, as the sum is no mean, unless the batch has one image"),
                 (1, "the second does, as the announced loss is the mean")],
            ),
        ],
        dict(ha=ha, ya=ya, t=np.eye(2)[labels], rate=float(rate), n=int(n)), "ha ya",
    )  # fmt: skip


PLACES = {"x": (0, 0), "a": (1, 1), "b": (1, -1), "c": (2.2, 0), "L": (3.4, 0)}
ARROWS = "xa", "xb", "ac", "bc", "cL"


def draw_graph(speeds):
    """A computation graph: a circle for each number, on each arrow how fast its head changes."""
    figure, ax = plt.subplots(figsize=(4.6, 2.4))
    for (tail, head), speed in speeds.items():
        (x0, y0), (x1, y1) = PLACES[tail], PLACES[head]
        bend = -0.35 if (tail, head) == ("a", "L") else 0.35 if (tail, head) == ("b", "L") else 0
        ax.annotate("", (x1, y1), (x0, y0), arrowprops=dict(
            arrowstyle="-|>", shrinkA=13, shrinkB=13, color=INK,
            connectionstyle=f"arc3,rad={bend}"))  # fmt: skip
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        middle += bend / 2 * np.array([y1 - y0, -(x1 - x0)])
        ax.text(*middle, f"${number(speed)}$", ha="center", va="center",
                bbox=dict(facecolor="white", edgecolor="none", pad=1.5))  # fmt: skip
    for name, (x, y) in PLACES.items():
        ax.text(x, y, f"${name}$", ha="center", va="center",
                bbox=dict(boxstyle="circle", facecolor="white", edgecolor=INK))  # fmt: skip
    ax.set(xlim=(-0.3, 3.7), ylim=(-1.5, 1.5))
    ax.set_axis_off()
    return figure


@question(
    "Along every path",
    "05-backpropagation#many-paths-the-chain-rule", "05-backpropagation#the-order-of-the-chain",
)  # fmt: skip
def paths(rng):
    extra = str(rng.choice(["aL", "bL"]))
    numbers = rng.choice([-3, -2, -1, 2, 3, 4, 5], 6)
    d = {tuple(arrow): int(speed) for arrow, speed in zip((*ARROWS, extra), numbers)}
    outputs = int(rng.integers(3, 10))
    twice, once = extra[0], "ab".replace(extra[0], "")
    told = ", ".join(f"{speed} on the arrow from {a} to {b}" for (a, b), speed in d.items())
    return Variant(
        "A loss $L$ is computed from $x$ by way of $a$, $b$ and $c$. The number on an arrow says "
        "how many times as fast its head changes as its tail.",
        [
            Part(f"Compute ${slope('c')}$ and ${slope(once)}$.",
                 [(1, "the number on the arrow from $c$ to $L$"),
                  (1, f"the arrow from ${once}$ to $c$ times that")],
                 "first", lambda v: np.array([v.d["c", "L"], v.d[once, "c"] * v.d["c", "L"]]),
                 slips=[Slip(1, "the second is the number on its arrow alone",
                             lambda v: np.array([v.d["c", "L"], v.d[once, "c"]]))]),
            Part(f"Compute ${slope(twice)}$.",
                 [(1, "one path leads through $c$"),
                  (1, "another directly to $L$: they are added")],
                 "second", lambda v: v.d[twice, "c"] * v.first[0] + v.d[twice, "L"],
                 slips=[Slip(1, "the direct path is forgotten",
                             lambda v: v.d[twice, "c"] * v.first[0]),
                        Slip(1, "the paths are multiplied",
                             lambda v: v.d[twice, "c"] * v.first[0] * v.d[twice, "L"])]),
            Part(f"Compute ${slope('x')}$.",
                 [(1, "each arrow that leaves $x$ times what was found at its head"),
                  (1, "their sum")],
                 "third", lambda v: v.d["x", once] * v.first[1] + v.d["x", twice] * v.second,
                 slips=[Slip(1, f"only the path through ${once}$",
                             lambda v: v.d["x", once] * v.first[1]),
                        Slip(1, f"only the paths through ${twice}$",
                             lambda v: v.d["x", twice] * v.second)]),
            Part("How many paths lead from $x$ to $L$ in the drawing?", [(1, "counted")],
                 "count", lambda v: 3, slips=[Slip(1, "only those through $c$", lambda v: 2)]),
            Part(
                f"In a network like that of the book, with {outputs} outputs, how many paths lead "
                f"from a weight of ${W1}$ to the loss of one image? (The softmax makes each share "
                "from all outputs, and the paths go through all shares.)",
                [(1, "from the hidden unit to each output"), (1, "from each output to each share")],
                "network", lambda v: v.outputs**2,
                slips=[Slip(1, "the softmax is forgotten", lambda v: v.outputs)],
            ),
            Part(
                "Why does backpropagation begin at the loss and not at the first weights?",
                [(1, "what is found at a unit serves all the weights that lead into it, once"),
                 (1, "one number a unit is carried back, and not one for each parameter forwards")],
            ),
        ],
        dict(d=d, outputs=outputs),
        pictures={"graph": (f"A graph of computation: {told}.", lambda: draw_graph(d))},
    )  # fmt: skip


def cubic(theta, a, b):
    return a * theta * theta * theta + b * theta


def central(theta, step, a, b):
    return (cubic(theta + step, a, b) - cubic(theta - step, a, b)) / (2 * step)


def power(value):
    """A number to one digit, as a power of ten."""
    digit, exponent = f"{value:.0e}".split("e")
    return rf"${digit} \cdot 10^{{{int(exponent)}}}$"


STEPS = 10.0 ** -np.arange(1, 12)


def errors(a, b, theta):
    """How far the central difference is off at each of the steps, in float64."""
    return np.abs(central(theta, STEPS, a, b) - (3 * a * theta**2 + b))


@question(
    "A check and its step",
    "05-backpropagation#the-gradient-check", "05-backpropagation#how-large-a-step",
)  # fmt: skip
def gradient_check(rng):
    while True:
        a, b, theta = (int(rng.choice(some)) for some in ([2, 3, 4, 5], [-4, -3, 3, 5], [1, 2, 3]))
        off = errors(a, b, theta)
        least = int(off.argmin())
        others = np.delete(off, least)  # twice as large: told apart where one digit is shown
        if off.all() and np.all(np.diff(off[:least + 1]) < 0) and np.all(others > 2 * off[least]):
            break
    step = float(rng.choice([0.1, 0.2]))
    lines = [[f"$10^{{{-k}}}$", power(error)] for k, error in enumerate(off, start=1)]
    return Variant(
        f"A loss depends on one parameter: $L(\\theta) = {a}\\,\\theta^3 {b:+d}\\,\\theta$. We "
        f"stand at $\\theta = {theta}$.",
        [
            Part("What is the derivative there?", [(1, f"${3 * a}\\,\\theta^2 {b:+d}$")],
                 "exact", lambda v: 3 * v.a * v.theta**2 + v.b,
                 slips=[Slip(1, "the second term is lost", lambda v: 3 * v.a * v.theta**2)]),
            Part(
                f"What does the central difference with the step $\\varepsilon = {number(step)}$ "
                "give?",
                [(1, "the loss above and below"), (1, "their difference, divided by two steps"),
                 (1, f"the value; or (a) plus ${a}\\,\\varepsilon^2$, which may be derived "
                     "instead")],
                "quotient", lambda v: v.exact + v.a * v.step**2, 2,
                [Slip(1, "divided by one step", lambda v: 2 * (v.exact + v.a * v.step**2)),
                 Slip(2, "a one-sided difference",
                      lambda v: v.exact + 3 * v.a * v.theta * v.step + v.a * v.step**2)],
            ),
            Part(
                "The step is made ten times smaller. By what factor does the error of the central "
                "difference become smaller, in exact arithmetic?",
                [(1, "the error is proportional to $\\varepsilon^2$"), (1, "so the factor is 100")],
                "factor", lambda v: 100, slips=[Slip(1, "as the step", lambda v: 10)],
            ),
            Part(
                f"A computer found these errors.\n\n{table(['step', 'error'], lines)}\n\n"
                "At which of these steps is the error least? To what is the error due above this "
                "step, and to what below it?",
                [(1, f"$10^{{{-1 - least}}}$"),
                 (1, "above: the step is too long for the curve to be straight"),
                 (1, "below: the two losses agree in so many digits that rounding is most of their "
                     "difference, and is divided by a tiny number")],
            ),
            Part(
                "A gradient check of a network finds no fault. Name one mistake in a program that "
                "may still be there, and say why the check cannot see it.",
                [(1, "pixels in the wrong order or scale, labels mixed up, a wrong forward pass "
                     "with a backward pass to match, test images used in training, or another "
                     "such"),
                 (1, "the check compares two ways to the slope of the *same* loss: what both "
                     "share, or what was done before, it does not notice")],
            ),
        ],
        dict(a=a, b=b, theta=theta, step=step),
    )  # fmt: skip


LINES = {
    "dy": "(ya - t) / n", "dW2": "ha.T @ dy", "db2": "dy.sum(axis=0)", "dha": "dy @ W2.T",
    "dh": "dha * ha * (1 - ha)", "dW1": "x.T @ dh", "db1": "dh.sum(axis=0)",
}  # fmt: skip
FAULTS = [  # the line, what stands there, what is wrong, and what else may be said
    ("dW2", "h.T @ dy", "the values before activation stand where those after it should"),
    ("dha", "(ya - t) @ W2.T", "the factor $1/n$ is lost: `dy` should go back"),
    ("dh", "dha * ha", "the slope of the sigmoid is $h_a\\,(1 - h_a)$"),
    ("dh", "dha * h * (1 - h)", "the slope of the sigmoid is $h_a\\,(1 - h_a)$, not of $h$"),
    ("dW1", "x.T @ dha", "the way back through the sigmoid is left out"),
    ("db2", "dy.mean(axis=0)", "the images are to be added up: `dy` has the factor $1/n$ already"),
    ("db1", "dha.sum(axis=0)", "the way back through the sigmoid is left out"),
    ("db1", "dh[0]", "only the first image counts"),
]
ARRAYS = "dW1", "db1", "dW2", "db2"


def walk_back(lines, n, seed=0):
    """What these lines compute for the first n images of a small network, by name."""
    rng = np.random.default_rng(seed)
    parameters = Parameters(*(rng.standard_normal(s) for s in ((5, 4), (4,), (4, 3), (3,))))
    x, labels = rng.random((7, 5))[:n], np.array([0, 1, 2, 0, 1, 2, 0])[:n]
    values = dict(zip(("x", "h", "ha", "y", "ya"), forward(x, parameters)))
    v = values | {"t": np.eye(3)[labels], "n": n, "W2": parameters.W2}
    for name, line in lines.items():
        v[name] = eval(line, {}, v)
    return {name: v[name] for name in ARRAYS}


def complaints(fault, n=4):
    """By how much each array is off, relative to its largest entry."""
    line, wrong, _ = fault
    found, right = walk_back(LINES | {line: wrong}, n), walk_back(LINES, n)
    return {k: np.abs(found[k] - right[k]).max() / np.abs(right[k]).max() for k in ARRAYS}


@question(
    "One line is wrong",
    "05-backpropagation#the-code", "05-backpropagation#the-gradient-check",
    "05-backpropagation#training-is-no-test-of-a-gradient",
)  # fmt: skip
def find_the_fault(rng):
    fault = FAULTS[rng.integers(len(FAULTS))]
    line, wrong, reason = fault
    code = "\n".join(f"{k:4}= {wrong if k == line else v}" for k, v in LINES.items())
    off = complaints(fault)
    verdict = [[f"`{k}`", f"error {e:.2f}" if e > 1e-9 else "passed"] for k, e in off.items()]
    passed = [f"`{k}`" for k, e in off.items() if e <= 1e-9]
    alone = complaints(fault, n=1)
    return Variant(
        "A student has written the way back of a network for a batch of $n$ images. One of the "
        f"seven lines is wrong.\n\n```python\n{code}\n```\n\nThe gradient check, with four images, "
        "says:\n\n"
        + table(["array", "check"], verdict),
        [
            Part("Which line is wrong? Give the name on its left.", [(2, "the line")],
                 "line", lambda v: f"`{line}`"),
            Part("Write the right line, and say what is wrong with the other.",
                 [(1, f"`{line} = {LINES[line]}`"), (1, reason)]),
            Part(f"Why do {' and '.join(passed)} pass?" if len(passed) < 3 else
                 f"Why do {', '.join(passed[:-1])} and {passed[-1]} pass?",
                 [(2, "none of them is computed from the wrong line, and a mistake spoils "
                      "nothing else")]),
            Part("Had the check been made with a single image, would it have complained? Answer "
                 "yes or no, and give the reason.",
                 [(1, "the answer"),
                  (1, "the factor $1/n$, and a sum over images, make a difference only where there "
                      "are several; other mistakes show with one image too")],
                 "single", lambda v: "yes" if max(alone.values()) > 1e-9 else "no"),
            Part("The student says: \"My network learns and reads nine in ten digits, so the "
                 "gradient must be right.\" What do you answer?",
                 [(1, "a wrong gradient often leads downhill too, and other parameters make up for "
                      "what is wrong"),
                  (1, "training shows that something is learned; only the check shows whether the "
                      "gradient is that of the loss")]),
        ],
    )  # fmt: skip
