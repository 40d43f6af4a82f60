"""Who may open a link (NRPS 2.0 §3), and what a launch of theirs would say."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from responses import matchers

from lti.services import MEMBERS, connection, grant
from lti_tool.lti.claims import CUSTOM, MESSAGE_TYPE
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.platforms import Platform, all_platforms
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.roster import link_members

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
LAUNCH = {MESSAGE_TYPE: "LtiResourceLinkRequest"}


def listed(*members: Any, **answer: Any) -> None:
    grant()
    responses.get(MEMBERS, json={"id": MEMBERS, "members": list(members)}, **answer)


def read(platform: Platform | None = None) -> dict[str, dict[str, str]]:
    return {one.subject: dict(one.custom) for one in link_members(connection(platform), MEMBERS, "link 1")}


def asked() -> list[dict[str, str]]:
    """The queries of our questions for members."""
    return [
        dict(parse_qsl(urlsplit(one.request.url).query)) for one in responses.calls if "members" in one.request.url
    ]


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


@responses.activate
def test_canvas_is_asked_for_learners_by_the_full_name_of_their_role() -> None:
    listed({"user_id": "a", "roles": [LEARNER]})
    assert read(Canvas()) == {"a": {}}
    assert asked() == [{"rlid": "link 1", "limit": "100", "role": LEARNER}]


@responses.activate
def test_moodle_is_followed_to_its_second_page_where_it_forgets_the_role() -> None:
    grant()
    first = matchers.query_param_matcher({"rlid": "link 1", "limit": "200", "role": LEARNER})
    more = {"Link": f'<{MEMBERS}?limit=200&from=200&rlid=1>; rel="next"'}
    responses.get(MEMBERS, json={"members": [{"user_id": "1"}, {"user_id": "2"}]}, headers=more, match=[first])
    others = [{"user_id": "2"}, {"user_id": "9", "roles": ["Instructor"]}, {"user_id": "3"}]
    second = matchers.query_param_matcher({"rlid": "1", "limit": "200", "from": "200"})
    responses.get(MEMBERS, json={"members": others}, match=[second])
    assert set(read(Moodle())) == {"1", "2", "9", "3"}


@responses.activate
def test_schoology_is_never_asked_for_a_role_with_a_link() -> None:
    listed({"user_id": "a"})
    read(Schoology())
    assert "role" not in asked()[0]
    assert not Schoology.lists_link_members


@responses.activate
@pytest.mark.parametrize("platform", [Canvas(), Moodle()])
def test_where_no_learner_may_open_it_everybody_is_asked_for_once(platform: Platform) -> None:
    grant()
    limit = str(platform.member_page_limit)
    learners = matchers.query_param_matcher({"rlid": "link 1", "limit": limit, "role": LEARNER})
    responses.get(MEMBERS, json={"members": []}, match=[learners])
    everybody = matchers.query_param_matcher({"rlid": "link 1", "limit": limit})
    responses.get(MEMBERS, json={"members": [{"user_id": "t"}]}, match=[everybody])
    assert read(platform) == {"t": {}}


def test_no_lms_is_asked_for_a_role_that_is_not_asked_for_a_link() -> None:
    narrowed = {one.name for one in all_platforms() if one.narrows_link_members}
    assert narrowed == {"Canvas", "Moodle", "Practice LMS"}
