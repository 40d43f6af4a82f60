"""What a teacher saw and said: it counts at once, it stays on record, and it never crosses a class."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from clock import Clock
from learner import Learner
from lti_tool.flows import configuring, observing, recalculating
from lti_tool.flows.errors import NotAllowed, NotFound, Refused
from lti_tool.flows.observing import Sight
from lti_tool.learning.ids import SkillId
from lti_tool.learning.outside import SHOWN_WORTH, Occasion, Shown
from lti_tool.learning.rules import PRESETS
from lti_tool.learning.verdicts import Level, Verdict
from lti_tool.store import courses, grades, mastery, people
from lti_tool.store.pages import rule_preview
from lti_tool.store.rules import Setting
from lti_tool.store.tables import AuditRow, EvidenceRow, TeacherWordRow, WithdrawalRow
from school import School

SKILL = SkillId("equal-parts")


def see(school: School, clock: Clock, how: Shown = Shown.ALONE, *, skill: str = SKILL, days_ago: int = 0) -> int:
    """The teacher saw the first student do it. Returns the evidence's id."""
    sight = Sight(
        skill=SkillId(skill), occasion=Occasion.ORAL, note="At the board.", at=clock() - timedelta(days=days_ago)
    )
    with school.db.writing() as session:
        observing.observe(session, school.teacher, sight, {school.student.person_id: SHOWN_WORTH[how]}, clock())
        return session.scalars(select(EvidenceRow.id).order_by(EvidenceRow.id.desc())).first() or 0


def say(school: School, clock: Clock, word: str, note: str = "Explained it to others.") -> None:
    with school.db.writing() as session:
        observing.say_word(session, school.teacher, (school.student.person_id, SKILL), word, note, clock())


def verdict(school: School, skill: str = SKILL) -> Verdict:
    with school.db.reading() as session:
        return mastery.verdicts(session, school.placement_id, school.student.person_id)[SkillId(skill)]


def grade(school: School) -> float | None:
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        row = grades.find(session, column.id, school.student.person_id)
        return row.value if row else None


def judge_everybody_again(school: School, clock: Clock) -> None:
    """What a worker does after a new rule."""
    for one in recalculating.lost(school.db, clock() + recalculating.LOST_AFTER):
        recalculating.run(school.db, one, clock)


def test_three_observations_count_like_three_right_answers(school: School, clock: Clock) -> None:
    for days_ago in (2, 1, 0):
        see(school, clock, days_ago=days_ago)
    assert verdict(school).mastered
    assert grade(school) == pytest.approx(0.25)


def test_an_observation_continues_a_row_of_answers(school: School, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    skill = learner.question().skills[0]
    learner.answer()
    learner.advance()
    learner.answer()
    see(school, clock, skill=skill)
    assert verdict(school, skill).mastered


def test_what_took_help_is_set_aside_where_hints_do_not_count(school: School, clock: Clock) -> None:
    rule = replace(PRESETS["three_in_a_row"].rule, without_hints=True)
    with school.db.writing() as session:
        wanted = configuring.Configuration(content_id=None, part="meaning", rule=rule)
        configuring.configure(session, school.teacher, wanted, clock())
    for _ in range(3):
        see(school, clock, Shown.HELPED)
    assert not verdict(school).mastered


def test_a_withdrawn_observation_counts_no_longer_and_stays_on_record(school: School, clock: Clock) -> None:
    seen = [see(school, clock, days_ago=days_ago) for days_ago in (2, 1, 0)]
    with school.db.writing() as session:
        pair = (school.student.person_id, SKILL)
        observing.withdraw(session, school.teacher, pair, seen[0], "Wrong student.", clock())
        observing.withdraw(session, school.teacher, pair, seen[0], "Twice is once.", clock())
    assert not verdict(school).mastered
    with school.db.reading() as session:
        assert session.get(EvidenceRow, seen[0]) is not None
        assert session.scalars(select(WithdrawalRow.note)).all() == ["Wrong student."]
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions.count("evidence.observed") == 3
    assert actions.count("evidence.withdrawn") == 1


def test_answers_cannot_be_withdrawn(school: School, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    skill = learner.question().skills[0]
    learner.answer()
    with school.db.reading() as session:
        answer = session.scalars(select(EvidenceRow)).one()
    pair = (school.student.person_id, skill)
    with school.db.writing() as session, pytest.raises(NotFound):
        observing.withdraw(session, school.teacher, pair, answer.id, "", clock())


def test_what_was_said_cannot_be_changed_afterwards(school: School, clock: Clock) -> None:
    say(school, clock, "mastered")
    with school.db.reading() as session:
        session.scalars(select(TeacherWordRow)).one().note = "something else"
        with pytest.raises(RuntimeError, match="cannot be changed"):
            session.flush()


def test_a_teachers_word_counts_beside_the_rules_verdict_and_the_grade_follows(
    school: School, clock: Clock
) -> None:
    say(school, clock, "mastered")
    shown = verdict(school)
    assert shown.mastered
    assert shown.own is not None
    assert shown.own.level is Level.NONE
    assert shown.word is not None
    assert shown.word.note == "Explained it to others."
    assert grade(school) == pytest.approx(0.25)
    say(school, clock, "taken_back", "")
    assert verdict(school).level is Level.NONE
    assert verdict(school).word is None
    assert grade(school) == 0.0


def test_a_word_holds_through_later_answers_and_a_new_rule(school: School, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    assert learner.question().skills[0] == SKILL
    say(school, clock, "not_yet", "Please show me with the fraction strips.")
    for _ in range(3):
        learner.answer()
        learner.advance()
    assert verdict(school).level is Level.NEARLY
    assert verdict(school).own is not None
    assert verdict(school).own.mastered  # type: ignore[union-attr]
    with school.db.writing() as session:
        wanted = configuring.Configuration(content_id=None, part="meaning", rule=PRESETS["four_of_five"].rule)
        agreed = [school.student.person_id]  # Called back is judged by the new rule too, and three are less of it.
        configuring.configure(session, school.teacher, wanted, clock(), agreed=agreed)
    judge_everybody_again(school, clock)
    assert verdict(school).rule_version == 2
    assert verdict(school).word is not None


def test_a_word_needs_a_note(school: School, clock: Clock) -> None:
    with pytest.raises(Refused):
        say(school, clock, "mastered", "  ")


def test_a_word_without_any_answer_survives_a_new_rule(school: School, clock: Clock) -> None:
    say(school, clock, "mastered")
    with school.db.writing() as session:
        wanted = configuring.Configuration(content_id=None, part="meaning", rule=PRESETS["four_of_five"].rule)
        configuring.configure(session, school.teacher, wanted, clock())
    judge_everybody_again(school, clock)
    assert verdict(school).mastered
    assert verdict(school).rule_version == 2


@pytest.mark.parametrize("days", [-1, 500])
def test_an_observation_is_of_the_past_year(school: School, clock: Clock, days: int) -> None:
    with pytest.raises(Refused):
        see(school, clock, days_ago=days)


def test_only_staff_and_only_students_of_their_course(school: School, clock: Clock) -> None:
    sight = Sight(skill=SKILL, occasion=Occasion.ORAL, note="", at=clock())
    seen = {school.student.person_id: SHOWN_WORTH[Shown.ALONE]}
    with school.db.writing() as session, pytest.raises(NotAllowed):
        observing.observe(session, school.student, sight, seen, clock())
    outsider = {school.teacher.person_id: SHOWN_WORTH[Shown.ALONE]}
    with school.db.writing() as session, pytest.raises(NotFound):
        observing.observe(session, school.teacher, sight, outsider, clock())
    assistant = replace(school.teacher, role="assistant")
    with school.db.writing() as session:
        assert observing.observe(session, assistant, sight, seen, clock()) == 1
    with school.db.writing() as session, pytest.raises(NotAllowed):
        observing.say_word(session, assistant, (school.student.person_id, SKILL), "mastered", "yes", clock())


def test_what_one_class_saw_another_never_sees(school: School, clock: Clock) -> None:
    """The same person in two courses of one LMS."""
    say(school, clock, "mastered")
    see(school, clock)
    with school.db.writing() as session:
        other = courses.keep_course(session, school.deployment_id, "course-6", clock())
        place = courses.add_placement(session, other.id, clock(), resource_link_id="elsewhere")
        people.enrol(session, other.id, school.student.person_id, "student", clock())
        there = replace(school.teacher, course_id=other.id, placement_id=place.id)
        wanted = configuring.Configuration(content_id=None, part="meaning", rule=PRESETS["three_in_a_row"].rule)
        configuring.configure(session, there, wanted, clock())
        assert mastery.verdicts(session, place.id, school.student.person_id) == {}


def test_a_preview_of_another_rule_leaves_a_teachers_word_alone(school: School, clock: Clock) -> None:
    say(school, clock, "mastered")
    assert grade(school) == pytest.approx(0.25)
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        strict = PRESETS["five_in_a_row"].rule
        assert row.content_id is not None
        wanted = Setting(content_id=row.content_id, part=row.part, rule=strict, grading=row.grading, points=10.0)
        shown = rule_preview.load(session, row, wanted, clock())
    assert not shown.lost
    assert not shown.falls
