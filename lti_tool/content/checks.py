"""Cross-checks of a whole package: names that must meet, and what every skill needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from lti_tool.learning.activities import Activity, Item, Modality
from lti_tool.learning.errors import ContentError
from lti_tool.learning.ids import ItemId
from lti_tool.learning.skills import SkillGraph

from .draft import Draft, Placed
from .item_checks import check_item
from .markup import maths_problems
from .problems import Place, Problem

FEWEST_ITEMS = 4
"""Items a skill needs, so that practice and the first assessment do not run dry at once."""


def check(draft: Draft, course: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem that only shows when the pieces are laid side by side."""
    for name in ("skills", "items", "activities"):
        yield from _doubles(getattr(draft, name), "id")
    yield from _doubles(draft.parts, "key")
    yield from _check_skills(draft)
    yield from _check_parts(draft)
    skills = _ids(draft.skills)
    for item in draft.items:
        yield from _unknown(item.value.skills, skills, item.place.at("skills"), "skill")
        yield from check_item(item.value, item.place, course.get("misconceptions", {}))
        yield from _check_figure(item, draft)
        yield from _check_texts(item)
    items = {item.value.id: item.value for item in draft.items}
    for activity in draft.activities:
        yield from _unknown(activity.value.skills, skills, activity.place.at("skills"), "skill")
        yield from _unknown(activity.value.topics, course.get("topics", {}), activity.place.at("topics"), "topic")
        yield from _check_activity(activity, items)
        yield from _check_figure(activity, draft)
        yield from _check_texts(activity)
    yield from _check_supply(draft)


def _ids(placed: list[Placed[Any]]) -> set[str]:
    return {one.value.id for one in placed}


def _doubles(placed: list[Placed[Any]], field: str) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for one in placed:
        name = getattr(one.value, field)
        if name in first:
            yield Problem(one.place.at(field), f"“{name}” is there twice, first at {first[name]}")
        first.setdefault(name, one.place)


def _unknown(names: Iterable[str], known: Container[object], place: Place, what: str) -> Iterator[Problem]:
    for number, name in enumerate(names):
        if name not in known:
            yield Problem(place.at(number), f"unknown {what} “{name}”")


def _check_skills(draft: Draft) -> Iterator[Problem]:
    known, unknown_names = _ids(draft.skills), False
    for skill in draft.skills:
        found = list(_unknown(skill.value.prerequisites, known, skill.place.at("prerequisites"), "skill"))
        unknown_names = unknown_names or bool(found)
        yield from found
    if not draft.skills:
        yield Problem(Place(draft.course_file), "there are no skills")
    if unknown_names or len(known) < len(draft.skills):
        return
    try:
        SkillGraph.of(skill.value for skill in draft.skills)
    except ContentError as error:
        file = draft.skills[0].place.file
        yield Problem(Place(file), str(error))


def _check_parts(draft: Draft) -> Iterator[Problem]:
    known = _ids(draft.skills)
    for part in draft.parts:
        yield from _unknown(part.value.skills, known, part.place.at("skills"), "skill")
    covered = {skill for part in draft.parts for skill in part.value.skills}
    for skill in draft.skills:
        if draft.parts and skill.value.id not in covered:
            yield Problem(skill.place.at("id"), f"the skill “{skill.value.id}” is in no part")


def _check_activity(placed: Placed[Activity], items: Mapping[ItemId, Item]) -> Iterator[Problem]:
    activity, place = placed.value, placed.place
    yield from _unknown(activity.items, items, place.at("items"), "item")
    for number, name in enumerate(activity.items):
        if name in items and not set(items[name].skills) & set(activity.skills):
            yield Problem(place.at("items").at(number), f"“{name}” asks for none of the skills of this activity")
        if name in activity.items[:number]:
            yield Problem(place.at("items").at(number), f"“{name}” is there twice")
    if activity.modality is Modality.PRACTICE and not activity.items:
        yield Problem(place.at("items"), "practice needs questions")
    if activity.modality is not Modality.PRACTICE and activity.items:
        yield Problem(place.at("items"), "only practice holds questions")
    if activity.modality is not Modality.PRACTICE and not activity.body.strip():
        yield Problem(place.at("body"), "there is nothing to read or do")
    if activity.modality is not Modality.BREAK and not activity.skills:
        yield Problem(place.at("skills"), "only breaks go without a skill")


def _check_figure(placed: Placed[Any], draft: Draft) -> Iterator[Problem]:
    name, alt = placed.value.figure, placed.value.figure_alt
    if name and name not in draft.figures:
        yield Problem(placed.place.at("figure"), f"unknown figure “{name}”")
    if name and not alt.strip():
        yield Problem(placed.place.at("figure_alt"), "a figure needs words for those who cannot see it")
    if alt and not name:
        yield Problem(placed.place.at("figure_alt"), "describes a figure, but there is none")


def _check_texts(placed: Placed[Any]) -> Iterator[Problem]:
    """Maths that would be shown as typed, with its dollar signs."""
    for path, text in _texts(placed.value, placed.place):
        for message in maths_problems(text):
            yield Problem(path, message)


def _texts(value: Item | Activity, place: Place) -> Iterator[tuple[Place, str]]:
    for name in ("stem", "body", "feedback_right", "feedback_wrong"):
        yield place.at(name), getattr(value, name, "")
    for name in ("hints", "texts"):
        for number, text in enumerate(getattr(value, name, ())):
            yield place.at(name).at(number), text
    for name in ("choices", "expected_wrong"):
        for number, one in enumerate(getattr(value, name, ())):
            here = place.at(name).at(number)
            yield here.at("text"), getattr(one, "text", "")
            yield here.at("feedback"), one.feedback
    for number, pair in enumerate(getattr(value, "pairs", ())):
        for side, text in enumerate(pair):
            yield place.at("pairs").at(number).at(side), text


def _check_supply(draft: Draft) -> Iterator[Problem]:
    items = Counter(item.value.skills[0] for item in draft.items)
    served = {skill for activity in draft.activities for skill in activity.value.skills}
    for skill in draft.skills:
        name, place = skill.value.id, skill.place.at("id")
        if items[name] < FEWEST_ITEMS:
            yield Problem(
                place, f"the skill “{name}” has {items[name]} questions of its own, {FEWEST_ITEMS} are needed"
            )
        if name not in served:
            yield Problem(place, f"the skill “{name}” has no activity")
