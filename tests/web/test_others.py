"""Administrators, parents, and whoever comes without a place to go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from lti_tool.flows import checking
from lti_tool.flows.findings import Check
from lti_tool.store.tables import PlacementRow
from school import School
from web.visits import Browser, Enter


def test_an_administrator_sees_what_works_and_the_cure(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        Check(key="1.token", title="x: Services", state="red", what="No access.", cure="Open our keys."),
        Check(key="1.names", title="x: Names", state="green", what="Shared."),
    )
    monkeypatch.setattr(checking, "install_checks", lambda *_, **__: found)
    page = enter("admin").text()
    assert "One thing needs attention" in page
    assert "Open our keys." in page


def test_a_parent_sees_their_child_and_nobody_else(enter: Enter, school: School) -> None:
    page = enter("observer", mentored=[school.students[1].subject]).text()
    assert "Ben Osei" in page
    assert "Ada Reyes" not in page


def test_a_parent_of_nobody_here_gets_a_friendly_page(enter: Enter) -> None:
    page = enter("observer", mentored=[]).text()
    assert "Nobody to show" in page


@pytest.mark.parametrize("path", ["class", "rules", "grades", "health", "children", "student/"])
def test_a_student_is_kept_out_of_other_rooms(enter: Enter, path: str) -> None:
    answer = enter().get(path)
    assert answer.status_code == 403
    assert "I come in as a student" in answer.text


@pytest.mark.parametrize("path", ["student/", "student/me"])
@pytest.mark.parametrize("role", ["observer", "student"])
def test_who_may_not_preview_is_not_told_to_be_in_a_preview(enter: Enter, role: str, path: str) -> None:
    answer = enter(role).get(path)
    assert answer.status_code == 403
    assert "Preview." not in answer.text
    assert "Back to the class" not in answer.text


def test_a_launch_outside_a_course_says_where_to_go(app: Flask, school: School) -> None:
    lost = replace(school.student, course_id=None, placement_id=None)
    answer = Browser(app, school, lost).get()
    assert answer.status_code == 200
    assert "Open Cairn from a course" in answer.text


PAGES = {
    "student": ["work", "me", "goals", "welcome", "assessment"],
    "teacher": ["class", "rules", "grades", "items", "plan", "groups", "observe", "other-grades", "student/"],
    "assistant": ["class", "learner/1", "student/me"],
    "observer": ["children"],
}


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_an_activity_are_closed_to_a_launch_from_outside(app: Flask, school: School, role: str) -> None:
    """A privacy launch or a link in a menu has no activity; its visit must not break their pages."""
    lost = replace(school.student if role == "student" else school.teacher, course_id=None, placement_id=None)
    browser = Browser(app, school, lost, role=role)
    for path in PAGES[role]:
        answer = browser.get(path)
        assert (path, answer.status_code) == (path, 403)
        assert "belongs to an activity" in answer.text


REVIEW = "LtiSubmissionReviewRequest"


def test_a_student_reviews_an_activity_that_is_not_set_up_yet(app: Flask, school: School) -> None:
    with school.db.writing() as session:
        session.execute(update(PlacementRow).values(content_id=None))
    page = Browser(app, school, replace(school.student, message_type=REVIEW)).get(follow_redirects=True)
    assert page.status_code == 200
    assert "has not chosen what this is for yet" in page.text


@pytest.mark.parametrize("role", ["student", "teacher", "assistant"])
def test_a_review_from_outside_an_activity_says_where_to_go(app: Flask, school: School, role: str) -> None:
    lost = replace(school.teacher, course_id=None, placement_id=None, message_type=REVIEW)
    answer = Browser(app, school, lost, role=role, for_user="x").get()
    assert answer.status_code == 404
    assert "Open Cairn from a course" in answer.text


def test_a_student_who_is_sent_to_the_picker_hears_who_may_choose(app: Flask, school: School) -> None:
    lost = replace(school.student, placement_id=None, message_type="LtiDeepLinkingRequest")
    answer = Browser(app, school, lost, deep_link={"return_url": "https://lms.example/back"}).get()
    assert answer.status_code == 403
    assert "Only teachers add activities" in answer.text
