"""Takes from the pages what they carry and never use: icons of the theme, styles and scripts of
extensions, comments in scripts, bytes of pictures."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fontTools import subset
from PIL import Image
from rjsmin import jsmin

logging.getLogger("fontTools").setLevel(logging.WARNING)  # pydata's theme has all of it shown

# For who debugs the theme, for browsers before 2016, and sources of what the theme says.
UNASKED = ("*.map", "*.ttf", "*.po", "*.mo")
NAME = re.compile(r"\bfa-([a-z0-9-]+)")
# It puts an outline in the place of each icon, which are letters of a font before it has run.
SCRIPT = re.compile(r'\s*<script [^>]*src="[^"]*/fontawesome\.js[^>]*></script>')
ICON = re.compile(r'<(i|span) (?=class="(?:theme-switch )?fa)')
RULE = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')
# Icons have the code points that Unicode leaves free, in a style sheet as they are or escaped.
CODE = re.compile(r"[\ue000-\uf8ff]|\\[ef][0-9a-f]{3}")
# Of extensions that Jupyter Book brings: how begins what they load in every page, the name of a
# file or a script, and what needs it in one.
NEEDED = {
    re.compile("_static/(sphinx-design|design-tabs)"): re.compile(r'class="[^"]*\bsd-'),
    re.compile("_static/togglebutton|let toggle|var togglebutton"): re.compile(
        r'class="[^"]*\b(?:toggle|dropdown)\b'
    ),
}


def beginning(loaded):
    return str(loaded.filename or loaded.attributes.get("body"))


def leave_out(app, page, template, context, doctree):
    body = context.get("body", "")
    unused = [loaded for loaded, by in NEEDED.items() if not by.search(body)]
    for files in context["css_files"], context["script_files"]:
        files[:] = [
            one for one in files
            if not any(loaded.match(beginning(one)) for loaded in unused)
        ]  # fmt: skip


def slim(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for path in [path for kind in UNASKED for path in (out / "_static").rglob(kind)]:
        path.unlink()
    drop_unused_icons(out / "_static")
    pack_scripts(out / "_static")
    pack_pictures(out)


def drop_unused_icons(static):
    """Of the theme's two thousand icons the pages show about a dozen: the others are cut out."""
    for script in (static / "scripts").glob("fontawesome.js*"):
        script.unlink()
    used = set()
    for source in [*static.parent.rglob("*.html"), *static.rglob("*.js")]:
        if "python" not in source.parts:
            used.update(NAME.findall(read(source)))

    def keep_rule(rule):
        return rule[0] if used & set(NAME.findall(rule[0])) else ""

    codes = set()
    for sheet in static.rglob("*.css"):
        text = RULE.sub(keep_rule, read(sheet))
        sheet.write_text(text, encoding="utf-8")
        codes.update(CODE.findall(text))
    characters = "".join(c if len(c) == 1 else chr(int(c[1:], 16)) for c in codes)
    for font in static.rglob("fa-*.woff2"):
        cut_font(font, characters)


def cut_font(path, characters):
    """Leaves in a font only these characters."""
    options = subset.Options(flavor="woff2")
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    with subset.load_font(path, options) as font:
        subsetter.subset(font)
        subset.save_font(font, path, options)


def pack_scripts(static):
    """Scripts that are written for people lose comments and indentation, but for licences."""
    for script in static.glob("*.js"):
        script.write_text(jsmin(read(script), keep_bang_comments=True), encoding="utf-8")


def pack_pictures(out):
    """WebP holds the same pixels as PNG in a third of the bytes; old pictures are taken out."""
    with ThreadPoolExecutor() as pool:
        names = dict(pool.map(packed, (out / "_images").glob("*.png")))
    pattern = re.compile("|".join(map(re.escape, names)) or "(?!)")
    shown = ""
    for page in out.rglob("*.html"):
        text = pattern.sub(lambda name: names[name[0]], SCRIPT.sub("", read(page)))
        text = ICON.sub(r'<\1 aria-hidden="true" ', text)
        # Until a script says which colours: the theme has none for this, light ones for nothing.
        text = text.replace(' data-theme="auto"', "", 1)
        page.write_text(text, encoding="utf-8")
        shown += text
    for picture in (out / "_images").glob("*"):
        if picture.name not in shown:
            picture.unlink()


def packed(picture):
    """The name of a picture, and that of the packed one in its place."""
    path = picture.with_suffix(".webp")
    with Image.open(picture) as image:
        image.save(path, lossless=True, method=4)
    picture.unlink()
    return picture.name, path.name


def read(path):
    return path.read_text(encoding="utf-8")


def setup(app):
    app.connect("html-page-context", leave_out, priority=900)
    app.connect("build-finished", slim, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
