"""Highest: the best stretch of answers counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..phrases import Phrase, say
from .reading import Reading, dates, more_right, not_yet, percent, require
from .stretch import check_stretch, means, met_by, rights_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Highest:
    """The best `over` answers one after the other average at least `threshold`.

    Five answers at .9 means five of five for plain right and wrong, so one lucky answer decides nothing. A good
    stretch stays good: later answers cannot take it away, so it never falls.
    """

    kind: ClassVar[str] = "highest"
    threshold: float = 0.9
    over: int = 5

    def __post_init__(self) -> None:
        check_stretch(self.threshold, self.over)
        require(self.over <= 20, "A stretch has at most 20 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the best stretch says."""
        scores = [answer.score for answer in answers]
        full = means(scores, self.over)
        best = max(range(len(full)), key=full.__getitem__) if full else None
        met: list[bool] = []
        for one in met_by(scores, self.threshold, self.over):
            met.append(one or bool(met and met[-1]))
        needed = 0 if met and met[-1] else rights_needed(scores, self.threshold, self.over)
        window = range(len(answers)) if best is None else range(best, best + self.over)
        value = (sum(scores) / self.over) if best is None else full[best]
        return Reading(
            met=tuple(met),
            progress=min(1.0, value / self.threshold),
            because=(self._because(answers, window, value),) if answers else (),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=window,
        )

    def _because(self, answers: Sequence[Evidence], window: range, value: float) -> Phrase:
        if len(window) < self.over:
            return not_yet(len(window), self.over)
        first, last = dates(answers, window)
        return say(
            "The best {over} answers ({first} to {last}) average {score} %, {threshold} % wanted.",
            over=self.over,
            first=first,
            last=last,
            score=percent(value),
            threshold=percent(self.threshold),
        )
