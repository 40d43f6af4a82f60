"""Stuck, ahead, due for review: each is said to the student and to the teacher, in words of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from clock import Clock
from learner import Learner
from lti_tool.app import create_app
from lti_tool.flows import studying
from lti_tool.learning.rules import PRESETS
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.web.house import house, move_in
from school import School, new_school, record
from web.visits import Browser, Enter

FIRST, SECOND, THIRD, FOURTH = "equal-parts", "unit-fractions", "build-fractions", "number-line"


@pytest.fixture
def student(learner: Learner, enter: Enter) -> Browser:
    """The first student, past the first questions."""
    learner.start()
    return enter()


def words(page: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_six_wrong_answers_in_a_row_and_the_teacher_knows_why(
    school: School, student: Browser, enter: Enter, clock: Clock
) -> None:
    record(school, school.student, FIRST, "WWWWW", clock())
    assert "Stuck" not in words(enter("teacher").text("class"))
    record(school, school.student, FIRST, "W", clock.pass_by(minutes=6))
    told = words(enter("teacher").text("class"))
    needs = told[told.index("Needs you today") :]
    assert "Ada Reyes Stuck on “Equal parts”. The last 6 tries were all wrong." in needs
    assert needs.index("Ada Reyes") < needs.index("Ben Osei")


def test_six_wrong_tries_at_two_questions_are_heard_too(school: School, learner: Learner, enter: Enter) -> None:
    learner.start()
    learner.open_practice()
    for _ in range(6):
        if (page := learner.page()) and page.item and page.item.last and not page.item.last.can_retry:
            learner.advance()
        learner.wrong()
    assert "Stuck on" in words(enter("teacher").text("class"))


def test_who_is_stuck_is_offered_a_step_back_and_the_teacher_sees_it(
    school: School, student: Browser, enter: Enter, clock: Clock
) -> None:
    record(school, school.student, FIRST, "RRR", clock())
    record(school, school.student, SECOND, "WWWWWW", clock.pass_by(minutes=5))
    clock.pass_by(minutes=10)
    mine = words(student.text())
    assert "Step back" in mine
    assert re.search(r"A step back to “Equal parts” makes “[^”]+” easier\.", mine)
    assert "Stuck" not in mine
    theirs = words(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert "Stuck" in theirs
    assert "Step back" in theirs


def test_who_is_ahead_is_offered_more(school: School, student: Browser, enter: Enter, clock: Clock) -> None:
    for skill in (FIRST, SECOND, THIRD):
        record(school, school.student, skill, "RRRR", clock())
        clock.pass_by(minutes=5)
    record(school, school.student, FOURTH, "RRRR", clock())
    clock.pass_by(minutes=5)
    mine = words(student.text())
    assert "You have mastered everything here." in mine
    assert "Go further" in mine
    assert "Go further" in words(enter("teacher").text(f"learner/{school.student.person_id}"))


def test_mastered_and_due_for_review_are_two_statements(
    school: School, student: Browser, enter: Enter, clock: Clock
) -> None:
    record(school, school.student, FIRST, "RRR", clock())
    clock.pass_by(days=1)
    assert "Due for review" not in words(student.text())
    clock.pass_by(days=60)
    mine = words(student.text())
    assert "Due for review" in mine
    assert "Mastered" in mine
    assert "A quick look keeps it fresh." in mine
    theirs = words(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert "Due for review Mastered" in theirs
    assert "Due for review since" in theirs
    assert "Mastered Due for review" in words(enter("teacher").text("class"))


def test_who_has_mastered_everything_reads_when_to_come_back(
    school: School, student: Browser, learner: Learner, clock: Clock
) -> None:
    learner.work_through()
    while steps := learner.home().steps:  # What goes further is there once.
        with school.db.writing() as session:
            studying.choose(session, school.student, steps[0].activity, clock())
        learner.finish()
    told = words(student.text())
    assert "You have mastered everything here. Well done! Come back from " in told
    assert "on: a few questions then keep it fresh." in told
    clock.pass_by(days=60)
    assert "Come back from" not in words(student.text())
    assert "Due for review" in words(student.text())


def test_the_student_reads_about_how_many_more_right_answers_are_wanted(
    database: Database, settings: Settings, clock: Clock
) -> None:
    school = new_school(database, clock(), rule=PRESETS["sure"].rule)
    app = create_app(settings)
    with app.app_context():
        move_in(app, replace(house(), clock=clock))
    student = Browser(app, school, school.student)
    student.send("welcome", skip="1")
    student.send("assessment/skip")
    record(school, school.student, FIRST, "RWR", clock())
    clock.pass_by(minutes=5)
    assert re.search(r"Still missing: About \d+ more right answers", words(student.text()))
    assert re.search(r"Still missing: About \d+ more right answers", words(student.text("me")))
