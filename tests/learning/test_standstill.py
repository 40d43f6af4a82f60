"""When there is nothing to offer: the page says what is in the way, and who can clear it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from builders import MONDAY, activity, course, full_course, item, skill
from lti_tool.learning.activities import CourseContent, Modality
from lti_tool.learning.ids import ActivityId
from lti_tool.learning.playlist import Situation, StepKind, Wishes, next_for
from lti_tool.learning.profile import Accommodations, LearnerProfile
from lti_tool.learning.verdicts import Level, Verdict
from strategies import situations

FULL = full_course({"a": (), "b": ("a",)})
ONLY_READING = course([skill("a")], [activity("read-a", "a", modality=Modality.EXPLANATION)])
SHARED = course(
    [skill("a"), skill("b"), skill("c", "b")], [activity("both", "a", "c", items=["x"])], [item("x", "a")]
)
BARE = course([skill("a")])


def situation(content: CourseContent, **more: object) -> Situation:
    start = Situation(content=content, scope=content.graph.order, now=MONDAY)
    return replace(start, **more)


def avoiding(*forms: Modality) -> LearnerProfile:
    return LearnerProfile(accommodations=Accommodations(avoid_modalities=forms))


def waiting_for_a_check() -> Verdict:
    return Verdict(
        skill=BARE.graph.order[0],
        level=Level.NEARLY,
        progress=0.9,
        awaits_check=True,
        rule_version=1,
    )


@pytest.mark.parametrize(
    ("stuck", "words"),
    [
        (situation(FULL, scope=()), "Nothing is set up here yet. Your teacher chooses"),
        (situation(FULL, scope=("gone",)), "Nothing is set up here yet. Your teacher chooses"),
        (
            situation(FULL, wishes=Wishes(blocked_skills=FULL.graph.order)),
            "Your teacher has paused everything here",
        ),
        (
            situation(FULL, wishes=Wishes(blocks=tuple(FULL.activities))),
            "Your teacher has left out everything there is for “A”. Please ask for something back.",
        ),
        (
            situation(FULL, profile=avoiding(*Modality)),
            "All there is for “A” comes in a form that was set aside for you. Please ask your teacher",
        ),
        (
            situation(
                FULL,
                profile=avoiding(*(one for one in Modality if one is not Modality.PRACTICE)),
                wishes=Wishes(blocks=(ActivityId("do-a"),)),
            ),
            "comes in a form that was set aside for you",
        ),
        (situation(BARE), "There is nothing to do for “A” in this course yet. Please tell your teacher"),
        (situation(SHARED), "What there is for “A” asks for other skills as well"),
        (
            situation(ONLY_READING, finished={ActivityId("read-a"): 1}),
            "You have done all there is for “A”. Please tell your teacher",
        ),
        (
            situation(BARE, verdicts={BARE.graph.order[0]: waiting_for_a_check()}),
            "Only the mixed check of “A” is missing, and it cannot be taken now. Please tell your teacher.",
        ),
    ],
)
def test_an_empty_playlist_says_why_and_who_can_change_it(stuck: Situation, words: str) -> None:
    empty = next_for(stuck)
    assert empty.steps == ()
    assert words in str(empty.note)


def test_a_break_alone_is_no_work_and_the_reason_stands_beside_it() -> None:
    blocks = tuple(key for key in FULL.activities if key != "rest")
    tired = next_for(situation(FULL, wishes=Wishes(blocks=blocks), minutes_since_break=30))
    assert [step.kind for step in tired.steps] == [StepKind.BREAK]
    assert "left out everything" in str(tired.note)


THOROUGH = settings(max_examples=120, deadline=None)


@THOROUGH
@given(situations(rough=True))
def test_whatever_is_missing_set_aside_or_out_of_time_it_is_said(rough: Situation) -> None:
    playlist = next_for(rough)
    work = [step for step in playlist.steps if step.kind is not StepKind.BREAK]
    limit = rough.wishes.minutes
    if not work or (limit is not None and all(step.minutes > limit for step in work)):
        said = str(playlist.note)
        assert said.endswith((".", "!"))
        assert "{" not in said
        assert any(word in said for word in ("teacher", "mastered", "next time"))
    assert playlist == next_for(replace(rough))


@THOROUGH
@given(situations(rough=True))
def test_nothing_that_was_left_out_or_set_aside_comes_back_however_little_is_left(rough: Situation) -> None:
    for step in next_for(rough).steps:
        assert step.activity not in rough.wishes.blocks
        assert step.modality not in rough.profile.accommodations.avoid_modalities
        activity = rough.content.activities.get(step.activity)
        if activity is not None:
            assert not set(activity.skills) & set(rough.wishes.blocked_skills)


@THOROUGH
@given(situations(rough=True))
def test_a_clock_that_goes_back_changes_no_rule(rough: Situation) -> None:
    """Evidence, dates and visits may then lie in the future: reviews wait, and the rest goes on."""
    early = next_for(replace(rough, now=MONDAY - timedelta(days=400), minutes_since_break=-30.0))
    assert len(early.steps) <= 3
    assert early.steps or early.note is not None
    assert all(step.kind is not StepKind.BREAK for step in early.steps)
