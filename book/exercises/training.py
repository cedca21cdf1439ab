"""Answers of the chapter on training."""

import numpy as np

from exercises import answer, sample, slip
from exercises.variants import vary
from nnlib import backpropagation, initialize

FLAT = 1  # the loss in each direction is half of this times the square


def largest_rate(curvature):
    """Below this rate a step multiplies the distance by less than 1, either way."""
    return 2 / curvature


@answer(tolerance=0.001)
def rate_limit(rate=0.1):
    """It approaches the lowest point for all rates above 0 and below"""
    return largest_rate(steep(rate))


def steep(rate):
    """The other direction is so steep that at this rate a single step takes all that is left."""
    return 1 / rate


@slip(rate_limit)
def rate_of_one_step(rate):
    """There the steep direction takes one step: a larger rate overshoots, and still gets nearer."""
    return 1 / steep(rate)


@slip(rate_limit)
def rate_of_the_flat():
    """That is the limit of the flat direction: the steep one is the stricter."""
    return largest_rate(FLAT)


@slip(rate_limit)
def rate_without_the_two(rate):
    """The 2 is missing that the derivative of a square has: it doubles the factor before it."""
    return largest_rate(steep(rate) / 2)


def steps_until(factor, part=0.001):
    """How many steps that multiply by a factor it takes to get below a part."""
    return int(np.floor(np.log(part) / np.log(factor))) + 1


@answer()
def steps_in_the_flat(rate=0.1):
    """The steps for the second one at the rate {rate}"""
    return steps_until(1 - rate * FLAT)


@slip(steps_in_the_flat)
def steps_rounded_down(rate):
    """After that many it is just above a thousandth: round up."""
    return steps_until(1 - rate * FLAT) - 1


@slip(steps_in_the_flat)
def steps_of_equal_length(rate):
    """That takes the same length off each time: a step takes a part of what is left."""
    return round((1 - 0.001) / rate)


@slip(steps_in_the_flat)
def steps_to_a_hundredth(rate):
    """That is a hundredth: the third zero takes as many steps as each of the others."""
    return steps_until(1 - rate * FLAT, part=0.01)


@slip(steps_in_the_flat)
def steps_of_the_steep():
    """That is the steep direction, whose factor is 0 at this rate."""
    return 1


@vary(rate_limit, steps_in_the_flat, rate=(0.02, 0.025, 0.04, 0.05, 0.1, 0.125, 0.2, 0.25))
def two_valleys(rate):
    return rf"= {steep(rate) / 2:g}\,\theta^2", rf"At the rate $\eta = {rate}$,"


def columns_that_differ(start):
    """How many columns of dW1 are not as the first one is, in the first step."""
    batch = sample().train_images[:16], sample().train_labels[:16]
    dW1 = backpropagation(*batch, start).W1
    return int((np.abs(dW1 - dW1[:, :1]).max(axis=0) > 1e-12).sum())


@answer()
def columns_after_a_step():
    """How many columns of W1 differ from the first after a step?"""
    start = initialize(seed=0)
    return columns_that_differ(start._replace(W1=0 * start.W1))


@slip(columns_after_a_step)
def units_stay_equal():
    """So it would be if the rows of W2 were equal: look at what comes back through them."""
    start = initialize(seed=0)
    return columns_that_differ(start._replace(W1=0 * start.W1, W2=0 * start.W2))


@slip(columns_after_a_step)
def first_differs_from_itself():
    """That counts the first column too, which does not differ from itself."""
    return initialize(seed=0).W1.shape[1]


@answer()
def black_less_33():
    """0 minus 33 in uint8"""
    return int((np.zeros(1, np.uint8) - 33)[0])


@slip(black_less_33)
def black_in_whole_numbers():
    """uint8 knows no sign: what is below 0 begins again at the upper end."""
    return 0 - 33


@slip(black_less_33)
def black_modulo_255():
    """There are 256 values, from 0 to 255: below 0 comes 255, so it is 256 less 33."""
    return -33 % 255


@slip(black_less_33)
def black_clipped():
    """uint8 does not stop at 0: what is below begins again at the upper end."""
    return max(0 - 33, 0)


def mean_of_three(others, p):
    """The mean derivative for a class that is the label of one image of three."""
    return (p - 1 + 2 * others * p) / 3


@answer(tolerance=0.005)
def right_mean(p=0.5):
    """The mean of the right derivative for p_k = {p}"""
    return mean_of_three(+1, p)


@slip(right_mean)
def right_sum(p):
    """That is the sum of the three: divide it by 3."""
    return 3 * mean_of_three(+1, p)


@slip(right_mean)
def right_mean_of_one_other(p):
    """That has one image of another class: there are two of them."""
    return (p - 1 + p) / 3


@slip(right_mean)
def right_mean_upside_down(p):
    """The sign is turned: the label has p - 1, and each of the two others +p."""
    return -mean_of_three(+1, p)


@answer(tolerance=0.005)
def wrong_mean(p=0.5):
    """The mean of the wrong derivative for p_k = {p}"""
    return mean_of_three(-1, p)


@slip(wrong_mean)
def wrong_sum(p):
    """That is the sum of the three: divide it by 3."""
    return 3 * mean_of_three(-1, p)


@slip(wrong_mean)
def wrong_mean_upside_down(p):
    """The sign is turned: p - 1 and -p are all below 0."""
    return -mean_of_three(-1, p)


@slip(wrong_mean)
def wrong_mean_of_one_other(p):
    """That has one image of another class: there are two of them."""
    return (p - 1 - p) / 3


@slip(wrong_mean)
def right_for_wrong(p):
    """That is the mean of the right one: here the two others have -p."""
    return mean_of_three(+1, p)


@vary(right_mean, wrong_mean, p=(0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9))
def three_classes(p):
    return (f"for $p_k = {p}$",)
