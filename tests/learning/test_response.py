"""The response model as learners and teachers meet it: bounds, causes, words, the same online and in bulk."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY, evidence
from lti_tool.learning.calibration import predictions
from lti_tool.learning.course_answers import gather
from lti_tool.learning.errors import LearningError
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import ItemId, SkillId
from lti_tool.learning.response import (
    NEW_LEARNER,
    Question,
    explain,
    forecast,
    learn,
    remember,
    worth_of,
)
from lti_tool.learning.response_parameters import (
    SHIPPED,
    ItemShape,
    Parameters,
    SkillShape,
    as_document,
    from_document,
)

EASY = Question(item=ItemId("q"), skills=(SkillId("parts"),))
KNOWN = Parameters(
    skills={SkillId("parts"): SkillShape(ease=0.3, slopes=(0.1, *([0.02] * 15)))},
    items={ItemId("i1"): ItemShape(ease=-0.8, information=9.0, slopes=(0.1, 0.05, -0.05))},
)
SKILLS_OF = {"i1": ("parts",), "i2": ("sums",), "i3": ("parts", "whole"), "i4": ("parts",)}


def after(answers: str, parameters: Parameters = SHIPPED) -> float:
    """The chance of a right answer after these, one a minute (1 right, 0 wrong)."""
    history = [
        evidence(float(one), id=place + 1, at=MONDAY + timedelta(minutes=place))
        for place, one in enumerate(answers)
    ]
    now = MONDAY + timedelta(minutes=len(answers))
    return forecast(remember(history, parameters), [EASY], parameters, now=now)[0]


@st.composite
def lives(draw: st.DrawFn) -> list[Evidence]:
    """A learner's answers, hints and pauses; some items ask for two skills, clocks may stand still or go back."""
    at, life, number = MONDAY, [], 0
    for _ in range(draw(st.integers(1, 25))):
        at += timedelta(hours=draw(st.sampled_from([0.01, 0.02, 1, 30, 400])))
        score, hints = draw(st.sampled_from([0.0, 0.5, 1.0])), draw(st.sampled_from([0, 0, 0, 1, 3]))
        item = draw(st.sampled_from(list(SKILLS_OF)))
        for skill in SKILLS_OF[item]:
            number += 1
            life.append(evidence(score, id=number, skill=skill, at=at, item=item, hints_used=hints))
    return life


def test_a_new_learner_in_a_new_course_gets_a_sensible_chance() -> None:
    assert 0.5 < after("") < 0.85


def test_right_answers_raise_and_wrong_answers_lower_the_chance() -> None:
    rising, falling = [after("1" * n) for n in range(7)], [after("0" * n) for n in range(7)]
    assert rising[-1] > 0.85 > 0.55 > falling[-1]
    assert all(later > earlier for earlier, later in pairwise(rising))
    assert all(later < earlier for earlier, later in pairwise(falling))


def test_what_happened_lately_counts_more() -> None:
    assert after("000111") > after("111000")


def test_an_author_who_says_hard_lowers_the_chance() -> None:
    hard = Question(item=ItemId("h"), skills=EASY.skills, difficulty=2.0)
    easy, difficult = forecast(NEW_LEARNER, [EASY, hard], SHIPPED, now=MONDAY)
    assert difficult < easy


def test_a_long_pause_lowers_the_chance() -> None:
    memory = remember([evidence(1.0, id=n, at=MONDAY + timedelta(minutes=n)) for n in range(1, 6)])
    soon, late = (forecast(memory, [EASY], SHIPPED, now=MONDAY + timedelta(days=days))[0] for days in (1, 40))
    assert late < soon


def test_a_hint_makes_an_answer_worth_less() -> None:
    assert worth_of(1.0, 0) == 1.0 > worth_of(1.0, 1) > worth_of(1.0, 2) > worth_of(0.0, 0) == 0.0


@pytest.mark.parametrize("answers", ["1" * 3000, "0" * 3000])
def test_thousands_of_answers_stay_within_bounds(answers: str) -> None:
    chance = after(answers)
    assert 0.0 < chance < 1.0
    assert (chance > 0.8) is (answers[0] == "1")


@given(lives())
def test_every_chance_is_a_chance(life: list[Evidence]) -> None:
    memory = remember(life, KNOWN)
    questions = [EASY, Question(item=ItemId("i3"), skills=(SkillId("parts"), SkillId("whole")), difficulty=9.0)]
    for back in (0, 5):
        chances = forecast(memory, questions, KNOWN, now=life[-1].at - timedelta(days=back))
        assert all(0.0 < chance < 1.0 for chance in chances)


@given(lives(), st.randoms(use_true_random=False))
def test_order_and_doubles_of_deliveries_change_nothing(life: list[Evidence], chance: random.Random) -> None:
    delivered = [*life, *life[::2]]
    chance.shuffle(delivered)
    assert remember(delivered, KNOWN) == remember(life, KNOWN)


@given(lives())
def test_online_and_in_bulk_say_the_same(life: list[Evidence]) -> None:
    course = gather([life])
    bulk = predictions(course, KNOWN)
    online: list[float] = []
    memory, done = NEW_LEARNER, set()
    for one in life:
        if (one.at, one.item) in done:
            continue
        done.add((one.at, one.item))
        together = tuple(other.skill for other in life if (other.at, other.item) == (one.at, one.item))
        question = Question(item=one.item or ItemId(""), skills=together)
        online += forecast(memory, [question], KNOWN, now=one.at)
        worth = worth_of(one.score, one.hints_used)
        memory = learn(memory, question, KNOWN, worth=worth, hints=one.hints_used, at=one.at)
    assert online == pytest.approx(bulk.tolist(), abs=1e-9)


def test_many_questions_at_once_are_the_same_as_one_by_one() -> None:
    memory = remember([evidence(n % 2, id=n + 1, item=f"i{n % 3}") for n in range(9)], KNOWN)
    questions = [EASY, Question(item=ItemId("i1"), skills=(SkillId("parts"), SkillId("new")))]
    together = forecast(memory, questions, KNOWN, now=MONDAY)
    assert together == pytest.approx([forecast(memory, [one], KNOWN, now=MONDAY)[0] for one in questions])
    assert forecast(memory, [], KNOWN, now=MONDAY) == ()


def test_a_teacher_reads_why() -> None:
    hard = Question(item=ItemId("h"), skills=EASY.skills, difficulty=2.0)
    memory = remember([evidence(score, id=n + 1) for n, score in enumerate((1, 0, 1, 1, 1))])
    words = [str(one) for one in explain(memory, hard, SHIPPED, now=MONDAY + timedelta(days=12, hours=1))]
    assert words == ["4 of the last 5 right", "harder than average", "12 days since practice"]


def test_words_for_beginnings_and_hints() -> None:
    other = Question(item=ItemId("x"), skills=(SkillId("new"),))
    hinted = remember([evidence(1.0, hints_used=1)])
    assert [str(one) for one in explain(NEW_LEARNER, EASY, SHIPPED, now=MONDAY)] == [
        "no answers yet, so judged as anybody’s"
    ]
    assert str(explain(hinted, other, SHIPPED, now=MONDAY)[0]).startswith("new skill")
    assert [str(one) for one in explain(hinted, EASY, SHIPPED, now=MONDAY)] == [
        "the last answer was not right without help",
        "often with hints lately",
    ]
    mixed = remember([evidence(1.0, id=1, item="a", hints_used=1), evidence(1.0, id=2, item="b")])
    assert str(explain(mixed, EASY, SHIPPED, now=MONDAY)[0]) == "1 of the last 2 right without help"


def test_parameters_survive_storage_and_refuse_another_model() -> None:
    document = as_document(KNOWN)
    assert from_document(document) == KNOWN
    with pytest.raises(LearningError):
        from_document({**document, "format": 0})
    with pytest.raises(LearningError):
        Parameters(weights=(1.0,))
