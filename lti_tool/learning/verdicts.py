"""Verdict: what a rule says about one learner and one skill, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .ids import SkillId
from .phrases import Phrase


class Level(StrEnum):
    """How far a learner is with a skill, in the words people see."""

    NONE = "none"
    BEGINNING = "beginning"
    DEVELOPING = "developing"
    NEARLY = "nearly"
    MASTERED = "mastered"

    @property
    def rank(self) -> int:
        """0 (no evidence) to 4 (mastered)."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherWord:
    """What a teacher says about a learner and a skill, whatever the rule says. `note` is for learner and teachers."""

    mastered: bool
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The level, how sure, why, and what is missing.

    `progress` in [0, 1] is the way to mastery under this rule (1 when mastered). `confidence` is the
    probability that the skill is truly mastered, where the rule knows one. `evidence_ids` are the observations the rule
    looked at. `mastered_at` is when the rule was first met; mastered once and due for review are two statements:
    `review_due_at` is when a mastered skill should be seen again. `answers_expected` is how many more right
    answers the rule still wants at the least. `stuck` says that many answers have brought little. `awaits_check`:
    all is there but the mixed check the teacher asks for. `word` is the teacher's own word where there is one; then
    `own` is what the rule says by itself (`learning.overruling`).
    """

    skill: SkillId
    level: Level
    progress: float
    rule_version: int
    because: tuple[Phrase, ...] = ()
    missing: Phrase | None = None
    confidence: float | None = None
    evidence_ids: tuple[int, ...] = ()
    mastered_at: datetime | None = None
    review_due_at: datetime | None = None
    answers_expected: int | None = None
    stuck: bool = False
    awaits_check: bool = False
    word: TeacherWord | None = None
    own: Verdict | None = None

    @property
    def mastered(self) -> bool:
        return self.level is Level.MASTERED

    @property
    def trouble(self) -> Phrase | None:
        """Why we call somebody stuck: the last thing that the rule said."""
        said = (self.own or self).because
        return said[-1] if self.stuck and said else None
