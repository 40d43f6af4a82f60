"""Changing what counts: seen beforehand, agreed to where grades fall, undone, judged again bit by bit."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from learner import Learner
from lti_tool.flows import arranging, configuring, observing, recalculating
from lti_tool.flows.configuring import Configuration
from lti_tool.flows.errors import GradesWouldFall, NotAllowed, NotFound
from lti_tool.flows.observing import Sight
from lti_tool.learning.outside import SHOWN_WORTH, Occasion, Shown
from lti_tool.learning.profile import LearnerPlan
from lti_tool.learning.rules import MasteryRule, Rule, Statistical, Streak
from lti_tool.store import contents, courses, grades, mastery, recalculations
from lti_tool.store.database import Database
from lti_tool.store.pages.rule_preview import RulePreview
from lti_tool.store.teaching import MASTERED, NOT_YET
from school import School, new_school


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Four students by a rule of three in a row: mastered, nearly, mastered with hints, nothing done."""
    school = new_school(database, clock(), students=4)
    first = skills_of(school)[0]
    for visit, answers in zip(school.students, ("RRRRR", "RR", "WRHR"), strict=False):
        practise(school, visit, first, answers, clock())
    judge_everybody(school, clock.pass_by(hours=1))
    return school


def wanted(school: School, rule: Rule, **gates: object) -> Configuration:
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        return Configuration(
            content_id=row.content_id,
            part=row.part,
            rule=MasteryRule(rule=rule, **gates),  # type: ignore[arg-type]
            points=row.points,
        )


def preview(school: School, clock: Clock, rule: Rule, **gates: object) -> RulePreview:
    with school.db.reading() as session:
        return configuring.preview(session, school.teacher, wanted(school, rule, **gates), clock())


def test_a_preview_names_who_gains_and_who_loses_and_why(school: School, clock: Clock) -> None:
    easier = preview(school, clock, Streak(n=2))
    assert [one.name for one in easier.gained] == ["Ben Osei"]
    assert (easier.called_before, easier.called, easier.lost) == (2, 3, ())
    harder = preview(school, clock, Streak(n=5))
    assert [(one.name, str(one.why)) for one in harder.lost] == [("Chloe Park", "2 more right answers in a row.")]
    assert (harder.learners, harder.answers) == (3, 11)


def test_a_preview_counts_grades_and_lists_those_that_fall(school: School, clock: Clock) -> None:
    easier = preview(school, clock, Streak(n=2))
    assert (easier.rises, easier.falls) == (1, ())
    harder = preview(school, clock, Streak(n=5))
    assert harder.rises == 0
    assert [one.name for one in harder.falls] == ["Ben Osei", "Chloe Park"]
    assert all(one.after < one.before for one in harder.falls)


def test_a_preview_counts_words_and_goals_of_ones_own_as_they_will_be(school: School, clock: Clock) -> None:
    """One called mastered without an answer, one called back, one with a goal of their own, one excused."""
    first, second = skills_of(school)[:2]
    called, easier, back, excused = (visit.person_id for visit in school.students)
    with school.db.writing() as session:
        observing.say_word(session, school.teacher, (called, second), MASTERED, "Explained it.", clock())
        observing.say_word(session, school.teacher, (back, first), NOT_YET, "Had help.", clock())
        goal = LearnerPlan(rule=MasteryRule(rule=Streak(n=2)), note="Agreed.")
        arranging.plan_for(session, school.teacher, easier, goal, clock())
        arranging.plan_for(session, school.teacher, excused, LearnerPlan(excused=(first,), note="Knows."), clock())
    foretold = preview(school, clock, Streak(n=6))
    assert (foretold.called_before, foretold.called) == (3, 2)
    assert [(one.name, str(one.why)) for one in foretold.lost] == [("Ada Reyes", "1 more right answer.")]
    assert (foretold.said, foretold.own_goals, foretold.excused, foretold.silent) == (2, 1, 1, 1)
    save(school, clock, wanted(school, Streak(n=6)), foretold)
    with school.db.reading() as session:
        assert len(mastery.mastered_pairs(session, school.placement_id)) == foretold.called


def test_what_a_teacher_saw_is_counted_apart_from_answers(school: School, clock: Clock) -> None:
    sight = Sight(skill=skills_of(school)[1], occasion=Occasion.ORAL, note="At the board.", at=clock())
    with school.db.writing() as session:
        who = {school.students[3].person_id: SHOWN_WORTH[Shown.ALONE]}
        observing.observe(session, school.teacher, sight, who, clock())
    shown = preview(school, clock, Streak(n=3))
    assert (shown.answers, shown.seen, shown.learners, shown.silent) == (11, 1, 4, 0)


def test_a_preview_says_what_saving_then_does(school: School, clock: Clock) -> None:
    foretold = preview(school, clock, Statistical(), minimum_answers=4)
    save(school, clock, wanted(school, Statistical(), minimum_answers=4), foretold)
    now = grades_now(school)
    with school.db.reading() as session:
        assert len(mastery.mastered_pairs(session, school.placement_id)) == foretold.called
    for fall in foretold.falls:
        assert now[fall.person_id] == pytest.approx(fall.after, abs=1e-5)


def save(school: School, clock: Clock, choice: Configuration, seen: RulePreview | None = None) -> int:
    """Save with everybody agreed who was listed, and let the workers finish. Returns the version."""
    agreed = [one.person_id for one in seen.falls] if seen else []
    with school.db.writing() as session:
        saved = configuring.configure(session, school.teacher, choice, clock(), agreed=agreed)
    recalculating.run(school.db, saved.recalculation_id, clock)
    return saved.version


def test_grades_do_not_fall_without_the_teachers_word(school: School, clock: Clock) -> None:
    harder = wanted(school, Streak(n=5))
    seen = preview(school, clock, Streak(n=5))
    with pytest.raises(GradesWouldFall), school.db.writing() as session:
        configuring.configure(session, school.teacher, harder, clock())
    with pytest.raises(GradesWouldFall), school.db.writing() as session:
        configuring.configure(session, school.teacher, harder, clock(), agreed=[seen.falls[0].person_id])
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        assert row.rule_version == 1
        assert courses.current_rule(session, row).rule == Streak(n=3)
    assert save(school, clock, harder, seen) == 2


def test_a_grade_set_by_hand_is_not_counted_as_falling(school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        for one in grades.of_column(session, column.id):
            one.state = "kept"
    seen = preview(school, clock, Streak(n=5))
    assert (seen.falls, seen.kept) == ((), 3)


def test_undo_brings_back_the_whole_setting_as_a_new_version(school: School, clock: Clock) -> None:
    before = wanted(school, Streak(n=3))
    whole = Configuration(content_id=before.content_id, part="", rule=MasteryRule(rule=Streak(n=2)), points=5)
    with school.db.reading() as session:
        seen = configuring.preview(session, school.teacher, whole, clock())
    assert save(school, clock, whole, seen) == 2
    with school.db.reading() as session:
        back = configuring.earlier(session, school.teacher, 1)
        seen = configuring.preview(session, school.teacher, back, clock())
    assert (back.part, back.points, back.rule) == (before.part, 10, before.rule)
    assert save(school, clock, back, seen) == 3
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        assert (row.part, row.points, row.rule_version) == (before.part, 10, 3)
        assert len(mastery.mastered_pairs(session, school.placement_id)) == 2


def test_grades_made_of_other_skills_fall_with_the_teachers_word_and_come_back(
    school: School, clock: Clock
) -> None:
    """Another part begins at nothing. Whoever had a grade for the part before must not lose it without a word."""
    before = wanted(school, Streak(n=3))
    with school.db.reading() as session:
        parts = [one.key for one in contents.get(session, before.content_id or 0).parts]
        other = replace(before, part=next(one for one in parts if one != before.part))
        seen = configuring.preview(session, school.teacher, other, clock())
    assert (seen.learners, [one.name for one in seen.falls]) == (0, ["Ada Reyes", "Ben Osei", "Chloe Park"])
    assert {one.after for one in seen.falls} == {0.0}
    had = grades_now(school)
    with pytest.raises(GradesWouldFall), school.db.writing() as session:
        configuring.configure(session, school.teacher, other, clock())
    save(school, clock, other, seen)
    assert grades_now(school) == dict.fromkeys(had, 0.0)
    save(school, clock, before)
    assert grades_now(school) == had


def grades_now(school: School) -> dict[int, float]:
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        return {one.person_id: one.value for one in grades.of_column(session, column.id)}


def test_a_version_that_never_was_cannot_come_back(school: School, clock: Clock) -> None:
    with pytest.raises(NotFound), school.db.reading() as session:
        configuring.earlier(session, school.teacher, 9)


def test_students_see_no_preview(school: School, clock: Clock) -> None:
    with pytest.raises(NotAllowed), school.db.reading() as session:
        configuring.preview(session, school.student, wanted(school, Streak(n=2)), clock())


def test_too_few_questions_are_told_before_not_after(school: School, clock: Clock) -> None:
    assert preview(school, clock, Streak(n=3), repeats="never").scarce == ()
    scarce = preview(school, clock, Streak(n=20), repeats="never").scarce
    assert scarce
    assert "asks for at least 20 different ones" in str(scarce[0])


def test_judging_again_goes_in_slices_and_says_how_far(school: School, clock: Clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(recalculating, "SLICE", 2)
    with school.db.writing() as session:
        saved = configuring.configure(session, school.teacher, wanted(school, Streak(n=2)), clock())
    assert recalculating.run_slice(school.db, saved.recalculation_id, clock())
    with school.db.reading() as session:
        task = recalculations.latest(session, school.placement_id)
        assert task is not None
        assert (task.state, task.done, task.total) == ("working", 2, 3)
    assert not recalculating.run_slice(school.db, saved.recalculation_id, clock())
    assert not recalculating.run_slice(school.db, saved.recalculation_id, clock())
    with school.db.reading() as session:
        task = recalculations.latest(session, school.placement_id)
        assert task is not None
        assert (task.state, task.done) == ("done", 3)


def test_a_newer_change_replaces_one_under_way(school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        old = configuring.configure(session, school.teacher, wanted(school, Streak(n=2)), clock())
        new = configuring.configure(session, school.teacher, wanted(school, Streak(n=1)), clock())
    recalculating.run(school.db, old.recalculation_id, clock)
    with school.db.reading() as session:
        assert {
            one.rule_version
            for one in mastery.verdicts(session, school.placement_id, school.student.person_id).values()
        } == {1}
    assert recalculating.lost(school.db, clock()) == []
    assert recalculating.lost(school.db, clock.pass_by(minutes=1)) == [new.recalculation_id]
    recalculating.run(school.db, new.recalculation_id, clock)
    assert recalculating.lost(school.db, clock.pass_by(minutes=5)) == []


def test_an_answer_meanwhile_is_judged_by_the_new_rule_alone(school: School, clock: Clock) -> None:
    other = skills_of(school)[1]
    practise(school, school.student, other, "RRRR", clock())
    judge_everybody(school, clock())
    learner = Learner(school, school.student, clock)
    learner.start()
    learner.open_practice()
    with school.db.writing() as session:
        configuring.configure(session, school.teacher, wanted(school, Streak(n=2)), clock())
    learner.answer()
    with school.db.reading() as session:
        found = mastery.verdicts(session, school.placement_id, school.student.person_id)
    assert {one.rule_version for one in found.values()} == {2}


def big_class(database: Database, clock: Clock, students: int = 200) -> School:
    """200 students with 50 answers each."""
    school = new_school(database, clock(), students=students)
    rows = ("RRWRRRRWRR", "WWRWRRRRRR", "RWRWRWRWRR", "RRRRRRRRRR", "WWWWRWWRWR")
    skills = skills_of(school)
    for number, visit in enumerate(school.students):
        for place in range(5):
            answers = rows[(number + place) % 5]
            practise(school, visit, skills[place % len(skills)], answers, clock() + timedelta(hours=place))
    judge_everybody(school, clock.pass_by(days=2))
    return school


def statements(school: School, clock: Clock) -> int:
    seen: list[str] = []
    event.listen(school.db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    preview(school, clock, Statistical())
    return sum(not text.startswith(("BEGIN", "PRAGMA")) for text in seen)


def test_a_preview_takes_the_same_few_statements_for_any_class(database: Database, clock: Clock) -> None:
    assert statements(big_class(database, clock, students=12), clock) <= 12


@pytest.mark.serial
@pytest.mark.parametrize("rule", [Statistical(), Streak(n=5)], ids=lambda one: one.kind)
def test_trying_a_rule_on_10000_answers_costs_hardly_more_than_judging_them(
    database: Database, clock: Clock, rule: Rule
) -> None:
    school = big_class(database, clock)
    began = time.process_time()
    judge_everybody(school, clock())
    judged = time.process_time()
    seen = preview(school, clock, rule)
    spent = time.process_time() - judged
    assert seen.answers == 10_000
    assert spent < 2 * (judged - began)


def test_slices_read_on_from_where_the_last_one_ended(
    school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members without anything to judge lie between the others; each slice passes over a few of them only."""
    monkeypatch.setattr(recalculating, "SLICE", 1)
    monkeypatch.setattr(recalculating, "LOOK_AHEAD", 2)
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        number = recalculating.begin(session, row, None, clock())
    seen = []
    while True:
        more = recalculating.run_slice(school.db, number, clock())
        with school.db.reading() as session:
            task = recalculations.latest(session, school.placement_id)
            assert task is not None
            seen.append((task.done, task.total, task.state))
        if not more:
            break
    assert seen == [(1, 3, "working"), (2, 3, "working"), (3, 3, "done")]
