"""Who may open a link (NRPS 2.0 §3), as each LMS answers that: sources are named where the manners are."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import RSAKey

from platform_tests.calls import MEMBERS_TYPE
from platform_tests.mannered import There, at_home
from platform_tests.tool import CLAIM

OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
CUSTOM = {"groups": "$Canvas.course.sectionIds", "history": "$Context.id.history", "place": "here"}


def members(there: There, **query: Any) -> list[dict[str, Any]]:
    info = there.lms.info()
    answer = there.ask(f"{info['issuer']}/services/{info['context_id']}/memberships", MEMBERS_TYPE, **query)
    assert answer.ok, answer.text
    found: list[dict[str, Any]] = answer.json()["members"]
    return found


def test_moodle_says_who_may_open_it_and_nothing_of_their_groups(tool_key: RSAKey) -> None:
    with at_home("moodle", tool_key) as there:
        there.lms.restrict(there.activity["id"], "group-red")
        everybody, listed = members(there), members(there, rlid=there.activity["id"])
        assert len(listed) == len(everybody) - 2
        said = listed[-1]["message"][0]
        assert said[f"{CLAIM}/message_type"] == "LtiResourceLinkRequest"
        assert f"{CLAIM}/custom" not in said
        assert "lis_result_sourcedid" in said[OUTCOME]


def test_canvas_fills_in_some_variables_and_narrows_assignments_only(tool_key: RSAKey) -> None:
    with at_home("canvas", tool_key, issuer="") as there:
        for graded in (True, False):
            item: dict[str, Any] = {"title": "Halves", "url": there.activity["url"], "custom": CUSTOM}
            item |= {"lineItem": {"scoreMaximum": 1}} if graded else {}
            placed = there.lms.add_activity(there.tool.platform["client_id"], **item)
            there.lms.restrict(placed["id"], "group-red")
            everybody, listed = members(there), members(there, rlid=placed["id"])
            assert len(everybody) - len(listed) == (2 if graded else 0)
            said = listed[-1]["message"][0][f"{CLAIM}/custom"]
            assert said["groups"].startswith("10,")
            assert (said["history"], said["place"]) == ("$Context.id.history", "here")
        whole = members(there, rlid=there.lms.info()["context_id"])
        assert len(whole) == len(members(there)), "what is no assignment goes by the id of the course"


def test_schoology_refuses_to_hear_of_links(tool_key: RSAKey) -> None:
    with at_home("schoology", tool_key, issuer="") as there:
        info = there.lms.info()
        url = f"{info['issuer']}/services/{info['context_id']}/memberships"
        answer = there.ask(url, MEMBERS_TYPE, rlid=there.activity["id"])
        assert answer.status_code == 400
        assert "rlid" in answer.text
