"""What a cell prints stands in the page line by line, however it arrives from the kernel."""

from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.utils import coalesce_streams
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from extensions import whole_lines


def test_a_line_that_arrives_in_two_pieces_stays_whole(monkeypatch, tmp_path):
    monkeypatch.setattr(NotebookClient, "__init__", NotebookClient.__init__)  # is put back
    whole_lines.setup(None)
    pieces = new_code_cell('print("one ", end="", flush=True)\nprint("line")')
    notebook = new_notebook(cells=[pieces])
    result = single_nb_execution(notebook, str(tmp_path), 60, False)
    assert result.err is None
    (output,) = coalesce_streams(notebook.cells[0].outputs)
    assert output.text == "one line\n"
