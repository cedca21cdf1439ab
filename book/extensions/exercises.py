"""Gives the page what it asks its reader: comments in the Markdown become forms.

A comment is nothing in a notebook and on paper, and so is the form where no script is: a form for
a guess, in a box, or for an answer, below the task of an exercise. A guess covers what the cells
in a row below its box show; styles do so, from the first sight of the page, once boxes.js is there.
"""

import json
import re
from hashlib import sha256
from html import escape
from itertools import islice

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from exercises import ANSWERS, described
from exercises.answers import hint_of
from extensions.live import is_code, write_script
from extensions.printed import OnScreen

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
FIELD = re.compile(
    r'(?P<label>[^:]+): (?:number(?: (?P<nth>[1-9]\d*))? after "(?P<after>[^"]+)"|words|'
    r"(?P<options>[^|\s][^|]*(?: \| [^|]+)+))"
)
NAME = re.compile(r"answer: (\w+)")
# As guesses.js has it.
PRINTED = re.compile(r"(?<![\w.])[-+]?\d+(?:,\d{3})*(?:\.\d*)?(?:e[-+]?\d+)?")
FORMS = (
    '"label: number after "TEXT"" (or "number 2 after "TEXT""), "label: one | other" or '
    '"label: words" in each line below "<!-- guess"'
)

# The script fills all in without moving anything: the texts are those that it shows at first.
GUESS = """<form class="guess" id="{name}">
{fields}
<p><button aria-label="That is my guess: {labels}">That is my guess</button>
<button type="button" class="waive" aria-label="Show without guessing: {labels}"
>Show without guessing</button></p>
<p role="alert"></p>
<p class="settings"><label><input type="checkbox" class="never"> never cover results</label>
<label class="remember"><input type="checkbox"> remember what I write in this browser</label></p>
</form>
"""
RESULT = """<div class="guess-result" data-guess="{name}" tabindex="-1">
<p role="status">Covered until you have guessed.</p>
<button type="button" class="waive" aria-label="Show it: {labels}">Show it</button></div>
"""
ANSWER = """<form class="answer" id="{name}" data-answer="{data}">
{field}
<button aria-label="Check: {label}">Check</button>
<span class="hint" id="{name}-hint">{hint}</span>
<p role="status"></p>
</form>
"""


class Guess(OnScreen):
    """The form in a box: fields, each {label, after, nth, options}."""


class Result(OnScreen):
    """Where the guess will stand, above what it covers."""


class Answer(OnScreen):
    """The form for an answer: what `described` says of it."""


def fields_of(text):
    """What a guess asks for, from the lines of its comment. Raises ValueError for another line."""
    lines = text.splitlines()
    found = [FIELD.fullmatch(line.strip()) for line in lines]
    for line, field in zip(lines, found):
        if not field:
            raise ValueError(f"expected {FORMS}; found {line!r}. Write it like one of these.")
    fields = [field.groupdict() for field in found]
    labels = [field["label"] for field in fields]
    if len(set(labels)) < max(1, len(labels)):
        raise ValueError(
            f"expected {FORMS}, each label once; found the labels {labels}. Give each its own."
        )
    for field in fields:
        field["options"] = field["options"] and field["options"].split(" | ")
    return fields


def printed_number(shown, field):
    """The number of a field in what is shown, as it is printed; None where there is none."""
    _, _, rest = shown.partition(field["after"])
    return next(islice(PRINTED.findall(rest), int(field["nth"] or 1) - 1, None), None)


def shown_by(cell):
    """The node of what a cell shows, or None."""
    return next((part for part in cell if part.get("nb_element") == "cell_code_output"), None)


def covered_by(guess):
    """What the guess covers: the outputs of the cells in a row below it, but for folded ones."""
    cell = next(guess.findall(is_code, ascend=True), None)
    while cell is not None and is_code(cell):
        if "tag_hide-cell" not in cell["classes"] and shown_by(cell):
            yield shown_by(cell)
        cell = cell.next_node(descend=False, siblings=True)


class Boxes(SphinxTransform):
    """Puts the forms into the place of the comments, and marks what they cover."""

    default_priority = 400

    def apply(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            comment = COMMENT.fullmatch(raw.astext().strip())
            if raw["format"] == "html" and comment:
                try:
                    raw.replace_self(self.node_of(comment[1].strip(), raw.parent))
                except (LookupError, ValueError) as error:
                    raise ExtensionError(f"{self.env.docname}: {error}") from None
        for guess in self.document.findall(Guess):
            self.cover(guess)

    def node_of(self, text, box):
        kind, _, lines = text.partition("\n")
        if kind.strip() == "guess" and isinstance(box, nodes.admonition):
            # By what it asks, so that a question which has changed forgets what was said before.
            name = f"guess-{sha256(box.astext().encode()).hexdigest()[:8]}"
            box["ids"].append(f"box-of-{name}")  # to which a link leads, to its question
            return Guess("", ids=[name], fields=fields_of(lines))
        if name := NAME.fullmatch(text):
            asked = described(name[1])
            self.env.note_dependency(ANSWERS[name[1]].compute.__code__.co_filename)
            return Answer("", asked=asked)
        raise ValueError(
            'expected a comment that begins with "guess", in a box, or is "answer: NAME", the name '
            f"of a function in book/exercises; found {text!r}. Write it so, or leave it out."
        )

    def cover(self, guess):
        covered = list(covered_by(guess))
        if not covered:
            raise ExtensionError(
                f"{self.env.docname}: expected a cell that shows something below the guess "
                f"{[field['label'] for field in guess['fields']]}; found none. Move the box."
            )
        shown = "\n".join(part.astext() for part in covered)
        for field in guess["fields"]:
            if field["after"] and printed_number(shown, field) is None:
                raise ExtensionError(
                    f"{self.env.docname}: expected a number after {field['after']!r} in what the "
                    f"cell below the guess shows; found {shown!r}. Name what stands before it."
                )
        (name,) = guess["ids"]
        for part in covered:
            part.parent["classes"] += ["covered", f"by-{name}"]
        result = Result("", name=name, labels=labels_of(guess))
        covered[0].parent.insert(covered[0].parent.index(covered[0]), result)


def labels_of(guess):
    """What is asked for, in a few words: a page has more than one guess to give."""
    return escape(", ".join(field["label"] for field in guess["fields"]))


def written(label, options, group, attributes=""):
    """A field of a form, whose name is its label; a group of choices has an id of its own."""
    label = escape(label)
    if options:
        choices = " ".join(
            f'<label><input type="radio" name="{label}" value="{one}"> {one}</label>'
            for one in map(escape, options)
        )
        return (
            f'<div class="field" role="radiogroup" aria-labelledby="{group}">'
            f'<span id="{group}">{label}</span><span>{choices}</span></div>'
        )
    return (
        f'<label class="field"><span>{label}</span>'
        f'<input type="text" name="{label}" autocomplete="off"{attributes}></label>'
    )


def visit_guess(self, node):
    (name,) = node["ids"]
    fields = []
    for k, field in enumerate(node["fields"]):
        number = ""
        if field["after"]:
            number = f' data-after="{escape(field["after"])}" data-nth="{field["nth"] or 1}"'
        fields.append(written(field["label"], field["options"], f"{name}-{k}", number))
    labels = labels_of(node)
    self.body.append(GUESS.format(name=name, labels=labels, fields="\n".join(fields)))
    raise nodes.SkipNode


def visit_result(self, node):
    self.body.append(RESULT.format(name=node["name"], labels=node["labels"]))
    raise nodes.SkipNode


def visit_answer(self, node):
    asked = node["asked"]
    name = f"answer-{asked['name']}"
    described_by = f' aria-describedby="{name}-hint"'
    self.body.append(ANSWER.format(
        name=name, label=escape(asked["label"]), hint=hint_of(asked),
        field=written(asked["label"], asked["options"], f"{name}-label", described_by),
        data=escape(json.dumps(asked)),
    ))  # fmt: skip
    raise nodes.SkipNode


def prepare(app):
    write_script(app, "boxes.js")


def add_to_page(app, page, template, context, doctree):
    if doctree and any(doctree.findall(lambda node: isinstance(node, (Guess, Answer)))):
        app.add_js_file("boxes.js")


def setup(app):
    for node, visit in (Guess, visit_guess), (Result, visit_result), (Answer, visit_answer):
        app.add_node(node, html=(visit, None))
    app.add_transform(Boxes)
    app.connect("builder-inited", prepare)
    app.connect("html-page-context", add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
