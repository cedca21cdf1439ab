"""Sets formulas as MathML when the book is built: a page has them at once, and needs no script."""

import base64
import re
import unicodedata
from functools import cache
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from extensions.live import write_script
from nnlib.widgets.figure import FOLDER

BREAK = re.compile(r"\s*\\\\ *% narrow\n")  # the end of a line that only a narrow page needs
INDENT = re.compile(r"\s*&?\s*(?:\\q*quad\b)?")
ROWS = re.compile(r"\\(?:begin|end)\{aligned\}|&")
MATHML = "http://www.w3.org/1998/Math/MathML"
SIZES = "displaystyle", "scriptlevel"
FORMULA = re.compile(r"<math.*?</math>", re.DOTALL)
TAG = re.compile(r"<.*?>")
# A letter by itself is slanted by the browser, which takes it from here.
SLANTED = [*map(chr, range(0x1D434, 0x1D468)), "\u210e", *map(chr, range(0x1D6E2, 0x1D71C))]
PRIMES = (0x2032, 0x2033, 0x2034)
UNSAID = " \u221a"  # that no formula names: the sign of a root
SHEET = "mathematics.css"
LOAD = """document.fonts.load('1em "STIX Two Math cut"')"""  # so that it is there at first paint
COLOURS = FOLDER / "colours.css"
FACE = (
    '@font-face{{font-family:"STIX Two Math cut";src:url(data:font/woff2;base64,{})'
    'format("woff2")}}\n'
)

MENDED = [
    ("&ApplyFunction;", "\u2061"),  # entities are of HTML alone
    # Chromium's bars are too short: this one is drawn by the style sheet.
    (
        '<mover( accent="true">(?:(?!<mover).)*<mo stretchy=")true">\u0332(?=</mo></mover>)',
        '<mover class="bar"\\1false">\u203e',
    ),
    (r'0\.2222em"(?=>\u2299)', '0.2222em" largeop="false"'),  # as Firefox would have it
    # In Chromium a large bracket with an index would be a small one.
    (r"(<m(?:sub|sup|subsup)>)(<mo minsize[^>]*>.</mo>)", r"\1<mrow>\2</mrow>"),
    *(
        (f"<mi>([{one}{bold}])</mi>", rf'<mi class="{one}">\1</mi>')
        for one, bold in zip("xhy", "\U0001d431\U0001d421\U0001d432")
    ),
    # What is seen from where things stand, and is to be heard: S(h) is S of h, p (1 - p) is p times
    # 1 - p, 12,730 is one number, and three dots are one sign.
    (
        r"(<mi[^>]*>\w</mi>|<msup><mi[^>]*>\w</mi><mo[^>]*>[′″‴]</mo></msup>)(?=<mo[^>]*>\()",
        "\\1<mo>\u2061</mo>",
    ),
    (
        r"(</m(?:frac|i|n|row|sub|subsup|sup)>|\)</mo>)"
        r'(?=<mspace width="0\.16666667em"/><mo[^>]*>\()',
        "\\1<mo>\u2062</mo>",
    ),
    (r'(?<=\d)</mn><mo rspace="0">,</mo><mn>(?=\d{3}<)', ","),
    (r"<mo([^>]*)>\.</mo>(?:<mo[^>]*>\.</mo>){2}", r"<mo\1>…</mo>"),
]
BRACKETS = "()[]{}"

logger = logging.getLogger(__name__)


def wide(tex):
    """A formula without the line breaks of narrow pages."""
    joined, *rest = BREAK.split(tex)
    for line in rest:
        aligned = "&" in joined.rpartition(r"\\")[2]
        joined += " " + (INDENT.sub("", line, 1) if aligned else line)
    return ROWS.sub("", joined) if rest and r"\\" not in joined else joined


@cache
def converter(xml):
    return LatexToMathML(xml_namespace=xml)


def mathml(writer, node, tex, display=False):
    try:
        xml = writer.builder.name != "html"
        made = converter(xml).convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        logger.warning("a formula that math-core cannot set: %s", error, location=node)
        return f"<code>{writer.encode(tex)}</code>"
    for found, mended in MENDED:
        made = re.sub(found, mended, made)
    return as_mathml_3(made) if xml else made


def as_mathml_3(text):
    """MathML as EPUB has it: how large a part is set stands on an mstyle around it."""
    ElementTree.register_namespace("", MATHML)
    formula = ElementTree.fromstring(text)
    for parent in list(formula.iter()):
        for i, part in enumerate(parent):
            sizes = {name: part.attrib[name] for name in SIZES if name in part.attrib}
            if part.tag == f"{{{MATHML}}}mtable":
                part.attrib.pop("scriptlevel", None)
            elif part.tag != f"{{{MATHML}}}mstyle" and sizes:
                for name in sizes:
                    del part.attrib[name]
                parent[i] = ElementTree.Element(f"{{{MATHML}}}mstyle", sizes)
                parent[i].append(part)
    return ElementTree.tostring(formula, encoding="unicode")


def visit_math(self, node):
    tex = node.astext()
    self.body.append(self.starttag(node, "span", "", CLASS="math", **{"data-tex": tex}))
    self.body.append(mathml(self, node, tex) + "</span>")
    raise nodes.SkipNode


def visit_math_block(self, node):
    tex = node.astext()
    forms = {"": wide(tex)}
    if self.builder.name != "html":
        forms = {"": tex}  # a small book in the hand is narrow
    elif forms[""] != tex:
        forms = {"wide": forms[""], "narrow": tex}
    self.body.append(self.starttag(node, "div", CLASS="math", **{"data-tex": wide(tex).strip()}))
    for kind, form in forms.items():
        self.body.append(f'<div class="formula {kind}">{mathml(self, node, form, True)}</div>')
    if node["number"]:
        number = get_node_equation_number(self, node)
        name = f'<code class="eqname">{node["label"]}</code>'
        self.body.append(f'<span class="eqno">{name} ({number})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class Together(SphinxPostTransform):
    """No line begins with the full stop after a formula, or ends with the bracket before it."""

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs):
        for formula in list(self.document.findall(nodes.math)):
            parent, i = formula.parent, formula.parent.index(formula)
            before, after = parent[max(i - 1, 0)], parent[min(i + 1, len(parent) - 1)]
            head = re.search(r"\S*$", before)[0] if isinstance(before, nodes.Text) else ""
            tail = re.match(r"\S*", after)[0] if isinstance(after, nodes.Text) else ""
            if head:
                parent[i - 1] = nodes.Text(before[: len(before) - len(head)])
            if tail:
                parent[i + 1] = nodes.Text(after[len(tail) :])
            if head or tail:
                parent[i] = nodes.inline(
                    "", "", nodes.Text(head), formula, nodes.Text(tail), classes=["together"]
                )


def prepare(app):
    write_script(app, "formulas.js")


def add_to_page(app, pagename, templatename, context, doctree):
    if app.builder.name == "html" and "<math" in context.get("body", ""):
        app.add_css_file(SHEET)
        app.add_js_file(None, body=LOAD)
        app.add_js_file("formulas.js", loading_method="defer")


def write_font(app, exception):
    if not exception and app.builder.name == "html":
        out = Path(app.outdir)
        pages = [path.read_text(encoding="utf-8") for path in out.rglob("*.html")]
        font = base64.b64encode(cut_font(pages)).decode()
        sheet = FACE.format(font) + COLOURS.read_text(encoding="utf-8")
        (out / "_static" / SHEET).write_text(sheet, encoding="utf-8")


def cut_font(pages):
    """A WOFF2 font with a MATH table, of the letters and signs in the formulas of these pages."""
    used = set(UNSAID)
    for formula in FORMULA.findall("".join(pages)):
        used |= {*unescape(TAG.sub("", formula))}
    used |= {letter for letter in SLANTED if unicodedata.normalize("NFKC", letter) in used}
    path = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    options = subset.Options(flavor="woff2", layout_features=[])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(used))
    with subset.load_font(path, options) as font:
        lower_primes(font)
        narrow_brackets(font)
        constants = font["MATH"].table.MathConstants
        # Of 1.2 pixels a browser would make one in this formula and two in the next.
        constants.FractionRuleThickness.Value = 50
        # As in TeX: the index of a y is where that of an h is, an exponent of ) where that of x is.
        constants.SubscriptBaselineDropMin.Value = 0
        constants.SuperscriptBaselineDropMax.Value = 386
        subsetter.subset(font)
        file = BytesIO()
        subset.save_font(font, file, options)
    return file.getvalue()


def lower_primes(font):
    """Gives primes the shape that is to be raised: Chromium takes the one that is so already."""
    layout = font["GSUB"].table
    (scripts,) = {
        number for one in layout.FeatureList.FeatureRecord if one.FeatureTag == "ssty"
        for number in one.Feature.LookupListIndex
    }  # fmt: skip
    for part in layout.LookupList.Lookup[scripts].SubTable:
        for table in font["cmap"].tables:
            for prime in PRIMES:
                glyph = table.cmap.get(prime)
                table.cmap[prime] = part.alternates.get(glyph, [glyph])[0]


def narrow_brackets(font):
    """Gives large brackets the room of small ones: Chromium gives small ones that of the widest."""
    variants, signs = font["MATH"].table.MathVariants, font.getBestCmap()
    brackets = {signs[ord(bracket)] for bracket in BRACKETS}
    for glyph, forms in zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction):
        if glyph in brackets:
            sizes = [one.VariantGlyph for one in forms.MathGlyphVariantRecord]
            room, _ = font["hmtx"][sizes[5]]  # of one for two lines
            for large in sizes[6:] + [part.glyph for part in forms.GlyphAssembly.PartRecords]:
                font["hmtx"][large] = room, font["hmtx"][large][1]


def setup(app):
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(Together)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
