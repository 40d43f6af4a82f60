"""Students whom the LMS does not let open an activity: they are not missing there, and the teacher reads why."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from clock import Clock
from learner import Learner
from lti_tool.flows import syncing_roster
from lti_tool.flows.syncing_roster import RosterResult
from lti_tool.store import courses, openers, people
from lti_tool.store.database import Database
from lti_tool.store.pages import class_overview
from lti_tool.web.house import house, move_in
from school import School, new_school
from web.visits import Enter

NOT_OPENED = "Has not opened this yet."
WHY = "your LMS does not let them open this activity"


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Four students, none of whom came so far. The LMS said an hour ago that the last two cannot open it."""
    made = new_school(database, clock(), students=4)
    with database.writing() as session:
        for place in people.enrolments(session, made.course_id, [one.person_id for one in made.students]).values():
            place.last_visit_at = None
    shut(made, clock, 2, 3)
    return made


def shut(school: School, clock: Clock, *numbers: int) -> None:
    """As a reading an hour ago would leave it."""
    with school.db.writing() as session:
        openers.shut(session, school.placement_id, [school.students[one].person_id for one in numbers])
        openers.note_read(session, school.placement_id, clock() - timedelta(hours=1))


def come(school: School, clock: Clock) -> None:
    """Ada opens it and answers a question."""
    with school.db.writing() as session:
        people.enrol(session, school.course_id, school.student.person_id, "student", clock())
    ada = Learner(school, school.student, clock)
    ada.start()
    ada.open_practice()
    ada.answer()


def words(page: str) -> str:
    return html.unescape(page)


def needs(page: str) -> set[str]:
    part = page.partition('id="needs"')[2].partition("</section>")[0]
    return {one.split()[0] for one in re.findall(r"<li><a[^>]*>([^<]*)</a>", part)}


def in_grid(page: str) -> set[str]:
    part = page.partition('id="grid"')[2].partition("</table>")[0]
    return {one.split()[0] for one in re.findall(r"<bdi>([^<]*)</bdi>", part)}


def test_nobody_is_missed_who_cannot_come_and_the_page_says_why(enter: Enter, school: School, clock: Clock) -> None:
    come(school, clock)
    page = words(enter("teacher").text("class"))
    assert in_grid(page) == {"Ada", "Ben"}
    assert needs(page) == {"Ben"}
    assert page.count(NOT_OPENED) == 1
    assert f"2 students are not listed: {WHY}" in page
    assert "2 students</p>" in page
    listed = page.partition('id="elsewhere"')[2].partition("</details>")[0]
    assert "Chloe" in listed
    assert "Dev" in listed
    assert "As soon as somebody opens this, they are listed." in listed


def test_their_own_page_says_so_too(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    page = words(teacher.text(f"learner/{school.students[2].person_id}"))
    assert "Your LMS does not let them open this activity at the moment." in page
    assert NOT_OPENED not in page
    assert NOT_OPENED in words(teacher.text(f"learner/{school.students[0].person_id}"))


def test_work_groups_are_made_of_those_who_can_come(enter: Enter) -> None:
    page = words(enter("teacher").text("groups?size=2"))
    assert f"2 students are left out: {WHY}" in page
    assert "Chloe" not in page
    assert "Ada" in page


def test_who_has_worked_here_stays_listed_and_is_not_told_off_for_staying_away(
    enter: Enter, school: School, clock: Clock
) -> None:
    come(school, clock)
    clock.pass_by(days=9)
    assert "No work here for" in words(enter("teacher").text("class"))
    shut(school, clock, 0)
    page = words(enter("teacher").text("class"))
    assert "Ada" in in_grid(page)
    assert "Ada" not in needs(page)


def test_when_nobody_can_open_it_the_class_is_not_said_to_be_empty(
    enter: Enter, school: School, clock: Clock
) -> None:
    shut(school, clock, 0, 1)
    page = words(enter("teacher").text("class"))
    assert "Nobody here can open this activity yet." in page
    assert f"4 students are not listed: {WHY}" in page
    assert "No students yet" not in page


def test_of_many_the_first_are_named(enter: Enter, school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        people.add_people(session, school.deployment_id, {f"n{one}": {} for one in range(60)}, clock())
        found = people.by_subjects(session, school.deployment_id, [f"n{one}" for one in range(60)])
        ids = [row.id for row in found.values()]
        people.add_enrolments(session, school.course_id, dict.fromkeys(ids, ("student", True, ())), clock())
        openers.shut(session, school.placement_id, ids)
    page = words(enter("teacher").text("class")).partition('id="elsewhere"')[2].partition("</details>")[0]
    assert page.count("<a ") == 25
    assert "and 37 more" in page


def test_it_costs_the_class_one_statement(school: School, clock: Clock) -> None:
    counted = []
    for read_at in (None, None, clock()):
        with school.db.writing() as session:
            courses.placement(session, school.placement_id).openers_read_at = read_at
        seen: list[str] = []
        note = lambda *said, seen=seen: seen.append(said[2])  # noqa: E731
        event.listen(school.db.engine, "before_cursor_execute", note)
        with school.db.reading() as session:
            class_overview.load(session, school.teacher, clock())
        event.remove(school.db.engine, "before_cursor_execute", note)
        counted.append(len(seen))
    assert counted[2] == counted[1] + 1, "the first of all read the content, too"


def test_the_button_has_the_workers_ask_about_this_activity(
    app, enter: Enter, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    with app.app_context():
        from dataclasses import replace

        move_in(app, replace(house(), queue_openers=asked.append))
    monkeypatch.setattr(syncing_roster, "sync", lambda *_, **__: RosterResult())
    enter("teacher").send("roster")
    assert asked == [school.placement_id]
