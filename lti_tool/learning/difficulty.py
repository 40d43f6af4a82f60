"""How hard items and skills are, from who answered them: a Rasch model with partial pooling.

Learner ability, skill ease and item ease are raised and lowered in turn by Newton steps; each is held near its
prior as if a few answers stood behind it: an item near its skill (and its author's word), a skill near the course,
a learner near everybody (Rasch 1960; MAP estimation: Mislevy 1986). Cost is linear in the number of answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .response_features import Difficulty, Index, Vector, totals

SWEEPS = 4
ITEM_DOUBT, SKILL_DOUBT, LEARNER_DOUBT = 4.0, 2.0, 2.0
"""Information that the prior is worth."""
COURSE_MEAN, COURSE_DOUBT = 0.7, 4.0
"""What a course is held to be, and for how many learners that counts: two who find it hard say little of the others,
however many answers they gave."""
OWN_WAYS = 0.25
"""Variance, in logits, of what a skill is to one learner more than to others: answers of one learner tell of the skill
no more than that."""
FOLDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """Offsets in logits, higher is easier: of the course, of each skill code, of each item code with information."""

    course: float
    skill: Vector
    item: Vector
    information: Vector


@dataclass(slots=True, kw_only=True)
class _Fit:
    """The estimate while it is being made."""

    course: float
    share: Vector
    witnesses: Vector
    learner: Vector
    skill: Vector
    item: Vector


def for_new_learners(answers: Answers, ease: Ease) -> Difficulty:
    """The difficulty of each question as it stands for somebody who is not among the learners in `ease`."""
    share = 1.0 / answers.skills_each()[answers.row]
    skill = totals(answers.row, ease.skill[answers.skill] * share, len(answers))
    return Difficulty(skill=skill, item=ease.item[answers.item], information=ease.information[answers.item])


def estimate(answers: Answers, stated: Vector) -> tuple[Ease, Difficulty]:
    """Ease of everything, and for each answer its question's difficulty judged by other learners only.

    `stated` is what the authors said of each item code, as ease in logits.
    Learners are dealt into folds and a fold's answers are taken back in one Newton step. Otherwise an answer would
    be predicted from a difficulty that it helped to make, and difficulty would be trusted too much.
    """
    fit = _first_guess(answers, stated)
    for _ in range(SWEEPS):
        _move_learners(answers, fit)
        _move_skills(answers, fit)
        _move_items(answers, fit, stated)
    surprise, information = _residuals(answers, fit)
    known = totals(answers.item, information, len(stated))
    fold = answers.learner % FOLDS
    item, others = _others((answers.item, fold), (surprise, information), (fit.item, stated), ITEM_DOUBT)
    row, share = answers.row, fit.share
    skill, _ = _others(
        (answers.skill, fold[row]),
        (surprise[row] * share, information[row] * share**2),
        (fit.skill, np.zeros_like(fit.skill)),
        SKILL_DOUBT,
    )
    ease = Ease(course=fit.course, skill=fit.skill, item=fit.item, information=known)
    return ease, Difficulty(skill=totals(row, skill * share, len(answers)), item=item, information=others)


def _others(
    key: tuple[Index, Index], evidence: tuple[Vector, Vector], values: tuple[Vector, Vector], doubt: float
) -> tuple[Vector, Vector]:
    """Values as the other folds see them, one for each entry, and the information the others have."""
    code, fold = key
    value, prior = values
    width = len(value)
    both = fold * width + code
    pull, known = (totals(both, part, FOLDS * width).reshape(FOLDS, width) for part in evidence)
    pull, known = pull.sum(0) - pull, np.maximum(known.sum(0) - known, 0.0)
    seen = value + (pull - doubt * (value - prior)) / (known + doubt)
    seen = np.where(known < 1e-9, prior, seen)
    return seen[fold, code], known[fold, code]


def _first_guess(answers: Answers, stated: Vector) -> _Fit:
    return _Fit(
        course=_course(answers),
        share=1.0 / answers.skills_each()[answers.row],
        witnesses=np.maximum(answers.witnesses_each(), 1.0),
        learner=np.zeros(int(answers.learner.max(initial=-1)) + 1),
        skill=np.zeros(int(answers.skill.max(initial=-1)) + 1),
        item=stated.copy(),
    )


def _course(answers: Answers) -> float:
    """The course's mean as a logit, held near the usual one while there are few learners."""
    seen = (float(answers.worth.sum()) + 2 * COURSE_MEAN) / (len(answers) + 2.0)
    told, usual = np.log([seen / (1 - seen), COURSE_MEAN / (1 - COURSE_MEAN)])
    learners = answers.witnesses()
    return float((learners * told + COURSE_DOUBT * usual) / (learners + COURSE_DOUBT))


def _residuals(answers: Answers, fit: _Fit) -> tuple[Vector, Vector]:
    skill = totals(answers.row, fit.skill[answers.skill] * fit.share, len(answers))
    logit = fit.course + fit.learner[answers.learner] + fit.item[answers.item] + skill
    chance = 1 / (1 + np.exp(-logit))
    return answers.worth - chance, chance * (1 - chance)


def _move_skills(answers: Answers, fit: _Fit) -> None:
    surprise, information = _residuals(answers, fit)
    pull = totals(answers.skill, surprise[answers.row] * fit.share, len(fit.skill))
    known = totals(answers.skill, information[answers.row] * fit.share**2, len(fit.skill))
    trust = 1 / (1 + OWN_WAYS * known / fit.witnesses)
    fit.skill += (trust * pull - SKILL_DOUBT * fit.skill) / (trust * known + SKILL_DOUBT)


def _move_learners(answers: Answers, fit: _Fit) -> None:
    surprise, information = _residuals(answers, fit)
    pull = totals(answers.learner, surprise, len(fit.learner))
    known = totals(answers.learner, information, len(fit.learner))
    fit.learner += (pull - LEARNER_DOUBT * fit.learner) / (known + LEARNER_DOUBT)


def _move_items(answers: Answers, fit: _Fit, stated: Vector) -> None:
    surprise, information = _residuals(answers, fit)
    pull = totals(answers.item, surprise, len(stated))
    known = totals(answers.item, information, len(stated))
    fit.item += (pull - ITEM_DOUBT * (fit.item - stated)) / (known + ITEM_DOUBT)
