"""A teacher who puts an activity first hears who can have it, who has to wait, and for what."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from classroom import skills_of
from clock import Clock
from lti_tool.flows import arranging
from lti_tool.learning.activities import Modality
from lti_tool.learning.ids import ActivityId
from lti_tool.learning.playlist import Wishes
from lti_tool.learning.profile import Accommodations, LearnerPlan
from lti_tool.store.database import Database
from lti_tool.store.pages import plan_pages
from school import School, new_school, record
from web.visits import Enter

PIN = ActivityId("unit-fractions-practice-more")
"""Practice for the second skill, which rests on the first."""
NAMES = "Ada Reyes, Ben Osei"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def said(page: str) -> str:
    """What stands about activities put first."""
    found = re.search(r'<ul class="needs told">.*?</ul>', page, re.DOTALL)
    return words(found[0]) if found else ""


@pytest.fixture
def _pinned(school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        arranging.arrange_class(session, school.teacher, Wishes(pins=(PIN,)), clock())


@pytest.mark.usefixtures("_pinned")
def test_the_class_plan_says_who_waits_and_for_what(enter: Enter, school: School, clock: Clock) -> None:
    told = said(enter("teacher").text("plan"))
    assert f"First “Equal parts”, and they are led there: {NAMES}." in told
    record(school, school.student, skills_of(school)[0], "RRRRR", clock())
    told = said(enter("teacher").text("plan"))
    assert "1 student can do it now." in told
    assert "First “Equal parts”, and they are led there: Ben Osei." in told


@pytest.mark.usefixtures("_pinned")
def test_the_student_is_led_there_and_told_why(enter: Enter, school: School, clock: Clock) -> None:
    student = enter()
    student.send("welcome", skip="1")
    home = words(student.send("assessment/skip").text)
    assert "Your teacher has chosen “Compare unit fractions” for you. “Equal parts” leads there." in home
    record(school, school.student, skills_of(school)[0], "RRRRR", clock())
    assert "Your teacher has chosen this for you." in words(student.text())


@pytest.mark.usefixtures("_pinned")
def test_what_keeps_a_pin_from_somebody_is_named(enter: Enter, school: School, clock: Clock) -> None:
    ada, ben = (visit.person_id for visit in school.students)
    with school.db.writing() as session:
        arranging.plan_for(session, school.teacher, ada, LearnerPlan(blocks=(PIN,)), clock())
        excused = LearnerPlan(excused=skills_of(school)[:2], note="Agreed.")
        arranging.plan_for(session, school.teacher, ben, excused, clock())
    told = said(enter("teacher").text("plan"))
    assert "Not offered, as it is left out for them: Ada Reyes." in told
    assert "1 does not need it now." in told


def test_a_form_set_aside_is_named(enter: Enter, school: School, clock: Clock) -> None:
    reading = ActivityId("equal-parts-explain")
    with school.db.writing() as session:
        arranging.arrange_class(session, school.teacher, Wishes(pins=(reading,)), clock())
        spared = Accommodations(avoid_modalities=(Modality.EXPLANATION,))
        arranging.accommodate(session, school.teacher, school.student.person_id, spared, clock())
    told = said(enter("teacher").text("plan"))
    assert "1 student can do it now." in told
    assert "Not offered, as this form is set aside for them: Ada Reyes." in told


def test_a_pin_of_a_paused_skill_is_said_to_reach_nobody(enter: Enter, school: School, clock: Clock) -> None:
    wanted = Wishes(pins=(PIN,), blocked_skills=skills_of(school)[1:2])
    with school.db.writing() as session:
        arranging.arrange_class(session, school.teacher, wanted, clock())
    told = said(enter("teacher").text("plan"))
    assert "Nobody gets it, as this is paused in the plan: “One part: unit fractions”." in told
    assert "led there" not in told


def test_without_pins_nothing_is_said(enter: Enter) -> None:
    assert said(enter("teacher").text("plan")) == ""


def test_a_pin_for_one_student_says_the_same_on_their_page(enter: Enter, school: School, clock: Clock) -> None:
    place = f"learner/{school.student.person_id}/arrangements"
    with school.db.writing() as session:
        plan = LearnerPlan(pins=(PIN,))
        arranging.plan_for(session, school.teacher, school.student.person_id, plan, clock())
    assert "First “Equal parts”; next steps lead there." in said(enter("teacher").text(place))
    record(school, school.student, skills_of(school)[0], "RRRRR", clock())
    assert "It is offered now." in said(enter("teacher").text(place))
    assert said(enter("teacher").text("plan")) == "", "it is no matter of the class"


def test_two_students_of_one_name_are_both_told_of(database: Database, clock: Clock) -> None:
    school = new_school(database, clock(), students=60)
    with database.writing() as session:
        arranging.arrange_class(session, school.teacher, Wishes(pins=(PIN,)), clock())
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with database.reading() as session:
        page = plan_pages.class_plan(session, school.teacher, clock())
    assert page is not None
    (told,) = (str(phrase) for pin in page.pins for phrase in pin.told)
    assert "Ada Reyes and 56 more." in told
    assert sum(not text.startswith(("BEGIN", "PRAGMA")) for text in seen) <= 10, "however many they are"
