"""Mastery rules as JSON: marshmallow schemas between `learning.rules` values and stored or typed-in text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate

from ..learning.history import Tries
from ..learning.research_worlds import VIEWS
from ..learning.rules import RULES, MasteryRule, SkillChances, SkillKinds, SkillWorlds
from ..learning.rules.gates import GATES, MOST_IN_A_CHECK, REPEATS
from ..learning.rules.statistical import LEVELS, THRESHOLDS
from ..learning.worlds import NATURES

MOST_SKILLS = 5000
"""A rule holds what was found of so many skills at most."""
MOST_SAID = 300
"""What was found of one skill has at most so many characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one version says: content and part of it (empty: the whole), rule, how the grade is made, its points
    (0: no grade)."""

    content_id: int
    part: str
    rule: MasteryRule
    grading: str
    points: float


def _whole(low: int, high: int, *, may_be_none: bool = False) -> fields.Integer:
    text = f"Choose a whole number from {low} to {high}{', or leave it empty' if may_be_none else ''}."
    return fields.Integer(
        validate=validate.Range(low, high, error=text), error_messages={"invalid": text}, allow_none=may_be_none
    )


def _share(low: float = 0.05, high: float = 1.0) -> fields.Float:
    """A share; people type and read it as a percent."""
    text = f"Choose a number from {100 * low:g} to {100 * high:g}."
    return fields.Float(validate=validate.Range(low, high, error=text), error_messages={"invalid": text})


_CHOOSE = "Choose one of those listed."


def _one_of(names: Sequence[str]) -> fields.String:
    return fields.String(validate=validate.OneOf(names, error=_CHOOSE))


def _rows(*members: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(fields.Tuple((fields.String(), *members)), validate=validate.Length(max=MOST_SKILLS))


_FIELDS: dict[str, dict[str, fields.Field[Any]]] = {
    "streak": {"n": _whole(1, 20)},
    "m_of_n": {"m": _whole(1, 20), "n": _whole(1, 20)},
    "decaying_average": {
        "threshold": _share(),
        "recent_weight": _share(0.05, 0.95),
        "window": _whole(2, 50, may_be_none=True),
        "recent": _whole(1, 20),
    },
    "n_times": {"times": _whole(1, 20), "threshold": _share(), "over": _whole(1, 20)},
    "highest": {"threshold": _share(), "over": _whole(1, 20), "rounds": fields.Boolean()},
    "latest": {"threshold": _share(), "over": _whole(1, 20)},
    "average": {"threshold": _share(0.05, 0.95), "least": _whole(1, 50)},
    "levels": {"in_set": _whole(2, 10), "in_check": _whole(1, 5)},
    "fading_average": {"threshold": _share(0.05, 0.99), "fade": _share(0.3, 0.97)},
    "odds": {"times": _whole(2, 2000), "known": _share(0.05, 0.99), "unknown": _share(0.05, 0.99)},
    "tracing": {
        "threshold": _share(0.05, 0.99),
        "start": _share(0.01, 0.9),
        "learn": _share(0.01, 0.9),
        "guess": _share(0.01, 0.9),
        "slip": _share(0.01, 0.9),
        "steady": _share(0, 0.5),
        "skills": _rows(*(_share(0.01, 0.9) for _ in range(4))),
    },
    "statistical": {
        "sureness": _one_of(list(THRESHOLDS)),
        "level": fields.Integer(
            validate=validate.OneOf(LEVELS, error=_CHOOSE), error_messages={"invalid": _CHOOSE}
        ),
        "nature": _one_of(list(NATURES)),
        "least": _whole(1, 10),
        "skills": _rows(fields.String(validate=validate.Length(max=MOST_SAID))),
    },
    "hidden_markov": {
        "threshold": _share(0.5, 0.99),
        "worlds": _one_of(list(VIEWS)),
        "least": _whole(1, 10),
        "skills": _rows(fields.String(validate=validate.Length(max=MOST_SAID))),
    },
}
_SKILLS: dict[str, type[SkillChances] | type[SkillKinds] | type[SkillWorlds]] = {
    "tracing": SkillChances,
    "statistical": SkillKinds,
    "hidden_markov": SkillWorlds,
}
_SCHEMAS = {kind: Schema.from_dict(dict(members), name=f"{kind}_rule")() for kind, members in _FIELDS.items()}
_GATES = Schema.from_dict(
    {
        "minimum_answers": _whole(0, 50),
        "rounds_of": _whole(1, 20),
        "without_hints": fields.Boolean(),
        "different_days": _whole(1, 10),
        "mixed_check": _whole(0, MOST_IN_A_CHECK),
        "tries": _one_of(get_args(Tries)),
        "repeats": _one_of(REPEATS),
    },
    name="gates",
)()


def dump(rule: MasteryRule) -> dict[str, Any]:
    """The rule as plain JSON: kind, its own numbers, gates."""
    gates = {name: getattr(rule, name) for name in GATES}
    return {"kind": rule.rule.kind, **asdict(rule.rule), "gates": gates}


def load(body: Mapping[str, Any]) -> MasteryRule:
    """JSON -> rule. Raises `marshmallow.ValidationError` with a sentence for each field at fault."""
    kind = str(body.get("kind", ""))
    if kind not in _SCHEMAS:
        raise ValidationError({"kind": [f"Choose one of: {', '.join(_SCHEMAS)}."]})
    numbers = {name: value for name, value in body.items() if name not in {"kind", "gates"}}
    loaded = _SCHEMAS[kind].load(numbers)
    if "skills" in loaded:
        loaded["skills"] = tuple(_SKILLS[kind](*one) for one in loaded["skills"])
    if kind == "m_of_n" and loaded.get("m", 0) > loaded.get("n", 0):
        raise ValidationError({"m": ["Cannot be more than the number of answers looked at."]})
    return MasteryRule(rule=RULES[kind](**loaded), **_GATES.load(body.get("gates") or {}))
