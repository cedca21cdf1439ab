"""Formulas hold what a voice says and no eye needs: of, times, one number, three dots."""

import re
from types import SimpleNamespace

import pytest

from extensions.mathematics import mathml

PAGE = SimpleNamespace(builder=SimpleNamespace(name="html"))
WORDS = {"of": "\u2061", "times": "\u2062"}


@pytest.mark.parametrize("tex, parts", [
    (r"S(y_1 - y_0)", "S of ( y 1 − y 0 )"),
    (r"L'''(\theta) + S'(h)", "L ‴ of ( θ ) + S ′ of ( h )"),
    (r"p\,(1 - p)", "p times ( 1 − p )"),
    (r"\frac12\,(a)\,\bigl(\mathbf{x}_i\,(b)\bigr)", "1 2 times ( a ) times ( 𝐱 i times ( b ) )"),
    (r"\log\,(a) = (b) \cdot (c)", "log of ( a ) = ( b ) ⋅ ( c )"),
    (r"12{,}730 = 3{,}692{,}640", "12,730 = 3,692,640"),
    (r"x_0, \dots, x_9", "x 0 , … , x 9"),
])  # fmt: skip
def test_what_is_heard_stands_in_the_formula(tex, parts):
    made = mathml(PAGE, None, tex)
    assert re.sub("<.*?>", " ", made).split() == [WORDS.get(one, one) for one in parts.split()]
