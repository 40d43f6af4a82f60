"""Readiness: where a learner stands with each skill, and which activities are open and needed.

A skill is *known* when it is mastered, when only the mixed check is missing, or when the first assessment believes so
at .8 or more and work on it since has not shown otherwise. A skill is *open* when all it rests on is known. Only
prerequisites inside the placement's scope lock: a teacher who places the second half of a course has decided about
the first half. The same holds for skills the teacher has blocked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .activities import Activity, Modality
from .arranging import dates
from .ids import ActivityId, SkillId
from .mixed_check import MIXED_CHECK, mixed_check
from .sittings import minutes_for
from .situation import Situation, StepKind

BELIEVED = 0.8
HALF_SHOWN = 0.5
"""Once there was a chance to show it, the belief lasts while at least half of the way to mastery is done."""

BEGINNING = (StepKind.NEW, StepKind.CHECK)

MOST_BETWEEN = 6
"""However much there is to do: after so many other activities a review that is due has its turn."""

JUST_DONE = 3
"""So many latest activities are not offered again at once, practice apart."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """A situation seen skill by skill. Answers are kept, as the same skill is asked for many times."""

    situation: Situation

    @cached_property
    def scope(self) -> tuple[SkillId, ...]:
        """The skills in play, foundations first, without those the teacher blocked."""
        wanted = set(self.situation.scope) - set(self.situation.wishes.blocked_skills)
        return tuple(skill for skill in self.situation.content.graph.order if skill in wanted)

    @cached_property
    def inside(self) -> frozenset[SkillId]:
        """The skills in play, to be asked for one by one."""
        return frozenset(self.scope)

    @cached_property
    def worked_on(self) -> frozenset[SkillId]:
        """Skills on which the learner has done or begun an activity."""
        done = {activity for activity, times in self.situation.finished.items() if times}
        begun = done | ({self.situation.current} if self.situation.current else set())
        activities = self.situation.content.activities
        return frozenset(skill for key in begun if key in activities for skill in activities[key].skills)

    @cached_property
    def _mastered(self) -> frozenset[SkillId]:
        return frozenset(skill for skill, verdict in self.situation.verdicts.items() if verdict.mastered)

    def mastered(self, skill: SkillId) -> bool:
        """Whether the rule has been met."""
        return skill in self._mastered

    def due(self, skill: SkillId) -> bool:
        """Whether it is mastered and a review is due."""
        due_at = self.situation.verdicts[skill].review_due_at if skill in self._mastered else None
        return due_at is not None and due_at <= self.situation.now

    @cached_property
    def _stuck(self) -> frozenset[SkillId]:
        verdicts = self.situation.verdicts.items()
        return frozenset(skill for skill, verdict in verdicts if verdict.stuck and not verdict.mastered)

    def stuck(self, skill: SkillId) -> bool:
        """Whether practice brings little."""
        return skill in self._stuck

    def believed(self, skill: SkillId) -> bool:
        """Whether the teacher says it is known; or the first assessment does, and nothing since speaks against it."""
        if skill in self.situation.told:
            return self.situation.told[skill]
        if self.situation.beliefs.get(skill, 0.0) < BELIEVED or self.stuck(skill):
            return False
        verdict = self.situation.verdicts.get(skill)
        return verdict is None or skill not in self.worked_on or verdict.progress >= HALF_SHOWN

    @cached_property
    def _known(self) -> frozenset[SkillId]:
        every = self.situation.content.graph.order
        return frozenset(one for one in every if self.mastered(one) or self.awaits_check(one) or self.believed(one))

    def known(self, skill: SkillId) -> bool:
        """Whether what rests on it may be begun."""
        return skill in self._known

    def awaits_check(self, skill: SkillId) -> bool:
        """Whether only the mixed check is missing. What rests on the skill is begun meanwhile: a mix takes several."""
        verdict = self.situation.verdicts.get(skill)
        return verdict is not None and verdict.awaits_check

    @cached_property
    def mixed_check(self) -> Activity | None:
        """The mixed check, when one is wanted and there is something to mix, or nothing else to do."""
        waiting = [skill for skill in self.scope if self.awaits_check(skill)]
        if not waiting:
            return None
        situation = self.situation
        check = mixed_check(situation.content, self.scope, situation.verdicts, situation.wishes.blocked_skills)
        other_work = any(self.open(skill) for skill in self.unmastered if skill not in waiting)
        enough = len(check.skills) > 1 or (check.skills and not other_work)
        return check if enough else None

    @cached_property
    def _open(self) -> dict[SkillId, bool]:
        graph = self.situation.content.graph
        missing = {skill for skill in self.scope if not self.known(skill)}
        return {skill: missing.isdisjoint(graph.prerequisites(skill)) for skill in graph.order}

    def open(self, skill: SkillId) -> bool:
        """Whether all it rests on, as far as it is in play here, is known."""
        return self._open[skill]

    @cached_property
    def _within_reach(self) -> frozenset[SkillId]:
        return frozenset(skill for skill, is_open in self._open.items() if is_open or skill in self._known)

    def need(self, skill: SkillId) -> StepKind | None:
        """What the learner needs with a skill now; `None` when nothing, or when it is not yet open."""
        if self.mastered(skill):
            return StepKind.REVIEW if self.due(skill) else None
        if self.awaits_check(skill):
            return StepKind.MIXED if self.mixed_check is not None else None
        if not self.open(skill):
            return None
        if self.believed(skill) and skill not in self.worked_on:
            return StepKind.CHECK
        return StepKind.CONTINUE if skill in self.worked_on else StepKind.NEW

    @cached_property
    def needs(self) -> dict[SkillId, StepKind]:
        """The skills in play that need something now, foundations first."""
        found = {skill: self.need(skill) for skill in self.scope}
        return {skill: kind for skill, kind in found.items() if kind is not None}

    @cached_property
    def review_turn(self) -> bool:
        """Whether it is a due review's turn: its share is that of what is due among all that could be done now, so that
        reviews neither wait for ever nor fill the day."""
        due = sum(kind is StepKind.REVIEW for kind in self.needs.values())
        others = len(self.needs) - due
        return due > 0 and self._since_review >= min(MOST_BETWEEN, round(others / due))

    @cached_property
    def _since_review(self) -> int:
        """How many activities were done since the last one for something mastered."""
        since = 0
        for key in reversed(self.situation.recent):
            activity = self.activity(key)
            if activity is not None and activity.skills and all(map(self.mastered, activity.skills)):
                break
            since += 1
        return since

    @cached_property
    def first_waiting(self) -> SkillId | None:
        """The first in the teacher's order of those waiting to be begun."""
        order = self.situation.wishes.order
        return next((skill for skill in order if self.needs.get(skill) in BEGINNING), None)

    @cached_property
    def dates(self) -> dict[SkillId, datetime]:
        """By when the teacher wants which skill that is left to master, with all it rests on."""
        due_at = self.situation.wishes.due_at
        left = {skill: due_at[skill] for skill in self.unmastered if skill in due_at}
        return dates(self.situation.content.graph, left)

    @cached_property
    def unmastered(self) -> tuple[SkillId, ...]:
        """What is left to master."""
        return tuple(skill for skill in self.scope if not self.mastered(skill))

    def foundation(self, skill: SkillId) -> SkillId | None:
        """The weakest direct prerequisite a stuck learner could go back to."""
        blocked = self.situation.wishes.blocked_skills
        graph = self.situation.content.graph
        choices = [one for one in graph.prerequisites(skill) if one not in blocked and self.open(one)]
        return min(choices, key=self._strength, default=None)

    def _strength(self, skill: SkillId) -> tuple[bool, bool, float]:
        verdict = self.situation.verdicts.get(skill)
        strength = verdict.progress if verdict else self.situation.beliefs.get(skill, 0.0)
        return self.mastered(skill), not self.due(skill), strength

    def helped(self, skill: SkillId) -> int:
        """How much else a stuck learner has done for the skill since last practising it: ways in, steps back."""
        about = {skill, self.foundation(skill)}
        helps = 0
        for key in reversed(self.situation.recent):
            activity = self.activity(key)
            if activity is None or about.isdisjoint(activity.skills):
                continue
            if activity.modality is Modality.PRACTICE and skill in activity.skills:
                break
            helps += 1
        return helps

    def try_again(self, skill: SkillId) -> bool:
        """Whether a stuck learner has had help enough to try once more: a step back, and another way in."""
        return self.helped(skill) >= (1 if self.foundation(skill) is None else 2)

    @cached_property
    def _blocked_skills(self) -> frozenset[SkillId]:
        return frozenset(self.situation.wishes.blocked_skills)

    def allowed(self, activity: Activity) -> bool:
        """Whether teacher, accommodations and prerequisites let the learner do it."""
        return self.left_in(activity) and self.suits(activity) and self._within_reach.issuperset(activity.skills)

    def left_in(self, activity: Activity) -> bool:
        """Whether the teacher has left out neither the activity nor what it is for."""
        return activity.id not in self.situation.wishes.blocks and self._blocked_skills.isdisjoint(activity.skills)

    def suits(self, activity: Activity) -> bool:
        """Whether its form is one the learner can use."""
        return activity.modality not in self.situation.profile.accommodations.avoid_modalities

    def done_with(self, activity: Activity, *, again: bool = False) -> bool:
        """Whether offering it would be offering the same twice.

        Practice always has other questions. Anything else is done once, unless it is wanted `again` (the learner is
        stuck) and does not come right after itself.
        """
        if activity.modality is Modality.PRACTICE:
            return False
        if again and activity.id not in self.situation.recent[-JUST_DONE:]:
            return False
        return self.situation.finished.get(activity.id, 0) > 0

    def minutes(self, activity: Activity) -> int:
        """How long it takes this learner."""
        return minutes_for(activity, self.situation.profile.accommodations)

    def activity(self, key: ActivityId) -> Activity | None:
        """An activity by its key, if the content still has it; the mixed check while one is wanted."""
        if key == MIXED_CHECK:
            return self.mixed_check
        return self.situation.content.activities.get(key)
