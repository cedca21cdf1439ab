"""The digits in the package and the reading of the four MNIST files, whole, missing and damaged."""

import gzip
import hashlib
import os
import socket
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnlib import mnist
from nnlib.checks import as_path
from nnlib.mnist import FOLDER_VARIABLE, SHA256, Digits, find, load_mnist, load_sample, read_idx

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = SHA256
FULL_SET = os.environ.get(FOLDER_VARIABLE)

UNOFFICIAL = "expected the official MNIST files"
pytestmark = pytest.mark.filterwarnings(f"ignore:{UNOFFICIAL}")  # which small sets are not
needs_full_set = pytest.mark.skipif(
    not FULL_SET, reason=f"needs the four MNIST files; name their folder in {FOLDER_VARIABLE}"
)


def idx(array, shape=None):
    """The bytes of an IDX file; `shape` is what its header promises, if not the truth."""
    shape = np.array(shape or array.shape, ">u4")
    return bytes([0, 0, 8, len(shape)]) + shape.tobytes() + array.astype(np.uint8).tobytes()


def small_set(seed=0):
    """Noise in the shape of MNIST: 3 images to train on and 3 to test on."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (2, 3, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, (2, 3))
    return Digits(images[0], labels[0], images[1], labels[1])


def write(folder, digits, packed=True):
    """Put the four files of a set into a new folder."""
    folder.mkdir()
    for name, array in zip(SHA256, digits, strict=True):
        put(folder, name, idx(array), packed)
    return folder


def put(folder, name, content, packed=True):
    """Write one of the four files, gzipped or unpacked under the name without .gz."""
    path = folder / (name if packed else name.removesuffix(".gz"))
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def same(found, expected):
    """Whether two sets hold the same numbers of the same types."""
    return all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(found, expected, strict=True)
    )


@pytest.fixture(autouse=True)
def only_what_the_test_names(monkeypatch):
    """Hide the user's own folder of MNIST, and fail rather than download."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(mnist, "fetch", lambda name: pytest.fail(f"{name} would be downloaded"))


@pytest.fixture(scope="module")
def full_set():
    with warnings.catch_warnings(action="error"):
        return load_mnist(FULL_SET)


# The sample


@pytest.mark.parametrize(("part", "count"), [("train", 4000), ("test", 1000)])
def test_sample_has_the_same_number_of_each_digit(part, count):
    sample = load_sample()._asdict()
    images, labels = sample[f"{part}_images"], sample[f"{part}_labels"]
    assert images.shape == (count, 28, 28)
    assert images.dtype == np.uint8
    assert labels.shape == (count,)
    assert labels.dtype == np.intp
    assert np.bincount(labels).tolist() == [count // 10] * 10


def test_sample_images_are_drawn_in_ink_on_background():
    sample = load_sample()
    images = np.concatenate([sample.train_images, sample.test_images])
    assert images.min() == 0
    assert images.max() == 255
    assert not images[:, 0].any()
    assert images[:, 4:24, 4:24].any(axis=(1, 2)).all()


def test_no_sample_image_is_in_both_parts_or_twice_in_one():
    sample = load_sample()
    train = {image.tobytes() for image in sample.train_images}
    test = {image.tobytes() for image in sample.test_images}
    assert not train & test
    assert len(train) + len(test) == 5000


def test_each_call_gives_a_sample_of_its_own():
    first, untouched = load_sample(), load_sample()
    for array in first:
        array[:] = 7
    assert same(load_sample(), untouched)
    assert not same(first, untouched)


def test_sample_needs_no_network(monkeypatch):
    def refuse(*arguments, **options):
        pytest.fail("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_sample()


def test_sample_file_holds_plain_arrays_and_nothing_else():
    with np.load(mnist.SAMPLE, allow_pickle=False) as sample:
        found = {name: (sample[name].shape, sample[name].dtype) for name in sample.files}
    assert found == {
        "images": ((5000, 28, 28), np.uint8),
        "labels": ((5000,), np.uint8),
        "index": ((5000,), np.uint16),
    }


def test_sample_with_pickled_objects_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "SAMPLE", tmp_path / "sample.npz")
    np.savez(mnist.SAMPLE, images=np.array([{}], dtype=object), labels=np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="pickle"):
        load_sample()


@needs_full_set
def test_the_sample_is_what_its_program_makes_of_the_official_training_set(tmp_path, monkeypatch):
    import make_sample  # here, so that mutmut, which copies no scripts, can run the other tests

    made = tmp_path / "sample.npz"
    monkeypatch.setenv(FOLDER_VARIABLE, FULL_SET)
    monkeypatch.setattr(make_sample, "SAMPLE", made)
    make_sample.main()
    with np.load(mnist.SAMPLE) as kept, np.load(made) as found:
        assert {name: kept[name].tobytes() for name in kept} == {
            name: found[name].tobytes() for name in found
        }


# The full set from a folder


@needs_full_set
def test_full_set_has_the_published_number_of_each_digit(full_set):
    assert full_set.train_images.shape == (60000, 28, 28)
    assert full_set.test_images.shape == (10000, 28, 28)
    assert [array.dtype for array in full_set] == [np.uint8, np.intp, np.uint8, np.intp]
    assert np.bincount(full_set.train_labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert np.bincount(full_set.test_labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


@needs_full_set
@pytest.mark.parametrize("name", SHA256)
def test_download_would_expect_the_hash_of_the_official_file(name):
    path = as_path(FULL_SET) / name
    if not path.is_file():
        pytest.skip(f"the folder named in {FOLDER_VARIABLE} holds {name} only unpacked")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[name]


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
@pytest.mark.parametrize("kind", [str, Path])
def test_four_files_in_a_folder_are_read(tmp_path, kind, packed):
    expected = small_set()
    found = load_mnist(kind(write(tmp_path / "mnist", expected, packed)))
    assert same(found, expected)
    assert all(array.flags.writeable for array in found)


def test_variable_alone_names_the_folder(tmp_path, monkeypatch):
    expected = small_set()
    monkeypatch.setenv(FOLDER_VARIABLE, str(write(tmp_path / "mnist", expected)))
    assert same(load_mnist(), expected)


def test_argument_wins_over_the_variable(tmp_path, monkeypatch):
    expected = small_set(1)
    monkeypatch.setenv(FOLDER_VARIABLE, str(write(tmp_path / "variable", small_set(2))))
    assert same(load_mnist(write(tmp_path / "argument", expected)), expected)


def test_find_accepts_either_name_and_prefers_the_gzipped(tmp_path):
    unpacked = put(tmp_path, TRAIN_LABELS, b"", packed=False)
    assert find(TRAIN_LABELS, tmp_path) == unpacked
    packed = put(tmp_path, TRAIN_LABELS, b"")
    assert find(TRAIN_LABELS, tmp_path) == packed


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
@pytest.mark.parametrize("spell", [
    lambda name: name.replace("-idx", ".idx"),
    lambda name: name.replace("-", "_"),
    lambda name: name.replace("t10k", "test"),
    lambda name: name.replace("-ubyte", ""),
    lambda name: name.replace("-idx3-ubyte", "").replace("-idx1-ubyte", ""),
    str.upper,
], ids=lambda spell: spell(TEST_IMAGES))  # fmt: skip
def test_names_may_be_spelt_as_people_spell_them(tmp_path, spell, packed):
    folder, expected = tmp_path / "mnist", small_set()
    for path in write(folder, expected, packed).iterdir():
        path.rename(folder / spell(path.name))
    assert same(load_mnist(folder), expected)


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
def test_a_file_under_its_own_name_wins_over_another_spelling(tmp_path, packed):
    folder, expected = write(tmp_path / "mnist", small_set(1), packed), small_set(1)
    for name, array in zip(SHA256, small_set(2), strict=True):
        put(folder, name.replace("-idx", " idx"), idx(array), packed)  # which comes before it
    assert same(load_mnist(folder), expected)


@pytest.mark.parametrize("other", [
    "emnist-digits-train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz.part",
    "train-images-idx3-ubyte (1).gz", "train-images.npy", "more-train-images.gz",
])  # fmt: skip
def test_what_has_another_name_is_not_taken_and_listed(tmp_path, other):
    put(tmp_path, other, idx(IMAGES))
    (tmp_path / "raw").mkdir()
    with pytest.raises(FileNotFoundError) as raised:
        load_mnist(tmp_path)
    found = ", ".join(sorted([other, "raw/"]))
    assert f"in the folder {tmp_path}; found {found}. Put" in str(raised.value)


@pytest.mark.parametrize("count, found", [
    (0, "an empty folder"), (1, "00"), (20, "18, 19"), (21, "18, 19 and 1 more"),
])  # fmt: skip
def test_what_a_folder_holds_is_listed_to_the_twentieth(tmp_path, count, found):
    for i in range(count):
        (tmp_path / f"{i:02}").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=f"{found}\\. Put the four MNIST files there"):
        load_mnist(tmp_path)


@pytest.mark.parametrize("kind", [str, Path])
def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch, kind):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # on Windows
    expected = small_set()
    write(tmp_path / "mnist", expected)
    assert same(load_mnist(kind("~/mnist")), expected)
    monkeypatch.setenv(FOLDER_VARIABLE, "~/mnist")
    assert same(load_mnist(), expected)


@pytest.mark.parametrize("names", [*zip(SHA256), tuple(SHA256)], ids=[*SHA256, "all"])
@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
def test_one_warning_names_what_is_not_official(tmp_path, monkeypatch, names, packed):
    folder, expected = write(tmp_path / "mnist", small_set(), packed), small_set()
    contents = [hashlib.sha256(array.astype(np.uint8).tobytes()) for array in expected]
    monkeypatch.setattr(mnist, "CONTENT_SHA256", [content.hexdigest() for content in contents])
    with warnings.catch_warnings(action="error"):
        load_mnist(folder)
    others = []
    for name, array in zip(SHA256, expected):
        if name in names:
            array.flat[-1] = 9 - min(array.flat[-1], 9)
            others.append(put(folder, name, idx(array), packed).name)
    with pytest.warns(UserWarning) as caught:
        load_mnist(folder)
    (warning,) = caught
    assert str(warning.message) == (
        f"expected the official MNIST files in {folder}; found others: {', '.join(others)}. "
        "Look at some: Fashion-MNIST has clothes under these names, EMNIST turned digits."
    )


def test_the_warning_points_at_the_line_that_loads(tmp_path):
    write(tmp_path / "mnist", small_set())
    with pytest.warns(UserWarning, match="official") as caught:
        load_mnist(tmp_path / "mnist")
    assert caught[0].filename == __file__


@pytest.mark.parametrize("name", SHA256)
@pytest.mark.parametrize("by_variable", [True, False], ids=["variable", "argument"])
def test_missing_file_is_named_with_its_folder(tmp_path, monkeypatch, name, by_variable):
    folder = write(tmp_path / "mnist", small_set())
    (folder / name).unlink()
    (folder / name).mkdir()  # a folder of that name is not the file
    if by_variable:
        monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    with pytest.raises(FileNotFoundError) as raised:
        load_mnist(None if by_variable else folder)
    for part in (name, str(folder), FOLDER_VARIABLE):
        assert part in str(raised.value)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        load_mnist(tmp_path / "nowhere")
    assert f"in the folder {tmp_path / 'nowhere'}; found no such folder." in str(raised.value)


# Damaged files


def check_refused(folder, path, texts):
    with pytest.raises(ValueError) as raised:
        load_mnist(folder)
    for text in ("expected", str(path), *texts):
        assert text in str(raised.value)


IMAGES, LABELS = small_set()[:2]
GZIPPED = gzip.compress(idx(IMAGES))
HUGE = 2**32 - 1

GZIP_DAMAGES = {
    "cut short": GZIPPED[:-100],
    "cut within the checksum": GZIPPED[:-3],
    "only the first two bytes": GZIPPED[:2],
    "wrong checksum": GZIPPED[:-8] + bytes([GZIPPED[-8] ^ 1]) + GZIPPED[-7:],
    "wrong byte within": GZIPPED[:500] + bytes([GZIPPED[500] ^ 1]) + GZIPPED[501:],
    "not a deflate stream": GZIPPED[:10] + b"\xff" * 100 + GZIPPED[110:],
    "text at the end": GZIPPED + b"<html>",
}


@pytest.mark.parametrize("content", GZIP_DAMAGES.values(), ids=GZIP_DAMAGES)
@pytest.mark.parametrize("name", [TRAIN_IMAGES, TEST_IMAGES])
def test_damaged_gzip_file_is_refused(tmp_path, name, content):
    folder = write(tmp_path / "mnist", small_set())
    (folder / name).write_bytes(content)
    check_refused(folder, folder / name, ["whole gzip file", "damaged or cut short ("])


def test_file_that_is_no_gzip_at_all_is_refused(tmp_path):
    folder = write(tmp_path / "mnist", small_set())
    (folder / TRAIN_IMAGES).write_bytes(b"<html>Please log in</html>")
    texts = ["00 00 08 03", "found 26 bytes starting with 3c 68 74 6d"]
    check_refused(folder, folder / TRAIN_IMAGES, texts)


# name of the file, what is in it, what the message must say
IDX_DAMAGES = {
    "labels for images": (
        TRAIN_IMAGES, idx(LABELS), ["00 00 08 03", "found 11 bytes starting with 00 00 08 01"],
    ),
    "images for labels": (
        TRAIN_LABELS, idx(IMAGES), ["00 00 08 01", "found 2368 bytes starting with 00 00 08 03"],
    ),
    "signed bytes": (
        TRAIN_IMAGES, b"\0\0\x09" + idx(IMAGES)[3:], ["00 00 08 03", "with 00 00 09 03"],
    ),
    "empty": (TRAIN_IMAGES, b"", ["00 00 08 03", "found 0 bytes"]),
    "header cut within the lengths": (TRAIN_IMAGES, idx(IMAGES)[:15], ["found 15 bytes"]),
    "header cut within the first number": (TRAIN_LABELS, idx(LABELS)[:3], ["found 3 bytes"]),
    "nothing after the header": (
        TRAIN_IMAGES, idx(IMAGES)[:16], ["2352", "(3, 28, 28)", "found 0"],
    ),
    "one image less than promised": (
        TRAIN_IMAGES, idx(IMAGES, (4, 28, 28)), ["3136", "(4, 28, 28)", "found 2352"],
    ),
    "one image more than promised": (
        TRAIN_IMAGES, idx(IMAGES, (2, 28, 28)), ["1568", "(2, 28, 28)", "found 2352"],
    ),
    "one label less than promised": (TRAIN_LABELS, idx(LABELS, (4,)), ["4", "(4,)", "found 3"]),
    "astronomically many images": (
        TRAIN_IMAGES, idx(IMAGES, (HUGE,) * 3), [f"{HUGE**3}", f"{(HUGE,) * 3}", "found 2352"],
    ),
    "astronomically many labels": (
        TRAIN_LABELS, idx(LABELS, (HUGE,)), [f"{HUGE}", f"({HUGE},)", "found 3"],
    ),
    "as many as overflow to the truth in 64 bits": (
        TRAIN_IMAGES, idx(IMAGES, (2**31, 2**31, 4))[:16], [f"{2**64}", "found 0"],
    ),
    "no images": (TRAIN_IMAGES, idx(IMAGES[:0]), ["one byte or more", "(0, 28, 28)", "found 0"]),
    "no images of astronomic size": (
        TRAIN_IMAGES, idx(IMAGES[:0], (0, HUGE, HUGE)), [f"{(0, HUGE, HUGE)}", "found 0"],
    ),
    "no labels": (TRAIN_LABELS, idx(LABELS[:0]), ["one byte or more", "(0,)", "found 0"]),
    "images of 27 x 28": (TRAIN_IMAGES, idx(IMAGES[:, 1:]), ["28 x 28", "(3, 27, 28)"]),
    "images of 28 x 27": (TRAIN_IMAGES, idx(IMAGES[:, :, 1:]), ["28 x 28", "(3, 28, 27)"]),
    "two labels for three images": (
        TRAIN_LABELS, idx(LABELS[:2]), [TRAIN_IMAGES[:-3], "3 images", "2 labels"],
    ),
    "two images for three labels": (
        TRAIN_IMAGES, idx(IMAGES[:2]), [TRAIN_LABELS[:-3], "2 images", "3 labels"],
    ),
    "label 10": (TRAIN_LABELS, idx(np.array([3, 10, 5])), ["0..9", "found 10"]),
    "damage in the test images": (TEST_IMAGES, idx(IMAGES[:, 1:]), ["28 x 28", "(3, 27, 28)"]),
    "damage in the test labels": (TEST_LABELS, idx(np.array([3, 255, 5])), ["0..9", "found 255"]),
}  # fmt: skip


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "unpacked"])
@pytest.mark.parametrize(("name", "content", "texts"), IDX_DAMAGES.values(), ids=IDX_DAMAGES)
def test_damaged_idx_file_is_refused(tmp_path, name, content, texts, packed):
    folder = write(tmp_path / "mnist", small_set(), packed)
    check_refused(folder, put(folder, name, content, packed), texts)


# name of the file, what is in it, the whole message about {path} and what may be wrong
MESSAGES = {
    "gzip": (
        TRAIN_IMAGES, GZIPPED[:-100],
        "expected a whole gzip file in {path}; it is damaged or cut short (Compressed file ended "
        "before the end-of-stream marker was reached). Delete it and get it again.",
    ),
    "header": (
        TRAIN_LABELS, gzip.compress(idx(IMAGES)),
        "expected an IDX file of unsigned bytes with 1 dimension(s) in {path}, starting with the "
        "bytes 00 00 08 01; found 2368 bytes starting with 00 00 08 03. Check that images and "
        "labels are not exchanged.",
    ),
    "length": (
        TRAIN_LABELS, gzip.compress(idx(LABELS, (4,))),
        "expected one byte or more after the header of {path}, 4 for the shape (4,) that it "
        "promises; found 3. Delete the file and get it again.",
    ),
    "size": (
        TRAIN_IMAGES, gzip.compress(idx(IMAGES[:, 1:])),
        "expected images of 28 x 28 in {path}; its header gives the shape (3, 27, 28). Use the "
        "original MNIST files.",
    ),
    "number": (
        TRAIN_LABELS, gzip.compress(idx(LABELS[:2])),
        "expected as many labels as images; found 3 images in {images} and 2 labels in {path}. "
        "Take both from the same set.",
    ),
    "digit": (
        TRAIN_LABELS, gzip.compress(idx(np.array([3, 10, 5]))),
        "expected labels in 0..9 in {path}; found 10. Use the original MNIST files.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), MESSAGES.values(), ids=MESSAGES)
def test_a_refusal_says_what_was_expected_what_was_found_and_what_to_do(
    tmp_path, name, content, message
):
    folder = write(tmp_path / "mnist", small_set())
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError) as raised:
        load_mnist(folder)
    assert str(raised.value) == message.format(path=folder / name, images=folder / TRAIN_IMAGES)


@pytest.mark.parametrize("array", [IMAGES, LABELS], ids=["images", "labels"])
def test_read_idx_gives_back_what_was_written(tmp_path, array):
    path = tmp_path / "file"
    path.write_bytes(idx(array))
    found = read_idx(str(path), array.ndim)
    assert found.dtype == np.uint8
    assert np.array_equal(found, array)
