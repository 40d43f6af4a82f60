"""Administrators, parents, and whoever comes without a place to go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from lti_tool.flows import checking
from lti_tool.flows.findings import Check
from school import School
from web.visits import Browser, Enter


def test_an_administrator_sees_what_works_and_the_cure(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        Check(key="1.token", title="x: Services", state="red", what="No access.", cure="Open our keys."),
        Check(key="1.names", title="x: Names", state="green", what="Shared."),
    )
    monkeypatch.setattr(checking, "install_checks", lambda *_, **__: found)
    page = enter("admin").text()
    assert "One thing needs you" in page
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
    assert "You are here as a student" in answer.text


def test_a_launch_outside_a_course_says_where_to_go(app: Flask, school: School) -> None:
    lost = replace(school.student, course_id=None, placement_id=None)
    answer = Browser(app, school, lost).get()
    assert answer.status_code == 404
    assert "Open Cairn from a course" in answer.text
