"""Makes every page of the book complete in itself: no script, style or font from another host."""


def remove_thebe(app, config):
    """Jupyter Book always loads sphinx-thebe, whose scripts come from a CDN and clash here."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files[:] = [css for css in app.registry.css_files if "thebe" not in css[0]]


def setup(app):
    app.connect("config-inited", remove_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
