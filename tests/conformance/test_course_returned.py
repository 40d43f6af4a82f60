"""A whole course is deleted and comes back out of the LMS's bin: everybody goes on where they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clock import Clock
from conformance.cases import Town, entered
from conformance.conftest import log_output as log_output
from conformance.pupils import Pupil, carry, pupil, visit_of
from conformance.test_returned import at_work, lms, plain, take_back
from learner import Learner
from lti_tool.flows import reading_openers, returning, syncing_roster
from lti_tool.flows.errors import Refused
from lti_tool.flows.placing import answer
from lti_tool.lti.errors import PlatformError
from lti_tool.store import courses
from lti_tool.store.pages import student_home
from lti_tool.store.tables import CourseRow, EvidenceRow, PlacementRow
from road import utc_now

__all__ = ["lms", "plain"]


def brought_back(town: Town, one: Pupil) -> Pupil:
    """The course is deleted and restored, and the same student opens the activity. It looks like a copy."""
    fresh = town.lms.bring_back_course()["activities"][one.activity]
    visit = visit_of(town, one.key, fresh)
    assert visit.course_id != one.visit.course_id
    return replace(one, activity=fresh, visit=visit)


def test_the_work_goes_on_and_so_do_the_grades(lms: Town) -> None:
    before = at_work(lms)
    shown = before.cell["shown"]
    after = brought_back(lms, before)
    assert after.cell["shown"] == pytest.approx(shown), "the bin kept the grade"
    assert take_back(lms, after)
    assert not take_back(lms, after), "once is enough"
    again = visit_of(lms, before.key, after.activity)
    assert (again.course_id, again.placement_id) == (before.visit.course_id, before.visit.placement_id)
    with lms.road.db.reading() as session:
        assert student_home.load(session, again, utc_now()).stage == "working"
        assert session.query(CourseRow).count() == 1
        assert session.query(PlacementRow).count() == 1
    carry(lms)
    before.practise(4)
    carry(lms)
    assert before.promise().state == "sent", "a grade of ours is nobody's override"
    assert after.cell["shown"] > shown
    assert abs(after.cell["shown"] - before.promise().value * 10) < 0.011


def test_its_teacher_is_asked_nothing_and_finds_the_class(plain: Town) -> None:
    after = brought_back(plain, at_work(plain))
    assert take_back(plain, after)
    text = entered(plain.lms.enter("teacher", after.activity, plain.road.browser()))
    assert "Copied from last term" not in text
    with plain.road.db.reading() as session:
        course = session.query(CourseRow).one()
        assert course.context_id == plain.lms.info()["context_id"]
    assert syncing_roster.sync(plain.road.border, course.id, utc_now()).problem == "", "at its new address"


def test_what_was_asked_for_the_copy_just_before_breaks_nothing(plain: Town) -> None:
    """A teacher's visit puts the roster, and who may open this, on the queue; then the copy is no more."""
    after = brought_back(plain, at_work(plain))
    assert take_back(plain, after)
    border, gone = plain.road.border, after.visit
    assert syncing_roster.sync(border, gone.course_id or 0, utc_now()).total == 0
    assert not reading_openers.read_one(border, gone.placement_id or 0, utc_now())


def test_what_somebody_did_meanwhile_is_not_lost(plain: Town) -> None:
    before = at_work(plain)
    after = brought_back(plain, before)
    newcomer = pupil(plain, after.activity)
    newcomer.practise(2)
    with plain.road.db.writing() as session:  # pupils work by a clock three hours behind
        courses.placement(session, after.visit.placement_id or 0).created_at -= timedelta(hours=4)
    with plain.road.db.reading() as session:
        seen = session.query(EvidenceRow).count()
    assert take_back(plain, after)
    moved = replace(newcomer.visit, placement_id=before.visit.placement_id, course_id=before.visit.course_id)
    with plain.road.db.reading() as session:
        assert session.query(EvidenceRow).count() == seen
        assert student_home.load(session, moved, utc_now()).stage == "working"


def test_another_activity_of_the_course_comes_back_with_it(plain: Town) -> None:
    first, second = at_work(plain), at_work(plain)
    made = plain.lms.bring_back_course()["activities"]
    visit = visit_of(plain, first.key, made[first.activity])
    assert returning.take_back(plain.road.border, visit.placement_id or 0, utc_now())
    copy = visit_of(plain, second.key, made[second.activity])
    assert returning.take_back(plain.road.border, copy.placement_id or 0, utc_now())
    again = visit_of(plain, second.key, made[second.activity])
    assert again.placement_id == second.visit.placement_id


def test_a_copy_for_a_new_term_stays_one_though_the_old_course_is_gone(lms: Town) -> None:
    before = at_work(lms)
    fresh = lms.lms.copy_course()["activities"][before.activity]
    visit = visit_of(lms, before.key, fresh)
    assert not returning.take_back(lms.road.border, visit.placement_id or 0, utc_now())
    assert visit_of(lms, before.key, fresh).placement_id == visit.placement_id


def test_a_copy_with_grades_beside_a_living_course_stays_one(plain: Town) -> None:
    """It was backed up with its users and restored as another course: both go on, each for itself."""
    after = brought_back(plain, at_work(plain))
    plain.lms.misbehave("lineitems", "403")
    assert not take_back(plain, after), "the LMS does not say that the course is gone"


def test_grades_that_came_along_with_a_copy_stay_until_the_teacher_sends_ours(plain: Town) -> None:
    """As the question says: they count as the teacher's."""
    before = at_work(plain)
    after = brought_back(plain, before)
    shown = after.cell["shown"]
    text = entered(plain.lms.enter("teacher", after.activity, plain.road.browser()))
    assert "If your LMS brought grades along, they count as yours" in text
    again = replace(after, learner=Learner(plain.road, after.visit, Clock(utc_now() - timedelta(hours=3))))  # type: ignore[arg-type]
    again.learner.start()
    again.practise(3)
    carry(plain)
    assert (again.promise().state, after.cell["shown"]) == ("kept", shown)


def test_a_course_that_has_a_life_of_its_own_stays(plain: Town) -> None:
    first, second = at_work(plain), at_work(plain)
    made = plain.lms.bring_back_course()["activities"]
    fresh = pupil(plain, made[first.activity])
    fresh.practise(2)  # pupils work by a clock three hours behind
    copy = visit_of(plain, second.key, made[second.activity])
    assert not returning.take_back(plain.road.border, copy.placement_id or 0, utc_now())


def test_an_lms_that_is_away_is_asked_later(plain: Town) -> None:
    after = brought_back(plain, at_work(plain))
    plain.lms.misbehave("lineitems", "503")
    with pytest.raises(PlatformError):
        take_back(plain, after)
    plain.lms.behave()
    assert take_back(plain, after)


def test_an_answer_to_the_question_of_before_changes_nothing(plain: Town) -> None:
    """The teacher has the page of the copy open still, and lets it start anew."""
    before = at_work(plain)
    after = brought_back(plain, before)
    teacher = visit_of(plain, "teacher", after.activity)
    assert take_back(plain, after)
    moved = replace(teacher, placement_id=before.visit.placement_id, course_id=before.visit.course_id)
    with plain.road.db.writing() as session, pytest.raises(Refused, match="no question"):
        answer(session, moved, "anew", utc_now())
    with plain.road.db.reading() as session:
        assert courses.placement(session, before.visit.placement_id or 0).content_id is not None
