"""What a teacher plans with: every section of the book, every exercise, and three plans.

    python scripts/course_map.py    the minutes of each lecture of each plan

What only people know stands in teaching/course.toml: what one can do after a section, which
exercises test it, where students get stuck, and the plans. The rest is read from the notebooks: the
numbers and titles, the minutes by the formula of reading_time.py, and what a section needs, from
the equations and the sections that it refers to.

A section takes as long to tell as to read: a speaker has about two thirds of the 180 words a minute
of the formula, and leaves a third of the words to the page. No class has measured this yet.
"""

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from reading_time import MINUTES, ROOT, chapters, minutes, parts, read

DATA = ROOT / "teaching" / "course.toml"
# These repeat what the others teach, or lead elsewhere.
APART = {"What you can now check", "Exercises", "Looking back", "Where to read on"}
LECTURE = 90  # minutes
ASKED = 2  # minutes for a guess of the whole room, in place of those of one reader
JUDGED = re.compile(r"^(<!-- answer: |judge\()", re.MULTILINE)
QUESTION = re.compile(r"(?<=\n)[^\n]*?\?(?=.*\n\n<!-- guess)")
LINK = re.compile(r"\]\(([^)\s]*)#([^)\s]+)\)")
FIGURE = "figure of "
SAID = ("can", "exercises", "needs", "stuck", "figures")  # of a section, in DATA


class Named(dict):
    """What DATA names. Raises LookupError for a name that nothing has."""

    def __missing__(self, name):
        raise LookupError(
            f"expected in {DATA.relative_to(ROOT)} what is in the book, such as "
            f"{' or '.join(get_close_matches(name, self) or self)}; found {name}. Name that."
        )


@dataclass(eq=False)
class Part:
    """A section with all that is below its heading, or an exercise."""

    page: str  #: 03-forward-propagation
    anchor: str  #: its slug, or exercise-2
    own: int  #: its number in the chapter
    title: str
    path: Counter = field(default_factory=Counter)  #: as reading_time counts it
    whole: Counter = field(default_factory=Counter)
    judged: bool = False  #: an exercise of which the book can judge something

    @property
    def place(self):
        return f"{self.page}#{self.anchor}"

    @property
    def number(self):
        return f"{int(self.page[:2])}.{self.own}"


@dataclass(eq=False)
class Section(Part):
    """A section, with what is known of it."""

    waits: bool = False
    needs: list[str] = field(default_factory=list)  #: the places of earlier sections
    question: str = ""  #: what its first guess asks
    can: str = ""  #: what one can do after it, to stand behind "You can"
    exercises: list[str] = field(default_factory=list)  #: the numbers of those that test this
    stuck: str = ""  #: where students get stuck, and what helps
    figures: dict[str, str] = field(default_factory=dict)  #: fragment -> what to do with it

    @property
    def told(self):
        """What a lecture tells of it: the path, or everything where all of it can wait."""
        return self.whole if self.waits else self.path

    @property
    def minutes(self):
        """Of telling it, with its guesses asked of the room and its figures on the screen."""
        asked = self.told["predicts"] * (ASKED - MINUTES["predicts"])
        screen = (len(self.figures) - self.told["figures"]) * MINUTES["figures"]
        return minutes(self.told) + asked + screen


@dataclass
class Lecture:
    """What is told in 90 minutes, in this order, what the room works on, and what it takes home."""

    title: str
    tells: list[str]  #: places; "figure of " and a place for its figures alone
    works: list[str] = field(default_factory=list)  #: exercises
    homework: list[str] = field(default_factory=list)

    def steps(self):
        """Of all that is told: the Section, whether its figures alone are shown, the minutes."""
        for name in self.tells:
            section, alone = sections()[name.removeprefix(FIGURE)], name.startswith(FIGURE)
            yield section, alone, (
                len(section.figures) * MINUTES["figures"] if alone else section.minutes
            )

    @property
    def minutes(self):
        return sum(taken for *_, taken in self.steps()) + time_of(self.works)


def time_of(numbers):
    """The minutes for these exercises, with reading their solutions."""
    return sum(minutes(exercises()[number].whole) for number in numbers)


@cache
def data():
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def slug(title):
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@cache
def parts_of(path):
    """The title of a chapter, and its sections and exercises, in order, with what they count."""
    (top, *rest), found = read(path), []
    judged = {
        section.title for section, part, _ in parts(path)
        if JUDGED.search(getattr(part, "source", None) or getattr(part, "content", ""))
    }  # fmt: skip
    for one in rest:
        task = re.match(r"(\d+)\. (.*)", one.title)
        if one.level == 2:
            number = 1 + sum(isinstance(part, Section) for part in found)
            found.append(Section(path.stem, slug(one.title), number, one.title))
        elif task:
            found.append(Part(path.stem, f"exercise-{task[1]}", int(task[1]), task[2]))
            found[-1].judged = one.title in judged
        found[-1].path += one.path
        found[-1].whole += one.whole
    return top.title, found


def all_parts():
    return [part for path in chapters() for part in parts_of(path)[1]]


@cache
def exercises():
    """Every exercise, by its number, 5.2 for the second of chapter 5."""
    return Named({part.number: part for part in all_parts() if not isinstance(part, Section)})


@cache
def sections():
    """Every section that teaches something, by its place, page#slug.

    Raises LookupError where teaching/course.toml and the notebooks do not name the same ones.
    """
    found = Named({
        part.place: part for part in all_parts()
        if isinstance(part, Section) and part.title not in APART
    })  # fmt: skip
    said = {
        f"{page}#{anchor}": about
        for page, anchors in data()["sections"].items() for anchor, about in anchors.items()
    }  # fmt: skip
    if found.keys() != said.keys():
        raise LookupError(
            f"expected the sections of the chapters in {DATA.relative_to(ROOT)}; found none of "
            f"{sorted(found.keys() - said.keys())}, and beside them "
            f"{sorted(said.keys() - found.keys())}. Write there what one can do after each."
        )
    prose, waiting = prose_of_sections()
    homes = {name: place for place, tokens in prose.items() for token, _ in tokens
             for name in [token.info] if token.type == "math_block_label"}  # fmt: skip
    for place, section in found.items():
        section.waits = place in waiting
        for name, value in said[place].items():
            if name not in SAID:
                raise LookupError(
                    f"expected {', '.join(SAID)} of {place} in {DATA.relative_to(ROOT)}; found "
                    f"{name}. Write it as in its first lines."
                )
            setattr(section, name, value)
        told = "\n".join(token.content for token, waits in prose[place] if section.waits >= waits)
        section.question = (QUESTION.search(told) or [""])[0]
        links = {homes.get(name, f"{page.partition('.')[0] or section.page}#{name}")
                 for page, name in LINK.findall(told)}  # fmt: skip
        before = list(found)[: list(found).index(place)]
        section.needs = [one for one in before if one in links or one in section.needs]
    return found


def prose_of_sections():
    """The Markdown of each section, as tokens with whether they can wait; and which wait whole."""
    prose, waiting = defaultdict(list), set()
    for path in chapters():
        for section, token, waits in parts(path):
            if getattr(token, "tag", "") == "h2":
                place = f"{path.stem}#{slug(section.title)}"
            elif section.level > 1 and hasattr(token, "content"):
                if token.info == "{admonition} Can wait" and section.level == 2:
                    waiting.add(place)
                if not token.info.startswith("{dropdown}"):
                    prose[place].append((token, waits))
    return prose, waiting


@cache
def plans():
    """The plans, by their names: their titles, and their Lectures."""
    return Named({
        name: (plan["title"], [Lecture(**lecture) for lecture in plan["lectures"]])
        for name, plan in data()["plans"].items()
    })  # fmt: skip


def main():
    for title, lectures in plans().values():
        print(title)
        for number, lecture in enumerate(lectures, start=1):
            home = f", homework {time_of(lecture.homework):.0f}" if lecture.homework else ""
            print(f"  {number:2d}. {lecture.title}: {lecture.minutes:.0f} minutes{home}")


if __name__ == "__main__":
    main()
