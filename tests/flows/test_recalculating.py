"""Judging a large class again: a fixed number of statements a slice, and no older verdict over a newer one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from lti_tool.flows import recalculating
from lti_tool.flows.judging import rejudge
from lti_tool.store import contents, courses, grades, mastery
from lti_tool.store.database import Database
from school import School, new_school

ANSWERS = ("RRRRR", "RWRW", "WRRR", "WWWW")


def a_class(database: Database, clock: Clock, students: int) -> School:
    """Students with answers to three skills each, judged by nobody yet."""
    school = new_school(database, clock(), students=students)
    for number, visit in enumerate(school.students):
        for place, skill in enumerate(skills_of(school)[:3]):
            practise(school, visit, skill, ANSWERS[(number + place) % len(ANSWERS)], clock())
    return school


@contextmanager
def watched(database: Database) -> Iterator[list[str]]:
    """Statements, each as often as the driver was asked."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def slice_of(school: School, clock: Clock) -> int:
    """Statements of one slice that has everybody in it."""
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        number = recalculating.begin(session, row, None, clock())
    with watched(school.db) as seen:
        assert not recalculating.run_slice(school.db, number, clock())
    return len(seen)


def test_a_slice_of_ten_takes_a_few_statements_in_all(any_database: Database, clock: Clock) -> None:
    """Thirty verdicts and ten grades, none of which asks the database by itself."""
    school = a_class(any_database, clock, students=recalculating.SLICE)
    assert slice_of(school, clock) <= 20
    assert slice_of(school, clock) <= 16
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        assert len(grades.of_column(session, column.id)) == recalculating.SLICE


@pytest.mark.postgres
def test_an_answer_given_while_a_slice_is_judged_is_not_forgotten(postgres_url: str, clock: Clock) -> None:
    """The slice has read what there was, the answer comes, the slice writes: the answer must count in the end."""
    from lti_tool.store.tables import Base

    database = Database(postgres_url)
    Base.metadata.create_all(database.engine)
    school = a_class(database, clock, students=2)
    judge_everybody(school, clock())
    who, skill = school.students[1], skills_of(school)[0]

    def answered() -> None:
        practise(school, who, skill, "RRR", clock())
        with school.db.writing() as session:
            row = courses.placement(session, school.placement_id)
            content = contents.get(session, row.content_id or 0)
            rejudge(session, who, school.course_id, content, [skill], clock())

    meanwhile = threading.Thread(target=answered)

    def once_evidence_is_read(*args: Any) -> None:
        judging = threading.current_thread() is threading.main_thread()
        if judging and "FROM evidence" in args[2] and "evidence.score" in args[2] and not meanwhile.ident:
            meanwhile.start()
            meanwhile.join(timeout=2)

    event.listen(database.engine, "after_cursor_execute", once_evidence_is_read)
    clock.pass_by(hours=1)
    judge_everybody(school, clock())
    meanwhile.join()
    with school.db.reading() as session:
        verdict = mastery.verdicts(session, school.placement_id, who.person_id)[skill]
    database.close()
    assert verdict.mastered
