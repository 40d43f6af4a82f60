"""The minutes of a lesson on a student's page: what is left is kept to, and its end is said kindly."""

from __future__ import annotations

import re

import pytest

from clock import Clock
from learner import Learner
from lti_tool.flows import arranging
from lti_tool.learning.playlist import Wishes
from school import School
from web.visits import Browser, Enter

END = "Time to stop?"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def student(enter: Enter, school: School, clock: Clock) -> Browser:
    """The first student in a class whose lessons have twenty minutes, past the first questions."""
    with school.db.writing() as session:
        arranging.arrange_class(session, school.teacher, Wishes(minutes=20), clock())
    browser = enter()
    browser.send("welcome", skip="1")
    browser.send("assessment/skip")
    return browser


def work_for(student: Browser, learner: Learner, clock: Clock, minutes: int) -> None:
    student.send("choose", activity=learner.home().steps[0].activity)
    clock.pass_by(minutes=minutes)
    student.send("finish")


def test_the_end_of_a_lesson_is_said_with_a_way_to_stop_and_a_way_on(
    student: Browser, learner: Learner, clock: Clock
) -> None:
    work_for(student, learner, clock, 12)
    home = student.text()
    assert END not in home
    assert max(step.minutes for step in learner.home().steps) <= 8
    work_for(student, learner, clock, 7)
    home = student.text()
    assert END in home
    assert "About 1 minute of this lesson is left, and what comes next takes longer." in words(home)
    assert 'href="https://lms.example/course/5" target="_top"' in home
    work_for(student, learner, clock, 3)
    assert "The time of this lesson is used up." in words(student.text())


def test_the_next_lesson_begins_anew(student: Browser, learner: Learner, clock: Clock) -> None:
    work_for(student, learner, clock, 25)
    assert END in student.text()
    clock.pass_by(minutes=40)
    assert END not in student.text()


def test_first_questions_are_part_of_the_lesson(student: Browser, clock: Clock) -> None:
    clock.pass_by(minutes=60)
    student.send("assessment/repeat")
    clock.pass_by(minutes=19)
    student.send("assessment/skip")
    assert END in student.text()


def test_an_offer_stays_good_while_somebody_thinks_it_over(
    student: Browser, learner: Learner, clock: Clock
) -> None:
    work_for(student, learner, clock, 13)
    longest = max(learner.home().steps, key=lambda step: step.minutes)
    clock.pass_by(minutes=5)
    assert longest.activity not in {step.activity for step in learner.home().steps} or END in student.text()
    assert student.send("choose", activity=longest.activity).status_code == 200
    current = learner.home().current
    assert current is not None
    assert current.activity == longest.activity


def test_without_minutes_no_lesson_ever_ends(enter: Enter, learner: Learner, clock: Clock) -> None:
    learner.start()
    student = enter()
    work_for(student, learner, clock, 29)
    assert END not in student.text()
