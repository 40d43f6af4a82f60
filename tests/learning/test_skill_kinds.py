"""Kinds of skills: what few learners tell about a skill, and what a teacher's word on its nature changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.kinds_sim import ANSWERS, SITTING, Classes, measured, starts
from benchmarks.mastery_adapter import CairnRule
from benchmarks.teacher_rules import TeacherRule
from builders import history
from lti_tool.learning import kind_fit
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import SkillId
from lti_tool.learning.rules import HiddenMarkov, MasteryRule, RuleError, SkillKinds, Statistical, describe
from lti_tool.learning.rules.statistical import THRESHOLDS
from lti_tool.learning.skill_kinds import first_weights, kinds, said
from lti_tool.learning.worlds import NATURES, SHARES, bank, prior_of, traits


def known_or_not(learners: int, guess: float) -> np.ndarray:
    known = np.arange(learners) % 2 == 0
    return np.tile(np.where(known, 0.94, guess)[:, None], (1, 25))


def by_and_by(learners: int) -> np.ndarray:
    start = np.linspace(-1.5, 1.5, learners)[:, None]
    return 1 / (1 + np.exp(-(start + 0.3 * np.log2(1 + np.arange(25)))))


def share_of(family: str, weights: np.ndarray) -> float:
    return float(weights[traits(family)[0]].sum())


def test_every_kind_is_a_distribution_over_the_states_of_one_family() -> None:
    every = kinds()
    assert every.first.sum(axis=1) == pytest.approx(1.0)
    assert every.prior.sum() == pytest.approx(1.0)
    assert (every.first >= 0).all()
    inside = np.array([every.first[:, traits(family)[0]].sum(axis=1) for family in SHARES]).T
    assert inside.max(axis=1) == pytest.approx(1.0)


def answered(skill: str, chances: np.ndarray, seed: int = 1) -> dict[tuple[int, SkillId], tuple[Evidence, ...]]:
    """Histories with these chances, [learner, answer]."""
    right = np.random.default_rng(seed).random(chances.shape) < chances
    rows = ("".join("WR"[int(one)] for one in row) for row in right)
    return {(learner, SkillId(skill)): history(row, skill=skill) for learner, row in enumerate(rows)}


def test_a_dozen_learners_tell_a_skill_that_clicks_from_one_that_grows() -> None:
    seen = answered("clicks", known_or_not(12, 0.2)) | answered("grows", by_and_by(12))
    seen |= answered("seldom", known_or_not(3, 0.2))
    found = kind_fit.fit(Statistical(), seen)
    assert share_of("two_state", found.prior("clicks")) > 0.7
    assert share_of("two_state", found.prior("grows")) < 0.45
    assert found.prior("seldom") == pytest.approx(bank().prior)


def test_guessing_is_found_where_it_is_easy() -> None:
    found = kind_fit.fit(
        Statistical(), answered("hard", known_or_not(60, 0.1)) | answered("easy", known_or_not(60, 0.4))
    )
    unknown = bank().mastered[0] == 0
    hopeless = {
        skill: float(weights[unknown] @ bank().success[0][unknown] / weights[unknown].sum())
        for skill, weights in ((skill, found.prior(skill)) for skill in ("hard", "easy"))
    }
    assert hopeless["easy"] > hopeless["hard"] + 0.1


def called(rule: Statistical, seen: dict[tuple[int, SkillId], tuple[Evidence, ...]]) -> dict[int, int]:
    """After how many answers each learner is called first; learners never called are left out."""
    met = {learner: rule.read(rows, skill=skill).met for (learner, skill), rows in seen.items()}
    return {learner: row.index(True) + 1 for learner, row in met.items() if True in row}


def test_who_knows_and_slips_often_is_not_kept_waiting() -> None:
    """Where one in five answers of those who know goes wrong, a class shows it: they know all the same."""
    chances = np.tile(np.where(np.arange(60) % 2 == 0, 0.79, 0.15)[:, None], (1, 25))
    seen = answered("hasty", chances)
    found = called(kind_fit.fit(Statistical(), answered("hasty", chances, seed=2)), seen)
    knowing = [answers for learner, answers in found.items() if learner % 2 == 0]
    assert len(found) - len(knowing) <= 2, "hardly anybody who guesses is called"
    assert len(knowing) >= 28
    assert np.mean(knowing) < 10


def test_every_kind_has_a_name_of_its_own_and_comes_back_from_it() -> None:
    every = kinds()
    assert len(set(every.names)) == len(every.names)
    for place in range(0, len(every.names), 37):
        likely = np.eye(len(every.names))[place]
        assert said(likely) == f"{every.names[place]} 99"
        weights = first_weights(said(likely), "any")
        assert weights.sum() == pytest.approx(1.0)
        assert (weights > 0).all()
        assert weights == pytest.approx((0.99 * every.first[place] + 0.02 * bank().prior) / 1.01)


@given(st.lists(st.tuples(st.integers(0, len(kinds().names) - 1), st.floats(0.01, 1)), min_size=1, max_size=60))
def test_what_is_said_of_a_skill_keeps_how_likely_each_family_is(found: list[tuple[int, float]]) -> None:
    """Of few learners hundreds of kinds are possible and none is likely; of what family the skill is may be clear."""
    likely = np.zeros(len(kinds().names))
    for place, share in found:
        likely[place] += share
    likely /= likely.sum()
    weights, families = first_weights(said(likely), "any"), np.array(kinds().families)
    for family in SHARES:
        assert share_of(family, weights) == pytest.approx(likely[families == family].sum(), abs=0.07)


@pytest.mark.parametrize("text", ["c10203", "c1 0", "c1 100", "c1 5  c2 5", "12 5", "c1 x", "c1 99 c2 99", "c1 ٣"])
def test_a_text_that_says_nothing_of_kinds_makes_no_rule(text: str) -> None:
    with pytest.raises(RuleError):
        Statistical(skills=(SkillKinds("s", text),))


def test_a_kind_nobody_knows_any_more_leaves_the_usual_start() -> None:
    assert Statistical(skills=(SkillKinds("s", "z123 80"),)).prior("s") == pytest.approx(bank().prior)


def test_a_teachers_word_keeps_every_world_alive() -> None:
    assert prior_of("any") == pytest.approx(bank().prior)
    for nature in NATURES:
        assert prior_of(nature).sum() == pytest.approx(1.0)
        assert (prior_of(nature) > 0).all()


def distracted(skills: int, learners: int, seed: int) -> Classes:
    """A class of no kind that is held: slow practice, some there from the start, minds elsewhere for runs of answers,
    an error to warm up. True is an undistracted success of .85."""
    own, draw = np.random.default_rng(77), np.random.default_rng(seed)
    number = skills * learners
    skill = np.repeat(np.arange(skills), learners)
    pace = own.uniform(0.15, 0.6, skills)[skill] * np.exp(0.6 * draw.standard_normal(number))
    first = np.where(draw.random(number) < 0.2, 0.93, draw.beta(2, 3, number))
    able = np.minimum(1 - (1 - first[:, None]) * np.arange(1, ANSWERS + 2) ** -pace[:, None], 0.96)
    cold = 0.12 * (draw.random(number) < 0.3)
    scores, elsewhere = np.zeros((number, ANSWERS), dtype=int), draw.random(number) < 0.06
    for place in range(ANSWERS):
        elsewhere = draw.random(number) < np.where(elsewhere, 0.7, 0.04)
        success = np.where(elsewhere, 0.3, able[:, place]) - cold * (place % SITTING == 0)
        scores[:, place] = draw.random(number) < success
    sittings = np.tile(np.arange(ANSWERS) // SITTING, (number, 1))
    observed = {"y": scores, "diff": np.zeros(scores.shape), "session": sittings, "skill": skill}
    return Classes(observed=observed, truth=able >= 0.85, clicks=np.zeros(skills, dtype=bool))


def too_many(found: tuple[SkillKinds, ...], classes: Classes, false: float) -> float:
    """The fewest answers asked too many by a setting with so many false among the called."""
    figures = []
    for rule in CairnRule.sweep():
        rule.W = found
        figures.append(measured(rule.decide(classes.observed), classes.truth))
    return min(late for wrong, _, late in figures if wrong <= false)


def test_learning_from_a_class_of_no_known_kind_costs_little() -> None:
    classes, learned = distracted(20, 30, 3), CairnRule()
    learned.fit(distracted(20, 20, 53).observed)
    assert too_many(learned.W, classes, 0.1) < 1.2 * too_many((), classes, 0.1)


def test_a_class_shows_that_minds_wander() -> None:
    """Who is elsewhere for a few answers in a row goes on learning: nobody knows, forgets and slips. What a class shows
    of it spares false masteries, and no more learners are missed."""
    classes, learned = distracted(20, 30, 3), CairnRule()
    learned.fit(distracted(20, 20, 53).observed)
    reached = []
    for found in ((), learned.W):
        rule = CairnRule(THRESHOLDS["normal"])
        rule.W = found
        reached.append(measured(rule.decide(classes.observed), classes.truth))
    (false, missed, _), (false_now, missed_now, _) = reached
    assert false_now < 0.7 * false
    assert missed_now < missed + 0.03


def in_two_steps(skills: int, learners: int, seed: int) -> Classes:
    """A class on skills that are half known before they are known. True is to know."""
    draw, number = np.random.default_rng(seed), skills * learners
    stage, stages = draw.choice(3, number, p=(0.4, 0.3, 0.3)), []
    for _ in range(ANSWERS + 1):
        stages.append(stage)
        stage = np.minimum(2, stage + (draw.random(number) < 0.12))
    rows = np.array(stages).T
    half = np.repeat(np.linspace(0.45, 0.7, skills), learners)[:, None]
    chances = np.where(rows == 2, 0.93, np.where(rows == 1, half, 0.17))
    scores = (draw.random(rows.shape) < chances)[:, :ANSWERS].astype(int)
    sittings = np.tile(np.arange(ANSWERS) // SITTING, (number, 1))
    skill = np.repeat(np.arange(skills), learners)
    observed = {"y": scores, "diff": np.zeros(scores.shape), "session": sittings, "skill": skill}
    return Classes(observed=observed, truth=rows == 2, clicks=np.zeros(skills, dtype=bool))


def test_half_known_is_told_from_known_without_long_waiting() -> None:
    classes, learned = in_two_steps(12, 30, 3), CairnRule()
    learned.fit(in_two_steps(12, 20, 53).observed)
    assert too_many(learned.W, classes, 0.1) < 6.5


def test_the_mixture_takes_growing_for_knowing() -> None:
    """As research found of rules that think every skill is known or not."""
    classes, _ = starts(12)
    false = []
    for one in (Statistical(), HiddenMarkov(worlds="mixture", threshold=Statistical().threshold)):
        rule = TeacherRule(MasteryRule(rule=one))
        rule.fit(classes.observed)
        false.append(measured(rule.decide(classes.observed), classes.truth)[0])
    assert false[1] > 1.3 * false[0]


def test_a_skill_known_or_not_is_called_sooner_than_one_that_comes_by_and_by() -> None:
    answers = history("RRRRWRRRRRRRRRRRRRRR")
    first = {nature: Statistical(nature=nature).read(answers).met.index(True) for nature in NATURES}
    assert first["known_or_not"] < first["any"] <= first["gradual"]


def test_the_sentence_says_what_was_chosen() -> None:
    said = {describe(MasteryRule(rule=Statistical(nature=nature))).text for nature in NATURES}
    assert len(said) == len(NATURES)


def test_what_a_class_has_shown_spares_false_masteries_and_questions() -> None:
    classes, known = starts(30)
    reached = {}
    for what, found in known.items():
        rule = CairnRule(THRESHOLDS["normal"])
        rule.W = found
        reached[what] = measured(rule.decide(classes.observed), classes.truth)
    assert reached["learned from a class"][0] < reached["shipped"][0]
    assert reached["learned from a class"][2] < reached["shipped"][2]
