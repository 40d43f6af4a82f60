"""Rules as plain JSON values and back, so that a row, a form or an audit entry can hold one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from .average import Average
from .decaying_average import DecayingAverage
from .fading_average import FadingAverage
from .gates import GATES, MasteryRule, Rule
from .hidden_markov import HiddenMarkov
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .odds import Odds
from .reading import RuleError
from .statistical import Statistical
from .streak import Streak
from .tracing import Tracing

RULES: Mapping[str, type[Rule]] = {
    rule.kind: rule
    for rule in (
        *(Streak, MOfN, DecayingAverage, NTimes, Highest, Latest, Average, Levels, Statistical),
        *(FadingAverage, Odds, Tracing, HiddenMarkov),
    )
}


def to_dict(rule: MasteryRule) -> dict[str, object]:
    """The rule as plain values: `{"kind": "streak", "n": 3, "without_hints": true, ...}`."""
    gates = {name: getattr(rule, name) for name in GATES}
    return {"kind": rule.rule.kind, **asdict(rule.rule), **gates}


def from_dict(plain: Mapping[str, object]) -> MasteryRule:
    """The rule from plain values; missing ones take their defaults. Raises `RuleError` for what makes no sense."""
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in RULES:
        raise RuleError(f"There is no rule called {kind!r}.")
    rule_type = RULES[kind]
    names = {field.name for field in fields(rule_type)}
    unknown = sorted(set(plain) - names - set(GATES) - {"kind"})
    if unknown:
        raise RuleError(f"The rule {kind!r} does not know {', '.join(unknown)}.")
    own = {name: plain[name] for name in names if name in plain}
    gates = {name: plain[name] for name in GATES if name in plain}
    try:
        return MasteryRule(rule=rule_type(**own), **gates)  # type: ignore[arg-type]
    except TypeError as error:
        raise RuleError(f"A value of the rule {kind!r} has the wrong kind.") from error
