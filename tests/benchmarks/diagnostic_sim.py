"""Simulated learners take the first assessment: how many questions, and how many skills are misplaced?

The learners do not come from the crowd the assessment imagines. Graphs are random and layered, with up to three
foundations a skill; a learner knows a skill when strong enough for it and, nearly always, when all below is known;
strength differs between learners, hardness between skills beyond their depth. Answers come from a logistic curve
over what is known and how hard the question is, with slips and luck of their own. Misplaced: believed above one half
and not known, or known and not believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from builders import full_course
from lti_tool.learning import diagnostic
from lti_tool.learning.activities import CourseContent, Item
from lti_tool.learning.ids import SkillId

UNEVEN = 0.2
"""How unevenly a learner knows things, on a scale on which a course is 1 long."""

GAPS = 0.05
"""How often a skill is known although something below it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Means over learners: questions asked, share of skills misplaced; and what guessing the majority would get."""

    skills: int
    learners: int
    questions: float
    most_questions: int
    misplaced: float
    blind: float


def simulate(size: int, learners: int, seed: int = 1, *, careless: float = 0.0) -> Placed:
    """Many learners through the assessment of a random course, a new course every ten learners. `careless` is how often
    a right answer is spoilt."""
    draw = np.random.default_rng([seed, size])
    asked, wrong, known_share = [], [], []
    content = random_course(size, draw)
    for number in range(learners):
        if number and number % 10 == 0:
            content = random_course(size, draw)
        known = learner(content, draw)
        state = diagnostic.start(content, content.graph.order)
        while (question := diagnostic.next_question(content, state)) is not None:
            state = diagnostic.record(content, state, question, answer(question, known, draw, careless))
        asked.append(len(state.asked))
        wrong.append(np.mean([(state.beliefs[one] > 0.5) != known[one] for one in content.graph.order]))
        known_share.append(np.mean(list(known.values())))
    share = float(np.mean(known_share))
    return Placed(
        skills=size,
        learners=learners,
        questions=float(np.mean(asked)),
        most_questions=max(asked),
        misplaced=float(np.mean(wrong)),
        blind=min(share, 1 - share),
    )


def random_course(size: int, draw: np.random.Generator) -> CourseContent:
    """Layers of skills, each resting on up to three of the two layers below."""
    layers = np.sort(draw.integers(0, max(4, size // 6), size))
    below: dict[str, tuple[str, ...]] = {}
    for number, layer in enumerate(layers):
        near = np.flatnonzero((layers < layer) & (layers >= layer - 2))
        chosen = draw.choice(near, min(len(near), int(draw.integers(1, 4))), replace=False) if len(near) else []
        below[f"s{number:03}"] = tuple(f"s{one:03}" for one in sorted(chosen))
    return full_course(below)


def learner(content: CourseContent, draw: np.random.Generator) -> dict[SkillId, bool]:
    """What one learner knows."""
    order = content.graph.order
    strength = draw.beta(1.6, 1.6)
    known: dict[SkillId, bool] = {}
    for place, one in enumerate(order):
        hard = place / len(order) + draw.normal(0, UNEVEN)
        stands = all(known[before] for before in content.graph.prerequisites(one))
        known[one] = bool(strength > hard) and (stands or draw.random() < GAPS)
    return known


def answer(question: Item, known: dict[SkillId, bool], draw: np.random.Generator, careless: float = 0.0) -> float:
    """Right or not."""
    if careless and draw.random() < careless:
        return 0.0
    able = all(known[one] for one in question.skills)
    place = 2.3 + draw.normal(0, 0.4) if able else -2.6 + draw.normal(0, 0.6)
    return float(draw.random() < 1 / (1 + np.exp(0.7 * question.difficulty - place)))
