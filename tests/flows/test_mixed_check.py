"""A mixed check in the product: offered, taken question by question, counted, and shown."""

from __future__ import annotations

import pytest

from clock import Clock
from learner import Learner
from lti_tool.flows import studying
from lti_tool.learning.evidence import Source
from lti_tool.learning.mixed_check import MIXED_CHECK
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.store import courses, evidence
from lti_tool.store.database import Database
from lti_tool.store.pages import learner_detail
from school import School, new_school


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """A class whose teacher asks for a mixed check."""
    return new_school(database, clock(), rule=MasteryRule(rule=Streak(n=3), mixed_check=2))


@pytest.fixture
def learner(school: School, clock: Clock) -> Learner:
    return Learner(school, school.student, clock)


def until_the_check(learner: Learner) -> None:
    """Work until a mixed check is on offer, and open it."""
    learner.start()
    for _ in range(20):
        home = learner.home()
        step = next((one for one in home.steps if one.activity == MIXED_CHECK), home.current or home.steps[0])
        with learner.school.db.writing() as session:
            studying.choose(session, learner.visit, step.activity, learner.clock())
        if step.activity == MIXED_CHECK:
            return
        while (page := learner.page()) and page.item and not (page.item.last and not page.item.last.can_retry):
            learner.answer()
            learner.advance()
        learner.finish()
    raise AssertionError("no mixed check was offered")


def test_all_right_answers_lead_through_mixed_checks_to_mastery(learner: Learner) -> None:
    learner.start()
    learner.work_through(60)
    home = learner.home()
    assert home.mastered == len(home.skills)


def test_a_check_says_what_it_is_and_gives_no_hints(school: School, learner: Learner) -> None:
    until_the_check(learner)
    page = learner.page()
    assert page is not None
    assert page.title == "Mixed check"
    assert page.planned == 6
    assert page.skill is None
    assert page.item is not None
    assert page.item.hints_left == 0
    with school.db.writing() as session:
        studying.reveal_hint(session, learner.visit, page.item.item.id, learner.clock())
    assert learner.page().item.hints == ()  # type: ignore[union-attr]


def test_answers_of_a_check_are_evidence_of_a_mixed_check(school: School, learner: Learner) -> None:
    until_the_check(learner)
    skills = []
    for _ in range(2):
        skills.append(learner.question().skills[0])
        learner.answer()
        learner.advance()
    assert skills[0] != skills[1]
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        rows = evidence.history(session, row.course_id, learner.visit.person_id, skills[0], "fractions-3-6")
        assert rows[-1].source is Source.CHALLENGE
        shown = learner_detail.load(session, school.teacher, learner.visit.person_id, learner.clock())
    assert shown is not None
    assert shown.timeline.entries[0].source == "challenge"
