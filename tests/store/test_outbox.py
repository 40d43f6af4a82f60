"""Promises and claims, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from clock import Clock
from lti_tool.store import courses, grades, outbox, platforms
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import GradePromiseRow
from school import School, new_school


def _wish(value: float, at: datetime) -> Wish:
    return Wish(value=value, complete=False, comment="", evidence_at=at)


def _promise(school: School, value: float, now: datetime, student: int = 0) -> int:
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        grades.promise(session, column.id, school.students[student].person_id, _wish(value, now), now)
        row = grades.find(session, column.id, school.students[student].person_id)
        assert row is not None
        return row.id


def _row(school: School, promise_id: int) -> GradePromiseRow:
    with school.db.reading() as session:
        return session.get_one(GradePromiseRow, promise_id)


def test_the_newest_wish_wins_and_there_is_one_row(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    first = _promise(school, 0.5, clock())
    second = _promise(school, 0.8, clock.pass_by(seconds=5))
    assert first == second
    assert _row(school, first).value == 0.8
    assert _row(school, first).revision == 2


def test_the_same_wish_again_sends_nothing(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    promise_id = _promise(school, 0.5, clock())
    _promise(school, 0.5, clock.pass_by(seconds=5))
    assert _row(school, promise_id).revision == 1


def test_a_claimed_promise_is_not_claimed_again_until_its_lease_ends(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    promise_id = _promise(school, 0.5, clock())
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock(), lease_seconds=60) == [promise_id]
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock.pass_by(seconds=59)) == []
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock.pass_by(seconds=2)) == [promise_id]


def test_a_promise_that_is_not_due_waits(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    promise_id = _promise(school, 0.5, clock())
    with any_database.writing() as session:
        session.get_one(GradePromiseRow, promise_id).due_at = clock() + timedelta(minutes=5)
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock()) == []
        assert outbox.waiting(session, clock()) == 0
        assert outbox.unsettled(session) == 1


def test_who_opens_an_activity_wakes_what_waited_for_that(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock(), students=2)
    ids = [_promise(school, 0.5, clock(), student) for student in (0, 1)]
    with any_database.writing() as session:
        for one in ids:
            session.get_one(GradePromiseRow, one).due_at = clock() + timedelta(days=3)
    with any_database.writing() as session:
        outbox.wake(session, school.placement_id, clock())
        assert session.info["poke"]
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock()) == ids


def test_what_waits_although_it_has_a_column_is_not_woken(any_database: Database, clock: Clock) -> None:
    """An LMS that asked for patience gets it."""
    school = new_school(any_database, clock())
    promise_id = _promise(school, 0.5, clock())
    with any_database.writing() as session:
        session.get_one(GradePromiseRow, promise_id).due_at = clock() + timedelta(minutes=5)
        row = courses.placement(session, school.placement_id)
        courses.keep_column(session, row, clock(), line_item_url="https://lms.example/items/1")
    with any_database.writing() as session:
        outbox.wake(session, school.placement_id, clock())
        assert outbox.claim_due(session, clock()) == []


def test_a_paused_lms_gets_nothing(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    _promise(school, 0.5, clock())
    with any_database.writing() as session:
        row = platforms.registration(session, school.registration_id)
        assert row is not None
        row.status = "paused"
    with any_database.writing() as session:
        assert outbox.claim_due(session, clock()) == []


def test_workers_side_by_side_never_claim_the_same_promise(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock(), students=5)
    wanted = {_promise(school, 0.5, clock(), student) for student in range(5)}

    def claim(_: int) -> list[int]:
        with any_database.writing() as session:
            return outbox.claim_due(session, clock(), limit=2)

    with ThreadPoolExecutor(6) as workers:
        claimed = [one for got in workers.map(claim, range(6)) for one in got]
    assert sorted(claimed) == sorted(wanted)


def test_a_teachers_own_grade_is_not_put_back_in_the_queue(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    promise_id = _promise(school, 0.5, clock())
    with any_database.writing() as session:
        session.get_one(GradePromiseRow, promise_id).state = "kept"
    _promise(school, 0.9, clock.pass_by(minutes=1))
    assert _row(school, promise_id).state == "kept"
    assert _row(school, promise_id).value == 0.9


def test_promises_made_at_the_same_moment_become_one(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with ThreadPoolExecutor(4) as answers:
        ids = set(answers.map(lambda n: _promise(school, n / 10, clock()), range(1, 5)))
    assert len(ids) == 1
    assert _row(school, ids.pop()).revision == 4
