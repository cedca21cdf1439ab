"""The same network in PyTorch and in scikit-learn. The last chapter of the book shows both."""

import numpy as np
import pytest

import nnlib as nn
from shared import parameters_of

DIGITS = nn.load_sample()
IMAGES, LABELS = DIGITS.train_images[:32], DIGITS.train_labels[:32]


def gradient_by_torch(images, labels, parameters):
    """The gradient of the loss, by PyTorch's automatic differentiation."""
    import torch

    network = torch.nn.Sequential(
        torch.nn.Linear(784, 16), torch.nn.Sigmoid(), torch.nn.Linear(16, 10)
    ).double()  # float64: its own default is float32
    W1, b1, W2, b2 = (torch.tensor(p) for p in parameters)
    with torch.no_grad():
        for theirs, ours in zip(network.parameters(), (W1.T, b1, W2.T, b2)):
            theirs.copy_(ours)
    y = network(torch.tensor(images.reshape(-1, 784) / 255))
    torch.nn.functional.cross_entropy(y, torch.tensor(labels)).backward()
    dW1, db1, dW2, db2 = (p.grad.numpy() for p in network.parameters())
    return nn.Parameters(dW1.T, db1, dW2.T, db2)


def step_by_sklearn(images, labels, parameters, rate):
    """The parameters after one step on one batch, taken by scikit-learn."""
    from sklearn.neural_network import MLPClassifier

    classifier = MLPClassifier(
        hidden_layer_sizes=16, activation="logistic", solver="sgd",
        momentum=0, alpha=0, learning_rate_init=rate,
        batch_size=len(labels), random_state=0,
    )
    x = images.reshape(-1, 784) / 255
    classifier.partial_fit(x, labels, classes=range(10))  # makes its arrays
    classifier.coefs_ = [parameters.W1.copy(), parameters.W2.copy()]
    classifier.intercepts_ = [parameters.b1.copy(), parameters.b2.copy()]
    classifier.partial_fit(x, labels)
    (W1, W2), (b1, b2) = classifier.coefs_, classifier.intercepts_
    return nn.Parameters(W1, b1, W2, b2)


def assert_equal_to_rounding(found, expected):
    """Each array, relative to its largest entry; the shapes too, lest broadcasting hide one."""
    for name, a, b in zip(expected._fields, found, expected):
        assert a.shape == b.shape, name
        assert np.abs(a - b).max() < 1e-9 * np.abs(b).max(), name


@pytest.mark.parametrize("seed", range(3))
def test_torch_finds_the_same_gradient(seed):
    pytest.importorskip("torch", reason="compares with autograd; needs torch")
    parameters = parameters_of(seed)
    found = gradient_by_torch(IMAGES, LABELS, parameters)
    assert_equal_to_rounding(found, nn.backpropagation(IMAGES, LABELS, parameters))


@pytest.mark.parametrize("seed", range(3))
def test_sklearn_takes_the_same_step(seed):
    pytest.importorskip("sklearn", reason="compares one step of training; needs scikit-learn")
    parameters = parameters_of(seed)
    ours, _ = nn.train(IMAGES, LABELS, parameters, seed=seed, epochs=1, batch_size=32, rate=0.5)
    theirs = step_by_sklearn(IMAGES, LABELS, parameters, rate=0.5)
    # What is compared is the step, since it is small beside the parameters.
    step = nn.Parameters(*(new - old for new, old in zip(theirs, parameters)))
    expected = nn.Parameters(*(new - old for new, old in zip(ours, parameters)))
    assert_equal_to_rounding(step, expected)
    assert_equal_to_rounding(theirs, ours)
