"""Partial pooling: how much a skill or an item may differ from all others, and by how much each one does.

Logistic regression with random effects. The size of the differences is not guessed: learners are dealt into two
halves, and only what both halves say of the same skill counts as a difference (cross-products of independent
estimates, after Haseman & Elston 1972). So a course of thirty learners with a thousand answers each is not mistaken
for thirty thousand witnesses, and a skill with few answers stays where all skills are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .response_features import Index, Matrix, Vector, totals

ROUNDS = 3
SMALLEST = 1e-5
FIRST_SPREAD = 0.03
DOUBT = 5.0
"""Groups that the first guess of the spread is worth."""
LEARNERS_DOUBT = 10.0
"""Each learner has ways of their own that look like ways of the skill: with fewer learners than this, believe less."""

Cube = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What the slopes are learned from: entry j belongs to group `group[j]` and to answer `row[j]`.

    `columns` has shape (slopes, answers); `half` is 0 or 1 for each answer; `share` weighs an entry.
    """

    group: Index
    row: Index
    share: Vector
    columns: Matrix
    half: Index
    groups: int
    learners: int


def slopes(entries: Entries, logit: Vector, worth: Vector) -> Matrix:
    """How each group differs, in logits per unit of each column: shape (groups, slopes).

    `logit` is what is predicted without them, `worth` what happened. Groups with nothing to say get zeros.
    """
    count = len(entries.columns)
    key = 2 * entries.group + entries.half[entries.row]
    order = np.argsort(key, kind="stable")
    sorted_entries = Entries(
        group=key[order],
        row=entries.row[order],
        share=entries.share[order],
        columns=entries.columns,
        half=entries.half,
        groups=entries.groups,
        learners=entries.learners,
    )
    trust = entries.learners / (entries.learners + LEARNERS_DOUBT)
    spread = np.full(count, FIRST_SPREAD)
    value = np.zeros((entries.groups, count))
    for _ in range(ROUNDS):
        now = logit + added(entries, value)
        pull, curve = _evidence(sorted_entries, now, worth)
        pull = trust * (pull + np.einsum("ghij,gj->ghi", curve, value))
        curve = trust * curve
        spread = _spread(pull, curve, spread)
        value = _solve(pull.sum(1), curve.sum(1), spread)[0]
    return value


def added(entries: Entries, value: Matrix) -> Vector:
    """What the slopes add to the logit of each answer."""
    total = np.zeros(entries.columns.shape[1])
    chosen = value[entries.group]
    for place, column in enumerate(entries.columns):
        total += totals(entries.row, chosen[:, place] * column[entries.row] * entries.share, len(total))
    return total


def _evidence(entries: Entries, logit: Vector, worth: Vector) -> tuple[Cube, Cube]:
    """First and second derivatives of the likelihood: shapes (groups, 2, slopes) and (groups, 2, slopes, slopes)."""
    count, row = len(entries.columns), entries.row
    chance = 1 / (1 + np.exp(-logit))
    surprise, information = (worth - chance)[row], (chance * (1 - chance))[row]
    starts = np.flatnonzero(np.r_[True, entries.group[1:] != entries.group[:-1]])
    seen = entries.group[starts]
    pull = np.zeros((2 * entries.groups, count))
    curve = np.zeros((2 * entries.groups, count, count))
    lines = [column[row] * entries.share for column in entries.columns]
    for one, line in enumerate(lines):
        pull[seen, one] = np.add.reduceat(line * surprise, starts)
        weighed = line * information
        for other in range(one + 1):
            curve[seen, one, other] = curve[seen, other, one] = np.add.reduceat(weighed * lines[other], starts)
    return pull.reshape(-1, 2, count), curve.reshape(-1, 2, count, count)


def _solve(pull: Matrix, curve: Cube, spread: Vector) -> tuple[Matrix, Matrix]:
    """Estimates held near zero, and how far each was held (1: not at all, 0: wholly)."""
    count = len(spread)
    known = curve.copy()
    known[:, range(count), range(count)] += 1 / spread
    inverse = np.linalg.inv(known)
    held = 1 - inverse[:, range(count), range(count)] / spread
    return np.einsum("gij,gj->gi", inverse, pull), held


def _spread(pull: Cube, curve: Cube, before: Vector) -> Vector:
    """The variance of true differences, by what both halves agree on."""
    one, freedom = _solve(pull[:, 0], curve[:, 0], before)
    other, freedom_other = _solve(pull[:, 1], curve[:, 1], before)
    agreed = (one * other).sum(0) + DOUBT * FIRST_SPREAD * 0.01
    possible = (freedom * freedom_other).sum(0) + DOUBT * 0.01
    return np.asarray(np.clip(agreed / possible, SMALLEST, 1.0))
