"""What the build adds to Jupyter Book, one part a module; its docstring says what it mends."""

PARTS = (
    "accessible", "equation_names", "interactive_figures", "launch", "offline", "printed", "slim",
    "whole_lines",
)  # fmt: skip


def setup(app):
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
