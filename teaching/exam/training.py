"""Steps downhill: how long, from where, and until when."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np

import nnlib as nn
from exam import Part, Slip, Variant, question
from exam.writing import B1, B2, W1, W2, X, Y, matrix, number, row, slope, table
from nnlib import Parameters
from nnlib.backpropagation import backward
from nnlib.network import forward
from nnlib.plots import INK


@question(
    "One step downhill",
    "06-training#downhill-on-a-parabola", "06-training#one-step-of-the-network",
)  # fmt: skip
def one_step(rng):
    bowl, start = rng.choice([2, 3, 4, 5], 2, False), rng.choice([-3, -2, -1, 1, 2, 3], 2)
    rate = float(rng.choice([0.01, 0.02, 0.05]))
    return Variant(
        f"A loss depends on two parameters: $L(\\theta, \\varphi) = {bowl[0]}\\,\\theta^2 + "
        f"{bowl[1]}\\,\\varphi^2$. Gradient descent begins at $(\\theta, \\varphi) = "
        f"{row(start)}$, with the learning rate $\\eta = {number(rate)}$.",
        [
            Part("Compute the gradient at the start.", [
                     (1, f"${2 * bowl[0]}\\,\\theta$"), (1, f"${2 * bowl[1]}\\,\\varphi$")],
                 "gradient", lambda v: 2 * v.bowl * v.start,
                 slips=[Slip(1, "the factor 2 is missing", lambda v: v.bowl * v.start),
                        Slip(1, "the terms of the loss "
                                "themselves", lambda v: v.bowl * v.start**2)]),
            Part("Where does the first step lead?", [(1, "minus"),
                                                     (1, "the rate times the gradient")],
                 "there", lambda v: v.start - v.rate * v.gradient,
                 slips=[Slip(1, "uphill: plus in place of minus",
                             lambda v: v.start + v.rate * v.gradient)]),
            Part("By how much does the loss fall, according to the rule for small steps?",
                 [(1, "the rate times the sum of the squares of the derivatives"),
                  (1, "the value")],
                 "promised", lambda v: v.rate * (v.gradient**2).sum(), 2,
                 [Slip(1, "the length of the gradient is not squared",
                       lambda v: v.rate * np.sqrt((v.gradient**2).sum())),
                  Slip(1, "the rate is squared too",
                       lambda v: ((v.rate * v.gradient) ** 2).sum())]),
            Part("By how much does it really fall?", [(1, "the loss before and after"),
                                                      (1, "the value")],
                 "real", lambda v: v.bowl @ (v.start**2 - v.there**2), 2,
                 [Slip(1, "only the loss after the step is given", lambda v: v.bowl @ v.there**2)]),
            Part("Why are the two not the same, and which rate would bring them closer together?",
                 [(1, "on the way the slope changes, and the rule takes that of the start"),
                  (1, "a smaller rate")]),
            Part("Below which rate does gradient descent approach the lowest point from *every* "
                 "start?",
                 [(1, f"a step multiplies $\\theta$ by $1 - {2 * bowl[0]}\\,\\eta$ and $\\varphi$ "
                      f"by $1 - {2 * bowl[1]}\\,\\eta$"),
                  (1, "both between $-1$ and 1"), (1, "so the steeper direction decides")],
                 "limit", lambda v: 1 / v.bowl.max(), 2,
                 [Slip(1, "the flatter direction is taken", lambda v: 1 / v.bowl.min()),
                  Slip(1, "the rate that arrives in one step in the steeper direction",
                       lambda v: 1 / (2 * v.bowl.max()))]),
        ],
        dict(bowl=bowl, start=start, rate=rate),
    )  # fmt: skip


def walk(rate, steps=8, theta=4.0):
    return theta * (1 - 2 * rate) ** np.arange(steps + 1)


def told_of(curves, places):
    """The numbers of curves, (letter, values), for who does not see them."""
    return " ".join(
        f"{letter}: {', '.join(number(value, places) for value in values)}."
        for letter, values in curves
    )


def draw_walks(rates):
    figure, axes = plt.subplots(1, 4, figsize=(6.4, 2.0), sharey=True)
    for ax, letter, rate in zip(axes, "ABCD", rates):
        ax.plot(walk(rate), "o-", markersize=3.5, linewidth=1.2, color="#0072b2")
        ax.set(title=letter, xlabel="step", ylim=(-9.5, 9.5), xticks=(0, 4, 8))
    axes[0].set_ylabel(r"$\theta$")
    return figure


@question(
    "Four walks into a valley",
    "06-training#downhill-on-a-parabola", "06-training#how-long-a-step",
)  # fmt: skip
def rates(rng):
    drawn = [rng.choice(some) for some in ([0.03, 0.05, 0.1], [0.3, 0.4], [0.8, 0.9], [1.02, 1.04])]
    order = [float(rate) for rate in rng.permutation(drawn)]
    slopes, eta = int(rng.choice([2, 3, 4, 5])), float(rng.choice([0.02, 0.05, 0.06]))
    listed = ", ".join(number(rate) for rate in sorted(order))
    return Variant(
        "On $L(\\theta) = \\theta^2$ gradient descent has been started four times at $\\theta = "
        f"4$, with the rates {listed}. The panels show $\\theta$ after each step.",
        [
            Part("Which rate belongs to which panel?", [(4, "one mark for each panel")],
                 "match", lambda v: ", ".join(f"{letter}: {number(rate)}"
                                              for letter, rate in zip("ABCD", v.order))),
            Part("In the panel in which $\\theta$ goes further and further away, is each "
                 "derivative computed rightly? What goes wrong there?",
                 [(1, "yes: it says truly which way is down, and how steeply"),
                  (1, "each step is too long for that: it lands higher on the other side")]),
            Part(f"Now let $L(\\theta) = {slopes}\\,\\theta^2$ and $\\eta = {number(eta)}$. By "
                 "what is $\\theta$ multiplied in each step?",
                 [(1, f"the derivative is ${2 * slopes}\\,\\theta$"),
                  (1, "1 minus the rate times that")],
                 "factor", lambda v: 1 - 2 * v.slopes * v.eta,
                 slips=[Slip(1, "the factor 2 of the derivative is missing",
                             lambda v: 1 - v.slopes * v.eta),
                        Slip(1, "the 1 is missing", lambda v: 2 * v.slopes * v.eta)]),
            Part("With which rate would this walk be at the lowest point after a single step?",
                 [(1, "the factor is to be 0"), (1, "the value")],
                 "at_once", lambda v: 1 / (2 * v.slopes), 2,
                 [Slip(1, "the factor 2 of the derivative is missing", lambda v: 1 / v.slopes)]),
            Part("On this parabola a rate that is too large makes the loss run off to infinity. "
                 "The network of the book does not do that, even at a rate of 50: its loss stays "
                 "high. What becomes of its hidden units, and why do they not recover?",
                 [(1, "long steps make the sums large, so that the units are stuck at 0 or 1"),
                  (1, "there the sigmoid has next to no slope, a factor of their gradient")]),
        ],
        dict(order=order, slopes=slopes, eta=eta),
        pictures={"walks": ("The parameter after 0, 1, 2, ... steps. "
                            + told_of(zip("ABCD", map(walk, order)), 1),
                            lambda: draw_walks(order))},
    )  # fmt: skip


def starts(rng):
    """Start values of a small network, each under a sentence."""
    zero = {"W1": np.zeros((3, 2)), "b1": np.zeros(2), "W2": np.zeros((2, 2)), "b2": np.zeros(2)}
    drawn = {name: rng.standard_normal(array.shape) for name, array in zero.items()}
    tenth = zero | {name: np.full(zero[name].shape, 0.1) for name in ("W1", "W2")}
    return {
        "all parameters 0": zero,
        "all weights 0.1, all biases 0": tenth,
        f"${W1}$ random, the others 0": zero | {"W1": drawn["W1"]},
        f"${W2}$ random, the others 0": zero | {"W2": drawn["W2"]},
        f"${B1}$ random, all weights 0.1, ${B2}$ 0": tenth | {"b1": drawn["b1"]},
        f"${B2}$ random, all weights 0.1, ${B1}$ 0": tenth | {"b2": drawn["b2"]},
    }


def stay_equal(start, steps=20):
    """Whether both hidden units of a small network are still the same after some steps."""
    rng = np.random.default_rng(0)
    x, t = rng.random((8, 3)), np.eye(2)[rng.integers(2, size=8)]
    parameters = Parameters(**start)
    for _ in range(steps):
        gradient = backward(*forward(x, parameters), t, parameters)
        parameters = Parameters(*(p - 0.5 * dp for p, dp in zip(parameters, gradient)))
    return all(np.allclose(part[0], part[1]) for part in
               (parameters.W1.T, parameters.b1, parameters.W2))  # fmt: skip


@question(
    "Equal units",
    "06-training#where-to-start", "05-backpropagation#the-gradient-check",
)  # fmt: skip
def equal_units(rng):
    units = int(rng.choice([8, 16, 30]))
    out, dy = rng.choice([-3, -2, -1, 1, 2, 3], 2, False), rng.choice([0.1, 0.2, 0.3, 0.4])
    x, ha = row(rng.choice([0.5, 1.0, 0.0], 2, False)), float(rng.choice([0.2, 0.4, 0.5]))
    start = starts(rng)
    names = [str(name) for name in rng.permutation(list(start))[:4]]
    four = table(["case", "start"], zip("ABCD", names))
    w2 = np.array([out, out])
    return Variant(
        "Two hidden units of a network are equal: they have the same weights from the pixels, the "
        f"same bias, and the same weights to the two outputs,\n\n$$\n{W2} = "
        f"{matrix(w2)}\\,.\n$$\n\nFor the image ${X} = {x}$ both have $h_a = {number(ha)}$, and "
        f"${slope(Y)} = {row([dy, -dy])}$.",
        [
            Part("Compute the derivatives of the loss with respect to the two hidden values, "
                 "before the sigmoid.",
                 [(1, "back through the weights: the two paths of each unit are added up"),
                  (1, "times $h_a\\,(1 - h_a)$"), (1, "both are the same")],
                 "dh", lambda v: (v.W2 @ v.dy) * v.ha * (1 - v.ha), 3,
                 [Slip(1, "the slope of the sigmoid is missing", lambda v: v.W2 @ v.dy)]),
            Part("Show that the two units are still equal after a step of gradient descent, and "
                 f"say what that means for a network whose {units} hidden units begin as equals.",
                 [(1, f"the columns of ${slope(W1)}$ are the image times (a): equal"),
                  (1, f"the rows of ${slope(W2)}$ are $h_a$ times the same row: equal, and so is "
                      "all that is subtracted"),
                  (1, f"{units} units do the work of one, after any number of steps")]),
            Part(f"Here are four ways to start a network with two hidden units.\n\n{four}\n\nIn "
                 "which of them do the units stay equal for ever?",
                 [(4, "one mark for each that is judged rightly")],
                 "stay", lambda v: ", ".join(letter for letter, name in zip("ABCD", names)
                                             if stay_equal(start[name])) or "in none"),
            Part("Somebody sets all parameters to 0, checks a program for the gradient there, and "
                 f"finds no fault in ${slope(W1)}$. Why does this say nothing?",
                 [(1, f"with ${W2} = 0$ nothing comes back: the derivative is 0"),
                  (1, "whatever the lines behind it say, so that a wrong slope passes too")]),
        ],
        dict(W2=w2, dy=np.array([dy, -dy]), ha=ha),
    )  # fmt: skip


EPOCHS = 40


@cache
def runs(seed):
    """What a training on few images has after each epoch: its loss on these, that on others, and
    the accuracy on the others."""
    digits, rng, parameters = nn.load_sample(), np.random.default_rng(seed), nn.initialize(seed)
    sets = [(digits.train_images[part], digits.train_labels[part])
            for part in (slice(300 * seed, 300 * seed + 300), slice(3200, 4000))]  # fmt: skip
    measured = []
    for _ in range(EPOCHS):
        parameters, _ = nn.train(
            *sets[0], parameters, seed=rng, epochs=1, batch_size=16, rate=2
        )
        measured.append([
            nn.cross_entropy(nn.forward_propagation(images, parameters)[3], labels)
            for images, labels in sets
        ] + [nn.accuracy(*sets[1], parameters)])
    return np.array(measured).T


def draw_losses(curves):
    figure, ax = plt.subplots(figsize=(5.2, 2.8))
    for letter, curve, style in zip("AB", curves, ("-", "--")):
        ax.plot(range(1, EPOCHS + 1), curve, style, color=INK, label=letter)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.4), xticks=range(0, EPOCHS + 1, 5))
    ax.legend()
    return figure


@question(
    "When to stop",
    "06-training#watch-it-learn-and-stop-it", "04-the-loss#loss-and-accuracy-need-not-agree",
    "02-a-digit-is-784-numbers#three-sets-of-images",
)  # fmt: skip
def loss_curve(rng):
    seed, first = int(rng.integers(6)), int(rng.integers(2))
    learned, held_out, accuracy = runs(seed)
    then, last = (number(accuracy[k], 2) for k in (held_out.argmin(), -1))
    curves = (learned, held_out) if first == 0 else (held_out, learned)
    return Variant(
        "A network with ten outputs learns from 300 digits. The curves show its loss after each "
        f"of {EPOCHS} epochs, on these images and on 800 others.",
        [
            Part("Which curve, A or B, belongs to the images that it learns from?",
                 [(1, "the one that goes on falling")],
                 "learned", lambda v: "AB"[v.first]),
            Part("After which epoch would you have stopped? Read it from the figure.",
                 [(1, "at the lowest point of the *other* curve"),
                  (1, "the epoch, or another at which this curve looks as low")],
                 "epoch", lambda v: int(v.held_out.argmin()) + 1, within=3,
                 slips=[Slip(2, "at the end, where the loss of (a) is lowest", lambda v: EPOCHS)]),
            Part("About how large would you expect the loss to be before the first step, and why?",
                 [(1, "$\\log 10 \\approx 2.3$, or a little more"),
                  (1, "an untrained network gives each of the ten digits about a tenth")]),
            Part("From its lowest point on the loss of the other images rises. The fraction of "
                 f"them that is read rightly is {then} at this point and {last} at the end. How "
                 "can the loss rise while this fraction hardly changes?",
                 [(1, "the network becomes surer of its answers, of the wrong ones too"),
                  (1, "a wrong answer costs the more, the surer it is; right and wrong are counted "
                      "by the largest output alone")]),
            Part("The network of the epoch in (b) reads a certain fraction of the 800 images. May "
                 "one report this number as its accuracy on new images? What should one do?",
                 [(1, "not quite: the epoch was chosen by these images, so that the number "
                      "flatters"),
                  (1, "measure once, on test images that were used neither to learn nor to "
                      "choose")]),
        ],
        dict(first=first, held_out=held_out),
        pictures={"losses": (f"The loss after each of the epochs 1 to {EPOCHS}. "
                             + told_of(zip("AB", curves), 2), lambda: draw_losses(curves))},
    )  # fmt: skip
