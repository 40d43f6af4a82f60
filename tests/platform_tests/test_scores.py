"""Grades come in, are scaled and kept; what a teacher says wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from platform_tests.calls import RESULTS_TYPE, every_page, read, score, send_score
from platform_tests.tool import MEMBERS, TestTool

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(seconds: float = 0) -> str:
    return (BEGIN + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def column(client, activity) -> dict:
    return client.gradebook()[0]


@pytest.fixture
def pupil(client) -> str:
    return client.students()[0]["user_id"]


def shown(client, key: str = "student-1") -> float | None:
    return client.gradebook()[0]["grades"][key]["shown"]


def test_a_score_is_scaled_to_the_column(client, tool: TestTool, column, pupil) -> None:
    answer = send_score(tool, column["url"], score(pupil, 0.75, at=at(), comment="Good"))
    assert answer.status_code == 200
    cell = client.gradebook()[0]["grades"]["student-1"]
    assert (cell["shown"], cell["comment"], cell["user_id"]) == (15, "Good", pupil)
    assert read(tool, f"{column['url']}/results", RESULTS_TYPE, user_id=pupil).json() == [
        {
            "id": f"{column['url']}/results/{pupil}", "scoreOf": column["url"], "userId": pupil,
            "resultScore": 15, "resultMaximum": 20, "comment": "Good",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("seconds", [0, -0.001, -60])
def test_an_equal_or_older_score_is_refused_and_changes_nothing(client, tool, column, pupil, seconds) -> None:
    send_score(tool, column["url"], score(pupil, 1, at=at()))
    assert send_score(tool, column["url"], score(pupil, 0, at=at(seconds))).status_code == 409
    assert shown(client) == 20
    assert [entry["status"] for entry in client.gradebook()[0]["scores"]] == [200, 409]


def test_a_newer_score_counts_even_when_it_is_lower(client, tool: TestTool, column, pupil) -> None:
    send_score(tool, column["url"], score(pupil, 1, at=at()))
    newer = (BEGIN + timedelta(milliseconds=1)).astimezone().isoformat()
    assert send_score(tool, column["url"], score(pupil, 0.1, at=newer)).status_code == 200
    assert shown(client) == pytest.approx(2)


def test_the_teachers_grade_stays_whatever_the_tool_sends(client, tool: TestTool, column, pupil) -> None:
    send_score(tool, column["url"], score(pupil, 0.5, at=at()))
    client.override(column["id"], "student-1", 19, "Spoken to me")
    assert send_score(tool, column["url"], score(pupil, 0.2, at=at(1))).status_code == 200
    assert shown(client) == 19
    result = read(tool, f"{column['url']}/results", RESULTS_TYPE, user_id=pupil).json()[0]
    assert (result["resultScore"], result["comment"]) == (19, "Spoken to me")
    client.clear_override(column["id"], "student-1")
    assert shown(client) == pytest.approx(4)


def test_a_score_without_a_number_clears_the_grade(client, tool: TestTool, column, pupil) -> None:
    send_score(tool, column["url"], score(pupil, 1, at=at()))
    assert send_score(tool, column["url"], score(pupil, None, at=at(1))).status_code == 200
    assert shown(client) is None


def test_not_ready_leaves_the_grade_alone(client, tool: TestTool, column, pupil) -> None:
    send_score(tool, column["url"], score(pupil, 1, at=at()))
    send_score(tool, column["url"], score(pupil, None, at=at(1), gradingProgress="NotReady"))
    assert shown(client) == 20


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": None}, {"timestamp": None}, {"activityProgress": None}, {"gradingProgress": None},
        {"activityProgress": "Done"}, {"gradingProgress": "Graded"},
        {"timestamp": "yesterday"}, {"timestamp": "2026-03-02T09:00:00"}, {"timestamp": "2026-03-02"},
        {"scoreMaximum": None}, {"scoreMaximum": 0}, {"scoreMaximum": -1}, {"scoreGiven": -1},
        {"scoreGiven": "1"}, {"scoreGiven": True}, {"comment": 5},
    ],
)  # fmt: skip
def test_a_malformed_score_is_refused(client, tool: TestTool, column, pupil, changes) -> None:
    answer = send_score(tool, column["url"], score(pupil, 1, **{"at": at(), **changes}))
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert client.gradebook()[0]["grades"] == {}


def test_only_active_students_can_be_graded(client, tool: TestTool, column, pupil) -> None:
    by_key = {person["key"]: person["user_id"] for person in client.people()}
    assert send_score(tool, column["url"], score("nobody", 1, at=at())).status_code == 404
    assert send_score(tool, column["url"], score(by_key["teacher"], 1, at=at())).status_code == 422
    client.change_person("student-1", status="Removed")
    assert send_score(tool, column["url"], score(pupil, 1, at=at())).status_code == 422


def test_another_media_type_or_scope_is_refused(client, tool: TestTool, column, pupil) -> None:
    headers = {"Authorization": f"Bearer {tool.token()}"}
    url, body = f"{column['url']}/scores", score(pupil, 1, at=at())
    assert requests.post(url, json=body, headers=headers, timeout=10).status_code == 415
    headers = {
        "Authorization": f"Bearer {tool.token(MEMBERS)}",
        "Content-Type": "application/vnd.ims.lis.v1.score+json",
    }
    assert requests.post(url, json=body, headers=headers, timeout=10).status_code == 403


def test_results_come_in_pages_and_only_for_those_with_a_grade(client, tool: TestTool, column) -> None:
    for student in client.students()[:5]:
        send_score(tool, column["url"], score(student["user_id"], 0.5, at=at()))
    pages = every_page(tool, f"{column['url']}/results", RESULTS_TYPE, limit=2)
    assert [len(page.json()) for page in pages] == [2, 2, 1]
    assert [len(read(tool, f"{column['url']}/results", RESULTS_TYPE, user_id="nobody").json())] == [0]


def test_the_log_keeps_every_score_in_order(client, tool: TestTool, column, pupil) -> None:
    for number in range(5):
        send_score(tool, column["url"], score(pupil, number / 4, at=at(number)))
    entries = client.gradebook()[0]["scores"]
    assert [entry["body"]["scoreGiven"] for entry in entries] == [0, 0.25, 0.5, 0.75, 1]
    assert {entry["outcome"] for entry in entries} == {"stored"}
