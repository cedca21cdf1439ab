"""Formulas as the build sets them: MathML that browsers draw alike, and the font for it."""

import io
import re
from types import SimpleNamespace

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from extensions import mathematics
from shared import text_of_the_book

SIGNS = r"<math>()[]{}xhy|</math>"


@pytest.fixture
def set_formula():
    writer = SimpleNamespace(builder=SimpleNamespace(name="html"))
    return lambda tex: mathematics.mathml(writer, None, tex)


@pytest.fixture(scope="module")
def font():
    return TTFont(io.BytesIO(mathematics.cut_font([SIGNS])))


def test_a_bar_over_several_letters_is_left_to_the_style_sheet(set_formula):
    over_both = set_formula(r"\overline{q - \overline{p}}\,\bar q")
    assert over_both.count('<mover class="bar"') == 1 and over_both.count("mover") == 6


@pytest.mark.parametrize("index", ["^2", "_k", "^2_k"])
def test_a_large_bracket_stays_large_with_an_index(set_formula, index):
    assert re.search(r"<m\w+><mrow><mo minsize.*?</mrow>", set_formula(rf"\Bigl(x\Bigr){index}"))


def test_x_h_and_y_have_a_colour_each_and_no_other_letter_has(set_formula):
    made = set_formula(r"\mathbf{x}\,h_x\,(\mathbf{y}_a)_k + \mathbf{h}_a\,u\,\exp(y)\,\mathrm{xy}")
    found = re.findall(r'<mi class="(.)">(.)</mi>', made)
    assert [kind for kind, letter in found] == ["x", "h", "x", "y", "h", "y"]
    assert made.count("class") == len(found)


def test_a_sign_that_would_have_to_grow_sideways_is_not_used():
    """Chromium leaves parts of it out: names stand under what they name with \\underset."""
    for text in text_of_the_book():
        assert not re.search(r"\\(?:under|over)brace|\\wide", text)


def test_small_brackets_take_no_more_room_for_large_ones(font):
    """Chromium gives a bracket, of whatever size, the room of the widest."""
    variants, names = font["MATH"].table.MathVariants, font.getBestCmap()
    forms = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction))
    for bracket in mathematics.BRACKETS:
        form = forms[names[ord(bracket)]]
        sizes = [one.VariantGlyph for one in form.MathGlyphVariantRecord]
        parts = [part.glyph for part in form.GlyphAssembly.PartRecords]
        rooms = [font["hmtx"][glyph][0] for glyph in sizes + parts]
        assert len(sizes) > 6 and max(rooms) <= 1.4 * rooms[0]


def test_indices_stand_at_one_height_whatever_they_are_at(font):
    constants, glyphs = font["MATH"].table.MathConstants, font.getGlyphSet()
    for letter in "xhy)":
        bounds = BoundsPen(glyphs)
        glyphs[font.getBestCmap()[ord(letter)]].draw(bounds)
        _, foot, _, top = bounds.bounds
        sub = constants.SubscriptBaselineDropMin.Value - foot
        assert sub <= constants.SubscriptShiftDown.Value + 50
        drop = constants.SuperscriptBaselineDropMax.Value
        assert top - drop <= constants.SuperscriptShiftUp.Value + 30
