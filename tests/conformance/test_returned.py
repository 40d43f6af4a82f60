"""An activity is deleted and taken out of the LMS's bin again: everybody goes on where they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.cases import Town
from conformance.conftest import log_output as log_output
from conformance.pupils import Pupil, carry, pupil, visit_of
from conformance.test_course_copy import LMSS
from lti_tool.flows import returning
from lti_tool.jobs.queue import make_queue
from lti_tool.jobs.tasks import define_tasks
from lti_tool.lti.errors import PlatformError
from lti_tool.store import courses
from lti_tool.store.pages import student_home
from lti_tool.store.tables import AnswerRow, PlacementRow
from road import open_road, utc_now
from sandbox_platform.manners import BY_NAME


@pytest.fixture(params=LMSS)
def lms(request: pytest.FixtureRequest, tmp_path: Any, log_output: Any) -> Iterator[Town]:
    """An LMS of its own for each case."""
    with open_road(tmp_path, class_size=2, manners=BY_NAME[request.param], http_timeout_seconds=5.0) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture
def plain(tmp_path: Any, log_output: Any) -> Iterator[Town]:
    """The LMS of the specification."""
    with open_road(tmp_path, class_size=2, http_timeout_seconds=5.0) as road:
        yield Town(road=road.install(), log=log_output)


def at_work(town: Town) -> Pupil:
    """Somebody with a grade in the gradebook, who has not finished."""
    one = pupil(town, town.road.place(points=10.0))
    one.practise(2)
    carry(town)
    assert one.cell["shown"] > 0
    return one


def brought_back(town: Town, one: Pupil) -> Pupil:
    """The activity is deleted and restored, and the same student opens it. They stand in what looks like a copy."""
    fresh = str(town.lms.bring_back(one.activity)["id"])
    visit = visit_of(town, one.key, fresh)
    assert visit.placement_id != one.visit.placement_id
    return replace(one, activity=fresh, visit=visit)


def take_back(town: Town, one: Pupil) -> bool:
    """What a worker does after that launch."""
    return returning.take_back(town.road.border, one.visit.placement_id or 0, utc_now())


def test_the_work_goes_on_and_so_does_the_grade(lms: Town) -> None:
    before = at_work(lms)
    shown = before.cell["shown"]
    after = brought_back(lms, before)
    assert after.cell["shown"] == pytest.approx(shown), "the bin kept the grade"
    assert take_back(lms, after)
    again = visit_of(lms, before.key, after.activity)
    assert again.placement_id == before.visit.placement_id
    with lms.road.db.reading() as session:
        assert student_home.load(session, again, utc_now()).stage == "working"
    carry(lms)
    assert after.cell["shown"] == pytest.approx(shown)
    before.practise(4)
    carry(lms)
    assert before.promise().state == "sent", "a grade of ours is nobody's override"
    assert after.cell["shown"] > shown
    assert abs(after.cell["shown"] - before.promise().value * 10) < 0.011


def test_a_page_that_was_open_meanwhile_is_one_of_the_original(plain: Town) -> None:
    before = at_work(plain)
    after = brought_back(plain, before)
    newcomer = pupil(plain, after.activity)
    newcomer.practise(1)
    assert newcomer.visit.placement_id == after.visit.placement_id
    plain.lms.clear_calls()
    assert take_back(plain, after)
    assert not take_back(plain, after), "once is enough"
    moved = replace(newcomer.visit, placement_id=before.visit.placement_id)
    with plain.road.db.reading() as session:
        assert student_home.load(session, moved, utc_now()).stage == "working", "what they had begun is there"
    carry(plain)
    sent = plain.lms.calls(service="scores")["calls"]
    assert all(one["status"] == 200 for one in sent), "nothing goes to the column of before"
    with plain.road.db.reading() as session:
        assert session.get(PlacementRow, after.visit.placement_id) is None
        answers = session.query(AnswerRow).filter_by(person_id=newcomer.visit.person_id).all()
        assert {one.placement_id for one in answers} == {before.visit.placement_id}


def test_a_duplicate_beside_a_living_original_stays_one(lms: Town) -> None:
    before = at_work(lms)
    twin = str(lms.lms.copy_activity(before.activity)["id"])
    visit = visit_of(lms, before.key, twin)
    assert not returning.take_back(lms.road.border, visit.placement_id or 0, utc_now())
    assert visit_of(lms, before.key, before.activity).placement_id == before.visit.placement_id
    assert visit_of(lms, before.key, twin).placement_id == visit.placement_id


def test_an_lms_that_is_away_is_asked_later(plain: Town) -> None:
    after = brought_back(plain, at_work(plain))
    plain.lms.misbehave("lineitems", "503")
    with pytest.raises(PlatformError):
        take_back(plain, after)
    plain.lms.behave()
    assert take_back(plain, after)


def test_a_copy_with_another_rule_has_a_life_of_its_own(plain: Town) -> None:
    after = brought_back(plain, at_work(plain))
    with plain.road.db.writing() as session:
        copy = courses.placement(session, after.visit.placement_id or 0)
        copy.grading = "mastered_share"
        courses.add_rule(session, copy, courses.current_rule(session, copy), None, utc_now())
    assert not take_back(plain, after)


def test_only_the_first_launch_into_a_copy_asks(plain: Town) -> None:
    def asked() -> int:
        queue = make_queue(plain.road.border.settings)
        define_tasks(queue, plain.road.border, lambda: None, utc_now)
        return sum(one.name == "take_back" for one in queue.pending())

    before = at_work(plain)
    visit_of(plain, before.key, before.activity)
    assert asked() == 0
    after = brought_back(plain, before)
    assert asked() == 1
    visit_of(plain, "student-1", after.activity)
    assert asked() == 1
