"""The product's mastery rules behind the interface of outside benchmark programs.

`fit(observed)` learns from unlabelled answers of what kind each skill is, `decide(observed)` gives for each row the
number of answers after which mastery is called first (answers + 1: never). `observed` holds arrays `y` (0 or 1),
`diff` (difficulty, logits), `session` (one row a learner) and `skill` (a number a row). Only the shape is translated
here: what is learned is what a teacher's rule takes from a class (`class_numbers`), and what is decided is what the
preview of a rule shows (`believe_many`, `Statistical.met_by`). The product's dial has the four settings of
`THRESHOLDS`; `threshold` stands between and beyond them, to draw the whole curve.

The rules teachers know by name are in `teacher_rules` (`ROWS`, `TeacherRule`) and stand here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lti_tool.learning.class_numbers import from_class
from lti_tool.learning.posterior import believe_many
from lti_tool.learning.rules import MasteryRule, Statistical
from lti_tool.learning.rules.statistical import SkillKinds

from .teacher_rules import FITTED, ROWS, TeacherRule, histories

__all__ = ["FITTED", "ROWS", "CairnRule", "TeacherRule"]

Array = NDArray[Any]
ROWS_AT_ONCE = 2000
LAX = (0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92)
DIALS = (*LAX, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.996, 0.998, 0.999)


class CairnRule:
    """The statistical rule at one setting of its dial, not before so many answers (`least`), as a teacher sets both."""

    _fitted: tuple[Any, tuple[SkillKinds, ...]] | None = None
    _sure: tuple[Any, Array] | None = None

    def __init__(self, threshold: float = 0.9, least: int = Statistical().least) -> None:
        self.threshold = threshold
        self.least = least
        # Outside programs fit one setting and hand what it learned on to the others under this name.
        self.W: tuple[SkillKinds, ...] = ()

    def fit(self, observed: Mapping[str, Array]) -> None:
        """Learn what each skill is like."""
        key = _key(observed)
        if CairnRule._fitted is None or CairnRule._fitted[0] != key:
            seen = {(row, answers[0].skill): answers for row, answers in enumerate(histories(observed))}
            found = from_class(MasteryRule(rule=Statistical()), seen).rule
            assert isinstance(found, Statistical)
            CairnRule._fitted = (key, found.skills)
        self.W = CairnRule._fitted[1]

    def decide(self, observed: Mapping[str, Array]) -> Array:
        """After how many answers mastery is called."""
        called = self._sureness(observed) >= self.threshold
        called[:, : self.least - 1] = False
        return np.where(called.any(axis=1), called.argmax(axis=1) + 1, called.shape[1] + 1)

    def _sureness(self, observed: Mapping[str, Array]) -> Array:
        """How sure the product is after each answer; the same for all settings of the dial, so it is kept."""
        key = (_key(observed), self.W)
        if CairnRule._sure is None or CairnRule._sure[0] != key:
            rule, found, rows = Statistical(skills=self.W), [], histories(observed)
            while part := list(islice(rows, ROWS_AT_ONCE)):
                courses = believe_many(part, [rule.prior(answers[0].skill) for answers in part])
                found += [course.sure[1:] for course in courses]
            CairnRule._sure = (key, np.array(found))
        return CairnRule._sure[1]

    @staticmethod
    def sweep() -> list[CairnRule]:
        """Settings of the dial from lax to strict; the lax ones also with one or two answers as the least. Where the
        skill comes up again soon three answers for everybody are the larger part of what is asked too much."""
        usual = [CairnRule(dial) for dial in DIALS]
        return [*(CairnRule(dial, least) for least in (1, 2) for dial in LAX), *usual]


def _key(observed: Mapping[str, Array]) -> tuple[int, ...]:
    return tuple(hash(np.ascontiguousarray(observed[name]).tobytes()) for name in ("y", "diff", "session", "skill"))
