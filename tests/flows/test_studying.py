"""A student's visit: welcome, first assessment, choosing, finishing, looking back."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from clock import Clock
from learner import Learner
from lti_tool.flows import studying
from lti_tool.flows.answering import Submission
from lti_tool.flows.errors import Refused
from lti_tool.learning.activities import Modality
from lti_tool.learning.grouping import Wanted
from lti_tool.learning.ids import ActivityId
from lti_tool.learning.verdicts import Level
from lti_tool.store import learners
from lti_tool.store.pages import class_overview, groups_page, learner_detail, me_page, student_home, welcome_page
from school import School, right_answer


def test_the_first_visit_begins_with_a_welcome_then_a_few_questions(school: School, learner: Learner) -> None:
    assert learner.home().stage == "welcome"
    with school.db.reading() as session:
        welcome = welcome_page.load(session, learner.visit)
    assert welcome is not None
    assert welcome.questions >= 3
    with school.db.writing() as session:
        studying.save_welcome(session, learner.visit, ["sport"], ["hands_on"], "Learn halves", learner.clock())
    assert learner.home().stage == "assessment"
    assert learner.page().assessment  # type: ignore[union-attr]


def test_the_first_assessment_ends_and_says_in_words_what_it_found(school: School, learner: Learner) -> None:
    with school.db.writing() as session:
        studying.skip_welcome(session, learner.visit, learner.clock())
    for number in range(30):
        item = learner.question()
        submission = Submission(client_key=f"a{number}", item=item.id, answer=right_answer(item))
        with school.db.writing() as session:
            if studying.assess(session, learner.visit, submission, learner.clock()).finished:
                break
    home = learner.home()
    assert home.stage == "working"
    assert (home.grade.state, {one.level for one in home.skills}) == ("none", {Level.NONE}), (
        "it counts for no grade"
    )
    with school.db.reading() as session:
        me = me_page.load(session, learner.visit, learner.clock())
    assert me is not None
    assert me.assessment_words


def test_an_assessment_answer_sent_twice_moves_on_once(school: School, learner: Learner) -> None:
    with school.db.writing() as session:
        studying.skip_welcome(session, learner.visit, learner.clock())
    item = learner.question()
    submission = Submission(client_key="once", item=item.id, answer=right_answer(item))
    for _ in range(2):
        with school.db.writing() as session:
            studying.assess(session, learner.visit, submission, learner.clock())
    assert learner.page().asked == 1  # type: ignore[union-attr]


def test_everything_before_working_can_be_skipped(learner: Learner) -> None:
    learner.start()
    home = learner.home()
    assert home.stage == "working"
    assert 1 <= len(home.steps) <= 3
    assert all(str(step.reason) for step in home.steps)


def test_who_skips_the_first_questions_is_not_told_what_they_know(learner: Learner) -> None:
    learner.start()
    home = learner.home()
    assert {step.kind.value for step in home.steps} <= {"new"}
    assert not any("know" in str(step.reason) for step in home.steps)


def test_only_what_was_offered_can_be_opened(school: School, learner: Learner) -> None:
    learner.start()
    with pytest.raises(Refused), school.db.writing() as session:
        studying.choose(session, learner.visit, ActivityId("no-such-activity"), learner.clock())


def test_an_open_activity_is_offered_to_carry_on(school: School, learner: Learner) -> None:
    learner.start()
    step = learner.home().steps[0]
    with school.db.writing() as session:
        studying.choose(session, learner.visit, step.activity, learner.clock())
    current = learner.home().current
    assert current is not None
    assert current.activity == step.activity


def test_a_sitting_ends_after_its_questions_and_can_be_looked_back_on(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    while (page := learner.page()) and page.item:
        learner.answer()
        learner.advance()
    learner.finish("Drawing helped me.")
    with school.db.reading() as session:
        me = me_page.load(session, learner.visit, learner.clock())
    assert me is not None
    assert me.visits[0].reflection == "Drawing helped me."
    assert learner.page() is None


def test_a_typed_answer_survives_a_lost_visit(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    with school.db.writing() as session:
        studying.save_draft(session, learner.visit, item.id, {"text": "3/"}, learner.clock())
    assert learner.page().item.draft == {"text": "3/"}  # type: ignore[union-attr]


def test_long_work_is_followed_by_the_offer_of_a_break(school: School, learner: Learner) -> None:
    learner.start()
    offered = set()
    for _ in range(12):
        home = learner.home()
        offered |= {step.modality for step in home.steps}
        step = next(step for step in home.steps if step.modality is not Modality.BREAK)
        with school.db.writing() as session:
            studying.choose(session, learner.visit, step.activity, learner.clock())
        learner.clock.pass_by(minutes=8)
        learner.finish()
    assert Modality.BREAK in offered


def _statements(school: School, load) -> int:  # type: ignore[no-untyped-def]
    seen = []
    event.listen(school.db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with school.db.reading() as session:
        load(session)
    return sum(not text.startswith(("BEGIN", "PRAGMA")) for text in seen)


def test_the_student_page_takes_a_fixed_number_of_statements(school: School, learner: Learner) -> None:
    learner.start()
    learner.work_through(3)
    learner.home()
    assert _statements(school, lambda s: student_home.load(s, learner.visit, learner.clock())) <= 3


def test_the_pages_of_a_class_take_the_same_number_of_statements_for_any_class(database, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    from school import new_school

    school = new_school(database, clock(), students=40)
    for visit in school.students[:6]:
        worker = Learner(school, visit, clock)
        worker.start()
        worker.open_practice()
        worker.answer()
    assert _statements(school, lambda s: class_overview.load(s, school.teacher, clock())) <= 9
    for sort in ("mastered", "visit", "unit-fractions"):
        assert _statements(school, lambda s, by=sort: class_overview.load(s, school.teacher, clock(), 1, by)) <= 10
    assert _statements(school, lambda s: groups_page.load(s, school.teacher, clock(), Wanted())) <= 7


def test_the_learner_page_takes_the_same_number_of_statements_however_much_was_done(
    school: School, learner: Learner
) -> None:
    learner.start()
    learner.work_through(4)
    assert (
        _statements(
            school, lambda s: learner_detail.load(s, school.teacher, learner.visit.person_id, learner.clock())
        )
        <= 14
    )


def test_what_was_worked_on_is_followed_and_steers_what_comes_next(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    skill = learner.page().skill.title  # type: ignore[union-attr]
    while (page := learner.page()) and page.item:
        learner.answer()
        learner.advance()
    learner.finish()
    with school.db.reading() as session:
        state = learners.load(session, school.placement_id, learner.visit.person_id)
        assert state is not None
        followed = learners.situation(state, learner.clock()).followed
        later = learners.situation(state, learner.clock.pass_by(days=9)).followed
    (strength,) = (one for key, one in followed.items() if state.content.graph[key].title == skill)
    assert strength.strength > 0.6
    assert strength.days == pytest.approx(0.0, abs=0.01)
    assert all(later[key].days == pytest.approx(followed[key].days + 9, abs=0.01) for key in followed)


def test_what_was_left_open_counts_less_than_what_was_finished(school: School, clock: Clock) -> None:
    found = []
    for visit, ended in zip(school.students, (True, False), strict=True):
        one = Learner(school, visit, clock)
        one.start()
        steps = one.home().steps
        with school.db.writing() as session:
            studying.choose(session, visit, steps[0].activity, clock())
        if ended:
            one.finish()
        else:
            with school.db.writing() as session:
                studying.choose(session, visit, one.home().steps[0].activity, clock.pass_by(minutes=2))
        with school.db.reading() as session:
            state = learners.load(session, school.placement_id, visit.person_id)
            assert state is not None
            found.append(max(one.strength for one in learners.situation(state, clock()).followed.values()))
    assert found[0] > found[1]
