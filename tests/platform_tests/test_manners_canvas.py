"""Canvas's manners: attempts, throttle, test student, and an issuer that is not where its services are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from platform_tests.calls import LINE_ITEM_TYPE, RESULTS_TYPE, write
from platform_tests.mannered import There, at_home

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
SUBMISSION = "https://canvas.instructure.com/lti/submission"
QUIET = {SUBMISSION: {"new_submission": False}}
GIVING_WAY = {SUBMISSION: {"new_submission": False, "prioritize_non_tool_grade": True}}


@pytest.fixture(scope="module")
def there(tool_key) -> Iterator[There]:
    with at_home("canvas", tool_key) as home:
        yield home


def test_the_issuer_is_another_host_than_the_services(there: There) -> None:
    claims = there.launch("student-1")
    assert claims["iss"] == there.lms.info()["issuer"] == "http://canvas.localhost"
    assert not there.column["url"].startswith(claims["iss"])


def test_everybody_is_a_user_and_one_student_teaches_elsewhere(there: There) -> None:
    for person in ("student-1", "teacher"):
        roles = there.launch(person)[f"{CLAIM}/roles"]
        assert "http://purl.imsglobal.org/vocab/lis/v2/system/person#User" in roles
    roles = there.launch("student-2")[f"{CLAIM}/roles"]
    assert "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor" in roles


def test_links_have_no_history(there: There) -> None:
    assert there.launch("student-1")[f"{CLAIM}/custom"]["link_history"] == "$ResourceLink.id.history"


def test_what_is_no_assignment_goes_by_the_id_of_the_course(there: There) -> None:
    item = there.lms.add_activity(
        there.tool.platform["client_id"], title="In a module", url=f"{there.tool.url}/launch"
    )
    there.lms.enter("student-1", item["id"])
    claims = there.tool.launches[-1]
    assert claims[f"{CLAIM}/resource_link"]["id"] == claims[f"{CLAIM}/context"]["id"]
    graded = there.launch("student-1")
    assert graded[f"{CLAIM}/resource_link"]["id"] == there.activity["id"]
    columns = there.column["url"].rpartition("/")[0]
    for link, status in ((claims[f"{CLAIM}/context"]["id"], 404), (item["id"], 412), (there.activity["id"], 201)):
        wanted = {"label": "Second", "scoreMaximum": 5, "resourceLinkId": link}
        assert write(there.tool, "POST", columns, wanted, LINE_ITEM_TYPE).status_code == status


def test_every_score_is_an_attempt_unless_told_otherwise(there: There) -> None:
    key, pupil = there.pupil()
    for second in range(3):
        assert there.score(pupil, 0.1, second).ok
    assert there.column["submissions"][key] == 3
    refused = there.score(pupil, 0.5, 10)
    assert (refused.status_code, "attempts" in refused.text) == (422, True)
    assert there.score(pupil, 0.5, 11, **QUIET).ok
    assert (there.column["submissions"][key], there.cell(key)["shown"]) == (3, 10)


def test_the_test_student_launches_and_has_no_grade(there: There) -> None:
    claims = there.launch("test-student")
    assert "http://purl.imsglobal.org/vocab/lti/system/person#TestUser" in claims[f"{CLAIM}/roles"]
    assert there.score(claims["sub"], 1).status_code == 422


def test_work_of_tomorrow_is_refused(there: There) -> None:
    _key, pupil = there.pupil()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    told = {SUBMISSION: {"new_submission": False, "submitted_at": tomorrow}}
    assert there.score(pupil, 1, **told).status_code == 400


def test_older_scores_are_400(there: There) -> None:
    _key, pupil = there.pupil()
    assert there.score(pupil, 1, 10, **QUIET).ok
    answer = there.score(pupil, 1, 5, **QUIET)
    assert (answer.status_code, "timestamp" in answer.text) == (400, True)


def result_of(there: There, pupil: str) -> float | None:
    """What the gradebook reads back for one student."""
    (found,) = there.ask(there.address("/results"), RESULTS_TYPE, user_id=pupil).json()
    score: float | None = found["resultScore"]
    return score


@pytest.mark.parametrize("whose", ["the teacher's", "the tool's"])
def test_a_grade_that_is_there_gives_way_unless_told_otherwise(there: There, whose: str) -> None:
    """Whose it is does not matter; and what came behind it is read back as if it counted."""
    key, pupil = there.pupil()
    there.score(pupil, 0.15, **QUIET)
    if whose == "the teacher's":
        there.lms.override(there.column["id"], key, 3)
    there.score(pupil, 0.9, 5, **GIVING_WAY)
    assert (there.cell(key)["shown"], result_of(there, pupil)) == (3, 18)
    there.lms.override(there.column["id"], key, 4)
    assert result_of(there, pupil) == 4
    there.score(pupil, 0.9, 6, **QUIET)
    assert (there.cell(key)["shown"], result_of(there, pupil)) == (18, 18)


def test_a_closed_grading_period_says_so(there: There) -> None:
    _key, pupil = there.pupil()
    there.lms.lock(there.column["id"])
    try:
        answer = there.score(pupil, 1, **QUIET)
    finally:
        there.lms.lock(there.column["id"], locked=False)
    assert (answer.status_code, "closed grading period" in answer.text) == (422, True)


def test_a_message_without_a_score_empties_the_grade_unless_told_otherwise(there: There) -> None:
    key, pupil = there.pupil()
    there.score(pupil, 0.5, **QUIET)
    kept = {SUBMISSION: {"new_submission": False, "preserve_score": True}}
    there.score(pupil, None, 5, gradingProgress="NotReady", **kept)
    assert there.cell(key)["shown"] == 10
    there.score(pupil, None, 6, gradingProgress="NotReady", **QUIET)
    assert there.cell(key)["shown"] is None


def test_the_throttle_says_403(there: There) -> None:
    _key, pupil = there.pupil()
    there.lms.misbehave("scores", "throttle", times=1)
    answer = there.score(pupil, 1, **QUIET)
    assert (answer.status_code, answer.headers["X-Rate-Limit-Remaining"]) == (403, "0.0")
    assert "Rate Limit Exceeded" in answer.text


def test_the_configuration_is_for_bearers_only(there: There) -> None:
    started = there.lms.start_registration()
    url, token = started["openid_configuration"], started["registration_token"]
    assert requests.get(url, timeout=10).status_code == 401
    answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert answer.ok
    given = requests.post(
        answer.json()["registration_endpoint"], json=there.tool.registration_json(),
        headers={"Authorization": f"Bearer {token}"}, timeout=10,
    ).json()  # fmt: skip
    assert "deployment_id" not in str(given)


def test_columns_of_activities_stay(there: There) -> None:
    headers = {"Authorization": f"Bearer {there.tool.token()}"}
    assert requests.delete(there.column["url"], headers=headers, timeout=10).status_code == 401
