"""The rules of the benchmark table: all of the product's, deciding on what came before only."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.teacher_rules import FITTED, ROWS, TeacherRule
from lti_tool.learning.rules import RULES


def observed(rows: int = 12, answers: int = 20) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(3)
    return {
        "y": (draw.random((rows, answers)) < np.linspace(0.3, 0.95, rows)[:, None]).astype(int),
        "diff": draw.normal(0, 0.5, (rows, answers)),
        "session": np.tile(np.arange(answers) // 5, (rows, 1)),
        "skill": np.zeros(rows, dtype=int),
    }


def test_every_rule_of_the_product_has_a_row() -> None:
    assert {row.rule.kind for row in (*ROWS.values(), *FITTED.values())} == set(RULES)


@pytest.mark.parametrize("name", [*ROWS, *FITTED])
def test_later_answers_change_no_earlier_decision(name: str) -> None:
    seen = observed()
    rule = TeacherRule({**ROWS, **FITTED}[name])
    rule.fit(seen)
    decided = rule.decide(seen)
    other = {**seen, "y": seen["y"].copy()}
    other["y"][:, 12:] = 1 - other["y"][:, 12:]
    again = rule.decide(other)
    early = decided <= 12
    assert (again[early] == decided[early]).all()
    assert (again[~early] > 12).all()


def test_quizzes_of_five_are_decided_at_their_end() -> None:
    for name, rule in ROWS.items():
        if "quiz5" in name:
            decided = TeacherRule(rule).decide(observed())
            assert all(one % 5 == 0 for one in decided if one <= 20), name
