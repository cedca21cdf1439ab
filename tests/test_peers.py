"""The same network in PyTorch and in scikit-learn. The last chapter of the book shows both."""

import numpy as np
import pytest

import nnlib as nn
from shared import ROOT, cells, parameters_of

DIGITS = nn.load_sample()
IMAGES, LABELS = DIGITS.train_images[:32], DIGITS.train_labels[:32]
CHAPTER = ROOT / "book" / "09-beyond.ipynb"


def shown(name):
    """The function of this name as the last chapter defines it."""
    sources = ["".join(cell["source"]) for cell in cells(CHAPTER, "code")]
    (source,) = (source for source in sources if source.startswith(f"def {name}("))
    exec(source, names := {"nn": nn})
    return names[name]


def assert_equal_to_rounding(found, expected):
    """Each array, relative to its largest entry; the shapes too, lest broadcasting hide one."""
    for name, a, b in zip(expected._fields, found, expected):
        assert a.shape == b.shape, name
        assert np.abs(a - b).max() < 1e-9 * np.abs(b).max(), name


@pytest.mark.parametrize("seed", range(3))
def test_torch_finds_the_same_gradient(seed):
    pytest.importorskip("torch", reason="compares with autograd; needs torch")
    parameters = parameters_of(seed)
    found = shown("gradient_by_torch")(IMAGES, LABELS, parameters)
    assert_equal_to_rounding(found, nn.backpropagation(IMAGES, LABELS, parameters))


@pytest.mark.parametrize("seed", range(3))
def test_sklearn_takes_the_same_step(seed):
    pytest.importorskip("sklearn", reason="compares one step of training; needs scikit-learn")
    parameters = parameters_of(seed)
    ours, _ = nn.train(IMAGES, LABELS, parameters, seed=seed, epochs=1, batch_size=32, rate=0.5)
    theirs = shown("step_by_sklearn")(IMAGES, LABELS, parameters, rate=0.5)
    # What is compared is the step, since it is small beside the parameters.
    step = nn.Parameters(*(new - old for new, old in zip(theirs, parameters)))
    expected = nn.Parameters(*(new - old for new, old in zip(ours, parameters)))
    assert_equal_to_rounding(step, expected)
    assert_equal_to_rounding(theirs, ours)
