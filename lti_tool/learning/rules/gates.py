"""MasteryRule: a rule with gates on top, as a teacher sets it; and how far the gates are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..evidence import Evidence
from ..history import days_of, right
from .average import Average
from .decaying_average import DecayingAverage
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .reading import require
from .statistical import Statistical
from .streak import Streak

Rule = Streak | MOfN | DecayingAverage | NTimes | Highest | Latest | Average | Levels | Statistical


@dataclass(frozen=True, slots=True, kw_only=True)
class MasteryRule:
    """What a teacher demands. Rule and gates must hold after the same answer.

    `minimum_answers`: not before so many answers. `without_hints`: a right answer that took a hint is set aside, it
    counts neither for nor against; a wrong one counts as wrong. `different_days`: right answers on so many days of
    work, a night apart.
    """

    rule: Rule
    minimum_answers: int = 0
    without_hints: bool = False
    different_days: int = 1

    def __post_init__(self) -> None:
        require(0 <= self.minimum_answers <= 100, "At least 0 to 100 answers can be asked for.")
        require(1 <= self.different_days <= 10, "Between 1 and 10 different days can be asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Where a learner stands at the gates. `open_after` tells it for each answer; `days` have a right one."""

    open_after: tuple[bool, ...]
    days: int
    answers_missing: int
    days_missing: int
    parts: tuple[float, ...]
    """How far each gate in use is open, each in [0, 1]."""


def counted(rule: MasteryRule, answers: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The answers the rule may look at."""
    if not rule.without_hints:
        return tuple(answers)
    return tuple(answer for answer in answers if not (right(answer) and answer.hints_used))


def read_gates(rule: MasteryRule, answers: Sequence[Evidence]) -> Gates:
    """Where the learner stands at the gates after the counted answers."""
    open_after: list[bool] = []
    seen: set[int] = set()
    for place, (answer, day) in enumerate(zip(answers, days_of(answers), strict=True)):
        if right(answer):
            seen.add(day)
        open_after.append(place + 1 >= rule.minimum_answers and len(seen) >= rule.different_days)
    parts: list[float] = []
    if rule.minimum_answers:
        parts.append(min(1.0, len(answers) / rule.minimum_answers))
    if rule.different_days > 1:
        parts.append(min(1.0, len(seen) / rule.different_days))
    return Gates(
        open_after=tuple(open_after),
        days=len(seen),
        answers_missing=max(0, rule.minimum_answers - len(answers)),
        days_missing=max(0, rule.different_days - len(seen)),
        parts=tuple(parts),
    )
