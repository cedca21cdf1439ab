"""What the build adds to Jupyter Book, one part a module; its docstring says what it mends."""

PARTS = (
    "accessible", "boxes", "citations", "complaints", "course", "downloads", "epub", "execution",
    "exercises", "folds", "interactive_figures", "launch", "live", "mathematics", "narrow",
    "offline", "previews", "printed", "progress", "search", "slim",
)  # fmt: skip
BUILDERS = ("html", "latex", "epub", "linkcheck")


def refuse_other_builders(app):
    if app.builder.name not in BUILDERS:
        raise SystemExit(
            f"expected one of the builders {', '.join(BUILDERS)} (pdflatex is of latex), for which "
            f"this book is arranged; found {app.builder.name}. Run jupyter-book build . for pages "
            "that open from disk and stand on any server."
        )


def setup(app):
    app.connect("builder-inited", refuse_other_builders)
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
