"""One person's data: all of it handed out, all of it erased, the grades on record without a name."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from clock import Clock
from lti_tool.flows import forgetting
from lti_tool.flows.errors import NotFound
from lti_tool.store import courses, grades
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import AuditRow, Base, PersonRow
from school import School, new_school, record

SKILL = "equal-parts"


@pytest.fixture
def school(any_database: Database, clock: Clock) -> School:
    """Two students with evidence, a verdict and a grade each."""
    made = new_school(any_database, clock(), students=2, points=10.0)
    for visit in made.students:
        record(made, visit, SKILL, "RRR", clock())
        with any_database.writing() as session:
            column = courses.keep_column(session, courses.placement(session, made.placement_id), clock())
            wish = Wish(value=0.5, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, visit.person_id, wish, clock())
    return made


def rows_about(db: Database, person_id: int) -> int:
    """Rows of any table that name this person."""
    tables = [table for table in Base.metadata.tables.values() if "person_id" in table.c]
    with db.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table).where(table.c.person_id == person_id)) or 0
            for table in tables
        )


def test_somebody_is_found_by_name_mail_or_lms_id(school: School) -> None:
    with school.db.reading() as session:
        (by_name,) = forgetting.search(session, "ada")
        (by_id,) = forgetting.search(session, "s0")
        assert by_name == by_id
        assert by_name.number == school.students[0].person_id
        assert forgetting.search(session, "%") == forgetting.search(session, "_")


def test_the_export_holds_everything_and_nothing_of_others(school: School, clock: Clock) -> None:
    ada, ben = school.students
    with school.db.writing() as session:
        kept = json.loads(json.dumps(forgetting.export(session, ada.person_id, clock())))
    assert kept["people"][0]["name"] == "Ada Reyes"
    assert [row["score"] for row in kept["evidence"]] == [1.0, 1.0, 1.0]
    assert kept["grade_promises"][0]["value"] == 0.5
    assert sum(map(len, kept.values())) > 8
    assert all(row.get("person_id", ada.person_id) == ada.person_id for name in kept for row in _rows(kept[name]))
    assert "Ben" not in json.dumps(kept)
    with school.db.reading() as session:
        assert session.query(AuditRow).filter_by(action="person.exported").count() == 1
    assert ben.person_id != ada.person_id


def _rows(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def test_erased_is_erased_and_grades_stay_on_record_without_a_name(school: School, clock: Clock) -> None:
    ada, ben = school.students
    others = rows_about(school.db, ben.person_id)
    with school.db.writing() as session:
        counts = forgetting.erase(session, ada.person_id, clock())
    assert (counts["people"], counts["evidence"], counts["grade_promises"]) == (1, 3, 1)
    assert rows_about(school.db, ada.person_id) == 0
    assert rows_about(school.db, ben.person_id) == others
    with school.db.reading() as session:
        assert session.get(PersonRow, ada.person_id) is None
        (line,) = session.query(AuditRow).filter_by(action="grade.of_erased_person").all()
        assert (line.course_id, line.details["value"]) == (school.course_id, 0.5)
        told = json.dumps([row.details for row in session.query(AuditRow)])
    assert "Ada" not in told
    assert "Reyes" not in told


def test_an_unknown_number_is_refused(school: School, clock: Clock) -> None:
    with school.db.writing() as session, pytest.raises(NotFound):
        forgetting.erase(session, 9999, clock())
