"""Choosing activities in a tool's picker: only what the tool really signed becomes part of the course."""

from __future__ import annotations

import time

import pytest

from platform_tests.tool import CLAIM, DL, TestTool, new_key
from sandbox_platform import PracticeClient
from sandbox_platform.browsing import LaunchForm, new_session

SETTINGS = f"{DL}/deep_linking_settings"


@pytest.fixture
def return_url(client: PracticeClient, tool: TestTool) -> str:
    """The picker is open; where its answer goes."""
    client.open_picker("teacher", tool.platform["client_id"])
    return tool.launches[-1][SETTINGS]["deep_link_return_url"]


def answer(client: PracticeClient, return_url: str, fields: dict[str, str]):
    return client.finish_picking(LaunchForm(action=return_url, fields=fields), new_session())


def test_the_picker_is_told_what_may_be_chosen(client, tool: TestTool, return_url) -> None:
    claims = tool.launches[-1]
    assert claims[f"{CLAIM}/message_type"] == "LtiDeepLinkingRequest"
    assert f"{CLAIM}/resource_link" not in claims
    assert claims[SETTINGS]["accept_types"] == ["ltiResourceLink"]
    assert claims[SETTINGS]["accept_lineitem"] is True
    assert claims[SETTINGS]["accept_multiple"] is True
    assert claims[SETTINGS]["data"]


def test_several_items_become_activities_and_columns(client, tool: TestTool, return_url) -> None:
    items = [
        {
            "type": "ltiResourceLink", "title": "Halves", "text": "About ½", "url": f"{tool.url}/launch?p=1",
            "custom": {"part": "1"}, "iframe": {"height": 700},
            "available": {"startDateTime": "2026-01-01T00:00:00Z"},
            "submission": {"endDateTime": "2026-02-01T00:00:00Z"},
            "lineItem": {
                "scoreMaximum": 8, "label": "Halves check", "resourceId": "r-1", "tag": "check",
                "submissionReview": {"url": f"{tool.url}/review", "custom": {"view": "work"}},
            },
        },
        {"type": "ltiResourceLink", "window": {"targetName": "new"}},
    ]  # fmt: skip
    picked = answer(client, return_url, tool.deep_link_reply(items))
    assert picked.page.status_code == 200
    first, second = client.activities()
    assert picked.activities == (first["id"], second["id"])
    assert (first["title"], first["document_target"]) == ("Halves", "iframe")
    assert (second["title"], second["document_target"]) == ("Test tool", "window")
    (column,) = client.gradebook()
    assert (column["label"], column["score_maximum"], column["activity_id"]) == ("Halves check", 8, first["id"])
    client.enter("student-1", first["id"])
    assert tool.launches[-1][f"{CLAIM}/custom"] == {"part": "1"}


def test_an_empty_choice_adds_nothing_and_shows_what_the_tool_says(client, tool: TestTool, return_url) -> None:
    fields = tool.deep_link_reply([], **{f"{DL}/errormsg": "Nothing fits"})
    picked = answer(client, return_url, fields)
    assert picked.activities == ()
    assert picked.notes == {"errormsg": "Nothing fits"}
    assert "Nothing fits" in picked.page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"}, {"iss": None}, {"aud": "https://elsewhere.example"}, {"aud": None},
        {"exp": None}, {"exp": int(time.time()) - 600}, {"iat": None}, {"iat": int(time.time()) + 86400},
        {"nonce": None}, {f"{CLAIM}/deployment_id": "other"}, {f"{CLAIM}/version": "1.1"},
        {f"{CLAIM}/message_type": "LtiResourceLinkRequest"}, {f"{DL}/data": None}, {f"{DL}/data": "changed"},
    ],
)  # fmt: skip
def test_a_reply_with_a_wrong_claim_adds_nothing(client, tool: TestTool, return_url, changes) -> None:
    items = [{"type": "ltiResourceLink", "title": "Halves"}]
    picked = answer(client, return_url, tool.deep_link_reply(items, **changes))
    assert picked.page.status_code == 400
    assert picked.refused
    assert client.activities() == []


def test_a_reply_of_a_stranger_adds_nothing(client, tool: TestTool, return_url) -> None:
    fields = tool.deep_link_reply([{"type": "ltiResourceLink"}])
    real, tool.key = tool.key, new_key(tool.key.kid)
    forged = tool.deep_link_reply([{"type": "ltiResourceLink"}])
    tool.key = real
    assert answer(client, return_url, forged).page.status_code == 400
    assert answer(client, return_url, fields).page.status_code == 200


@pytest.mark.parametrize(
    "item",
    [
        {"type": "file", "url": "https://example.org/a.pdf"},
        {"type": "ltiResourceLink", "url": "https://elsewhere.example/x"},
        {"type": "ltiResourceLink", "custom": {"n": 5}},
        {"type": "ltiResourceLink", "lineItem": {"label": "No maximum"}},
        {"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 0}},
        "not an object",
    ],
)
def test_one_bad_item_keeps_all_out(client, tool: TestTool, return_url, item) -> None:
    items = [{"type": "ltiResourceLink", "title": "Good"}, item]
    picked = answer(client, return_url, tool.deep_link_reply(items))
    assert picked.page.status_code == 400
    assert "item 2" in picked.refused
    assert client.activities() == []


def test_a_picker_is_answered_once(client, tool: TestTool, return_url) -> None:
    items = [{"type": "ltiResourceLink", "title": "Halves"}]
    answer(client, return_url, tool.deep_link_reply(items))
    answer(client, return_url, tool.deep_link_reply(items))
    assert len(client.activities()) == 1


def test_only_authors_open_a_picker(client, tool: TestTool) -> None:
    session = new_session()
    client.sign_in("student-1", session)
    page = session.get(f"{client.base_url}/launch/deep-link/{tool.platform['client_id']}", timeout=10)
    assert page.status_code == 403
