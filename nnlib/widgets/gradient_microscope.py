"""One derivative under the microscope: central differences against backpropagation."""

import traitlets

from nnlib.backpropagation import backward
from nnlib.checks import as_positive, as_whole
from nnlib.loss import cross_entropy, one_hot
from nnlib.network import Parameters, forward, scale
from nnlib.widgets.figure import Figure, Network, Packed, as_embedded, table

MOST_IMAGES = 32
SMALLEST, LARGEST = 1e-14, 1e-1


class GradientMicroscope(Figure):
    """The derivative of the loss in one parameter, by experiment and by backpropagation.

    Takes one image and its label, or a batch of at most 32, as `backpropagation` does, and
    parameters, which are used in float64. The parameter is `place` of the array `name`: an index
    of b1 or b2, a row and a column of W1 or W2. Later `entry`, such as ("W2", 1, 3), can be set,
    and `step`, from 1e-14 to 0.1; `derivative` and `difference` follow. Raises TypeError or
    ValueError for bad input.
    """

    _data = Packed()
    parameters = Network()  #: the network: Parameters
    entry = traitlets.Tuple().tag(sync=True)  #: the parameter looked at: name and index
    step = traitlets.Any().tag(sync=True)  #: how far the parameter is moved up and down
    derivative = traitlets.Float()  #: by backpropagation
    difference = traitlets.Float()  #: the central difference with this step

    def __init__(self, image, label, parameters, name="b2", place=3, step=1e-5):
        pixels, labels = as_embedded(image, label, MOST_IMAGES)
        place = place if isinstance(place, tuple | list) else [place]
        super().__init__(
            _data={"images": pixels, "labels": labels},
            parameters=parameters,
            entry=(name, *place),
            step=step,
        )
        self._follow("parameters", "entry", "step")

    @traitlets.validate("parameters")
    def _check_parameters(self, proposal):
        as_entry(self.entry, proposal["value"])
        return proposal["value"]

    @traitlets.validate("entry")
    def _check_entry(self, proposal):
        return as_entry(proposal["value"], self.parameters)

    @traitlets.validate("step")
    def _check_step(self, proposal):
        step = as_positive(proposal["value"], "step", 1e-5)
        if not SMALLEST <= step <= LARGEST:
            raise ValueError(
                f"expected a step from {SMALLEST:g} to {LARGEST:g}; found {step:g}. Try 1e-5."
            )
        return step

    def _compute(self):
        (name, *place), x = self.entry, scale(self._data["images"], float)
        t = one_hot(self._data["labels"])
        gradient = backward(*forward(x, self.parameters), t, self.parameters)
        self.derivative = float(getattr(gradient, name)[tuple(place)])
        self.difference = self._quotient(self.step)

    def _quotient(self, step):
        (name, *place), x = self.entry, scale(self._data["images"], float)
        losses = []
        for sign in (+1, -1):
            p = getattr(self.parameters, name).copy()
            p[tuple(place)] += sign * step
            y = forward(x, self.parameters._replace(**{name: p}))[3]
            losses.append(cross_entropy(y, self._data["labels"]))
        return (losses[0] - losses[1]) / (2 * step)

    def still(self):
        name, *place = self.entry
        # No more digits, and no smaller steps: rounding would make them differ between machines.
        value = round(self.derivative, 6) + 0.0
        caption = f"The derivative of the loss in {name}{place}, by backpropagation: {value:.6f}"
        rows = [(f"1e-{k}", f"{round(self._quotient(10.0**-k), 4) + 0.0:.4f}") for k in range(1, 7)]
        return table(caption, ("step", "central difference"), rows)


def as_entry(entry, parameters):
    """The name of an array and an index into it; TypeError or ValueError where there is none."""
    name, *place = entry or [None]
    if name not in Parameters._fields:
        raise ValueError(f"expected the name W1, b1, W2 or b2; found {name!r}. Give one of these.")
    shape = getattr(parameters, name).shape
    place = [as_whole(i, "an index", 0) for i in place]
    if len(place) != len(shape) or any(i >= size for i, size in zip(place, shape)):
        count = "1 index" if len(shape) == 1 else "2 indices"
        ranges = " and ".join(f"0..{size - 1}" for size in shape)
        raise ValueError(
            f"expected for {name} {count}, in {ranges}; found {place}. Give b1 and b2 a place "
            "such as 3, W1 and W2 one such as (1, 3)."
        )
    return (name, *place)
