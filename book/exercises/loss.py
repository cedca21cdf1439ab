"""Answers of the chapter on the loss."""

import numpy as np

from exercises import answer, slip
from exercises.variants import vary
from nnlib import cross_entropy, one_hot, sigmoid, softmax


@answer(tolerance=0.002)
def least_loss_of_a_mistake():
    """The least loss of a wrong guess"""
    return -np.log(0.5)


@slip(least_loss_of_a_mistake)
def loss_with_log2():
    """That is the logarithm to the base 2: the loss has the natural one, log(2)."""
    return -np.log2(0.5)


@slip(least_loss_of_a_mistake)
def loss_with_log10():
    """That is the logarithm to the base 10: the loss has the natural one, log(2)."""
    return -np.log10(0.5)


@slip(least_loss_of_a_mistake)
def loss_with_the_lost_sign():
    """The sign is lost: the loss is minus the logarithm of the share."""
    return np.log(0.5)


@slip(least_loss_of_a_mistake)
def share_for_loss():
    """That is the largest share that the label can have: the loss is minus its logarithm."""
    return 0.5


@slip(least_loss_of_a_mistake)
def loss_of_one_in_ten():
    """That is the loss where all ten are equal: two shares of a half can lead together as well."""
    return np.log(10)


@answer(tolerance=0.001)
def rate_of_the_mean(n=32, rate=0.05):
    """The rate for the mean of {n} losses"""
    return rate * n


@slip(rate_of_the_mean)
def rate_divided(n, rate):
    """That divides by {n}: the mean has the smaller slopes, and so needs the larger rate."""
    return rate / n


@slip(rate_of_the_mean)
def rate_unchanged(rate):
    """With the same rate the steps of the mean are {n} times as small."""
    return rate


@answer(tolerance=0.001)
def rate_of_320(n=32, rate=0.05, large=320):
    """The rate for the sum of {large} losses"""
    return rate * n / large


@slip(rate_of_320)
def rate_multiplied(n, rate, large):
    """That makes it larger: the slopes of {large} losses are, and so need a smaller rate."""
    return rate * large / n


@slip(rate_of_320)
def rate_of_320_means(n, rate):
    """That is the rate for the mean, whatever the size of the batch: here losses are added up."""
    return rate * n


@slip(rate_of_320)
def rate_divided_by_320(rate, large):
    """That divides by {large}: with batches of {n} the rate was right, see how many times more."""
    return rate / large


@vary(
    rate_of_the_mean, rate_of_320,
    n=(8, 16, 20, 25, 32, 40, 50), rate=(0.01, 0.02, 0.03, 0.05, 0.1),
    large=(160, 200, 320, 400, 640, 800),
)  # fmt: skip
def two_sizes_of_batches(n, rate, large):
    return f"of {n} images and uses the rate {rate}.", f"for batches of {large}?"


def slope_of_the_square(p):
    """Q' for two outputs, by [eq-two-slopes]."""
    return -4 * p * (1 - p) ** 2


@answer(tolerance=0.005)
def steepest_share():
    """Q is steepest where the label’s share p is"""
    p = np.linspace(0, 1, 3001)
    return p[np.argmin(slope_of_the_square(p))]


@slip(steepest_share)
def steepest_in_the_middle():
    """That is where the activation is steepest: the factor 1 - p moves the place to the left."""
    d = np.linspace(-5, 5, 1001)
    return sigmoid(d[np.argmax(sigmoid(d) * (1 - sigmoid(d)))])


@slip(steepest_share)
def steepest_at_the_start():
    """So it is for L: the slope of Q has the factor p, which goes to 0 there."""
    return 0


@slip(steepest_share)
def share_of_the_other():
    """That is the share of the other output, 1 - p."""
    return 1 - steepest_share()


@answer(tolerance=0.005)
def steepest_slope():
    """The slope Q' there"""
    return slope_of_the_square(steepest_share())


@slip(steepest_slope)
def steepest_slope_upwards():
    """The sign is lost: Q falls as the label’s output leads by more."""
    return -slope_of_the_square(steepest_share())


@slip(steepest_slope)
def slope_without_activation():
    """That is the derivative with respect to p: times p (1 - p) it is that with respect to d."""
    return -4 * (1 - steepest_share())


@slip(steepest_slope)
def slope_in_the_middle():
    """That is the slope at d = 0, where p is a half: it is not the steepest."""
    return slope_of_the_square(0.5)


@slip(steepest_slope)
def slope_of_one_square():
    """That is the slope of one of the two squares: Q adds up both."""
    return slope_of_the_square(steepest_share()) / 2


def behind(distance):
    """Outputs whose first falls behind the nine others by a distance."""
    return np.array([-distance, *9 * [0.0]])


@answer(tolerance=5e-5)
def loss_700_behind():
    """The loss of a label that is 700 behind"""
    return cross_entropy(behind(700.0), 0)


@slip(loss_700_behind)
def distance_for_loss():
    """That is the distance alone: nine digits share the lead, and the loss has their number too."""
    return 700


@slip(loss_700_behind)
def loss_with_the_label_among_them():
    """That counts ten digits in the lead: the label has fallen behind, and nine are left."""
    return 700 + np.log(10)


@slip(loss_700_behind)
def loss_with_log10_of_nine():
    """That adds the logarithm of 9 to the base 10: take the natural one."""
    return 700 + np.log10(9)


@slip(loss_700_behind)
def loss_with_nine():
    """That adds 9: of the sum of nine powers of e the logarithm is added."""
    return 700 + 9


def slopes_of_entropy(p):
    return p - one_hot(0)


def slopes_of_square(p):
    """The derivatives of the squared error with respect to y."""
    error = 2 * (p - one_hot(0))
    return p * (error - p @ error)


def slopes_of_the_label(p):
    return slopes_of_entropy(p) * one_hot(0)


def walk(slopes, distance, length=0.5):
    """How many steps it takes until the label 0 leads in the race of two digits."""
    y = np.array([-distance, 0.0, *8 * [-30.0]])
    steps = 0
    while y.argmax() != 0 and steps < 1000:
        y = y - length * slopes(softmax(y))
        steps += 1
    return steps


@answer()
def steps_of_the_entropy(distance=5):
    """Steps of the cross entropy, from {distance} behind"""
    return walk(slopes_of_entropy, distance)


@slip(steps_of_the_entropy)
def steps_of_one_output(distance):
    """That moves the label’s output only: the rival falls while the label rises."""
    return walk(slopes_of_the_label, distance)


@slip(steps_of_the_entropy)
def steps_of_full_length(distance):
    """That is with steps of the whole derivative: here they are half of it."""
    return walk(slopes_of_entropy, distance, length=1)


@slip(steps_of_the_entropy)
def steps_of_the_entropy_of_the_square(distance):
    """That is what the squared error needs."""
    return walk(slopes_of_square, distance)


@answer()
def steps_of_the_square(distance=5):
    """Steps of the squared error, from {distance} behind"""
    return walk(slopes_of_square, distance)


@slip(steps_of_the_square)
def steps_of_the_square_of_full_length(distance):
    """That is with steps of the whole derivative: here they are half of it."""
    return walk(slopes_of_square, distance, length=1)


@slip(steps_of_the_square)
def steps_of_the_square_of_the_entropy(distance):
    """That is what the cross entropy needs: the squared error is nearly flat where it starts."""
    return walk(slopes_of_entropy, distance)


@vary(steps_of_the_entropy, steps_of_the_square, distance=range(3, 9))
def a_distance(distance):
    return (f"behind by 2, {distance} and 10 in",)


@answer(tolerance=0.002)
def loss_of_26_letters():
    """The loss to expect before training, of 26 letters"""
    return np.log(26)


@slip(loss_of_26_letters)
def loss_of_ten_digits():
    """That is the loss of ten digits: here 26 letters have equal shares."""
    return np.log(10)


@slip(loss_of_26_letters)
def loss_of_26_with_log10():
    """That is the logarithm to the base 10: the loss has the natural one."""
    return np.log10(26)


@slip(loss_of_26_letters)
def share_of_26_letters():
    """That is the share of each letter: the loss is minus its logarithm."""
    return 1 / 26


@answer(tolerance=0.002)
def typical_share():
    """The geometric mean of the shares, from a loss of 0.105"""
    return np.exp(-0.105)


@slip(typical_share)
def logarithm_of_a_loss():
    """That takes the logarithm once more: the loss is one already, so take a power of e."""
    return -np.log(0.105)


@slip(typical_share)
def share_less_the_loss():
    """That is 1 less the loss, near the share for small losses only: take e to minus the loss."""
    return 1 - 0.105


@slip(typical_share)
def share_to_the_base_10():
    """That is a power of 10: the natural logarithm is taken back by a power of e."""
    return 10**-0.105


@answer(tolerance=0.001)
def least_change_of_accuracy():
    """The least change of an accuracy on 200 images"""
    return 1 / 200


@slip(least_change_of_accuracy)
def change_in_images():
    """That is the change in images: the accuracy is their fraction of 200."""
    return 1


@slip(least_change_of_accuracy)
def no_change_of_accuracy():
    """It may well not change at all: but if it does, at least one image has changed sides."""
    return 0
