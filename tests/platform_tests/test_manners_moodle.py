"""Moodle's manners: what a running 4.5 refuses, wipes and writes oddly, this one does, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from platform_tests.calls import (
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    MEMBERS_TYPE,
    RESULTS_TYPE,
    SCORE_TYPE,
    score,
    write,
)
from platform_tests.mannered import There, at, at_home

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


@pytest.fixture(scope="module")
def there(tool_key) -> Iterator[There]:
    with at_home("moodle", tool_key) as home:
        yield home


def test_addresses_of_columns_carry_a_query_and_an_ending(there: There) -> None:
    assert there.column["url"].endswith("/lineitem?type_id=1")
    _key, pupil = there.pupil()
    glued = f"{there.column['url']}/scores"
    assert write(there.tool, "POST", glued, score(pupil, 1, at=at()), SCORE_TYPE).status_code in {400, 404, 405}
    assert there.score(pupil, 1).status_code == 200


def test_ids_are_small_numbers(there: There) -> None:
    claims = there.launch("student-1")
    ids = [claims["sub"], claims[f"{CLAIM}/deployment_id"], claims[f"{CLAIM}/context"]["id"]]
    assert all(one.isdigit() and len(one) < 5 for one in [*ids, claims[f"{CLAIM}/resource_link"]["id"]])


def test_an_id_token_lives_a_minute_and_says_no_more_than_it_must(there: There) -> None:
    claims = there.launch("student-1")
    assert claims["exp"] - claims["iat"] == 60
    assert isinstance(claims["aud"], str)
    assert not {"azp", "jti", "nbf"} & set(claims)


def test_custom_values(there: There) -> None:
    """Unknown variables stay literal; names in odd letters come twice."""
    custom = there.launch("student-1")[f"{CLAIM}/custom"]
    assert custom["link_history"] == "$ResourceLink.id.history"
    assert custom["MixedCase"] == custom["mixedcase"] == "V"


def test_the_hint_is_json_and_works_once(there: There) -> None:
    there.launch("student-1")
    asked = there.tool.logins[-1]
    assert asked["lti_message_hint"].startswith('{"cmid":')
    params = {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "client_id": asked["client_id"], "redirect_uri": f"{there.tool.url}/launch", "nonce": "n",
        "login_hint": asked["login_hint"], "lti_message_hint": asked["lti_message_hint"], "repost": "1",
    }  # fmt: skip
    browser = requests.Session()
    there.lms.sign_in("student-1", browser)
    again = browser.get(there.tool.platform["auth_login_url"], params=params, timeout=10)
    assert (again.status_code, "No launch id" in again.text) == (404, True)


@pytest.mark.parametrize(("more", "asked_again"), [({}, True), ({"repost": "true"}, False)])
def test_a_browser_without_its_cookie_is_sent_round_once_unless_the_tool_says_repost(
    there: There, more: dict, asked_again: bool
) -> None:
    there.launch("student-1")
    asked = there.tool.logins[-1]
    params = {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "client_id": asked["client_id"], "redirect_uri": f"{there.tool.url}/launch", "nonce": "n",
        "login_hint": asked["login_hint"], "lti_message_hint": asked["lti_message_hint"], **more,
    }  # fmt: skip
    page = requests.get(there.tool.platform["auth_login_url"], params=params, timeout=10)
    assert ('name="repost"' in page.text) is asked_again
    assert ('name="error"' in page.text) is not asked_again


def test_roles_differ_between_launch_and_roster(there: There) -> None:
    claims = there.launch("assistant")
    assert claims[f"{CLAIM}/roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]
    url = claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"]["context_memberships_url"]
    members = there.ask(url, MEMBERS_TYPE).json()["members"]
    assert next(one for one in members if one["user_id"] == claims["sub"])["roles"] == ["Learner"]


def test_names_are_plain_in_a_launch_and_html_in_the_roster(there: There) -> None:
    key, _user_id = there.pupil()
    there.lms.change_person(key, given_name="Seán & Co", family_name="O'Brien")
    claims = there.launch(key)
    assert claims["given_name"] == "Seán & Co"
    url = claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"]["context_memberships_url"]
    members = there.ask(url, MEMBERS_TYPE).json()["members"]
    assert next(one for one in members if one["user_id"] == claims["sub"])["name"] == "Seán &amp; Co O'Brien"


def test_a_roster_comes_whole_unless_a_limit_is_asked_for(there: There) -> None:
    claims = there.launch("teacher")
    url = claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"]["context_memberships_url"]
    assert "next" not in there.ask(url, MEMBERS_TYPE).links
    assert "next" in there.ask(url, MEMBERS_TYPE, limit=2).links


def test_accept_is_one_exact_type(there: There) -> None:
    for accept, status in (
        (LINE_ITEM_TYPE, 200), ("*/*", 200), ("application/json", 400), (f"{LINE_ITEM_TYPE}, application/json", 400),
    ):  # fmt: skip
        assert there.ask(there.column["url"], accept).status_code == status


def test_content_type_is_exact(there: There) -> None:
    _key, pupil = there.pupil()
    body = score(pupil, 1, at=at())
    answer = write(there.tool, "POST", there.address("/scores"), body, "application/json")
    assert answer.status_code == 400


def test_the_token_comes_as_text_html(there: There) -> None:
    answer = there.tool.ask_token("https://purl.imsglobal.org/spec/lti-ags/scope/score")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json()["token_type"] == "Bearer"


def test_without_the_tools_keys_there_is_a_page_in_place_of_an_oauth_error(there: There) -> None:
    values = {**there.tool.registration_values(), "jwks_uri": f"{there.tool.url}/nowhere"}
    known = there.tool.platform
    there.tool.know(there.lms.register_by_hand(**values))
    try:
        answer = there.tool.ask_token("https://purl.imsglobal.org/spec/lti-ags/scope/score")
    finally:
        there.tool.know(known)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_a_link_header_nobody_can_read(there: There) -> None:
    for number in range(2):
        item = {"label": f"More {number}", "scoreMaximum": 5}
        write(there.tool, "POST", lineitems(there), item, LINE_ITEM_TYPE)
    answer = there.ask(lineitems(there), LINE_ITEMS_TYPE, limit=1)
    header = answer.headers["Link"].encode("latin-1").decode()
    assert "rel=“next”" in header
    assert "&amp;" in header
    assert len(there.ask(lineitems(there), LINE_ITEMS_TYPE).json()) >= 3


def lineitems(there: There) -> str:
    return there.column["url"].split("/lineitems/")[0] + "/lineitems?type_id=1"


def test_a_launch_does_not_name_a_column_that_the_tool_made(there: There) -> None:
    activity = there.lms.add_activity(there.tool.platform["client_id"], title="Ungraded")["id"]
    wish = {"label": "Ungraded", "scoreMaximum": 5, "resourceLinkId": activity}
    items = there.launch("student-1")[AGS]["lineitems"]
    assert write(there.tool, "POST", items, wish, LINE_ITEM_TYPE).status_code == 201
    there.lms.enter("student-1", activity)
    assert there.tool.launches[-1][AGS]["lineitem"] == ""


LATER = 10**9
"""Seconds after our first score: long after it arrived."""


def test_whole_seconds(there: There) -> None:
    """A column that the tool made keeps the moment the score says."""
    items = there.launch("student-1")[AGS]["lineitems"]
    made = write(there.tool, "POST", items, {"label": "Project", "scoreMaximum": 20}, LINE_ITEM_TYPE).json()["id"]
    scores = made.replace("/lineitem?", "/lineitem/scores?")
    key, pupil = there.pupil()

    def sent(given: float, seconds: float) -> int:
        answer = write(there.tool, "POST", scores, score(pupil, given, at=at(seconds)), SCORE_TYPE)
        return answer.status_code

    assert sent(0.5, 10.1) == 200
    assert sent(0.9, 10.9) == 409
    assert next(one for one in there.lms.gradebook() if one["url"] == made)["grades"][key]["shown"] == 10
    assert sent(0.9, 11) == 200


def test_the_column_of_an_activity_notes_when_a_score_arrived(there: There) -> None:
    key, pupil = there.pupil()
    assert there.score(pupil, 0.5, 10).status_code == 200
    assert there.score(pupil, 0.9, 3600).status_code == 409, "the first one arrived after that"
    assert there.cell(key)["shown"] == 10
    assert there.score(pupil, 0.9, LATER).status_code == 200


def test_a_teachers_edit_counts_as_an_entry(there: There) -> None:
    key, pupil = there.pupil()
    there.score(pupil, 0.5)
    there.lms.override(there.column["id"], key, 3)
    assert there.score(pupil, 0.9, 5).status_code == 409  # long before the teacher's edit
    assert there.score(pupil, 0.9, 10**9).status_code == 200
    assert there.cell(key)["shown"] == 3


def test_a_result_says_when_its_grade_was_entered(there: There) -> None:
    key, pupil = there.pupil()

    def entered() -> datetime:
        (result,) = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupil).json()
        return datetime.fromisoformat(result["timestamp"])

    sent = datetime.now(UTC)
    there.score(pupil, 0.5)
    ours = entered()
    assert sent <= ours <= datetime.now(UTC)
    there.lms.override(there.column["id"], key, 3)
    typed_in = entered()
    assert typed_in > ours
    assert there.score(pupil, 0.9, 10**9).status_code == 200
    assert entered() == typed_in, "what was typed in stays, and keeps its moment"


def test_a_result_keeps_the_maximum_of_the_day_its_score_came(there: There) -> None:
    key, pupil = there.pupil()
    there.score(pupil, 0.5)
    item = {"label": "Fractions", "scoreMaximum": 50}
    try:
        assert write(there.tool, "PUT", there.column["url"], item, LINE_ITEM_TYPE).status_code == 200
        (result,) = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupil).json()
        assert (result["resultScore"], result["resultMaximum"], there.cell(key)["shown"]) == (25, 20, 25)
    finally:
        write(there.tool, "PUT", there.column["url"], {**item, "scoreMaximum": 20}, LINE_ITEM_TYPE)


@pytest.mark.parametrize("how", [{"gradingProgress": "Pending"}, {"gradingProgress": "Whatever"}, {"given": None}])
def test_anything_but_a_full_grade_wipes(there: There, how: dict) -> None:
    key, pupil = there.pupil()
    there.score(pupil, 0.5)
    assert there.score(pupil, how.get("given", 0.7), LATER, **{k: v for k, v in how.items() if k != "given"}).ok
    assert there.cell(key)["shown"] is None
    assert there.score(pupil, 0.4, -100).status_code == 200, "the moment is forgotten as well"


def test_people_without_grades_are_400_without_a_word(there: There) -> None:
    teacher = next(one for one in there.lms.people() if one["key"] == "teacher")
    for user_id in (teacher["user_id"], "99999"):
        answer = there.score(user_id, 1)
        assert (answer.status_code, answer.text, answer.reason) == (400, "[]", "Incorrect score received")


def test_a_locked_column_is_500_without_a_word(there: There) -> None:
    key, pupil = there.pupil()
    there.score(pupil, 0.5)
    there.lms.lock(there.column["id"])
    try:
        answer = there.score(pupil, 0.9, 5)
    finally:
        there.lms.lock(there.column["id"], locked=False)
    assert (answer.status_code, answer.text, there.cell(key)["shown"]) == (500, "[]", 10)


def test_a_zero_looks_like_nothing(there: There) -> None:
    _key, pupil = there.pupil()
    there.score(pupil, 0)
    (result,) = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupil).json()
    assert set(result) == {"id", "userId"}
    assert there.ask(there.address("/results"), RESULTS_TYPE, limit=1).status_code == 404


@pytest.mark.parametrize(("points", "taken"), [(100, True), (1, True), (7.5, False), (250, False), (0.5, False)])
def test_points_are_whole_from_1_to_100(there: There, points: float, taken: bool) -> None:
    refused = there.pick({"lineItem": {"label": "Ignored", "scoreMaximum": points}})
    assert (refused == "") is taken
    assert taken or "integer between 1 and 100" in refused


def test_a_column_is_called_as_its_activity(there: There) -> None:
    assert there.column["label"] == "Fractions"


def test_to_look_at_columns_takes_the_scope_for_it(there: There) -> None:
    """The scope to change them is not enough, and a token of too few scopes is answered as if it were none."""
    for scopes, status in ((["lineitem"], 401), (["lineitem.readonly"], 200), (["score"], 401)):
        token = there.tool.token(*(f"https://purl.imsglobal.org/spec/lti-ags/scope/{one}" for one in scopes))
        headers = {"Authorization": f"Bearer {token}", "Accept": LINE_ITEM_TYPE}
        answer = requests.get(there.column["url"], headers=headers, timeout=10)
        assert (scopes, answer.status_code) == (scopes, status)


def test_windows_and_dates_of_a_link_are_not_kept(there: There) -> None:
    assert there.pick({"window": {"targetName": "_blank"}, "available": {"startDateTime": at()}}) == ""
    assert there.lms.activities()[-1]["document_target"] == "iframe"


def test_variables_about_the_link_are_null_in_the_picker(there: There) -> None:
    asked = {**there.tool.registration_values(), "custom": {"link": "$ResourceLink.id", "odd": "$Not.known"}}
    known, there.tool.platform = there.tool.platform, there.lms.register_by_hand(**asked)
    try:
        there.lms.open_picker("teacher", there.tool.platform["client_id"])
    finally:
        there.tool.know(known)
    assert there.tool.launches[-1][f"{CLAIM}/custom"] == {"link": None, "odd": "$Not.known"}


def test_the_picker_gets_no_data(there: There) -> None:
    there.lms.open_picker("teacher", there.tool.platform["client_id"])
    settings = there.tool.launches[-1]["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"]
    assert "data" not in settings
    assert "accept_lineitem" not in settings


def test_a_registered_tool_waits_for_the_administrator(there: There) -> None:
    there.lms.register(f"{there.tool.url}/register")
    fresh = there.lms.registrations()[-1]
    assert fresh["pending"]
    activity = there.lms.add_activity(fresh["client_id"], title="Later")
    browser = requests.Session()
    there.lms.sign_in("teacher", browser)
    assert browser.get(f"{there.lms.base_url}/launch/{activity['id']}", timeout=10).status_code == 403
    assert not there.lms.activate(fresh["client_id"])["pending"]
    assert browser.get(f"{there.lms.base_url}/launch/{activity['id']}", timeout=10).status_code == 200
