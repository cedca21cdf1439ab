"""What people type: understood as they mean it, or answered with a sentence, and never misread."""

import math

import pytest

from conftest import visit_source
from shared import ROOT

SCRIPT = ROOT / "book" / "static" / "numbers.js"
E, LOG2, INF = math.e, math.log(2), math.inf
S1 = 1 / (1 + math.exp(-1))
SEVERAL, MORE, BOUND, POWER = "several numbers", "After a number", "number alone", "power of ten"
NOTHING, NO_VALUE, NO_NUMBER = "No number was found", "has no value", "no number that can be read"
TWO_WAYS, STROKE, INSIDE = "can be read as", "below the stroke", "What is all in the"

# Of each number: what is typed, divided by two spaces.
NUMBERS = {
    0.25: "0.25  .25  0,25  ,25  1/4  1 / 4  1⁄4  ¼  25 %  25%  25 percent  25 per cent  2.5e-1  "
    "2.5E-1  2.5E−1  2.5·10^-1  2.5 x 10^-1  2.5x10^-1  2.5×10⁻¹  2.5*10**-1  2.5 * 10**(-1)  "
    "≈ 0.25  ≈0.25  = 0.25  about 0.25  approximately 0.25  approx. 0.25  ca. 0.25  ~0.25  ~ .25  "
    "p = 0.25  L=0.25  y_a = 0.25  0.25 nats  0.25.  (0.25)  [0.25]  +0.25  $0.25$  0.25 = 1/4  "
    "1/4 = 0.25  0,250  a quarter  the answer is 0.25  I think 0.25  it's 0.25  “0.25”  0.5^2  "
    "0.5²  2^-2  2**-2  (1/2)(1/2)  S(0)*(1-S(0))  accuracy: 0.25  25 % of all  0.25 =  １/４",
    567: "567  28*20+7  28·20+7  28 × 20 + 7  28x20+7  28*20+7 = 567  567 pixels  pixel 567  567th",
    1234: "1 234  1'234  1’234  1_234  1\u202f234  1234  1.234e3  1,234.0  1.234,0  1 234,0",
    1.234: "1.234  1,234e0 = 1.234  0,001234*1000",
    12730: "12 730  784*16 + 16 + 16*10 + 10  16 · 785 + 170",
    1234567: "1,234,567  1.234.567  1 234 567",
    1234.567: "1234,567  1,234.567  1.234,567",
    -0.6: "-0.6  −0.6  –0.6  - 0.6  minus 0.6  -3/5  -0,6  -(3/5)  −6·10⁻¹",
    LOG2: "log(2)  log 2  ln 2  ln(2)  ln2  log2  -log(0.5)  -log 0.5  -log0.5  -log(1/2)  "
    "np.log(2)  math.log(2)  −ln ½  log(e^log(2))",
    math.log(10): "log10  log 10  ln 10  ln(10)",
    math.log(E + 9) - 1: "log(e+9)-1  log(9 + exp(1)) - 1",
    3: "log2(8)  log2 8  log_2(8)  log₂ 8  three  3rd  3  unit 3  three steps  np.log2(8)",
    2: "log10(100)  1/(1/2)  sqrt 4  √4  2.  two  abs(-2)",
    math.sqrt(2): "sqrt(2)  sqrt 2  √2  2^0.5  2**0.5  2^(1/2)",
    1 / E: "e^-1  e**-1  exp(-1)  exp -1  1/e  e^(-1)  np.exp(-1)",
    2 * math.pi: "2pi  2 π  2π  2*pi  2 * np.pi",
    S1: "S(1)  sigmoid(1)  1/(1+exp(-1))  1/(1+e^-1)  1 / (1 + e^(-1))",
    0.001: "10^-3  10⁻³  1e-3  10**-3  0.1%  0.1 %",
    90000: "90k  90 thousand  9e4  9·10^4  90 000 images  300²  0.09/0.000001  90000 images needed",
    1.5e6: "1.5 million  1500000  1.5·10⁶",
    0.1: "one in ten  1 in 10  one in 10  1 out of 10  1 of 10  a tenth  10 %  0.1",
    2 / 3: "2/3  two thirds  ⅔  1 - 1/3",
    0.5: "half  a half  one half  ½  1/2",
    1.5: "1½  1 + 1/2  3/2  1,5",
    10: "10x  10 times  10-fold  factor 10  a factor of 10  ten",
    0.333: "0.333...  0.333…",
    INF: "inf  ∞  infinity  infinite",
    -4: "-2^2  -(2^2)",
    81: "3^2^2  9^2",
}
# Of each sentence, by a part of it.
SENTENCES = {
    TWO_WAYS: "1,234  12,730  100,000  90,000 images",
    SEVERAL: "1, 2  0.25, 0.75  28 20  1 1/2  1 0000  0.000 001",
    MORE: "0.2 to 0.3  0.2–0.3  0.91 ± 0.01  between 0.2 and 0.3  5 or 6  0.4 and 0.6  1:4  10 n  "
    "2 eta  0.25 €  5!  0 . 25  two and a half  24 choose 2",
    BOUND: "<0.2  < 0.2  at most 0.2  less than 3  more than 3  ≤ 0.2  0 < eta < 0.2  up to 3",
    POWER: "2.5 e-1  2.5e - 1  5e  1 e 3  1.5·10−3  1.5 x 10 -3",
    STROKE: "1/2 log 2  1/2pi  1/2(3)",
    INSIDE: "log 2/3  log 1/2  sqrt 2 / 2  log 2 * 3",
    NOTHING: "yes  idk  I don't know  ?  .  true  nan  many",
    NO_VALUE: "n  n/10  no  x  not 5  1/0  0/0  log(-1)  sqrt(-1)  10^999  exp(1000)  *3  %  #5  "
    "cos(0)  max(1,2)  )  5 +* 3  +/- 3  x_0",
    "missing": "2+  -  sqrt",
    NO_NUMBER: "1.2.3  1.23.456  1'23",
}
WHOLE = {12730: "12,730  12 730  12730", 2000: "2,000  2000", 0.5: "0,500  .5  1/2"}
WHOLE_SENTENCES = {TWO_WAYS: "12.730  1.000"}

SHAPES = {
    (16, 784): "(16, 784)  16 x 784  16×784  [16, 784]  16, 784  16,784  16 784  16 by 784  "
    "(16,784).  {16, 784}  (16; 784)  16*784  16X784  (16, 28*28)  (16, 784  shape (16, 784)  "
    "torch.Size([16, 784])  16 rows and 784 columns  16 rows of 784  the shape is (16, 784)",
    (784,): "784  (784,)  (784)  784 numbers",
    (): "()",
    (1, 784): "1 x 784  (1,784)  1×784",
    (3, 16, 784): "(3, 16, 784)  3x16x784",
}
NO_SHAPES = "(n, 784)  n x 784  scalar  (16.5, 3)  (-1, 784)  16/784  (784, 16) transposed  yes"


def split(table):
    return [(text, meant) for meant, texts in table.items() for text in texts.split("  ")]


@pytest.fixture(scope="module", params=["browser", "firefox"])
def read(request):
    """Reads a list of texts in a browser: of each the value, the shape or the sentence."""
    tab = request.getfixturevalue(request.param).new_page()
    visit_source(tab, SCRIPT)

    def read(texts, function="parse", **options):
        code = """async ([texts, name, options]) => {
            const script = await import(location);
            const found = texts.map(text => script[name](text, options));
            return found.map(({value, shape, problem}) => problem ?? shape ?? value);
        }"""
        return tab.evaluate(code, [texts, function, options])

    yield read
    tab.close()


def test_a_number_is_understood_or_answered(read):
    for table, sentences, options in (
        (NUMBERS, SENTENCES, {}), (WHOLE, WHOLE_SENTENCES, {"whole": True}),
    ):  # fmt: skip
        texts, meant = zip(*split(table))
        found = read(texts, **options)
        wrong = {text: one for text, one, value in zip(texts, found, meant)
                 if type(one) is str or not math.isclose(one, value, rel_tol=1e-12)}  # fmt: skip
        assert wrong == {}
        texts, parts = zip(*split(sentences))
        found = read(texts, **options)
        said = {text: one for text, one, part in zip(texts, found, parts)
                if type(one) is not str or part not in one or not one.endswith(".")}  # fmt: skip
        assert said == {}
    assert all(NOTHING in one for one in read(["", "   "]))


def test_a_shape_is_understood_or_answered(read):
    texts, meant = zip(*split(SHAPES))
    assert dict(zip(texts, map(tuple, read(texts, "parse_shape")))) == dict(zip(texts, meant))
    texts = [*NO_SHAPES.split("  "), ""]
    assert all("is no shape: write whole numbers" in one for one in read(texts, "parse_shape"))
