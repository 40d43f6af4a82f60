"""What is said of somebody days and months later: one claim for each thing, and none that yesterday's would deny."""

from __future__ import annotations

import re

from clock import Clock
from learner import Learner
from lti_tool.flows import studying
from school import School, record
from web.visits import Enter

SKILL = "equal-parts"


def words(page: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace(" .", ".")


def reasons(page: str) -> str:
    """What a learner's page says of the first skill."""
    told = words(page).partition("Skills, and why we say so")[2]
    return told.partition("Next question:")[0]


def test_the_day_of_mastery_is_told_once(school: School, learner: Learner, enter: Enter, clock: Clock) -> None:
    learner.start()
    record(school, school.student, SKILL, "RRR", clock())
    clock.pass_by(minutes=40)
    told = reasons(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert told.count("Mastered") == 2, "the level, and since when"
    assert "Mastered on Mar 2, 2026." in told
    assert "ago" not in told


def test_two_months_later_it_is_mastered_and_due(
    school: School, learner: Learner, enter: Enter, clock: Clock
) -> None:
    learner.start()
    record(school, school.student, SKILL, "RRR", clock())
    clock.pass_by(days=60)
    path = f"learner/{school.student.person_id}"
    told = reasons(enter("teacher").text(path))
    assert "Due for review since Mar" in told
    assert "Next review" not in told
    record(school, school.student, SKILL, "W", clock())
    told = reasons(enter("teacher").text(path))
    assert "Mastered on Mar 2, 2026. How it stood then: The last 3 answers are right." in told
    assert "Since then 0 of 1 right. The latest answer was not right, so a review is wanted" in told
    assert "It stays mastered." in told


def test_what_is_missing_is_called_missing(school: School, learner: Learner, enter: Enter, clock: Clock) -> None:
    learner.start()
    record(school, school.student, SKILL, "WWWWWW", clock())
    told = reasons(enter("teacher").text(f"learner/{school.student.person_id}"))
    assert "The last 6 tries were all wrong. Still missing: 3 right answers in a row." in told


def test_a_teachers_not_yet_stands_apart_from_what_the_rule_says(
    school: School, learner: Learner, enter: Enter, clock: Clock
) -> None:
    learner.start()
    record(school, school.student, SKILL, "RRR", clock())
    teacher, path = enter("teacher"), f"learner/{school.student.person_id}"
    teacher.send(f"{path}/skill/{SKILL}/word", word="not_yet", word_note="Show me with a pizza.")
    told = reasons(teacher.text(path))
    assert "Nearly there" in told
    assert "Still missing: Show your teacher once more what you can do. By the rule alone: The last 3" in told


def test_who_has_only_read_has_met_a_skill_and_not_begun_it(learner: Learner, enter: Enter) -> None:
    """The page beside it says “Not started”."""
    learner.start()
    with learner.school.db.writing() as session:
        studying.choose(session, learner.visit, learner.home().steps[0].activity, learner.clock())
    learner.finish()
    home = words(enter().text())
    assert "Not started" in home
    assert "You have met “Equal parts” already." in home
    assert "You have begun" not in home


def test_who_went_away_in_the_middle_is_not_told_of_long_work(learner: Learner, enter: Enter, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    learner.answer()
    clock.pass_by(minutes=25)
    assert "You have worked for" not in words(enter().text())
    for _ in range(3):
        learner.finish()
        learner.open_practice()
        clock.pass_by(minutes=7)
    assert "You have worked for" in words(enter().text())
