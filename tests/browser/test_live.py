"""The figures in a live JupyterLab: what the reader does reaches the kernel, and the other way."""

import re
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest

import nnlib as nn

CELLS = (
    "import nnlib as nn\n"
    "from nnlib.widgets import ImagePicker\n"
    "digits = nn.load_sample()\n"
    "picker = ImagePicker(digits.test_images, digits.test_labels, nn.initialize(seed=0))\n"
    "picker",
    "print('the kernel knows of image', picker.index, 'and reads a', picker.guess)",
    "picker.index = 41",
    "from nnlib.widgets import LogitSliders\nLogitSliders([0.0] * 10, 3)",
    "from nnlib.widgets import Trainer\n"
    "trainer = Trainer(digits.train_images[:200], digits.train_labels[:200],\n"
    "                  digits.test_images[:50], digits.test_labels[:50])\n"
    "trainer",
    "mine = nn.accuracy(digits.test_images[:50], digits.test_labels[:50], trainer.parameters)\n"
    "print('trained in the page to', mine, mine == trainer.accuracy)",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that runs in an empty folder with one notebook."""
    tmp_path = tmp_path_factory.mktemp("lab")
    pytest.importorskip("jupyterlab", reason="needs JupyterLab: pip install -e '.[browser]'")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, tmp_path / "live.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = "for-this-test"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={tmp_path}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = open(tmp_path / "lab.log", "w", encoding="utf-8")
    server = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, (tmp_path / "lab.log").read_text(encoding="utf-8")
            try:
                urlopen(f"{address}/api", timeout=5).close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.25)
        yield f"{address}/lab/tree/live.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait()
        log.close()


@pytest.fixture
def tab(lab, browser):
    """A window with the notebook and a kernel that waits."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(lab)
    tab.get_by_text("picker.index = 41").wait_for(timeout=60_000)
    tab.wait_for_selector("text=Python 3 (ipykernel) | Idle", state="attached", timeout=60_000)
    tab.locator(".jp-Notebook").click()
    yield tab
    tab.close()


def run(tab, number):
    tab.locator(".jp-Notebook .jp-CodeCell").nth(number).locator(".cm-content").click()
    tab.keyboard.press("Shift+Enter")


def test_a_pick_reaches_the_kernel_and_the_kernel_the_figure(tab, sample):
    run(tab, 0)
    figure = tab.locator(".nnlib[data-ready]")
    figure.wait_for(timeout=60_000)
    figure.get_by_role("button", name="next").click()
    run(tab, 1)
    guess = nn.predict(sample.test_images[1], nn.initialize(seed=0))
    tab.get_by_text(f"the kernel knows of image 1 and reads a {guess}").wait_for(timeout=30_000)
    run(tab, 2)
    tab.wait_for_function("document.querySelector('.nnlib input[type=number]').value === '41'")


@pytest.mark.thorough
def test_the_keys_for_a_slider_do_not_go_to_the_notebook(tab):
    run(tab, 3)
    slider = tab.locator(".nnlib[data-ready] input[type=range]").first
    slider.wait_for(timeout=60_000)
    slider.focus()
    before = slider.input_value()
    tab.keyboard.press("ArrowRight")
    assert slider.input_value() != before


def test_what_was_trained_in_the_page_reaches_the_kernel(tab):
    run(tab, 0)
    run(tab, 4)
    trainer = tab.locator(".nnlib-trainer[data-ready]")
    trainer.wait_for(timeout=60_000)
    trainer.get_by_role("button", name="one epoch").click()
    trainer.get_by_text("epoch 1.00").wait_for()
    run(tab, 5)
    tab.get_by_text(re.compile(r"trained in the page to 0\.\d+ True")).wait_for(timeout=30_000)
