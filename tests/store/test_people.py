"""People and evidence as the store keeps them, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from clock import Clock
from lti_tool.store import arrivals, audit, courses, people
from lti_tool.store.database import Database
from lti_tool.store.tables import EvidenceRow
from school import new_school


def test_one_person_comes_in_twice_at_once_and_is_one(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())

    def arrive(_: int) -> int:
        with any_database.writing() as session:
            return people.keep_person(session, school.deployment_id, "new", {"name": "N N"}, clock()).id

    with ThreadPoolExecutor(4) as doors:
        assert len(set(doors.map(arrive, range(4)))) == 1


def test_newcomers_are_written_down_once_by_whichever_door_they_come(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    facts = {"name": "N N", "email": "n@school.example"}

    def arrive(number: int) -> tuple[int | None, int | None]:
        with any_database.arriving() as connection:
            columns = people.as_newcomer(facts, "launch", clock())
            person = arrivals.meet(connection, school.deployment_id, f"new {number % 2}", columns)
            if person is None:
                return None, None
            return person, arrivals.enrol(
                connection, school.course_id, person, people.as_visitor("student", clock())
            )

    with ThreadPoolExecutor(4) as doors:
        met = [found for found in doors.map(arrive, range(8)) if found != (None, None)]
    assert len(met) == 2
    assert all(place is not None for _, place in met)
    with any_database.arriving() as connection:
        again = people.as_visitor("teacher", clock())
        assert [arrivals.enrol(connection, school.course_id, person or 0, again) for person, _ in met] == [
            None,
            None,
        ]
    with any_database.writing() as session:
        for name in ("new 0", "other"):
            row = people.keep_person(session, school.deployment_id, name, facts, clock())
            place = people.enrol(session, school.course_id, row.id, "student", clock())
            assert (row.name, row.email, row.locale, row.told) == ("N N", facts["email"], "", {"launch": facts})
            assert (place.role, place.active, place.groups, place.on_roster) == ("student", True, [], False)


def test_the_same_user_number_in_two_installations_is_two_people(any_database: Database, clock: Clock) -> None:
    from lti_tool.store import platforms

    school = new_school(any_database, clock())
    with any_database.writing() as session:
        other = platforms.add_deployment(session, school.registration_id, "2", "active", clock())
        here = people.keep_person(session, school.deployment_id, "5", {"name": "A"}, clock())
        there = people.keep_person(session, other.id, "5", {"name": "B"}, clock())
    assert here.id != there.id


def test_a_name_is_kept_while_somebody_says_it(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    seen = []
    for source, facts in (
        ("roster", {}),
        ("roster", {"name": "Ada Reyes"}),
        ("launch", {}),
        ("roster", {"name": "Ada de los Reyes", "given_name": "Ada"}),
        ("roster", {"given_name": "Ada"}),
    ):
        with any_database.writing() as session:
            row = people.by_subjects(session, school.deployment_id, ["s0"])["s0"]
            people.update_person(row, facts, source)  # type: ignore[arg-type]
        with any_database.reading() as session:
            person = people.by_subjects(session, school.deployment_id, ["s0"])["s0"]
            seen.append((person.name, person.given_name))
    known = ("Ada Reyes", "")
    assert seen == [known, known, known, ("Ada de los Reyes", "Ada"), ("", "Ada")]


def test_newcomers_of_a_roster_are_made_unless_they_came_in_meanwhile(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    known = school.student
    newcomers = {"new": {"name": "N N", "is_test_user": True, "role": "student"}, known.subject: {"name": "Other"}}
    with any_database.writing() as session:
        people.add_people(session, school.deployment_id, newcomers, clock())
        found = people.by_subjects(session, school.deployment_id, list(newcomers))
        places = {row.id: ("observer", row.subject == "new", ["g1"]) for row in found.values()}
        people.add_enrolments(session, school.course_id, places, clock())
    with any_database.reading() as session:
        new, old = (people.by_subjects(session, school.deployment_id, list(newcomers))[one] for one in newcomers)
        assert (new.name, new.email, new.is_test_user) == ("N N", "", True)
        assert old.name == "Ada Reyes"
        enrolled = people.enrolments(session, school.course_id, [new.id, old.id])
        assert (enrolled[new.id].role, enrolled[new.id].active, enrolled[new.id].groups) == (
            "observer",
            True,
            ["g1"],
        )
        assert (enrolled[old.id].role, enrolled[old.id].active, enrolled[old.id].groups) == ("student", True, [])


def test_a_roster_never_lowers_the_role_of_a_launch(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with any_database.writing() as session:
        place = people.enrolments(session, school.course_id, [school.teacher.person_id])[school.teacher.person_id]
        assert people.follow_enrolment(place, "student", True, clock()) == ""
        assert place.role == "teacher"


def test_the_roster_says_who_left_and_who_is_back(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with any_database.writing() as session:
        place = people.enrolments(session, school.course_id, [school.student.person_id])[school.student.person_id]
        said = [people.follow_enrolment(place, "student", active, clock()) for active in (False, True, True)]
    assert said == ["left", "joined", ""]


def test_students_of_another_course_cannot_be_looked_up(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with any_database.writing() as session:
        other = courses.keep_course(session, school.deployment_id, "course-6", clock())
    with any_database.reading() as session:
        assert people.student(session, school.course_id, school.student.person_id) is not None
        assert people.student(session, other.id, school.student.person_id) is None


def test_evidence_cannot_be_changed(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with any_database.writing() as session:
        row = EvidenceRow(
            person_id=school.student.person_id,
            course_id=school.course_id,
            content_key="c",
            skill_key="s",
            score=0.0,
            at=clock(),
            source="practice",
        )
        session.add(row)
        session.flush()
        evidence_id = row.id
    with pytest.raises(RuntimeError, match="append-only"), any_database.writing() as session:
        session.get_one(EvidenceRow, evidence_id).score = 1.0


def test_times_without_a_zone_are_refused(any_database: Database, clock: Clock) -> None:
    with pytest.raises(Exception, match="without a zone"), any_database.writing() as session:
        audit.record(session, "x", clock().replace(tzinfo=None))
