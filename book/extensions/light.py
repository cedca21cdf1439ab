"""Takes from the pages what they carry and never use: icons of the theme, parts of MathJax."""

import re
from pathlib import Path

NAME = re.compile(r"\bfa-([a-z0-9-]+)")
# An icon of Font Awesome: its name, its size, its other names, its code, its outlines.
ICON = re.compile(
    r'(?:"([\w-]+)"|(\w+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*","[^"]*"\])\],?'
)


def drop_unused_icons(app, exception):
    """Of the theme's 1.5 MB of icons the pages show about a dozen: the others are cut out."""
    if exception or app.builder.format != "html":
        return
    script = Path(app.outdir, "_static", "scripts", "fontawesome.js")
    sources = [*Path(app.outdir).rglob("*.html"), *Path(app.outdir, "_static").rglob("*.js")]
    used = set()
    for source in sources:
        if source != script and "mathjax" not in source.parts:
            used.update(NAME.findall(source.read_text(encoding="utf-8")))

    def keep(icon):
        names = {icon[1] or icon[2], *re.findall(r'"([\w-]+)"', icon[3])}
        return icon[0] if names & used else ""

    script.write_text(ICON.sub(keep, script.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.connect("build-finished", drop_unused_icons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
