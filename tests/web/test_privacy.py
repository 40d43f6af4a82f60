"""Data privacy launches: people see what is kept about themselves, administrators about anybody of their LMS."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from school import School
from web.visits import Browser


def come(app: Flask, school: School, role: str, for_user: str) -> Browser:
    """A privacy launch."""
    visit = school.student if role == "student" else school.teacher
    return Browser(
        app, school, replace(visit, message_type="DataPrivacyLaunchRequest"), role=role, for_user=for_user
    )


def test_a_student_sees_what_is_kept_about_them(app: Flask, school: School) -> None:
    page = come(app, school, "student", school.student.subject).text()
    assert "What Cairn keeps about you" in page
    assert "Ada Reyes" in page


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_nobody_sees_what_is_kept_about_others(app: Flask, school: School, role: str) -> None:
    answer = come(app, school, role, school.students[1].subject).get()
    assert answer.status_code == 403
    assert "Ben Osei" not in answer.text


def test_an_administrator_sees_it_for_a_person(app: Flask, school: School) -> None:
    assert "Ben Osei" in come(app, school, "admin", school.students[1].subject).text()
    assert "never been here" in come(app, school, "admin", "unheard-of").text()
