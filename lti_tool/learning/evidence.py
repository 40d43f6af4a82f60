"""Evidence: one dated observation of one skill by one learner, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .ids import ActivityId, ItemId, Score, SkillId


class Source(StrEnum):
    """Where an observation came from."""

    PRACTICE = "practice"
    ASSESSMENT = "assessment"
    """The first assessment: it says where to start, and no rule counts it."""
    REVIEW = "review"
    CHALLENGE = "challenge"
    """A check that mixes skills."""
    OBSERVATION = "observation"
    """A teacher saw it: oral answer, project, rubric level."""
    LMS_GRADE = "lms_grade"
    """A grade of another gradebook column, by the teacher's choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation of one skill.

    `id` grows with arrival (0 while unsaved); histories are ordered by (`at`, `id`). `score` in [0, 1];
    `attempt` is 1 for the first answer to an item as it was served, 2 for the next try at the same item, and
    so on: only first answers speak for knowledge, later ones show persistence. `seconds` is time on the item.
    """

    id: int
    skill: SkillId
    score: Score
    at: datetime
    source: Source = Source.PRACTICE
    item: ItemId | None = None
    activity: ActivityId | None = None
    difficulty: float = 0.0
    hints_used: int = 0
    attempt: int = 1
    seconds: float | None = None
    note: str = ""

    @property
    def correct(self) -> bool:
        """Full success without asking how (hints are a separate question)."""
        return self.score >= 1.0

    @property
    def unaided(self) -> bool:
        """Right at the first try and without a hint: the plainest sign of knowing."""
        return self.correct and self.hints_used == 0 and self.attempt == 1
