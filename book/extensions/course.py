"""Fills the pages for teachers with what scripts/course_map.py knows: the map, and the plans.

`{course-map}` is every section, chapter by chapter, and `{plan} NAME` the timetables of a plan.
Links to exercises, guesses and figures in a state are made where these are: on the web pages.
"""

import re
import sys
from itertools import accumulate
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

from extensions.exercises import Guess

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

import course_map as course  # noqa: E402
import reading_time  # noqa: E402
from reading_time import chapters, minutes  # noqa: E402

PLACE = re.compile(r"(.+) <([^#]+)#(.+)>")
GUESS = "guess in "


class Place(nodes.inline):
    """A link to what only a web page has: the page, and the fragment that leads there."""


class At(SphinxRole):
    """{at}`text <page#fragment>`; the fragment is an id, or GUESS and the anchor of a section."""

    def run(self):
        text, page, fragment = PLACE.fullmatch(self.text).groups()
        return [Place("", text, page=f"book/{page}", fragment=fragment)], []


class Places(SphinxPostTransform):
    default_priority = 5

    def run(self, **kwargs):
        for place in list(self.document.findall(Place)):
            place.replace_self(self.link(**place.attributes, text=place.astext()))

    def link(self, page, fragment, text, **others):
        if self.app.builder.name != "html":
            return nodes.Text(text)
        if fragment.startswith(GUESS):
            fragment = self.guess_in(page, fragment.removeprefix(GUESS))
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        return nodes.reference("", text, refuri=f"{address}#{fragment}")

    def guess_in(self, page, anchor):
        """The id of the box of the first guess in a section."""
        for section in self.env.get_doctree(page).findall(nodes.section):
            if course.slug(section[0].astext()) == anchor:
                return next(section.findall(Guess)).parent["ids"][0]
        raise ExtensionError(
            f"{self.env.docname}: expected a guess in the section {anchor} of {page}; found none. "
            "Name another section."
        )


def at(text, page, fragment):
    return f"{{at}}`{text} <{page}#{fragment}>`"


def link(section, text):
    return f"[{text}]({section.page}.ipynb#{section.anchor})"


def full_name(section):
    return link(section, f"{section.number} {section.title}")


def exercises(numbers):
    parts = [course.exercises()[number] for number in numbers]
    listed = ", ".join(at(part.number, part.page, part.anchor) for part in parts)
    return f"exercise{'s' * (len(parts) > 1)} {listed}"


def in_minutes(number):
    return f"{max(1, round(number))} min"


def entry(section):
    """The paragraphs about a section in the map."""
    waits = ", can wait" * section.waits
    taken = in_minutes(minutes(section.told))
    yield f"**{full_name(section)}**, {taken}{waits}. You can {section.can}."
    tests = [exercises(section.exercises)] if section.exercises else []
    if section.question:
        tests.append(at("the guess in it", section.page, GUESS + section.anchor))
    builds = [course.sections()[place] for place in section.needs]
    on = f" Builds on {', '.join(link(one, one.number) for one in builds)}." if builds else ""
    yield f"Tested by {' and '.join(tests)}.{on}"
    if section.stuck:
        yield f"*Where they get stuck.* {section.stuck}"


def about_exercises(page):
    for task in course.exercises().values():
        if task.page == page:
            name = at(f"{task.number} {task.title}", page, task.anchor)
            yield f"{name}, {in_minutes(minutes(task.whole))}{', judged' * task.judged}"


def whole_map():
    for path in chapters():
        yield f"## {course.parts_of(path)[0]}\n"
        for section in course.sections().values():
            if section.page == path.stem:
                yield "- " + "\n\n  ".join(entry(section)) + "\n"
        yield f"Exercises: {'; '.join(about_exercises(path.stem))}.\n"


def to_do(section, alone):
    """What a lecture does with a section: the sentences of its row."""
    if alone:
        yield f"The figure of {full_name(section)}."
    else:
        yield f"{full_name(section)}: {section.can}."
        if section.question:
            yield f"{at('Ask', section.page, GUESS + section.anchor)}: {section.question}"
    for fragment, words in section.figures.items():
        large = f"{fragment}{'&' if '?' in fragment else '?'}screen"
        yield f"{at('On the screen', section.page, large)}: {words}"


def timetable(lecture):
    """Its rows, each with the minute at which it begins."""
    rows = [(taken, " ".join(to_do(section, alone))) for section, alone, taken in lecture.steps()]
    if lecture.works:
        words = f"The room works on {exercises(lecture.works)}."
        rows.append((course.time_of(lecture.works), words))
    begins = accumulate((taken for taken, _ in rows), initial=0)
    yield "| minute | what is told, asked and shown |\n|---:|---|"
    for begin, (_, words) in zip(begins, rows):
        yield f"| {begin:.0f} | {words.replace('|', '&#124;')} |"


def whole_plan(name):
    _, lectures = course.plans()[name]
    for number, lecture in enumerate(lectures, start=1):
        yield f"### {number}. {lecture.title}\n" if len(lectures) > 1 else ""
        yield from timetable(lecture)
        yield f"\n{lecture.minutes:.0f} of {course.LECTURE} minutes."
        if lecture.homework:
            taken = in_minutes(course.time_of(lecture.homework))
            yield f"At home: {exercises(lecture.homework)}, {taken}.\n"


class FromCourse(SphinxDirective):
    """Text that course_map.py has the words for, read as if it stood in the page."""

    def run(self):
        for path in (course.DATA, course.__file__, reading_time.__file__, *chapters()):
            self.env.note_dependency(str(path))
        try:
            text = "\n".join(self.lines())
        except LookupError as error:
            raise ExtensionError(f"{self.env.docname}: {error}") from None
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class CourseMap(FromCourse):
    def lines(self):
        return whole_map()


class Plan(FromCourse):
    required_arguments = 1

    def lines(self):
        return whole_plan(*self.arguments)

    def run(self):
        found = super().run()
        for table in (one for node in found for one in node.findall(nodes.table)):
            table["classes"] += ["longtable", "colwidths-given"]  # on paper it may break
            for column, width in zip(table.findall(nodes.colspec), (12, 88)):
                column["colwidth"] = width
        return found


def setup(app):
    app.add_role("at", At())
    app.add_directive("course-map", CourseMap)
    app.add_directive("plan", Plan)
    app.add_post_transform(Places)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
