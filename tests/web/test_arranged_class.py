"""What a teacher arranged for one student shows alike in the class, in groups and on the student's pages."""

from __future__ import annotations

import pytest

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from lti_tool.flows import arranging
from lti_tool.learning.profile import LearnerPlan
from lti_tool.learning.rules import MasteryRule, Streak
from school import School
from web.visits import Enter

IN_VAIN = "The last 8 tries were all wrong."


@pytest.fixture(autouse=True)
def _stuck(school: School, clock: Clock) -> None:
    """Both students try the first skill in vain."""
    for visit in school.students:
        practise(school, visit, skills_of(school)[0], "WWWWWWWW", clock())
    judge_everybody(school, clock.pass_by(hours=1))


def plan(school: School, clock: Clock, wanted: LearnerPlan) -> None:
    with school.db.writing() as session:
        arranging.plan_for(session, school.teacher, school.student.person_id, wanted, clock())


def needs(page: str) -> str:
    return page.partition('id="needs"')[2].partition("</section>")[0]


def test_nobody_needs_the_teacher_for_what_is_not_asked_of_them(enter: Enter, school: School, clock: Clock) -> None:
    assert "Ada Reyes" in needs(enter("teacher").text())
    plan(school, clock, LearnerPlan(excused=skills_of(school)[:1], note="Agreed with the parents."))
    stuck = needs(enter("teacher").text()).partition("Ada Reyes")[2].partition("</li>")[0]
    assert "Stuck" not in stuck
    assert "Ben Osei" in needs(enter("teacher").text())
    assert IN_VAIN not in enter("teacher").text("groups").partition("Ada Reyes")[2].partition("</li>")[0]


def test_a_goal_of_ones_own_is_not_told_to_the_class(enter: Enter, school: School, clock: Clock) -> None:
    plan(school, clock, LearnerPlan(rule=MasteryRule(rule=Streak(n=2)), note="Agreed with the parents."))
    for path in ("", "groups"):
        page = enter("teacher").text(path)
        assert page.count(IN_VAIN) == 2
        assert "goal set for this learner" not in page
    assert "Judged by a goal set for this learner." in enter("teacher").text(f"learner/{school.student.person_id}")
