"""Interactive figures that need no kernel: each computes in the browser what nnlib computes here.

They are ipywidgets, so that `observe`, `link` and the rest work in a live notebook.
"""

from nnlib.widgets.image_picker import ImagePicker

__all__ = ["ImagePicker"]
