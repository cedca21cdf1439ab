"""From the pixels to the outputs: what a network computes, and what it can."""

import numpy as np

from exam import Part, Slip, Variant, question
from exam.writing import B1, B2, HA, W1, W2, H, X, Y, matrix, number, row
from nnlib import sigmoid, softmax

NONZERO = np.array([-3, -2, -1, 1, 2, 3])


@question(
    "A forward pass by hand",
    "03-forward-propagation#sixteen-units-at-once", "03-forward-propagation#one-digit-every-number",
)  # fmt: skip
def forward_pass(rng):
    while True:
        x, w1 = rng.permutation([0.5, 1.0]), 2 * rng.choice(NONZERO, (2, 2))
        b1, w2, b2 = rng.choice(NONZERO, 2), rng.choice(NONZERO, (2, 2)), rng.choice(NONZERO, 2)
        h = x @ w1 + b1
        if np.abs(h).max() <= 2 and h.min() < 0 < h.max() != -h.min():
            break
    return Variant(
        "A network has two pixels, two hidden units with the sigmoid, and two outputs with the "
        f"softmax. Its parameters are\n\n$$\n{W1} = {matrix(w1)}, \\quad {B1} = {row(b1)}, \\quad "
        f"{W2} = {matrix(w2)}, \\quad {B2} = {row(b2)}\\,.\n$$\n\nIt is shown the image ${X} = "
        f"{row(x)}$.",
        [
            Part(
                f"Compute the hidden values ${H}$ before activation.",
                [(2, "for each unit the sum of pixel times weight, down a column"),
                 (1, "the biases are added")],
                "h", lambda v: v.x @ v.W1 + v.b1,
                slips=[
                    Slip(1, "the biases are missing", lambda v: v.x @ v.W1),
                    Slip(1, "the rows of the matrix are taken for its columns",
                         lambda v: v.W1 @ v.x + v.b1),
                ],
            ),
            Part(
                f"Compute the hidden values ${HA}$ after activation.",
                [(2, "one for each of the two values")],
                "ha", lambda v: sigmoid(v.h), 3,
                [Slip(1, "the sign of a negative value is lost", lambda v: sigmoid(np.abs(v.h))),
                 Slip(1, "the values of $e^h$ are read from the table", lambda v: np.exp(v.h))],
            ),
            Part(
                f"Compute the outputs ${Y}$ before activation.",
                [(2, f"for each output the sum of ${HA}$ times weight, down a column"),
                 (1, "the biases are added")],
                "y", lambda v: v.ha @ v.W2 + v.b2, 2,
                [Slip(1, "the biases are missing", lambda v: v.ha @ v.W2),
                 Slip(1, "the rows of the matrix are taken for its columns",
                      lambda v: v.W2 @ v.ha + v.b2),
                 Slip(2, f"${H}$ stands where ${HA}$ should", lambda v: v.h @ v.W2 + v.b2)],
            ),
            Part(
                "Which digit does the network guess?",
                [(1, "the one with the larger output; no softmax is needed")],
                "guess", lambda v: f"{v.y.argmax()}",
            ),
            Part(
                "By how much would the bias of the *other* output have to be raised so that both "
                "outputs get the same share?",
                [(1, "equal shares mean equal outputs, as only their difference counts"),
                 (1, "the lead of the guessed digit")],
                "lead", lambda v: np.ptp(v.y), 2,
                [Slip(1, "half of the lead, as if the other output "
                         "fell", lambda v: np.ptp(v.y) / 2)],
            ),
        ],
        dict(x=x, W1=w1, b1=b1, W2=w2, b2=b2),
        "x W1 b1 W2 b2",
    )  # fmt: skip


@question(
    "Shares that do not mind",
    "03-forward-propagation#the-softmax",
)  # fmt: skip
def shares_and_shift(rng):
    base, leads = 1000 * rng.integers(1, 10), rng.permutation([0, *rng.choice([1, 2, 3], 2, False)])
    y = (base + leads).astype(float)
    i, j = leads.argmax(), leads.argsort()[rng.integers(2)]
    return Variant(
        f"A network has three outputs. For an image they are ${Y} = {row(y)}$.",
        [
            Part(
                "Show that the softmax does not change when the same number $c$ is added to all "
                "outputs.",
                [(1, "the share of output $k$ is written down, with $y_k + c$ for $y_k$"),
                 (1, "$e^{y_k + c} = e^c e^{y_k}$, above and in every term below"),
                 (1, "$e^c$ comes out of the sum and cancels")],
            ),
            Part(
                "Compute the three shares.",
                [(1, "the same number is subtracted from all three outputs"),
                 (1, "the powers of $e$ and their sum"), (1, "each is divided by the sum")],
                "shares", lambda v: softmax(v.y), 3,
                [Slip(1, "$e^{-y}$ is taken for $e^y$, so that the smallest output wins",
                      lambda v: softmax(-v.y)),
                 Slip(1, "divided is by the largest power, not by the sum",
                      lambda v: np.exp(v.y - v.y.max())),
                 Slip(2, "the outputs themselves are divided by their sum",
                      lambda v: v.y / v.y.sum())],
            ),
            Part(
                f"What is the share of output {i}, divided by that of output {j}?",
                [(1, "the ratio of two shares is $e$ to the power of the difference"),
                 (1, "the value, from the table or from (b)")],
                "ratio", lambda v: np.exp(v.y[i] - v.y[j]), 1,
                [Slip(1, "the difference of the outputs is given as the ratio",
                      lambda v: v.y[i] - v.y[j])],
            ),
            Part(
                "A program computes `np.exp(y) / np.exp(y).sum()`, as the formula stands. What "
                "does it answer for these outputs, and why? What is the remedy?",
                [(1, "the powers are too large for the computer: infinity divided by infinity"),
                 (1, "the answer is `nan` three times, and no number"),
                 (1, "the largest output is subtracted first, which by (a) changes nothing")],
            ),
        ],
        dict(y=y), "y",
    )  # fmt: skip


@question(
    "How many parameters?",
    "03-forward-propagation#the-network-in-a-picture",
    "03-forward-propagation#why-the-sigmoid-cannot-be-left-out",
)  # fmt: skip
def parameters(rng):
    side, hidden, outputs = rng.choice([8, 10, 12, 20]), rng.integers(5, 31), rng.integers(4, 13)
    pixels = side**2
    budget = 1000 * rng.integers(3, 10)
    return Variant(
        f"Images of ${side} \\times {side}$ pixels are read by a network with {hidden} hidden "
        f"units and {outputs} outputs. It is built like that of the book.",
        [
            Part(
                "How many parameters has it?",
                [(1, f"the weights, $P \\cdot H$ in ${W1}$ and $H \\cdot K$ in ${W2}$, where $P = "
                     f"{pixels}$"), (1, "a bias for each hidden unit and each output")],
                "count", lambda v: (v.pixels + 1) * v.hidden + (v.hidden + 1) * v.outputs,
                slips=[
                    Slip(1, "the biases are missing", lambda v: (v.pixels + v.outputs) * v.hidden),
                    Slip(1, "only the hidden units have biases",
                         lambda v: (v.pixels + 1 + v.outputs) * v.hidden),
                ],
            ),
            Part(
                "How many parameters more does each further hidden unit bring?",
                [(1, "the weights that enter it and its bias"),
                 (1, "the weights that leave it, one for each output")],
                "each", lambda v: v.pixels + 1 + v.outputs,
                slips=[
                    Slip(1, "the weights that leave it are missing", lambda v: v.pixels + 1),
                    Slip(1, "its bias is missing", lambda v: v.pixels + v.outputs),
                ],
            ),
            Part(
                "How many hidden units may such a network have at most, so that it has no more "
                f"than {budget:,} parameters?",
                [(1, "the output biases are there in any case, and are subtracted first"),
                 (1, "divided by (b), and rounded down")],
                "most", lambda v: (v.budget - v.outputs) // v.each,
                slips=[Slip(1, "rounded up", lambda v: -(-(v.budget - v.outputs) // v.each))],
            ),
            Part(
                "Somebody leaves the sigmoid out. Then a single layer, without any hidden unit, "
                "can compute the same outputs. How many parameters has it?",
                [(1, "one weight for each pixel and output"), (1, "one bias for each output")],
                "single", lambda v: v.pixels * v.outputs + v.outputs,
                slips=[Slip(1, "the biases are missing", lambda v: v.pixels * v.outputs)],
            ),
            Part(
                "Why can it? Show it with the equations of the forward pass.",
                [(1, f"without the sigmoid ${Y} = ({X}{W1} + {B1}){W2} + {B2}$"),
                 (1, f"multiplied out: ${X}({W1}{W2}) + ({B1}{W2} + {B2})$"),
                 (1, "that is the input times one matrix plus one row, as a single layer has it")],
            ),
        ],
        dict(pixels=int(pixels), hidden=int(hidden), outputs=int(outputs), budget=int(budget)),
    )  # fmt: skip


@question(
    "What a hidden unit sees",
    "08-inside-the-sixteen-neurons#what-one-unit-adds-up",
    "08-inside-the-sixteen-neurons#switching-a-unit-off",
)  # fmt: skip
def hidden_unit(rng):
    stencil, bias = rng.integers(-2, 3, (3, 3)), rng.choice(NONZERO)
    image = np.zeros((3, 3), int)
    image[:, :2] = rng.permuted([1, 1, 1, 1, 0, 0]).reshape(3, 2)
    on, (to_one, to_other) = rng.choice([0.8, 0.9]), rng.choice(NONZERO, 2, False)
    y = rng.permutation([0.5, 1.0, 1.5, 2.0])[:2]
    return Variant(
        "Images have $3 \\times 3$ pixels, which are 1 where there is ink and 0 elsewhere. A "
        f"hidden unit has the bias ${bias}$ and the weights on the left; on the right is an "
        f"image.\n\n$$\n\\text{{weights: }} {matrix(stencil)}, \\qquad \\text{{image: }} "
        f"{matrix(image)}\n$$",
        [
            Part(
                "Compute the value $h$ of the unit, before activation.",
                [(1, "the weights where there is ink are added up"), (1, "the bias is added")],
                "h", lambda v: (v.stencil * v.image).sum() + v.bias,
                slips=[
                    Slip(1, "the bias is missing", lambda v: (v.stencil * v.image).sum()),
                    Slip(1, "all weights are added up, with or without ink",
                         lambda v: v.stencil.sum() + v.bias),
                ],
            ),
            Part(
                "The ink is moved by one pixel to the right. What is $h$ now?",
                [(1, "the weights at the new places, and the bias")],
                "moved", lambda v: (v.stencil * np.roll(v.image, 1, axis=1)).sum() + v.bias,
                slips=[Slip(1, "the digit is the same, so the value is, too", lambda v: v.h)],
            ),
            Part(
                "What do (a) and (b) show about how such a network recognises a digit?",
                [(1, "a unit does not find a stroke wherever it is: its weights lie still"),
                 (1, "so a moved digit is another image to the network, and may be misread")],
            ),
            Part(
                "Back to the image of (a). All ink is now grey, 0.5 in place of 1. What is $h$?",
                [(1, "the sum of the products is half as large"), (1, "the bias stays as it is")],
                "grey", lambda v: (v.stencil * v.image).sum() / 2 + v.bias,
                slips=[Slip(1, "the bias is halved too", lambda v: v.h / 2)],
            ),
            Part(
                f"For another image the unit has $h_a = {number(on)}$, and two of the outputs are "
                f"$y_0 = {number(y[0])}$ and $y_1 = {number(y[1])}$. Its weights to these two "
                f"outputs are ${to_one}$ and ${to_other}$. The unit is switched off, so that it "
                "answers 0 for every image. What are the two outputs now?",
                [(1, "the unit's contribution to an output is $h_a$ times its weight"),
                 (1, "each output loses its own contribution")],
                "off", lambda v: v.y - v.on * v.to,
                slips=[
                    Slip(1, "the weight is taken away, without the factor "
                            "$h_a$", lambda v: v.y - v.to),
                    Slip(1, "the contribution is added", lambda v: v.y + v.on * v.to),
                ],
            ),
        ],
        dict(stencil=stencil, image=image, bias=int(bias), on=float(on), y=y,
             to=np.array([to_one, to_other])), "stencil image bias",
    )  # fmt: skip


CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
QUESTIONS_OF_TWO = {  # what it asks -> the weights and the bias of the output
    "at least one pixel has ink": (1, 0, -0.5),
    "both pixels have ink": (0, 1, -0.5),
    "exactly one pixel has ink": (1, -1, -0.5),
    "no pixel has ink": (-1, 0, 0.5),
    "not both pixels have ink": (0, -1, 0.5),
    "both pixels have ink, or none": (-1, 1, 0.5),
}


def asks(to_first, to_second, bias):
    """Which question an output answers behind the units "at least one" and "both"."""
    ha = sigmoid(CORNERS @ np.full((2, 2), 10.0) + [-5, -15])
    yes = ha @ [to_first, to_second] + bias > 0
    for text, weights in QUESTIONS_OF_TWO.items():
        if np.array_equal(yes, ha.round() @ weights[:2] + weights[2] > 0):
            return text
    return "none of these"


@question(
    "Exactly one",
    "03-forward-propagation#why-the-sigmoid-cannot-be-left-out",
)  # fmt: skip
def exactly_one(rng):
    w, b = rng.choice(NONZERO, 2), rng.choice(NONZERO)
    y = CORNERS @ w + b
    weights = QUESTIONS_OF_TWO[rng.choice(list(QUESTIONS_OF_TWO))]
    listed = ", ".join(f"*{text}*" for text in rng.permutation(list(QUESTIONS_OF_TWO)))
    values = ", ".join(f"$y({i}, {j}) = {number(v)}$" for (i, j), v in zip(CORNERS, y[:3]))
    return Variant(
        "Images have two pixels, each empty (0) or full (1). A single unit answers with $y(x_0, "
        f"x_1) = x_0 w_0 + x_1 w_1 + b$. It is known that {values}.",
        [
            Part(
                "What are $w_0$, $w_1$ and $b$, in this order?",
                [(1, "$b$ is the answer to the empty image"), (1, "$w_0 = y(1, 0) - b$"),
                 (1, "$w_1 = y(0, 1) - b$")],
                "parameters", lambda v: np.array([v.y[2] - v.y[0], v.y[1] - v.y[0], v.y[0]]),
                slips=[
                    Slip(2, "the bias is not subtracted",
                         lambda v: np.array([v.y[2], v.y[1], v.y[0]])),
                    Slip(1, "the two weights are exchanged",
                         lambda v: np.array([v.y[1] - v.y[0], v.y[2] - v.y[0], v.y[0]])),
                ],
            ),
            Part(
                "What is $y(1, 1)$?",
                [(1, "both weights and the bias, once"), (1, "the value")],
                "last", lambda v: v.parameters.sum(),
                slips=[Slip(1, "$y(0, 1) + y(1, 0)$, so that the bias counts twice",
                            lambda v: v.parameters.sum() + v.parameters[2])],
            ),
            Part(
                "Prove that no single unit, whatever its weights and its bias, answers with a "
                "positive number exactly if *one* of the two pixels has ink, and with a negative "
                "one otherwise.",
                [(2, "$y(0, 0) + y(1, 1) = y(0, 1) + y(1, 0)$, since both are $w_0 + w_1 + 2b$"),
                 (1, "a right unit would have a negative sum on the left, a positive one on the "
                     "right"), (1, "these cannot be equal; or a drawing, with the reason that the "
                                   "border of a unit is a straight line")],
            ),
            Part(
                "Now two hidden units with the sigmoid look at the pixels, both with the weights "
                "10 and 10, and with the biases $-5$ and $-15$. An output behind them has the "
                f"weights ${weights[0]}$ and ${weights[1]}$ and the bias ${weights[2]}$. It is "
                f"positive for the answer yes. Which question does it answer? {listed}",
                [(1, "the units answer, nearly, *at least one* and *both*"),
                 (1, "the output is worked out for none, one and both, and the question named")],
                "asked", lambda v: asks(*v.weights),
            ),
        ],
        dict(y=y, weights=weights),
    )  # fmt: skip
