"""Simulated learners follow playlists: how much is still known a month later?

The product's own `next_for` decides, with verdicts, strengths followed from activity to activity, and all else a page
uses; beside it two ways of going through a course without it. Learners hide a strength and a stability for each skill.
Work inside the zone of proximal development teaches a share of what is missing, explanations early and practice later;
answers are a logistic curve of strength, recall and difficulty; recall falls as a power of time and falls more slowly
after each spaced practice. Twenty minutes a day, five days a week, six weeks; then a month without.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from benchmarks.diagnostic_sim import random_course
from builders import MONDAY, evidence
from lti_tool.learning.activities import Activity, CourseContent, Modality
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.planning import hardness, way
from lti_tool.learning.playlist import Situation, next_for
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.learning.strength import Work
from lti_tool.learning.strength_record import after, day_of, followed
from lti_tool.learning.verdicts import Verdict

RULE = MasteryRule(rule=Streak(n=4))
MINUTES_A_DAY, DAYS, PAUSE_DAYS = 20, 30, 30
QUESTIONS = 5
Policy = Callable[[Situation, np.random.Generator], ActivityId]


def playlist(situation: Situation, draw: np.random.Generator) -> ActivityId:
    """The product: mostly its first offer, sometimes another one, as learners choose."""
    steps = [step for step in next_for(situation).steps if step.skill is not None]
    if not steps:
        return in_order(situation, draw)
    return steps[0 if draw.random() < 0.7 else int(draw.integers(len(steps)))].activity


def in_order(situation: Situation, draw: np.random.Generator) -> ActivityId:
    """Skill after skill: read, then practise until mastered; at the end practise whatever comes."""
    verdicts = situation.verdicts
    open_skills = [one for one in situation.scope if one not in verdicts or not verdicts[one].mastered]
    skill = open_skills[0] if open_skills else situation.scope[int(draw.integers(len(situation.scope)))]
    read = ActivityId(f"read-{skill}")
    return read if not situation.finished.get(read) else ActivityId(f"do-{skill}")


def at_random(situation: Situation, draw: np.random.Generator) -> ActivityId:
    """Anything of the course."""
    kind = ("read", "see", "do", "do")[int(draw.integers(4))]
    return ActivityId(f"{kind}-{situation.scope[int(draw.integers(len(situation.scope)))]}")


POLICIES: dict[str, Policy] = {"playlist": playlist, "in order": in_order, "at random": at_random}


class Learner:
    """Somebody with hidden strengths, and what the product has seen of them."""

    def __init__(self, content: CourseContent, draw: np.random.Generator) -> None:
        self.content, self.draw = content, draw
        order = content.graph.order
        self.number = {skill: place for place, skill in enumerate(order)}
        ahead = draw.beta(1.5, 4) * len(order)
        self.strength = np.where(np.arange(len(order)) < ahead, draw.uniform(0.65, 0.95), draw.uniform(0, 0.25))
        self.stability = np.exp(draw.normal(np.log(9), 0.4, len(order))) * (1 + 2 * self.strength)
        self.seen = np.zeros(len(order))
        self.pace = float(np.exp(draw.normal(np.log(0.4), 0.3)))
        self.rows: dict[SkillId, list[Evidence]] = {}
        self.verdicts: dict[SkillId, Verdict] = {}
        self.record: dict[str, list[float]] = {}
        self.recent: list[ActivityId] = []
        self.minutes, self.inside, self.done = 0.0, 0, 0

    def recall(self, day: float) -> np.ndarray:
        return (1 + np.maximum(0.0, day - self.seen) / self.stability) ** -0.5

    def situation(self, now: datetime) -> Situation:
        return Situation(
            content=self.content,
            scope=self.content.graph.order,
            now=now,
            verdicts=self.verdicts,
            followed=followed(self.record, day_of(now)),
            finished=Counter(self.recent),
            recent=tuple(self.recent[-20:]),
        )

    def do(self, activity: Activity, day: float, now: datetime) -> None:
        skill = activity.skills[0]
        place = self.number[skill]
        recall = float(self.recall(day)[place])
        have = self.strength[place] * recall
        above = hardness(activity) - have
        standing = min(
            (self.strength[self.number[one]] for one in self.content.graph.prerequisites(skill)), default=1.0
        )
        asks = activity.modality is Modality.PRACTICE
        right = self._answers(activity, skill, have, now) if asks else 0
        self.inside += int(standing > 0.5 and (abs(above - 0.15) < 0.45 or recall < 0.9))
        early = self.strength[place] < 0.45
        teaches = (0.5 if early else 0.85) if asks else (0.8 if early else 0.3)
        zone = np.exp(-((above - 0.15) ** 2) / 0.125) / (1 + np.exp(12 * (0.55 - standing)))
        self.strength[place] += self.pace * teaches * zone * (1 - self.strength[place])
        if asks:
            self.stability[place] *= 1.1 + 1.5 * (1 - recall)
        self.seen[place] = day
        work = Work(
            way=way(activity),
            hardness=hardness(activity),
            right=right,
            answers=QUESTIONS * asks,
            finished=True,
            day=day_of(now),
        )
        self.record = after(self.content, self.record, [(skill, work)])
        self.recent.append(activity.id)
        self.minutes += activity.minutes
        self.done += 1

    def _answers(self, activity: Activity, skill: SkillId, have: float, now: datetime) -> int:
        rows = self.rows.setdefault(skill, [])
        chance = 0.12 + 0.85 / (1 + np.exp(-7 * (have - hardness(activity)) - 1.2))
        for number in range(QUESTIONS):
            right = float(self.draw.random() < chance)
            at = now + timedelta(seconds=40 * number)
            rows.append(evidence(right, id=len(rows) + 1, skill=skill, at=at, item=f"{skill}-{number}"))
        self.verdicts[skill] = judge(RULE, rows, skill=skill, version=1, now=now)
        return sum(one.correct for one in rows[-QUESTIONS:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Means over learners, as shares of the skills: `kept` is what is still more known than not a month later.
    `outside` is the share of activities outside the zone; `microseconds` is the time of one decision.
    """

    kept: float
    mastered: float
    outside: float
    microseconds: float


def simulate(size: int, learners: int, policy: Policy, seed: int = 3) -> Followed:
    """Many learners, each six weeks in a course of their own."""
    kept, mastered, outside, seconds, decisions = [], [], [], 0.0, 0
    for number in range(learners):
        draw = np.random.default_rng([seed, size, number])
        one = Learner(random_course(size, draw), draw)
        for day in range(DAYS):
            at_work, today = 0.0, day + 2 * (day // 5)
            while at_work < MINUTES_A_DAY:
                now = MONDAY + timedelta(days=today, minutes=at_work)
                situation = one.situation(now)
                began = time.process_time()
                key = policy(situation, draw)
                seconds, decisions = seconds + time.process_time() - began, decisions + 1
                one.do(one.content.activities[key], float(today), now)
                at_work += one.content.activities[key].minutes
        left = one.strength * one.recall(float(DAYS * 7 // 5 + PAUSE_DAYS))
        kept.append(np.mean(left >= 0.5))
        mastered.append(sum(verdict.mastered for verdict in one.verdicts.values()) / size)
        outside.append(1 - one.inside / one.done)
    return Followed(
        kept=float(np.mean(kept)),
        mastered=float(np.mean(mastered)),
        outside=float(np.mean(outside)),
        microseconds=1e6 * seconds / max(1, decisions),
    )
