"""Planning: a situation in the arrays of `worth`, so that pages and simulations choose by the same arithmetic.

What is followed from activity to activity (`strength`) says how strong a skill is; where nothing was followed yet,
verdicts and the first assessment stand in. Mastered is strong whatever was followed, because the teacher's rule has
said so, and its stability is read from its review date: at that date recall is where the review asks for it.

What an activity is never changes, so it is put into arrays once per course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .activities import Activity, CourseContent, Modality
from .ids import ActivityId, SkillId
from .once import once
from .readiness import Readiness
from .review import TARGET_RECALL
from .strength import EASE, FIRST_STABILITY_DAYS, SLOPE
from .strength_record import layout_of
from .worth import ENOUGH, Numbers, Offers, Standing, Vector, recall, worth

NEW_STRENGTH, MASTERED_STRENGTH, NEARLY_STRENGTH = 0.15, 0.85, 0.72
"""Before any sign, when mastered, and just before."""
MOST_UNMASTERED = ENOUGH - 0.03
"""However strong a skill seems: while the rule is not met, work on it brings something."""
OUT_OF_PLAY = 1.0
"""Strength of what is not asked here: nothing is worth doing for it."""

LIKED = 0.8
"""Logits of finishing that an interest or a liked way of working adds."""

WAYS = {Modality.EXPLANATION: 0, Modality.WORKED_EXAMPLE: 1, Modality.PRACTICE: 2, Modality.PROJECT: 3}
HANDS_AND_PARTNERS = 1
"""Working with one's hands or with somebody introduces, as a worked example does."""

_DAY_SECONDS = 86400.0


@dataclass(frozen=True, kw_only=True)
class Table:
    """The activities of a course in arrays, one place for each (activity, skill) pair. `place` finds it again.
    `above` and `below` are the numbers of skills and of what they rest on directly, pair by pair."""

    pairs: tuple[tuple[Activity, SkillId], ...]
    place: Mapping[tuple[ActivityId, SkillId], int]
    skill: Numbers
    hardness: Vector
    minutes: Vector
    way: Numbers
    above: Numbers
    below: Numbers


@once
def table_of(content: CourseContent) -> Table:
    """The table of a course, made once."""
    number = layout_of(content).number
    pairs = tuple(
        (activity, skill)
        for skill in content.graph.order
        for activity in content.activities_by_skill[skill]
        if activity.modality is not Modality.BREAK
    )
    resting = [(skill, one) for skill in content.graph.order for one in content.graph.prerequisites(skill)]
    return Table(
        pairs=pairs,
        place={(activity.id, skill): place for place, (activity, skill) in enumerate(pairs)},
        skill=np.array([number[skill] for _, skill in pairs], dtype=np.int64),
        hardness=np.array([hardness(activity) for activity, _ in pairs]),
        minutes=np.array([float(activity.minutes) for activity, _ in pairs]),
        way=np.array([way(activity) for activity, _ in pairs], dtype=np.int64),
        above=np.array([number[skill] for skill, _ in resting], dtype=np.int64),
        below=np.array([number[one] for _, one in resting], dtype=np.int64),
    )


def way(activity: Activity) -> int:
    """How an activity works, as `worth.Offers` numbers it."""
    return WAYS.get(activity.modality, HANDS_AND_PARTNERS)


def hardness(activity: Activity) -> float:
    """Where an activity lies on the strength scale: middling practice asks for middling strength."""
    middle = 0.3 if activity.modality in (Modality.EXPLANATION, Modality.WORKED_EXAMPLE) else 0.5
    return min(1.0, max(0.0, middle + (activity.difficulty + EASE / 2) / SLOPE))


def worths(ready: Readiness) -> tuple[Table, Vector]:
    """What each activity would bring to each skill in play, in skills kept per minute; 0 for all others."""
    table = table_of(ready.situation.content)
    if not table.pairs:
        return table, np.zeros(0)
    factor = ready.situation.profile.accommodations.extra_time_factor
    offers = Offers(
        skill=table.skill,
        hardness=table.hardness,
        minutes=np.maximum(1.0, np.round(table.minutes * factor)),
        way=table.way,
        liking=_liking(ready, table),
    )
    finished = ready.situation.finished
    times = np.zeros(len(table.pairs))
    for key, often in finished.items():
        activity = ready.activity(key)
        places = (table.place.get((key, skill)) for skill in activity.skills) if activity else ()
        for place in places:
            if place is not None:
                times[place] = float(often)
    return table, worth(offers, _standing(ready, table), times)


def _liking(ready: Readiness, table: Table) -> Vector:
    profile = ready.situation.profile
    if not profile.interests and not profile.modalities:
        return np.zeros(len(table.pairs))
    interests, modalities = set(profile.interests), set(profile.modalities)
    return np.array(
        [LIKED * ((not interests.isdisjoint(one.topics)) + (one.modality in modalities)) for one, _ in table.pairs]
    )


def _standing(ready: Readiness, table: Table) -> Standing:
    number = layout_of(ready.situation.content).number
    strength = np.full(len(number), OUT_OF_PLAY)
    stability = np.full(len(number), FIRST_STABILITY_DAYS)
    days, firm = np.zeros(len(number)), np.zeros(len(number))
    begun, inside = np.zeros(len(number), dtype=bool), np.zeros(len(number), dtype=bool)
    for skill in ready.scope:
        place = number[skill]
        strength[place] = _strength(ready, skill)
        stability[place], days[place] = _memory(ready, skill)
        begun[place], inside[place] = skill in ready.worked_on, True
        # What is known is firm enough, whatever the numbers say.
        firm[place] = MASTERED_STRENGTH * ready.known(skill)
    in_play = inside[table.above] & inside[table.below]
    above, below = table.above[in_play], table.below[in_play]
    foundation = np.ones(len(number))
    np.minimum.at(foundation, above, np.maximum(strength, firm)[below])
    return Standing(
        strength=strength,
        stability=stability,
        recalled=recall(days, stability),
        foundation=foundation,
        begun=begun,
        opens=np.bincount(below, minlength=len(number)),
    )


def _strength(ready: Readiness, skill: SkillId) -> float:
    followed = ready.situation.followed.get(skill)
    if ready.mastered(skill):
        return max(NEARLY_STRENGTH, followed.strength) if followed else MASTERED_STRENGTH
    if followed is not None:
        return min(MOST_UNMASTERED, followed.strength)
    verdict = ready.situation.verdicts.get(skill)
    believed = ready.situation.beliefs.get(skill, 0.0)
    shown = verdict.progress if verdict is not None else 0.0
    on_the_way = max(shown, believed) if skill not in ready.worked_on else shown
    return NEW_STRENGTH + (NEARLY_STRENGTH - NEW_STRENGTH) * on_the_way


def _memory(ready: Readiness, skill: SkillId) -> tuple[float, float]:
    """Stability and days since it was last seen, for a mastered skill by its review date."""
    verdict = ready.situation.verdicts.get(skill)
    if verdict is not None and verdict.mastered_at is not None and verdict.review_due_at is not None:
        pause = (verdict.review_due_at - verdict.mastered_at).total_seconds() / _DAY_SECONDS
        since = (ready.situation.now - verdict.mastered_at).total_seconds() / _DAY_SECONDS
        return max(1.0, pause) / (TARGET_RECALL**-2 - 1), max(0.0, since)
    followed = ready.situation.followed.get(skill)
    return (followed.stability, followed.days) if followed else (FIRST_STABILITY_DAYS, 0.0)
