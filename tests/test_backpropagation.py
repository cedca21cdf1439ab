"""The gradient against central differences, and against mistakes."""

import numpy as np
import pytest

from nnlib import (
    Parameters,
    backpropagation,
    forward_propagation,
    load_sample,
    numerical_gradients,
    one_hot,
)
from shared import FLOATS, parameters_of

IMAGES = load_sample().train_images[:32]
LABELS = load_sample().train_labels[:32]


def relative_errors(found, expected):
    """Of each array, the largest difference over the largest entry."""
    return [
        np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max())
        for a, b in zip(found, expected, strict=True)
    ]


PARAMETERS = parameters_of(0, hidden=4)
for array in PARAMETERS:
    array.flags.writeable = False  # an error is raised where they are changed


@pytest.fixture(scope="module", params=[1, 7, 32])
def checked(request):
    """Images, labels and their gradient without calculus."""
    images, labels = IMAGES[: request.param], LABELS[: request.param]
    return images, labels, numerical_gradients(images, labels, PARAMETERS)


def test_the_gradient_agrees_with_central_differences(checked):
    images, labels, expected = checked
    found = backpropagation(images, labels, PARAMETERS)
    assert type(found) is type(expected) is Parameters
    assert [g.shape for g in found] == [p.shape for p in PARAMETERS]
    assert max(relative_errors(found, expected)) < 1e-6


def gradient_with(mistake, images, labels):
    """The equations once more, with one of the mistakes that are easily made."""
    x, h, ha, y, ya = forward_propagation(images, PARAMETERS)
    t, n, W2 = one_hot(labels), len(images), PARAMETERS.W2
    dy = (ya - t) / (1 if mistake == "a sum for the mean" else n)
    if mistake == "the sign of the other digits":
        dy = np.where(t == 1, dy, -dy)
    if mistake == "the sign of all":
        dy = -dy
    if mistake == "twice the loss":
        dy = 2 * dy
    if mistake == "the slope of softmax twice":
        dy = dy * ya * (1 - ya)
    dha = dy @ W2.T
    if mistake == "the product transposed":
        dha = (W2 @ dy.T).reshape(dha.shape)
    slope = ha * (1 - ha)
    if mistake == "the slope of sigmoid at ha":
        slope = (1 / (1 + np.exp(-ha))) * (1 - 1 / (1 + np.exp(-ha)))
    if mistake == "no slope of sigmoid":
        slope = 1
    dh = dha * slope
    pixels = 255 * x if mistake == "pixels not scaled" else x
    return Parameters(pixels.T @ dh, dh.sum(axis=0), ha.T @ dy, dy.sum(axis=0))


def test_the_equations_written_once_more_give_the_same(checked):
    images, labels, _ = checked
    found = gradient_with(None, images, labels)
    assert max(relative_errors(found, backpropagation(images, labels, PARAMETERS))) < 1e-14


HARMLESS_ALONE = {"the product transposed", "a sum for the mean"}  # with one image, that is
MISTAKES = HARMLESS_ALONE | {
    "the sign of the other digits",
    "the sign of all",
    "twice the loss",
    "the slope of softmax twice",
    "the slope of sigmoid at ha",
    "no slope of sigmoid",
    "pixels not scaled",
}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_central_differences_reject_a_mistake(checked, mistake):
    images, labels, expected = checked
    wrong = len(images) > 1 or mistake not in HARMLESS_ALONE
    error = max(relative_errors(gradient_with(mistake, images, labels), expected))
    assert error > 0.01 if wrong else error < 1e-6


@pytest.mark.parametrize("function", [backpropagation, numerical_gradients])
def test_one_image_and_a_batch_of_it_have_the_same_gradient(function):
    parameters = parameters_of(1, hidden=2)
    alone = function(IMAGES[0], int(LABELS[0]), parameters)
    batch = function(IMAGES[:1], LABELS[:1], parameters)
    scaled = function(IMAGES[0].ravel() / 255, LABELS[0], parameters)
    for other in (batch, scaled):
        for a, b in zip(alone, other, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


@pytest.mark.parametrize("step", [1e-5, 1e-4])
def test_another_step_works(step):
    parameters = parameters_of(2, hidden=1)
    found = backpropagation(IMAGES[:3], LABELS[:3], parameters)
    expected = numerical_gradients(IMAGES[:3], LABELS[:3], parameters, step)
    assert max(relative_errors(found, expected)) < 1e-6


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("pixel_type", ["u1", "f4", "f8"])
@pytest.mark.parametrize("function", [backpropagation, numerical_gradients])
def test_the_gradient_has_the_type_of_the_parameters(function, pixel_type, dtype):
    images = IMAGES[:2].astype(pixel_type)
    if images.dtype.kind == "f":
        images /= 255
    gradient = function(images, LABELS[:2], parameters_of(3, dtype, hidden=1))
    assert [g.dtype for g in gradient] == [dtype] * 4
    exact = backpropagation(IMAGES[:2], LABELS[:2], parameters_of(3, hidden=1))
    tolerance = 1e-5 if function is backpropagation else 1e-3
    assert max(relative_errors(gradient, exact)) < tolerance


@pytest.mark.parametrize("far", [1e4, 1e29])
@pytest.mark.parametrize("dtype", FLOATS)
def test_saturated_units_have_a_finite_gradient(far, dtype):
    parameters = Parameters(*(p * dtype(far) for p in parameters_of(4, dtype)))
    gradient = backpropagation(IMAGES, LABELS, parameters)
    assert all(np.isfinite(g).all() for g in gradient)
    assert gradient.b2.any()


def test_parameters_are_whole_again_when_numerical_gradients_fails():
    parameters = parameters_of(6, hidden=1)
    before = [p.tobytes() for p in parameters]
    with pytest.raises(ValueError, match="finite outputs"):
        numerical_gradients(IMAGES[:1], LABELS[:1], parameters, step=1e305)
    assert [p.tobytes() for p in parameters] == before
