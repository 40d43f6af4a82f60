"""Edges: thousands of answers, everything right, everything wrong, a clock that goes back, a course without items."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite

import pytest

from builders import MONDAY, SKILL, activity, course, evidence, skill
from lti_tool.learning import diagnostic
from lti_tool.learning.activities import Modality
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.mastery import judge
from lti_tool.learning.playlist import Situation, next_for
from lti_tool.learning.preview import Case, Trial
from lti_tool.learning.rules import PRESETS, MasteryRule
from lti_tool.learning.strength import Work
from lti_tool.learning.strength_record import after, day_of, followed

MANY = 4000


def answers(right: float, *, backwards: bool = False) -> list[Evidence]:
    """One answer a minute; `backwards` when the machine's clock runs the wrong way."""
    step = timedelta(minutes=-1 if backwards else 1)
    return [
        evidence(right, id=one + 1, skill=SKILL, at=MONDAY + one * step, item=f"{SKILL}-{one}")
        for one in range(MANY)
    ]


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("right", [0.0, 1.0])
def test_thousands_of_equal_answers_have_a_sound_verdict(key: str, right: float) -> None:
    rule: MasteryRule = PRESETS[key].rule
    rows = answers(right)
    verdict = judge(rule, rows, skill=SKILL, version=1, now=rows[-1].at + timedelta(days=1))
    assert 0 <= verdict.progress <= 1
    assert verdict.confidence is None or 0 <= verdict.confidence <= 1
    assert not (right == 0.0 and verdict.mastered)
    assert verdict.stuck is (right == 0.0)
    outcome = Trial(rule=rule, cases=[Case(learner=1, skill=SKILL, history=tuple(rows))]).outcomes[0]
    assert outcome.mastered is verdict.mastered
    assert outcome.progress == pytest.approx(verdict.progress)


@pytest.mark.parametrize("key", PRESETS)
def test_a_clock_that_goes_back_harms_nothing(key: str) -> None:
    rows = answers(1.0, backwards=True)[:40]
    verdict = judge(PRESETS[key].rule, rows, skill=SKILL, version=1, now=MONDAY - timedelta(days=9))
    assert 0 <= verdict.progress <= 1


def test_strength_and_steps_survive_a_clock_that_goes_back() -> None:
    content = course(
        [skill(SKILL)], [activity("do", SKILL), activity("read", SKILL, modality=Modality.EXPLANATION)]
    )
    record: dict[str, list[float]] = {}
    for day in (10.0, 3.0, 3.0, -400.0):
        work = Work(way=2, hardness=0.5, right=5, answers=5, finished=True, day=day)
        record = after(content, record, [(SKILL, work)])
    now = MONDAY - timedelta(days=4000)
    found = followed(record, day_of(now))
    assert all(isfinite(number) for row in record.values() for number in row)
    assert found[SKILL].days >= 0
    assert next_for(Situation(content=content, scope=(SKILL,), now=now, followed=found)).steps


def test_a_course_without_items_asks_nothing_and_still_offers_work() -> None:
    content = course([skill(SKILL)], [activity("read", SKILL, modality=Modality.EXPLANATION)])
    assert diagnostic.start(content, content.graph.order).finished
    assert next_for(Situation(content=content, scope=(SKILL,), now=MONDAY)).steps
