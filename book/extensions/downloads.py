"""Puts the book on paper and for e-readers beside the pages, where it has been built, with buttons.

The theme's button ".pdf" only opened the dialog for printing: it says so now.
"""

import shutil
from pathlib import Path

NAME = "how-a-neural-network-reads-a-digit"
# Where the builds leave a file -> its name beside the pages, and what stands on the button.
FILES = {
    f"latex/{NAME}.pdf": (f"{NAME}.pdf", ".pdf (paper)", "The whole book, set by LaTeX"),
    f"tagged/{NAME}.pdf": (
        f"{NAME}-tagged.pdf", ".pdf (tagged)", "The whole book, for screen readers"
    ),
    f"epub/{NAME}.epub": (f"{NAME}.epub", ".epub", "The whole book, for e-readers"),
}  # fmt: skip


def find(app, config):
    """A setting that is another one when other files are there, so that pages are written again."""
    config.built_files = [name for name in FILES if Path(app.outdir, "..", name).is_file()]


def add_buttons(app, page, template, context, doctree):
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["tooltip"] = "Download"
            for button in group["buttons"]:
                if button["label"] == "download-pdf-button":
                    button |= {"text": "print", "tooltip": "Print this page"}
                    button["icon"] = "fas fa-print"
            for name in app.config.built_files:
                copied, text, tooltip = FILES[name]
                group["buttons"].append({
                    "type": "link", "url": context["pathto"](copied, 1), "text": text,
                    "tooltip": tooltip, "icon": "fas fa-book", "label": "download-book-button",
                })  # fmt: skip


def copy(app, exception):
    if not exception and app.builder.name == "html":
        for name, (copied, *_) in FILES.items():
            target = Path(app.outdir, copied)
            target.unlink(missing_ok=True)
            if name in app.config.built_files:
                shutil.copy(Path(app.outdir, "..", name), target)


def setup(app):
    app.add_config_value("built_files", [], "html")
    app.connect("config-inited", find)
    app.connect("html-page-context", add_buttons, priority=900)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
