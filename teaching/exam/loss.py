"""How wrong an answer is, and which way is down."""

import numpy as np

from exam import Part, Slip, Variant, question
from exam.writing import YA, T, Y, number, row, slope, table

SHARES = [(0.5, 0.4, 0.1), (0.2, 0.7, 0.1), (0.1, 0.4, 0.5), (0.2, 0.2, 0.6), (0.1, 0.1, 0.8),
          (0.5, 0.3, 0.2), (0.4, 0.4, 0.2)]  # fmt: skip
IN_TABLE = 0.1, 0.2, 0.4, 0.5  # whose logarithms follow from those of 2, 5 and 10


@question(
    "What three answers cost",
    "04-the-loss#three-classes-by-hand", "04-the-loss#a-batch-the-mean",
    "04-the-loss#what-to-expect-before-training",
)  # fmt: skip
def cross_entropy(rng):
    while True:
        ya = np.array([rng.permutation(SHARES[k]) for k in rng.choice(len(SHARES), 3, False)])
        labels = rng.integers(3, size=3)
        share, largest = ya[range(3), labels], ya.max(axis=1)
        alone = (np.sort(ya)[:, 1] < largest).all()
        some_right = 0 < (share == largest).sum() < 3
        if set(share) <= set(IN_TABLE) and share.min() < 0.5 and some_right and alone:
            break
    worst = int(share.argmin())
    lines = [[m, *map(number, ya[m]), labels[m]] for m in range(3)]
    return Variant(
        f"A network tells three kinds of images apart. Here are its shares ${YA}$ for three "
        "images, and the labels.\n\n"
        + table(["image", *(f"share of {k}" for k in range(3)), "label"], lines),
        [
            Part(
                "Compute the loss of each of the three images.",
                [(1, "minus the logarithm of the share of the *label*"), (2, "the three values")],
                "losses", lambda v: -np.log(v.ya[range(3), v.labels]), 2,
                [Slip(2, "the largest share is taken, not that of the label",
                      lambda v: -np.log(v.ya.max(axis=1))),
                 Slip(1, "the logarithm is that to the base of 10",
                      lambda v: -np.log10(v.ya[range(3), v.labels]))],
            ),
            Part(
                "Compute the loss of the batch.",
                [(1, "a mean"), (1, "the value")],
                "loss", lambda v: v.losses.mean(), 2,
                [Slip(1, "the three losses are added up and not "
                         "divided", lambda v: v.losses.sum())],
            ),
            Part(
                "What loss has a network that gives each of the three kinds the same share, "
                "whatever the image?",
                [(1, "the share is a third"), (1, "the loss is $\\log 3$")],
                "knowing_nothing", lambda v: np.log(3), 2,
                [Slip(1, "the $\\log 10$ of ten digits", lambda v: np.log(10))],
            ),
            Part(
                f"The answer to image {worst} becomes better: the share of its label is doubled. "
                "By how much does the loss of the batch fall?",
                [(1, "the loss of the image falls by $\\log 2$"), (1, "divided by three images")],
                "fall", lambda v: np.log(2) / 3, 2,
                [Slip(1, "not divided by three", lambda v: np.log(2))],
            ),
            Part(
                "What fraction of the images does the network read rightly? Then somebody nudges "
                "one of its weights by a millionth: what happens to this fraction, what to the "
                "loss, and why is it the loss that is made smaller in training?",
                [(1, f"{(share == largest).sum()} of 3"),
                 (1, "the fraction (as a rule) stays exactly the same, the loss changes a little"),
                 (1, "only the loss says which way is down, and how steeply")],
            ),
        ],
        dict(ya=ya, labels=labels), "ya labels",
    )  # fmt: skip


@question(
    "Sure and wrong",
    "04-the-loss#why-not-the-squared-error", "05-backpropagation#outputs-minus-target",
)  # fmt: skip
def squared_error(rng):
    p, right = rng.choice([0.01, 0.02, 0.03, 0.05, 0.1]), rng.choice([0.4, 0.5, 0.6, 0.8, 0.9])
    return Variant(
        "Only two digits are in the race. The output of the label leads that of its rival by $d$, "
        "so that the label has the share $p = S(d)$ and the rival has $1 - p$. The cross entropy "
        "is then $L = -\\log p$ and the squared error $Q = 2\\,(1 - p)^2$.",
        [
            Part(
                "Find the derivatives of $L$ and of $Q$ with respect to $d$. You may use that $p' "
                "= p\\,(1 - p)$.",
                [(1, "the chain rule: the derivative with respect to $p$, times $p'$"),
                 (1, "$L' = -\\frac{1}{p}\\,p\\,(1 - p)$, in which $p$ cancels: $-(1 - p)$"),
                 (2, "$Q' = -4\\,(1 - p)\\,p\\,(1 - p) = -4\\,p\\,(1 - p)^2$")],
            ),
            Part(
                f"What are $L'$ and $Q'$, in this order, for $p = {number(p)}$?",
                [(1, "$L'$"), (1, "$Q'$")],
                "wrong", lambda v: np.array([p - 1, -4 * p * (1 - p) ** 2]), 2,
                [Slip(1, "the factor $p$ is missing in $Q'$",
                      lambda v: np.array([p - 1, -4 * (1 - p) ** 2]))],
            ),
            Part(
                f"And for $p = {number(right)}$?",
                [(1, "$L'$"), (1, "$Q'$")],
                "right", lambda v: np.array([right - 1, -4 * right * (1 - right) ** 2]), 2,
                [Slip(1, "the factor $p$ is missing in $Q'$",
                      lambda v: np.array([right - 1, -4 * (1 - right) ** 2]))],
            ),
            Part(
                "A network is sure and wrong about an image. With which of the two losses does it "
                "learn more from this image in a step, and how do (b) and (c) show it?",
                [(1, "with the cross entropy: its slope is steepest where $p$ is near 0"),
                 (1, "the squared error is nearly flat there, as if there were nothing to learn"),
                 (1, "for the larger $p$ of (c) the two slopes are of one order")],
            ),
        ],
    )  # fmt: skip


@question(
    "Outputs minus target",
    "05-backpropagation#outputs-minus-target", "05-backpropagation#the-slopes-of-softmax",
)  # fmt: skip
def outputs_minus_target(rng):
    shares = rng.permutation(rng.choice([s for s in SHARES if len(set(s)) == 3]))
    label, c = rng.integers(3), rng.choice([2, 4, 5])
    t = np.eye(3)[label]
    return Variant(
        f"For one image a network with three outputs has the shares ${YA} = \\sigma({Y})$, and the "
        f"loss is $L = -\\log\\,({YA})_\\ell$, where $\\ell$ is the label. The target ${T}$ is 1 "
        "at the label and 0 elsewhere.",
        [
            Part(
                f"Derive ${slope(Y)} = {YA} - {T}$. Write $p_k$ for $({YA})_k$.",
                [(1, "$L = \\log \\sum_k e^{y_k} - y_\\ell$, or the chain rule through $p_\\ell$"),
                 (2, "the derivative of the first term with respect to $y_i$ is $e^{y_i} / \\sum_k "
                     "e^{y_k} = p_i$; or $\\partial p_\\ell / \\partial y_i = "
                     "p_\\ell\\,(\\delta_{i\\ell} - p_i)$ with both cases"),
                 (1, "that of $-y_\\ell$ is $-1$ where $i = \\ell$ and 0 elsewhere; or $p_\\ell$ "
                     "cancels"),
                 (1, "this is $-t_i$, and all entries together are the row")],
            ),
            Part(
                f"For an image with the label {label} the shares are ${YA} = {row(shares)}$. "
                f"Compute ${slope(Y)}$.",
                [(1, "the target as a row"), (1, "the difference")],
                "dy", lambda v: v.ya - v.t,
                slips=[
                    Slip(1, "target minus outputs", lambda v: v.t - v.ya),
                    Slip(1, "the target is missing", lambda v: v.ya),
                ],
            ),
            Part(
                "Why do the three entries add up to 0? Give a reason that does not need their "
                "values.",
                [(2, "shares and target both add up to 1; or: the same number added to all outputs "
                     "changes no share, and so no loss")],
            ),
            Part(
                f"Somebody multiplies the outputs by {c} before the softmax: ${YA} = "
                f"\\sigma({c}\\,{Y})$. The shares for an image with the label {label} are those of "
                f"(b). What is ${slope(Y)}$ now?",
                [(2, f"the chain rule: a factor {c} from the inner function"),
                 (1, f"{c} times (b)")],
                "louder", lambda v: v.c * v.dy,
                slips=[
                    Slip(2, "the factor is forgotten, since it is in the shares already",
                         lambda v: v.dy),
                    Slip(2, "divided by the factor", lambda v: v.dy / v.c),
                    Slip(1, "only the shares are multiplied", lambda v: v.c * v.ya - v.t),
                ],
            ),
        ],
        dict(ya=shares, t=t, c=int(c)),
    )  # fmt: skip
