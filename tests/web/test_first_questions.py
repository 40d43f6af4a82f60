"""The first questions: honest about not knowing, put away and taken up again, repeated, overruled by the teacher."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from classroom import skills_of
from clock import Clock
from learner import Learner
from lti_tool.store.tables import AnswerRow, AuditRow, DeskRow
from school import School, record, right_answer, wrong_answer
from web.visits import Browser, Enter, chosen_part, fields_of

FIRST, SECOND = "equal-parts", "unit-fractions"


@pytest.fixture
def student(enter: Enter) -> Browser:
    """The first student, at the first questions."""
    browser = enter()
    browser.send("welcome", skip="1")
    return browser


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def admit(student: Browser) -> str:
    """Press "I do not know yet". Returns the question it was about."""
    page = student.text("assessment")
    student.send("assessment", item=hidden(page, "item"), key=hidden(page, "key"), admitted="1")
    return hidden(page, "item")


def answered(school: School) -> list[AnswerRow]:
    with school.db.reading() as session:
        return session.query(AnswerRow).order_by(AnswerRow.id).all()


def test_a_preview_expects_nothing_of_who_only_said_not_to_know(
    school: School, student: Browser, enter: Enter
) -> None:
    """No rule counts first questions: “there already, but not called yet” must not rest on them."""
    for _ in range(3):
        admit(student)
    sent = {"part": chosen_part(school), "preset": "five_in_a_row", "points": "10"}
    told = words(enter("teacher").send("rules/preview", **sent).text)
    assert "Nobody has answered anything here yet" in told
    record(school, school.students[1], FIRST, "RR", school.teacher.expires_at)
    told = words(enter("teacher").send("rules/preview", **sent).text)
    assert "Worked out from what 1 student has shown. Answers: 2." in told
    assert "1 student has shown nothing yet that counts" in told
    missed = re.search(r"There already, but not called yet: about (\d+)", told)
    assert missed is not None
    assert int(missed[1]) <= 1


def test_i_do_not_know_yet_counts_as_what_it_is(school: School, student: Browser, enter: Enter) -> None:
    assert "I do not know yet" in words(student.text("assessment"))
    first = admit(student)
    page = student.text("assessment")
    assert hidden(page, "item") != first
    assert "Question 2 of about" in words(page)
    (answer,) = answered(school)
    assert (answer.score, answer.given, answer.item_key) == (0.0, "I do not know yet", first)
    told = words(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert "Said once: “I do not know yet”." in told


def test_not_knowing_is_no_answer_in_practice(school: School, student: Browser, learner: Learner) -> None:
    student.send("assessment/skip")
    learner.open_practice()
    item = learner.question()
    shown = student.send("answer", item=item.id, key="k", admitted="1", **fields_of(wrong_answer(item)))
    assert shown.status_code == 200
    assert answered(school)[-1].given != "I do not know yet"


def test_put_away_and_taken_up_again(school: School, student: Browser) -> None:
    admit(student)
    left = hidden(student.text("assessment"), "item")
    home = words(student.send("assessment/pause").text)
    assert "You paused the first questions." in home
    assert "Or choose" in home
    page = student.send("assessment/resume").text
    assert hidden(page, "item") == left
    assert "Question 2 of about" in words(page)


def test_repeated_with_other_questions(school: School, student: Browser) -> None:
    first = admit(student)
    student.send("assessment/skip")
    assert "What the first questions showed" in words(student.text("me"))
    page = student.send("assessment/repeat").text
    assert "Question 1 of about" in words(page)
    assert hidden(page, "item") != first


@pytest.mark.parametrize("leave", ["skip", "pause"])
def test_begun_again_and_left_without_an_answer_the_result_of_before_stays(student: Browser, leave: str) -> None:
    admit(student)
    student.send("assessment/skip")
    before = words(student.text("me"))
    student.send("assessment/repeat")
    student.send(f"assessment/{leave}")
    assert "What the first questions showed" in before
    assert words(student.text("me")) == before


def test_the_teachers_word_opens_what_rests_on_a_skill_and_is_written_down(
    school: School, student: Browser, enter: Enter, clock: Clock
) -> None:
    student.send("assessment/skip")
    opened = "builds on “Equal parts”, which you know."
    assert opened not in words(student.text())
    teacher = enter("teacher")
    place = f"learner/{school.student.person_id}"
    said = words(teacher.send(f"{place}/overrule", skill=FIRST, word="known").text)
    assert "Noted." in said
    assert "You said: go on from here." in said
    assert opened in words(student.text())
    record(school, school.student, FIRST, "WW", clock())
    assert opened in words(student.text())
    assert "You said: begin here" in words(teacher.send(f"{place}/overrule", skill=FIRST, word="not_yet").text)
    assert "First questions: not asked." in words(teacher.send(f"{place}/overrule", skill=FIRST, word="none").text)
    with school.db.reading() as session:
        written = session.query(AuditRow).filter_by(action="assessment.overruled").all()
    assert [row.details["knows"] for row in written] == [True, False, None]


def test_the_word_may_come_before_the_first_visit(school: School, enter: Enter) -> None:
    other = school.students[1].person_id
    enter("teacher").send(f"learner/{other}/overrule", skill=SECOND, word="known")
    with school.db.reading() as session:
        desk = session.query(DeskRow).filter_by(person_id=other).one()
    assert (desk.stage, desk.diagnostic["overruled"]) == ("welcome", {SECOND: True})


def test_who_has_mastered_everything_is_not_asked_what_they_know(
    app: Flask, school: School, student: Browser, clock: Clock
) -> None:
    admit(student)
    paused = "You paused the first questions."
    assert paused in words(student.send("assessment/pause").text)
    newcomer = Browser(app, school, school.students[1])
    assert "short questions" in words(newcomer.text("welcome"))
    for one in (school.student, school.students[1]):
        for skill in skills_of(school):
            record(school, one, skill, "RRRRR", clock())
    assert paused not in words(student.text())
    assert "short questions" not in words(newcomer.text("welcome"))
    home = words(newcomer.send("welcome", skip="1").text)
    assert "Question 1 of about" not in home
    assert "You have mastered everything" in home


def test_only_teachers_of_the_course_may_overrule(school: School, enter: Enter) -> None:
    for role in ("student", "assistant"):
        answer = enter(role).send(f"learner/{school.student.person_id}/overrule", skill=FIRST, word="known")
        assert answer.status_code == 403
    teacher = enter("teacher")
    assert teacher.send("learner/99999/overrule", skill=FIRST, word="known").status_code == 404
    path = f"learner/{school.student.person_id}/overrule"
    assert teacher.send(path, skill="divide-fractions", word="known").status_code in {400, 409, 422}
    assert teacher.send(path, skill=FIRST, word="perhaps").status_code in {400, 409, 422}


def test_first_questions_are_no_answers_to_a_skill_not_started(student: Browser, enter: Enter) -> None:
    """“Not started” beside “1 answer” would be two statements that cannot both be true."""
    for _ in range(2):
        admit(student)
    student.send("assessment/skip")
    told = words(student.text("me"))
    skills = told[told.index("Skills") : told.index("My goals")]
    assert "Not started" in skills
    assert "answer." not in skills
    assert "answers." not in skills
    assert "First questions" in told


def start_of(page: str) -> str:
    """What the home page says on where to start, before the next step; empty where it says nothing."""
    found = re.search(r'<section[^>]*aria-labelledby="start".*?</section>', page, re.DOTALL)
    return words(found[0]) if found else ""


def test_home_says_in_words_what_came_of_the_questions_until_something_is_begun(
    student: Browser, learner: Learner
) -> None:
    while (page := learner.page()) is not None and page.assessment:
        assert page.item is not None
        sent = fields_of(right_answer(page.item.item))
        student.send("assessment", item=page.item.item.id, key=page.item.item.id, more=sent)
    home = student.text()
    assert "You seem at home with" in start_of(home)
    assert "%" not in start_of(home)
    student.send("choose", activity=learner.home().steps[0].activity)
    assert start_of(student.text()) == ""


def test_a_skip_says_what_happens_now(student: Browser, learner: Learner) -> None:
    said = start_of(student.send("assessment/skip").text)
    assert "We have not asked you anything yet, so we start at the beginning." in said
    assert "You can answer the first questions at any time under “My learning”." in said
    student.send("choose", activity=learner.home().steps[0].activity)
    assert start_of(student.text()) == ""


def test_a_skip_on_the_way_says_what_the_answers_so_far_showed(student: Browser) -> None:
    admit(student)
    said = start_of(student.send("assessment/skip").text)
    assert "Much here is new to you, and that is fine: we start with the foundations." in said
    assert "You can answer the first questions at any time under “My learning”." in said


def test_a_pause_says_what_the_answers_so_far_showed_and_keeps_the_way_back(student: Browser) -> None:
    admit(student)
    home = student.send("assessment/pause").text
    assert "Much here is new to you" in start_of(home)
    assert "under “My learning”" not in start_of(home)
    assert "You paused the first questions." in words(home)


def test_questions_answered_anew_say_what_came_of_them(student: Browser, learner: Learner, clock: Clock) -> None:
    student.send("assessment/skip")
    student.send("choose", activity=learner.home().steps[0].activity)
    clock.pass_by(minutes=5)
    student.send("finish")
    student.send("assessment/repeat")
    admit(student)
    clock.pass_by(minutes=5)
    assert "Much here is new to you" in start_of(student.send("assessment/skip").text)
    clock.pass_by(minutes=5)
    student.send("choose", activity=learner.home().steps[0].activity)
    assert start_of(student.text()) == ""


def test_who_has_mastered_everything_needs_no_start(school: School, student: Browser, clock: Clock) -> None:
    for skill in skills_of(school):
        record(school, school.student, skill, "RRRRR", clock())
    assert start_of(student.send("assessment/skip").text) == ""
