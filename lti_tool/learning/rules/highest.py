"""Highest: the best stretch of answers counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from .reading import Reading, more_right, require
from .stretch import Words, check_stretch, good_enough, means, met_by, rights_needed, why

WORDS = Words(
    one="The best answer ({first}) scores {score} %, {threshold} % wanted.",
    many="The best {count} answers ({first} to {last}) average {score} %, {threshold} % wanted.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Highest:
    """The best `over` answers one after the other average at least `threshold`.

    Five answers at .9 means five of five for plain right and wrong, so one lucky answer decides nothing. A good
    stretch stays good: later answers cannot take it away, so it never falls. With `rounds` only full rounds of `over`
    answers are looked at, one after the other, as the results of quizzes are.
    """

    kind: ClassVar[str] = "highest"
    threshold: float = 0.9
    over: int = 5
    rounds: bool = False

    def __post_init__(self) -> None:
        check_stretch(self.threshold, self.over)
        require(self.over <= 20, "A stretch has at most 20 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the best stretch says."""
        scores = [answer.score for answer in answers]
        full = {start: mean for start, mean in enumerate(means(scores, self.over)) if self._begins(start)}
        best = max(full, key=full.__getitem__, default=None)
        met: list[bool] = []
        for place, one in enumerate(met_by(scores, self.threshold, self.over)):
            met.append((one and self._begins(place + 1 - self.over)) or bool(met and met[-1]))
        needed = 0 if met and met[-1] else self._needed(scores)
        window = range(len(answers)) if best is None else range(best, best + self.over)
        value = (sum(scores) / self.over) if best is None else full[best]
        return Reading(
            met=tuple(met),
            progress=min(1.0, value / self.threshold),
            because=why(WORDS, answers, window, value, self.threshold, self.over),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=window,
        )

    def _begins(self, start: int) -> bool:
        """Whether a stretch that counts begins at this place."""
        return not self.rounds or start % self.over == 0

    def _needed(self, scores: Sequence[float]) -> int:
        if not self.rounds:
            return rights_needed(scores, self.threshold, self.over)
        begun = scores[len(scores) - len(scores) % self.over :]
        left = self.over - len(begun)
        return left if good_enough(sum(begun) + left, self.threshold, self.over) else left + self.over
