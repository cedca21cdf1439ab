"""The download of MNIST from mirrors on this machine that work, refuse, stall or lie."""

import contextlib
import errno
import gzip
import hashlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest

from nnlib import mnist
from nnlib.mnist import FOLDER_VARIABLE, MIRRORS, SHA256, fetch, load_mnist

NAME = "digits.gz"
CONTENT = gzip.compress(bytes(range(256)) * 40)
PAGE = b"<html>Please log in to this network</html>"
STALL = 0.5  # seconds that fetch waits for a byte: enough for a server on this machine
WAYS_OUT = ("load_mnist(folder)", FOLDER_VARIABLE, "load_sample()")


# What a mirror may do. Each function gets the request handler and the file that it asks for.


def answer(handler, content, promised=None, headers=()):
    handler.send_response(200)
    handler.send_header("Content-Length", str(promised or len(content)))
    for header in headers:
        handler.send_header(*header)
    handler.end_headers()
    handler.wfile.write(content)


def stall(handler, content):
    # A client that waited on regardless would get the file in the end, and the test would tell.
    if not handler.server.closing.wait(timeout=6 * STALL):
        answer(handler, content)


def stall_midway(handler, content):
    half = len(content) // 2
    answer(handler, content[:half], promised=len(content))
    if not handler.server.closing.wait(timeout=6 * STALL):
        handler.wfile.write(content[half:])


def unpack_on_the_way(handler, content):
    # A client that accepts gzip is told that the file is only packed for the way.
    accepted = "gzip" in handler.headers.get("Accept-Encoding", "")
    answer(handler, content, headers=[("Content-Encoding", "gzip")] if accepted else [])


def wait_for_the_other(handler, content):
    # Goes on only once two clients have half of the file each.
    half = len(content) // 2
    answer(handler, content[:half], promised=len(content))
    handler.server.halfway.wait(timeout=10)
    handler.wfile.write(content[half:])


BEHAVIOURS = {
    "good": answer,
    "403": lambda handler, content: handler.send_error(403),
    "404": lambda handler, content: handler.send_error(404),
    "500": lambda handler, content: handler.send_error(500),
    "hangs-up": lambda handler, content: None,
    "stalls": stall,
    "stalls-midway": stall_midway,
    "cut-short": lambda handler, content: answer(handler, content[:-50], promised=len(content)),
    "too-short": lambda handler, content: answer(handler, content[:-50]),
    "other-page": lambda handler, content: answer(handler, PAGE),
    "unpacks": unpack_on_the_way,
    "waits": wait_for_the_other,
}

# The mirrors that fail, each with what the message says of it.
FAULTS = {
    "no-network": "refused",
    "403": "403 Client Error",
    "404": "404 Client Error",
    "500": "500 Server Error",
    "hangs-up": "Connection aborted",
    "stalls": "timed out",
    "stalls-midway": "timed out",
    "cut-short": "IncompleteRead",
    "too-short": "hash",
    "other-page": "hash",
}


class Server(ThreadingHTTPServer):
    """Mirrors of `files` at http://127.0.0.1:<port>/<behaviour>/; `requests` lists what came."""

    daemon_threads = False  # server_close() waits for the others only

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.requests, self.accepted = {NAME: CONTENT}, [], []
        self.closing, self.halfway = threading.Event(), threading.Barrier(2)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()

    def mirror(self, behaviour):
        if behaviour == "no-network":
            return closed_port()
        return f"http://127.0.0.1:{self.server_port}/{behaviour}/"

    def close(self):
        self.closing.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        self.server.accepted.append(self.headers["Accept-Encoding"])
        _, behaviour, name = self.path.split("/")
        with contextlib.suppress(ConnectionError):  # the client gave up
            BEHAVIOURS[behaviour](self, self.server.files[name])

    def log_message(self, *arguments):
        pass


def closed_port():
    """The address of a mirror where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


@pytest.fixture
def server():
    with contextlib.closing(Server()) as server:
        yield server


@pytest.fixture(autouse=True)
def direct_connection(monkeypatch):
    """Keep proxies, certificates and folders of the user's out of the way."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", FOLDER_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache folder that is not there yet, for a file with a known hash."""
    monkeypatch.setitem(SHA256, NAME, hashlib.sha256(CONTENT).hexdigest())
    return tmp_path / "cache"


def names_in(folder):
    return [path.name for path in folder.glob("*")]


def check_good(path, cache):
    assert path == cache / NAME
    assert path.read_bytes() == CONTENT
    assert names_in(cache) == [NAME]


def test_file_is_downloaded_once(server, cache):
    mirrors = [server.mirror("good")]
    check_good(fetch(NAME, cache, mirrors), cache)
    check_good(fetch(NAME, cache, mirrors), cache)
    assert server.requests == [f"/good/{NAME}"]


def test_second_call_needs_no_network(server, cache):
    mirrors = [server.mirror("good")]
    fetch(NAME, cache, mirrors)
    server.close()
    check_good(fetch(NAME, cache, mirrors), cache)


def test_first_mirror_that_works_is_the_last_one_asked(server, cache):
    fetch(NAME, cache, [server.mirror("404"), server.mirror("good"), server.mirror("500")])
    assert server.requests == [f"/404/{NAME}", f"/good/{NAME}"]


@pytest.mark.parametrize("fault", FAULTS)
def test_next_mirror_is_tried(server, cache, fault):
    mirrors = [server.mirror(fault), server.mirror("good")]
    check_good(fetch(NAME, cache, mirrors, timeout=STALL), cache)
    asked = [] if fault == "no-network" else [f"/{fault}/{NAME}"]
    assert server.requests == [*asked, f"/good/{NAME}"]


@pytest.mark.parametrize("fault", FAULTS)
def test_failed_download_leaves_nothing_behind(server, cache, fault):
    with pytest.raises(ConnectionError):
        fetch(NAME, cache, [server.mirror(fault)], timeout=STALL)
    assert names_in(cache) == []


def test_error_names_every_mirror_with_its_reason(server, cache):
    mirrors = {server.mirror(fault): reason for fault, reason in FAULTS.items()}
    with pytest.raises(ConnectionError) as raised:
        fetch(NAME, cache, list(mirrors), timeout=STALL)
    message = str(raised.value)
    for text in (f"expected to download {NAME} to {cache}", "Check the network", *WAYS_OUT):
        assert text in message
    for mirror, reason in mirrors.items():
        _, _, found = message.partition(f"\n  {mirror}{NAME}: ")
        assert reason in found.splitlines()[0]
    assert names_in(cache) == []


def test_missing_certificates_are_no_fault_of_the_cache_folder(
    server, tmp_path, cache, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    mirror = closed_port().replace("http:", "https:")
    with pytest.raises(ConnectionError) as raised:
        fetch(NAME, cache, [mirror])
    assert f"{mirror}{NAME}: " in str(raised.value)
    assert "missing.pem" in str(raised.value)
    check_good(fetch(NAME, cache, [mirror, server.mirror("good")]), cache)


@pytest.mark.parametrize("damaged", [b"", CONTENT[:-1], PAGE], ids=["empty", "cut", "page"])
def test_damaged_file_in_the_cache_is_replaced(server, cache, damaged):
    cache.mkdir()
    (cache / NAME).write_bytes(damaged)
    check_good(fetch(NAME, cache, [server.mirror("404"), server.mirror("good")]), cache)


@pytest.mark.parametrize("fault", ["no-network", "500", "other-page"])
def test_damaged_file_in_the_cache_is_never_taken_for_good(server, cache, fault):
    cache.mkdir()
    (cache / NAME).write_bytes(CONTENT[:-1])
    for _ in range(2):
        with pytest.raises(ConnectionError, match=NAME):
            fetch(NAME, cache, [server.mirror(fault)])
    assert names_in(cache) in ([], [NAME])


def check_folder_blamed(server, cache):
    mirrors = [server.mirror("good"), server.mirror("404")]
    with pytest.raises(OSError) as raised:
        fetch(NAME, cache, mirrors)
    assert not isinstance(raised.value, ConnectionError)
    message = str(raised.value)
    for text in (NAME, f"could not write there: {raised.value.__cause__}", *WAYS_OUT):
        assert text in message
    assert f"in the cache folder {cache};" in message
    assert not any(mirror in message for mirror in mirrors)


@pytest.mark.parametrize("below", ["", "cache"], ids=["a file", "below a file"])
def test_cache_that_cannot_be_a_folder_is_named(server, tmp_path, below):
    (tmp_path / "a file").write_bytes(b"")
    check_folder_blamed(server, tmp_path / "a file" / below)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="no folder is closed to the superuser, or by permission bits outside Unix",
)
def test_cache_without_write_permission_is_named(server, cache):
    cache.mkdir(mode=0o500)
    check_folder_blamed(server, cache)
    assert server.requests == []
    assert names_in(cache) == []


@pytest.mark.parametrize("reason", [errno.EACCES, errno.EROFS, errno.ENOSPC], ids=os.strerror)
def test_cache_on_a_disk_that_refuses_is_named(server, cache, monkeypatch, reason):
    def refuse(*arguments, **options):
        raise OSError(reason, os.strerror(reason))

    cache.mkdir()
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    check_folder_blamed(server, cache)


@pytest.mark.slow
def test_two_processes_may_fetch_the_same_file_at_once(server, cache):
    code = (
        "import sys; from nnlib import mnist; name, digest, cache, mirror = sys.argv[1:]; "
        "mnist.SHA256[name] = digest; print(mnist.fetch(name, cache, [mirror]))"
    )
    command = [sys.executable, "-c", code, NAME, SHA256[NAME], cache, server.mirror("waits")]
    named_early = []
    server.halfway = threading.Barrier(2, lambda: named_early.append((cache / NAME).exists()))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as other:
        for process in (one, other):
            output, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
            assert output.strip() == str(cache / NAME)
    assert server.requests == [f"/waits/{NAME}"] * 2
    assert named_early == [False]
    check_good(cache / NAME, cache)


def test_file_is_not_unpacked_on_the_way(server, cache):
    check_good(fetch(NAME, cache, [server.mirror("unpacks")]), cache)
    assert server.accepted == ["identity"]


def test_the_reader_sees_how_far_the_download_is(server, cache, capsys):
    fetch(NAME, cache, [server.mirror("good")])
    assert "100%" in capsys.readouterr().err


class Broken(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    flush = None


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [
    lambda: None, closed, Broken, object,
    lambda: io.TextIOWrapper(io.BytesIO(), encoding="ascii"),
], ids=["none", "closed", "broken", "no stream", "ascii"])  # fmt: skip
def test_a_download_does_without_a_place_to_show_it(server, cache, monkeypatch, stream):
    stream = stream()
    monkeypatch.setattr(sys, "stderr", stream)
    check_good(fetch(NAME, cache, [server.mirror("good")]), cache)
    assert sys.stderr is stream


def test_whoever_looks_at_stderr_meanwhile_finds_it_as_it_is():
    stream = io.TextIOWrapper(io.BytesIO(), "latin-1")
    assert mnist.Onlooker(stream).encoding == "latin-1" and mnist.Onlooker(stream).isatty() is False


def test_mirrors_are_addresses_that_a_name_can_follow():
    assert len(MIRRORS) > 1
    for mirror in MIRRORS:
        assert mirror.startswith("https://")
        assert mirror.endswith("/")


@pytest.fixture
def small_mnist(server, tmp_path, monkeypatch):
    """Serve a set of three images for training and two for the test under MNIST's names."""
    images = np.arange(5 * 28 * 28, dtype=np.uint8).reshape(5, 28, 28)
    labels = np.array([5, 0, 4, 1, 9], np.uint8)
    arrays = images[:3], labels[:3], images[3:], labels[3:]
    monkeypatch.delitem(SHA256, NAME)
    for name, array in zip(list(SHA256), arrays, strict=True):
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        server.files[name] = gzip.compress(header + array.tobytes())
        monkeypatch.setitem(SHA256, name, hashlib.sha256(server.files[name]).hexdigest())
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "caches" / project)
    return arrays


def test_mnist_is_downloaded_where_no_folder_is_named(server, small_mnist, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", (server.mirror("404"), server.mirror("good")))
    for found, expected in zip(load_mnist(), small_mnist, strict=True):
        assert np.array_equal(found, expected)
    assert sorted(names_in(tmp_path / "caches" / "nnlib")) == sorted(SHA256)
    assert len(server.requests) == 8
    server.close()
    assert np.array_equal(load_mnist().test_labels, small_mnist[3])


def test_mnist_that_no_mirror_serves_is_a_connection_error(server, small_mnist, monkeypatch):
    monkeypatch.setattr(mnist, "MIRRORS", (server.mirror("500"), server.mirror("no-network")))
    with pytest.raises(ConnectionError) as raised:
        load_mnist()
    for text in (next(iter(SHA256)), *mnist.MIRRORS, *WAYS_OUT):
        assert text in str(raised.value)
