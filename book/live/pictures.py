"""The matplotlib backend of a Session: plt.show() tells the figures, each as a picture."""

import io
import sys

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

LONGEST = 200  # letters of what is said of a picture


class Picture:
    """A figure that has forms for pages: a PNG as Jupyter makes it, and what is said of it."""

    def __init__(self, figure):
        self.figure = figure

    def _repr_mimebundle_(self):
        png = io.BytesIO()
        self.figure.savefig(png, bbox_inches="tight")
        text = repr(self.figure)
        return {"image/png": png.getvalue(), "alt": alt_of(self.figure), "text/plain": text}


def alt_of(figure):
    """The texts in a figure: its title, then those of each plot in it and the names of its axes."""
    plots = [
        [ax.get_title(), ax.get_xlabel(), ax.get_ylabel(), *(t.get_text() for t in ax.texts)]
        for ax in figure.axes
    ]
    texts = [" ".join(text.split()) for text in [figure.get_suptitle(), *sum(plots, [])]]
    said = "; ".join(dict.fromkeys(filter(None, texts)))
    said = said if len(said) <= LONGEST else said[:LONGEST].rsplit("; ", 1)[0] + " ..."
    return f"A figure that the cell drew: {said}" if said else "A figure that the cell drew"


class FigureManager(FigureManagerBase):
    """Shows each open figure once, then closes it."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        try:
            for manager in Gcf.get_all_fig_managers():
                if manager.canvas.figure.axes:  # Jupyter shows no empty ones
                    sys.displayhook(Picture(manager.canvas.figure))
        finally:
            Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """Draws without a screen."""

    manager_class = FigureManager
