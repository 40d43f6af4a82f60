"""Average: the plain mean of all answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..phrases import Phrase, count
from .reading import (
    MOST_ANSWERS_FORETOLD,
    NEARLY_EQUAL,
    Reading,
    dates,
    more_right,
    not_yet,
    percent,
    require,
    running_sums,
)

MOST = 0.95
"""One wrong answer would put more out of reach for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """All answers average at least `threshold`, once there are `least` of them.

    Known to everybody from gradebooks, and slow to forgive: a hard start weighs as much as yesterday's work. For that
    reason many who know the skill are never called; a decaying average is kinder.
    """

    kind: ClassVar[str] = "average"
    threshold: float = 0.8
    least: int = 5

    def __post_init__(self) -> None:
        require(
            0 < self.threshold <= MOST, "An average of all answers can be asked up to .95: a slip must be forgiven."
        )
        require(1 <= self.least <= 50, "An average needs 1 to 50 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the mean of all answers says."""
        sums = running_sums([answer.score for answer in answers])
        size = len(answers)
        needed = self._needed(sums[-1], size)
        full = min(1.0, size / self.least)
        return Reading(
            met=tuple(self._met(sums[end], end) for end in range(1, size + 1)),
            progress=min(1.0, full * sums[-1] / size / self.threshold) if size else 0.0,
            because=(self._because(answers, sums[-1]),) if answers else (),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=range(size),
        )

    def _met(self, total: float, size: int) -> bool:
        return size >= self.least and total / size >= self.threshold - NEARLY_EQUAL

    def _needed(self, total: float, size: int) -> int | None:
        enough = (more for more in range(MOST_ANSWERS_FORETOLD + 1) if self._met(total + more, size + more))
        return next(enough, None)

    def _because(self, answers: Sequence[Evidence], total: float) -> Phrase:
        if len(answers) < self.least:
            return not_yet(len(answers), self.least)
        first, last = dates(answers, range(len(answers)))
        return count(
            len(answers),
            "The only answer ({first}) scores {score} %, {threshold} % wanted.",
            "All {count} answers ({first} to {last}) average {score} %, {threshold} % wanted.",
            first=first,
            last=last,
            score=percent(total / len(answers)),
            threshold=percent(self.threshold),
        )
