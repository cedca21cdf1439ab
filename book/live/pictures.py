"""The matplotlib backend of a Session: plt.show() tells the figures, each as a picture."""

import io
import sys

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class Picture:
    """A figure that has a form for pages."""

    def __init__(self, figure):
        self.figure = figure

    def __repr__(self):
        return repr(self.figure)

    def _repr_png_(self):
        png = io.BytesIO()
        self.figure.savefig(png, bbox_inches="tight")
        return png.getvalue()


class FigureManager(FigureManagerBase):
    """Shows each open figure once, then closes it."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        for manager in Gcf.get_all_fig_managers():
            sys.displayhook(Picture(manager.canvas.figure))
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """Draws without a screen."""

    manager_class = FigureManager
