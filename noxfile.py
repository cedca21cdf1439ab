"""The notebooks and the tests as on other machines: what is printed must be the same there.

    pip install -r requirements.txt -e '.[portability]'
    nox                         everywhere that this machine can be, the rest skipped with a reason
    nox --list                  their names
    nox -k nehalem              one of them
    nox -k nehalem -- book      one, and only the notebooks

What really runs under a condition is asked of a process: one that does not take hold is skipped.
"""

import hashlib
import json
import locale
import math
import os
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import nox

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "none"
nox.options.allow_parallel = True

BUILD = Path(__file__).with_name("_build")
PROJECT = nox.project.load_toml("pyproject.toml")["project"]
NO_BROWSERS = ["--ignore=tests/browser"]
OTHER = object()  # than in the environment as it is
# Each condition: what the environment has, and what a process in it then tells of itself.
CONDITIONS = [
    *(nox.param({"OPENBLAS_CORETYPE": kernel}, "kernel", kernel, id=kernel.lower())
      for kernel in ("Haswell", "Zen", "SkylakeX", "Prescott", "Nehalem", "Sandybridge")),
    nox.param({"OPENBLAS_NUM_THREADS": "1"}, "threads", 1, id="one-thread"),
    nox.param({"OPENBLAS_NUM_THREADS": "2"}, "threads", 2, id="two-threads"),
    # A blank: of numpy's code that is not for every processor, nothing.
    nox.param({"NPY_ENABLE_CPU_FEATURES": " "}, "numpy code", [], id="numpy-baseline"),
    nox.param({"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"}, "libm", OTHER, id="libm"),
    nox.param({"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "2718"}, "time zone", "+0545", id="nepal"),
    nox.param({"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(BUILD)}, "decimal point", ",", id="germany"),
]  # fmt: skip


@nox.session
@nox.parametrize("variables, fact, expected", CONDITIONS)
def elsewhere(session, variables, fact, expected):
    """The notebooks and the tests under one condition."""
    if "LOCPATH" in variables:
        make_german()
    found, plain = told(session, variables)[fact], told(session, {})[fact]
    holds = found != plain if expected is OTHER else found == expected
    if not holds:
        session.skip(f"{fact}: {found}")
    session.run("pytest", "--nbval", *session.posargs or NO_BROWSERS, env=variables)


@nox.session(venv_backend="uv", python=PROJECT["requires-python"].removeprefix(">="))
def oldest(session):
    """The notebooks and the tests with every lower bound of pyproject.toml and requirements.txt."""
    # No bound of ours: with version 3.3 the oldest matplotlib warns.
    session.install("pyparsing==3.1.2", "--resolution=lowest-direct", "-r", "requirements.txt")
    session.run("pytest", "--nbval", *session.posargs or NO_BROWSERS)


@nox.session
def pyodide(session):
    """All shown cells in the Python of web pages: 32 bits, no OpenBLAS, another numpy and libm."""
    if not find_spec("playwright"):
        session.skip("needs Playwright: pip install -e '.[browser]'")
    if not os.environ.get("NNLIB_PYODIDE"):
        session.run("python", "scripts/get_python.py")
    session.run("jupyter-book", "build", ".")
    session.run("pytest", "tests/test_cells.py", "tests/browser/test_page_parity.py")


def make_german():
    """A German locale in LOCPATH; where it cannot be made, the decimal point will tell."""
    BUILD.mkdir(exist_ok=True)
    if shutil.which("localedef"):
        command = ["localedef", "-i", "de_DE", "-f", "UTF-8", BUILD / "de_DE.UTF-8"]
        subprocess.run(command, capture_output=True)


def told(session, variables):
    """What a process with these variables tells of itself."""
    process = subprocess.run(
        ["python", __file__], env=os.environ | variables, capture_output=True, encoding="utf-8"
    )
    if process.returncode < 0:
        session.skip(f"this processor cannot: signal {-process.returncode}")
    if process.returncode:
        session.error(process.stderr)
    return json.loads(process.stdout)


def what_runs():
    """What this process computes with, and where it believes to be, as a dictionary."""
    import numpy as np
    from numpy._core import _multiarray_umath as umath  # no public name says what is switched off
    from threadpoolctl import threadpool_info

    blas = next((b for b in threadpool_info() if b["internal_api"] == "openblas"), {})
    np.eye(500) @ np.eye(500)  # OpenBLAS does not look whether the processor has what it is told
    numbers = [function(k / 7) for k in range(4000) for function in (math.exp, math.sin)]
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        pass  # the decimal point says so
    return {
        # OpenBLAS calls its Prescott kernel by an older one's name where it has only the newer.
        "kernel": blas.get("architecture", "none").replace("Katmai", "Prescott"),
        "threads": blas.get("num_threads"),
        "numpy code": [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]],
        "libm": hashlib.sha256(repr(numbers).encode()).hexdigest()[:12],
        "time zone": time.strftime("%z"),
        "decimal point": locale.localeconv()["decimal_point"],
    }


if __name__ == "__main__":
    print(json.dumps(what_runs()))
