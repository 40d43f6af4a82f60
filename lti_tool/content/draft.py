"""A draft: what could be read of a package so far, each thing with the place it stands at.

Reading goes on after a problem, so that authors see all of them at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from marshmallow import Schema
from marshmallow.exceptions import ValidationError

from lti_tool.learning.activities import Activity, Item, Part
from lti_tool.learning.skills import Skill

from . import figures
from .archive import Files
from .problems import PackageErrors, Place, Problem, from_messages
from .schema import ActivitySchema, CourseSchema, ItemSchema, PartSchema, SkillSchema

Value = TypeVar("Value")

_LISTS: dict[str, type[Schema]] = {
    "parts": PartSchema,
    "skills": SkillSchema,
    "items": ItemSchema,
    "activities": ActivitySchema,
}


@dataclass(frozen=True, slots=True)
class Placed(Generic[Value]):
    """A value and where it was written."""

    value: Value
    place: Place


@dataclass(slots=True, kw_only=True)
class Draft:
    """Everything read, and every problem met. Not frozen: reading fills it."""

    course_file: str = "course.json"
    course: dict[str, Any] = field(default_factory=dict)
    parts: list[Placed[Part]] = field(default_factory=list)
    skills: list[Placed[Skill]] = field(default_factory=list)
    items: list[Placed[Item]] = field(default_factory=list)
    activities: list[Placed[Activity]] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(files: Files) -> Draft:
    """The draft in a package's files. Raises `PackageErrors` only when there is no course to read at all."""
    draft = Draft()
    draft.course_file = next(iter(files)) if len(files) == 1 else "course.json"
    if draft.course_file not in files:
        raise PackageErrors([Problem(Place("course.json"), "is missing from the package")])
    for name, content in files.items():
        _read_file(draft, name, content)
    return draft


def _read_file(draft: Draft, name: str, content: bytes) -> None:
    folder, _, rest = name.partition("/")
    if name == draft.course_file:
        _read_course(draft, _json(draft, name, content))
    elif name in {"skills.json", "parts.json"}:
        _read_list(draft, name.removesuffix(".json"), _json(draft, name, content), Place(name))
    elif name in {"misconceptions.json", "topics.json"}:
        draft.course.setdefault("_extra", {})[name.removesuffix(".json")] = _json(draft, name, content)
    elif folder in {"items", "activities"} and rest.endswith(".json"):
        _read_list(draft, folder, _json(draft, name, content), Place(name))
    elif folder == "figures" and rest.endswith(".svg") and "/" not in rest:
        _read_figure(draft, rest.removesuffix(".svg"), content.decode("utf-8", "replace"), Place(name))
    elif not name.lower().startswith(("readme", "license", "licence")):
        draft.problems.append(Problem(Place(name), "this file has no place in a course package"))


def _read_course(draft: Draft, data: object) -> None:
    place = Place(draft.course_file)
    if data is None:
        return
    if not isinstance(data, dict):
        draft.problems.append(Problem(place, "must be an object {…}"))
        return
    data = dict(data)
    for name in _LISTS:
        if name in data:
            _read_list(draft, name, data.pop(name), place.at(name))
    drawings = data.pop("figures", {})
    if isinstance(drawings, Mapping):
        for name, svg in drawings.items():
            _read_figure(draft, name, svg, place.at("figures").at(name))
    else:
        draft.problems.append(Problem(place.at("figures"), "must be an object {name: svg}"))
    draft.course.update(data)


def finish_course(draft: Draft) -> dict[str, Any]:
    """The course's own fields, checked, once every file is read."""
    extra = draft.course.pop("_extra", {})
    whole = draft.course | {name: value for name, value in extra.items() if value is not None}
    for name in set(extra) & set(draft.course):
        draft.problems.append(Problem(Place(f"{name}.json"), f"{name} also stand in {draft.course_file}"))
    try:
        return dict(CourseSchema().load(whole))
    except ValidationError as error:
        for problem in from_messages(Place(draft.course_file), error.messages):
            draft.problems.append(_moved(problem, extra))
        return {}


def _moved(problem: Problem, extra: Mapping[str, object]) -> Problem:
    """Misconceptions and topics may have a file of their own: then the problem is there."""
    name, _, rest = problem.place.path.partition(".")
    return Problem(Place(f"{name}.json", rest), problem.message) if name in extra else problem


def _read_list(draft: Draft, name: str, data: object, place: Place) -> None:
    if data is None:
        return
    if not isinstance(data, list):
        draft.problems.append(Problem(place, "must be a list […]"))
        return
    schema = _LISTS[name]()
    into: list[Placed[Any]] = getattr(draft, name)
    for position, entry in enumerate(data):
        here = place.at(position)
        try:
            into.append(Placed(schema.load(entry), here))
        except ValidationError as error:
            draft.problems.extend(from_messages(here, error.messages))


def _read_figure(draft: Draft, name: object, svg: object, place: Place) -> None:
    if not isinstance(name, str) or not isinstance(svg, str):
        draft.problems.append(Problem(place, "must be the text of an SVG drawing"))
        return
    found = figures.problems(svg)
    draft.problems.extend(Problem(place, message) for message in found)
    draft.figures[name] = figures.clean(svg)


def _json(draft: Draft, name: str, content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_no_doubles, parse_constant=_no_constant)
    except RecursionError:
        draft.problems.append(Problem(Place(name), "is nested too deeply"))
    except ValueError as error:  # of JSON, of UTF-8 or of the two hooks
        draft.problems.append(Problem(Place(name), f"cannot be read as JSON: {error}"))
    return None


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key “{double}” is there twice in one object")
    return found


def _no_constant(text: str) -> Iterator[None]:
    raise ValueError(f"{text} is not a number here")
