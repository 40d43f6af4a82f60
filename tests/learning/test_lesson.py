"""The minutes of a lesson are a budget of the sitting: what is offered fits, and when nothing does the page says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, activity, full_course
from learning.test_playlist import keys, situation
from lti_tool.learning.ids import ActivityId
from lti_tool.learning.playlist import Playlist, Situation, StepKind, Wishes, may_begin, next_for
from lti_tool.learning.profile import Accommodations
from lti_tool.learning.sittings import PAUSE, Stretch, minutes_for, minutes_of_sitting, minutes_of_work
from strategies import situations

THOROUGH = settings(max_examples=120, deadline=None)
LESSON = 20
"""Minutes. Reading takes 4 in the test course, practice 8, a break 3, going further 20."""
MINUTE = timedelta(minutes=1)
KNOWN = {"a": "RRR"}


def after(used: float, answers: dict[str, str] | None = None, **wished: object) -> Playlist:
    """What is offered after so many minutes of a lesson of 20."""
    return next_for(after_minutes(used, answers, **wished))


def after_minutes(used: float, answers: dict[str, str] | None = None, **wished: object) -> Situation:
    return situation(answers or {"a": "RR"}, minutes_in_sitting=used, wishes=Wishes(minutes=LESSON, **wished))


def test_what_is_offered_fits_into_what_is_left_of_the_lesson() -> None:
    assert max(step.minutes for step in after(0).steps) == 8
    late = after(15)
    assert {step.minutes for step in late.steps} == {4}
    assert late.time_up is None


def test_when_little_is_left_it_says_so_and_who_likes_goes_on() -> None:
    late = after(17.5)
    assert str(late.time_up).startswith(
        "About 2 minutes of this lesson are left, and what comes next takes longer."
    )
    assert "You can stop here, or go on if you like." in str(late.time_up)
    assert keys(late.steps) == keys(after(0).steps), "the choice is that of another lesson"
    assert "About 1 minute of this lesson is left" in str(after(18.2).time_up)


def test_when_the_time_is_used_up_it_says_so() -> None:
    for used in (19.5, 20, 300):
        assert str(after(used).time_up).startswith("The time of this lesson is used up.")


def test_what_lies_open_is_carried_on_with_until_the_time_is_up() -> None:
    single = full_course({"a": ()})
    doing = situation(
        {"a": "R"},
        content=single,
        scope=single.graph.order,
        current=ActivityId("do-a"),
        finished={ActivityId("read-a"): 1, ActivityId("see-a"): 1},
        wishes=Wishes(minutes=LESSON),
    )
    late = next_for(replace(doing, minutes_in_sitting=17))
    assert (keys(late.steps), late.time_up) == (["do-a"], None)
    for used in (LESSON, LESSON + 1):
        over = next_for(replace(doing, minutes_in_sitting=used))
        assert keys(over.steps) == ["do-a"]
        assert over.time_up is not None


def test_the_shortest_activity_takes_a_minute_and_extra_time_makes_it_longer() -> None:
    short = activity("short", "a", minutes=1)
    assert minutes_for(short, Accommodations()) == 1
    assert minutes_for(short, Accommodations(extra_time_factor=2.0)) == 2


def test_a_pin_that_takes_longer_than_what_is_left_waits_for_the_next_lesson() -> None:
    pins = (ActivityId("do-b"),)
    assert after(0, KNOWN, pins=pins).steps[0].activity == "do-b"
    late = after(14, KNOWN, pins=pins)
    assert "do-b" not in keys(late.steps)
    assert str(late.note) == "What is left of this lesson is too short for “Do b”. Next time it comes first."
    assert after(30, KNOWN, pins=pins).steps[0].activity == "do-b", "whoever goes on has another lesson before them"


def test_a_pin_that_no_lesson_is_long_enough_for_is_offered_and_says_so() -> None:
    wished = Wishes(minutes=5, pins=(ActivityId("do-b"),))
    first = next_for(situation({"a": "RRR"}, wishes=wished)).steps[0]
    assert first.activity == "do-b"
    assert "It takes longer than a lesson; you can go on next time." in str(first.reason)
    dated = replace(wished, pin_due_at={ActivityId("do-b"): MONDAY})
    reason = str(next_for(situation({"a": "RRR"}, wishes=dated)).steps[0].reason)
    assert "to be done by 2026-11-02. It takes longer than a lesson" in reason


def test_no_break_at_the_very_end_of_a_lesson() -> None:
    tired = replace(after_minutes(15, KNOWN), minutes_since_break=25)
    assert next_for(tired).steps[0].kind is StepKind.BREAK
    wished = replace(tired, minutes_in_sitting=18)
    assert next_for(wished).steps[0].kind is StepKind.BREAK, "whoever goes on has another lesson before them"
    short = replace(tired.content, activities={**tired.content.activities})
    short.activities[ActivityId("look-b")] = replace(  # type: ignore[index]
        tired.content.activities[ActivityId("read-b")], id=ActivityId("look-b"), minutes=2
    )
    nearly = replace(tired, content=short, minutes_in_sitting=17.5)
    assert {step.kind for step in next_for(nearly).steps} == {StepKind.NEW}


def test_an_offer_that_time_has_overtaken_may_still_be_begun() -> None:
    """The page stood there for a while before somebody chose."""
    offered = after_minutes(11)
    (practice,) = [step for step in next_for(offered).steps if step.minutes == 8][:1]
    later = replace(offered, minutes_in_sitting=14)
    assert practice.activity not in keys(next_for(later).steps)
    assert may_begin(later, practice.activity)
    assert not may_begin(later, ActivityId("do-d")), "it is locked"
    assert not may_begin(later, ActivityId("no-such"))


@THOROUGH
@given(situations(rough=True))
def test_whatever_is_offered_may_be_begun(found: Situation) -> None:
    for step in next_for(found).steps:
        assert step.activity == found.current or may_begin(found, step.activity)


@THOROUGH
@given(situations(rough=True))
def test_nothing_is_offered_that_does_not_fit_without_saying_so(found: Situation) -> None:
    limit = found.wishes.minutes
    playlist = next_for(found)
    if limit is None:
        assert playlist.time_up is None
        return
    left = limit - max(0.0, found.minutes_in_sitting)
    for step in playlist.steps:
        fits = step.minutes <= left or step.activity == found.current
        longer = "takes longer" in str(step.reason) or "takes longer" in str(playlist.note)
        assert fits or longer or playlist.time_up is not None


@THOROUGH
@given(situations(rough=True))
def test_a_lesson_never_leaves_somebody_without_a_step_they_would_have(found: Situation) -> None:
    free = next_for(replace(found, wishes=replace(found.wishes, minutes=None)))
    limited = next_for(found)
    work = [step for step in free.steps if step.kind is not StepKind.BREAK]
    assert limited.steps or limited.note is not None
    assert bool(work) == any(step.kind is not StepKind.BREAK for step in limited.steps)


@THOROUGH
@given(situations(rough=True))
def test_a_clock_that_went_back_uses_up_nothing(found: Situation) -> None:
    assert next_for(replace(found, minutes_in_sitting=-30.0)) == next_for(replace(found, minutes_in_sitting=0.0))


def stretch(began: float, ended: float | None = None, *, rest: bool = False) -> Stretch:
    end = None if ended is None else MONDAY + ended * MINUTE
    return Stretch(began=MONDAY + began * MINUTE, ended=end, rest=rest)


def test_a_sitting_begins_with_its_first_activity_and_goes_on_over_breaks() -> None:
    lesson = [stretch(0, 10), stretch(11, 20), stretch(20, 24, rest=True), stretch(25)]
    assert minutes_of_sitting(lesson, MONDAY + 30 * MINUTE) == 30
    assert minutes_of_work(lesson, MONDAY + 30 * MINUTE) == 5
    assert minutes_of_work(lesson[:2], MONDAY + 21 * MINUTE) == 19


def test_a_long_pause_begins_a_new_sitting() -> None:
    assert minutes_of_sitting([stretch(0, 10)], MONDAY + 41 * MINUTE) == 0
    assert minutes_of_sitting([stretch(0, 10), stretch(45, 50)], MONDAY + 51 * MINUTE) == 6


def test_what_was_left_open_over_night_is_no_sitting_of_a_day() -> None:
    morning = MONDAY + timedelta(days=1)
    assert minutes_of_sitting([stretch(0)], morning) == 0
    assert minutes_of_sitting([stretch(0, 24 * 60)], morning) == PAUSE / MINUTE


def test_who_comes_back_to_what_lay_open_over_night_has_the_lesson_before_them() -> None:
    """They were away for most of it: it counts for as long as such an activity takes, up to its end."""
    short = replace(stretch(0, 24 * 60), takes=8 * MINUTE)
    assert minutes_of_sitting([short], MONDAY + 24 * 60 * MINUTE) == 8
    assert minutes_of_work([short], MONDAY + 24 * 60 * MINUTE) == 8


def test_who_is_slow_was_not_away() -> None:
    slow = replace(stretch(11, 55), takes=8 * MINUTE)
    assert minutes_of_sitting([stretch(0, 10), slow], MONDAY + 56 * MINUTE) == 56


def test_a_long_activity_is_part_of_the_sitting_before_it() -> None:
    assert minutes_of_sitting([stretch(0, 10), stretch(11, 55)], MONDAY + 56 * MINUTE) == 56


TIMES = st.lists(st.tuples(st.integers(-100, 100), st.none() | st.integers(-100, 100), st.booleans()), max_size=5)


@THOROUGH
@given(TIMES, st.integers(-120, 120))
def test_minutes_are_never_negative_whatever_the_clock_did(
    times: list[tuple[int, int | None, bool]], now: int
) -> None:
    found = sorted((stretch(began, end, rest=rest) for began, end, rest in times), key=lambda one: one.began)
    at = MONDAY + now * MINUTE
    assert minutes_of_work(found, at) >= 0
    assert 0 <= minutes_of_sitting(found, at) <= max(0, now + 130)
