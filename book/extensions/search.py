"""Makes the index that the pages search: every section, term, function and equation, with its text.

Sphinx's own knows pages only, leaves out numbers, and cannot show from disk what it found: it goes,
with its page of results. What else there is for Sphinx asks a server, or for one.
"""

import json
import re
import unicodedata
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer
from sphinx.util import logging

from extensions.live import write_script

LOGGER = logging.getLogger(__name__)
INDEX = "places.js"  # a script, which also from disk can be read
PLACES = "section[id]:has(> h1, > h2, > h3), dt[id], .math[id]"
UNREAD = "form, script, style, summary, .headerlink, .cell_input, .figure-still"
UNREAD += ", .live-bar, .live-row, .guess-result, .so-far"
IN_LINE = {"math", "mi", "mn", "mo", "mrow", "mspace", "mstyle", "msub", "mtext"}
INVISIBLE = re.compile("[\u2061-\u2064]")  # signs between a function and its argument, and others
MARKS = "sphinx_highlight.js"  # words in a page that Sphinx's search has opened
GONE = [f"_static/{name}" for name in ("searchtools.js", "language_data.js", MARKS)]
GONE += ["search.html", "searchindex.js"]

# What others call it, or where one looks for it, by the place that has it.
ELSEWHERE = {
    "02-a-digit-is-784-numbers#from-0-to-1": "normalisation, scaling of the inputs",
    "02-a-digit-is-784-numbers#how-good-is-a-guess": "accuracy",
    "02-a-digit-is-784-numbers#the-standard-error": "error bars, confidence interval",
    "02-a-digit-is-784-numbers#three-sets-of-images": "validation set, test set, training set",
    "03-forward-propagation#one-unit-two-pixels": "neuron, perceptron: here a unit",
    "03-forward-propagation#the-network-in-a-picture": "multilayer perceptron, MLP, dense, "
    "fully connected or feedforward network, architecture",
    "03-forward-propagation#the-sigmoid": "activation function, logistic function",
    "03-forward-propagation#the-softmax": "argmax",
    "03-forward-propagation#why-the-sigmoid-cannot-be-left-out": "nonlinearity, linear layers",
    "03-forward-propagation#one-digit-every-number": "inference, forward pass, prediction",
    "04-the-loss#why-a-logarithm": "cost function, objective, cross-entropy, log loss",
    "04-the-loss#the-same-number-as-a-probability": "log-likelihood, NLL, MLE",
    "04-the-loss#when-the-logarithm-meets-a-zero": "numerical stability, log-sum-exp, underflow",
    "04-the-loss#why-not-the-squared-error": "MSE, mean squared error, quadratic loss",
    "05-backpropagation#the-slope-of-the-sigmoid": "vanishing gradient: "
    "where a unit is saturated, its slope is nearly 0",
    "05-backpropagation#what-a-derivative-means-here": "finite differences, numerical gradient",
    "05-backpropagation#the-code": "backward pass, backprop",
    "06-training#downhill-on-a-parabola": "gradient descent, learning rate, step size, optimiser",
    "06-training#a-few-images-at-a-time": "SGD, stochastic gradient descent, minibatch, batch size",
    "06-training#where-to-start": "weight initialisation, symmetry breaking",
    "06-training#a-falling-rate": "learning rate schedule, decay, annealing",
    "06-training#watch-it-learn-and-stop-it": "overfitting, early stopping, generalisation",
    "06-training#a-zoo-of-bugs": "debugging, it does not learn",
    "07-more-testing#which-digits-are-confused": "confusion matrix",
    "07-more-testing#precision-and-the-lowest-of-ten": "recall",
    "07-more-testing#how-sure-and-how-right": "calibration, uncertainty",
    "07-more-testing#pages-without-a-digit": "out of distribution",
    "07-more-testing#moved-turned-thickened": "robustness, data augmentation",
    "08-inside-the-sixteen-neurons#sixteen-stencils": "features, interpretability, heat map",
    "08-inside-the-sixteen-neurons#switching-a-unit-off": "ablation, pruning, dead units",
    "08-inside-the-sixteen-neurons#the-hidden-code": "representation, embedding",
    "08-inside-the-sixteen-neurons#how-many-are-needed": "number of neurons",
    "09-beyond#a-second-hidden-layer": "deep learning, depth, layers",
    "09-beyond#more-hidden-units": "width, hyperparameters",
    "09-beyond#the-same-network-elsewhere": "PyTorch, scikit-learn, autograd, other libraries",
    "09-beyond#what-came-next": "ReLU: here max(0, h). Dropout, Adam, momentum, "
    "weight decay, L2 regularisation, CNN",
}


def text_of(node):
    return " ".join(node.get_text().split())


def said_of(formula):
    """A formula that is written in one line, as W1 or ya; of any other a sign that it is there."""
    parts = {part.name for part in formula.find_all(True)}
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", formula.get_text()))
    return text if parts <= IN_LINE else "…"


def shown_by(place):
    """The title of a place, which is taken out, and what it says."""
    if place.name == "dt":
        return text_of(place), text_of(place.find_next_sibling("dd"))
    if place.name == "section":
        title = place.find(["h1", "h2", "h3"]).extract()
        if number := title.find(class_="section-number"):
            number.string = number.text.strip().removesuffix(".") + " "
        return text_of(title), text_of(place)
    return text_of(place.find(class_="eqno")), ""


def places_of(page):
    """All places of a page, in their order: the anchor, the title and the text of each."""
    article = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("article"))
    for part in article.select(UNREAD):
        part.decompose()
    for formula in article.select(".math:not([id])"):
        formula.string = said_of(formula)
    found = []
    for place in reversed(article.select(PLACES)):  # so that none has what stands in another
        found.append([place["id"], *shown_by(place)])
        above = place.find_previous_sibling()
        if place.name == "dt" and (above is None or above.name != "dt"):  # two may have one text
            place.find_next_sibling("dd").extract()
        place.extract()
    return found[::-1]


def index_of(builder):
    """By its address, every page with its places, whose text begins with what ELSEWHERE says."""
    index, elsewhere = {}, dict(ELSEWHERE)
    for name in sorted(builder.env.found_docs):
        address = builder.get_target_uri(name)
        page = Path(builder.get_outfilename(name)).read_text(encoding="utf-8")
        index[address] = places_of(page)
        for place in index[address]:
            place.append(elsewhere.pop(f"{Path(name).name}#{place[0]}", ""))
    for gone in elsewhere:
        LOGGER.warning(f"expected the place {gone}, of which {__name__} says what others call it; "
                       "found none. Name there the place that has it now.")  # fmt: skip
    return index


def write_index(app, exception):
    if exception or app.builder.name != "html":
        return
    index = json.dumps(index_of(app.builder), ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir, "_static", INDEX)
    path.write_text(f"globalThis.book_places={index};\n", encoding="utf-8")
    for gone in GONE:
        Path(app.outdir, gone).unlink(missing_ok=True)


def prepare(app):
    app.builder.search = False
    write_script(app, "search.js")


def add_to_page(app, page, template, context, doctree):
    scripts = context["script_files"]  # the list to which scripts are added
    scripts[:] = [one for one in scripts if MARKS not in str(one.filename)]
    app.add_js_file("search.js")


def setup(app):
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
