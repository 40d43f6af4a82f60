"""Course packages: our own format `cairn-course`, version 1, in and out.

A package is one JSON file, or a folder or zip with these files (a list may be split over many files):

    course.json       {"format": "cairn-course", "format_version": 1, "key", "version", "title", "description",
                       "language": "en", "topics": {key: words}, "misconceptions": {key: sentence for teachers}}
    misconceptions.json, topics.json    instead of the same keys in course.json
    skills.json       [{"id", "title", "description", "prerequisites": [id], "standards": [code], "grades": [3]}]
    parts.json        [{"key", "title", "description", "skills": [id]}]      (units a teacher can place)
    items/*.json      [{"id", "kind", "skills": [id], "stem", "difficulty", "hints": [text], "feedback_right",
                        "feedback_wrong", "figure": name, "figure_alt", and the key of its kind, see below}]
    activities/*.json [{"id", "title", "modality", "minutes", "skills": [id], "difficulty", "topics": [key],
                        "body": text or list of lines, "items": [id], "figure", "figure_alt", "enrichment"}]
    figures/NAME.svg  a drawing; see `figures` for what it may hold

One JSON file holds the keys of course.json and besides `skills`, `parts`, `items`, `activities` (lists) and
`figures` ({name: svg text}). Keys of the kinds of question:

    one_choice,       "choices": [{"key", "text", "correct": true}, {"key", "text", "feedback", "misconception"}]
    several_choices
    number            "number": {"value": "3/4", "tolerance": "0", "form": "lowest_terms", "unit": "cm"}
    short_text        "texts": [accepted spelling, …]
    ordering          "choices": [{"key", "text"}, …] in their right order
    matching          "pairs": [[left, right], …]
    the last four     "expected_wrong": [{"value", "feedback", "misconception"}]; the value as typed, for an
                      ordering the keys `b, a, c`, for matching one wrong pair `left -> right`

Texts are Markdown with maths between dollar signs (`maths`). Unknown keys are refused, and every problem is
reported at once with its file and place.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from lti_tool.learning.activities import Activity, CourseContent, Item
from lti_tool.learning.skills import SkillGraph

from . import archive, checks
from .draft import Draft, Placed, finish_course, read
from .problems import PackageErrors
from .schema import FORMAT, FORMAT_VERSION

_STARTER = Path(__file__).with_name("starter")


def load(source: str | bytes) -> CourseContent:
    """A course out of the text of one JSON file, or the bytes of a JSON file or zip. Raises `PackageErrors`."""
    data = source.encode() if isinstance(source, str) else source
    return _build(archive.from_bytes(data))


def load_path(path: Path) -> CourseContent:
    """A course out of a folder, a zip or a JSON file. Raises `PackageErrors`."""
    return _build(archive.from_path(path))


def dump(course: CourseContent) -> dict[str, Any]:
    """The course as the one-file form of the format; `load(json.dumps(dump(course)))` gives the course back."""
    figures: dict[str, str] = {}
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "key": course.key,
        "version": course.version,
        "title": course.title,
        "description": course.description,
        "language": course.language,
        "topics": dict(course.topics),
        "misconceptions": dict(course.misconceptions),
        "parts": [_plain(part) for part in course.parts],
        "skills": [_plain(skill) for skill in course.graph.skills.values()],
        "items": _with_figures(course.items.values(), figures),
        "activities": _with_figures(course.activities.values(), figures),
        "figures": {name: svg for svg, name in figures.items()},
    }


@lru_cache(maxsize=1)
def starter() -> CourseContent:
    """The course that comes with the tool: fractions, grades 3 to 6."""
    return load_path(_STARTER)


@lru_cache(maxsize=1)
def starter_text() -> str:
    """The starter course as one JSON text, as it is stored for a course in the LMS."""
    return json.dumps(dump(starter()), ensure_ascii=False)


def _build(files: archive.Files) -> CourseContent:
    draft = read(files)
    course = finish_course(draft)
    problems = [*draft.problems, *checks.check(draft, course)]
    if problems:
        raise PackageErrors(problems)
    return CourseContent(
        key=course["key"],
        version=course["version"],
        title=course["title"],
        description=course["description"],
        language=course["language"],
        graph=SkillGraph.of(skill.value for skill in draft.skills),
        items={item.value.id: _drawn(item, draft) for item in draft.items},
        activities={activity.value.id: _drawn(activity, draft) for activity in draft.activities},
        parts=tuple(part.value for part in draft.parts),
        topics=course["topics"],
        misconceptions=course.get("misconceptions", {}),
    )


def _drawn(placed: Placed[Any], draft: Draft) -> Any:
    """The value with its figure's name replaced by the drawing."""
    name = placed.value.figure
    return dataclasses.replace(placed.value, figure=draft.figures[name]) if name else placed.value


def _with_figures(values: Iterable[Item | Activity], figures: dict[str, str]) -> list[dict[str, Any]]:
    """Plain objects whose drawings moved to `figures` (drawing -> name, after the first that shows it)."""
    found = []
    for value in values:
        data = _plain(value)
        if value.figure:
            data["figure"] = figures.setdefault(value.figure, str(value.id))
        found.append(data)
    return found


def _plain(value: Any) -> Any:
    """Dataclasses as objects without their defaults; tuples as lists; enums as their text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = dataclasses.fields(value)
    return {one.name: _plain(getattr(value, one.name)) for one in fields if getattr(value, one.name) != one.default}
