"""1EdTech certification 6.3: the roster, page by page, and LMSs that do not give it."""

from __future__ import annotations

import pytest

from conformance.cases import Town
from conformance.pupils import visit_of
from lti_tool.flows import syncing_roster
from lti_tool.flows.syncing_roster import RosterResult
from lti_tool.lti import paging
from lti_tool.store.tables import EnrolmentRow
from road import utc_now


def sync(town: Town, link: str) -> RosterResult:
    """Read the roster as the teacher's button does."""
    course = visit_of(town, "teacher", link).course_id
    assert course is not None
    return syncing_roster.sync(town.road.border, course, utc_now())


def students(town: Town) -> int:
    """Active students we know."""
    with town.road.db.reading() as session:
        return session.query(EnrolmentRow).filter_by(role="student", active=True).count()


@pytest.mark.parametrize("size", [1, 2, 50])
def test_all_pages_are_read(town: Town, link: str, size: int) -> None:
    for number in range(3):
        town.lms.add_student("Page", f"Turner {size} {number}")
    town.lms.set_options(page_size=size)
    town.lms.clear_calls()
    result = sync(town, link)
    members = len([one for one in town.lms.people() if one["status"] == "Active" and one["kind"] != "admin"])
    assert result.problem == ""
    assert students(town) == len(town.lms.students())
    calls = town.lms.calls()
    assert calls["counts"]["memberships"] >= members // size
    assert calls["counts"].get("token", 0) <= 1
    assert all(call["status"] == 200 for call in calls["calls"] if call["service"] == "memberships")


def test_who_leaves_turns_inactive_and_may_come_back(town: Town, link: str, newcomer: str) -> None:
    sync(town, link)
    before = students(town)
    town.lms.change_person(newcomer, status="Removed")
    assert sync(town, link).left == 1
    assert students(town) == before - 1
    town.lms.change_person(newcomer, status="Active")
    sync(town, link)
    assert students(town) == before


@pytest.mark.parametrize("mode", ["429", "500", "drop", "html"])
def test_a_roster_that_cannot_be_read_changes_nobody(town: Town, link: str, mode: str) -> None:
    sync(town, link)
    before = students(town)
    town.lms.misbehave("memberships", mode)
    assert sync(town, link).problem
    assert students(town) == before


def test_a_roster_that_breaks_off_in_the_middle_sends_nobody_away(
    town: Town, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAUSES_SECONDS", (0.0, 0.0))
    sync(town, link)
    before = students(town)
    town.lms.set_options(page_size=2)
    town.lms.misbehave("memberships", "500", share=0.5)
    for _ in range(3):
        sync(town, link)
        assert students(town) == before


def test_without_the_permission_the_teacher_is_told(town: Town, link: str) -> None:
    scopes = next(one for one in town.lms.registrations() if one["client_id"] == town.road.client_id)["scopes"]
    try:
        town.lms.set_scopes(town.road.client_id, [one for one in scopes if "nrps" not in one])
        town.lms.expire_tokens()
        assert sync(town, link).problem
    finally:
        town.lms.set_scopes(town.road.client_id, scopes)
        town.lms.expire_tokens()
