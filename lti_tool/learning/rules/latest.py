"""Latest: only the latest stretch of answers counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from .reading import Reading, more_right, require
from .stretch import Words, check_stretch, met_by, rights_needed, why

WORDS = Words(
    one="The latest answer ({first}) scores {score} %, {threshold} % wanted.",
    many="The latest {count} answers ({first} to {last}) average {score} %, {threshold} % wanted.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The latest `over` answers average at least `threshold`; what was before is forgotten.

    It differs from `Highest` while the learner is on the way: progress follows the latest work up and down, and a
    gate (another day, more answers) must be met while the latest work is good.
    """

    kind: ClassVar[str] = "latest"
    threshold: float = 0.9
    over: int = 5

    def __post_init__(self) -> None:
        check_stretch(self.threshold, self.over)
        require(self.over <= 20, "A stretch has at most 20 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the latest stretch says."""
        scores = [answer.score for answer in answers]
        window = range(max(0, len(scores) - self.over), len(scores))
        value = sum(scores[window.start :]) / self.over
        needed = rights_needed(scores, self.threshold, self.over)
        return Reading(
            met=tuple(met_by(scores, self.threshold, self.over)),
            progress=min(1.0, value / self.threshold),
            because=why(WORDS, answers, window, value, self.threshold, self.over),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=window,
        )
