"""What must hold for every learner and every teacher's wish."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from lti_tool.learning.activities import Activity, Modality
from lti_tool.learning.ids import SkillId
from lti_tool.learning.mixed_check import MIXED_CHECK, mixed_check
from lti_tool.learning.playlist import Situation, Step, StepKind, next_for
from lti_tool.learning.readiness import BELIEVED
from strategies import situations

THOROUGH = settings(max_examples=80, deadline=None)


def mastered(situation: Situation, skill: SkillId) -> bool:
    verdict = situation.verdicts.get(skill)
    return verdict is not None and verdict.mastered


def known(situation: Situation, skill: SkillId) -> bool:
    """Mastered, believed to be, or only the mixed check is missing."""
    verdict = situation.verdicts.get(skill)
    waits = verdict is not None and verdict.awaits_check
    return waits or mastered(situation, skill) or situation.beliefs.get(skill, 0) >= BELIEVED


def activity_of(situation: Situation, step: Step) -> Activity:
    """What a step offers: something of the content, or the mixed check as it would be taken now."""
    if step.activity != MIXED_CHECK:
        return situation.content.activities[step.activity]
    return mixed_check(situation.content, situation.scope, situation.verdicts, situation.wishes.blocked_skills)


def locked(situation: Situation, step: Step) -> bool:
    """Whether a foundation in play is not known."""
    in_play = set(situation.scope) - set(situation.wishes.blocked_skills)
    below = {
        one
        for skill in activity_of(situation, step).skills
        if not known(situation, skill)
        for one in situation.content.graph.prerequisites(skill)
    }
    return any(one in in_play and not known(situation, one) for one in below)


@THOROUGH
@given(situations())
def test_nothing_locked_blocked_or_avoided(situation: Situation) -> None:
    wishes, avoided = situation.wishes, situation.profile.accommodations.avoid_modalities
    for step in next_for(situation).steps:
        activity = activity_of(situation, step)
        assert step.activity not in wishes.blocks
        assert not set(activity.skills) & set(wishes.blocked_skills)
        assert activity.modality not in avoided
        assert not locked(situation, step)


@THOROUGH
@given(situations())
def test_nothing_without_need(situation: Situation) -> None:
    stuck = [key for key, verdict in situation.verdicts.items() if verdict.stuck]
    for step in next_for(situation).steps:
        activity = activity_of(situation, step)
        verdicts = [situation.verdicts.get(key) for key in activity.skills]
        done = situation.finished.get(step.activity, 0) > 0 and step.activity != situation.current
        if activity.enrichment or step.kind is StepKind.ENRICH:
            assert activity.enrichment
            assert step.kind is StepKind.ENRICH or step.activity == situation.current
            assert not done
        elif step.kind not in (StepKind.BREAK, StepKind.BACK) and not stuck:
            assert not all(
                one is not None and one.mastered and (one.review_due_at or situation.now) > situation.now
                for one in verdicts
            )
            assert not done or activity.modality is Modality.PRACTICE


@THOROUGH
@given(situations())
def test_never_empty_without_a_note_and_never_too_much(situation: Situation) -> None:
    playlist = next_for(situation)
    assert len(playlist.steps) <= 3
    assert playlist.steps or playlist.note is not None
    assert len({step.activity for step in playlist.steps}) == len(playlist.steps)
    pairs = [(step.skill, step.modality) for step in playlist.steps if step.activity not in situation.wishes.pins]
    assert len(set(pairs)) == len(pairs) or situation.current in {step.activity for step in playlist.steps}
    for step in playlist.steps:
        assert step.minutes >= 1
        assert str(step.reason).endswith(".")
        assert "{" not in str(step.reason)
        assert (step.skill is None) == (step.kind is StepKind.BREAK)


@THOROUGH
@given(situations())
def test_some_work_is_always_on_offer_while_something_is_left(situation: Situation) -> None:
    """Practice is repeatable and every skill has it, so only blocks can leave a learner without work."""
    in_play = set(situation.scope) - set(situation.wishes.blocked_skills)
    left = [skill for skill in in_play if not mastered(situation, skill)]
    free = replace(situation, wishes=replace(situation.wishes, blocks=()))
    if left:
        assert any(step.kind is not StepKind.BREAK for step in next_for(free).steps)


@THOROUGH
@given(situations())
def test_deterministic(situation: Situation) -> None:
    assert next_for(situation) == next_for(replace(situation))
