"""Makes every page of the book complete in itself: no script, style or font from another host."""

import shutil
from importlib.util import find_spec
from pathlib import Path

# tex-chtml-full holds all of TeX's extensions; of the rest of MathJax only its fonts are loaded.
MATHJAX_PARTS = ("tex-chtml-full.js", "output/chtml/fonts/woff-v2")


def remove_thebe(app, config):
    """Jupyter Book always loads sphinx-thebe, whose scripts come from a CDN and clash here."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files[:] = [css for css in app.registry.css_files if "thebe" not in css[0]]


def copy_mathjax(app, exception):
    """The 1.6 MB of the offline MathJax package that the pages use, of its 24 MB."""
    if exception or app.builder.format != "html":
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
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
