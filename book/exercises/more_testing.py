"""Answers of the chapter that tests further."""

import numpy as np

from exercises import answer, sample, slip
from exercises.variants import vary

CONFUSION = np.array([[8, 2, 0], [0, 10, 0], [1, 4, 5]])  # rows: digits, columns: guesses
ALWAYS_1 = np.array([[0, 10, 0], [0, 10, 0], [0, 10, 0]])


def recall(confusion, k):
    return confusion[k, k] / confusion[k].sum()


def precision(confusion, k):
    return confusion[k, k] / confusion[:, k].sum()


@answer(tolerance=0.005)
def accuracy_of_three(confusion=CONFUSION):
    """The accuracy"""
    return confusion.trace() / confusion.sum()


@slip(accuracy_of_three)
def mean_precision(confusion):
    """That is the mean of the three precisions: count what is right among all 30 images."""
    return np.mean([precision(confusion, k) for k in range(3)])


@slip(accuracy_of_three)
def mistakes_of_three(confusion):
    """That is the fraction of mistakes: count what lies on the diagonal."""
    return 1 - confusion.trace() / confusion.sum()


@slip(accuracy_of_three)
def right_per_digit(confusion):
    """That divides by the ten images of one digit: there are 30."""
    return confusion.trace() / 10


@answer(tolerance=0.005)
def recall_of_the_0(confusion=CONFUSION):
    """The recall of the digit 0"""
    return recall(confusion, 0)


@slip(recall_of_the_0)
def precision_for_recall(confusion):
    """That is its precision: for the recall stay in the row of the 0."""
    return precision(confusion, 0)


@slip(recall_of_the_0)
def recall_among_mistakes(confusion):
    """That divides the right ones by the mistakes: divide by all in the row."""
    return confusion[0, 0] / (confusion[0].sum() - confusion[0, 0])


@slip(recall_of_the_0)
def recall_counted_from_one(confusion):
    """That is the second row, of the digit 1: the rows begin with the 0."""
    return recall(confusion, 1)


@slip(recall_of_the_0)
def missed_zeros(confusion):
    """That is the fraction of the 0s that it misses."""
    return 1 - recall(confusion, 0)


@answer(tolerance=0.005)
def precision_of_the_1(confusion=CONFUSION):
    """The precision of the guess 1"""
    return precision(confusion, 1)


@slip(precision_of_the_1)
def recall_for_precision(confusion):
    """That is the recall: for the precision stay in the column of the guess 1."""
    return recall(confusion, 1)


@slip(precision_of_the_1)
def precision_counted_from_one(confusion):
    """That is the first column, of the guess 0: the columns begin with the 0."""
    return precision(confusion, 0)


@slip(precision_of_the_1)
def precision_of_all_images(confusion):
    """That divides by all 30 images: divide by those that the network calls a 1."""
    return confusion[1, 1] / confusion.sum()


@slip(precision_of_the_1)
def wrong_ones(confusion):
    """That is the fraction of its 1s that are none: {confusion[1][1]} of them are right."""
    return 1 - precision(confusion, 1)


def some_confusion(rng):
    """Ten images of each of three digits, of which the network reads four to nine rightly."""
    rows = []
    for k in range(3):
        right = rng.integers(4, 10)
        first = rng.integers(0, 11 - right)
        rows.append(np.insert([first, 10 - right - first], k, right))
    return np.array(rows)


@vary(accuracy_of_three, recall_of_the_0, precision_of_the_1, confusion=some_confusion)
def three_digits(confusion):
    return (" and ".join(", ".join(map(str, row)) for row in confusion) + ".",)


@answer(tolerance=0.005)
def precision_of_always_1():
    """The precision of the network that always answers 1"""
    return precision(ALWAYS_1, 1)


@slip(precision_of_always_1)
def recall_of_always_1():
    """That is its recall: for the precision, count which of its answers are right."""
    return recall(ALWAYS_1, 1)


@slip(precision_of_always_1)
def precision_among_ten_digits():
    """That would be right for ten digits: this network knows three."""
    return 1 / 10


@slip(precision_of_always_1)
def mistakes_of_always_1():
    """That is the fraction of its answers that are wrong: one digit in three is a 1."""
    return 1 - precision(ALWAYS_1, 1)


def steps(epochs, copies=1, batch_size=32):
    return epochs * copies * len(sample().train_images) // batch_size


@answer()
def steps_on_moved_digits():
    """The number of steps on moved digits"""
    return steps(epochs=4, copies=5)


@slip(steps_on_moved_digits)
def steps_on_one_copy():
    """That counts each image once: there are five copies of it, four of them moved."""
    return steps(epochs=4)


@slip(steps_on_moved_digits)
def steps_on_four_copies():
    """That leaves out the images as they are: beside them stand four moved copies."""
    return steps(epochs=4, copies=4)


@slip(steps_on_moved_digits)
def steps_of_one_epoch():
    """That is one epoch: there are four."""
    return steps(epochs=1, copies=5)


@slip(steps_on_moved_digits)
def steps_of_single_images():
    """That is the number of images that pass: a step takes a batch of 32."""
    return steps(epochs=4, copies=5, batch_size=1)


@answer()
def images_to_try():
    """How many images are tried for one change?"""
    return 2 * 784


@slip(images_to_try)
def images_of_one_value():
    """Each pixel can be set to 0 or to full ink: that counts one of the two."""
    return 784


@slip(images_to_try)
def images_of_every_value():
    """Only two of the 256 values are tried, 0 and full ink."""
    return 256 * 784


@slip(images_to_try)
def images_of_two_changes():
    """That sets two pixels at once: the computer changes one after the other."""
    return 784**2


@answer(tolerance=0.005)
def confidence_to_speak():
    """The confidence from which on an answer pays"""
    return 5 / 6


@slip(confidence_to_speak)
def confidence_where_mistakes_cost_one():
    """So it would be if a mistake cost as much as a right answer is worth: it costs five times."""
    return 1 / 2


@slip(confidence_to_speak)
def confidence_by_the_ratio():
    """There an answer loses on average: 0.8 is won, and 5 times 0.2 is lost."""
    return 4 / 5


@slip(confidence_to_speak)
def chance_of_a_mistake():
    """That is how often such an answer may be wrong: the confidence is the rest."""
    return 1 / 6


@answer(tolerance=0.005)
def all_ten_right():
    """The probability that all ten are right"""
    return 0.9**10


@slip(all_ten_right)
def one_of_ten_right():
    """That is the probability for one image: all ten have to be right, so multiply."""
    return 0.9


@slip(all_ten_right)
def not_all_ten_right():
    """That is the probability that at least one is wrong."""
    return 1 - 0.9**10


@slip(all_ten_right)
def all_ten_wrong():
    """That is the probability that all ten are wrong."""
    return 0.1**10
