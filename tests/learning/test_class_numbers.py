"""What a rule takes from a class's own answers: the numbers that made them, whatever the order, and nothing unasked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import history
from lti_tool.learning import kind_fit, tracing_fit
from lti_tool.learning.class_numbers import from_class
from lti_tool.learning.ids import SkillId
from lti_tool.learning.rules import MasteryRule, Statistical, Streak, Tracing
from lti_tool.learning.rules.tracing import Chances

Scores = dict[tuple[int, SkillId], list[float]]


def answered(skill: str, made_of: Chances, learners: int, draw: np.random.Generator, least: int = 4) -> Scores:
    """Scores of learners who know the skill or not, of different lengths."""
    found: Scores = {}
    for learner in range(learners):
        known = draw.random() < made_of.start
        row = []
        for _ in range(int(draw.integers(least, 25))):
            row.append(float(draw.random() < (1 - made_of.slip if known else made_of.guess)))
            known = known or draw.random() < made_of.learn
        found[learner, SkillId(skill)] = row
    return found


def test_the_numbers_that_made_the_answers_are_found_skill_by_skill() -> None:
    draw = np.random.default_rng(4)
    truth = {"one": Chances(0.3, 0.1, 0.2, 0.1), "two": Chances(0.6, 0.3, 0.1, 0.05)}
    scores = {key: row for skill, made in truth.items() for key, row in answered(skill, made, 1500, draw).items()}
    found = tracing_fit.fit(Tracing(), scores)
    for skill, made_of in truth.items():
        assert found.chances(skill) == pytest.approx(made_of, abs=0.05)


def test_a_skill_few_have_tried_has_the_numbers_of_the_course() -> None:
    draw = np.random.default_rng(4)
    scores = answered("often", Chances(0.3, 0.1, 0.2, 0.1), 300, draw)
    scores |= answered("seldom", Chances(0.9, 0.3, 0.1, 0.05), 3, draw)
    found = tracing_fit.fit(Tracing(), scores)
    assert [one.skill for one in found.skills] == ["often"]
    assert found.chances("seldom") == (found.start, found.learn, found.guess, found.slip)


def test_few_learners_move_a_skill_less_than_many() -> None:
    course = answered("course", Chances(0.3, 0.1, 0.3, 0.1), 400, np.random.default_rng(1))
    guesses = []
    for learners in (6, 400):
        few = answered("own", Chances(0.3, 0.1, 0.05, 0.1), learners, np.random.default_rng(2))
        guesses.append(tracing_fit.fit(Tracing(), {**course, **few}).chances("own").guess)
    assert guesses[1] < guesses[0] < 0.3


def log_likelihood(made_of: Chances, scores: Scores) -> float:
    """Of right and wrong answers, by the two-state model."""
    total = 0.0
    for row in scores.values():
        known = made_of.start
        for score in row:
            like, unlike = (1 - made_of.slip, made_of.guess) if score else (made_of.slip, 1 - made_of.guess)
            chance = known * like + (1 - known) * unlike
            total += float(np.log(chance))
            known = known * like / chance
            known += (1 - known) * made_of.learn
    return total


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_with_many_answers_a_skill_has_the_numbers_of_greatest_likelihood(seed: int) -> None:
    """Whatever the other skills of the course are like: nothing near them explains the skill's answers better."""
    draw = np.random.default_rng(seed)
    truth = Chances(0.6, 0.15, 0.3, 0.05)
    own = answered("own", truth, 25, draw, least=20)
    others = answered("other", Chances(0.05, 0.02, 0.1, 0.3), 100, draw, least=20)
    found = tracing_fit.fit(Tracing(), own | others).chances("own")
    highest = log_likelihood(found, own)
    assert highest >= log_likelihood(truth, own)
    for name, value in found._asdict().items():
        for step in (-0.04, 0.04):
            if 0.01 <= value + step <= 0.9:
                assert log_likelihood(found._replace(**{name: value + step}), own) < highest + 0.05, name


def test_who_knows_is_right_more_often_than_not_and_who_guesses_is_not() -> None:
    """Learners who go from one half to nearly always: the model could also say that all know and slip, at first."""
    draw = np.random.default_rng(2)
    for seed in range(4):
        scores = answered("s", Chances(0.1, 0.3, 0.45, 0.03), 20, draw, least=20)
        chances = tracing_fit.fit(Tracing(), scores).chances("s")
        assert chances.guess <= 0.5, seed
        assert chances.slip < 0.2, seed


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("answers", [1, 5000])
def test_all_right_all_wrong_or_half_right_still_makes_a_rule(score: float, answers: int) -> None:
    scores = {(learner, SkillId("s")): [score] * answers for learner in range(6)}
    chances = tracing_fit.fit(Tracing(), scores).chances("s")
    assert all(np.isfinite(chances))
    assert chances.guess < 1 - chances.slip


def test_many_right_and_then_many_wrong_is_no_trouble() -> None:
    scores = {(learner, SkillId("s")): [1.0] * 900 + [0.0] * 900 for learner in range(6)}
    assert all(np.isfinite(tracing_fit.fit(Tracing(), scores).chances("s")))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text("RW", min_size=1, max_size=12), min_size=1, max_size=12))
def test_the_order_of_learners_does_not_matter(rows: Sequence[str]) -> None:
    scores = {(number, SkillId("s")): [float(one == "R") for one in row] for number, row in enumerate(rows)}
    turned = dict(reversed(scores.items()))
    one, other = tracing_fit.fit(Tracing(), scores), tracing_fit.fit(Tracing(), turned)
    assert one.chances("s") == pytest.approx(other.chances("s"), abs=0.002)


def test_nothing_to_learn_from_leaves_the_rule_as_it_is() -> None:
    assert tracing_fit.fit(Tracing(), {}) == Tracing()
    assert kind_fit.fit(Statistical(), {}) == Statistical()


def test_a_skill_that_clicks_is_told_from_one_that_comes_by_and_by() -> None:
    draw = np.random.default_rng(7)
    clicks = answered("clicks", Chances(0.3, 0.1, 0.1, 0.03), 80, draw, least=15)
    rows = {key: history("".join("WR"[int(one)] for one in row), skill=key[1]) for key, row in clicks.items()}
    for learner in range(80):
        way = 1 / (1 + np.exp(-(draw.normal(-0.5, 0.4) + 0.3 * np.log2(1 + np.arange(24)))))
        answers = "".join("WR"[int(one)] for one in draw.random(24) < way)
        rows[learner, SkillId("slow")] = history(answers, skill="slow")
    found = kind_fit.fit(Statistical(), rows)
    assert (found.nature_of("clicks"), found.nature_of("slow")) == ("known_or_not", "gradual")
    assert found.nature_of("never seen") == "any"


def test_answers_the_rule_sets_aside_teach_nothing() -> None:
    seen = {(learner, SkillId("parts")): history("HHHHWW") for learner in range(8)}
    strict = MasteryRule(rule=Tracing(), without_hints=True)
    lax, careful = from_class(MasteryRule(rule=Tracing()), seen), from_class(strict, seen)
    assert isinstance(lax.rule, Tracing)
    assert isinstance(careful.rule, Tracing)
    assert careful.rule.chances("parts").start < lax.rule.chances("parts").start


def test_other_rules_take_nothing() -> None:
    rule = MasteryRule(rule=Streak(n=3))
    assert from_class(rule, {(1, SkillId("parts")): history("RRR")}) == rule
