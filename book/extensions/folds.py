"""Makes all that opens alike: boxes and folded code have one look, and names that say what opens.

What stands on a fold is its name: "Show the solution of exercise 3", and "Hide ..." where it is
open; of code that belongs to no exercise it ends in ", cell 4", which is only heard, since a page
has the same fold for each figure. The parts of a solution, its code and what it means, open as one;
and each exercise is a heading with an address of its own, `#exercise-3`.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from extensions.live import is_code

TASK = re.compile(r"(\d+)\. ")
SOLUTION, MEANING = "Show the solution", "What the solution means"
SOLVES = "solution"  # the class of such a fold, as the tag of its cells
NAMES = {  # in an exercise
    re.compile(f"{SOLUTION}$"): SOLUTION + " of exercise {0}",
    re.compile(r"(Hint \d+)$"): r"\1 of exercise {0}",
}
FOLDED = {"all": "content", "input": "source"}  # what is folded of a cell -> as myst-nb calls it


class Task(nodes.strong):
    """The title of an exercise."""


class Fold(nodes.Element):
    """What opens: a Summary, and what it shows."""


class Summary(nodes.TextElement):
    """What stands on it."""


def is_folded(node):
    if is_code(node):
        return node.get("hide_mode") in FOLDED
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def title_of(node):
    """What is to stand on a fold, as it is written."""
    if is_code(node):
        return [nodes.Text(node["prompt_show"].replace("{type}", FOLDED[node["hide_mode"]]))]
    return node[0].children


def exercise_of(node):
    """The number of the exercise above, or None."""
    above = node.parent[: node.parent.index(node)]
    tasks = [task for part in above for task in part.findall(Task)]
    return tasks[-1]["number"] if tasks else None


def summary(title, exercise, cell=None):
    text = "".join(part.astext() for part in title)
    if exercise:
        for name, full in NAMES.items():
            text = name.sub(full.format(exercise), text)
    if text.startswith("Show "):
        states = {"collapsed": text, "expanded": text.replace("Show", "Hide", 1)}
        title = [nodes.inline("", name, classes=[state]) for state, name in states.items()]
    else:
        title = [nodes.inline("", "", *([nodes.Text(text)] if exercise else title))]
    if cell and not exercise:
        title.append(nodes.inline("", f", cell {cell}", classes=["visually-hidden"]))
    return Summary("", "", *title)


class Folds(SphinxPostTransform):
    default_priority = 100  # once the buttons are in the cells, and before others fold these
    builders = ("html",)

    def run(self, **kwargs):
        for section in self.document.findall(nodes.section):
            if "exercises" in section["ids"]:
                name_tasks(section)
        for node in list(self.document.findall(is_folded)):
            self.fold(node)

    def fold(self, node):
        title, parent = title_of(node), node.parent
        text = "".join(part.astext() for part in title)
        above, exercise = parent[parent.index(node) - 1], exercise_of(node)
        if is_code(node) and node["hide_mode"] == "input":
            source = node[0]
            node.replace(source, Fold("", summary(title, exercise, node.get("number")), source))
            del node["hide_mode"]
        elif exercise and text in (SOLUTION, MEANING) and SOLVES in above.get("classes", ()):
            parent.remove(node)
            above += self.parts(node)
        else:
            # The place is taken before what stands there moves.
            fold = Fold("", summary(title, exercise), classes=[SOLVES] * (text == SOLUTION))
            node.replace_self(fold)
            fold += self.parts(node)

    def parts(self, node):
        """What opens: a cell as it is, and the contents of a box, below what they are part of."""
        if is_code(node):
            del node["hide_mode"]
            return [node]
        return node[:] if node[0].astext() == MEANING else node[1:]


def name_tasks(section):
    for node in section:
        found = isinstance(node, nodes.paragraph) and TASK.match(node.astext())
        if found:
            title = next(node.findall(nodes.strong))
            number = found[1]
            title.replace_self(Task("", "", *title, number=number, ids=[f"exercise-{number}"]))


def visit_task(self, node):
    self.body.append(self.starttag(node, "strong", "", role="heading", **{"aria-level": 3}))


def depart_task(self, node):
    (anchor,) = node["ids"]
    self.body.append(
        f'</strong><a class="headerlink" href="#{anchor}" '
        f'title="Link to exercise {node["number"]}">#</a>'
    )


def visit_fold(self, node):
    self.body.append(self.starttag(node, "details", CLASS="fold"))


def depart_fold(self, node):
    self.body.append("</div>\n</details>\n")


def visit_summary(self, node):
    self.body.append("<summary>")


def depart_summary(self, node):
    self.body.append('</summary>\n<div class="fold-content">\n')


def setup(app):
    app.add_node(Task, html=(visit_task, depart_task))
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_node(Summary, html=(visit_summary, depart_summary))
    app.add_post_transform(Folds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
