"""Grades the LMS refused: tried once more by night, for two weeks, as long as the student is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from graded_column import Column
from lti_tool.flows import reading_gradebook, resending, syncing_roster
from lti_tool.store.pages import install_health
from lti_tool.store.tables import EnrolmentRow
from road import Road, open_road, utc_now


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """A practice LMS with the tool installed, shared by this file."""
    with open_road(tmp_path_factory.mktemp("road"), http_timeout_seconds=3.0) as road:
        yield road.install()


@pytest.fixture
def column(installed: Road) -> Iterator[Column]:
    """A column of its own for each test."""
    yield Column(installed)
    installed.lms.behave()


def night(column: Column, days: float) -> None:
    """A night so many days from now takes up what was given up, and a worker carries it."""
    resending.take_up_failed(column.road.db, utc_now() + timedelta(days=days))
    column.deliver(later=timedelta(days=days, seconds=1))


def test_a_grade_that_was_given_up_is_tried_once_more_every_night(column: Column) -> None:
    """Who opens a locked column again, or enrols a student, expects the grade to come."""
    column.promise(0.5)
    column.road.lms.lock(column.column_id)
    try:
        assert column.deliver() == ["failed"]
        for days in (1, 2):
            night(column, days)
            assert column.row().state == "failed"
            assert "locked" in column.row().problem
    finally:
        column.road.lms.lock(column.column_id, locked=False)
    night(column, 3)
    assert column.row().state == "sent"
    assert column.shown() == pytest.approx(5)
    assert len(column.arrived()) == 1


def test_after_two_weeks_a_grade_that_was_given_up_waits_for_the_teacher(column: Column) -> None:
    column.promise(0.5)
    column.road.lms.lock(column.column_id)
    try:
        assert column.deliver() == ["failed"]
    finally:
        column.road.lms.lock(column.column_id, locked=False)
    night(column, resending.NIGHTS + 1)
    assert column.row().state == "failed"
    with column.road.db.writing() as session:
        assert resending.resend(session, column.teacher(), None, utc_now()) == 1
    assert column.deliver(later=timedelta(seconds=5)) == ["sent"]


def test_nobody_knocks_at_night_for_those_who_left(column: Column) -> None:
    column.promise(0.5)
    column.road.lms.change_person("student-1", status="Removed")
    try:
        assert column.deliver() == ["failed"]
        syncing_roster.sync(column.road.border, column.teacher().course_id or 0, utc_now())
        night(column, 1)
        assert column.row().state == "failed"
        assert column.row().attempts == 1
    finally:
        column.road.lms.change_person("student-1", status="Active")
    syncing_roster.sync(column.road.border, column.teacher().course_id or 0, utc_now())
    night(column, 2)
    assert column.row().state == "sent"


def test_a_teacher_who_looked_on_as_a_student_is_nobodys_trouble(column: Column) -> None:
    """Their answers made a grade that no gradebook can show, and no page of ours lists them."""
    column.promise(0.5)
    column.road.lms.change_person("student-1", status="Removed")
    try:
        assert column.deliver() == ["failed"]
    finally:
        column.road.lms.change_person("student-1", status="Active")
    as_what(column, "teacher")
    assert failed(column) == 0
    night(column, 1)
    assert column.row().state == "failed"
    as_what(column, "student")
    assert failed(column) == 1


def as_what(column: Column, role: str) -> None:
    with column.road.db.writing() as session:
        session.query(EnrolmentRow).filter_by(person_id=column.student.id).one().role = role


def failed(column: Column) -> int:
    """How many failed grades the doctor speaks of."""
    with column.road.db.reading() as session:
        facts = install_health.load(session, column.teacher().registration_id, None, utc_now())
    assert facts is not None
    return facts.grades.get("failed", 0)


def test_nothing_is_missing_of_somebody_who_left_with_their_row(column: Column) -> None:
    """A course is reset for the next class: those of the last one are gone, and so are their grades."""
    column.promise(0.5)
    assert column.deliver() == ["sent"]
    column.road.lms.change_person("student-1", status="Removed")
    column.road.lms.reset_grades()
    try:
        syncing_roster.sync(column.road.border, column.teacher().course_id or 0, utc_now())
        read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
        assert read.missing == 0
        assert (column.row().state, column.row().seen_value) == ("sent", None)
    finally:
        column.road.lms.change_person("student-1", status="Active")
    syncing_roster.sync(column.road.border, column.teacher().course_id or 0, utc_now())
    assert reading_gradebook.read_results(column.road.border, column.placement.id, utc_now()).missing == 1
    assert column.deliver(later=timedelta(seconds=5)) == ["sent"]
    assert column.shown() == pytest.approx(5)
