"""Runs the notebooks and the tests as on other machines: what is printed must be the same there.

    pip install -e '.[portability]'
    python scripts/check_portability.py                             under every condition
    python scripts/check_portability.py --list                      their names
    python scripts/check_portability.py --only nehalem oldest --jobs 2

A row of the table is one run of `pytest --nbval`, without the tests that need a browser, in an
environment that differs in one condition. What really runs there is asked of a process of that
environment: a condition that does not take hold is "not run", with the reason. The exit code is 1
when a row that ran has failed. What was printed is kept in _build/portability/NAME/log.txt.
"""

import argparse
import hashlib
import json
import locale
import math
import os
import shutil
import subprocess
import sys
import threading
import time
import tomllib
import venv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "_build" / "portability"
# Variables of these beginnings choose how numbers are computed, what is tested, or a language.
CHOOSING = ("OPENBLAS_", "GOTO_", "MKL_", "OMP_", "NPY_", "GLIBC_", "PYTHON", "PYTEST_",
            "TZ", "LANG", "LC_", "LOCPATH")  # fmt: skip
# A kernel of OpenBLAS, and what the processor must have: OpenBLAS does not look when it is told.
KERNELS = {
    "Haswell": "AVX2",
    "Zen": "AVX2",
    "SkylakeX": "AVX512F",
    "Prescott": "SSE3",
    "Nehalem": "SSE42",
    "Sandybridge": "AVX",
}
# OpenBLAS calls its Prescott kernel by the name of an older one where it has only the newer.
ALIASES = {"Katmai": "Prescott"}
PACKAGES = ("numpy", "matplotlib")
COLUMNS = ("kernel", "threads", *PACKAGES)
INSTALLING = threading.Lock()  # two at once would write nnlib's metadata over each other


class NotRun(Exception):
    """A condition that cannot be had on this machine; the reason is its text."""


class Failed(Exception):
    """A condition under which the tests did not even begin."""


# What really runs


def kernel_and_threads(libraries):
    """The kernel and the number of threads of OpenBLAS, among what threadpoolctl found."""
    for library in libraries:
        if library["internal_api"] == "openblas":
            kernel = library["architecture"]
            return ALIASES.get(kernel, kernel), library["num_threads"]
    return None, None


def what_runs():
    """What this process computes with, and where it believes to be, as a dictionary."""
    import matplotlib
    import numpy
    from numpy._core import _multiarray_umath as umath  # no public name says what is switched off
    from threadpoolctl import threadpool_info

    kernel, threads = kernel_and_threads(threadpool_info())
    numbers = [function(k / 7) for k in range(4000) for function in (math.exp, math.sin)]
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        pass  # the decimal point says so
    return {
        "kernel": kernel,
        "threads": threads,
        "numpy": numpy.__version__,
        "matplotlib": matplotlib.__version__,
        "processor": [name for name, there in umath.__cpu_features__.items() if there],
        "numpy code": [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]],
        "libm": hashlib.sha256(repr(numbers).encode()).hexdigest()[:12],
        "time zone": time.strftime("%z"),
        "decimal point": locale.localeconv()["decimal_point"],
    }


def clean(environment):
    """The environment without the variables that a row may set."""
    return {name: text for name, text in environment.items() if not name.startswith(CHOOSING)}


def ask(python, environment):
    """What runs in a process of this Python and environment."""
    command = [python, __file__, "--what-runs"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    if run.returncode:
        raise Failed(f"numpy did not start (code {run.returncode}):\n{run.stderr}")
    return json.loads(run.stdout)


# The conditions


class Condition(NamedTuple):
    """One way in which another machine differs, and how to see that it really does here."""

    says: str
    variables: Callable = lambda plain, folder: {}
    asked: dict = {}      # what `what_runs` must then tell
    changes: str = ""     # what it must tell otherwise than without the condition
    needs: str = ""       # a feature of the processor
    packages: tuple = ()  # in a new virtual environment, with these

    def doubt(self, found, plain):
        """Why the tests would not run under this condition; nothing where they would."""
        for name, value in self.asked.items():
            if found[name] != value:
                return f"fell back to {name} {found[name]}"
        if self.changes and found[self.changes] == plain[self.changes]:
            return f"{self.changes} computes the same with and without"
        return ""


def fixed(**variables):
    return lambda plain, folder: variables


def without_dispatch(plain, folder):
    """Switches off all code of numpy that is not for every processor."""
    if not plain["numpy code"]:
        raise NotRun("numpy has nothing to switch off on this processor")
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(plain["numpy code"])}


def decimal_comma(plain, folder):
    """German, from this machine or made in the folder."""
    name = "de_DE.UTF-8"
    try:
        there = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        there = ""
    if "de_DE.utf8" in there.split() or name in there.split():
        return {"LC_ALL": name}
    if shutil.which("localedef") is None:
        raise NotRun(f"there is no {name}, and no localedef to make it")
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / name)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise NotRun(f"there is no {name}; localedef: {' '.join(run.stderr.split())}")
    return {"LC_ALL": name, "LOCPATH": str(folder)}


def oldest(pyproject):
    """The oldest numpy and matplotlib that the project admits, as pip takes them."""
    dependencies = map(Requirement, tomllib.loads(pyproject)["project"]["dependencies"])
    bounds = {
        requirement.name: bound.version
        for requirement in dependencies
        for bound in requirement.specifier
        if bound.operator == ">="
    }
    if not bounds.keys() >= set(PACKAGES):
        raise SystemExit(
            f"expected a bound NAME>=VERSION for {' and '.join(PACKAGES)} among the dependencies "
            f"in pyproject.toml; found {bounds}. Add it."
        )
    return tuple(f"{name}=={bounds[name]}" for name in PACKAGES)


CONDITIONS = {
    kernel.lower(): Condition(
        f"OpenBLAS kernel {kernel}", fixed(OPENBLAS_CORETYPE=kernel), {"kernel": kernel},
        needs=needs,
    )
    for kernel, needs in KERNELS.items()
} | {
    "one-thread": Condition(
        "one thread", fixed(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"), {"threads": 1}
    ),
    "two-threads": Condition(
        "two threads", fixed(OPENBLAS_NUM_THREADS="2", OMP_NUM_THREADS="2"), {"threads": 2}
    ),
    "numpy-baseline": Condition(
        "numpy without AVX2 and above", without_dispatch, {"numpy code": []}
    ),
    "libm": Condition(
        "C library without FMA", fixed(GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"),
        changes="libm",
    ),
    "elsewhere": Condition(
        "time zone, hash seed", fixed(TZ="Asia/Kathmandu", PYTHONHASHSEED="2718"),
        {"time zone": "+0545"},
    ),
    "locale": Condition("decimal comma", decimal_comma, {"decimal point": ","}),
    "oldest": Condition(
        "oldest versions",
        packages=oldest((ROOT / "pyproject.toml").read_text(encoding="utf-8")),
    ),
    "newest": Condition("newest versions", packages=PACKAGES),
}  # fmt: skip


# A row


class Row(NamedTuple):
    says: str
    verdict: str
    found: dict = {}
    passed: int | str = ""
    failed: int | str = ""
    skipped: int | str = ""


def new_python(folder, packages, log):
    """The Python of a new virtual environment with these packages and what the tests need."""
    venv.create(folder, clear=True, with_pip=True, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [python, "-m", "pip", "install", "--only-binary", ",".join(PACKAGES)]
    command += ["-r", "requirements.txt", "-e", ".[portability]", *packages]
    with INSTALLING:
        run = subprocess.run(
            command, cwd=ROOT, env=clean(os.environ), capture_output=True, text=True
        )
    log.write(run.stdout + run.stderr)
    if run.returncode:
        errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR: ")]
        error = errors[-1].removeprefix("ERROR: ") if errors else "pip failed"
        # This Python may be too new for a version: then nobody has the two together.
        raise (NotRun if error.startswith("No matching distribution") else Failed)(error)
    return str(python)


def counts(junit):
    """How many tests passed, failed and were skipped, from the XML file that pytest writes."""
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    tests, errors, failures, skipped = (
        int(suite.get(name)) for name in ("tests", "errors", "failures", "skipped")
    )
    return tests - errors - failures - skipped, errors + failures, skipped


def run_tests(python, environment, folder, log):
    """Runs the tests; returns the code of pytest and the counts."""
    junit = folder / "junit.xml"
    junit.unlink(missing_ok=True)
    command = [python, "-m", "pytest", "--nbval", "--ignore=tests/browser", "-p",
               "no:cacheprovider", f"--junitxml={junit}"]  # fmt: skip
    log.flush()
    code = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    ).returncode
    if not junit.is_file():
        raise Failed(f"pytest ended with code {code} and counted nothing")
    return code, counts(junit)


def run(name, plain):
    """One row: sees whether the condition takes hold, then runs the tests under it."""
    condition = CONDITIONS[name]
    folder = LOGS / name
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        found = {}
        try:
            if condition.needs and condition.needs not in plain["processor"]:
                raise NotRun(f"this processor has no {condition.needs}")
            variables = condition.variables(plain, folder)
            python = sys.executable
            if condition.packages:
                python = new_python(folder / "venv", condition.packages, log)
            environment = clean(os.environ) | variables
            found = ask(python, environment)
            log.write(f"{variables}\n{json.dumps(found)}\n")
            if doubt := condition.doubt(found, plain):
                raise NotRun(doubt)
            code, numbers = run_tests(python, environment, folder, log)
            return Row(condition.says, "FAILED" if code else "passed", found, *numbers)
        except NotRun as reason:
            log.write(f"not run: {reason}\n")
            return Row(condition.says, f"not run: {reason}", found)
        except Failed as reason:
            log.write(f"FAILED: {reason}\n")
            return Row(condition.says, f"FAILED: {str(reason).splitlines()[0]}", found)


def table(rows):
    """The rows under a head, as a table in Markdown with columns that stand under each other."""
    lines = [("condition", *COLUMNS, "passed", "failed", "skipped", "verdict")]
    for row in rows:
        ran = [row.found.get(name, "") for name in COLUMNS]
        lines.append((row.says, *ran, row.passed, row.failed, row.skipped, row.verdict))
    lines = [[str(text) for text in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(text.ljust(width) for text, width in zip(line, widths))} |"
        for line in lines
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=CONDITIONS, metavar="NAME",
                        default=list(CONDITIONS), help="only these conditions")
    parser.add_argument("--list", action="store_true", help="print their names, and stop")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many at a time")
    parser.add_argument("--what-runs", action="store_true", help="print what runs here, and stop")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for name, condition in CONDITIONS.items():
            print(f"{name:16}{condition.says}")
        return 0
    if chosen.what_runs:
        print(json.dumps(what_runs()))
        return 0

    try:
        plain = ask(sys.executable, clean(os.environ))
    except Failed as reason:
        raise SystemExit(
            "expected numpy, matplotlib and threadpoolctl; found that "
            f"{reason}Run pip install -r requirements.txt -e '.[portability]'."
        ) from None

    def reported(name):
        row = run(name, plain)
        print(f"{name}: {row.verdict}", flush=True)
        return row

    with ThreadPoolExecutor(chosen.jobs) as pool:
        rows = list(pool.map(reported, chosen.only))
    print(f"\n{table(rows)}")
    return int(any(row.verdict.startswith("FAILED") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
