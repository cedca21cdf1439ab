"""Parameters to disk and back, files that are refused, and saves that fail half way."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnlib import Parameters, initialize, load_parameters, save_parameters, storage
from shared import bits, refused

PARAMETERS = initialize(0, hidden=2)


@pytest.fixture
def saved(tmp_path):
    """A file of parameters in a folder with nothing else."""
    path = tmp_path / "parameters.npz"
    save_parameters(path, PARAMETERS)
    return path


# There and back


@pytest.mark.parametrize("kind", [str, Path])
def test_what_is_loaded_is_what_was_saved(tmp_path, kind):
    path = kind(tmp_path / "a name with spaces.npz")
    save_parameters(path, PARAMETERS)
    found = load_parameters(path)
    assert type(found) is Parameters
    assert bits(found) == bits(PARAMETERS)
    found.W1[:] = 7  # what is loaded may be trained further


def test_arrays_in_any_order_in_memory_can_be_saved(tmp_path):
    parameters = Parameters(*(np.repeat(p, 2, axis=-1)[..., ::2].T.copy().T for p in PARAMETERS))
    save_parameters(tmp_path / "p.npz", parameters)
    assert bits(load_parameters(tmp_path / "p.npz")) == bits(PARAMETERS)


def test_saving_replaces_an_old_file_and_leaves_nothing_else(saved):
    new = initialize(1, hidden=3)
    save_parameters(saved, new)
    assert bits(load_parameters(saved)) == bits(new)
    assert os.listdir(saved.parent) == [saved.name]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch, kind):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # on Windows
    save_parameters(kind("~/p.npz"), PARAMETERS)
    assert os.listdir(tmp_path) == ["p.npz"]
    assert bits(load_parameters(kind("~/p.npz"))) == bits(PARAMETERS)


def test_a_tilde_that_names_nobody_is_part_of_the_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_parameters("~nobody of this name.npz", PARAMETERS)
    assert os.listdir(tmp_path) == ["~nobody of this name.npz"]


def test_a_name_without_a_folder_is_in_the_current_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_parameters("p.npz", PARAMETERS)
    assert os.listdir(tmp_path) == ["p.npz"]
    assert bits(load_parameters("p.npz")) == bits(PARAMETERS)


@pytest.mark.skipif(os.name != "posix", reason="compares the permissions of POSIX systems")
def test_the_file_may_be_read_by_whom_any_new_file_may(saved, tmp_path):
    other = tmp_path / "other"
    other.touch()
    assert saved.stat().st_mode == other.stat().st_mode


# Files that are refused


def test_a_pickle_is_refused_and_not_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    path = tmp_path / "trap.npz"
    np.savez(path, **PARAMETERS._asdict() | {"b1": np.array([Trap()], object)})
    assert refused(ValueError, path.name, load_parameters, path).endswith("Save them again.")
    assert not (tmp_path / "sprung").exists()
    with np.load(path, allow_pickle=True) as file:
        assert file["b1"].shape == (1,)
    assert (tmp_path / "sprung").exists()  # where pickles are allowed the trap does spring


CONTENTS = {
    "text": b"W1, b1, W2, b2\n",
    "empty": b"",
    "a pickle": b"\x80\x04N.",
    "zeros": bytes(1000),
    "start of an archive": b"PK\x03\x04",
    "empty archive": b"PK\x05\x06" + bytes(18),
    "start of an array": b"\x93NUMPY",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "p.npz"
    path.write_bytes(content)
    refused(ValueError, path.name, load_parameters, path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(saved, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    refused(ValueError, "damaged", load_parameters, saved)


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True])
def test_damaged_bytes_are_refused_or_do_not_matter(saved, packed):
    if packed:
        np.savez_compressed(saved, **PARAMETERS._asdict())
    content = saved.read_bytes()
    rng = np.random.default_rng(0)
    # The directory at the end and the first header are where most different errors come from.
    places = [*range(-560, 0, 2), *range(0, 240, 2), *rng.integers(0, len(content), 100)]
    outcomes = []
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        saved.write_bytes(damaged)
        try:
            assert bits(load_parameters(saved)) == bits(PARAMETERS)
            outcomes.append("harmless")
        except ValueError as error:
            assert str(error).startswith("expected ")
            outcomes.append("refused")
    assert set(outcomes) == {"harmless", "refused"}


def test_a_single_array_under_this_ending_is_refused(tmp_path):
    np.save(tmp_path / "p.npy", PARAMETERS.W1)
    (tmp_path / "p.npy").rename(tmp_path / "p.npz")
    refused(ValueError, "another kind", load_parameters, tmp_path / "p.npz")


def test_an_archive_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.npz", "w") as archive:
        for name in Parameters._fields:
            archive.writestr(name, "some text")
    refused(TypeError, "W1 bytes", load_parameters, tmp_path / "p.npz")


ARRAYS = PARAMETERS._asdict()
WRONG_ARRAYS = {
    "none": ({}, ValueError, "found none"),
    "missing": ({k: v for k, v in ARRAYS.items() if k != "b2"}, ValueError, "found W1, W2, b1."),
    "extra": (ARRAYS | {"b3": ARRAYS["b2"]}, ValueError, "found W1, W2, b1, b2, b3."),
    "renamed": (
        {k.replace("W2", "V"): v for k, v in ARRAYS.items()}, ValueError, "found V, W1, b1, b2.",
    ),
    "other case": ({k.lower(): v for k, v in ARRAYS.items() if k[0] == "W"}, ValueError, "w1, w2"),
    "nan": (ARRAYS | {"W2": ARRAYS["W2"] * np.nan}, ValueError, "in W2"),
}  # fmt: skip


@pytest.mark.parametrize("arrays, error, fragment", WRONG_ARRAYS.values(), ids=WRONG_ARRAYS)
def test_a_file_of_other_arrays_is_refused(tmp_path, arrays, error, fragment):
    np.savez(tmp_path / "p.npz", **arrays)
    refused(error, fragment, load_parameters, tmp_path / "p.npz")


def test_arrays_in_another_order_are_told_apart_by_name(tmp_path):
    np.savez(tmp_path / "p.npz", **dict(reversed(ARRAYS.items())))
    assert bits(load_parameters(tmp_path / "p.npz")) == bits(PARAMETERS)


def test_a_refusal_says_which_arrays_were_expected(tmp_path):
    np.savez(tmp_path / "p.npz", W1=PARAMETERS.W1, b3=PARAMETERS.b1)
    with pytest.raises(ValueError) as caught:
        load_parameters(tmp_path / "p.npz")
    assert str(caught.value) == (
        f"expected the arrays W1, b1, W2, b2 in {tmp_path / 'p.npz'}; found W1, b3. "
        "Save them with save_parameters."
    )


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.npz"):
        load_parameters(tmp_path / "nowhere.npz")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "p.npz").mkdir()
    with pytest.raises(OSError):
        load_parameters(tmp_path / "p.npz")
    with pytest.raises(OSError):
        save_parameters(tmp_path / "p.npz", PARAMETERS)
    assert os.listdir(tmp_path) == ["p.npz"]


@pytest.mark.parametrize("name", ["p", "p.npy", "p.npz.txt", "p.NPZ", ".npz", "p.npz.part"])
def test_another_ending_is_refused(tmp_path, name):
    refused(ValueError, "Add the ending", load_parameters, tmp_path / name)


# Saves that fail


def check_untouched(path):
    assert bits(load_parameters(path)) == bits(PARAMETERS)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    "parameters, error",
    [
        (tuple(PARAMETERS), TypeError),
        (PARAMETERS._replace(b1=PARAMETERS.b1.tolist()), TypeError),
        (PARAMETERS._replace(b1=PARAMETERS.b1[:, None]), ValueError),
        (PARAMETERS._replace(b2=PARAMETERS.b2 + np.nan), ValueError),
    ],
)
def test_bad_parameters_leave_the_old_file(saved, parameters, error):
    with pytest.raises(error, match="expected .*found "):
        save_parameters(saved, parameters)
    check_untouched(saved)


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError(), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["savez", "replace"])
def test_a_save_that_breaks_off_leaves_the_old_file(saved, monkeypatch, where, error):
    def broken(target, *rest, **arrays):
        if where == "savez":
            target.write(b"half of the arr")
        raise error

    monkeypatch.setattr(storage.np if where == "savez" else storage.os, where, broken)
    with pytest.raises(type(error)):
        save_parameters(saved, initialize(1, hidden=2))
    monkeypatch.undo()
    check_untouched(saved)


@pytest.mark.parametrize("folder", ["nowhere", "parameters.npz"])
def test_what_is_no_folder_raises_an_os_error(saved, folder):
    with pytest.raises(OSError):
        save_parameters(saved.parent / folder / "p.npz", PARAMETERS)
    check_untouched(saved)


def test_a_missing_folder_is_the_only_error_that_is_told(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        save_parameters(tmp_path / "nowhere" / "p.npz", PARAMETERS)
    assert caught.value.__context__ is None


def test_a_folder_without_permission_raises_an_os_error(saved):
    saved.parent.chmod(0o500)
    try:
        if os.access(saved.parent, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(OSError):
            save_parameters(saved, initialize(1, hidden=2))
    finally:
        saved.parent.chmod(0o700)
    check_untouched(saved)
