"""Lists of a large class: what is urgent comes first, names in the order people look for them, the rest in pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from clock import Clock
from learner import Learner
from lti_tool.store import courses, grades, people
from lti_tool.store.pages.class_lines import name_order
from lti_tool.store.tables import PersonRow
from school import School
from web.visits import Enter


def enrol_sixty(school: School, clock: Clock) -> int:
    """Student 00 to Student 59; the id of the last one."""
    with school.db.writing() as session:
        many = {f"x{number}": {"name": f"Student {number:02}"} for number in range(60)}
        people.add_people(session, school.deployment_id, many, clock())
        keys = session.scalars(select(PersonRow.id).where(PersonRow.subject.startswith("x"))).all()
        people.add_enrolments(session, school.course_id, dict.fromkeys(keys, ("student", True, ())), clock())
        return max(keys)


def fail_grade(school: School, person_id: int, clock: Clock) -> None:
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        wish = grades.Wish(value=0.5, complete=False, comment="", evidence_at=clock())
        grades.promise(session, column.id, person_id, wish, clock())
        row = grades.find(session, column.id, person_id)
        assert row is not None
        row.state = "failed"


def test_of_many_grades_the_failed_ones_come_first_and_the_rest_in_pages(
    enter: Enter, school: School, clock: Clock
) -> None:
    last = enrol_sixty(school, clock)
    fail_grade(school, last, clock)
    teacher = enter("teacher")
    first, second = teacher.text("grades"), teacher.text("grades?page=2")
    assert re.findall(r"<bdi>(.*?)</bdi>", first)[:3] == ["Student 59", "Ada Reyes", "Ben Osei"]
    assert "Student 58" not in first
    assert "Student 58" in second
    assert "Not in the gradebook: <span" in second, "counted on every page"


def test_on_the_first_day_nobody_is_named_for_not_having_begun(
    enter: Enter, school: School, learner: Learner, clock: Clock
) -> None:
    enrol_sixty(school, clock)
    page = enter("teacher").text("class")
    assert "Nobody has begun this yet." in page
    assert "Has not opened this yet." not in page
    learner.start()
    learner.open_practice()
    learner.answer()
    page = enter("teacher").text("class")
    assert "Has not opened this yet." in page
    assert "Nobody has begun" not in page


def test_who_needs_the_teacher_in_a_large_class_is_counted_where_it_is_too_much_to_list(
    enter: Enter, school: School, learner: Learner, clock: Clock
) -> None:
    enrol_sixty(school, clock)
    learner.start()
    learner.open_practice()
    learner.answer()
    page = enter("teacher").text("class")
    needs = page[page.index('id="needs"') : page.index('id="grid"')]
    assert needs.count("<li>") == 30
    assert "55 more" in needs
    assert "And 31 more that are not listed here." in needs


@pytest.mark.parametrize("path", ["class", "grades", "observe", "groups"])
def test_names_stand_where_people_look_for_them(enter: Enter, school: School, clock: Clock, path: str) -> None:
    with school.db.writing() as session:
        for number, name in enumerate(
            ("Zoë Tanaka", "Łukasz Nowak", "Emma Diallo", "Élodie Dubois", "Elias Haddad")
        ):
            person = people.keep_person(session, school.deployment_id, f"n{number}", {"name": name}, clock())
            people.enrol(session, school.course_id, person.id, "student", clock())
    page = enter("teacher").text(path)
    page = page[page.index('id="grid"') :] if path == "class" else page
    found = list(dict.fromkeys(re.findall("Zoë|Łukasz|Emma|Élodie|Elias", page)))
    assert found == ["Elias", "Élodie", "Emma", "Łukasz", "Zoë"]


def test_a_name_in_any_script_has_a_place() -> None:
    names = ["فاطمة", "Ærøy", "aaron", "🦊", "", "한글", "Ada", "Þór"]
    assert sorted(names, key=name_order)[:5] == ["", "aaron", "Ada", "Ærøy", "Þór"]
