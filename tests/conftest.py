"""For every run of the tests: helpers that explain a failure, and a word on what is left out."""

from importlib.util import find_spec

import pytest

pytest.register_assert_rewrite("shared")


def pytest_report_header():
    if not find_spec("playwright"):
        return "tests/browser: left out; it needs Playwright: pip install -e '.[browser]'"
