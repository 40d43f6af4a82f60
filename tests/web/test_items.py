"""The item report page: what the class's answers say about the questions."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from clock import Clock
from learner import Learner
from lti_tool.learning.activities import ItemKind
from lti_tool.store import sightings
from lti_tool.store.database import Database
from lti_tool.store.pages import item_report
from lti_tool.store.tables import AnswerRow, EvidenceRow
from school import School, new_school, right_answer, wrong_answer
from web.visits import Enter


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def spoil(school: School, learner: Learner, clock: Clock) -> str:
    """A dozen more students give the same wrong answer to the question on the desk. Returns its key."""
    item = learner.question()
    learner.wrong()
    with school.db.writing() as session:
        answer = session.query(AnswerRow).one()
        evidence = session.query(EvidenceRow).filter_by(answer_id=answer.id).first()
        assert evidence is not None
        from lti_tool.store import people

        for number in range(12):
            person = people.keep_person(
                session, school.deployment_id, f"x{number}", {"name": f"X {number}"}, clock()
            )
            people.enrol(session, school.course_id, person.id, "student", clock())
            copy = AnswerRow(
                person_id=person.id,
                placement_id=school.placement_id,
                client_key=f"x{number}",
                item_key=item.id,
                answer={},
                score=0.0,
                correct=False,
                given="nine quarters",
                misconception=answer.misconception,
                at=clock(),
            )
            session.add(copy)
            session.flush()
            session.add(
                EvidenceRow(
                    person_id=person.id,
                    course_id=school.course_id,
                    content_key=evidence.content_key,
                    skill_key=evidence.skill_key,
                    score=0.0,
                    at=clock(),
                    source="practice",
                    item_key=item.id,
                    seconds=40.0,
                    answer_id=copy.id,
                )
            )
    return str(item.id)


def test_nothing_answered_is_said_plainly(enter: Enter) -> None:
    page = words(enter("teacher").text("items"))
    assert "Nobody has answered anything yet." in page
    assert "Nobody has answered these yet: 32" in page


def test_a_question_that_everybody_gets_wrong_stands_first_with_why(
    school: School, learner: Learner, enter: Enter, clock: Clock
) -> None:
    learner.start()
    learner.open_practice()
    key = spoil(school, learner, clock)
    page = words(enter("teacher").text("items"))
    assert "One question deserves a look." in page
    assert page.index(key) < page.index("Hardly anybody gets it right.")
    assert "nine quarters × 12" in page
    assert "“nine quarters” is given more often than the right answer (12 times)." in page
    assert "40 s" in page


def test_what_a_teacher_tries_out_says_nothing_about_a_question(school: School, enter: Enter, clock: Clock) -> None:
    trying = Learner(school, school.teacher, clock)
    trying.start()
    trying.open_practice()
    trying.wrong()
    assert "Nobody has answered anything yet." in words(enter("teacher").text("items"))


def test_older_answers_left_aside_are_told_even_where_few_of_the_read_ones_are_from_here(
    school: School, learner: Learner, enter: Enter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is the course's; an activity of it may have far fewer answers than that."""
    learner.start()
    learner.open_practice()
    spoil(school, learner, clock)
    for module in (sightings, item_report):
        monkeypatch.setattr(module, "MOST_READ", 13)
    assert "left aside" not in words(enter("teacher").text("items"))
    for module in (sightings, item_report):
        monkeypatch.setattr(module, "MOST_READ", 12)
    told = words(enter("teacher").text("items"))
    assert "So far: 12, to 1 of 32 questions. They are among the latest 12 of this course" in told


def test_it_can_be_sorted_and_strange_wishes_do_no_harm(enter: Enter) -> None:
    teacher = enter("teacher")
    for sort in (*item_report.SORTS, "nonsense"):
        assert teacher.get(f"items?sort={sort}&page=99").status_code == 200
    assert enter("student").get("items").status_code == 403


def test_the_report_takes_a_fixed_number_of_statements(database: Database, clock: Clock) -> None:
    school = new_school(database, clock(), students=6)
    for visit in school.students:
        worker = Learner(school, visit, clock)
        worker.start()
        worker.open_practice()
        for give in (right_answer, wrong_answer):
            if worker.question().kind is not ItemKind.ORDERING:
                worker.answer(give)
            worker.advance()
    seen: list[str] = []
    event.listen(school.db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with school.db.reading() as session:
        assert item_report.load(session, school.teacher) is not None
    assert sum(not text.startswith(("BEGIN", "PRAGMA")) for text in seen) <= 6
