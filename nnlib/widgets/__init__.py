"""Interactive figures that need no kernel: each computes in the browser what nnlib computes here.

They are ipywidgets, so that `observe` and the rest work in a live notebook. Here they stand in the
order of the chapters that first use them.
"""

from nnlib.widgets.image_picker import ImagePicker
from nnlib.widgets.forward_pass import ForwardPass
from nnlib.widgets.logit_sliders import LogitSliders
from nnlib.widgets.gradient_microscope import GradientMicroscope
from nnlib.widgets.trainer import Trainer
from nnlib.widgets.drawing_pad import DrawingPad
from nnlib.widgets.time_machine import TimeMachine

__all__ = [
    "ImagePicker", "ForwardPass", "LogitSliders", "GradientMicroscope", "Trainer", "DrawingPad",
    "TimeMachine",
]  # fmt: skip
