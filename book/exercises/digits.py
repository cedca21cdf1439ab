"""Answers of the chapter on digits as numbers."""

import numpy as np

from exercises import answer, sample, slip
from exercises.variants import vary

SIDE = 28


def number_of(row, column, side=SIDE):
    """The number of a pixel in the flat row."""
    return side * row + column


@answer()
def pixel_number(row=20, column=7):
    """The pixel in row {row}, column {column} has the number"""
    return number_of(row, column)


@slip(pixel_number)
def pixel_of_the_mirrored_place(row, column):
    """Row and column are exchanged: a whole row of 28 pixels is passed with each step down."""
    return number_of(column, row)


@slip(pixel_number)
def pixel_counted_from_one(row, column):
    """That counts the pixels from 1: the first one has the number 0."""
    return number_of(row, column) + 1


@slip(pixel_number)
def pixel_of_rows_counted_from_one(row, column):
    """That takes rows and columns as if counted from 1: row {row} has {row} rows above it."""
    return number_of(row - 1, column - 1)


@slip(pixel_number)
def pixel_of_rows_of_27(row, column):
    """That takes 27 pixels a row: the last column is number 27, and so there are 28."""
    return number_of(row, column, side=27)


@answer()
def row_of_pixel(pixel=500):
    """Pixel {pixel} is in the row"""
    return pixel // SIDE


@slip(row_of_pixel)
def row_counted_from_one(pixel):
    """That counts the rows from 1: row 0 holds the pixels 0 to 27."""
    return pixel // SIDE + 1


@slip(row_of_pixel)
def remainder_for_row(pixel):
    """That is the remainder of {pixel} divided by 28, which is the column."""
    return pixel % SIDE


@answer()
def column_of_pixel(pixel=500):
    """Pixel {pixel} is in the column"""
    return pixel % SIDE


@slip(column_of_pixel)
def column_counted_from_one(pixel):
    """That counts the columns from 1: a remainder of 0 is the column 0."""
    return pixel % SIDE + 1


@slip(column_of_pixel)
def quotient_for_column(pixel):
    """That is how often 28 goes into {pixel}, which is the row: the remainder is the column."""
    return pixel // SIDE


@vary(
    pixel_number, row_of_pixel, column_of_pixel,
    row=range(2, 27), column=range(2, 27), pixel=range(100, 760),
)  # fmt: skip
def places_of_pixels(row, column, pixel):
    return f"in row {row}, column {column},", f"row and column of pixel {pixel}."


def beside(pixel):
    """The numbers of the pixels that share an edge with this one."""
    row, column = divmod(pixel, SIDE)
    near = (row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)
    return [number_of(r, c) for r, c in near if 0 <= r < SIDE and 0 <= c < SIDE]


def listed(numbers):
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}"


@answer(options=("27 and 29", "0, 27, 29 and 56", "0, 29 and 56", "0, 1, 29, 56 and 57"))
def neighbours_of_28():
    """Pixel 28 shares an edge with"""
    return listed(beside(28))


@slip(neighbours_of_28)
def neighbours_in_the_flat_row():
    """These stand beside it in the flat row: in the image a pixel also has one above and below."""
    return listed([27, 29])


@slip(neighbours_of_28)
def neighbours_across_the_edge():
    """Pixel 27 is the last of row 0, at the other edge of the image: look at the column of 28."""
    return listed(sorted([*beside(28), 27]))


@slip(neighbours_of_28)
def neighbours_at_a_corner():
    """Some of these touch pixel 28 at a corner only: leave out what shares no edge with it."""
    return listed(sorted([*beside(28), 1, 57]))


@answer()
def images_in_a_row():
    """From how many images come the pixels of one row of the colleague’s table?"""
    pixels = np.arange(4000 * 784).reshape(784, -1).T  # each by its place in the whole set
    return len(set(pixels[0] // 784))


@slip(images_in_a_row)
def transposed_for_reshaped():
    """So it would be if reshape kept each image together: it only counts the numbers off anew."""
    return 1


@slip(images_in_a_row)
def images_in_a_column():
    """That many images are in a column of the table: a row takes one number out of every 4,000."""
    pixels = np.arange(4000 * 784).reshape(784, -1).T
    return len(set(pixels[:, 0] // 784))


@slip(images_in_a_row)
def rows_for_images():
    """That is how many rows there are: one of them has 784 numbers."""
    return 4000


def images_for(variance, error):
    """How many images give an accuracy with this variance of one answer the standard error."""
    return round(variance / error**2)


@answer(tolerance=0.001)
def images_needed(p=0.9, error=0.001):
    """The images needed for a standard error of {error}"""
    return images_for(p * (1 - p), error)


@slip(images_needed)
def error_not_squared(p, error):
    """The standard error has to be squared: the images stand below the root."""
    return round(p * (1 - p) / error)


@slip(images_needed)
def root_of_images(p, error):
    """That is the root of the number of images: square it."""
    return round(np.sqrt(images_for(p * (1 - p), error)))


@slip(images_needed)
def accuracy_for_variance(p, error):
    """That leaves out the factor 1 - p."""
    return images_for(p, error)


@slip(images_needed)
def worst_variance(error):
    """That is enough for every accuracy, for it has 1/4 for p (1 - p): put in your p."""
    return images_for(0.25, error)


@vary(images_needed, p=(0.6, 0.7, 0.8, 0.9, 0.95, 0.98), error=(0.001, 0.002, 0.004, 0.005, 0.01))
def accuracy_and_its_error(p, error):
    return (f"an accuracy near {p} with a standard error of {error}.",)


@answer()
def numbers_kept():
    """How many numbers does it keep?"""
    return sample().train_images.size


@slip(numbers_kept)
def images_kept():
    """That is the number of images: each is kept with all its pixels."""
    return len(sample().train_images)


@slip(numbers_kept)
def numbers_of_the_means():
    """That is what the ten means need: here every training image is kept."""
    return 10 * 784


@slip(numbers_kept)
def numbers_of_the_whole_sample():
    """That counts the test images as well: they are read, not kept."""
    return sample().train_images.size + sample().test_images.size
