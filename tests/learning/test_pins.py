"""What a teacher puts first: offered when it is open; else what leads there, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from builders import MONDAY, full_course
from learning.test_playlist import keys, situation, steps
from lti_tool.learning.activities import Modality
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.pins import PinState, missing, pin_state, way_to
from lti_tool.learning.playlist import Situation, StepKind, Wishes, next_for
from lti_tool.learning.profile import Accommodations, LearnerProfile
from lti_tool.learning.readiness import Readiness
from strategies import situations

DO_D = ActivityId("do-d")
PINNED = Wishes(pins=(DO_D,))


def state(answers: dict[str, str] | None = None, pin: str = "do-d", **more: object) -> PinState:
    found = situation(answers, **more)
    return pin_state(Readiness(situation=found), found.content.activities[ActivityId(pin)])


def test_where_a_pin_waits_the_way_to_it_comes_first_and_says_why() -> None:
    first = steps({"a": "RRR", "b": "RRR"}, wishes=PINNED)[0]
    assert first.skill == "c"
    assert str(first.reason) == "Your teacher has chosen “Do d” for you. “C” leads there."


def test_the_way_begins_where_the_learner_stands() -> None:
    first = steps(wishes=PINNED)[0]
    assert (first.skill, str(first.reason)) == (
        "a",
        "Your teacher has chosen “Do d” for you. “A” leads there.",
    )


def test_the_way_comes_before_what_is_begun_and_leads_nowhere_near() -> None:
    content = full_course({"a": (), "b": ("a",), "c": ()})
    pinned = situation({"c": "RR"}, content=content, scope=content.graph.order)
    assert next_for(pinned).steps[0].skill == "c"
    wished = replace(pinned, wishes=Wishes(pins=(ActivityId("do-b"),)))
    offered = next_for(wished).steps
    assert offered[0].skill == "a"
    assert "c" in {step.skill for step in offered}, "something else stays on offer"


def test_the_date_of_a_pin_that_waits_is_said() -> None:
    dated = replace(PINNED, pin_due_at={DO_D: MONDAY + timedelta(days=3)})
    reason = str(steps({"a": "RRR", "b": "RRR"}, wishes=dated)[0].reason)
    assert reason == "Your teacher has chosen “Do d” for you, to be done by 2026-11-05. “C” leads there."


def test_once_the_way_is_gone_the_pin_itself_is_offered() -> None:
    first = steps({"a": "RRR", "b": "RRR", "c": "RRR"}, wishes=PINNED)[0]
    assert (first.activity, str(first.reason)) == (DO_D, "Your teacher has chosen this for you.")


def test_what_lies_open_on_the_way_is_finished_first() -> None:
    offered = steps({"a": "RRR", "b": "RRR"}, wishes=PINNED, current=ActivityId("do-c"))
    assert keys(offered)[0] == "do-c"
    assert str(offered[0].reason) == "You are in the middle of this."


def test_somebody_stuck_on_the_way_is_helped_as_always() -> None:
    first = steps({"a": "RRR", "b": "WWRWWW", "c": "RRR"}, wishes=PINNED)[0]
    assert (first.kind, str(first.reason)) == (StepKind.BACK, "A step back to “A” makes “B” easier.")


def test_enrichment_put_first_leads_to_what_it_goes_beyond() -> None:
    first = steps({"a": "RR"}, wishes=Wishes(pins=(ActivityId("more-a"),)))[0]
    assert first.activity == "do-a"
    assert str(first.reason) == "Your teacher has chosen “More a” for you. “A” leads there."


def test_two_pins_that_wait_for_the_same_make_one_step() -> None:
    offered = steps(wishes=Wishes(pins=(ActivityId("do-b"), ActivityId("do-c"))))
    assert sum("leads there" in str(step.reason) for step in offered) == 1


@pytest.mark.parametrize(
    ("wanted", "answers", "more"),
    [
        (PinState.OPEN, {"a": "RRR", "b": "RRR", "c": "RRR"}, {}),
        (PinState.WAITS, {"a": "RRR"}, {}),
        (PinState.NEEDLESS, {"a": "RRR", "b": "RRR", "c": "RRR", "d": "RRR"}, {}),
        (PinState.NEEDLESS, {}, {"scope": (SkillId("a"),)}),
        (PinState.LEFT_OUT, {"a": "RRR"}, {"wishes": Wishes(blocks=(DO_D,))}),
        (PinState.LEFT_OUT, {"a": "RRR"}, {"wishes": Wishes(blocked_skills=(SkillId("d"),))}),
    ],
)
def test_where_a_pin_stands(wanted: PinState, answers: dict[str, str], more: dict[str, object]) -> None:
    assert state(answers, **more) is wanted


def test_what_is_done_and_what_is_set_aside() -> None:
    assert state({"a": "R"}, "read-a") is PinState.DONE
    spared = LearnerProfile(accommodations=Accommodations(avoid_modalities=(Modality.EXPLANATION,)))
    assert state({}, "read-a", profile=spared) is PinState.SET_ASIDE


@settings(max_examples=80, deadline=None)
@given(situations(rough=True))
def test_what_a_pin_waits_for_is_exactly_what_is_not_known_below_it(found: Situation) -> None:
    ready = Readiness(situation=found)
    for activity in found.content.activities.values():
        waits, way = missing(ready, activity), way_to(ready, activity)
        assert set(waits) <= way
        for skill in way:
            assert skill in ready.inside
            assert not ready.known(skill) or (activity.enrichment and skill in activity.skills)
        if pin_state(ready, activity) is PinState.OPEN:
            assert ready.allowed(activity)
            assert not waits


@settings(max_examples=80, deadline=None)
@given(situations())
def test_while_a_pin_waits_some_work_leads_there(found: Situation) -> None:
    """Every skill has practice, so unless activities are left out there is always a way."""
    free = replace(found, wishes=replace(found.wishes, blocks=(), pins=found.wishes.pins[:1]), current=None)
    ready = Readiness(situation=free)
    for pin in free.wishes.pins:
        activity = free.content.activities[pin]
        if pin_state(ready, activity) is PinState.WAITS:
            first = next_for(free).steps[0]
            assert first.skill in way_to(ready, activity) or first.kind is StepKind.BACK
