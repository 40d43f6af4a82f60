"""What a launch and the first pages ask of the database: few statements, none of which reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select

from benchmarks.standing import LTI, MEMBER, Standing, come_in, stand
from lti_tool.settings import Settings
from lti_tool.store import grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.tables import (
    CourseRow,
    EnrolmentRow,
    GradePromiseRow,
    LaunchRow,
    PersonRow,
    PlacementRow,
    RegistrationRow,
)
from lti_tool.web.house import house

TEACHER = {f"{LTI}roles": [f"{MEMBER}Instructor"], "name": "Tom Teacher", "given_name": "", "family_name": ""}
Statement = tuple[str, Any]


@pytest.fixture
def standing(settings: Settings, database: Database) -> Standing:
    """A class at work. Everybody has been here before, and lately."""
    found = stand(settings, database, 2)
    come_in(found, "s0")
    come_in(found, "t", **TEACHER)
    return found


@contextmanager
def watched(standing: Standing) -> Iterator[list[Statement]]:
    """The statements that the application sends meanwhile."""
    with standing.app.app_context():
        engine = house().db.engine
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_launch_of_somebody_known_takes_six_statements(standing: Standing) -> None:
    for subject, more in (("s0", {}), ("t", TEACHER)):
        with watched(standing) as seen:
            come_in(standing, subject, **more)
        login, launch = seen[:2], seen[2:6]
        assert [text.split()[0] for text, _ in login] == ["SELECT", "INSERT"]
        assert [text.split()[0] for text, _ in launch] == ["DELETE", "SELECT", "SELECT", "INSERT"]
        assert all(text.startswith("SELECT") for text, _ in seen[6:])


@pytest.mark.parametrize("who", [{}, TEACHER], ids=["student", "teacher"])
def test_a_launch_of_a_newcomer_writes_them_down_and_takes_six_statements(
    standing: Standing, who: dict[str, Any]
) -> None:
    # The whole class is new on its first day.
    with watched(standing) as seen:
        come_in(standing, "new", **who)
    asked = [text.split()[0] for text, _ in seen]
    assert asked[:8] == ["SELECT", "INSERT", "DELETE", "SELECT", "SELECT", "INSERT", "INSERT", "INSERT"]
    assert all(text.startswith("SELECT") for text, _ in seen[8:])


def test_somebody_known_from_another_course_takes_five(standing: Standing, database: Database) -> None:
    with database.writing() as session:
        session.execute(delete(EnrolmentRow).where(EnrolmentRow.person_id == standing.school.students[0].person_id))
    with watched(standing) as seen:
        come_in(standing, "s0")
    assert [text.split()[0] for text, _ in seen[2:7]] == ["DELETE", "SELECT", "SELECT", "INSERT", "INSERT"]


def test_an_item_of_a_module_that_shares_its_link_takes_no_more(standing: Standing, database: Database) -> None:
    school = standing.school
    with database.reading() as session:
        row = session.scalars(select(PlacementRow).where(PlacementRow.id == school.placement_id)).one()
    shared = {
        f"{LTI}tool_platform": {"product_family_code": "canvas", "guid": "1", "name": "Hill School"},
        f"{LTI}resource_link": {"id": "course-5", "title": "Mathematics 5"},
        f"{LTI}custom": {"cairn_placement": row.key},
    }
    come_in(standing, "s1", **shared)
    for subject, asked in (("s1", ["INSERT"]), ("new", ["INSERT", "INSERT", "INSERT"])):
        with watched(standing) as seen:
            come_in(standing, subject, **shared)
        assert [text.split()[0] for text, _ in seen[2:][: 3 + len(asked)]] == ["DELETE", "SELECT", "SELECT", *asked]
        assert all(text.startswith("SELECT") for text, _ in seen[5 + len(asked) :])
        assert not list(_whole_tables(database, seen))
    with database.reading() as session:
        visited = session.scalars(select(LaunchRow).order_by(LaunchRow.created_at.desc()).limit(3)).all()
    assert {one.placement_id for one in visited} == {school.placement_id}


def test_a_students_first_page_takes_four_statements(standing: Standing) -> None:
    with watched(standing) as seen:
        come_in(standing, "s0")
    assert len(seen[6:]) <= 4


def test_a_class_page_takes_a_fixed_number(standing: Standing) -> None:
    with watched(standing) as seen:
        come_in(standing, "t", **TEACHER)
    assert len(seen[6:]) <= 12


def test_being_here_is_noted_every_ten_minutes(standing: Standing, database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        for row in session.scalars(select(EnrolmentRow)):
            row.last_visit_at = now - timedelta(hours=2)
        for registration in session.scalars(select(RegistrationRow)):
            registration.last_launch_at = now - timedelta(hours=2)
    with watched(standing) as seen:
        come_in(standing, "s0")
    assert sum(text.startswith("UPDATE") for text, _ in seen) == 2
    with database.reading() as session:
        visited = session.scalars(
            select(EnrolmentRow.last_visit_at)
            .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            .where(PersonRow.subject == "s0")
        ).one()
        assert visited is not None
        assert visited >= now - timedelta(minutes=1)
        assert session.scalars(select(RegistrationRow.last_launch_at)).one() >= now - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"name": "Ada Okoro"}, lambda s: s.scalar(select(PersonRow.name).where(PersonRow.subject == "s0"))),
        (
            {f"{LTI}context": {"id": "course-5", "title": "Mathematics 6"}},
            lambda s: s.scalar(select(CourseRow.title)),
        ),
        (
            {f"{LTI}roles": [f"{MEMBER}Instructor"]},
            lambda s: s.scalar(
                select(EnrolmentRow.role)
                .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
                .where(PersonRow.subject == "s0")
            ),
        ),
    ],
    ids=["name", "course", "role"],
)
def test_what_changed_is_followed_at_once(
    standing: Standing, database: Database, told: dict[str, Any], kept: Callable[..., Any]
) -> None:
    with database.reading() as session:
        before = kept(session)
    come_in(standing, "s0", **told)
    with database.reading() as session:
        after = kept(session)
    assert before != after
    assert after in {"Ada Okoro", "Mathematics 6", "teacher"}


def test_somebody_who_had_left_is_back(standing: Standing, database: Database) -> None:
    with database.writing() as session:
        for row in session.scalars(select(EnrolmentRow)):
            row.active, row.left_at = False, datetime.now(UTC)
    come_in(standing, "s0")
    with database.reading() as session:
        back = select(EnrolmentRow.active).join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        assert session.scalar(back.where(PersonRow.subject == "s0")) is True
        assert session.scalar(back.where(PersonRow.subject == "s1")) is False


@pytest.mark.parametrize("role", [{}, TEACHER], ids=["student", "teacher"])
def test_a_paused_lms_and_a_waiting_installation_let_nobody_in(
    standing: Standing, database: Database, role: dict[str, Any]
) -> None:
    from lti_tool.store.tables import DeploymentRow

    with database.reading() as session:
        before = len(session.scalars(select(LaunchRow.id)).all())
    with database.writing() as session:
        session.scalars(select(DeploymentRow)).one().status = "pending"
    with pytest.raises(AssertionError, match=r"40\d"):
        come_in(standing, "s0" if not role else "t", **role)
    with database.reading() as session:
        assert len(session.scalars(select(LaunchRow.id)).all()) == before


def _plans(database: Database, statements: list[Statement]) -> Iterator[tuple[str, str]]:
    with database.engine.connect() as connection:
        for statement, parameters in statements:
            if statement.split()[0] in {"SELECT", "UPDATE", "DELETE", "WITH"}:
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                    yield statement, row[3]


def _whole_tables(database: Database, statements: list[Statement]) -> Iterator[tuple[str, str]]:
    for statement, plan in _plans(database, statements):
        if re.match(r"SCAN (?!CONSTANT|\(|json_each)", plan):
            yield plan, statement


def test_no_statement_reads_a_whole_table(standing: Standing, database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        for promise in session.scalars(select(GradePromiseRow)):
            promise.due_at = now - timedelta(seconds=1)
    with watched(standing) as seen:
        come_in(standing, "s0")
        come_in(standing, "t", **TEACHER)
        with standing.app.app_context():
            db = house().db
        with db.writing() as session:
            claimed = outbox.claim_due(session, now, 5)
            outbox.registrations_of(session, claimed)
            assert grades.delivery(session, claimed[0]) is not None
    plans = list(_plans(database, seen))
    assert sum(plan.startswith("SEARCH") for _, plan in plans) > 20
    assert not list(_whole_tables(database, seen))
