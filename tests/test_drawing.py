"""A drawn digit and its preparation: each function alone, and all of them together."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import drawing


def distance_to(points, places):
    """The shortest distance of each place to a chain of points, by walking along it."""
    along = np.linspace(0, 1, 2001)[:, None]
    parts = zip(points, points[1:])
    walk = np.concatenate([np.add(a, along * np.subtract(b, a)) for a, b in parts])
    return np.array([np.hypot(*(walk - place).T).min() for place in places])


@pytest.mark.parametrize("points", [
    [(20, 30), (60, 30)], [(40, 70), (40, 20)], [(20, 30), (41, 52), (35, 80)],
])  # fmt: skip
@pytest.mark.parametrize("width", [1, 8])
def test_ink_follows_the_stroke_and_fades_at_its_edge(points, width):
    places = np.random.default_rng(0).integers(15, 85, (300, 2))
    expected = np.clip(width / 2 + 0.5 - distance_to(points, places), 0, 1)
    page = drawing.draw(points, 90, width)
    assert page.shape == (90, 90) and (expected == 0).any() and (expected == 1).any()
    np.testing.assert_allclose(page[tuple(places.T)], expected, atol=1e-4)


def test_a_point_twice_is_a_dot():
    page = drawing.draw([(50, 40), (50, 40)], width=8)
    assert page[50, 36:46].tolist() == [0.5, 1, 1, 1, 1, 1, 1, 1, 0.5, 0]
    assert page.sum() == pytest.approx(np.pi * 4**2, rel=0.01)
    assert np.array_equal(drawing.draw([(1, 2), (3, 4)]), drawing.draw([(1, 2), (3, 4)], 100, 4))


def test_crop_keeps_all_ink_and_no_empty_edge():
    page = np.zeros((100, 100))
    page[20, 31], page[58, 30], page[40, 77] = 0.1, 1, 0.5
    part = drawing.crop(page)
    assert part.shape == (39, 48) and part.sum() == pytest.approx(1.6)
    assert (part[0, 1], part[38, 0], part[20, 47]) == (0.1, 1, 0.5)


@pytest.mark.parametrize("old, new", [(100, 28), (5, 20), (7, 7), (3, 2), (1, 20), (40, 1)])
def test_a_resized_row_averages_what_lies_under_each_pixel(old, new):
    row = np.random.default_rng(1).random(old)
    expected = np.repeat(row, new).reshape(new, old).mean(axis=1)
    np.testing.assert_allclose(drawing.averages(old, new) @ row, expected, rtol=1e-12)


def test_an_image_is_resized_both_ways_and_stays_in_its_range():
    image = np.random.default_rng(2).random((6, 4))
    expected = np.repeat(np.repeat(image, 3, 0), 5, 1).reshape(3, 6, 5, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(drawing.resize(image, 3, 5), expected, rtol=1e-12)
    assert drawing.resize(np.ones((49, 31)), 28, 20).max() == 1
    assert drawing.resize(np.full((49, 31), 1.5), 28, 20).max() == 1


@pytest.mark.parametrize("shape, fitted", [
    ((40, 20), (20, 10)), ((20, 40), (10, 20)), ((5, 5), (20, 20)), ((100, 1), (20, 1)),
    ((3, 90), (1, 20)), ((41, 18), (20, 9)),
])  # fmt: skip
def test_a_drawing_fits_into_20_by_20(shape, fitted):
    assert drawing.fit(np.ones(shape)).shape == fitted
    np.testing.assert_allclose(drawing.fit(np.ones(shape)), 1)


def test_the_centre_of_mass_is_the_mean_place_of_the_ink():
    ink = np.zeros((10, 20))
    ink[1, 2], ink[5, 18] = 1, 3
    assert drawing.centre_of_mass(ink) == (4, 14)


@pytest.mark.parametrize("shape, ink, place", [
    ((1, 1), (0, 0), (14, 14)),
    ((20, 20), (10, 9), (4, 5)),
    ((20, 10), (0, 9), (8, 5)),  # as far down as it can go
    ((20, 28), (19, 27), (0, 0)),  # as far up and left as it can go
])  # fmt: skip
def test_the_centre_of_mass_comes_to_pixel_14_if_all_stays_within(shape, ink, place):
    image = np.zeros(shape)
    image[ink] = 1
    square = drawing.centre(image)
    assert square.shape == (28, 28) and square.sum() == 1
    assert square[place[0] + ink[0], place[1] + ink[1]] == 1


def test_digits_of_mnist_come_out_as_they_went_in_wherever_they_stand():
    image = nn.load_sample().test_images[2] / 255
    page = np.zeros((60, 50))
    page[30:58, 4:32] = image
    np.testing.assert_allclose(drawing.prepare(page), image, atol=1e-12)


def test_a_page_without_ink_cannot_be_prepared():
    with pytest.raises(IndexError):
        drawing.prepare(np.zeros((100, 100)))
