"""A drawn digit, and its preparation: an image as those of MNIST, for the network to read.

The chapter "More testing" derives these functions one by one. An image is an array of ink from 0,
blank, to 1, of any size until it is centred.
"""

import numpy as np


def draw(points, size=100, width=4):
    """A page (size, size) with ink along the strokes from point to point, in (row, column).

    Within half the width of the pen a pixel has all ink, and less at the edge. The same point twice
    is a dot.
    """
    r, c = np.indices((size, size))
    distance = np.full((size, size), np.inf)
    for (r0, c0), (r1, c1) in zip(points, points[1:]):
        dr, dc = r1 - r0, c1 - c0
        along = ((r - r0) * dr + (c - c0) * dc) / (dr**2 + dc**2 or 1)
        along = np.clip(along, 0, 1)  # the nearest point of the stroke
        gap = np.hypot(r - r0 - along * dr, c - c0 - along * dc)
        distance = np.minimum(distance, gap)
    return np.clip(width / 2 + 0.5 - distance, 0, 1)


def crop(page):
    """The smallest part of the page that holds all of its ink; IndexError where there is none."""
    rows = np.flatnonzero(page.any(axis=1))
    columns = np.flatnonzero(page.any(axis=0))
    return page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def averages(old, new):
    """The matrix (new, old) that averages old pixels into new ones."""
    start = np.arange(new)[:, None] * old / new
    pixel = np.arange(old)
    end = np.minimum(start + old / new, pixel + 1)
    return np.maximum(end - np.maximum(start, pixel), 0) * new / old


def resize(image, height, width):
    """The image in (height, width) pixels, each the mean of what it covers."""
    rows = averages(image.shape[0], height)
    columns = averages(image.shape[1], width)
    return np.minimum(rows @ image @ columns.T, 1)


def fit(image, side=20):
    """The image scaled so that its longer side is `side`."""
    factor = side / max(image.shape)
    height, width = (max(1, round(factor * length)) for length in image.shape)
    return resize(image, height, width)


def centre_of_mass(a):
    """The mean row and the mean column of the ink."""
    r, c = np.indices(a.shape)
    return (r * a).sum() / a.sum(), (c * a).sum() / a.sum()  # eq-centre


def centre(image):
    """The image in a square of 28, its centre of mass at pixel 14 or as near as its size allows."""
    square, place = np.zeros((28, 28)), []
    for position, length in zip(centre_of_mass(image), image.shape):
        start = round(14 - position)  # and not beyond either edge:
        place.append(min(max(start, 0), 28 - length))
    top, left = place
    square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return square


def prepare(page):
    """The drawing (28, 28) as the network expects it; IndexError for a page without ink."""
    return centre(fit(crop(page)))
