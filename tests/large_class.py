"""A class larger than a statement may name, made small: the database is told to take fewer names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event, insert, select

from lti_tool.learning.ids import SkillId
from lti_tool.store import contents, courses, people
from lti_tool.store.tables import EvidenceRow, PersonRow
from school import School

MOST_NAMED = 300
"""SQLite takes 32,766 values in a statement, PostgreSQL 65,535."""


@contextmanager
def few_variables(*engines: Engine) -> Iterator[None]:
    """Meanwhile a statement that names more than `MOST_NAMED` values fails, as it would for a hundred times as many."""

    def limit(connection: sqlite3.Connection, *_: Any) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, MOST_NAMED)

    for engine in engines:
        engine.dispose()
        event.listen(engine, "connect", limit)
    yield
    for engine in engines:
        event.remove(engine, "connect", limit)
        engine.dispose()


def add_students(school: School, number: int, skill: str, at: datetime) -> None:
    """So many more students, each with three right answers on a skill."""
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        content = contents.get(session, row.content_id or 0)
        people.add_people(
            session, school.deployment_id, {f"more-{one}": {"name": f"More {one}"} for one in range(number)}, at
        )
        keys = session.scalars(select(PersonRow.id).where(PersonRow.subject.startswith("more-"))).all()
        people.add_enrolments(session, school.course_id, dict.fromkeys(keys, ("student", True, ())), at)
        items = content.items_by_skill[SkillId(skill)]
        session.execute(
            insert(EvidenceRow),
            [
                {
                    "person_id": key,
                    "course_id": school.course_id,
                    "content_key": content.key,
                    "skill_key": skill,
                    "score": 1.0,
                    "at": at,
                    "source": "practice",
                    "item_key": item.id,
                }
                for key in keys
                for item in items[:3]
            ],
        )
