"""A test copy of an LMS: everything can be tried there, and nothing is written to the real one."""

from __future__ import annotations

from dataclasses import replace

from clock import Clock
from learner import Learner
from lti_tool.flows import passing_back
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import outbox
from lti_tool.store.database import Database
from lti_tool.store.tables import ColumnRow, CourseRow, GradePromiseRow, RegistrationRow
from school import School, new_school

BETA = "https://canvas.beta.instructure.com"


def practised(school: School, clock: Clock, **details: bool) -> None:
    """The student answers, so that a grade is due."""
    learner = Learner(school, replace(school.student, details=details), clock)
    learner.start()
    learner.open_practice()
    learner.answer()


def test_a_grade_from_a_test_copy_never_leaves(database: Database, settings: Settings, clock: Clock) -> None:
    school = new_school(database, clock())
    with database.writing() as session:
        session.get_one(RegistrationRow, school.registration_id).issuer = BETA
        session.query(CourseRow).one().ags_scopes = []
        session.query(ColumnRow).one().line_item_url = "https://canvas.instructure.com/api/lti/line_items/1"
    practised(school, clock)
    clock.pass_by(hours=1)
    with database.writing() as session:
        due = outbox.claim_due(session, clock())
    assert due
    assert passing_back.deliver(Border(database, settings), due[0], clock()) == "failed"
    with database.reading() as session:
        assert "test copy" in session.query(GradePromiseRow).one().problem


def test_a_visit_from_a_test_copy_promises_no_grade(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())
    practised(school, clock, is_test_copy=True)
    with database.reading() as session:
        assert session.query(GradePromiseRow).count() == 0
