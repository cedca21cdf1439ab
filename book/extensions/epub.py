"""Makes an EPUB 3 of the book: in XML, with a name, contents and licences, and without scripts."""

import re
import shutil
from html import escape
from importlib.metadata import version
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.builders.epub3 import HTML_TAG, Epub3Builder
from sphinx.highlighting import PygmentsBridge
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.fileutil import copy_asset_file

from extensions.mathematics import cut_font

STYLE = "book/static/epub.css"
LICENCES = {"LICENSE-TEXT": "Text and figures", "LICENSE-DATA": "Digits", "LICENSE": "Code"}
PAGE = re.compile(r'<item (id="[^"]*" href="([^"]*)" media-type="application/xhtml\+xml" />)')
# What a shop, a library or a reader's own program tells those who do not see: schema.org's words.
ACCESS = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual", "textual,visual"),
    "accessibilityFeature": (
        "alternativeText", "MathML", "readingOrder", "structuralNavigation", "tableOfContents",
    ),
    "accessibilityHazard": ("none",),
    "accessibilitySummary": (
        "Pictures have descriptions, formulas are MathML, and each interactive figure of the web "
        "pages is here the picture and the table of what it shows at first.",
    ),
}  # fmt: skip


class Lines(HtmlFormatter):
    """Code in which each line is a part, whose end is indented where it is broken."""

    def wrap(self, source):
        return super().wrap(
            (code, f'<span class="line">{text}</span>' if code else text) for code, text in source
        )


class Book(Epub3Builder):
    """Sphinx's builder, which knows no MathML and no licences, and would carry what pages do."""

    html_tag = HTML_TAG.replace(">", ' lang="en" xml:lang="en">')
    media_types = Epub3Builder.media_types | {".woff2": "font/woff2"}
    supported_data_uri_images = False  # the pictures of stills become files

    def init(self):
        shutil.rmtree(self.outdir, ignore_errors=True)  # all that is there would go into the file
        super().init()

    def init_highlighter(self):
        self.highlighter = PygmentsBridge("html", "bw")  # what it is read on has any colour
        self.highlighter.formatter, self.dark_highlighter = Lines, None

    def init_css_files(self):
        self._css_files = []
        for name in ("pygments.css", Path(STYLE).name):
            super().add_css_file(name)

    def add_css_file(self, filename, **kwargs):
        """The styles of extensions are for the pages."""

    def init_js_files(self):
        self._js_files = []

    def add_js_file(self, filename, **kwargs):
        """So are their scripts."""

    def copy_static_files(self):
        target = Path(self.outdir, "_static")
        shutil.rmtree(target, ignore_errors=True)  # of what extensions have put there
        target.mkdir(parents=True)
        self.create_pygments_style_file()
        copy_asset_file(Path(self.srcdir, STYLE), target)

    def copy_extra_files(self):
        """The licences are a page."""

    def write_domain_indices(self):
        """The contents lead everywhere."""

    def gen_additional_pages(self):
        texts = [
            f"<h2>{title}</h2>\n{paragraphs(Path(self.srcdir, name).read_text('utf-8'))}\n"
            for name, title in LICENCES.items() if Path(self.srcdir, name).is_file()
        ]  # fmt: skip
        body = f"<section>\n<h1>Licences</h1>\n{''.join(texts)}</section>"
        self.handle_page("licences", {"title": "Licences", "body": body}, "page.html")

    def build_content(self):
        self.domain_indices = []
        pages = [path.read_text("utf-8") for path in Path(self.outdir).rglob("*.xhtml")]
        Path(self.outdir, "_static", "mathematics.woff2").write_bytes(cut_font(pages))
        super().build_content()
        path = Path(self.outdir, "content.opf")
        text = PAGE.sub(self.with_properties, path.read_text("utf-8"))
        told = "".join(
            f'    <meta property="schema:{name}">{value}</meta>\n'
            for name, values in ACCESS.items() for value in values
        )  # fmt: skip
        path.write_text(text.replace("  </metadata>", f"{told}  </metadata>"), "utf-8")

    def get_toc(self):
        super().get_toc()  # the pages alone, as the sidebar of the web has them
        self.refnodes = [part for page in self.refnodes for part in self.with_sections(page)]

    def with_sections(self, page):
        """The entry of a page in the contents, with its number, and those of its sections."""
        name = page["refuri"].removesuffix(self.out_suffix)
        if name not in self.env.tocs:
            yield page
            return
        for link in self.env.tocs[name].findall(nodes.reference):
            anchor, level, inner = link["anchorname"], page["level"] - 1, link
            while inner := inner.parent:
                level += isinstance(inner, nodes.bullet_list)
            number = self.env.toc_secnumbers.get(name, {}).get(anchor, ())
            text = f"{'.'.join(map(str, number))} {escape(link.astext())}".strip()
            yield {"level": level, "refuri": page["refuri"] + anchor, "text": text}

    def toc_metadata(self, level, navpoints):
        told = super().toc_metadata(level, navpoints)
        return told | {"uid": self.config.epub_identifier}  # as epubcheck demands

    def with_properties(self, item):
        if "<math" not in Path(self.outdir, item[2]).read_text("utf-8"):
            return item[0]
        return f'<item properties="mathml" {item[1]}'


def paragraphs(text):
    """A text whose lines are broken for an editor, in lines that are as long as the reader's."""
    return "".join(f"<p>{escape(' '.join(part.split()))}</p>" for part in text.split("\n\n"))


class Xml(SphinxPostTransform):
    """The one tag of HTML that pages have in their text."""

    default_priority = 400
    builders = ("epub",)

    def run(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            if raw.astext() == "<br>":
                raw.replace_self(nodes.raw("", "<br />", format="html"))


def describe(app, config):
    """What the file says of itself."""
    config.epub_title = config.html_title
    config.epub_identifier = uuid5(NAMESPACE_URL, config.html_title).urn
    config.version = config.version or version("nnlib")


def setup(app):
    app.add_builder(Book, override=True)
    app.add_post_transform(Xml)
    app.connect("config-inited", describe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
