"""Difficulty: what an author said of a question holds until learners say otherwise, and then less and less."""

from __future__ import annotations

import numpy as np
import pytest

from lti_tool.learning.answers import Answers
from lti_tool.learning.difficulty import estimate

STATED = np.array([1.0, -1.0, 0.8])
"""Ease in logits of an easy question, a hard one, and one that nobody answers."""


def answered(learners: int, easy: float, hard: float) -> Answers:
    """Every learner answers the first two questions, with such shares right of them all."""
    size = 2 * learners
    rank = (np.arange(learners) + 0.5) / learners
    worth = np.stack((rank < easy, rank[::-1] < hard), axis=1).ravel().astype(float)
    return Answers(
        learner=np.repeat(np.arange(learners), 2),
        item=np.tile([0, 1], learners),
        row=np.arange(size),
        skill=np.zeros(size, dtype=np.int64),
        worth=worth,
        hints=np.zeros(size),
        at=np.arange(size, dtype=float),
    )


def test_a_question_nobody_answered_is_as_hard_as_its_author_said() -> None:
    ease, _ = estimate(answered(40, 0.8, 0.5), STATED)
    assert ease.item[2] == pytest.approx(0.8)
    assert ease.information[2] == 0


def test_few_answers_move_a_difficulty_a_little_and_many_answers_far() -> None:
    """Both questions turn out equally hard."""
    apart = [float(np.diff(estimate(answered(size, 0.7, 0.7), STATED)[0].item[:2])[0]) for size in (2, 20, 200)]
    assert -2.0 < apart[0] < apart[1] < apart[2]
    assert apart[2] == pytest.approx(0.0, abs=0.25)


def test_a_question_that_goes_wrong_more_often_than_its_author_thought_is_held_for_harder() -> None:
    ease, difficulty = estimate(answered(100, 0.3, 0.9), STATED)
    assert ease.item[0] < ease.item[1]
    assert ease.information[0] > 0
    assert (difficulty.item[::2] < difficulty.item[1::2]).all()
