"""A teacher's pages: class, learner, rules, grades, preview, picker."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from clock import Clock
from learner import Learner
from lti_tool.flows import syncing_roster
from lti_tool.flows.syncing_roster import RosterResult
from lti_tool.store import courses, grades
from lti_tool.store.tables import EnrolmentRow, GradePromiseRow, PlacementRow
from school import School, right_answer, wrong_answer
from web.visits import Browser, Enter, chosen_part

DEEP_LINK = {
    "deployment_id": "1",
    "return_url": "https://lms.example/deep_links",
    "accept_types": ["ltiResourceLink"],
    "accept_targets": ["iframe"],
    "accept_multiple": True,
    "accept_line_item": True,
    "auto_create": False,
    "title": "",
    "text": "",
    "data": "keep-me",
}


def test_the_class_shows_levels_by_word_and_shape(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.work_through(sittings=3)
    page = enter("teacher").text()
    assert "Needs you today" in page
    assert "Ada Reyes" in page
    assert "Not started" in page
    assert 'class="mark"' in page


def test_the_class_can_be_sorted_by_a_skill(enter: Enter) -> None:
    teacher = enter("teacher")
    skills = set(re.findall(r"sort=([a-z-]+)#grid", teacher.text())) - {"name", "visit"}
    assert skills
    page = teacher.get(f"class?sort={skills.pop()}")
    assert page.text.count('aria-sort="ascending"') == 1


def test_before_the_set_up_a_student_in_the_course_is_not_said_to_be_elsewhere(
    enter: Enter, school: School
) -> None:
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        row.content_id, row.rule_version = None, 0
    page = enter("teacher").get(f"learner/{school.student.person_id}")
    assert page.status_code == 200
    assert "What is this activity for?" in page.text


def test_nobody_of_another_course_is_shown(enter: Enter) -> None:
    page = enter("teacher").get("learner/4711")
    assert page.status_code == 404
    assert "not in this course" in page.text


def test_a_learner_page_gives_every_answer_and_the_reason(enter: Enter, learner: Learner, school: School) -> None:
    learner.start()
    learner.open_practice()
    learner.wrong()
    page = enter("teacher").text(f"learner/{school.student.person_id}")
    assert "Skills, and why we say so" in page
    assert "Not right" in page


def test_nobody_finds_people_outside_the_course(enter: Enter, school: School) -> None:
    assert enter("teacher").get(f"learner/{school.teacher.person_id}").status_code == 404
    assert enter("teacher").get("learner/999999").status_code == 404


def promise(school: School, clock: Clock, state: str, **values: object) -> int:
    """A grade of the first student in some state."""
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        wish = grades.Wish(value=0.5, complete=False, comment="", evidence_at=clock())
        grades.promise(session, column.id, school.student.person_id, wish, clock())
        row = grades.find(session, column.id, school.student.person_id)
        assert row is not None
        row.state = state
        for name, value in values.items():
            setattr(row, name, value)
        return row.id


def test_the_grades_page_says_why_a_grade_is_not_there_and_sends_it_again(
    enter: Enter, school: School, clock: Clock
) -> None:
    number = promise(school, clock, "failed", problem="The LMS says no.", attempts=5)
    teacher = enter("teacher")
    page = teacher.text("grades")
    assert "Not in the gradebook" in page
    assert "The LMS says no." in page
    assert "One grade will be sent again" in teacher.send("grades/send", promise=str(number)).text
    with school.db.reading() as session:
        row = session.get(GradePromiseRow, number)
        assert row is not None
        assert row.state == "waiting"


def test_a_teachers_own_grade_is_shown_as_left_alone(enter: Enter, school: School, clock: Clock) -> None:
    promise(school, clock, "kept", sent_value=0.5, seen_value=0.9, seen_at=clock())
    page = enter("teacher").text("grades")
    assert "own grade: left alone" in page
    assert "9 of 10" in page
    assert "set by your teacher" in enter().text("me")


def test_the_roster_can_be_read_and_the_page_says_what_changed(
    enter: Enter, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def read(border: object, course_id: int, now: object, *, patience_seconds: float) -> RosterResult:
        asked.append(course_id)
        with school.db.writing() as session:
            courses.course(session, course_id).roster_summary = {"joined": 2, "left": 1, "total": 25}
        return RosterResult(joined=2, left=1, total=25)

    monkeypatch.setattr(syncing_roster, "sync", read)
    page = enter("teacher").send("roster").text
    assert asked == [school.course_id]
    assert "25 people. 2 joined, 1 left" in page

    # The visit had it read a moment ago, too: whoever left was counted then.
    counted = {"joined": 0, "left": 0, "total": 25}
    with school.db.writing() as session:
        courses.course(session, school.course_id).roster_summary = counted
    monkeypatch.setattr(syncing_roster, "sync", lambda *_, **__: RosterResult(**counted))
    page = enter("teacher").send("roster").text
    assert "Roster read: 25 people." in page
    assert "0 left" not in page


def test_a_first_roster_is_on_its_way(enter: Enter, school: School, clock: Clock) -> None:
    """Whoever comes first does not read that there are no students, but that they are about to be there."""
    with school.db.writing() as session:
        for place in session.query(EnrolmentRow):
            place.role = "teacher"
        course = courses.course(session, school.course_id)
        course.memberships_url, course.roster_read_at = "https://lms.example/members", None
    page = enter("teacher").text("class")
    assert "they appear here in a moment" in page
    assert 'data-progress="whole"' in page
    with school.db.writing() as session:
        courses.course(session, school.course_id).roster_read_at = clock()
    page = enter("teacher").text("class")
    assert "they appear here in a moment" not in page
    assert "data-progress" not in page


def test_a_preview_walks_like_a_student_and_is_marked(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    page = teacher.text("student/")
    assert "Nothing you do here is graded" in page
    assert "Hello Tom" in page
    done = teacher.send("student/welcome", skip="1")
    assert "/student/" in done.request.path
    assert "A few questions first" in done.text


def test_students_do_not_pass_through_the_preview(enter: Enter) -> None:
    assert enter().get("student/welcome").status_code == 403


def test_setting_up_comes_first_where_nothing_was_chosen(app: Flask, school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        empty = courses.add_placement(session, school.course_id, clock(), resource_link_id="new")
    teacher = Browser(app, school, replace(school.teacher, placement_id=empty.id))
    assert "What is this activity for?" in teacher.text()
    page = teacher.send("rules", part=chosen_part(school), preset="sure", points="10")
    assert "Saved" in page.text


def test_the_picker_hands_the_choice_to_the_lms(enter: Enter, school: School) -> None:
    teacher = enter("teacher", deep_link=DEEP_LINK)
    assert "Add to your course" in teacher.text()
    part = chosen_part(school)
    answer = teacher.send("picker", part=[part, part.split(":")[0] + ":"], preset="sure", points="5", graded="yes")
    assert answer.status_code == 200
    assert 'action="https://lms.example/deep_links"' in answer.text
    assert 'name="JWT"' in answer.text
    assert "form-action 'self' https://lms.example" in answer.headers["Content-Security-Policy"]


def test_the_picker_can_be_left_without_a_choice(enter: Enter) -> None:
    answer = enter("teacher", deep_link=DEEP_LINK).send("picker/cancel")
    assert 'name="JWT"' in answer.text


def test_where_no_activity_is_taken_the_picker_says_so_before_anybody_chooses(enter: Enter, school: School) -> None:
    teacher = enter("teacher", deep_link=DEEP_LINK | {"accept_types": ["html", "image"]})
    page = teacher.get("picker").text
    assert "Nothing can be added here" in page
    assert "Back to your course" in page
    refused = teacher.send("picker", part=chosen_part(school), preset="sure", points="5")
    assert "Nothing can be added here" in refused.text
    with school.db.reading() as session:
        assert session.query(PlacementRow).count() == 1, "the one of the school"
    assert "https://lms.example/deep_links" in teacher.send("picker/cancel").text


def test_the_picker_asks_again_when_nothing_was_ticked(enter: Enter) -> None:
    answer = enter("teacher", deep_link=DEEP_LINK).send("picker", preset="sure", points="5")
    assert answer.status_code == 422
    assert "Choose what this is for" in answer.text


def test_a_review_from_the_gradebook_opens_the_work_of_that_student(app: Flask, school: School) -> None:
    came = replace(school.teacher, message_type="LtiSubmissionReviewRequest")
    page = Browser(app, school, came, for_user=school.students[1].subject).text()
    assert "Ben Osei" in page
    assert "Skills, and why we say so" in page


def test_a_learner_page_says_how_the_next_question_will_go_and_why(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    for give in (right_answer, wrong_answer):
        learner.answer(give)
        learner.advance()
    learner.clock.pass_by(days=12)
    words = enter("teacher").text(f"learner/{learner.visit.person_id}")
    assert re.search(r"Next question: about \d+ % likely to go right\. \d of the last \d right", words)
    assert "12 days since practice." in words
    assert "New skill, so judged by the answers to others." in words


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("", "Gradebook read. All of it is as we sent it."),
        ("&count=2", "Gradebook read. 2 grades there are a teacher’s own and stay as they are."),
        ("&missing=1", "Gradebook read. 1 of our grades was not there any more, and is being sent again."),
        (
            "&count=1&missing=3",
            "Gradebook read. 1 grade there is a teacher’s own and stays as it is. 3 of our grades were not there any"
            " more, and are being sent again.",
        ),
    ],
)
def test_what_the_gradebook_was_found_to_hold(enter: Enter, found: str, said: str) -> None:
    assert said in enter("teacher").get(f"grades?done=read{found}").text
