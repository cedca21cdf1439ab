"""Answers of the chapter on the inside of the network."""

import numpy as np

from exercises import answer, slip
from exercises.variants import vary
from nnlib import initialize

HA = np.array([0.8, 0.3])
W2 = np.array([[1.0, -1.0], [2.0, 4.0]])
B2 = np.array([0.5, 0.0])


@answer(tolerance=0.001)
def first_output_of_two(ha=HA, W2=W2, b2=B2):
    """The output y_0"""
    return (ha @ W2 + b2)[0]


@slip(first_output_of_two)
def output_without_bias(ha, W2):
    """The bias of the output is missing: add {b2[0]:g}."""
    return (ha @ W2)[0]


@slip(first_output_of_two)
def output_of_the_transpose(ha, W2, b2):
    """That takes the first row of W2: the weights of an output stand in a column."""
    return (ha @ W2.T + b2)[0]


@slip(first_output_of_two)
def other_output(ha, W2, b2):
    """That is y_1, with the second column of W2."""
    return (ha @ W2 + b2)[1]


@answer(tolerance=0.001)
def part_of_the_second(ha=HA, W2=W2, b2=B2):
    """What the second unit contributes to the lead"""
    return ha[1] * (W2[1, 0] - W2[1, 1])


@slip(part_of_the_second)
def part_of_one_output(ha, W2):
    """That is what it gives to output 0 alone, or the sign is lost: it gives output 1 more."""
    return ha[1] * W2[1, 0]


@slip(part_of_the_second)
def part_of_the_other_output(ha, W2):
    """That is what it gives to output 1: the lead is the difference of two outputs."""
    return ha[1] * W2[1, 1]


@slip(part_of_the_second)
def part_of_the_weights(W2):
    """That is the difference of its weights: multiply it by what the unit says, {ha[1]:g}."""
    return W2[1, 0] - W2[1, 1]


@slip(part_of_the_second)
def part_as_a_sum(ha, W2):
    """That adds its two weights: in a lead the one of output 1 is subtracted."""
    return ha[1] * W2[1].sum()


@slip(part_of_the_second)
def part_of_the_first(ha, W2):
    """That is the part of the first unit: take the {ha[1]:g}, and the second row of W2."""
    return ha[0] * (W2[0, 0] - W2[0, 1])


@answer(tolerance=0.001)
def output_1_without_the_second(ha=HA, W2=W2, b2=B2):
    """The output y_1 with the second unit switched off"""
    return ha[:1] @ W2[:1, 1] + b2[1]


@slip(output_1_without_the_second)
def nothing_switched_off(ha, W2, b2):
    """That is y_1 as it was: leave out the product of the second unit."""
    return (ha @ W2 + b2)[1]


@slip(output_1_without_the_second)
def output_0_without_the_second(ha, W2, b2):
    """That is output 0 without the unit: for output 1, take the second column of W2."""
    return ha[:1] @ W2[:1, 0] + b2[0]


@slip(output_1_without_the_second)
def output_without_the_first(ha, W2, b2):
    """That switches the first unit off: the second says {ha[1]:g}."""
    return ha[1:] @ W2[1:, 1] + b2[1]


@slip(output_1_without_the_second)
def weight_taken_off(ha, W2, b2):
    """That takes off the whole weight {W2[1][1]:g}: the unit gives {ha[1]:g} times as much."""
    return (ha @ W2 + b2)[1] - W2[1, 1]


@answer(tolerance=0.001)
def bias_of_the_reversed(ha=HA, W2=W2, b2=B2):
    """The bias of output 0 once the second unit is reversed"""
    return b2[0] + W2[1, 0]


@slip(bias_of_the_reversed)
def bias_kept(b2):
    """With the old bias the output would change: put in 1 - ha for ha, and multiply out."""
    return b2[0]


@slip(bias_of_the_reversed)
def bias_with_the_lost_sign(W2, b2):
    """The sign is turned: what the weight takes off with its new sign, the bias gives back."""
    return b2[0] - W2[1, 0]


@slip(bias_of_the_reversed)
def bias_with_what_it_said(ha, W2, b2):
    """That adds what the unit gave, {ha[1]:g} times {W2[1][0]:g}: add the whole weight."""
    return b2[0] + ha[1] * W2[1, 0]


@slip(bias_of_the_reversed)
def bias_of_the_other(W2, b2):
    """That is the new bias of output 1: the unit’s weight to output 0 is {W2[1][0]:g}."""
    return b2[1] + W2[1, 1]


def some_weights(rng):
    """Whole numbers, none of them 0; the second unit has a positive weight to output 0."""
    weights = rng.integers(1, 5, size=(2, 2)) * rng.choice([-1.0, 1.0], size=(2, 2))
    weights[1, 0] = abs(weights[1, 0])
    return weights


@vary(
    first_output_of_two, part_of_the_second, output_1_without_the_second, bias_of_the_reversed,
    ha=lambda rng: rng.integers(1, 10, size=2) / 10, W2=some_weights,
    b2=lambda rng: rng.choice([-1, -0.5, 0.5, 1], size=2),
)  # fmt: skip
def two_units(ha, W2, b2):
    (a, b), (c, d) = W2
    return (
        rf"$\mathbf{{h}}_a = ({ha[0]:g},\ {ha[1]:g})$",
        rf"\begin{{pmatrix}} {a:g} & {b:g} \\ {c:g} & {d:g} \end{{pmatrix}}",
        rf"$\mathbf{{b}}_2 = ({b2[0]:g},\ {b2[1]:g})$",
    )


def sizes_of_eight():
    return initialize(seed=0, hidden=8)


@answer()
def shape_of_pruned():
    """The shape of W2 of the smaller network"""
    return sizes_of_eight().W2.shape


@slip(shape_of_pruned)
def shape_of_pruned_turned():
    """Rows and columns are exchanged: each hidden unit has a row of ten weights."""
    return sizes_of_eight().W2.T.shape


@slip(shape_of_pruned)
def shape_before():
    """That is its shape with all 16 units: the rows of the removed ones go."""
    return initialize(seed=0).W2.shape


@slip(shape_of_pruned)
def shape_of_the_first():
    """That is the shape of W1: W2 leads from the 8 units to the 10 outputs."""
    return sizes_of_eight().W1.shape


@answer()
def parameters_of_pruned():
    """Its number of parameters"""
    return sum(p.size for p in sizes_of_eight())


@slip(parameters_of_pruned)
def weights_of_pruned():
    """The biases are missing: 8 of the hidden units, and 10 of the outputs."""
    return sizes_of_eight().W1.size + sizes_of_eight().W2.size


@slip(parameters_of_pruned)
def half_of_the_parameters():
    """That is half of 12,730: the outputs keep all their ten biases."""
    return sum(p.size for p in initialize(seed=0)) // 2


@slip(parameters_of_pruned)
def parameters_before():
    """So many it had with 16 units: half of the weights go, and half of the biases b1."""
    return sum(p.size for p in initialize(seed=0))
