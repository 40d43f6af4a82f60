"""Groups a teacher has in the LMS: one of them shown alone, work groups made within them, names where it says none."""

from __future__ import annotations

import html
import re

import pytest

from clock import Clock
from learner import Learner
from lti_tool.store import courses, people
from lti_tool.store.database import Database
from lti_tool.store.tables import AuditRow
from school import School, new_school, right_answer
from web.visits import Browser, Enter

RED, BLUE = "12", "3"


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Four students: two in the red group, one in the blue one, one of whom the LMS has said nothing yet."""
    made = new_school(database, clock(), students=4)
    with database.writing() as session:
        ids = [one.person_id for one in made.students]
        places = people.enrolments(session, made.course_id, ids)
        for person, groups in zip(ids, ([RED], [RED], [BLUE], []), strict=True):
            places[person].groups = groups
    return made


@pytest.fixture
def names(school: School) -> list[str]:
    with school.db.reading() as session:
        return [session_name(people.person(session, one.person_id)) for one in school.students]


def session_name(person) -> str:  # type: ignore[no-untyped-def]
    return str(person.name)


def options(page: str) -> dict[str, str]:
    """Groups to choose from: what they are called, by their ids."""
    chooser = page.partition('<select id="group"')[2].partition("</select>")[0]
    return {key: html.unescape(words) for key, words in re.findall(r'value="([^"]*)"[^>]*>([^<]*)<', chooser)}


def in_grid(page: str) -> set[str]:
    return set(re.findall(r"<bdi>([^<]*)</bdi>", page.partition('id="grid"')[2]))


def first(name: str) -> str:
    return name.split()[0]


def test_groups_without_a_name_go_by_who_is_in_them(enter: Enter, names: list[str]) -> None:
    ada, ben, cleo, _ = names
    assert options(enter("teacher").text("class")) == {
        "": "Everybody",
        BLUE: f"Group 1 ({first(cleo)})",
        RED: f"Group 2 ({', '.join(sorted((first(ada), first(ben))))})",
        "~": "No group known",
    }


def test_one_group_is_shown_alone_and_stays_chosen_while_sorting(enter: Enter, names: list[str]) -> None:
    teacher = enter("teacher")
    page = teacher.text(f"class?group={RED}")
    assert in_grid(page) == set(names[:2])
    assert names[2] not in page
    assert "2 students" in page
    assert f"group={RED}" in page.partition('class="who"')[2].partition("</th>")[0]
    assert in_grid(teacher.text("class?group=~")) == {names[3]}
    assert in_grid(teacher.text("class?group=gone")) == set(names), "a group that is no more shows everybody"


def test_a_teacher_names_a_group_once_for_everybody(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    page = teacher.send(
        "groups/names", more={f"name:{RED}": "  Red   table ", f"name:{BLUE}": "", "name:x": "No"}
    ).text
    assert "Saved." in page
    assert options(page)[RED] == options(teacher.text("class"))[RED] == "Red table"
    with school.db.reading() as session:
        assert courses.course(session, school.course_id).own_group_names == {RED: "Red table"}
        assert session.query(AuditRow).filter_by(action="groups.named").count() == 1
    page = teacher.send("groups/names", more={f"name:{RED}": ""}).text
    assert options(page)[RED].startswith("Group 2")


def test_a_name_too_long_is_said_and_nothing_typed_is_lost(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    answer = teacher.send("groups/names", more={f"name:{RED}": "long " * 30, f"name:{BLUE}": "Blue"})
    assert answer.status_code == 422
    assert "Use fewer words." in answer.text
    assert 'value="Blue"' in answer.text


def test_only_teachers_name_groups_and_the_lmss_own_name_counts(enter: Enter, school: School) -> None:
    assert enter("assistant").send("groups/names", more={f"name:{RED}": "Mine"}).status_code == 403
    with school.db.writing() as session:
        course = courses.course(session, school.course_id)
        course.groups, course.own_group_names = {RED: "Red table"}, {RED: "Mine"}
    page = enter("teacher").text("groups")
    assert options(page)[RED] == "Red table"
    assert f'name="name:{BLUE}"' in page
    assert f'name="name:{RED}"' not in page


def test_groups_that_tell_nobody_apart_are_not_offered(enter: Enter, school: School) -> None:
    """One section for all, as most courses have."""
    with school.db.writing() as session:
        ids = [one.person_id for one in school.students]
        for place in people.enrolments(session, school.course_id, ids).values():
            place.groups = ["7"]
    assert 'id="group"' not in enter("teacher").text("class")


def worked(school: School, clock: Clock) -> None:
    for visit in school.students:
        one = Learner(school, visit, clock)
        one.start()
        one.open_practice()
        one.answer(right_answer)


def together(page: str) -> list[set[str]]:
    """Who is in which work group."""
    lists = page.partition('<ol class="groups">')[2].partition("</ol>")[0].split('<li class="card">')[1:]
    return [set(re.findall(r'/learner/\d+">([^<]*)</a>', one)) for one in lists]


def test_work_groups_are_made_within_the_groups_of_the_course(
    enter: Enter, school: School, names: list[str], clock: Clock
) -> None:
    worked(school, clock)
    teacher: Browser = enter("teacher")
    mixed = together(teacher.text("groups?size=4"))
    assert mixed == [set(names)], "without that, all four work together"
    apart = teacher.text("groups?size=4&apart=true")
    assert together(apart) == [set(names[:2])]
    assert "Group 1 · Group 2 (" in apart
    assert together(teacher.text(f"groups?size=4&group={RED}")) == [set(names[:2])]
    assert names[2] not in teacher.text(f"groups?size=4&group={RED}")
