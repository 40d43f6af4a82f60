"""The platform misbehaves exactly when asked, and its call log tells the truth."""

from __future__ import annotations

import time

import pytest
import requests

from platform_tests.calls import MEMBERS_TYPE, read, score, send_score
from platform_tests.tool import TestTool
from sandbox_platform.client import LmsRefused

WHEN = "2026-03-02T09:00:00Z"


@pytest.fixture
def column_url(client, activity) -> str:
    return client.gradebook()[0]["url"]


@pytest.fixture
def pupil(client) -> str:
    return client.students()[0]["user_id"]


@pytest.mark.parametrize("mode", ["429", "500", "503"])
def test_a_refusing_service_stores_nothing_and_recovers(client, tool, column_url, pupil, mode) -> None:
    client.misbehave("scores", mode, retry_after=7, times=2)
    for _ in range(2):
        answer = send_score(tool, column_url, score(pupil, 1, at=WHEN))
        assert answer.status_code == int(mode)
        assert answer.headers["Retry-After"] == "7"
    assert client.gradebook()[0]["scores"] == []
    assert send_score(tool, column_url, score(pupil, 1, at=WHEN)).status_code == 200
    assert client.api("GET", "/switches")["faults"] == []


def test_a_slow_service_answers_late(client, tool: TestTool, column_url, pupil) -> None:
    client.misbehave("scores", "slow", seconds=0.3)
    tool.token()
    began = time.monotonic()
    assert send_score(tool, column_url, score(pupil, 1, at=WHEN)).status_code == 200
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(("mode", "stored"), [("drop", 0), ("drop-after", 1)])
def test_a_lost_answer_with_and_without_the_score(client, tool, column_url, pupil, mode, stored) -> None:
    client.misbehave("scores", mode)
    with pytest.raises(requests.ConnectionError):
        send_score(tool, column_url, score(pupil, 1, at=WHEN))
    assert len(client.gradebook()[0]["scores"]) == stored
    client.behave()
    status = send_score(tool, column_url, score(pupil, 1, at=WHEN)).status_code
    assert status == (409 if stored else 200)


def test_a_sign_in_page_instead_of_an_answer(client, tool: TestTool, column_url, pupil) -> None:
    client.misbehave("scores", "html")
    answer = send_score(tool, column_url, score(pupil, 1, at=WHEN))
    assert answer.headers["Content-Type"].startswith("text/html")
    assert client.gradebook()[0]["scores"] == []


def test_faults_strike_only_the_service_they_name(client, tool: TestTool) -> None:
    client.misbehave("scores", "500")
    info = client.info()
    roster = f"{info['issuer']}/services/{info['context_id']}/memberships"
    assert read(tool, roster, MEMBERS_TYPE).status_code == 200
    client.misbehave("token", "503")
    assert tool.ask_token("x").status_code == 503
    client.behave()
    client.misbehave("all", "500")
    assert requests.get(tool.platform["key_set_url"], timeout=10).status_code == 500
    assert client.info()


def test_a_share_strikes_sometimes(client, tool: TestTool) -> None:
    client.misbehave("jwks", "500", share=0.5)
    statuses = [requests.get(tool.platform["key_set_url"], timeout=10).status_code for _ in range(40)]
    assert 5 < statuses.count(500) < 35


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "everything", "mode": "500"}, {"service": "scores", "mode": "explode"},
        {"service": "scores", "mode": "slow", "seconds": -1}, {"service": "scores", "mode": "500", "share": 2},
        {"service": "scores", "mode": "500", "times": 0}, {"service": "scores", "mode": "500", "colour": "red"},
    ],
)  # fmt: skip
def test_a_senseless_switch_is_refused(client, wrong: dict) -> None:
    with pytest.raises(LmsRefused, match="400"):
        client.api("POST", "/switches", wrong)


def test_the_call_log_counts_and_tells_tokens_apart(client, tool: TestTool, column_url, pupil) -> None:
    client.clear_calls()
    token = tool.token()
    headers = {"Authorization": f"Bearer {token}", "Accept": MEMBERS_TYPE}
    info = client.info()
    roster = f"{info['issuer']}/services/{info['context_id']}/memberships"
    for _ in range(2):
        requests.get(roster, headers=headers, timeout=10)
    log = client.calls()
    assert log["counts"] == {"memberships": 2, "token": 1}
    assert len({call["token"] for call in log["calls"]}) == 1
    assert {call["client_id"] for call in log["calls"]} == {tool.platform["client_id"]}
    assert client.calls(since=log["last"])["calls"] == []


def test_a_launch_needs_no_service(client, tool: TestTool, activity) -> None:
    client.clear_calls()
    client.enter("student-1", activity["id"])
    assert set(client.calls()["counts"]) == {"login", "jwks"}


def test_the_admin_api_needs_its_token(client) -> None:
    assert requests.get(f"{client.base_url}/admin/api/people", timeout=10).status_code == 401
    wrong = {"Authorization": "Bearer nope"}
    assert requests.get(f"{client.base_url}/admin/api/people", headers=wrong, timeout=10).status_code == 401
