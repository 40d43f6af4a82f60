"""What pages say of numbers and answers is so: also in a course with several activities, after much work, for one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from classroom import practise
from clock import Clock
from learner import Learner
from lti_tool.flows import configuring
from lti_tool.flows.configuring import Configuration
from lti_tool.learning.rules import MasteryRule, MOfN, Streak
from lti_tool.store import courses
from lti_tool.store.tables import AnswerRow
from school import School
from web.visits import Browser, Enter, chosen_part


def words(page: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def at_work(learner: Learner) -> Learner:
    """The first student, who has answered one question."""
    learner.start()
    learner.open_practice()
    learner.answer()
    return learner


@pytest.fixture
def elsewhere(school: School, at_work: Learner, clock: Clock) -> int:
    """A second activity of the course, on the same skills."""
    with school.db.writing() as session:
        first = courses.placement(session, school.placement_id)
        row = courses.add_placement(session, school.course_id, clock(), resource_link_id="link-2", title="Again")
        wanted = Configuration(
            content_id=first.content_id or 0, part=first.part, rule=MasteryRule(rule=Streak(n=5)), points=5
        )
        configuring.configure(session, replace(school.teacher, placement_id=row.id), wanted, clock())
        return row.id


def test_answers_given_in_another_activity_are_shown_where_they_count(
    app: Flask, school: School, at_work: Learner, elsewhere: int
) -> None:
    stem = at_work.question().stem[:25]
    at_work.advance()
    at_work.answer()
    student = Browser(app, school, replace(school.student, placement_id=elsewhere, launch_id="second"))
    teacher = Browser(app, school, replace(school.teacher, placement_id=elsewhere, launch_id="second"))
    theirs = words(teacher.text(f"learner/{school.student.person_id}"))
    assert "The last 2 answers are right." in theirs
    assert stem in theirs[theirs.index("Every answer") :]
    mine = words(student.text("me"))
    assert "2 answers." in mine
    assert stem in mine[mine.index("My answers") :]
    assert "You answered 2 questions, 2 of them right at once." in words(student.text("goals"))


def test_much_work_is_counted_whole_and_what_is_not_listed_is_said(
    school: School, at_work: Learner, enter: Enter, clock: Clock
) -> None:
    with school.db.writing() as session:
        for number in range(250):
            session.add(
                AnswerRow(
                    person_id=school.student.person_id,
                    placement_id=school.placement_id,
                    client_key=f"many-{number}",
                    item_key=at_work.question().id if not number else "gone",
                    answer={},
                    score=1.0,
                    correct=number % 2 == 0,
                    given="4",
                    at=clock() + timedelta(seconds=number),
                )
            )
    clock.pass_by(hours=1)
    student = enter()
    assert "You answered 251 questions, 126 of them right at once." in words(student.text("goals"))
    assert "And 151 older ones." in words(student.text("me"))
    page = words(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert "And 151 older ones." in page
    assert "A question that is no longer asked here" in page


def test_what_the_rule_sets_aside_is_not_listed_as_counting(
    school: School, at_work: Learner, enter: Enter, clock: Clock
) -> None:
    """The reasons say “1 of the last 2 answers right”: the list under them holds no other answer that counts."""
    at_work.advance()
    at_work.wrong()
    at_work.answer()
    path = f"learner/{school.student.person_id}/skill/equal-parts"
    teacher = enter("teacher")
    listed = words(teacher.text(path)).partition("All evidence")[2]
    assert listed.count("Set aside: the first try counts.") == 1
    assert "try 2" in listed
    assert "· try 2" not in listed
    assert "Right" in listed.partition("Set aside")[0]
    practise(school, school.student, "equal-parts", "HR", clock.pass_by(minutes=5))
    with school.db.writing() as session:
        rule = MasteryRule(rule=MOfN(m=4, n=5), without_hints=True, tries="best")
        first = courses.placement(session, school.placement_id)
        wanted = Configuration(content_id=first.content_id or 0, part=first.part, rule=rule, points=10)
        configuring.configure(session, school.teacher, wanted, clock(), agreed=[school.student.person_id])
    listed = words(teacher.text(path)).partition("All evidence")[2]
    assert listed.count("Set aside: right after a hint.") == 1
    assert listed.count("Set aside: the best try counts.") == 1


def test_one_answer_is_spoken_of_as_one(school: School, at_work: Learner, enter: Enter) -> None:
    teacher = enter("teacher")
    report = words(teacher.text("items"))
    assert "So far: 1, to 1 of 32 questions." in report
    assert "Nobody has answered these yet: 31" in report
    preview = teacher.send("rules/preview", part=chosen_part(school), preset="five_in_a_row", points="10").text
    assert "Worked out from what 1 student has shown. Answers: 1." in words(preview)


def test_a_course_without_a_name_leaves_no_dot_behind(enter: Enter) -> None:
    for path in ("groups", "items", "plan"):
        eyebrow = re.search(r'<p class="eyebrow">([^<]*)</p>', enter("teacher").text(path))
        assert eyebrow is not None
        assert eyebrow[1] in {"Fractions", "What a fraction is"}


def test_at_the_first_rule_there_was_none_before(app: Flask, school: School, elsewhere: int) -> None:
    page = Browser(app, school, replace(school.teacher, placement_id=elsewhere, launch_id="second")).text("class")
    assert "Judging everybody again: 0 of 1 student<" in page
    assert "the rule before" not in page


def test_each_activity_says_who_was_at_work_in_it(
    app: Flask, school: School, at_work: Learner, elsewhere: int, clock: Clock
) -> None:
    """Somebody busy in one activity has not begun the other; a teacher's word on where to begin is not work."""
    clock.pass_by(minutes=53)
    here = Browser(app, school, school.teacher)
    there = Browser(app, school, replace(school.teacher, placement_id=elsewhere, launch_id="second"))
    path = f"learner/{school.student.person_id}"
    assert there.send(f"{path}/overrule", skill="equal-parts", word="not_yet").status_code == 200
    assert "Ada Reyes" not in needs(here)
    assert "Last at work here 53 minutes ago" in words(here.text(path))
    assert "Nobody has begun this yet." in needs(there)
    assert "53 min. ago" not in words(there.text("class"))
    assert "Has not begun this yet." in words(there.text(path))
    clock.pass_by(days=9)
    assert "Ada Reyes No work here for 9 days." in needs(here)


def test_who_mastered_all_of_it_elsewhere_has_nothing_to_begin(
    app: Flask, school: School, at_work: Learner, elsewhere: int
) -> None:
    at_work.work_through()
    assert "Ada Reyes" not in needs(
        Browser(app, school, replace(school.teacher, placement_id=elsewhere, launch_id="second"))
    )


def needs(teacher: Browser) -> str:
    """Whom the class page names, and why."""
    return words(teacher.text("class")).partition("Needs you today")[2].partition("Who stands where")[0]
