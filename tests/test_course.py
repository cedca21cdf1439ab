"""What a teacher plans with: the map of the course and the plans hold together."""

import re
from copy import deepcopy

import pytest

import course_map as course
from course_map import LECTURE, Lecture, exercises, plans, sections
from shared import MESSAGE

TOLD = {section.place for section in sections().values() if not section.waits}
LECTURES = [
    pytest.param(lecture, id=f"{name}-{number}")
    for name, (_, lectures) in plans().items() for number, lecture in enumerate(lectures, start=1)
]  # fmt: skip
STEPS = "See teaching/course.toml."


def places_of(lectures):
    return [place for lecture in lectures for place in lecture.tells]


def test_every_objective_is_tested_and_every_exercise_tests_one():
    tested = {number for section in sections().values() for number in section.exercises}
    assert tested == exercises().keys(), STEPS
    untested = [one.place for one in sections().values() if not (one.exercises or one.question)]
    assert untested == [], f"expected an exercise or a guess that tests each objective. {STEPS}"


@pytest.mark.parametrize("section", sections().values(), ids=lambda section: section.place)
def test_a_section_says_what_can_be_done_and_on_what_it_builds(section):
    assert re.fullmatch(r"[a-z].*[^.]", section.can), f"{section.place}: {section.can!r}. {STEPS}"
    assert section.stuck == "" or section.stuck[-1] in '.?!"', f"{section.place}. {STEPS}"
    stated = course.data()["sections"][section.page][section.anchor].get("needs", [])
    earlier = list(sections())[: list(sections()).index(section.place)]
    assert set(stated) <= set(earlier), (
        f"{section.place}: expected earlier sections; found {sorted(set(stated) - set(earlier))}. "
        + STEPS
    )


def test_every_section_of_the_path_stands_in_a_plan_and_the_course_has_all_of_them():
    for name, (_, lectures) in plans().items():
        assert len(set(places_of(lectures))) == len(places_of(lectures)), f"{name}: one place twice"
    _, lectures = plans()["course"]
    assert TOLD - set(places_of(lectures)) == set(), f"expected all in plans.course. {STEPS}"
    for lecture in lectures:
        set_ = lecture.works + lecture.homework
        assert len(set(set_)) == len(set_), lecture.title


@pytest.mark.parametrize("name", plans())
def test_an_exercise_comes_when_its_chapter_has_told_what_it_tests(name):
    _, lectures = plans()[name]
    told = {}
    for number, lecture in enumerate(lectures):
        told |= {section.place: number for section, alone, _ in lecture.steps() if not alone}
    for number, lecture in enumerate(lectures):
        for task in lecture.works + lecture.homework:
            tested = [told[place] for place, section in sections().items()
                      if task in section.exercises and place in told
                      and section.page == exercises()[task].page]  # fmt: skip
            assert tested and max(tested) <= number, (
                f"{name}, {lecture.title}: expected {task} in a later lecture, or its sections in "
                f"this one or before. {STEPS}"
            )


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_lecture_has_room_for_questions(lecture):
    assert LECTURE / 2 <= lecture.minutes <= LECTURE - 5, (
        f"{lecture.title}: expected at most {LECTURE} minutes with five for questions; found "
        f"{lecture.minutes:.0f}. {STEPS}"
    )


@pytest.mark.parametrize("named", [
    lambda: plans()["corse"], lambda: Lecture("", [], works=["5.29"]).minutes,
    lambda: list(Lecture("", ["figure of 03-forward#h"]).steps()),
])  # fmt: skip
def test_a_name_that_nothing_in_the_book_has_is_refused(named):
    with pytest.raises(LookupError) as caught:
        named()
    assert MESSAGE.fullmatch(str(caught.value))


def test_what_nobody_reads_of_a_section_is_refused(monkeypatch):
    data = deepcopy(course.data())
    data["sections"]["01-see-it-work"]["the-digits"]["stucks"] = "Here."
    monkeypatch.setattr(course, "data", lambda: data)
    with pytest.raises(LookupError, match="stucks") as caught:
        sections.__wrapped__()
    assert MESSAGE.fullmatch(str(caught.value))
