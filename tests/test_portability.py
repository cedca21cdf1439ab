"""The table of conditions: what counts as run, as passed, as not run, without running it all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import check_portability
from check_portability import CONDITIONS, Failed, NotRun, Row
from test_book import ROOT

PLAIN = {
    "kernel": "Haswell", "threads": 2, "numpy": "2.4.6", "matplotlib": "3.11.2",
    "processor": ["SSE3", "SSE42", "AVX", "AVX2"], "numpy code": ["AVX2"], "libm": "with",
    "time zone": "+0000", "decimal point": ".",
}  # fmt: skip


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Another machine: what runs on it, and what pytest says there; keeps what was asked of it."""
    machine = SimpleNamespace(tells=dict(PLAIN), code=0, counts=(9, 0, 1), asked=[], tested=[])

    def ask(python, environment):
        machine.asked.append(environment)
        return PLAIN if len(machine.asked) == 1 else machine.tells

    def run_tests(python, environment, folder, log):
        machine.tested.append(environment)
        return machine.code, machine.counts

    monkeypatch.setattr(check_portability, "ask", ask)
    monkeypatch.setattr(check_portability, "run_tests", run_tests)
    monkeypatch.setattr(check_portability, "LOGS", tmp_path)
    return machine


# What really runs


def library(name, kernel="", threads=1):
    return {"internal_api": name, "architecture": kernel, "num_threads": threads}


@pytest.mark.parametrize(
    "libraries, kernel, threads",
    [
        ([library("openblas", "Nehalem", 2)], "Nehalem", 2),
        ([library("openmp", threads=8), library("openblas", "Zen", 4)], "Zen", 4),
        ([library("openblas", "Katmai", 2)], "Prescott", 2),
        ([library("mkl", threads=2)], None, None),
        ([], None, None),
    ],
)
def test_the_kernel_is_that_of_openblas_by_its_usual_name(libraries, kernel, threads):
    assert check_portability.kernel_and_threads(libraries) == (kernel, threads)


def test_a_process_tells_what_runs_in_it():
    pytest.importorskip("threadpoolctl", reason="needs pip install -e '.[portability]'")
    environment = check_portability.clean(os.environ)
    found = check_portability.ask(sys.executable, environment)
    assert found.keys() == PLAIN.keys()
    variables = check_portability.without_dispatch(found, None) if found["numpy code"] else {}
    variables |= {"OPENBLAS_NUM_THREADS": "1"}
    found = check_portability.ask(sys.executable, environment | variables)
    assert found["numpy code"] == []
    assert found["threads"] in (1, None)


def test_a_process_that_ends_early_is_a_failure(tmp_path, monkeypatch):
    (tmp_path / "script.py").write_text("import sys; sys.exit('no numpy here')")
    monkeypatch.setattr(check_portability, "__file__", str(tmp_path / "script.py"))
    with pytest.raises(Failed, match="numpy did not start .code 1.:\nno numpy here"):
        check_portability.ask(sys.executable, dict(os.environ))
    with pytest.raises(SystemExit, match="expected numpy, .*[\\s\\S]*Run pip install"):
        check_portability.main(["--only", "haswell"])


def test_a_row_begins_with_a_clean_environment(machine, monkeypatch):
    names = {
        "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TZ",
        "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES", "PYTHONHASHSEED", "LANG", "LC_ALL",
        "PYTEST_ADDOPTS",
    }  # fmt: skip
    for name in names | {"NNLIB_MNIST"}:
        monkeypatch.setenv(name, "1")
    rest = check_portability.clean(os.environ)
    assert not rest.keys() & names
    assert rest.keys() >= {"NNLIB_MNIST", "PATH"}
    check_portability.main(["--only", "haswell"])
    assert machine.asked == [rest, rest | {"OPENBLAS_CORETYPE": "Haswell"}]
    assert machine.tested == machine.asked[1:]


# The verdicts


def verdict(name):
    return check_portability.run(name, PLAIN).verdict


@pytest.mark.parametrize(
    "code, said, ended", [(0, "passed", 0), (1, "FAILED", 1), (2, "FAILED", 1)]
)
def test_a_row_that_ran_passes_or_fails_as_pytest_does(machine, capsys, code, said, ended):
    machine.code = code
    assert check_portability.main(["--only", "haswell"]) == ended
    assert f"haswell: {said}\n" in capsys.readouterr().out


def test_one_failed_row_of_several_is_enough(machine, monkeypatch):
    monkeypatch.setattr(
        check_portability, "run_tests",
        lambda python, environment, *rest: (int("OMP_NUM_THREADS" in environment), (9, 0, 1)),
    )  # fmt: skip
    assert check_portability.main(["--only", "haswell", "--jobs", "2"]) == 0
    assert check_portability.main(["--only", "two-threads", "haswell", "--jobs", "2"]) == 1


@pytest.mark.parametrize(
    "name, tells, reason",
    [
        ("zen", {}, "fell back to kernel Haswell"),
        ("nehalem", {"kernel": None}, "fell back to kernel None"),
        ("one-thread", {}, "fell back to threads 2"),
        ("numpy-baseline", {}, "fell back to numpy code ['AVX2']"),
        ("elsewhere", {}, "fell back to time zone +0000"),
        ("libm", {}, "libm computes the same with and without"),
        ("skylakex", {}, "this processor has no AVX512F"),
    ],
)
def test_a_condition_that_does_not_take_hold_is_not_run(machine, capsys, name, tells, reason):
    machine.tells |= tells
    assert check_portability.main(["--only", name]) == 0
    assert f"{name}: not run: {reason}\n" in capsys.readouterr().out
    assert machine.tested == []


def test_a_kernel_that_would_stop_the_process_is_not_even_asked_for(machine):
    verdict("skylakex")
    assert machine.asked == []


def test_a_condition_that_takes_hold_is_run(machine):
    machine.asked.append("the plain machine")
    for name, tells in {
        "prescott": {"kernel": "Prescott"},
        "one-thread": {"threads": 1},
        "numpy-baseline": {"numpy code": []},
        "libm": {"libm": "without"},
        "elsewhere": {"time zone": "+0545"},
    }.items():
        machine.tells = PLAIN | tells
        assert verdict(name) == "passed", name
    assert len(machine.tested) == 5


def test_numpy_with_nothing_to_switch_off_is_not_run():
    with pytest.raises(NotRun, match="nothing to switch off"):
        check_portability.without_dispatch(PLAIN | {"numpy code": []}, None)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no locale by environment")
def test_the_locale_has_a_decimal_comma(tmp_path):
    try:
        variables = check_portability.decimal_comma(PLAIN, tmp_path)
    except NotRun as reason:
        pytest.skip(str(reason))
    code = "import locale as l; l.setlocale(l.LC_ALL, ''); print(l.localeconv()['decimal_point'])"
    environment = check_portability.clean(os.environ) | variables
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert run.stdout.strip() == b",", run.stderr


def test_without_the_locale_and_its_maker_there_is_a_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotRun, match="there is no de_DE.UTF-8, and no localedef"):
        check_portability.decimal_comma(PLAIN, tmp_path)


# The counts


def test_the_counts_are_read_from_what_pytest_writes(tmp_path):
    (tmp_path / "test_four.py").write_text(
        "import pytest\n"
        "def test_well(): pass\n"
        "def test_badly(): assert False\n"
        "def test_not(): pytest.skip()\n"
        "@pytest.fixture\ndef broken(): raise ValueError\n"
        "def test_broken(broken): pass\n"
    )
    junit = tmp_path / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, f"--junitxml={junit}", tmp_path]
    subprocess.run([*command, "-p", "no:cacheprovider"], cwd=tmp_path, capture_output=True)
    assert check_portability.counts(junit) == (1, 2, 1)


def test_tests_that_count_nothing_have_failed(tmp_path, monkeypatch):
    (tmp_path / "junit.xml").write_text("of an earlier run")
    ended = SimpleNamespace(returncode=3)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **more: ended)
    with open(tmp_path / "log.txt", "w") as log:
        with pytest.raises(Failed, match="code 3 and counted nothing"):
            check_portability.run_tests("python", {}, tmp_path, log)


# The versions


def test_the_oldest_versions_are_the_bounds_of_the_project():
    pyproject = '[project]\ndependencies = ["numpy >=2,<4", "pooch>=1", "matplotlib>=3.10.7"]'
    assert check_portability.oldest(pyproject) == ("numpy==2", "matplotlib==3.10.7")
    of_this = check_portability.oldest((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert CONDITIONS["oldest"].packages == of_this


def test_a_project_without_a_bound_is_refused():
    with pytest.raises(SystemExit, match="expected a bound NAME>=VERSION for numpy and matplotl"):
        check_portability.oldest('[project]\ndependencies = ["numpy", "matplotlib>=3"]')


@pytest.mark.parametrize(
    "error, said",
    [
        ("No matching distribution found for numpy==2", "not run: No matching distribution"),
        ("Cannot install numpy==2 and x==1", "FAILED: Cannot install numpy==2"),
    ],
)
def test_versions_that_cannot_be_had_are_not_run_but_a_quarrel_of_versions_fails(
    machine, monkeypatch, error, said
):
    commands = []

    def pip(command, **more):
        commands.append(command)
        return SimpleNamespace(returncode=1, stdout="", stderr=f"WARNING: x\nERROR: {error}\n")

    monkeypatch.setattr(check_portability.venv, "create", lambda folder, **more: None)
    monkeypatch.setattr(subprocess, "run", pip)
    assert verdict("oldest").startswith(said)
    (command,) = commands
    assert set(CONDITIONS["oldest"].packages) <= set(command)
    assert Path(command[0]).is_relative_to(check_portability.LOGS / "oldest" / "venv")


# What is printed


def test_the_table():
    rows = [
        Row("one thread", "passed", PLAIN | {"threads": 1}, 2393, 0, 16),
        Row("OpenBLAS kernel Zen", "not run: this processor has no AVX2"),
    ]
    assert check_portability.table(rows) == (
        "| condition           | kernel  | threads | numpy | matplotlib "
        "| passed | failed | skipped | verdict                             |\n"
        "| ------------------- | ------- | ------- | ----- | ---------- "
        "| ------ | ------ | ------- | ----------------------------------- |\n"
        "| one thread          | Haswell | 1       | 2.4.6 | 3.11.2     "
        "| 2393   | 0      | 16      | passed                              |\n"
        "| OpenBLAS kernel Zen |         |         |       |            "
        "|        |        |         | not run: this processor has no AVX2 |"
    )


def test_each_row_leaves_a_log(machine, tmp_path):
    machine.asked.append("the plain machine")
    verdict("haswell")
    log = (tmp_path / "haswell" / "log.txt").read_text(encoding="utf-8")
    assert "{'OPENBLAS_CORETYPE': 'Haswell'}" in log and json.dumps(PLAIN) in log


def test_an_unknown_name_is_refused_with_those_there_are(machine, capsys):
    with pytest.raises(SystemExit, match="2"):
        check_portability.main(["--only", "pentium"])
    said = capsys.readouterr().err
    assert "pentium" in said and all(name in said for name in CONDITIONS)
    assert machine.asked == []


def test_list_prints_the_names(machine, capsys):
    assert check_portability.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CONDITIONS)
    assert machine.asked == []
