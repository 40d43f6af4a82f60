"""Who may open a link (NRPS 2.0 §3), and what a launch of theirs would say."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from responses import matchers

from lti.services import MEMBERS, connection, grant
from lti_tool.lti.claims import CUSTOM, MESSAGE_TYPE
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.platforms import all_platforms
from lti_tool.lti.roster import link_members

LAUNCH = {MESSAGE_TYPE: "LtiResourceLinkRequest"}


def listed(*members: Any, **answer: Any) -> None:
    grant()
    responses.get(MEMBERS, json={"id": MEMBERS, "members": list(members)}, **answer)


def read() -> dict[str, dict[str, str]]:
    return {one.subject: dict(one.custom) for one in link_members(connection(), MEMBERS, "link 1")}


@responses.activate
def test_the_link_is_named_and_its_pages_are_followed() -> None:
    grant()
    asked = matchers.query_param_matcher({"rlid": "link 1", "limit": "100"})
    more = {"Link": f'<{MEMBERS}?rlid=link+1&page=2>; rel="next"'}
    responses.get(MEMBERS, json={"members": [{"user_id": "a"}]}, headers=more, match=[asked])
    responses.get(f"{MEMBERS}?rlid=link+1&page=2", json={"members": [{"user_id": 7}]})
    assert read() == {"a": {}, "7": {}}
    assert sum(call.request.method == "GET" for call in responses.calls) == 2


@responses.activate
def test_custom_parameters_of_a_launch_come_without_variables_left_as_they_were() -> None:
    listed(
        {
            "user_id": "a",
            "message": [{**LAUNCH, CUSTOM: {"groups": "3,4", "environment": "$Canvas.environment.test"}}],
        },
        {"user_id": "b", "message": {**LAUNCH, CUSTOM: {"groups": "5"}}},
        {"user_id": "c", "message": [{MESSAGE_TYPE: "LtiDeepLinkingRequest", CUSTOM: {"groups": "6"}}]},
    )
    assert read() == {"a": {"groups": "3,4"}, "b": {"groups": "5"}, "c": {}}


@responses.activate
@pytest.mark.parametrize("message", [None, [], "text", [7], [{}], {"x": 1}, [{**LAUNCH, CUSTOM: ["groups"]}]])
def test_an_odd_message_says_nothing_of_groups_and_hides_nobody(message: Any) -> None:
    listed({"user_id": "a", "message": message})
    assert read() == {"a": {}}


@responses.activate
def test_who_is_suspended_cannot_open_it() -> None:
    listed(
        {"user_id": "a", "status": "Inactive"}, {"user_id": "b", "status": "Active"}, "nobody", {"name": "No Id"}
    )
    assert read() == {"b": {}}


@responses.activate
@pytest.mark.parametrize(
    "answer", [{"json": {"error": '"query.rlid" is not allowed'}, "status": 400}, {"json": []}]
)
def test_a_refusal_or_something_else_than_a_list_is_told(answer: dict[str, Any]) -> None:
    grant()
    responses.get(MEMBERS, **answer)
    with pytest.raises(PlatformError):
        read()


def test_only_lmss_that_were_seen_to_do_it_are_asked() -> None:
    assert {one.name for one in all_platforms() if one.lists_link_members} == {"Canvas", "Moodle", "Practice LMS"}
