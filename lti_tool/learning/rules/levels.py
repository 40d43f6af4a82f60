"""Levels: familiar, proficient, mastered; sets of questions lift, a check at the end decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..history import right
from ..phrases import Phrase, say
from .reading import MOST_ANSWERS_FORETOLD, Reading, more_right, require

FAMILIAR_SHARE = 0.7
FAMILIAR, PROFICIENT, MASTERED = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A set of `in_set` questions all right makes proficient (70 % familiar); then `in_check` right in one check is
    mastery. A check with none right goes one level down.

    Teachers know such levels from exercise sites; about 16 of 100 called mastered were not in simulations, as careful
    as eight of ten.
    """

    kind: ClassVar[str] = "levels"
    in_set: int = 4
    in_check: int = 2

    def __post_init__(self) -> None:
        require(2 <= self.in_set <= 10, "A set has 2 to 10 questions.")
        require(1 <= self.in_check <= 5, "A check has 1 to 5 questions.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What sets and checks say."""
        good = [right(answer) for answer in answers]
        levels = list(self._levels(good))
        level = levels[-1] if levels else 0
        needed = self._needed(good)
        return Reading(
            met=tuple(one == MASTERED for one in levels),
            progress=1.0 if level == MASTERED else level / MASTERED,
            because=(_because(level),) if answers else (),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=range(len(answers)),
        )

    def _levels(self, good: Sequence[bool]) -> Iterator[int]:
        """The level after each answer."""
        level, begun, hits = 0, 0, 0
        for one in good:
            begun, hits = begun + 1, hits + one
            if level == MASTERED:
                pass
            elif level == PROFICIENT and begun == self.in_check:
                level = MASTERED if hits == begun else FAMILIAR if hits == 0 else PROFICIENT
                begun = hits = 0
            elif level < PROFICIENT and begun == self.in_set:
                familiar = max(level, FAMILIAR) if hits >= FAMILIAR_SHARE * begun else level
                level = PROFICIENT if hits == begun else familiar
                begun = hits = 0
            yield level

    def _needed(self, good: Sequence[bool]) -> int | None:
        longer = [*good, *[True] * MOST_ANSWERS_FORETOLD]
        levels = [0, *self._levels(longer)]
        return next((more for more, one in enumerate(levels[len(good) :]) if one == MASTERED), None)


def _because(level: int) -> Phrase:
    if level == MASTERED:
        return say("The check after a faultless set is passed.")
    if level == PROFICIENT:
        return say("A faultless set: proficient. The check is next.")
    if level == FAMILIAR:
        return say("Familiar: most of a set was right.")
    return say("No set with most answers right yet.")
