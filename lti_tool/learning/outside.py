"""Evidence from outside the questions: what a teacher saw, and grades of other gradebook columns, as scores.

A rule counts an observation or another grade as right from `history.SHOWN_TO_A_PERSON` on. A teacher says from
which points on a grade speaks for the skill, so grades are stretched around that point: the teacher's "enough"
lands exactly where the rules draw their line, and order among grades is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .history import SHOWN_TO_A_PERSON
from .ids import Score

_JUST_BELOW = SHOWN_TO_A_PERSON - 1e-9
"""A share that is the least bit too small must not be rounded onto the line."""


class Occasion(StrEnum):
    """Where a teacher saw it."""

    ORAL = "oral"
    PROJECT = "project"
    WRITTEN = "written"
    RUBRIC = "rubric"
    OTHER = "other"


class Shown(StrEnum):
    """How well a teacher saw it, in four steps."""

    ALONE = "alone"
    HELPED = "helped"
    PARTLY = "partly"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an observation is worth: a score in [0, 1], and the hints it took."""

    score: Score
    hints_used: int = 0


SHOWN_WORTH = {
    Shown.ALONE: Worth(score=Score(1.0)),
    Shown.HELPED: Worth(score=Score(1.0), hints_used=1),
    Shown.PARTLY: Worth(score=Score(0.5)),
    Shown.NOT_YET: Worth(score=Score(0.0)),
}
"""Help counts as a hint, so a rule that sets hinted answers aside sets this aside too."""


def stretched(share: float, enough: float) -> Score:
    """A share of points as a score, with `enough` (in (0, 1]) at the rules' line. More points, more score.

    Raises `ValueError` when `enough` is no share above zero.
    """
    if not 0 < enough <= 1:
        raise ValueError("enough must be above 0 and at most 1")
    share = min(1.0, max(0.0, share))
    if share < enough:
        return Score(min(_JUST_BELOW, SHOWN_TO_A_PERSON * share / enough))
    room = 1 - enough
    return Score(SHOWN_TO_A_PERSON + (1 - SHOWN_TO_A_PERSON) * ((share - enough) / room if room else 1.0))
