"""An answer: marked, kept as evidence, judged, promised as a grade, all or nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from clock import Clock
from learner import Learner
from lti_tool.flows import studying
from lti_tool.flows.answering import Submission, submit
from lti_tool.flows.errors import NotAllowed, Refused
from lti_tool.learning.errors import AnswerError
from lti_tool.learning.ids import ItemId
from lti_tool.learning.verdicts import Level
from lti_tool.store import courses, grades
from lti_tool.store.database import Database
from lti_tool.store.tables import AnswerRow, EvidenceRow, GradePromiseRow
from school import School, new_school, starter, wrong_answer


def _count(school: School, table: type) -> int:
    with school.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _promise(school: School, person_id: int) -> GradePromiseRow | None:
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        return grades.find(session, column.id, person_id)


def test_a_right_answer_becomes_evidence_a_verdict_and_a_promised_grade(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    answered = learner.answer()
    assert answered.mark.correct
    assert answered.after is not None
    assert answered.after.level is not Level.NONE
    promise = _promise(school, learner.visit.person_id)
    assert promise is not None
    assert promise.state == "waiting"
    assert 0 < promise.value < 1


def test_the_same_form_twice_counts_once_and_says_the_same(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    first = learner.answer(key="form-1")
    before = _count(school, EvidenceRow)
    with school.db.writing() as session:
        again = submit(
            session, learner.visit, Submission(client_key="form-1", item=item.id, answer={}), learner.clock()
        )
    assert again.mark.score == first.mark.score
    assert again.mark.feedback == first.mark.feedback
    assert _count(school, EvidenceRow) == before


def test_an_unreadable_answer_counts_nothing_and_leaves_the_question_open(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    with pytest.raises(AnswerError):
        learner.answer(lambda _: {})
    assert _count(school, AnswerRow) == 0
    assert learner.question().id == item.id


def test_a_question_that_is_not_on_the_desk_is_refused(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    submission = Submission(client_key="x", item=ItemId("another"), answer={"text": "1"})
    with pytest.raises(Refused, match="no longer open"), school.db.writing() as session:
        submit(session, learner.visit, submission, learner.clock())


def test_only_the_first_try_at_a_question_speaks_for_knowing(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    first = learner.wrong()
    if learner.page().item.last.can_retry:  # type: ignore[union-attr]
        second = learner.answer()
        assert second.attempt == 2
        assert second.after is not None
        assert first.after is not None
        assert second.after.progress <= first.after.progress + 1e-9


def test_after_the_last_try_the_solution_is_shown_and_the_question_is_closed(
    school: School, learner: Learner
) -> None:
    learner.start()
    learner.open_practice()
    for _ in range(3):
        page = learner.page()
        assert page is not None
        assert page.item is not None
        if page.item.last and not page.item.last.can_retry:
            break
        learner.wrong()
    last = learner.page().item.last  # type: ignore[union-attr]
    assert last is not None
    assert last.solution
    with pytest.raises(Refused, match="answered this question already"):
        learner.answer()


def test_hints_are_counted_with_the_answer(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    with school.db.writing() as session:
        studying.reveal_hint(session, learner.visit, learner.question().id, learner.clock())
    assert len(learner.page().item.hints) == 1  # type: ignore[union-attr]
    learner.answer()
    with school.db.reading() as session:
        assert session.scalar(select(AnswerRow.hints_used)) == 1


def test_three_in_a_row_is_mastered_when_the_teacher_asked_for_three(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    answered = learner.answer()
    for _ in range(2):
        learner.advance()
        answered = learner.answer()
    assert answered.after is not None
    assert answered.after.level is Level.MASTERED


def test_an_early_zero_is_never_promised(school: School, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    learner.wrong()
    promise = _promise(school, learner.visit.person_id)
    assert promise is None or promise.value > 0


def test_a_teacher_trying_it_out_has_no_grade(school: School, clock: Clock) -> None:
    trying = Learner(school, school.teacher, clock)
    trying.start()
    trying.open_practice()
    trying.answer()
    assert _promise(school, school.teacher.person_id) is None


def test_a_parent_cannot_answer(school: School, learner: Learner) -> None:
    from dataclasses import replace

    observer = replace(learner.visit, role="observer")
    with pytest.raises(NotAllowed), school.db.writing() as session:
        submit(session, observer, Submission(client_key="x", item=ItemId("y"), answer={}), learner.clock())


def test_working_everything_through_gives_the_full_grade(school: School, learner: Learner) -> None:
    learner.start()
    learner.work_through()
    home = learner.home()
    assert home.mastered == len(home.skills)
    assert home.note is not None
    promise = _promise(school, learner.visit.person_id)
    assert promise is not None
    assert (promise.value, promise.complete) == (1.0, True)


def test_work_in_one_place_counts_in_another_that_covers_the_skill(
    database: Database, clock: Clock, school: School, learner: Learner
) -> None:
    from dataclasses import replace

    from lti_tool.flows import configuring

    with school.db.writing() as session:
        other = courses.add_placement(session, school.course_id, clock(), resource_link_id="link-2", title="Again")
        there = replace(school.teacher, placement_id=other.id)
        configuring.configure(session, there, starter(session, clock()), clock())
    learner.start()
    learner.open_practice()
    answered = learner.answer()
    elsewhere = Learner(school, replace(learner.visit, placement_id=other.id), clock)
    shown = {skill.id: skill.answers for skill in elsewhere.home().skills}
    assert shown[answered.skill] == 1
    with school.db.reading() as session:
        column = courses.column(session, other.id)
        assert column is not None
        assert grades.find(session, column.id, learner.visit.person_id) is not None


def test_learners_do_not_see_each_others_work(school: School, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    learner.answer()
    other = Learner(school, school.students[1], clock)
    assert all(skill.answers == 0 for skill in other.home().skills)
    assert other.page() is None


def test_wrong_answers_name_their_misconception_for_the_teacher(database: Database, clock: Clock) -> None:
    from lti_tool.store.pages import learner_detail

    school = new_school(database, clock())
    learner = Learner(school, school.student, clock)
    learner.start()
    learner.open_practice()
    for _ in range(12):
        page = learner.page()
        if page is None or page.item is None or page.answered >= page.planned:
            learner.finish()
            learner.open_practice()
        learner.answer(wrong_answer)
        while (page := learner.page()) and page.item and page.item.last and page.item.last.can_retry:
            learner.answer(wrong_answer)
        learner.advance()
    with school.db.reading() as session:
        detail = learner_detail.load(session, school.teacher, school.student.person_id, clock())
    assert detail is not None
    assert any(entry.misconception for entry in detail.timeline.entries)
    assert any(skill.stuck for skill in detail.skills)
