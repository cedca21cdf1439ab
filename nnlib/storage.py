"""Parameters on disk: saved without pickle, so that a file from a stranger can run no code."""

import os

import numpy as np

from nnlib.checks import as_path, check_parameters
from nnlib.network import Parameters


def save_parameters(path, parameters):
    """Writes the four arrays to `path`, a .npz file; a file of that name is replaced.

    The old file stays until the new one is whole. Raises what check_parameters raises,
    ValueError for another ending and OSError where the folder cannot be written.
    """
    path = as_npz(path)
    check_parameters(parameters)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # not a tempfile, private to its user
    try:
        with open(part, "wb") as file:
            np.savez(file, **parameters._asdict())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def load_parameters(path):
    """The Parameters that save_parameters wrote, bit for bit.

    Raises FileNotFoundError where there is no such file, and ValueError or TypeError where it
    holds anything but four arrays of the right names, types and shapes.
    """
    path = as_npz(path)
    with open(path, "rb") as file:
        arrays = read_arrays(file)
    if set(arrays) != set(Parameters._fields):
        raise ValueError(
            f"expected the arrays {', '.join(Parameters._fields)} in {path}; "
            f"found {', '.join(sorted(arrays)) or 'none'}. Save them with save_parameters."
        )
    return check_parameters(Parameters(**arrays))


def read_arrays(file):
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except Exception as error:  # a damaged file makes zipfile and numpy raise nearly anything
        raise ValueError(
            f"expected parameters saved by save_parameters in {file.name}; found a damaged file or "
            f"one of another kind ({error}). Save them again."
        ) from error


def as_npz(path):
    path = as_path(path)
    if path.suffix != ".npz":
        raise ValueError(f"expected a file name ending in .npz; found {path.name}. Add the ending.")
    return path
