"""A small figure of each kind, and changes of it, for tests of all of them.

As a program it makes them with the stand-in for anywidget, and prints their states.
"""

import json
import sys
import zlib
from pathlib import Path

if __name__ == "__main__":
    ROOT = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(ROOT / "book" / "live" / "stand_in"), str(ROOT)]

import numpy as np  # noqa: E402

import nnlib as nn  # noqa: E402
from nnlib.widgets import (  # noqa: E402
    DrawingPad,
    ForwardPass,
    GradientMicroscope,
    ImagePicker,
    LogitSliders,
    TimeMachine,
    Trainer,
)
from nnlib.widgets.figure import as_text  # noqa: E402

SAMPLE = nn.load_sample()
IMAGES, LABELS = SAMPLE.test_images[:6], SAMPLE.test_labels[:6]


def network(seed, hidden=5):
    """Parameters after so little training that the network is often wrong."""
    start = nn.initialize(seed, hidden)
    images, labels = SAMPLE.train_images[:300], SAMPLE.train_labels[:300]
    return nn.train(images, labels, start, seed=seed, epochs=4)[0]


NETWORK = network(0)
OTHER = nn.initialize(3, 5, dtype=np.float32)
Y1 = [-2.5, -0.2, 7.8, 4.8, -3.4, 0.2, 1.8, -0.6, -0.0002, -5.4]
CHECKPOINTS = [NETWORK, network(1), network(2)]
# No digit drawn by a reader: no letters of an address, no base64, too short, too long.
WHOLE = as_text(IMAGES[0])
BAD_TEXTS = ["a b", "é", "A", "AAA", WHOLE[:-4], WHOLE + WHOLE, WHOLE + "\n", WHOLE + "="]
STROKES = [[(20, 30), (60, 30), (70, 55)], [(10, 60)]]
FIGURES = {
    ImagePicker: dict(images=IMAGES, labels=LABELS, parameters=NETWORK),
    ForwardPass: dict(images=IMAGES, labels=LABELS, parameters=NETWORK),
    LogitSliders: dict(y=Y1, label=2),
    GradientMicroscope: dict(image=IMAGES, label=LABELS, parameters=NETWORK),
    Trainer: dict(
        train_images=IMAGES[:4], train_labels=LABELS[:4],
        val_images=IMAGES[4:].astype(int), val_labels=LABELS[4:], batch_size=2,
    ),
    DrawingPad: dict(parameters=NETWORK, strokes=STROKES, width=5),
    TimeMachine: dict(checkpoints=CHECKPOINTS, epochs=(0, 0.5, 20), images=IMAGES, labels=LABELS),
}  # fmt: skip
CHANGES = [
    (ImagePicker, dict(index=3)),
    (ImagePicker, dict(index=3, parameters=OTHER, show="mistakes")),
    (ImagePicker, dict(guess_first=True)),
    (ImagePicker, dict(index=2, drawn=WHOLE, guess_first=True)),
    (ForwardPass, dict(index=3)),
    (ForwardPass, dict(index=5, unit=4, output=9)),
    (ForwardPass, dict(drawn=WHOLE, index=1)),
    (ForwardPass, dict(drawn=IMAGES[2], output=9)),
    (LogitSliders, dict(y=[0.0] * 10)),
    (LogitSliders, dict(y=nn.forward_propagation(IMAGES, NETWORK)[3][0], label=np.int64(7))),
    (GradientMicroscope, dict(step=1e-3)),
    (GradientMicroscope, dict(parameters=OTHER)),
    (DrawingPad, dict(strokes=[])),
    (DrawingPad, dict(strokes=[[(200, 300), (250, 300)]])),  # beside the page
    (DrawingPad, dict(strokes=[[(0, 99)]], width=20)),
    (DrawingPad, dict(parameters=OTHER)),
    (DrawingPad, dict(fitting=False)),
    (DrawingPad, dict(centring=False)),
    (TimeMachine, dict(index=0)),
    (TimeMachine, dict(index=1, off=[4, np.int64(1), 4])),
    (TimeMachine, dict(off=[2], stuck="mean")),
    (TimeMachine, dict(drawn=WHOLE, off=[1, 3], index=1)),
]  # fmt: skip


def make(kind, **changes):
    return kind(**FIGURES[kind] | changes)


def states():
    """What the page gets of each figure, as it is made and after each of its changes."""
    for kind, changes in [(kind, {}) for kind in FIGURES] + CHANGES:
        figure = make(kind)
        for name, value in changes.items():
            setattr(figure, name, value)
        yield plain(figure.get_state())


def plain(value):
    """A state in which packed arrays are lists."""
    if isinstance(value, dict) and "dtype" in value:
        array = np.frombuffer(zlib.decompress(value["bytes"]), value["dtype"])
        return {"dtype": value["dtype"], "values": array.reshape(value["shape"]).tolist()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    print(json.dumps(list(states())))
