"""The signed answer to a teacher's choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from lti.lms import LTI, NOW, TOOL, registration
from lti.services import KEY
from lti_tool.lti.deep_linking import LinkItem, keeps_dates, keeps_window, reply
from lti_tool.lti.keys import public_key_set
from lti_tool.lti.platforms import Platform, detect_by
from lti_tool.lti.values import DeepLinkRequest

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
REQUEST = DeepLinkRequest(
    deployment_id="deployment-1",
    return_url="https://lms.example.edu/chosen",
    accept_types=("ltiResourceLink",),
    accept_targets=("iframe", "window"),
    data="csrf:1",
)
ITEM = LinkItem(
    title="Halves",
    text="Cut things in two",
    custom={"cairn_placement": "p1"},
    points=20,
    tag="cairn",
    resource_id="p1",
    submission_review=True,
)


def opened(request=REQUEST, items=(ITEM,), product="", **more):
    made = reply(registration(product=product), KEY, request, items, TOOL, NOW, **more)
    assert made.return_url == request.return_url
    return jwt.decode(made.jwt, KeySet.import_key_set(public_key_set([KEY])), algorithms=["RS256"])


def items_of(*args, **kwargs):
    return opened(*args, **kwargs).claims[DL + "content_items"]


def test_the_reply_is_ours_and_says_so():
    token = opened()
    claims = token.claims
    assert (token.header["alg"], token.header["kid"]) == ("RS256", KEY.kid)
    assert (claims["iss"], claims["aud"]) == ("client-1", "https://lms.example.edu")
    assert (claims["iat"], claims["exp"]) == (int(NOW.timestamp()), int(NOW.timestamp()) + 300)
    assert len(claims["nonce"]) > 20
    assert claims[LTI + "version"] == "1.3.0"
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[LTI + "deployment_id"] == "deployment-1"
    assert opened().claims["nonce"] != claims["nonce"]


def test_one_activity():
    assert items_of() == [
        {
            "type": "ltiResourceLink",
            "title": "Halves",
            "text": "Cut things in two",
            "url": TOOL.launch,
            "custom": {"cairn_placement": "p1"},
            "iframe": {"height": 700},
            "lineItem": {
                "label": "Halves",
                "scoreMaximum": 20,
                "resourceId": "p1",
                "tag": "cairn",
                "submissionReview": {
                    "reviewableStatus": ["InProgress", "Submitted", "Completed"],
                    "label": "Halves",
                    "url": TOOL.launch,
                },
            },
        }
    ]


def test_data_go_back_only_if_they_came():
    assert opened().claims[DL + "data"] == "csrf:1"
    assert opened(replace(REQUEST, data="")).claims[DL + "data"] == ""
    assert DL + "data" not in opened(replace(REQUEST, data=None)).claims


def test_several_activities():
    assert len(items_of(items=(ITEM, ITEM, ITEM))) == 3


def test_where_one_is_allowed_one_is_sent_and_the_teacher_told():
    token = opened(replace(REQUEST, accept_multiple=False), (ITEM, ITEM))
    assert len(token.claims[DL + "content_items"]) == 1
    assert "one activity at a time" in token.claims[DL + "msg"]


def test_nothing_chosen():
    token = opened(items=(), message="Nothing was added")
    assert token.claims[DL + "content_items"] == []
    assert token.claims[DL + "msg"] == "Nothing was added"
    assert DL + "errormsg" not in token.claims


def test_something_went_wrong():
    assert opened(items=(), error="Too bad").claims[DL + "errormsg"] == "Too bad"


def test_a_place_without_columns_gets_none():
    assert "lineItem" not in items_of(replace(REQUEST, accept_line_item=False))[0]
    assert "lineItem" in items_of(replace(REQUEST, accept_line_item=None))[0]


def test_an_activity_without_points_gets_no_column():
    assert "lineItem" not in items_of(items=(replace(ITEM, points=None),))[0]


def test_a_place_for_plain_links_gets_a_plain_link():
    assert items_of(replace(REQUEST, accept_types=("link", "html")))[0] == {
        "type": "link",
        "title": "Halves",
        "text": "Cut things in two",
        "url": TOOL.launch,
    }


def test_a_place_for_files_gets_nothing_and_says_why():
    claims = opened(replace(REQUEST, accept_types=("file",))).claims
    assert claims[DL + "content_items"] == []
    assert claims[DL + "errormsg"]


def test_values_have_no_line_breaks():
    assert items_of(items=(replace(ITEM, custom={"a": "x\ny\r\nz"}),))[0]["custom"] == {"a": "x y z"}


def test_dates_and_windows_where_wanted():
    item = replace(ITEM, new_window=True, available_from=NOW, due_at=NOW + timedelta(days=1))
    found = items_of(items=(item,))[0]
    assert found["window"] == {"targetName": "_blank"}
    assert "iframe" not in found
    assert found["available"] == {"startDateTime": "2026-11-22T12:00:00.000Z"}
    assert found["submission"] == {"endDateTime": "2026-11-23T12:00:00.000Z"}
    assert "window" not in items_of(replace(REQUEST, accept_targets=("iframe",)), (item,))[0]
    assert "iframe" not in items_of(replace(REQUEST, accept_targets=("window",)))[0]


def test_what_an_lms_drops_is_neither_offered_nor_sent():
    item = replace(ITEM, new_window=True, available_from=NOW, due_at=NOW + timedelta(days=1))
    moodle = detect_by("moodle", "")
    assert not {"window", "available", "submission"} & set(items_of(items=(item,), product="moodle")[0])
    assert (keeps_dates(REQUEST, moodle), keeps_window(REQUEST, moodle)) == (False, False)
    assert (keeps_dates(REQUEST, Platform()), keeps_window(REQUEST, Platform())) == (True, True)


def test_what_a_place_does_not_take_is_not_offered():
    assert not keeps_window(replace(REQUEST, accept_targets=("iframe",)), Platform())
    assert not keeps_dates(replace(REQUEST, accept_types=("link",)), Platform())


@pytest.mark.parametrize(("wished", "points"), [(250, 100), (7.5, 8), (0.2, 1), (100, 100)])
def test_moodle_takes_whole_points_up_to_a_hundred(wished, points):
    found = items_of(items=(replace(ITEM, points=wished),), product="moodle")
    assert found[0]["lineItem"]["scoreMaximum"] == points
    assert isinstance(found[0]["lineItem"]["scoreMaximum"], int)


def test_blackboard_wants_to_be_told_who_chose():
    """Its documentation calls `sub` required; the specification does not name it, so nobody else gets it."""
    assert opened(product="BlackboardLearn").claims["sub"] == "client-1"
    assert "sub" not in opened().claims


def test_brightspace_links_have_no_query():
    item = replace(ITEM, url=TOOL.launch + "?placement=p1")
    assert items_of(items=(item,), product="desire2learn")[0]["url"] == TOOL.launch
    assert items_of(items=(item,))[0]["url"] == TOOL.launch + "?placement=p1"
