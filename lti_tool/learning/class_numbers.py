"""A rule that takes what it can from the answers of the class it is for. Only when somebody asks: what was found stands
in the rule, and moves no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from . import kind_fit, research_fit, tracing_fit
from .evidence import Evidence
from .history import counting_tries
from .ids import SkillId
from .rules import HiddenMarkov, MasteryRule, Statistical, Tracing
from .rules.gates import counted


def from_class(rule: MasteryRule, histories: Mapping[tuple[int, SkillId], Sequence[Evidence]]) -> MasteryRule:
    """Knowledge tracing with the class's numbers, the statistical rule with how its skills are learned, mixture and
    ladder with the worlds they live in; every other rule as it is. `histories` is all evidence by learner and skill,
    as the rule will judge it."""
    if not isinstance(rule.rule, Tracing | Statistical | HiddenMarkov):
        return rule
    answers = {
        key: counted(rule, counting_tries(history, key[1], rule.tries)).answers
        for key, history in histories.items()
    }
    if isinstance(rule.rule, Statistical):
        return replace(rule, rule=kind_fit.fit(rule.rule, answers))
    if isinstance(rule.rule, HiddenMarkov):
        return replace(rule, rule=research_fit.fit(rule.rule, answers))
    scores = {key: [one.score for one in row] for key, row in answers.items()}
    return replace(rule, rule=tracing_fit.fit(rule.rule, scores))
