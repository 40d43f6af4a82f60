"""The manners of Schoology, Blackboard, Brightspace and Open edX, each as its users reported them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from platform_tests.calls import LINE_ITEM_TYPE, LINE_ITEMS_TYPE, MEMBERS_TYPE, RESULTS_TYPE, write
from platform_tests.mannered import There, at_home
from sandbox_platform.client import LmsRefused

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
Homes = Callable[[str], There]


@pytest.fixture(scope="module")
def homes(tool_key) -> Iterator[Homes]:
    """LMSs by name, each started on first need."""
    open_homes: dict[str, There] = {}
    with ExitStack() as stack:

        def home(name: str) -> There:
            if name not in open_homes:
                open_homes[name] = stack.enter_context(at_home(name, tool_key))
            return open_homes[name]

        yield home


def lineitems(there: There) -> str:
    return there.lms.base_url + f"/services/{there.lms.info()['context_id']}/lineitems"


def memberships(there: There) -> str:
    return there.lms.base_url + f"/services/{there.lms.info()['context_id']}/memberships"


# --- Schoology ----------------------------------------------------------------------------------------------------


def test_schoology_knows_no_rlid(homes: Homes) -> None:
    there = homes("schoology")
    answer = there.ask(memberships(there), MEMBERS_TYPE, rlid=there.activity["id"])
    assert (answer.status_code, '\\"query.rlid\\" is not allowed' in answer.text) == (400, True)


def test_schoology_gives_a_hundred_members_at_most(homes: Homes) -> None:
    there = homes("schoology")
    assert there.ask(memberships(there), MEMBERS_TYPE, limit=100).ok
    assert there.ask(memberships(there), MEMBERS_TYPE, limit=101).status_code == 400


@pytest.mark.parametrize("more", [{"id": "x"}, {"https://canvas.instructure.com/lti/submission_type": {}}])
def test_schoology_refuses_unknown_fields_of_columns(homes: Homes, more: dict) -> None:
    there = homes("schoology")
    answer = write(there.tool, "POST", lineitems(there), {"label": "A", "scoreMaximum": 5, **more}, LINE_ITEM_TYPE)
    assert (answer.status_code, "is not allowed" in answer.text) == (400, True)


def test_schoology_refuses_unknown_fields_of_scores(homes: Homes) -> None:
    there = homes("schoology")
    _key, pupil = there.pupil()
    assert there.score(pupil, 1, submission={"submittedAt": "2026-03-02T09:00:00Z"}).status_code == 400
    assert there.score(pupil, 1).ok


def test_schoology_wants_the_exact_accept_header(homes: Homes) -> None:
    there = homes("schoology")
    answer = there.ask(memberships(there), f"{MEMBERS_TYPE}, */*")
    assert (answer.status_code, "Invalid Accept Header" in answer.text) == (400, True)


def test_schoology_is_installed_by_hand_only(homes: Homes) -> None:
    there = homes("schoology")
    with pytest.raises(LmsRefused, match="by hand only"):
        there.lms.start_registration()
    assert there.tool.platform["issuer"] == "https://schoology.schoology.com"


# --- Blackboard ---------------------------------------------------------------------------------------------------


def test_blackboard_loses_the_comment_when_asked_for_one_person(homes: Homes) -> None:
    there = homes("blackboard")
    _key, pupil = there.pupil()
    there.score(pupil, 1, comment="Well done")
    everybody = there.ask(there.address("/results"), RESULTS_TYPE).json()
    assert next(one for one in everybody if one["userId"] == pupil)["comment"] == "Well done"
    (alone,) = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupil).json()
    assert "comment" not in alone


def test_blackboard_finds_no_such_user(homes: Homes) -> None:
    answer = homes("blackboard").score("nobody", 1)
    assert (answer.status_code, "User could not be found" in answer.text) == (400, True)


def test_blackboard_links_need_an_address(homes: Homes) -> None:
    there = homes("blackboard")
    assert "Invalid Link" in there.pick({}, sub="the tool")
    assert there.pick({"url": f"{there.tool.url}/launch"}, sub="the tool") == ""


def test_blackboard_wants_to_know_who_chose(homes: Homes) -> None:
    there = homes("blackboard")
    assert "sub is missing" in there.pick({"url": f"{there.tool.url}/launch"})


# --- Brightspace --------------------------------------------------------------------------------------------------


def test_brightspace_tokens_have_one_audience_for_all(homes: Homes) -> None:
    there = homes("brightspace")
    assert there.tool.ask_token(SCORE).status_code == 400
    fixed = there.tool.assertion(aud="https://api.brightspace.com/auth/token")
    assert there.tool.ask_token(SCORE, assertion=fixed).ok


def test_brightspace_gives_no_registration_token(homes: Homes) -> None:
    there = homes("brightspace")
    started = there.lms.start_registration(f"{there.tool.url}/register")
    assert started["registration_token"] is None
    assert "registration_token" not in started["tool_url"]
    url = requests.get(started["openid_configuration"], timeout=10).json()["registration_endpoint"]
    body = there.tool.registration_json()
    assert requests.post(url, json=body, headers={"Authorization": "Bearer "}, timeout=10).status_code == 401
    assert requests.post(url, json=body, timeout=10).ok


def test_brightspace_keys_are_not_to_be_stored(homes: Homes) -> None:
    answer = requests.get(homes("brightspace").tool.platform["key_set_url"], timeout=10)
    assert answer.headers["Cache-Control"] == "no-store"


def test_brightspace_links_have_no_query_and_bring_no_column(homes: Homes) -> None:
    there = homes("brightspace")
    before = there.lms.gradebook()
    assert "without a query" in there.pick({"url": f"{there.tool.url}/launch?part=1"})
    assert there.pick({"url": f"{there.tool.url}/launch", "lineItem": {"scoreMaximum": 5}}) == ""
    assert there.lms.gradebook() == before == []


# --- Open edX -----------------------------------------------------------------------------------------------------


def test_openedx_has_one_deployment(homes: Homes) -> None:
    claims = homes("openedx").launch("student-1")
    assert claims[f"{CLAIM}/deployment_id"] == "1"
    assert "name" not in claims


@pytest.mark.parametrize("wrong", [{"scoreMaximum": 7.5, "resourceId": "r"}, {"scoreMaximum": 7}])
def test_openedx_columns_have_whole_points_and_a_resource(homes: Homes, wrong: dict) -> None:
    there = homes("openedx")
    assert write(there.tool, "POST", lineitems(there), {"label": "A", **wrong}, LINE_ITEM_TYPE).status_code == 400


def test_openedx_never_removes_a_column(homes: Homes) -> None:
    there = homes("openedx")
    headers = {"Authorization": f"Bearer {there.tool.token()}"}
    assert requests.delete(there.column["url"], headers=headers, timeout=10).status_code == 403
    assert there.ask(lineitems(there), LINE_ITEMS_TYPE).json()


def test_openedx_results_come_for_everybody(homes: Homes) -> None:
    there = homes("openedx")
    pupils = [there.pupil()[1] for _ in range(2)]
    assert [there.score(one, 1).status_code for one in pupils] == [201, 201]
    results = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupils[0]).json()
    assert set(pupils) <= {one["userId"] for one in results}
    alone = there.ask(there.address(f"/results/{pupils[0]}"), RESULTS_TYPE).json()
    assert [one["userId"] for one in alone] == [pupils[0]]


def test_openedx_has_no_roster_of_a_large_course(tool_key) -> None:
    with at_home("openedx", tool_key, largest_roster=3) as there:
        answer = there.ask(memberships(there), MEMBERS_TYPE, limit=1)
        assert (answer.status_code, answer.json()["error"]) == (403, "above_response_limit")


def test_openedx_names_the_field_that_is_wrong(homes: Homes) -> None:
    there = homes("openedx")
    _key, pupil = there.pupil()
    there.score(pupil, 1)
    answer = there.score(pupil, 1)
    assert (answer.status_code, list(answer.json())) == (400, ["timestamp"])


def test_openedx_cuts_results_at_the_limit_without_a_word(homes: Homes) -> None:
    there = homes("openedx")
    for _ in range(2):
        there.score(there.pupil()[1], 1)
    answer = there.ask(there.address("/results"), RESULTS_TYPE, limit=1)
    assert (len(answer.json()), answer.links) == (1, {})


def test_openedx_does_not_say_what_it_is(homes: Homes) -> None:
    there = homes("openedx")
    assert set(there.launch("student-1")[f"{CLAIM}/tool_platform"]) == {"guid", "name"}
    assert "/api/lti_consumer/" in there.tool.platform["auth_login_url"]
