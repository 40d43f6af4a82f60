"""Calibration: a course's own answers make the response model fit the course. The only slow part; runs as a job.

A new version is kept only if it predicts answers of learners it has not seen better than the present one does; else
the present one stays as it is. So calibration can run whenever there are new answers and is never worse than before.
Nothing is read or written here; answers come in and a new value goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .answers import Flags, of_learners
from .course_answers import CourseAnswers
from .difficulty import Ease
from .response_chance import Weights
from .response_features import Vector
from .response_fit import Fit, Progress, expected, fit
from .response_parameters import ItemShape, Parameters, SkillShape

MOST_ANSWERS = 2_000_000
"""Above this a sample of learners is taken, so that memory stays bounded (about 400 bytes an answer)."""
MARGIN = 0.0005
"""Log-loss per held-out answer (nats) below which a gain may be luck and is not worth a new version."""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What came of it: the parameters to use from now on, and why. Losses are per held-out answer (log-loss, nats)."""

    parameters: Parameters
    kept_new: bool
    answers: int
    held_out: int
    loss_before: float
    loss_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Present against new parameters on held-out learners: log-losses summed over their answers."""

    held_out: int
    before: float
    after: float
    weights: Weights


def nobody_listens(share: float) -> None:
    """Progress that nobody wants to see."""


def calibrate(course: CourseAnswers, present: Parameters, progress: Progress = nobody_listens) -> Calibration:
    """The better of the present parameters and new ones from these answers.

    Learners are held out whole: a fifth of them, or with fewer than twenty, each in turn. `progress` hears shares of
    the work from 0 to 1. Memory is bounded; time is linear, some ten seconds for a million answers.
    """
    course = _bounded(course)
    learners = np.unique(course.answers.learner)
    folds = 1 if len(learners) >= 4 * FOLDS else min(FOLDS, len(learners))
    trial = Trial(held_out=0, before=0.0, after=0.0, weights=_weights_of(present))
    for fold in range(folds if len(learners) > 1 else 0):
        outside = np.zeros(int(learners[-1]) + 1, bool)
        outside[learners[fold :: min(FOLDS, len(learners))]] = True
        trial = _tried(trial, course, present, outside, _part_of(progress, fold, folds + 1))
    if trial.after >= trial.before - MARGIN * trial.held_out:
        return _decided(course, trial, present, kept_new=False)
    # The weights of the one trial rest on enough learners; what is left to learn again is skills and items.
    start = trial.weights if folds == 1 else _weights_of(present)
    new = fit(course.answers, course.stated, start, _part_of(progress, folds, folds + 1), weigh=folds > 1)
    return _decided(course, trial, _parameters(new, course, present.version + 1), kept_new=True)


def predictions(course: CourseAnswers, parameters: Parameters) -> Vector:
    """The chance of each answer to be right, from its learner's earlier answers and these parameters."""
    return expected(course.answers, _by_code(course, parameters))


def log_loss(chances: Vector, worth: Vector) -> float:
    """Log-loss summed over answers, in nats."""
    return float(-(worth * np.log(chances) + (1 - worth) * np.log(1 - chances)).sum())


def _tried(so_far: Trial, course: CourseAnswers, present: Parameters, outside: Flags, progress: Progress) -> Trial:
    """The trial with one more group of learners held out."""
    seen, unseen = of_learners(course.answers, ~outside), of_learners(course.answers, outside)
    new = fit(seen, course.stated, _weights_of(present), progress)
    return Trial(
        held_out=so_far.held_out + len(unseen),
        before=so_far.before + log_loss(expected(unseen, _by_code(course, present)), unseen.worth),
        after=so_far.after + log_loss(expected(unseen, _widened(new, course)), unseen.worth),
        weights=new.weights,
    )


def _decided(course: CourseAnswers, trial: Trial, parameters: Parameters, *, kept_new: bool) -> Calibration:
    number = max(trial.held_out, 1)
    return Calibration(
        parameters=parameters,
        kept_new=kept_new,
        answers=len(course.answers),
        held_out=trial.held_out,
        loss_before=trial.before / number,
        loss_after=trial.after / number,
    )


def _part_of(progress: Progress, number: int, parts: int) -> Callable[[float], None]:
    return lambda share: progress((number + share) / parts)


def _bounded(course: CourseAnswers) -> CourseAnswers:
    answers = course.answers
    step = -(-len(answers) // MOST_ANSWERS)
    if step <= 1:
        return course
    wanted = np.arange(int(answers.learner.max()) + 1) % step == 0
    return CourseAnswers(
        answers=of_learners(answers, wanted), skills=course.skills, items=course.items, stated=course.stated
    )


def _weights_of(parameters: Parameters) -> Weights:
    return Weights(intercept=parameters.intercept, features=np.array(parameters.weights))


def _widened(known: Fit, course: CourseAnswers) -> Fit:
    """The same with room for skills that only held-out learners met."""
    missing = len(course.skills) - len(known.ease.skill)
    if missing <= 0:
        return known
    ease = Ease(
        course=known.ease.course,
        skill=np.r_[known.ease.skill, np.zeros(missing)],
        item=known.ease.item,
        information=known.ease.information,
    )
    skill_slopes = np.vstack([known.skill_slopes, np.zeros((missing, known.skill_slopes.shape[1]))])
    return Fit(ease=ease, weights=known.weights, skill_slopes=skill_slopes, item_slopes=known.item_slopes)


def _parameters(new: Fit, course: CourseAnswers, version: int) -> Parameters:
    skills = zip(course.skills, new.ease.skill.tolist(), new.skill_slopes.tolist(), strict=False)
    items = zip(
        course.items, new.ease.item.tolist(), new.ease.information.tolist(), new.item_slopes.tolist(), strict=True
    )
    return Parameters(
        version=version,
        answers=len(course.answers),
        course=new.ease.course,
        intercept=new.weights.intercept,
        weights=tuple(new.weights.features.tolist()),
        skills={key: SkillShape(ease=ease, slopes=tuple(own)) for key, ease, own in skills},
        items={
            key: ItemShape(ease=ease, information=known, slopes=tuple(own))
            for key, ease, known, own in items
            if known > 0
        },
    )


def _by_code(course: CourseAnswers, parameters: Parameters) -> Fit:
    """The parameters as arrays in the order of the course's codes."""
    nothing, unknown = SkillShape(), ItemShape()
    skills = [parameters.skills.get(key, nothing) for key in course.skills]
    items = [parameters.items.get(key, unknown) for key in course.items]
    information = np.array([shape.information for shape in items])
    ease = Ease(
        course=parameters.course,
        skill=np.array([shape.ease for shape in skills]),
        item=np.where(information > 0, [shape.ease for shape in items], course.stated),
        information=information,
    )
    return Fit(
        ease=ease,
        weights=_weights_of(parameters),
        skill_slopes=np.array([shape.slopes for shape in skills]),
        item_slopes=np.array([shape.slopes for shape in items]),
    )
