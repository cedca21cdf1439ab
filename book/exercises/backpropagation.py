"""Answers of the chapter on backpropagation."""

from itertools import permutations, product

import numpy as np

from exercises import answer, sample, slip
from exercises.variants import vary
from nnlib import Parameters, backpropagation, initialize, one_hot, sigmoid, softmax
from nnlib.backpropagation import backward
from nnlib.network import forward

SHARED = ("s p_i - t_i", "p_i - t_i", "p_i - s t_i", "s (p_i - t_i)")


@answer(options=SHARED)
def shared_target():
    """The derivative with respect to y_i if the targets add up to s"""
    y, t, nudges = np.array([0.3, -0.2, 0.7]), np.array([0.5, 0.25, 0.75]), 1e-5 * np.eye(3)
    up, down = (-np.log(softmax(y + sign * nudges)) @ t for sign in (+1, -1))
    p, s = softmax(y), t.sum()
    forms = s * p - t, p - t, p - s * t, s * (p - t)
    errors = [np.abs((up - down) / 2e-5 - form).max() for form in forms]
    return SHARED[np.argmin(errors)]


@slip(shared_target)
def targets_of_sum_one():
    """That uses that the targets add up to 1: look at what comes out of the sum over k."""
    return "p_i - t_i"


@slip(shared_target)
def sum_beside_the_target():
    """The sum over k of t_k stands beside p_i, which does not depend on k."""
    return "p_i - s t_i"


@slip(shared_target)
def sum_beside_both():
    """Of the Kronecker delta only one term of the sum is left, t_i: it has no factor s."""
    return "s (p_i - t_i)"


def small_batch(first=2, second=1):
    """Two images of one pixel, and a network with one hidden unit and two outputs."""
    x = np.array([[1.0], [0.5]])
    W1, W2 = np.array([[float(first)]]), np.array([[second, -second]], dtype=float)
    p = Parameters(W1, -W1[0] / 2, W2, np.zeros(2))
    return *forward(x, p), np.eye(2), p


def dy(batch, n=2):
    """The derivatives with respect to the outputs of a small batch."""
    *_, ya, t, _ = batch
    return (ya - t) / n


def sloped(batch, S, n=2):
    """The derivatives with respect to h of a small batch, with the slope S (1 - S)."""
    return dy(batch, n) @ batch[-1].W2.T * S * (1 - S)


@answer(options=("all four", "dW1 alone", "dW1 and db1", "dW2 and db2"))
def arrays_behind_the_slope():
    """The gradient check complains about"""
    x, _, ha, *_ = batch = small_batch()
    right, dh, d = backward(*batch), sloped(batch, sigmoid(ha)), dy(batch)
    broken = x.T @ dh, dh.sum(axis=0), ha.T @ d, d.sum(axis=0)
    names = ("dW1", "db1", "dW2", "db2")
    return " and ".join(name for name, a, b in zip(names, broken, right) if not np.allclose(a, b))


@slip(arrays_behind_the_slope)
def all_arrays():
    """dW2 and db2 are computed from dy, before the sigmoid is passed on the way back."""
    return "all four"


@slip(arrays_behind_the_slope)
def weights_alone():
    """dW1 is not all that is computed from the wrong dh: look at the line below it."""
    return "dW1 alone"


@slip(arrays_behind_the_slope)
def arrays_of_the_wrong_side():
    """These come before the sigmoid on the way back: look at what is computed after it."""
    return "dW2 and db2"


def gradient_at_zero():
    zeros = Parameters(*(np.zeros_like(p) for p in initialize(seed=0)))
    return backpropagation(sample().train_images[32:36], sample().train_labels[32:36], zeros)


@answer(tolerance=0.001)
def entry_at_zero():
    """An entry of dW2 in a column whose digit is none of the labels"""
    return gradient_at_zero().W2[0, 0]


@slip(entry_at_zero)
def entry_without_hidden_value():
    """That is the mean of dy alone: by eq-dW2 it is multiplied by the hidden values, all a half."""
    return gradient_at_zero().b2[0]


@slip(entry_at_zero)
def entry_of_the_sum():
    """That adds up the four images: the loss is their mean, so divide by 4."""
    return 4 * gradient_at_zero().W2[0, 0]


@slip(entry_at_zero)
def entry_of_a_zero_network():
    """dW2 does not contain W2: its factors are the hidden values, S(0), and dy."""
    return 0


@answer(tolerance=0.001)
def along_the_diagonal():
    """What the derivative with respect to u really is"""
    step = 1e-6
    return (odd(step, step) - odd(-step, -step)) / (2 * step)


def odd(a, b):
    return a * b**2 / (a**2 + b**2)


@slip(along_the_diagonal)
def by_the_chain_rule():
    """That is what the chain rule says: put a = u and b = u into f, and find its slope."""
    return 0


@slip(along_the_diagonal)
def along_u():
    """f(u, u) is u^3 divided by u^2 + u^2, and not by u^2."""
    return 1


@answer()
def shape_of_dx():
    """The shape of dx for one image"""
    image, label = sample().train_images[:1].reshape(1, 784) / 255, sample().train_labels[:1]
    p = initialize(seed=0)
    x, h, ha, y, ya = forward(image, p)
    return ((ya - one_hot(label)) @ p.W2.T * ha * (1 - ha) @ p.W1.T).shape


@slip(shape_of_dx)
def dx_as_a_column():
    """That is a column: an image is a row here, and so is its derivative."""
    return (784, 1)


@slip(shape_of_dx)
def dx_like_weights():
    """That is the shape of dW1: a derivative has the shape of what it is taken with respect to."""
    return (784, 16)


@slip(shape_of_dx)
def dx_like_dh():
    """That is the shape of dh: one product with the transpose of W1 is still to come."""
    return (1, 16)


def fitting(images, hidden, outputs):
    """How many of the 24 products of two of ha, dy and W2, plain or turned, fit the shape of W2."""
    shapes = (images, hidden), (images, outputs), (hidden, outputs)
    turned = product((1, -1), repeat=2)
    pairs = product(permutations(shapes, 2), list(turned))
    found = [(left[::a], right[::b]) for (left, right), (a, b) in pairs]
    return sum(A[1] == B[0] and (A[0], B[1]) == (hidden, outputs) for A, B in found)


@answer()
def candidates_of_squares():
    """How many candidates have the right shape?"""
    return fitting(16, 16, 16)


@slip(candidates_of_squares)
def candidates_of_ten_outputs():
    """That is the number for ten outputs: now every array is a square of 16 by 16."""
    return fitting(16, 16, 10)


@slip(candidates_of_squares)
def candidates_of_different_sizes():
    """So it is where all sizes differ: here every array is a square."""
    return fitting(4, 16, 10)


@answer(tolerance=0.005)
def weight_of_two_images(first=2, second=1):
    """The first entry of dW2"""
    return backward(*small_batch(first, second)).W2[0, 0]


@slip(weight_of_two_images)
def weight_without_n(first, second):
    """The factor 1/n is missing: the loss of a batch is the mean of two losses."""
    return 2 * backward(*small_batch(first, second)).W2[0, 0]


@slip(weight_of_two_images)
def weight_with_n_twice(first, second):
    """That divides by n twice: dy has the factor already, and the images are added up."""
    return backward(*small_batch(first, second)).W2[0, 0] / 2


@slip(weight_of_two_images)
def weight_of_lost_sign(first, second):
    """The sign is turned: dy is ya - t, and not t - ya."""
    return -backward(*small_batch(first, second)).W2[0, 0]


@slip(weight_of_two_images)
def weight_of_h(first, second):
    """That has h in place of ha: what the weights multiply comes out of the sigmoid."""
    x, h, *_ = batch = small_batch(first, second)
    return (h.T @ dy(batch))[0, 0]


@slip(weight_of_two_images)
def weight_without_target(first, second):
    """The target is missing: dy is ya - t, over n."""
    x, h, ha, y, ya, *_ = small_batch(first, second)
    return (ha.T @ ya)[0, 0] / 2


@slip(weight_of_two_images)
def weight_of_a_bias(first, second):
    """That adds up dy alone, which is db2: each image counts with its hidden value."""
    return backward(*small_batch(first, second)).b2[0]


@answer(tolerance=0.005)
def first_weight_of_two_images(first=2, second=1):
    """The only entry of dW1"""
    return backward(*small_batch(first, second)).W1.item()


def first_weight(batch, dh):
    return (batch[0].T @ dh).item()


@slip(first_weight_of_two_images)
def first_weight_without_n(first, second):
    """The factor 1/n is missing: the loss of a batch is the mean of two losses."""
    return 2 * backward(*small_batch(first, second)).W1.item()


@slip(first_weight_of_two_images)
def first_weight_of_lost_sign(first, second):
    """The sign is turned: dy is ya - t, and not t - ya."""
    return -backward(*small_batch(first, second)).W1.item()


@slip(first_weight_of_two_images)
def first_weight_at_ha(first, second):
    """That takes the slope of the sigmoid at ha in place of h: it is ha (1 - ha)."""
    batch = small_batch(first, second)
    return first_weight(batch, sloped(batch, sigmoid(batch[2])))


@slip(first_weight_of_two_images)
def first_weight_without_slope(first, second):
    """The slope of the sigmoid is missing between dha and dh."""
    batch = small_batch(first, second)
    return first_weight(batch, dy(batch) @ batch[-1].W2.T)


@slip(first_weight_of_two_images)
def first_weight_of_a_bias(first, second):
    """That adds up dh alone, which is db1: each image counts with its pixel."""
    return backward(*small_batch(first, second)).b1.item()


@slip(first_weight_of_two_images)
def first_weight_of_one_output(first, second):
    """That comes back from the first output alone: dha adds up both, each with its weight."""
    x, h, ha, y, ya, t, p = batch = small_batch(first, second)
    return first_weight(batch, dy(batch)[:, :1] * p.W2[0, 0] * ha * (1 - ha))


@vary(
    weight_of_two_images, first_weight_of_two_images,
    first=(1, 2, 3, 4, 5, 6), second=(0.5, 1, 1.5, 2, 2.5),
)  # fmt: skip
def a_network_of_one_unit(first, second):
    x, h, ha, y, ya, *_ = small_batch(first, second)
    shares = rf"${ya[0, 0]:.3f}$ and ${ya[1, 0]:.3f}$"
    return (
        rf"$\mathbf{{W}}_1 = {first}$, $\mathbf{{b}}_1 = {-first / 2:g}$",
        rf"$\mathbf{{W}}_2 = ({second:g},\ {-second:g})$",
        rf"with $S({first / 2:g}) \approx {ha[0, 0]:.3f}$ and the shares {shares}",
    )
