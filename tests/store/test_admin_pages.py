"""Pages for administrators and for teachers of copied courses cost the same however much there is."""

from __future__ import annotations

from sqlalchemy import event

from clock import Clock
from lti_tool.store import courses, grades, people
from lti_tool.store.database import Database, Session
from lti_tool.store.pages import copied_from, install_health, kept_about
from school import School, new_school


def statements(db: Database, load) -> int:  # type: ignore[no-untyped-def]
    """How many statements a page takes."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with db.reading() as session:
            load(session)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().upper().startswith("SELECT")])


def grow(school: School, clock: Clock) -> None:
    """Thirty more courses with two people each."""
    with school.db.writing() as session:
        for number in range(30):
            course = courses.keep_course(session, school.deployment_id, f"more-{number}", clock())
            courses.add_placement(session, course.id, clock(), resource_link_id=f"more-{number}")
            for one in (school.student, school.teacher):
                people.enrol(session, course.id, one.person_id, one.role, clock())


def test_pages_take_a_fixed_number_of_statements(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())
    pages = {
        "health": lambda s: install_health.load(s, school.registration_id, school.deployment_id, clock()),
        "privacy": lambda s: kept_about.load(s, school.teacher, school.student.subject),
        "copied": lambda s: copied_from.load(s, school.teacher),
    }
    before = {name: statements(database, load) for name, load in pages.items()}
    grow(school, clock)
    assert {name: statements(database, load) for name, load in pages.items()} == before
    assert before["health"] <= 10
    assert before["privacy"] <= 5
    assert before["copied"] <= 1


def test_an_unasked_copy_asks_nothing(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())

    def asked(session: Session) -> object:
        return copied_from.load(session, school.teacher)

    with database.writing() as session:
        original = courses.placement(session, school.placement_id)
        course = courses.keep_course(session, school.deployment_id, "next", clock())
        copy = courses.copy_placement(session, original, course.id, "link-2", clock())
        assert copy.copy_answer == "asked"
        again = courses.copy_placement(session, original, school.course_id, "link-3", clock())
        assert again.copy_answer == "", "a duplicate in the same course is no new term"
    with database.reading() as session:
        assert asked(session) is None


def test_health_says_why_grades_failed_and_not_why_others_wait(database: Database, clock: Clock) -> None:
    school = new_school(database, clock(), students=2)
    with database.writing() as session:
        row = courses.placement(session, school.placement_id)
        column = courses.keep_column(session, row, clock(), line_item_url="https://lms.example/items/1")
        said = (("failed", "This grade is locked."), ("waiting", "The LMS cannot be reached."))
        for visit, (state, problem) in zip(school.students, said, strict=True):
            wish = grades.Wish(value=0.5, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, visit.person_id, wish, clock())
            promise = grades.find(session, column.id, visit.person_id)
            assert promise is not None
            promise.state, promise.problem = state, problem
    with database.reading() as session:
        facts = install_health.load(session, school.registration_id, school.deployment_id, clock())
    assert facts is not None
    assert facts.grade_problem == "This grade is locked."
