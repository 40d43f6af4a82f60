"""Simulated courses: learners who know, guess, slip, learn, forget and ask for hints.

Every course is drawn anew: how many skills and items, how hard, how much a learner knows already, how fast practice
helps, how much a night takes away, how the course orders its questions. Nothing is taken from anybody's answers.
The truth is a logistic curve with guessing and slipping over ability that grows with practice and fades with time.

`prior_table()` calibrates over many such courses and gives the table that `lti_tool.learning.response_prior` ships.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lti_tool.learning.answers import Answers
from lti_tool.learning.difficulty import estimate
from lti_tool.learning.response_features import FEATURES, Index, Matrix, Vector, features
from lti_tool.learning.response_traces import trace

DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The constants of one course."""

    skills: int
    items_each: int
    course_ease: float
    skill_spread: float
    item_spread: float
    learner_spread: float
    own_spread: float
    gain: float
    gain_spread: float
    loss: float
    guess: float
    slip: float
    hint_share: float
    several_share: float
    order: str
    answers_each: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a course asks: ease, discrimination and skills of each item."""

    world: World
    skill_ease: Vector
    item_ease: Vector
    sharpness: Vector
    first_skill: Index
    second_skill: Index
    gain: Vector


def draw_world(rng: np.random.Generator) -> World:
    """Some course out of all that we think likely."""
    return World(
        skills=int(rng.integers(5, 60)),
        items_each=int(rng.choice([1, 3, 8, 20, 40])),
        course_ease=float(rng.normal(0.6, 0.5)),
        skill_spread=float(rng.uniform(0.3, 1.0)),
        item_spread=float(rng.uniform(0.2, 1.1)),
        learner_spread=float(rng.uniform(0.4, 1.1)),
        own_spread=float(rng.uniform(0.3, 1.0)),
        gain=float(rng.choice([0.05, 0.1, 0.2, 0.35])),
        gain_spread=float(rng.uniform(0.0, 0.8)),
        loss=float(rng.choice([0.0, 0.1, 0.25])),
        guess=float(rng.choice([0.0, 0.1, 0.2, 0.25])),
        slip=float(rng.uniform(0.0, 0.1)),
        hint_share=float(rng.choice([0.0, 0.0, 0.15, 0.3])),
        several_share=float(rng.choice([0.0, 0.0, 0.2])),
        order=str(rng.choice(["blocks", "mixed", "until_right"])),
        answers_each=float(rng.choice([20, 60, 200])),
    )


def draw_course(world: World, rng: np.random.Generator) -> Course:
    """The items of a course."""
    items = world.skills * world.items_each
    first = np.repeat(np.arange(world.skills), world.items_each)
    several = rng.random(items) < world.several_share
    second = np.where(several, rng.integers(0, world.skills, items), -1)
    return Course(
        world=world,
        skill_ease=world.course_ease + world.skill_spread * rng.standard_normal(world.skills),
        item_ease=world.item_spread * rng.standard_normal(items),
        sharpness=np.exp(0.25 * rng.standard_normal(items)),
        first_skill=first,
        second_skill=np.where(second == first, -1, second),
        gain=world.gain * np.exp(0.4 * rng.standard_normal(world.skills)),
    )


@dataclass(slots=True, kw_only=True)
class Pupil:
    """One simulated learner on the way: ability on each skill, hidden from the model."""

    ability: Vector
    pace: float
    last_at: Vector
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One simulated answer."""

    item: int
    right: float
    hints: float
    at: float


def draw_pupil(course: Course, rng: np.random.Generator) -> Pupil:
    """Somebody at the beginning of the course."""
    world = course.world
    ability = world.learner_spread * rng.standard_normal() + world.own_spread * rng.standard_normal(world.skills)
    pace = float(np.exp(world.gain_spread * rng.standard_normal()))
    return Pupil(ability=ability, pace=pace, last_at=np.full(world.skills, np.nan), now=DAY * rng.random())


def answer(course: Course, pupil: Pupil, item: int, rng: np.random.Generator) -> Reply:
    """The pupil answers one item and learns from it."""
    world = course.world
    skills = [int(course.first_skill[item])]
    if course.second_skill[item] >= 0:
        skills.append(int(course.second_skill[item]))
    for skill in skills:
        away = (pupil.now - pupil.last_at[skill]) / DAY
        if away > 0.4:
            pupil.ability[skill] -= world.loss * float(np.log1p(away))
    logit = course.item_ease[item] + course.sharpness[item] * min(pupil.ability[s] for s in skills)
    logit += float(np.mean(course.skill_ease[skills]))
    knows = 1 / (1 + np.exp(-logit))
    hints = float(rng.random() < world.hint_share * (1 - knows))
    chance = world.guess + (1 - world.guess - world.slip) * (1 - (1 - knows) * 0.6**hints)
    right = float(rng.random() < chance)
    for skill in skills:
        pupil.ability[skill] += course.gain[skill] * pupil.pace
        pupil.last_at[skill] = pupil.now
    reply = Reply(item=item, right=right, hints=hints, at=pupil.now)
    pupil.now += 20 + 60 * rng.random()
    return reply


def work_through(course: Course, rng: np.random.Generator) -> list[Reply]:
    """All answers of one learner."""
    pupil = draw_pupil(course, rng)
    replies: list[Reply] = []
    world = course.world
    total = int(np.clip(world.answers_each * rng.lognormal(0, 0.6), 3, 1500))
    skill, streak, left = int(rng.integers(world.skills)) if rng.random() < 0.3 else 0, 0, 0
    while len(replies) < total:
        if rng.random() < 0.05:
            pupil.now += DAY * rng.choice([0.8, 1, 2, 7, 21])
        done = world.order == "mixed" or (streak >= 3 if world.order == "until_right" else left <= 0) or left < -15
        if done:
            skill = int(rng.integers(world.skills)) if world.order == "mixed" else (skill + 1) % world.skills
            streak, left = 0, int(rng.integers(3, 12))
        item = skill * world.items_each + int(rng.integers(world.items_each))
        reply = answer(course, pupil, item, rng)
        replies.append(reply)
        streak = streak + 1 if reply.right else 0
        left -= 1
    return replies


def simulated_answers(course: Course, learners: int, rng: np.random.Generator) -> Answers:
    """Many learners' answers to one course, as calibration takes them."""
    everyone = [work_through(course, rng) for _ in range(learners)]
    replies = [reply for one in everyone for reply in one]
    item = np.array([reply.item for reply in replies])
    first, second = course.first_skill[item], course.second_skill[item]
    each = 1 + (second >= 0)
    row = np.repeat(np.arange(len(replies)), each)
    later = np.r_[False, row[1:] == row[:-1]]
    hints = np.array([reply.hints for reply in replies])
    return Answers(
        learner=np.repeat(np.arange(learners), [len(one) for one in everyone]),
        item=item,
        row=row,
        skill=np.where(later, second[row], first[row]),
        worth=np.array([reply.right for reply in replies]) * 0.5**hints,
        hints=hints,
        at=np.array([reply.at for reply in replies]),
    )


def prior_table(courses: int = 40, seed: int = 7) -> dict[str, tuple[float, float, float]]:
    """Centre, scale and weight of each feature over simulated courses: what `response_prior` ships."""
    rng = np.random.default_rng(seed)
    columns, worth, start = [], [], []
    for _ in range(courses):
        world = draw_world(rng)
        learners = int(np.clip(8000 / world.answers_each, 30, 250))
        answers = simulated_answers(draw_course(world, rng), learners, rng)
        ease, difficulty = estimate(answers, np.zeros(world.skills * world.items_each))
        columns.append(features(trace(answers, difficulty, ease.course)))
        worth.append(answers.worth)
        start.append(np.full(len(answers), ease.course))
    every = np.hstack(columns)
    centre, scale = every.mean(1), np.maximum(every.std(1), 0.05)
    weights = _ridge((every - centre[:, None]) / scale[:, None], np.hstack(worth), np.hstack(start))
    return {
        name: (float(centre[place]), float(scale[place]), float(weights[place]))
        for place, name in enumerate(FEATURES)
    }


def _ridge(columns: Matrix, worth: Vector, start: Vector, doubt: float = 50.0) -> Vector:
    """Logistic regression by Newton's method, every weight held near 0; the intercept is left out of the answer."""
    wide = np.vstack([np.ones(columns.shape[1]), columns])
    held = np.r_[1e-3, np.full(len(columns), doubt)]
    weights = np.zeros(len(wide))
    for _ in range(6):
        likely = 1 / (1 + np.exp(-(start + weights @ wide)))
        curve = (wide * (likely * (1 - likely))) @ wide.T + np.diag(held)
        weights += np.linalg.solve(curve, wide @ (worth - likely) - held * weights)
    return weights[1:]


if __name__ == "__main__":
    for feature, (centre, scale, weight) in prior_table().items():
        print(f'    "{feature}": ({centre:.3g}, {scale:.3g}, {weight:.3f}),')
