"""Ends a build that failed with what failed, and lets no later build be silent about it."""

import logging
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.errors import SphinxError
from sphinx.util.logging import NAMESPACE, WarningStreamHandler


def setup(app):
    complaints = []

    def note(record):
        complaints.append(record.getMessage())
        return True

    def end(app, exception):
        if complaints:  # Sphinx would not read again the pages that it has read
            Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
        # Not as an error, of which Jupyter Book shows where in its own code it was met.
        if isinstance(exception, SphinxError):
            raise SystemExit(str(exception))
        if complaints and app.keep_going:
            raise SystemExit("\n".join([f"{len(complaints)} warnings in all:", *complaints]))

    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(note)
    app.connect("build-finished", end, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
