"""The gradebook: grades in, results out, and each refusal by its name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import responses
from requests import ConnectionError as NoConnection

from lti.lms import NOW
from lti.services import AGS, ITEM, called, connection, grant, score, sent
from lti_tool.lti import grades
from lti_tool.lti.errors import Meaning, PlatformError, ScoreOutdated, ScoreRefused
from lti_tool.lti.platforms import Platform
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.values import ActivityProgress, GradingProgress

SCORES = ITEM + "/scores"
RESULTS = ITEM + "/results"


def accept(url: str = SCORES, **answer) -> None:
    grant()
    responses.post(url, **({"status": 200} | answer))


def refused(platform: Platform | None = None, **answer) -> PlatformError:
    accept(**answer)
    with pytest.raises(PlatformError) as caught:
        grades.send(connection(platform), ITEM, score())
    return caught.value


@responses.activate
def test_a_grade_as_the_specification_writes_it():
    accept()
    assert grades.send(connection(), ITEM, score(comment=" Well done ", submitted_at=NOW - timedelta(minutes=1)))
    assert sent() == {
        "userId": "person-1",
        "scoreGiven": 15.0,
        "scoreMaximum": 20,
        "comment": "Well done",
        "timestamp": "2026-11-22T12:00:00.000Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "submission": {"submittedAt": "2026-11-22T11:59:00.000Z"},
    }
    request = called("POST", SCORES)[0]
    assert request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert called("POST", "https://lms.example.edu/token")[0].body.decode().count("scope%2Fscore") == 1


@responses.activate
@pytest.mark.parametrize(
    ("minutes_before", "told"), [(30, {"startedAt": "2026-11-22T11:29:00.000Z"}), (-1, {}), (None, {})]
)
def test_the_gradebook_hears_when_the_work_began(minutes_before, told):
    """Never after it was handed in, as some clocks would have it."""
    accept()
    handed_in = NOW - timedelta(minutes=1)
    began = None if minutes_before is None else handed_in - timedelta(minutes=minutes_before)
    grades.send(connection(), ITEM, score(submitted_at=handed_in, started_at=began))
    assert sent()["submission"] == {**told, "submittedAt": "2026-11-22T11:59:00.000Z"}


@responses.activate
def test_work_is_never_handed_in_later_than_it_was_graded():
    accept()
    grades.send(connection(), ITEM, score(at=NOW, submitted_at=NOW + timedelta(seconds=3)))
    assert sent()["submission"] == {"submittedAt": sent()["timestamp"]}


@responses.activate
@pytest.mark.parametrize(
    ("item", "scores"),
    [
        (ITEM + "?type_id=4", SCORES + "?type_id=4"),
        (ITEM + "?a=1&b=x%2Fy", SCORES + "?a=1&b=x%2Fy"),
        (ITEM + "/", SCORES),
        (ITEM + "#part", SCORES),
        ("https://lms.example.edu/items/1?next=a?b", SCORES + "?next=a?b"),
    ],
)
def test_the_address_for_scores_is_made_in_the_path(item, scores):
    accept(scores)
    grades.send(connection(), item, score())
    assert called("POST", SCORES)[0].url == scores


@responses.activate
def test_times_are_utc_with_milliseconds():
    accept()
    at = datetime(2026, 11, 22, 14, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=2)))
    grades.send(connection(), ITEM, score(at=at))
    assert sent()["timestamp"] == "2026-11-22T12:00:00.123Z"


@responses.activate
@pytest.mark.parametrize(
    ("given", "points"), [(0.0, 0.0), (1.0, 20.0), (1 / 3, 6.666667), (1.2, 20.0), (-0.1, 0.0)]
)
def test_parts_become_points(given, points):
    accept()
    grades.send(connection(), ITEM, score(given=given))
    assert sent()["scoreGiven"] == points


@responses.activate
def test_progress_without_a_grade_names_no_points():
    accept()
    started = score(given=None, activity=ActivityProgress.STARTED, grading=GradingProgress.NOT_READY)
    assert grades.send(connection(), ITEM, started)
    assert "scoreGiven" not in sent()
    assert "scoreMaximum" not in sent()
    assert "comment" not in sent()


@responses.activate
@pytest.mark.parametrize(
    "unfinished",
    [
        score(given=None),
        score(grading=GradingProgress.PENDING),
        score(given=None, grading=GradingProgress.NOT_READY),
    ],
)
def test_moodle_progress_without_a_grade_stays_at_home(unfinished):
    """It would empty the grade that is there."""
    assert not grades.send(connection(Moodle()), ITEM, unfinished)
    assert not responses.calls


@responses.activate
@pytest.mark.parametrize(
    "body",
    ["", "OK", "null", "{}", "[]", '[{"id": 1}]', "[1]", '{"resultUrl": "https://lms.example.edu/results/7"}'],
)
def test_any_good_answer_is_a_receipt(body):
    accept(body=body)
    assert grades.send(connection(), ITEM, score())


@responses.activate
def test_a_web_page_is_no_receipt():
    error = refused(body="<!DOCTYPE html><h1>Sign in</h1>")
    assert not error.permanent
    assert "web page" in error.message


@responses.activate
@pytest.mark.parametrize(
    "body",
    [
        '{"error": "not stored"}',
        '{"errors": [{"message": "no"}]}',
        '{"success": false}',
        '[{"error": "not stored"}]',
    ],
)
def test_an_error_with_a_good_status_is_no_receipt(body):
    error = refused(body=body)
    assert not error.permanent
    assert "with an error" in error.message


@responses.activate
@pytest.mark.parametrize(
    "body", ["\ufeff\n<head><title>Sign in</title>", '<?xml version="1.0"?><html>', "<!-- x --><html>"]
)
def test_a_web_page_is_known_however_it_begins(body):
    assert "web page" in refused(body=body.encode()).message


@responses.activate
def test_a_web_page_is_fine_when_the_grade_is_there():
    accept(body="<html>Thank you</html>")
    responses.get(RESULTS, json=[{"userId": "person-1", "resultScore": 15, "resultMaximum": 20}])
    assert grades.send(connection(), ITEM, score())


@responses.activate
def test_a_receipt_that_is_too_long_is_fine_when_the_grade_is_there():
    accept(body=b" " * 2_000_000)
    responses.get(RESULTS, json=[{"userId": "person-1", "resultScore": 15, "resultMaximum": 20}])
    assert grades.send(connection(), ITEM, score())


@responses.activate
@pytest.mark.parametrize("platform", [Platform(), Moodle(), Canvas(), Schoology()])
def test_an_outdated_score_has_its_own_name(platform):
    error = refused(platform, status=409)
    assert isinstance(error, ScoreOutdated)
    assert (error.meaning, error.permanent, error.status) == (Meaning.OUTDATED, True, 409)


@responses.activate
@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ({"status": 404, "body": "not found"}, Meaning.NOT_FOUND),
        ({"status": 410}, Meaning.NOT_FOUND),
        ({"status": 404, "json": {"message": "User could not be found"}}, Meaning.NOT_A_STUDENT),
        ({"status": 422, "json": {"message": "only students have grades"}}, Meaning.NOT_A_STUDENT),
        ({"status": 400, "json": {"message": "timestamp must be later"}}, Meaning.OUTDATED),
    ],
)
def test_refusals_have_names(answer, meaning):
    error = refused(**answer)
    assert isinstance(error, ScoreRefused)
    assert error.meaning is meaning
    assert error.message.endswith(".")


@responses.activate
def test_what_is_not_found_although_the_column_is_there_is_the_person():
    """Else one person the gradebook does not know would have the column of a whole class made anew."""
    responses.get(ITEM, json={"id": ITEM, "label": "Fractions", "scoreMaximum": 10})
    error = refused(status=404)
    assert isinstance(error, ScoreRefused)
    assert error.meaning is Meaning.NOT_A_STUDENT


@responses.activate
def test_without_the_right_to_send_grades_none_is_sent_and_the_teacher_told():
    accept()
    with pytest.raises(PlatformError, match="does not let this tool send grades") as caught:
        grades.send(connection(), ITEM, score(), (AGS + "lineitem", AGS + "result.readonly"))
    assert caught.value.permanent
    assert not responses.calls
    assert grades.send(connection(), ITEM, score(), (AGS + "score",))


@responses.activate
@pytest.mark.parametrize("status", [400, 401, 403, 412, 415, 422])
def test_other_refusals_are_final(status):
    error = refused(status=status)
    assert error.permanent
    assert not isinstance(error, ScoreRefused)


@responses.activate
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_troubles_pass(status):
    error = refused(status=status, headers={"Retry-After": "30"})
    assert (error.permanent, error.retry_after_seconds) == (False, 30)


@responses.activate
def test_a_broken_connection_passes():
    assert not refused(body=NoConnection()).permanent


@responses.activate
@pytest.mark.parametrize("body", ["{}", '{"error": "try later"}', "null", '"none"', ""])
def test_an_odd_answer_is_no_empty_list_of_results(body):
    grant()
    responses.get(RESULTS, body=body)
    with pytest.raises(PlatformError, match="cannot read"):
        list(grades.results(connection(), ITEM))


@responses.activate
def test_no_content_is_an_empty_list_of_results():
    grant()
    responses.get(RESULTS, status=204)
    assert list(grades.results(connection(), ITEM)) == []


@responses.activate
def test_results_of_all_learners_come_in_pages():
    grant()
    responses.get(
        RESULTS + "?limit=100",
        json=[
            {
                "userId": "a",
                "resultScore": 5,
                "resultMaximum": 20,
                "comment": "c",
                "timestamp": "2026-11-22T13:00:00+01:00",
            }
        ],
        headers={"Link": f"<{RESULTS}?page=2>; rel=next"},
    )
    responses.get(
        RESULTS + "?page=2", json=[{"userId": "b", "resultScore": 0.5}, {"userId": "c"}, "odd", {"resultScore": 1}]
    )
    found = list(grades.results(connection(), ITEM))
    assert [(one.subject, one.score) for one in found] == [("a", 0.25), ("b", 0.5), ("c", None)]
    assert (found[0].comment, found[0].at) == ("c", datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert called("GET", RESULTS)[0].headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@responses.activate
def test_the_result_of_one_learner_also_where_the_filter_is_ignored():
    grant()
    responses.get(RESULTS, json=[{"userId": "other", "resultScore": 1}, {"userId": "me & you", "resultScore": 0}])
    found = list(grades.results(connection(), ITEM + "?type_id=4", subject="me & you"))
    assert [(one.subject, one.score) for one in found] == [("me & you", 0.0)]
    assert called("GET", RESULTS)[0].url == RESULTS + "?type_id=4&user_id=me+%26+you"


@responses.activate
@pytest.mark.parametrize("number", ["x", None, True, [], float("inf"), 10**400])
def test_odd_numbers_are_no_score(number):
    grant()
    responses.get(RESULTS, body=json.dumps([{"userId": "a", "resultScore": number}]))
    assert next(grades.results(connection(), ITEM)).score is None


@responses.activate
@pytest.mark.parametrize("time", ["yesterday", 5, "", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_odd_time_of_a_result_is_no_time(time):
    grant()
    responses.get(RESULTS, json=[{"userId": "a", "resultScore": 1, "timestamp": time}])
    assert next(grades.results(connection(), ITEM)).at is None


@responses.activate
def test_numbers_as_text_and_a_maximum_of_nothing():
    grant()
    responses.get(RESULTS, json=[{"userId": "a", "resultScore": "0.5", "resultMaximum": 0}])
    assert next(grades.results(connection(), ITEM)).score == 0.5


@responses.activate
def test_unreadable_results_are_an_error():
    grant()
    responses.get(RESULTS, body="<html>")
    with pytest.raises(PlatformError):
        list(grades.results(connection(), ITEM))


def test_the_scopes_are_the_specifications():
    assert {grades.COLUMN_SCOPE, grades.COLUMN_READ_SCOPE, grades.SCORE_SCOPE, grades.RESULT_SCOPE} == {
        AGS + "lineitem",
        AGS + "lineitem.readonly",
        AGS + "score",
        AGS + "result.readonly",
    }
