"""1EdTech certification 6.4: columns and scores, and a gradebook that is slow, refuses, or hangs up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from conformance.cases import Town
from conformance.pupils import carry, pupil, visit_of
from lti_tool.flows import reading_gradebook, resending
from road import utc_now
from sandbox_platform.manners import Manners


def test_the_column_made_by_deep_linking_is_used(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(2)
    town.lms.clear_calls()
    columns = len(town.lms.gradebook())
    assert carry(town) == ["sent"]
    assert ada.arrived_right()
    assert len(town.lms.gradebook()) == columns
    assert "lineitems" not in town.lms.calls()["counts"]


def test_one_token_serves_many_scores(town: Town, graded: str) -> None:
    class_of_five = [pupil(town, graded) for _ in range(5)]
    for one in class_of_five:
        one.practise(1)
    town.lms.clear_calls()
    carry(town)
    calls = town.lms.calls()
    assert calls["counts"]["scores"] == 5
    assert calls["counts"].get("token", 0) <= 2, "one for scores, one for results, at most"
    scores = [call for call in calls["calls"] if call["service"] == "scores"]
    assert len({call["token"] for call in scores}) == 1
    assert all(one.arrived_right() for one in class_of_five)


def test_a_token_that_ended_early_is_asked_for_again(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    carry(town)
    town.lms.expire_tokens()
    ada.practise(1)
    carry(town)
    assert ada.arrived_right()


def test_timestamps_grow_strictly_and_words_of_progress_fit(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    for _ in range(6):
        ada.practise(1)
        carry(town)
    bodies = [one["body"] for one in ada.log()]
    times = [datetime.fromisoformat(body["timestamp"]) for body in bodies]
    assert len(bodies) >= 3
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))
    for body in bodies:
        assert body["gradingProgress"] == "FullyGraded"
        assert body["activityProgress"] in {"InProgress", "Completed"}
        assert 0 <= body["scoreGiven"] <= body["scoreMaximum"] == 10
    assert ada.arrived_right()


def test_only_the_newest_grade_travels(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(4)
    carry(town)
    assert len(ada.log("")) == 1
    assert ada.arrived_right()


MISBEHAVIOUR: dict[str, dict[str, object]] = {
    "busy, with Retry-After": {"mode": "429", "retry_after": 7, "times": 1},
    "busy, with Retry-After as a date": {"mode": "429", "retry_after": "Wed, 21 Oct 2015 07:28:00 GMT", "times": 1},
    "broken twice": {"mode": "500", "times": 2},
    "down for maintenance": {"mode": "503", "times": 2},
    "hangs up before storing": {"mode": "drop", "times": 2},
    "hangs up after storing": {"mode": "drop-after", "times": 2},
    "slower than we wait": {"mode": "slow", "seconds": 3, "times": 1},
    "a sign-in page instead of an answer": {"mode": "html", "times": 1},
}


@pytest.mark.parametrize("service", ["scores", "results", "token"])
@pytest.mark.parametrize("case", MISBEHAVIOUR)
def test_misbehaving_gradebook(town: Town, graded: str, case: str, service: str) -> None:
    ada = pupil(town, graded)
    ada.practise(2)
    town.lms.expire_tokens()
    how = dict(MISBEHAVIOUR[case])
    town.lms.misbehave(service, str(how.pop("mode")), **how)
    outcomes = carry(town)
    assert outcomes[-1] == "sent"
    assert ada.arrived_right()
    stored = ada.log()
    assert len(stored) == 1, "stored once, however often it was tried"
    assert len(ada.log("")) <= 3
    assert len({one["body"]["timestamp"] for one in ada.log("")}) == 1, "a repeated try is the same score"


def test_retry_after_is_respected(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    town.lms.misbehave("scores", "429", retry_after=90, times=1)
    assert town.road.deliver_all() == ["waiting"]
    assert ada.promise().due_at - utc_now() > timedelta(seconds=80)
    assert town.road.deliver_all() == []
    assert carry(town) == ["sent"]
    assert ada.arrived_right()


def test_new_work_while_the_gradebook_was_away(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    town.lms.misbehave("scores", "drop-after", times=1)
    town.road.deliver_all()
    ada.practise(2)
    carry(town)
    assert ada.arrived_right()
    times = [one["body"]["timestamp"] for one in ada.log()]
    assert times == sorted(set(times))


# --- the teacher's own grade --------------------------------------------------------------------------------------


def test_a_teachers_own_grade_is_left_alone_and_comes_back(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    carry(town)
    town.lms.override(ada.column["id"], ada.key, 3.25, "Seen in class")
    ada.practise(2)
    assert carry(town) == ["kept"]
    assert ada.cell["shown"] == 3.25
    assert ada.promise().state == "kept"
    ada.practise(1)
    carry(town)
    assert ada.cell["shown"] == 3.25

    town.lms.clear_override(ada.column["id"], ada.key)
    assert ada.visit.placement_id is not None
    reading_gradebook.read_results(town.road.border, ada.visit.placement_id, utc_now())
    carry(town)
    assert ada.promise().state == "sent"
    assert ada.arrived_right()


def test_a_teacher_may_let_our_grade_stand(town: Town, graded: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    carry(town)
    town.lms.override(ada.column["id"], ada.key, 1.0)
    ada.practise(2)
    assert carry(town) == ["kept"]
    town.lms.clear_override(ada.column["id"], ada.key)
    teacher = visit_of(town, "teacher", graded)
    with town.road.db.writing() as session:
        assert resending.resend(session, teacher, [ada.promise().id], utc_now()) == 1
    assert carry(town)[-1] == "sent"
    assert ada.arrived_right()


# --- grades that cannot arrive ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Removed", "Inactive"])
def test_a_student_who_left_the_course(town: Town, graded: str, manners: Manners, status: str) -> None:
    ada = pupil(town, graded)
    ada.practise(1)
    town.lms.change_person(ada.key, status=status)
    if status == "Inactive" and manners.inactive_student is None:  # keeps their rows in the gradebook
        assert carry(town)[-1] == "sent"
        assert ada.arrived_right()
        return
    assert carry(town)[-1] == "failed"
    page = grades_page(town, graded)
    assert "Not in the gradebook" in page
    assert "Only enrolled students can get a grade." in page


def test_the_right_to_send_grades_was_taken_away(town: Town, graded: str) -> None:
    scopes = next(one for one in town.lms.registrations() if one["client_id"] == town.road.client_id)["scopes"]
    ada = pupil(town, graded)
    ada.practise(1)
    try:
        town.lms.set_scopes(town.road.client_id, [one for one in scopes if not one.endswith("scope/score")])
        town.lms.expire_tokens()
        outcomes = carry(town, rounds=2)
        assert set(outcomes) <= {"waiting", "failed"}
        assert ada.promise().problem, "the teacher is told why"
    finally:
        town.lms.set_scopes(town.road.client_id, scopes)
    town.lms.expire_tokens()
    teacher = visit_of(town, "teacher", graded)
    with town.road.db.writing() as session:
        resending.resend(session, teacher, [ada.promise().id], utc_now())
    assert carry(town)[-1] == "sent"
    assert ada.arrived_right()


def grades_page(town: Town, activity: str) -> str:
    """What the teacher reads about all grades."""
    browser = town.road.browser()
    home = town.lms.enter("teacher", activity, browser)
    launch = home.url.split("/l/")[1].split("/")[0]
    return browser.get(f"{town.road.tool_url}/l/{launch}/grades", timeout=10).text
