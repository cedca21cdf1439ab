"""A network of 784-16-10 units that reads handwritten digits, in numpy.

To read it, take the files in the order of the imports below: each is one idea. `checks` stands
at the door of them all, `plots` draws, and neither is needed to follow the mathematics.
"""

from nnlib.mnist import Digits, load_mnist, load_sample
from nnlib.network import Parameters, forward_propagation, initialize, predict, sigmoid, softmax
from nnlib.loss import cross_entropy, one_hot
from nnlib.backpropagation import backpropagation, numerical_gradients
from nnlib.training import History, accuracy, train
from nnlib.storage import load_parameters, save_parameters

__all__ = [
    "Digits", "load_mnist", "load_sample",
    "Parameters", "forward_propagation", "initialize", "predict", "sigmoid", "softmax",
    "cross_entropy", "one_hot",
    "backpropagation", "numerical_gradients",
    "History", "accuracy", "train",
    "load_parameters", "save_parameters",
]  # fmt: skip
