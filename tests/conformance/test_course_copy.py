"""A course is copied for a new term: content and rules come along, learners do not, and the teacher is asked."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from conformance.cases import Town, entered
from conformance.conftest import log_output as log_output
from conformance.pupils import carry, pupil, visit_of
from conformance.test_deep_linking import crafted
from lti_tool.flows import noticing
from lti_tool.store import courses
from lti_tool.store.tables import CourseRow, DeploymentRow, PlacementRow
from road import open_road, utc_now
from sandbox_platform.browsing import forms_of
from sandbox_platform.manners import BY_NAME

LMSS = ("specification", "canvas", "moodle", "schoology", "blackboard", "brightspace")


@pytest.fixture(params=LMSS)
def lms(request: pytest.FixtureRequest, tmp_path: Any, log_output: Any) -> Iterator[Town]:
    """An LMS of its own for each case: copying changes the whole course."""
    manners = BY_NAME[request.param]
    with open_road(tmp_path, class_size=2, manners=manners, http_timeout_seconds=5.0) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture
def plain(tmp_path: Any, log_output: Any) -> Iterator[Town]:
    """The LMS of the specification."""
    with open_road(tmp_path, class_size=2, http_timeout_seconds=5.0) as road:
        yield Town(road=road.install(), log=log_output)


def set_up(town: Town) -> tuple[str, PlacementRow]:
    """An activity with a rule of its own, in use by one student."""
    activity = town.road.place(points=10.0, preset="sure_quick")
    one = pupil(town, activity)
    one.practise(2)
    with town.road.db.reading() as session:
        return activity, courses.placement(session, one.visit.placement_id or 0)


def placement(town: Town, activity: str, person: str = "student-1") -> PlacementRow:
    """The placement somebody's launch leads to."""
    visit = visit_of(town, person, activity)
    with town.road.db.reading() as session:
        return courses.placement(session, visit.placement_id or 0)


def comes_along(town: Town, activity: str, old: PlacementRow) -> None:
    """Content and rule are there, learners are not, and the teacher will be asked."""
    new = placement(town, activity)
    assert (new.id != old.id, new.course_id != old.course_id) == (True, True)
    assert (new.content_id, new.part, new.points, new.grading) == (
        old.content_id,
        old.part,
        old.points,
        old.grading,
    )
    assert (new.copied_from_id, new.copy_answer) == (old.id, "asked")
    with town.road.db.reading() as session:
        assert courses.current_rule(session, new) == courses.current_rule(session, old)
        old_course, new_course = courses.course(session, old.course_id), courses.course(session, new.course_id)
        assert new_course.context_id != old_course.context_id
    visit = visit_of(town, "student-1", activity)
    page = town.lms.enter("student-1", activity, town.road.browser())
    assert page.url.endswith("/welcome"), "students begin anew"
    assert visit.course_id == new.course_id


def test_an_activity_comes_along_in_every_lms(lms: Town) -> None:
    activity, old = set_up(lms)
    copied = lms.lms.copy_course()
    comes_along(lms, copied["activities"][activity], old)


WAYS = {
    "key in custom parameters": {"history": False, "link_history": False, "url": False},
    "key in the address": {"history": False, "link_history": False, "custom": False},
    "history of the link": {"history": False, "custom": False, "url": False},
}


@pytest.mark.parametrize("lost", WAYS.values(), ids=WAYS.keys())
def test_one_sign_is_enough(plain: Town, lost: dict[str, bool]) -> None:
    activity, old = set_up(plain)
    copied = plain.lms.copy_course(notice=False, **lost)
    comes_along(plain, copied["activities"][activity], old)


def test_with_nothing_but_a_notice_the_title_says_which(plain: Town) -> None:
    activity, old = set_up(plain)
    assert noticing.subscribe_due(plain.road.border, utc_now()) == 1
    assert noticing.subscribe_due(plain.road.border, utc_now()) == 0, "once is enough"
    copied = plain.lms.copy_course(history=False, link_history=False, custom=False, url=False)
    assert copied["told"] == [200]
    comes_along(plain, copied["activities"][activity], old)


def test_without_any_sign_the_teacher_sets_it_up(plain: Town) -> None:
    activity, _ = set_up(plain)
    bare = {"history": False, "link_history": False, "custom": False, "url": False, "notice": False}
    new = placement(plain, plain.lms.copy_course(**bare)["activities"][activity], "teacher")
    assert (new.content_id, new.copy_answer) == (None, "")


def test_the_third_term_follows_the_second(plain: Town) -> None:
    activity, old = set_up(plain)
    second = plain.lms.copy_course()["activities"][activity]
    middle = placement(plain, second, "teacher")
    with plain.road.db.writing() as session:
        courses.placement(session, middle.id).points = 33.0
    third = plain.lms.copy_course(link_history=False)["activities"][second]
    last = placement(plain, third, "teacher")
    assert (last.points, last.copied_from_id, last.origin_key) == (33.0, middle.id, old.key)


def test_the_picker_was_opened_first_in_the_third_term(plain: Town) -> None:
    """Its launch says nothing of history; the activity still follows the term before, not the first one."""
    activity, _ = set_up(plain)
    second = plain.lms.copy_course(notice=False)["activities"][activity]
    middle = placement(plain, second, "teacher")
    third = plain.lms.copy_course(link_history=False, notice=False)["activities"][second]
    crafted(plain, omit=["custom"])
    assert placement(plain, third, "teacher").copied_from_id == middle.id


TITLE_ALONE = {"history": False, "link_history": False, "custom": False, "url": False}


def test_a_term_that_nobody_opened_is_passed_over(plain: Town) -> None:
    """Notices tell of both copies; what the first of them holds was never shown to us."""
    activity, old = set_up(plain)
    noticing.subscribe_due(plain.road.border, utc_now())
    second = plain.lms.copy_course(**TITLE_ALONE)["activities"][activity]
    third = plain.lms.copy_course(**TITLE_ALONE)["activities"][second]
    comes_along(plain, third, old)


def test_a_term_in_which_only_the_picker_was_opened_is_passed_over(plain: Town) -> None:
    activity, old = set_up(plain)
    lost = {**TITLE_ALONE, "history": True, "notice": False}
    second = plain.lms.copy_course(**lost)["activities"][activity]
    crafted(plain, omit=["custom"])
    third = plain.lms.copy_course(**lost)["activities"][second]
    comes_along(plain, third, old)


@pytest.mark.parametrize(("choice", "words"), [("keep", "Kept as it is"), ("change", "Rules"), ("anew", "What is")])
def test_the_teacher_is_asked_once(plain: Town, choice: str, words: str) -> None:
    activity, _ = set_up(plain)
    new = plain.lms.copy_course()["activities"][activity]
    browser = plain.road.browser()
    page = plain.lms.enter("teacher", new, browser)
    text = entered(page)
    assert "Copied from last term" in text
    assert "Mathematics 5" in text
    form = next(one for one in forms_of(page) if one.action.endswith("/copied"))
    answer = browser.post(form.action, data={**form.fields, "choice": choice})
    assert answer.ok
    assert words in html.unescape(answer.text)
    again = entered(plain.lms.enter("teacher", new, plain.road.browser()))
    assert "Copied from last term" not in again
    assert (placement(plain, new).content_id is None) == (choice == "anew")


def test_grades_go_to_the_copied_column_and_no_second_one_is_made(plain: Town) -> None:
    activity, _ = set_up(plain)
    carry(plain)
    new = plain.lms.copy_course()["activities"][activity]
    one = pupil(plain, new)
    one.practise(3)
    assert set(carry(plain)) == {"sent"}
    (column,) = plain.lms.gradebook()
    assert column["activity_id"] == new
    assert one.arrived_right()


@pytest.mark.parametrize("lms", ["specification", "moodle"], indirect=True)
def test_an_activity_that_we_gave_a_column_has_grades_in_its_copy(lms: Town) -> None:
    """The teacher added it ungraded and gave it points here; Moodle's launches do not name such a column."""
    old = str(lms.lms.add_activity(lms.road.client_id, title="Later graded")["id"])
    browser = lms.road.browser()
    form = next(one for one in forms_of(lms.lms.enter("teacher", old, browser)) if one.action.endswith("/rules"))
    assert browser.post(form.action, data={**form.fields, "grading": "average_progress"}).ok
    pupil(lms, old).practise(2)
    assert carry(lms)[-1] == "sent"
    new = lms.lms.copy_course()["activities"][old]
    one = pupil(lms, new)
    one.practise(3)
    assert carry(lms)[-1] == "sent"
    assert one.arrived_right()
    assert len([column for column in lms.lms.gradebook() if column["activity_id"] == new]) == 1


def bad_notices(town: Town) -> dict[str, object]:
    """What is no genuine notice."""
    return {
        "nothing": None,
        "a list": [],
        "no notices": {"notices": []},
        "no token": {"notices": [{"jwt": 5}, "x"]},
        "no signature": {"notices": [{"jwt": "e30.e30.e30"}]},
    }


@pytest.mark.parametrize("name", list(bad_notices(None)))  # type: ignore[arg-type]
def test_what_is_no_notice_is_refused(plain: Town, name: str) -> None:
    answer = requests.post(plain.road.border.tool.notices, json=bad_notices(plain)[name], timeout=10)
    assert answer.status_code == 400


def test_a_notice_by_somebody_else_changes_nothing(plain: Town) -> None:
    activity, _ = set_up(plain)
    forged = plain.lms.craft_id_token(
        activity_id=activity,
        key="stranger",
        claims={
            "https://purl.imsglobal.org/spec/lti/claim/notice": {"type": "LtiContextCopyNotice"},
            "https://purl.imsglobal.org/spec/lti/claim/origin_contexts": [plain.lms.info()["context_id"]],
            "context": {"id": "forged"},
        },
    )
    answer = requests.post(plain.road.border.tool.notices, json={"notices": [{"jwt": forged}]}, timeout=10)
    assert answer.status_code == 400
    with plain.road.db.reading() as session:
        assert session.query(CourseRow).filter_by(context_id="forged").count() == 0


def test_a_notice_is_not_lost_while_the_keys_of_the_lms_are_out_of_reach(plain: Town) -> None:
    activity = str(plain.lms.add_activity(plain.road.client_id, title="Fractions")["id"])
    kind = {"https://purl.imsglobal.org/spec/lti/claim/notice": {"type": "LtiHelloWorldNotice"}}
    notices = {"notices": [{"jwt": plain.lms.craft_id_token(activity_id=activity, claims=kind)}]}
    plain.lms.misbehave("jwks", "500")
    assert requests.post(plain.road.border.tool.notices, json=notices, timeout=10).status_code == 503
    plain.lms.behave()
    assert requests.post(plain.road.border.tool.notices, json=notices, timeout=10).status_code == 200


def test_a_refused_subscription_is_kept_and_tried_another_day(plain: Town) -> None:
    activity, _ = set_up(plain)
    assert activity
    plain.lms.set_scopes(plain.road.client_id, [])
    assert noticing.subscribe_due(plain.road.border, utc_now()) == 0
    with plain.road.db.reading() as session:
        (row,) = session.query(DeploymentRow).all()
        assert row.notices_problem
        assert row.notices_asked_at is not None
