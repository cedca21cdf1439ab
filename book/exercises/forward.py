"""Answers of the chapter on forward propagation."""

import json
from pathlib import Path

import numpy as np

import nnlib
from exercises import answer, sample, slip
from exercises.variants import vary
from nnlib import Parameters, accuracy, initialize, sigmoid, softmax
from nnlib.network import forward

SMALL = Parameters(
    W1=np.array([[2.0, -1.0, 0.0], [-3.0, 2.0, 4.0]]),
    b1=np.array([0.5, 0.5, -1.0]),
    W2=np.array([[2.0, -1.0], [1.0, 1.0], [-2.0, 2.0]]),
    b2=np.array([0.5, -0.5]),
)
PIXELS = np.array([0.5, 0.5])


def outputs_of_small(parameters=SMALL):
    return forward(PIXELS, parameters)[3]


@answer(tolerance=0.002)
def first_output():
    """The first output, y_0"""
    return outputs_of_small()[0]


@slip(first_output)
def first_output_without_bias():
    """The bias of the output is missing: add 0.5 to the sum of the three products."""
    return outputs_of_small()[0] - SMALL.b2[0]


@slip(first_output)
def first_output_of_h():
    """That takes the sums h for the hidden values: send them through the sigmoid first."""
    h = forward(PIXELS, SMALL)[1]
    return (h @ SMALL.W2 + SMALL.b2)[0]


@slip(first_output)
def first_output_without_first_biases():
    """The biases b1 of the hidden units are missing: look at the three sums again."""
    return outputs_of_small(SMALL._replace(b1=np.zeros(3)))[0]


@slip(first_output)
def second_for_first_output():
    """That is the second output: for the first, take the first column of W2."""
    return outputs_of_small()[1]


@answer(tolerance=0.002)
def second_share():
    """The second share, the last entry of ya"""
    return softmax(outputs_of_small())[1]


@slip(second_share)
def first_share():
    """That is the first share: the second output is the larger one, and so is its share."""
    return softmax(outputs_of_small())[0]


@slip(second_share)
def ratio_of_the_shares():
    """That is the ratio of the two shares: they also have to add up to 1."""
    first, second = outputs_of_small()
    return np.exp(second - first)


@slip(second_share)
def share_without_powers():
    """That divides the outputs by their sum: take their powers of e first."""
    y = outputs_of_small()
    return y[1] / y.sum()


@slip(second_share)
def second_output():
    """That is the output y_1 itself: the softmax is missing."""
    return outputs_of_small()[1]


@answer(tolerance=0.002)
def softmax_of_two(first=3, second=2):
    """The first entry of the softmax of the outputs {first} and {second}"""
    return softmax(np.array([first, second], dtype=float))[0]


@slip(softmax_of_two)
def sigmoid_of_the_first(first):
    """That is the sigmoid of {first}: it has to be that of the difference of the two outputs."""
    return sigmoid(float(first))


@slip(softmax_of_two)
def second_of_two(first, second):
    """That is the second entry: look at the order in the difference."""
    return sigmoid(float(second - first))


@slip(softmax_of_two)
def outputs_for_powers(first, second):
    """That divides the output by the sum of the two: take the powers of e first."""
    return first / (first + second)


@slip(softmax_of_two)
def quotient_of_two(first, second):
    """That is the first share divided by the second: both together have to be 1."""
    return np.exp(first - second)


@vary(softmax_of_two, first=range(1, 6), second=range(1, 6))
def two_outputs(first, second):
    return (f"for the outputs {first} and {second}?",)


@answer(options=("rises", "stays", "falls"))
def accuracy_of_louder_outputs():
    """With 10 times the outputs, the accuracy"""
    quiet = initialize(seed=0)
    louder = quiet._replace(W2=10 * quiet.W2, b2=10 * quiet.b2)
    images, labels = sample().test_images[:100], sample().test_labels[:100]
    change = accuracy(images, labels, louder) - accuracy(images, labels, quiet)
    return ("falls", "stays", "rises")[1 + int(np.sign(change))]


@slip(accuracy_of_louder_outputs)
def surer_is_better():
    """The largest share rises, and only that: look at which output is the largest."""
    return "rises"


@slip(accuracy_of_louder_outputs)
def surer_is_worse():
    """Every difference of two outputs keeps its sign: look at which output is the largest."""
    return "falls"


def seeds():
    """The accuracies of the networks of seed 0, 1, and so on, as they were measured."""
    path = Path(nnlib.__file__).with_name("results.json")
    return json.loads(path.read_text(encoding="utf-8"))["seed_cloud"]["accuracy"]


def broken_guesses():
    """What argmax makes of rows of nan."""
    return np.full((1000, 10), np.nan).argmax(axis=1)


@answer(tolerance=0.001)
def broken_accuracy():
    """The accuracy of the broken network"""
    return np.mean(broken_guesses() == sample().test_labels)


@slip(broken_accuracy)
def nan_is_no_digit():
    """Even for a row of nan argmax gives a digit: count the images that show it."""
    return 0


@slip(broken_accuracy)
def broken_mistakes():
    """That is the fraction that it gets wrong."""
    return np.mean(broken_guesses() != sample().test_labels)


@slip(broken_accuracy)
def nothing_is_broken():
    """So it would be if the powers of e did not overflow: look at exp(1000) in float64."""
    return seeds()[0]


@answer()
def bias_of_columns():
    """The shape of b1 for a batch of columns"""
    W1, columns = initialize(seed=0).W1, np.ones((784, 1000))
    return (W1.T @ columns)[:, :1].shape


@slip(bias_of_columns)
def bias_of_rows():
    """The missing axis is put in front, so that these 16 would lie along the images."""
    return (16,)


@slip(bias_of_columns)
def bias_lying():
    """That is a row, for a batch in rows: in a batch of columns the 16 units stand in a column."""
    return (1, 16)


@slip(bias_of_columns)
def bias_of_every_image():
    """That would fit as well, but repeats what broadcasting repeats: one entry a unit is enough."""
    return (16, 1000)


@answer()
def shape_of_columns():
    """The shape of ya for the 1,000 test images"""
    return forward(np.ones((1000, 784)), initialize(seed=0))[4].T.shape


@slip(shape_of_columns)
def shape_of_rows():
    """That is the shape of a batch in rows: here each image is a column."""
    return (1000, 10)


@slip(shape_of_columns)
def shape_of_hidden_columns():
    """That is the shape of ha, one row for each hidden unit."""
    return (16, 1000)


@slip(shape_of_columns)
def shape_of_one_column():
    """That is the output of a single image: the batch has 1,000."""
    return (10, 1)


@answer()
def axis_of_columns():
    """The axis along which the softmax runs"""
    return shape_of_columns().index(10)


@slip(axis_of_columns)
def axis_of_rows():
    """Along axis 1 stand the images: their outputs would share what belongs to one of them."""
    return 1
