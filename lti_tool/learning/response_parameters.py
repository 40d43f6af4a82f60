"""What the response model knows beyond one learner: weights of the features, and how skills and items differ.

A new course starts with the shipped prior; calibration on its own answers moves from there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import LearningError
from .ids import ItemId, SkillId
from .response_features import FEATURES, ITEM_SLOPES, SKILL_SLOPES
from .response_prior import PRIOR

FORMAT = 1
"""Version of what the numbers mean: the features and their order."""

STATED_SLOPE = -0.8
"""Logits of ease for one logit of the difficulty an author stated: below 1, as such words are rough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillShape:
    """How a skill differs from others: its ease in logits, and what counts more or less in it."""

    ease: float = 0.0
    slopes: tuple[float, ...] = (0.0,) * (1 + len(SKILL_SLOPES))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShape:
    """How an item differs from others of its skill; `information` says on how much that rests."""

    ease: float = 0.0
    information: float = 0.0
    slopes: tuple[float, ...] = (0.0,) * (1 + len(ITEM_SLOPES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """One version of the model of a course.

    `course` is the logit of success of somebody in the middle on something in the middle; `weights` has one number
    per feature, for features less their centre and divided by their scale. `answers` says from how many it came.
    """

    version: int = 0
    answers: int = 0
    course: float = math.log(0.7 / 0.3)
    intercept: float = 0.0
    weights: tuple[float, ...] = tuple(row[2] for row in PRIOR.values())
    skills: Mapping[SkillId, SkillShape] = field(default_factory=dict)
    items: Mapping[ItemId, ItemShape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES):
            raise LearningError("These parameters belong to another version of the response model.")


SHIPPED = Parameters()
"""What a new course starts with: seven of ten right, weights from simulated courses, nothing about its items."""


def stated_ease(difficulty: float) -> float:
    """Ease in logits of an item that is known only by its author's word (-4 very easy to 4 very hard)."""
    return STATED_SLOPE * min(max(difficulty, -4.0), 4.0)


def as_document(parameters: Parameters) -> dict[str, Any]:
    """The parameters as plain lists and numbers, ready for a JSON column."""
    return {
        "format": FORMAT,
        "version": parameters.version,
        "answers": parameters.answers,
        "course": parameters.course,
        "intercept": parameters.intercept,
        "weights": list(parameters.weights),
        "skills": {key: [shape.ease, *shape.slopes] for key, shape in parameters.skills.items()},
        "items": {key: [shape.ease, shape.information, *shape.slopes] for key, shape in parameters.items.items()},
    }


def from_document(document: Mapping[str, Any]) -> Parameters:
    """The parameters again. Raises `LearningError` when they belong to another version of the model."""
    if document.get("format") != FORMAT:
        raise LearningError("These parameters belong to another version of the response model.")
    return Parameters(
        version=document["version"],
        answers=document["answers"],
        course=document["course"],
        intercept=document["intercept"],
        weights=tuple(document["weights"]),
        skills={SkillId(key): _skill(row) for key, row in document["skills"].items()},
        items={ItemId(key): _item(row) for key, row in document["items"].items()},
    )


def _skill(row: list[float]) -> SkillShape:
    return SkillShape(ease=row[0], slopes=tuple(row[1:]))


def _item(row: list[float]) -> ItemShape:
    return ItemShape(ease=row[0], information=row[1], slopes=tuple(row[2:]))
