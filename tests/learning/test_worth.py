"""Worth, strength and the weights of worlds: what decides, and that the adapters of outside judges work."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.diagnostic_sim import simulate
from benchmarks.mastery_adapter import CairnRule
from lti_tool.learning.strength import Work, first_strengths, observe
from lti_tool.learning.worth import Offers, Standing, Vector, best_few, recall, worth


def offers() -> Offers:
    """Two skills; for each an explanation, practice and a check."""
    return Offers(
        skill=np.array([0, 0, 0, 1, 1, 1]),
        hardness=np.array([0.3, 0.45, 0.7, 0.3, 0.45, 0.7]),
        minutes=np.full(6, 5.0),
        way=np.array([0, 2, 3, 0, 2, 3]),
        liking=np.zeros(6),
    )


def values(
    strength: list[float],
    *,
    days: float = 0.0,
    foundation: float = 1.0,
    liked: int = 0,
    liking: float = 0.0,
    of: Offers | None = None,
) -> Vector:
    one = of or offers()
    if liking:
        one.liking[liked] = liking
    stability = np.full(2, 12.0)
    standing = Standing(
        strength=np.array(strength),
        stability=stability,
        recalled=recall(np.full(2, days), stability),
        foundation=np.array([1.0, foundation]),
        begun=np.zeros(2, dtype=bool),
        opens=np.zeros(2, dtype=np.int64),
    )
    return worth(one, standing, np.zeros(6))


def test_a_beginner_gains_most_from_an_explanation_a_grown_learner_from_practice() -> None:
    assert np.argmax(values([0.15, 0.95])) == 0
    assert np.argmax(values([0.55, 0.95])) in (1, 2)


def test_without_foundations_nothing_is_worth_its_minutes() -> None:
    assert values([0.95, 0.2], foundation=0.05)[3:].max() == 0


def test_a_review_is_worth_something_only_when_time_has_passed() -> None:
    assert values([0.95, 0.95])[4] < 0.001 * values([0.95, 0.95], days=10)[4]


def test_liking_helps_a_little() -> None:
    assert values([0.2, 0.2])[0] < values([0.2, 0.2], liking=1.0)[0] < 1.4 * values([0.2, 0.2])[0]


def test_options_are_close_in_worth_and_differ_in_theme() -> None:
    assert best_few(np.array([1.0, 0.9, 0.8, 0.5]), np.array([1, 1, 2, 3])) == [0, 2]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1), st.integers(0, 5), st.booleans()), max_size=12))
def test_strengths_stay_probabilities_whatever_happens(works) -> None:
    foundations = np.array([[False, False], [True, False]])
    strengths = first_strengths(foundations, np.array([0.0, 1.0]), day=0.0)
    for day, (way, hardness, right, finished) in enumerate(works):
        work = Work(
            skill=day % 2, way=way, hardness=hardness, right=right, answers=5, finished=finished, day=day / 2
        )
        observe(strengths, work)
    assert np.allclose(strengths.chances.sum(axis=1), 1)
    assert ((strengths.mean > 0) & (strengths.mean < 1)).all()


@pytest.mark.parametrize("right", [0, 1500, 3000])
def test_a_set_of_thousands_of_answers_tells_something(right: int) -> None:
    strengths = first_strengths(np.zeros((1, 1), dtype=bool), np.zeros(1), day=0.0)
    observe(strengths, Work(way=2, hardness=0.5, right=right, answers=3000, finished=True, day=0.0))
    assert abs(strengths.mean[0] - (0.1 if right == 0 else 0.95 if right == 3000 else 0.5)) < 0.15
    assert np.isclose(strengths.chances.sum(), 1)


def test_practice_that_does_not_take_is_not_taken_for_learning() -> None:
    """As many right after twelve sets as after the first, because foundations are missing or learning is slow."""
    strengths = first_strengths(np.zeros((1, 1), dtype=bool), np.zeros(1), day=0.0)
    believed = []
    for day in range(12):
        observe(strengths, Work(way=2, hardness=0.5, right=2, answers=5, finished=True, day=float(day)))
        believed.append(strengths.mean[0])
    assert max(believed[4:]) < 0.5


def test_practice_that_takes_is_taken_for_learning() -> None:
    strengths = first_strengths(np.zeros((1, 1), dtype=bool), np.zeros(1), day=0.0)
    for right in (1, 3, 4, 5, 5):
        observe(strengths, Work(way=2, hardness=0.5, right=right, answers=5, finished=True, day=0.0))
    assert strengths.mean[0] > 0.7


def test_when_nothing_is_left_to_gain_what_is_not_too_easy_and_liked_comes_first() -> None:
    """Everything is known and fresh: the hardest questions are still nearest to the zone."""
    known = values([0.97, 0.97])
    assert known.max() > 0
    assert set(np.argsort(-known)[:2]) == {2, 5}
    assert values([0.97, 0.97], liked=5, liking=1.0).argmax() == 5


def test_when_nothing_is_left_to_gain_minutes_are_no_price_for_what_is_liked() -> None:
    """Of two equal sets, the one that is liked comes first although it takes twice as long."""
    one = offers()
    one.liking[5], one.minutes[5] = 0.8, 10.0
    assert values([0.97, 0.97], of=one).argmax() == 5
    assert values([0.6, 0.6], of=one).argmax() != 5, "while there is something to gain, it is gain per minute"


def test_where_little_is_left_to_gain_what_is_liked_counts_more() -> None:
    """Of two reviews alike but for liking: how much more the liked one is worth, with little and with much to gain."""

    def share(strength: float, days: float) -> float:
        both = [values([strength, 0.0], days=days, foundation=0.0, liked=1, liking=one)[1] for one in (0.001, 1.0)]
        return both[1] / both[0]

    assert share(0.97, 3.0) > 1.1 * share(0.6, 0.0) > 1.0


def simulated(rows: int, seed: int) -> dict[str, np.ndarray]:
    """Three skills of learners who know or do not; guessing differs."""
    draw = np.random.default_rng(seed)
    skill = draw.integers(0, 3, rows)
    known = draw.random(rows) < 0.5
    chance = np.where(known, 0.93, np.array([0.1, 0.2, 0.4])[skill])
    return {
        "y": (draw.random((rows, 12)) < chance[:, None]).astype(int),
        "diff": np.zeros((rows, 12)),
        "session": np.tile(np.arange(12) // 5, (rows, 1)),
        "skill": skill,
    }


def test_the_rule_behind_the_adapter_is_causal_and_strict_settings_ask_more() -> None:
    observed = simulated(60, 1)
    lax, strict = CairnRule(0.8), CairnRule(0.97)
    for rule in (lax, strict):
        rule.fit(simulated(90, 2))
    early = lax.decide(observed)
    assert (early <= strict.decide(observed)).all()
    changed = {**observed, "y": observed["y"].copy()}
    changed["y"][:, 6:] = 1 - changed["y"][:, 6:]
    again = lax.decide(changed)
    assert (again[early <= 6] == early[early <= 6]).all()


@pytest.mark.parametrize(("size", "most"), [(20, 12), (60, 20)])
def test_the_first_assessment_places_simulated_learners(size: int, most: int) -> None:
    placed = simulate(size, 10)
    assert placed.most_questions <= most
    assert placed.misplaced <= 0.12


def test_the_first_assessment_places_careless_learners_as_well() -> None:
    """Every fifth right answer is spoilt; as many questions as for everybody else."""
    placed = simulate(60, 20, careless=0.2)
    assert placed.most_questions <= 20
    assert placed.misplaced <= 0.1
