"""The product's mastery rules behind the interface of outside benchmark programs.

`fit(observed)` learns first weights from unlabelled answers, `decide(observed)` gives for each row the number of
answers after which mastery is called first (answers + 1: never). `observed` holds arrays `y` (0 or 1), `diff`
(difficulty, logits), `session` (one row a learner) and `skill` (a number a row). Only the shape is translated here;
the filter, the pooling and the verdict's threshold are those of `lti_tool.learning`. The rules teachers know by name
are in `teacher_rules` (`ROWS`, `TeacherRule`) and stand here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lti_tool.learning.posterior import Responses, bank, run, start_chances, sureness
from lti_tool.learning.rules import Statistical
from lti_tool.learning.world_weights import skill_weights

from .teacher_rules import FITTED, ROWS, TeacherRule

__all__ = ["FITTED", "ROWS", "CairnRule", "TeacherRule"]

Array = NDArray[Any]
ROWS_AT_ONCE = 200
LAX = (0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92)
DIALS = (*LAX, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.993, 0.996, 0.998, 0.999)


class CairnRule:
    """The statistical rule at one setting of its dial, not before so many answers (`least`), as a teacher sets both."""

    _fitted: tuple[Any, Array] | None = None
    _sure: tuple[tuple[Any, ...], Array] | None = None

    def __init__(self, threshold: float = 0.9, least: int = Statistical().least) -> None:
        self.threshold = threshold
        self.least = least
        # Outside programs fit one setting and hand what it learned on to the others under this name.
        self.W: Array | None = None

    def fit(self, observed: Mapping[str, Array]) -> None:
        """Learn what each skill is like."""
        key = _key(observed, None)
        if CairnRule._fitted is None or CairnRule._fitted[0] != key:
            size = int(observed["skill"].max()) + 1
            chances = np.concatenate([start_chances(part) for part in _parts(observed)])
            skills = observed["skill"][_order(observed)]
            CairnRule._fitted = (key, skill_weights(chances, skills, size))
        self.W = CairnRule._fitted[1]

    def decide(self, observed: Mapping[str, Array]) -> Array:
        """After how many answers mastery is called."""
        sure = self._sureness(observed)
        called = sure >= self.threshold
        called[:, : self.least - 1] = False
        never = called.shape[1] + 1
        return np.where(called.any(axis=1), called.argmax(axis=1) + 1, never)

    def _sureness(self, observed: Mapping[str, Array]) -> Array:
        key = _key(observed, self.W)
        if CairnRule._sure is None or CairnRule._sure[0] != key:
            order = _order(observed)
            found = [_after_each(part, self._prior(rows, observed)) for rows, part in _cut(observed, order)]
            sure = np.empty(observed["y"].shape)
            sure[order] = np.concatenate(found)
            CairnRule._sure = (key, sure)
        return CairnRule._sure[1]

    def _prior(self, rows: Array, observed: Mapping[str, Array]) -> Array:
        if self.W is None:
            return bank().prior
        return np.asarray(self.W[np.minimum(observed["skill"][rows], len(self.W) - 1)])

    @staticmethod
    def sweep() -> list[CairnRule]:
        """Settings of the dial from lax to strict; the lax ones also with one or two answers as the least. Where the
        skill comes up again soon three answers for everybody are the larger part of what is asked too much."""
        usual = [CairnRule(dial) for dial in DIALS]
        return [*(CairnRule(dial, least) for least in (1, 2) for dial in LAX), *usual]


def _after_each(responses: Responses, prior: Array) -> Array:
    steps = run(responses, prior)
    return np.stack([sureness(weights, place + 1) for place, weights in enumerate(steps)], axis=1)


def _order(observed: Mapping[str, Array]) -> Array:
    """Rows without difficulties first: they are quicker together."""
    return np.argsort(np.abs(observed["diff"]).max(axis=1) > 0, kind="stable")


def _cut(observed: Mapping[str, Array], order: Array) -> list[tuple[Array, Responses]]:
    plain = int((np.abs(observed["diff"]).max(axis=1) == 0).sum())
    starts = [*range(0, plain, ROWS_AT_ONCE), *range(plain, len(order), ROWS_AT_ONCE)]
    ends = [*starts[1:], len(order)]
    return [(rows, _responses(observed, rows)) for rows in (order[a:b] for a, b in zip(starts, ends, strict=True))]


def _parts(observed: Mapping[str, Array]) -> list[Responses]:
    return [part for _, part in _cut(observed, _order(observed))]


def _responses(observed: Mapping[str, Array], rows: Array) -> Responses:
    session = observed["session"][rows]
    nights = np.zeros(session.shape, dtype=bool)
    nights[:, 1:] = session[:, 1:] != session[:, :-1]
    return Responses(
        scores=observed["y"][rows].astype(float),
        difficulties=observed["diff"][rows].astype(float),
        nights=nights,
    )


def _key(observed: Mapping[str, Array], weights: Array | None) -> tuple[Any, ...]:
    own = tuple(hash(np.ascontiguousarray(observed[name]).tobytes()) for name in ("y", "diff", "session", "skill"))
    return (*own, None if weights is None else hash(weights.tobytes()))
