"""The digits: 5,000 of them in the package, or the full MNIST of 70,000."""

import contextlib
import gzip
import hashlib
import os
import re
import sys
import warnings
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib.checks import as_path

SAMPLE = Path(__file__).with_name("mnist_sample.npz")
FOLDER_VARIABLE = "NNLIB_MNIST"
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256 = {
    "train-images-idx3-ubyte.gz":
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz":
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz":
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz":
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}  # fmt: skip
CONTENT_SHA256 = (  # of the same four, unpacked, without the header
    "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
)
OWN_FILES = (
    f"get the four MNIST files in another way and name their folder: load_mnist(folder), or the "
    f"environment variable {FOLDER_VARIABLE}. load_sample() needs no download."
)


class Digits(NamedTuple):
    """Images to train on and images to test on, each with the digit that it shows."""

    train_images: np.ndarray  #: (n, 28, 28) uint8, 0 = background, 255 = ink
    train_labels: np.ndarray  #: (n,) intp, 0..9
    test_images: np.ndarray  #: (m, 28, 28) uint8
    test_labels: np.ndarray  #: (m,) intp


def load_sample():
    """4,000 training and 1,000 test images of MNIST, from the package itself: no network.

    All 5,000 come from MNIST's training set, 500 of each digit, 100 of them for the test;
    `scripts/make_sample.py` chose and shuffled them. New arrays at each call, yours to change.
    """
    with np.load(SAMPLE, allow_pickle=False) as sample:
        images, labels = sample["images"], sample["labels"].astype(np.intp)
    return Digits(images[:4000], labels[:4000], images[4000:], labels[4000:])


def load_mnist(folder=None):
    """The full MNIST: 60,000 training and 10,000 test images (LeCun, Cortes and Burges).

    Reads the four official files, gzipped or not, also named as in train-images.idx3-ubyte, from
    `folder`, else from the folder named in the environment variable NNLIB_MNIST. With neither
    they are fetched once from public mirrors, checked by sha256 and kept in the user's cache
    folder. Raises FileNotFoundError for a file missing from a named folder, ValueError for a
    damaged one, ConnectionError where no mirror serves a file and OSError where the cache folder
    cannot be written. Warns where a file in a named folder is another than the official one.
    """
    folder = folder or os.environ.get(FOLDER_VARIABLE)
    paths = [find(name, as_path(folder)) if folder else fetch(name) for name in SHA256]
    digits = Digits(*read_pair(*paths[:2]), *read_pair(*paths[2:]))
    if folder and (others := unofficial(paths, digits)):
        warnings.warn(
            f"expected the official MNIST files in {folder}; found others: {', '.join(others)}. "
            "Look at some: Fashion-MNIST has clothes under these names, EMNIST turned digits.",
            stacklevel=2,
        )
    return digits


def unofficial(paths, digits):
    """The names of the files whose arrays, these four, are not those of the official files."""
    hashes = [hashlib.sha256(array.ravel().astype(np.uint8)).hexdigest() for array in digits]
    triples = zip(paths, hashes, CONTENT_SHA256)
    return [path.name for path, found, official in triples if found != official]


def find(name, folder):
    """The path of one of the four files in a folder, under its name or as people spell it."""
    held = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in (folder / name, folder / name.removesuffix(".gz"), *held):
        if plain(path.name) == plain(name) and path.is_file():
            return path
    names = [path.name + "/" * path.is_dir() for path in held]
    found = ", ".join(names[:20]) + f" and {len(names) - 20} more" * (len(names) > 20)
    found = found or ("an empty folder" if folder.is_dir() else "no such folder")
    raise FileNotFoundError(
        f"expected {name} (or the same without .gz) in the folder {folder}; found {found}. "
        f"Put the four MNIST files there, or name another folder in {FOLDER_VARIABLE}."
    )


def plain(name):
    """A file's name without what is spelt in many ways, as in train-images.idx3-ubyte."""
    return re.sub(r"\.gz$|idx[13]|ubyte|[\W_]", "", name.lower()).replace("test", "t10k")


def fetch(name, cache=None, mirrors=None, timeout=30):
    """The path of one of the four files in the cache folder, downloaded if it is not there yet."""
    return retrieve(name, SHA256[name], mirrors or MIRRORS, OWN_FILES, cache, timeout)


def retrieve(name, sha256, mirrors, otherwise, cache=None, timeout=30):
    """The path of a file in the cache folder, downloaded from a mirror if it is not there yet.

    The hash is checked before the file gets its name, so that half a file, or the page of a
    captive portal, is never taken for a good one. `otherwise` says what else one can do, at the
    end of an error; timeout is in seconds without a byte.
    """
    import pooch  # here, so that importing nnlib stays quick
    from requests.exceptions import RequestException

    cache = as_path(cache or pooch.os_cache("nnlib"))
    # "identity": a server that unpacks .gz files on the way would change their hash
    download = pooch.HTTPDownloader(
        progressbar=True, timeout=timeout, headers={"Accept-Encoding": "identity"}
    )
    failures = []
    for mirror in mirrors:
        try:
            with contextlib.redirect_stderr(Onlooker(sys.stderr)):
                return Path(pooch.retrieve(
                    mirror + name, "sha256:" + sha256, name, cache, downloader=download
                ))
        except (RequestException, ValueError) as error:  # ValueError: the hash is another
            failures.append(f"  {mirror}{name}: {error}")
        except OSError as error:
            # The folder is at fault, or requests, which tells without a number that it misses its
            # certificates. pooch gives none either where it has no permission.
            if error.errno or isinstance(error, PermissionError):
                raise OSError(
                    f"expected to keep {name} in the cache folder {cache}; could not write there: "
                    f"{error}. Free the folder or make it writable, or {otherwise}"
                ) from error
            failures.append(f"  {mirror}{name}: {error}")
    raise ConnectionError(
        f"expected to download {name} to {cache}; no mirror served it:\n" + "\n".join(failures)
        + f"\nCheck the network and try again, or {otherwise}"
    )


class Onlooker:
    """A stream to show progress on: where it is missing, closed or broken, the work goes on."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, text):
        with contextlib.suppress(Exception):
            self.stream.write(text)

    def flush(self):
        with contextlib.suppress(Exception):
            self.stream.flush()


def read_pair(images_path, labels_path):
    """The images (n, 28, 28) uint8 and the labels (n,) intp of two files that belong together."""
    images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
    if images.shape[1:] != (28, 28):
        raise ValueError(
            f"expected images of 28 x 28 in {images_path}; its header gives the shape "
            f"{images.shape}. Use the original MNIST files."
        )
    if len(images) != len(labels):
        raise ValueError(
            f"expected as many labels as images; found {len(images)} images in {images_path} and "
            f"{len(labels)} labels in {labels_path}. Take both from the same set."
        )
    if labels.max() > 9:
        raise ValueError(
            f"expected labels in 0..9 in {labels_path}; found {labels.max()}. "
            "Use the original MNIST files."
        )
    return images, labels.astype(np.intp)


def read_idx(path, dimensions):
    """The array of unsigned bytes in an IDX file, gzipped or not, shaped as its header says.

    The format is LeCun's: two zero bytes, 8 for "unsigned byte", the number of dimensions, the
    length of each as a big-endian 32-bit integer, then the bytes. Raises ValueError where the
    file is damaged, is of another kind, or holds more or fewer bytes than the header promises.
    """
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":  # gzip
        try:
            content = gzip.decompress(content)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(
                f"expected a whole gzip file in {path}; it is damaged or cut short ({error}). "
                "Delete it and get it again."
            ) from error
    expected, start = bytes([0, 0, 8, dimensions]), 4 + 4 * dimensions
    if content[:4] != expected or len(content) < start:
        raise ValueError(
            f"expected an IDX file of unsigned bytes with {dimensions} dimension(s) in {path}, "
            f"starting with the bytes {expected.hex(' ')}; found {len(content)} bytes starting "
            f"with {content[:4].hex(' ')}. Check that images and labels are not exchanged."
        )
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", dimensions, offset=4))
    promised, found = np.prod(shape, dtype=object), len(content) - start
    if found != promised or found == 0:
        raise ValueError(
            f"expected one byte or more after the header of {path}, {promised} for the shape "
            f"{shape} that it promises; found {found}. Delete the file and get it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()
