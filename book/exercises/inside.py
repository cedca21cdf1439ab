"""Answers of the chapter on the inside of the network."""

import numpy as np

from exercises import answer, slip
from nnlib import initialize

HA = np.array([0.8, 0.3])
W2 = np.array([[1.0, -1.0], [2.0, 4.0]])
B2 = np.array([0.5, 0.0])


@answer(tolerance=0.001)
def first_output_of_two():
    """The output y_0"""
    return (HA @ W2 + B2)[0]


@slip(first_output_of_two)
def output_without_bias():
    """The bias of the output is missing: add 0.5."""
    return (HA @ W2)[0]


@slip(first_output_of_two)
def output_of_the_transpose():
    """That takes the first row of W2: the weights of an output stand in a column."""
    return (HA @ W2.T + B2)[0]


@slip(first_output_of_two)
def other_output():
    """That is y_1, with the second column of W2."""
    return (HA @ W2 + B2)[1]


@answer(tolerance=0.001)
def part_of_the_second():
    """What the second unit contributes to the lead"""
    return HA[1] * (W2[1, 0] - W2[1, 1])


@slip(part_of_the_second)
def part_of_one_output():
    """That is what it gives to output 0 alone, or the sign is lost: it gives output 1 more."""
    return HA[1] * W2[1, 0]


@slip(part_of_the_second)
def part_of_the_other_output():
    """That is what it gives to output 1: the lead is the difference of two outputs."""
    return HA[1] * W2[1, 1]


@slip(part_of_the_second)
def part_of_the_weights():
    """That is the difference of its weights: multiply it by what the unit says, 0.3."""
    return W2[1, 0] - W2[1, 1]


@slip(part_of_the_second)
def part_as_a_sum():
    """That adds its two weights: in a lead the one of output 1 is subtracted."""
    return HA[1] * W2[1].sum()


@slip(part_of_the_second)
def part_of_the_first():
    """That is the part of the first unit: take the 0.3, and the second row of W2."""
    return HA[0] * (W2[0, 0] - W2[0, 1])


@answer(tolerance=0.001)
def output_1_without_the_second():
    """The output y_1 with the second unit switched off"""
    return HA[:1] @ W2[:1, 1] + B2[1]


@slip(output_1_without_the_second)
def nothing_switched_off():
    """That is y_1 as it was: leave out the product of the second unit."""
    return (HA @ W2 + B2)[1]


@slip(output_1_without_the_second)
def output_0_without_the_second():
    """That is output 0 without the unit: for output 1, take the second column of W2."""
    return HA[:1] @ W2[:1, 0] + B2[0]


@slip(output_1_without_the_second)
def output_without_the_first():
    """That switches the first unit off: the second says 0.3."""
    return HA[1:] @ W2[1:, 1] + B2[1]


@slip(output_1_without_the_second)
def weight_taken_off():
    """That takes off the whole weight 4: the unit says 0.3, and gives 0.3 times as much."""
    return (HA @ W2 + B2)[1] - W2[1, 1]


@answer(tolerance=0.001)
def bias_of_the_reversed():
    """The bias of output 0 once the second unit is reversed"""
    return B2[0] + W2[1, 0]


@slip(bias_of_the_reversed)
def bias_kept():
    """With the old bias the output would change: put in 1 - ha for ha, and multiply out."""
    return B2[0]


@slip(bias_of_the_reversed)
def bias_with_the_lost_sign():
    """The sign is turned: the weight changes to -2, and what it takes off the bias gives back."""
    return B2[0] - W2[1, 0]


@slip(bias_of_the_reversed)
def bias_with_what_it_said():
    """That adds what the unit gave for this image, 0.3 times 2: add the whole weight."""
    return B2[0] + HA[1] * W2[1, 0]


@slip(bias_of_the_reversed)
def bias_of_the_other():
    """That is the new bias of output 1: the unit's weight to output 0 is 2."""
    return B2[1] + W2[1, 1]


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
