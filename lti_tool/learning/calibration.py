"""Calibration: a course's own answers make the response model fit the course. The only slow part; runs as a job.

A new version is kept only if it predicts answers of learners it has not seen better than the present one does; else
the present one stays as it is. So calibration can run whenever there are new answers and is never worse than before.
Nothing is read or written here; answers come in and a new value goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .difficulty import Ease
from .evidence import Evidence
from .history import in_order
from .ids import ItemId, SkillId
from .response import worth_of
from .response_chance import Weights
from .response_features import Vector
from .response_fit import Fit, Progress, expected, fit
from .response_parameters import ItemShape, Parameters, SkillShape, stated_ease
from .response_traces import Answers, Flags, of_learners

MOST_ANSWERS = 2_000_000
"""Above this a sample of learners is taken, so that memory stays bounded (about 400 bytes an answer)."""
SURE_MARGIN = 0.0
"""How much lower the log-loss must be, per answer, for a new version."""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAnswers:
    """Answers by code, and what the codes mean. `stated` is the ease of each item by its author's word, in logits."""

    answers: Answers
    skills: tuple[SkillId, ...]
    items: tuple[ItemId, ...]
    stated: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What came of it: the parameters to use from now on, and why. Losses are per held-out answer (log-loss, nats)."""

    parameters: Parameters
    kept_new: bool
    answers: int
    held_out: int
    loss_before: float
    loss_after: float


def nobody_listens(share: float) -> None:
    """Progress that nobody wants to see."""


def gather(histories: Iterable[Sequence[Evidence]]) -> CourseAnswers:
    """Answers of a course from its evidence, one history a learner, in any order and with doubles.

    Evidence about the same item at the same moment is one answer that speaks for several skills. Evidence without an
    item (a teacher's observation) counts as an item of its skill. Later tries at an item are left out.
    """
    collected = _Collected()
    for learner, history in enumerate(histories):
        collected.take(learner, history)
    return collected.course()


class _Collected:
    """Columns while they grow, and the codes given so far."""

    def __init__(self) -> None:
        self.skills: dict[SkillId, int] = {}
        self.items: dict[ItemId, int] = {}
        self.stated: list[float] = []
        self.rows: list[tuple[int, int, float, float, float]] = []
        self.pairs: list[tuple[int, int]] = []

    def take(self, learner: int, history: Sequence[Evidence]) -> None:
        """Add one learner."""
        same: object = None
        for one in in_order(history):
            if one.attempt != 1:
                continue
            item = one.item or ItemId(f"skill:{one.skill}")
            if (one.at, item) != same:
                same = (one.at, item)
                self._row(learner, item, one)
            pair = (len(self.rows) - 1, self.skills.setdefault(one.skill, len(self.skills)))
            if pair not in self.pairs[-8:]:
                self.pairs.append(pair)

    def _row(self, learner: int, item: ItemId, one: Evidence) -> None:
        code = self.items.setdefault(item, len(self.items))
        if code == len(self.stated):
            self.stated.append(stated_ease(one.difficulty))
        worth = worth_of(one.score, one.hints_used)
        self.rows.append((learner, code, worth, float(one.hints_used), one.at.timestamp()))

    def course(self) -> CourseAnswers:
        """All of it as arrays."""
        columns = np.array(self.rows, dtype=np.float64).reshape(-1, 5).T
        row, skill = np.array(self.pairs, dtype=np.int64).reshape(-1, 2).T
        answers = Answers(
            learner=columns[0].astype(np.int64),
            item=columns[1].astype(np.int64),
            row=row,
            skill=skill,
            worth=columns[2],
            hints=columns[3],
            at=columns[4],
        )
        return CourseAnswers(
            answers=answers,
            skills=tuple(self.skills),
            items=tuple(self.items),
            stated=np.array(self.stated, dtype=np.float64),
        )


def calibrate(course: CourseAnswers, present: Parameters, progress: Progress = nobody_listens) -> Calibration:
    """The better of the present parameters and new ones from these answers.

    Learners are held out whole; with fewer than twenty, each in turn of up to five groups. `progress` hears shares of
    the work from 0 to 1. Memory is bounded; time is linear, some ten seconds for a million answers.
    """
    course = _bounded(course)
    learners = np.unique(course.answers.learner)
    if len(learners) < 2:
        return _unchanged(course, present)
    folds = 1 if len(learners) >= 4 * FOLDS else min(FOLDS, len(learners))
    parts = folds + 1
    before = after = 0.0
    held, weights = 0, _weights_of(present)
    for fold in range(folds):
        outside = np.zeros(int(learners[-1]) + 1, bool)
        outside[learners[fold :: min(FOLDS, len(learners))]] = True
        losses = _compare(course, present, outside, _part_of(progress, fold, parts))
        before, after, held = before + losses[0], after + losses[1], held + losses[2]
        weights = losses[3]
    better = after < before - SURE_MARGIN * held
    if not better:
        return Calibration(
            parameters=present,
            kept_new=False,
            answers=len(course.answers),
            held_out=held,
            loss_before=before / held,
            loss_after=after / held,
        )
    one_fold = folds == 1
    last = _part_of(progress, folds, parts)
    start = weights if one_fold else _weights_of(present)
    new = fit(course.answers, course.stated, start, last, weigh=not one_fold)
    return Calibration(
        parameters=_parameters(new, course, present.version + 1),
        kept_new=True,
        answers=len(course.answers),
        held_out=held,
        loss_before=before / held,
        loss_after=after / held,
    )


def predictions(course: CourseAnswers, parameters: Parameters) -> Vector:
    """The chance of each answer to be right, from its learner's earlier answers and these parameters."""
    return expected(course.answers, _by_code(course, parameters))


def log_loss(chances: Vector, worth: Vector) -> float:
    """Log-loss summed over answers, in nats."""
    return float(-(worth * np.log(chances) + (1 - worth) * np.log(1 - chances)).sum())


def _compare(
    course: CourseAnswers, present: Parameters, outside: Flags, progress: Progress
) -> tuple[float, float, int, Weights]:
    """Summed losses of the present and of new parameters on the learners outside, their number, the new weights."""
    seen, unseen = of_learners(course.answers, ~outside), of_learners(course.answers, outside)
    new = fit(seen, course.stated, _weights_of(present), progress)
    after = log_loss(expected(unseen, _widened(new, course)), unseen.worth)
    before = log_loss(expected(unseen, _by_code(course, present)), unseen.worth)
    return before, after, len(unseen), new.weights


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


def _unchanged(course: CourseAnswers, present: Parameters) -> Calibration:
    return Calibration(
        parameters=present,
        kept_new=False,
        answers=len(course.answers),
        held_out=0,
        loss_before=0.0,
        loss_after=0.0,
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
