"""Streak: so many right answers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..history import right
from ..phrases import Phrase, count
from .reading import Reading, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """`n` right answers in a row. A wrong answer starts the count anew.

    Three is quick, and guessing gets through now and then: in simulations 6 of 100 called mastered were not where
    learners either know a skill or do not, 30 where half hover below mastery; with five 3 and 21. Ten keeps many
    busy who know it already.
    """

    kind: ClassVar[str] = "streak"
    n: int = 3

    def __post_init__(self) -> None:
        require(1 <= self.n <= 20, "A streak has 1 to 20 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the latest run of right answers says."""
        runs: list[int] = []
        for answer in answers:
            runs.append((runs[-1] if runs else 0) + 1 if right(answer) else 0)
        run = runs[-1] if runs else 0
        needed = max(0, self.n - run)
        shown = min(len(answers), max(run, 1), self.n)
        return Reading(
            met=tuple(one >= self.n for one in runs),
            progress=min(1.0, run / self.n),
            because=(_because(run),) if answers else (),
            missing=_missing(needed, run, unaided),
            answers_expected=needed,
            looked_at=range(len(answers) - shown, len(answers)),
        )


def _because(run: int) -> Phrase:
    if run == 0:
        return Phrase("The latest answer was not right, so the row starts anew.")
    return count(run, "The latest answer is right.", "The last {count} answers are right.")


def _missing(needed: int, run: int, unaided: bool) -> Phrase:
    if run:
        if unaided:
            return count(
                needed, "1 more right answer without hints.", "{count} more right answers in a row, without hints."
            )
        return count(needed, "1 more right answer.", "{count} more right answers in a row.")
    if unaided:
        return count(needed, "1 right answer without hints.", "{count} right answers in a row, without hints.")
    return count(needed, "1 right answer.", "{count} right answers in a row.")
