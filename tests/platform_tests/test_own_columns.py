"""Columns a teacher adds to the gradebook herself: graded by hand, seen by tools, changed by none of them."""

from __future__ import annotations

import sqlite3

import pytest

from platform_tests.calls import LINE_ITEM_TYPE, LINE_ITEMS_TYPE, RESULTS_TYPE, read, write
from sandbox_platform import PlatformSettings, start
from sandbox_platform.browsing import new_session
from sandbox_platform.state import SCHEMA


@pytest.fixture
def teacher(client):
    """Her browser."""
    session = new_session()
    client.sign_in("teacher", session)
    return session


@pytest.fixture
def quiz(lms, client, teacher) -> dict:
    """Twenty points, two students graded."""
    made = teacher.post(f"{lms.url}/gradebook", data={"label": "Paper quiz", "points": "20"}, timeout=10)
    assert "Paper quiz" in made.text
    assert "student-1" in made.text, "her class, to be graded in one go"
    graded = teacher.post(made.url, data={"student-1": "15", "student-2": "7,5", "student-3": ""}, timeout=10)
    assert graded.ok
    return next(one for one in client.gradebook() if one["label"] == "Paper quiz")


def test_a_teacher_adds_a_column_and_grades_her_class(quiz) -> None:
    assert quiz["client_id"] is None
    assert {key: cell["shown"] for key, cell in quiz["grades"].items()} == {"student-1": 15.0, "student-2": 7.5}


def test_it_is_changed_emptied_and_removed(lms, client, teacher, quiz) -> None:
    address = f"{lms.url}/gradebook/{quiz['id']}"
    teacher.post(address, data={"student-1": "16", "student-2": ""}, timeout=10)
    (column,) = client.gradebook()
    assert {key: cell["shown"] for key, cell in column["grades"].items() if cell["shown"]} == {"student-1": 16.0}
    teacher.post(address, data={"do": "remove"}, timeout=10)
    assert client.gradebook() == []


def test_what_cannot_be_a_column_is_said(lms, client, teacher, quiz) -> None:
    for wrong in (
        {"label": "", "points": "20"},
        {"label": "Quiz", "points": "many"},
        {"label": "Quiz", "points": "0"},
    ):
        assert teacher.post(f"{lms.url}/gradebook", data=wrong, timeout=10).status_code == 400
    bad = teacher.post(f"{lms.url}/gradebook/{quiz['id']}", data={"student-1": "a lot"}, timeout=10)
    assert bad.status_code == 400
    assert client.gradebook()[0]["grades"]["student-1"]["shown"] == 15.0


def test_a_tool_reads_it_and_its_grades_and_changes_neither(tool, client, quiz) -> None:
    listed = read(tool, quiz["url"].rpartition("/")[0], LINE_ITEMS_TYPE)
    assert [one["label"] for one in listed.json()] == ["Paper quiz"]
    results = read(tool, f"{quiz['url']}/results", RESULTS_TYPE)
    assert sorted(one["resultScore"] for one in results.json()) == [7.5, 15]
    body = {"label": "Mine now", "scoreMaximum": 1}
    changed = write(tool, "PUT", quiz["url"], body, LINE_ITEM_TYPE)
    removed = write(tool, "DELETE", quiz["url"], None, LINE_ITEM_TYPE)
    assert (changed.status_code, removed.status_code) == (403, 403)
    assert client.gradebook()[0]["label"] == "Paper quiz"


def test_a_school_that_was_kept_from_before_can_have_them_too(tmp_path) -> None:
    """Its data knows columns of tools only."""
    before = SCHEMA.read_text().replace("client_id TEXT REFERENCES", "client_id TEXT NOT NULL REFERENCES")
    with sqlite3.connect(tmp_path / "practice-lms.sqlite") as db:
        db.executescript(before)
    running = start(PlatformSettings(class_size=2, data=str(tmp_path)))
    try:
        session = new_session()
        session.get(f"{running.url}/as/teacher", timeout=10)
        assert session.post(f"{running.url}/gradebook", data={"label": "Quiz", "points": "5"}, timeout=10).ok
    finally:
        running.stop()
