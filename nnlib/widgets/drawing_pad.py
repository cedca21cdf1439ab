"""Draw a digit, prepare it as MNIST's were, and see what the network says of it."""

import numbers

import numpy as np
import traitlets

from nnlib.checks import DIGITS
from nnlib.drawing import centre, crop, draw, fit, resize
from nnlib.network import forward
from nnlib.widgets.figure import Figure, Network, Whole, picture, table

SIZE = 100  # rows and columns of the page
THICKEST = 20
THREE = [  # what is shown of an empty page where nobody can draw
    (12, 10), (8, 18), (8, 26), (14, 32), (21, 29), (25, 21),
    (31, 30), (39, 33), (47, 28), (49, 18), (45, 9),
]  # fmt: skip


class DrawingPad(Figure):
    """A page of 100 x 100 cells to draw on, the stages of its preparation, and the ten outputs.

    Takes parameters, which may be replaced later, and may be given a drawing: strokes, which are
    lists of points (row, column), and the width of the pen, in cells. What is drawn in the page
    comes back in `strokes`, and `image` (28, 28), `guess` and `outputs` follow; while the page is
    empty they are blank, None and []. `fitting` and `centring` switch these stages on and off.
    brief=True is for a first meeting: all but the page and the answer is folded.
    Raises TypeError, ValueError or TraitError for bad input.
    """

    parameters = Network()  #: the network: Parameters
    strokes = traitlets.List().tag(sync=True)  #: lists of points [row, column]
    width = Whole(THICKEST, least=1).tag(sync=True)  #: of the pen, in cells of the page
    fitting = traitlets.Bool(True).tag(sync=True)  #: crop and fit to 20 x 20?
    centring = traitlets.Bool(True).tag(sync=True)  #: move the centre of mass to pixel 14?
    brief = traitlets.Bool().tag(sync=True)  #: fold all but the page and the answer?
    guess = traitlets.Int(None, allow_none=True).tag(sync=True)  #: the digit read, or None
    outputs = traitlets.List().tag(sync=True)  #: the ten ya, or [] for an empty page

    def __init__(self, parameters, strokes=(), width=8, fitting=True, centring=True, brief=False):
        super().__init__(
            parameters=parameters,
            strokes=as_strokes(strokes),  # tuples and arrays too
            width=width,
            fitting=fitting,
            centring=centring,
            brief=brief,
        )
        self._follow("parameters", "strokes", "width", "fitting", "centring")

    @property
    def image(self):
        """What the network gets: (28, 28) grey levels over 255, all 0 while the page is empty."""
        return self._image_of(self.strokes)

    def _image_of(self, strokes):
        # The first point twice: a stroke of one point is a dot.
        pages = [draw([points[0], *points], SIZE, self.width) for points in strokes]
        page = np.max(pages, axis=0, initial=0)
        if not page.any():
            return np.zeros((28, 28))
        part = fit(crop(page)) if self.fitting else resize(page, 28, 28)
        if self.centring:
            part = centre(part if self.fitting else crop(part))
        part = np.pad(part, [(0, 28 - length) for length in part.shape])
        return np.rint(255 * part) / 255  # as those of MNIST

    @traitlets.validate("strokes")
    def _check_strokes(self, proposal):
        return as_strokes(proposal["value"])

    def _compute(self):
        image = self.image
        if not image.any():
            self.outputs, self.guess = [], None
            return
        ya = forward(image.ravel(), self.parameters)[-1]
        self.outputs, self.guess = ya.tolist(), int(ya.argmax())

    def still(self):
        image = self._image_of([THREE] if self.guess is None else self.strokes)
        ya = forward(image.ravel(), self.parameters)[-1]
        caption = f"A page drawn beforehand, as the network gets it. Guessed digit {ya.argmax()}"
        rows = [(str(digit), f"{ya[digit]:.3f}") for digit in range(DIGITS)]
        alt = f"A drawing in 28 by 28 pixels, read as {ya.argmax()}."
        text = "<p>To draw a digit here, switch on JavaScript.</p>\n"
        return text + picture(image.ravel(), alt) + table(caption, ("digit", "output"), rows)


def as_strokes(strokes):
    """Lists of lists of points [row, column], floats; ValueError or TypeError if they are not."""
    try:
        strokes = [[[v for v in point] for point in points] for points in strokes]
    except TypeError as error:
        raise TypeError(
            "expected strokes, a list of lists of points (row, column); found something that is "
            "no such list. Put one stroke in brackets: [points]."
        ) from error
    for point in (point for points in strokes for point in points):
        if any(isinstance(v, bool) or not isinstance(v, numbers.Real) for v in point):
            raise TypeError(
                f"expected the row and the column of a point to be numbers; found {point}. "
                "Give strokes as a list of lists of points (row, column)."
            )
        if len(point) != 2 or not all(abs(v) < 1e6 for v in point):
            raise ValueError(
                f"expected points of a row and a column, finite numbers; found {point}. "
                f"The page has the rows and columns 0..{SIZE - 1}."
            )
    if not all(strokes):
        raise ValueError("expected a point in each stroke; found an empty stroke. Leave it out.")
    return [[[float(v) for v in point] for point in points] for points in strokes]
