"""A rule tried on a large class: in stretches, in bounded lists, and beforehand, so that students go on answering."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from classroom import judge_everybody, judged_class, practise, six_in_a_row, skills_of
from clock import Clock
from lti_tool.flows import configuring
from lti_tool.flows.configuring import Foreseen
from lti_tool.flows.errors import GradesWouldFall
from lti_tool.store import evidence
from lti_tool.store.database import Database
from lti_tool.store.pages import rule_tally, rule_trial
from lti_tool.store.pages.rule_preview import RulePreview
from school import School
from web.visits import Browser, chosen_part

ANSWERS = ("RRRRR", "RR", "WRRR", "RRRR")


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Five students by a rule of three in a row; the last has done nothing."""
    return judged_class(database, clock, 5, ANSWERS)


def preview(school: School, clock: Clock) -> RulePreview:
    with school.db.reading() as session:
        return configuring.preview(session, school.teacher, six_in_a_row(school), clock())


def foresee(school: School, clock: Clock) -> Foreseen:
    with school.db.reading() as session:
        return configuring.foresee(session, school.teacher, six_in_a_row(school), clock())


def save(school: School, clock: Clock, foreseen: Foreseen) -> int:
    """Save, with the teacher's word for everybody of whom it was foreseen."""
    with school.db.writing() as session:
        return configuring.configure(
            session,
            school.teacher,
            foreseen,
            clock(),
            agreed=sorted(foreseen.falls),
        ).version


def test_a_preview_is_the_same_in_stretches_of_any_length(
    school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = preview(school, clock)
    assert (whole.learners, whole.silent, whole.lost_count) == (4, 1, 3)
    monkeypatch.setattr(rule_trial, "STRETCH", 2)
    parts = preview(school, clock)
    assert parts.expected.early == pytest.approx(whole.expected.early)
    assert parts.expected.missed == pytest.approx(whole.expected.missed)
    assert replace(parts, expected=whole.expected) == whole


def test_of_many_losses_the_first_are_listed_and_the_others_counted(
    app: Flask, school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_tally, "MOST_LISTED", 1)
    shown = preview(school, clock)
    assert [(one.name, str(one.why)) for one in shown.lost] == [("Ada Reyes", "1 more right answer.")]
    assert (shown.lost_count, len(shown.falls)) == (3, 4)
    page = Browser(app, school, school.teacher).send(
        "rules/preview", part=chosen_part(school), preset="own", kind="streak", points="10", **{"streak.n": "6"}
    )
    assert "No longer mastered: 3" in page.text
    assert "And 2 more that are not listed here." in page.text


def test_who_answers_between_looking_and_saving_is_looked_at_again(school: School, clock: Clock) -> None:
    foreseen = foresee(school, clock)
    late = school.students[4]
    assert late.person_id not in foreseen.falls
    practise(school, late, skills_of(school)[0], "RRR", clock())
    judge_everybody(school, clock.pass_by(minutes=1))
    with pytest.raises(GradesWouldFall):
        save(school, clock, foreseen)
    assert save(school, clock, foresee(school, clock)) == 2


def test_students_can_answer_while_a_rule_is_tried_on_all_their_answers(
    app: Flask, school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a writer keeps all others waiting: nothing that takes long may happen while saving holds it."""
    monkeypatch.setattr(evidence, "OVERLAP", 0)
    foreseen = foresee(school, clock)
    teacher = Browser(app, school, school.teacher)
    free: list[bool] = []

    def somebody_answers(*args: Any) -> None:
        if "evidence.score" not in args[2]:
            return
        other = sqlite3.connect(str(school.db.engine.url.database), timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            free.append(True)
        except sqlite3.OperationalError:
            free.append(False)
        other.close()

    with app.app_context():
        from lti_tool.web.house import house

        event.listen(house().db.engine, "after_cursor_execute", somebody_answers)
    answer = teacher.send(
        "rules",
        part=chosen_part(school),
        preset="own",
        kind="streak",
        points="10",
        agreed="yes",
        falls=",".join(map(str, sorted(foreseen.falls))),
        **{"streak.n": "6"},
    )
    assert "The new rule is in force" in answer.text
    assert free
    assert all(free)
