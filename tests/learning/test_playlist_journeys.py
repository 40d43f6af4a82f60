"""Whole ways through a course: whoever follows the playlist gets there, whatever the rule."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from builders import MONDAY, evidence, full_course
from lti_tool.learning import diagnostic
from lti_tool.learning.activities import Modality
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.playlist import Playlist, Situation, next_for
from lti_tool.learning.practice import next_item
from lti_tool.learning.rules import PRESETS

CONTENT = full_course({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ("d",), "f": ("a",)})
SET = 5


class Learner:
    """Somebody who follows the playlist, mostly its first step, and learns with some luck from each activity."""

    def __init__(self, seed: int, rule: str, pace: float) -> None:
        self.chance = random.Random(seed)
        self.rule, self.pace = PRESETS[rule].rule, pace
        self.known: set[SkillId] = set(CONTENT.graph.order[: self.chance.randint(0, 4)])
        self.rows: list[Evidence] = []
        self.recent: list[ActivityId] = []
        self.now = MONDAY
        self.minutes = 0.0
        self.beliefs = self.assess()

    def answer(self, skill: SkillId) -> float:
        return float(self.chance.random() < (0.92 if skill in self.known else 0.15))

    def assess(self) -> dict[SkillId, float]:
        state = diagnostic.start(CONTENT, CONTENT.graph.order)
        while (question := diagnostic.next_question(CONTENT, state)) is not None:
            state = diagnostic.record(CONTENT, state, question, self.answer(question.skills[0]))
        return dict(state.beliefs)

    def playlist(self) -> Playlist:
        verdicts = {
            skill: judge(self.rule, self.rows, skill=skill, version=1, now=self.now)
            for skill in {row.skill for row in self.rows}
        }
        return next_for(
            Situation(
                content=CONTENT,
                scope=CONTENT.graph.order,
                now=self.now,
                verdicts=verdicts,
                beliefs=self.beliefs,
                finished=Counter(self.recent),
                recent=tuple(self.recent[-20:]),
                minutes_since_break=self.minutes,
            )
        )

    def do(self, key: ActivityId) -> None:
        activity = CONTENT.activities[key]
        self.minutes = 0 if activity.modality is Modality.BREAK else self.minutes + activity.minutes
        for _ in range(SET if activity.items else 0):
            question = next_item(CONTENT, activity, self.rows, seed=len(self.rows), now=self.now)
            assert question is not None
            skill = question.skills[0]
            self.now += timedelta(minutes=1)
            self.rows.append(
                evidence(
                    self.answer(skill),
                    id=len(self.rows) + 1,
                    skill=skill,
                    at=self.now,
                    item=question.id,
                    difficulty=question.difficulty,
                )
            )
        if self.chance.random() < self.pace:
            self.known.update(activity.skills)
        self.recent.append(key)
        if len(self.recent) % 4 == 0:
            self.now += timedelta(days=1)
            self.minutes = 0


@pytest.mark.parametrize(
    "rule", ["sure", "sure_strict", "three_in_a_row", "two_days", "decaying", "three_good_rounds"]
)
@pytest.mark.parametrize("pace", [0.25, 0.8])
def test_whoever_follows_the_playlist_masters_the_course(rule: str, pace: float) -> None:
    for seed in range(4):
        learner = Learner(seed, rule, pace)
        for _ in range(400):
            playlist = learner.playlist()
            if playlist.note is not None:
                break
            first = learner.chance.random() < 0.8
            learner.do((playlist.steps[0] if first else learner.chance.choice(playlist.steps)).activity)
        assert str(playlist.note) == "You have mastered everything here. Well done!", (rule, seed)


def test_somebody_who_knows_it_all_is_through_soon() -> None:
    learner = Learner(1, "three_in_a_row", 1.0)
    learner.known = set(CONTENT.graph.order)
    learner.beliefs = learner.assess()
    while learner.playlist().note is None and len(learner.recent) < 60:
        learner.do(learner.playlist().steps[0].activity)
    assert len(learner.recent) <= 22
