"""From features to a chance: weights everybody shares, and what a skill or an item adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .response_features import FEATURES, ITEM_SLOPES, SKILL_SLOPES, Matrix, Vector
from .response_prior import PRIOR

CENTRE = np.array([PRIOR[name][0] for name in FEATURES])[:, None]
SCALE = np.array([PRIOR[name][1] for name in FEATURES])[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each feature counts, in logits per scale unit."""

    intercept: float
    features: Vector


def chance(columns: Matrix, course: float, weights: Weights, skill: Matrix, item: Matrix) -> Vector:
    """The chance of success: `columns` of shape (features, n), slopes of each question of shape (n, ...)."""
    per_unit = weights.features / SCALE[:, 0]
    logit = course + weights.intercept - float(per_unit @ CENTRE[:, 0]) + per_unit @ columns
    logit += _sloped(columns, SKILL_SLOPES, skill) + _sloped(columns, ITEM_SLOPES, item)
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -12.0, 12.0))))


def _sloped(columns: Matrix, places: tuple[int, ...], own: Matrix) -> Vector:
    chosen = list(places)
    per_unit = own[:, 1:].T / SCALE[chosen]
    total = own[:, 0] - CENTRE[chosen, 0] @ per_unit
    for place, line in zip(places, per_unit, strict=True):
        total += line * columns[place]
    return np.asarray(total)
