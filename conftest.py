"""Every test, and every notebook that pytest runs, is free of personal settings."""

from extensions.kernels import leave_out_what_is_personal

leave_out_what_is_personal()


def pytest_terminal_summary(terminalreporter):
    if any(".ipynb::" in report.nodeid for report in terminalreporter.getreports("failed")):
        terminalreporter.line(
            "Where what a notebook prints now is right, python scripts/run_notebooks.py stores it."
        )
