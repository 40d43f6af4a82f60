"""What teachers said and arranged, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from clock import Clock
from lti_tool.flows import arranging, observing
from lti_tool.flows.observing import Sight
from lti_tool.learning.activities import Modality
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.outside import SHOWN_WORTH, Occasion, Shown
from lti_tool.learning.playlist import Wishes
from lti_tool.learning.profile import Accommodations, LearnerPlan
from lti_tool.store import arrangements, calibrations, courses, evidence, mastery, teaching
from lti_tool.store.calibrations import CourseKey
from lti_tool.store.database import Database
from lti_tool.store.tables import EvidenceRow, VerdictRow
from school import School, new_school

SKILL = SkillId("equal-parts")


def see(school: School, clock: Clock) -> None:
    sight = Sight(skill=SKILL, occasion=Occasion.ORAL, note="", at=clock())
    seen = {visit.person_id: SHOWN_WORTH[Shown.ALONE] for visit in school.students}
    with school.db.writing() as session:
        observing.observe(session, school.teacher, sight, seen, clock())


def test_several_observations_at_once_make_one_verdict(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock(), students=2)
    with ThreadPoolExecutor(4) as rooms:
        list(rooms.map(lambda _: see(school, clock), range(6)))
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EvidenceRow)) == 12
        assert session.scalar(select(func.count()).select_from(VerdictRow)) == 2


def test_withdrawn_evidence_is_kept_and_not_judged(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    see(school, clock)
    with any_database.writing() as session:
        (row,) = session.scalars(select(EvidenceRow)).all()
        assert teaching.withdraw(session, [row.id], "a mistake", None, clock()) == 1
        assert teaching.withdraw(session, [row.id], "again", None, clock()) == 0
        person = school.student.person_id
        assert evidence.histories(session, school.course_id, [person], [SKILL], row.content_key) == {}
        assert evidence.counts(session, school.course_id, person, row.content_key) == {}
        assert evidence.latest(session, school.course_id, person, row.content_key) == []
        about = CourseKey(course_id=school.course_id, content_key=row.content_key)
        number, learners = calibrations.answers_by_learner(session, about, 100, row.id)
        assert (number, list(learners)) == (0, [])
        assert session.get(EvidenceRow, row.id) is not None


def test_what_is_arranged_reads_back_as_it_was_written(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    person = school.student.person_id
    kept = Accommodations(extra_time_factor=1.5, read_aloud=True, avoid_modalities=(Modality.PROJECT,))
    plan = LearnerPlan(pins=(ActivityId("equal-parts-fold"),), excused=(SkillId("number-line"),), note="Why")
    due = {SKILL: clock() + timedelta(days=3)}
    wanted = Wishes(order=(SkillId("unit-fractions"),), due_at=due, minutes=30, blocked_skills=(SKILL,))
    with any_database.writing() as session:
        arranging.accommodate(session, school.teacher, person, kept, clock())
        arranging.plan_for(session, school.teacher, person, plan, clock())
        arranging.arrange_class(session, school.teacher, wanted, clock())
    with any_database.reading() as session:
        place = courses.placement(session, school.placement_id)
        profile, found = arrangements.of_learner(session, place, person)
        assert (profile.accommodations, found) == (kept, plan)
        assert arrangements.wishes(place.wishes) == wanted


def test_a_word_is_kept_with_the_verdict_and_reads_back(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    with any_database.writing() as session:
        pair = (school.student.person_id, SKILL)
        observing.say_word(session, school.teacher, pair, "mastered", "Well explained", clock())
    with any_database.reading() as session:
        verdict = mastery.verdicts(session, school.placement_id, school.student.person_id)[SKILL]
    assert verdict.word is not None
    assert (verdict.word.mastered, verdict.word.note, verdict.word.at) == (True, "Well explained", clock())
    assert verdict.own is not None
    assert not verdict.own.mastered
