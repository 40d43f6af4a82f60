"""Statistical: mastered when we are sure enough, counting difficulty, guessing, slips and hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple

from ..evidence import Evidence
from ..phrases import Phrase, say
from ..posterior import Belief, believe, rights_until, success_between
from ..skill_kinds import first_weights, nature_said, shares
from ..worlds import MASTERED_SUCCESS, NATURES, Vector
from .likely import about, hardness, likely, seen, way
from .reading import Reading, in_order, of_skill, percent, require

LEVELS = (70, 75, 80, 85, 90, 95)
"""Levels a teacher may set, in right answers of a hundred questions of average difficulty."""
THRESHOLDS = {"quick": 0.8, "normal": 0.9, "strict": 0.96, "very_strict": 0.98}


class SkillKinds(NamedTuple):
    """Of what kinds one skill, by its key, is likely to be: `skill_kinds.said`."""

    skill: str
    kinds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistical:
    """The probability of mastery reaches what the teacher's `sureness` asks for.

    Mastery is an expected success of `level` right answers or more of a hundred questions of average difficulty (one
    of `LEVELS`); of skills that are known or not, it is to know them. All figures below are of 85.

    `quick` to `very_strict` are chosen by the share of false masteries a teacher accepts. Measured on simulated
    classes of five kinds of learners, from those who know or do not to those who hover just below: about 17, 10, 3
    and 2 of 100 called mastered were not (31 with three in a row, 21 with five). That is of all five together, as a
    class is mixed: at `normal` it was 0, 1 and 7 of those who know or do not, but 34 and 23 of those who get better by
    and by, and hover for long where nobody can tell.

    Nobody is called mastered before `least` answers: three, unless the teacher says otherwise.

    `nature` is what the teacher knows of the skills: `known_or_not` (it clicks: a fact, a procedure), `gradual` (it
    gets better by and by) or `any` (nobody knows). The right word spares about half of the superfluous questions:
    at 5 false of 100 called, 8 instead of 15 a learner in the same simulations; the wrong word costs: with
    one gradual family of five held for known or not, 17 of 100 called at normal were not there instead of 10.

    `skills` says it more finely for single skills, as found in a class's own answers when a teacher asks for it
    (`kind_fit`): 8 instead of 15, and 15, 9, 4 and 2 false of 100 from quick to very strict. Verdicts do not take it
    from there by themselves: they would move with every night's calibration, and grades that go down want a teacher's
    word. What stands in the rule is versioned with it, shown in the preview, and undone with it.
    """

    kind: ClassVar[str] = "statistical"
    sureness: str = "normal"
    level: int = round(100 * MASTERED_SUCCESS)
    nature: str = "any"
    least: int = 3
    skills: tuple[SkillKinds, ...] = ()

    def __post_init__(self) -> None:
        require(self.sureness in THRESHOLDS, "Sureness is quick, normal, strict or very strict.")
        require(self.level in LEVELS, "The level is 70, 75, 80, 85, 90 or 95 of 100.")
        require(1 <= self.least <= 10, "At least 1 to 10 answers can be asked for.")
        require(self.nature in NATURES, "Skills are known or not, gradual, or any.")
        readable = in_order(self.skills) and all(map(_readable, self.skills))
        require(readable, "What was found of the skills cannot be read.")

    @property
    def threshold(self) -> float:
        """The probability of mastery that is sure enough."""
        return THRESHOLDS[self.sureness]

    @property
    def expected_success(self) -> float:
        """The level as a share, in [0, 1]."""
        return self.level / 100

    def nature_of(self, skill: str) -> str:
        """What is known of a skill."""
        found = self._found(skill)
        return nature_said(found) if found else self.nature

    def prior(self, skill: str) -> Vector:
        """First weights of the filter."""
        return first_weights(self._found(skill), self.nature)

    def _found(self, skill: str) -> str:
        found = of_skill(self.skills, skill)
        return found.kinds if found else ""

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False, skill: str = "") -> Reading:
        """What the Bayes filter says, going by what is known of the skill."""
        belief = believe(answers, self.prior(skill), self.expected_success)
        needed = rights_until(belief, self.threshold)
        if needed is not None:
            needed = max(needed, self.least - len(answers))
        return Reading(
            met=self.met_by(belief.sure_each),
            progress=self.way(belief.sure, skill) if answers else 0.0,
            because=self._because(answers, belief) if answers else (),
            missing=about(needed, unaided),
            answers_expected=needed,
            looked_at=range(len(answers)),
            confidence=belief.sure,
        )

    def met_by(self, sure_each: Sequence[float]) -> tuple[bool, ...]:
        """For each answer, whether we are sure enough after it."""
        return tuple(place + 1 >= self.least and sure >= self.threshold for place, sure in enumerate(sure_each))

    def way(self, sure: float, skill: str) -> float:
        """How far we have come from where everybody starts to where mastery is called, in [0, 1]."""
        return way(_start(self._found(skill), self.nature, self.expected_success), sure, self.threshold)

    def _because(self, answers: Sequence[Evidence], belief: Belief) -> tuple[Phrase, ...]:
        low, high = map(percent, success_between(belief))
        ahead = say(
            "Of 100 questions of average difficulty, {low} to {high} would go right; {level} are mastery.",
            low=low,
            high=high,
            level=self.level,
        )
        return (seen(answers), *hardness(answers), ahead, likely(belief.sure, self.threshold))


@lru_cache(maxsize=2000)
def _start(found: str, nature: str, level: float) -> float:
    return believe((), first_weights(found, nature), level).sure


def _readable(found: SkillKinds) -> bool:
    try:
        shares(found.kinds)
    except ValueError:
        return False
    return True
