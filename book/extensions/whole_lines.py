"""Keeps a line that a cell prints in one piece.

A kernel sends what is printed every fifth of a second, in the middle of a line if need be, and
where it did myst-nb ends the line. It gets the pieces put together.
"""

from functools import partialmethod

from nbclient import NotebookClient


def setup(app):
    NotebookClient.__init__ = partialmethod(NotebookClient.__init__, coalesce_streams=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
