"""Kernels that are the same for everybody: they know nothing of the person at the machine.

The build, the tests and scripts/run_notebooks.py start their kernels from here.
"""

import asyncio
import atexit
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from nbclient import NotebookClient

PERSONAL = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS")


def leave_out_what_is_personal():
    """Hides one's settings of IPython, Jupyter and matplotlib from this process and its kernels.

    Matplotlib's cache stays where it is, for it takes long to list the fonts of a machine.
    """
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    profile = Path(folder.name, "profile_default", "ipython_kernel_config.py")
    profile.parent.mkdir()
    # Below an error it says that others on this machine could listen.
    profile.write_text('c.IPKernelApp.log_level = "ERROR"\n', encoding="utf-8")
    matplotlibrc = Path(folder.name, "matplotlibrc")
    matplotlibrc.touch()
    for name in PERSONAL:
        os.environ.pop(name, None)
    os.environ |= {
        "IPYTHONDIR": folder.name,
        "JUPYTER_CONFIG_DIR": folder.name,
        "JUPYTER_DATA_DIR": folder.name,
        "MATPLOTLIBRC": str(matplotlibrc),
    }


def execute(notebook, folder, **options):
    """Runs a notebook in this folder, and keeps the outputs in it."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        # What is printed arrives every fifth of a second, in the middle of a line if need be.
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        **options,
    )
    asyncio.run(client.async_execute())


def execute_all(notebooks, **options):
    """Runs notebooks, path -> notebook, as many at a time as there are processors.

    Gives the path of each when it has ended, and the error that stopped it or None.
    """
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        runs = {
            pool.submit(execute, notebook, path.parent, **options): path
            for path, notebook in notebooks.items()
        }
        for run in as_completed(runs):
            yield runs[run], run.exception()
    finally:
        pool.shutdown(cancel_futures=True)
