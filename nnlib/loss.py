"""The loss: one number that says how far the outputs are from the labels."""

import numpy as np

from nnlib.checks import DIGITS, as_labels, as_logits, as_pairs


def one_hot(labels, dtype=np.float64):
    """The target t: 1 at the label, 0 elsewhere; (10,), or (n, 10) for n labels.

    Raises TypeError or ValueError where a label is not an integer in 0..9.
    """
    return np.eye(DIGITS, dtype=dtype)[as_labels(labels)]  # eq-t


def cross_entropy(y, labels):
    """-log of the ya that the true digit got, or its mean over a batch: 0 or more.

    Takes y (10,) and one label, or y (n, 10) and labels (n,). It starts from y, before
    softmax, as log(softmax(y)) would be infinite where softmax rounds to 0. Raises
    TypeError or ValueError for other shapes, labels outside 0..9 and y not finite.
    """
    y, labels = as_pairs(as_logits(y), labels)
    z = y - y.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(z).sum(axis=-1))
    losses = log_sum - z[np.arange(len(y)), labels]  # eq-log-sum-exp
    return float(losses.mean())  # eq-loss
