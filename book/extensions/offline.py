"""Makes every page of the book complete in itself: no script, style or font from another host."""

import shutil
from importlib.util import find_spec
from pathlib import Path

# The parts that a page loads one after the other; whole, MathJax is twice as large, and so busy
# that the figures of a page have to wait for it. input/tex gets what else TeX needs by itself.
MATHJAX_LOADS = ("core", "input/tex", "output/chtml", "a11y/assistive-mml")
MATHJAX_PARTS = (
    "startup.js", "core.js", "input/tex.js", "input/tex", "output/chtml.js", "output/chtml",
    "a11y/assistive-mml.js",
)  # fmt: skip


def remove_thebe(app, config):
    """Jupyter Book always loads sphinx-thebe, whose scripts come from a CDN and clash here."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files[:] = [css for css in app.registry.css_files if "thebe" not in css[0]]


def load_parts(app, config):
    config.mathjax3_config = (config.mathjax3_config or {}) | {"loader": {"load": MATHJAX_LOADS}}


def copy_mathjax(app, exception):
    """The parts of the offline MathJax package that the pages use, of its 24 MB."""
    if exception or app.builder.name != "html":
        return
    # The package's name has hyphens, so that no import statement can name it.
    source = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    for part in MATHJAX_PARTS:
        target = Path(app.outdir, "_static", "mathjax", part)
        target.parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target, dirs_exist_ok=True)
        else:
            shutil.copy2(source / part, target)


def setup(app):
    app.config.mathjax_path = f"mathjax/{MATHJAX_PARTS[0]}"
    app.connect("config-inited", remove_thebe, priority=900)
    app.connect("config-inited", load_parts, priority=900)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
