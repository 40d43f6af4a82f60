"""M of N: so many right among the latest answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..history import right
from .reading import Reading, more_right, of_the_last, require


@dataclass(frozen=True, slots=True, kw_only=True)
class MOfN:
    """`m` right among the latest `n` answers. It may be met early: the first `m` answers all right are enough.

    4 of 5 forgives one slip at about the care of three in a row; 8 of 10 is calm and strict.
    """

    kind: ClassVar[str] = "m_of_n"
    m: int = 4
    n: int = 5

    def __post_init__(self) -> None:
        require(1 <= self.n <= 30, "The latest 1 to 30 answers can be looked at.")
        require(1 <= self.m <= self.n, "Not more answers can be right than are looked at.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the latest `n` answers say."""
        good = [right(answer) for answer in answers]
        counts: list[int] = []
        for place, one in enumerate(good):
            leaving = good[place - self.n] if place >= self.n else False
            counts.append((counts[-1] if counts else 0) + one - leaving)
        window = range(max(0, len(answers) - self.n), len(answers))
        hits = counts[-1] if counts else 0
        needed = self._needed(good)
        return Reading(
            met=tuple(one >= self.m for one in counts),
            progress=min(1.0, hits / self.m),
            because=(of_the_last(hits, len(window)),) if answers else (),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=window,
        )

    def _needed(self, good: Sequence[bool]) -> int:
        """Right answers in a row that would bring `m` into the window; old hits may leave it meanwhile."""
        for more in range(self.m):
            kept = good[max(0, len(good) - (self.n - more)) :]
            if sum(kept) + more >= self.m:
                return more
        return self.m
