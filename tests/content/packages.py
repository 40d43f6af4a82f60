"""A small valid package to break in tests."""

from __future__ import annotations

import copy
import json
from dataclasses import fields
from typing import Any

from lti_tool.learning.activities import CourseContent

_SVG = '<svg viewBox="0 0 10 10"><rect x="1" y="1" width="5" height="5"></rect></svg>'


def choice_item(number: int) -> dict[str, Any]:
    return {
        "id": f"q-{number}",
        "kind": "one_choice",
        "skills": ["halves"],
        "stem": f"Question {number}: $1/2$?",
        "choices": [
            {"key": "a", "text": "yes", "correct": True},
            {"key": "b", "text": "no", "feedback": "Look again.", "misconception": "slip"},
        ],
    }


_PACKAGE: dict[str, Any] = {
    "format": "cairn-course",
    "format_version": 1,
    "key": "tiny",
    "version": "1",
    "title": "Tiny",
    "description": "A course for tests.",
    "language": "en",
    "topics": {"art": "Art"},
    "misconceptions": {"slip": "A slip."},
    "parts": [{"key": "all", "title": "All", "description": "All of it.", "skills": ["halves"]}],
    "skills": [{"id": "halves", "title": "Halves", "grades": [3]}],
    "items": [
        *(choice_item(number) for number in range(3)),
        {
            "id": "q-3",
            "kind": "number",
            "skills": ["halves"],
            "stem": "Half of 3?",
            "number": {"value": "1 1/2", "form": "mixed"},
            "expected_wrong": [{"value": "6", "feedback": "That is twice 3.", "misconception": "slip"}],
            "figure": "box",
            "figure_alt": "A box.",
        },
    ],
    "activities": [
        {
            "id": "read",
            "title": "Read",
            "modality": "explanation",
            "minutes": 3,
            "skills": ["halves"],
            "body": ["a", "b"],
        },
        {
            "id": "do",
            "title": "Do",
            "modality": "practice",
            "minutes": 5,
            "skills": ["halves"],
            "items": ["q-0", "q-1"],
            "topics": ["art"],
        },
        {"id": "rest", "title": "Rest", "modality": "break", "minutes": 1, "body": "Breathe."},
    ],
    "figures": {"box": _SVG},
}


def package(**changes: Any) -> dict[str, Any]:
    """A fresh valid package with some top-level keys changed."""
    return copy.deepcopy(_PACKAGE) | changes


def as_files(data: dict[str, Any]) -> dict[str, bytes]:
    """The same package split over files, as in a folder or zip."""
    data = copy.deepcopy(data)
    figures = data.pop("figures")
    lists = {name: data.pop(name) for name in ("parts", "skills", "items", "activities", "misconceptions")}
    files = {
        "course.json": data,
        "parts.json": lists["parts"],
        "skills.json": lists["skills"],
        "misconceptions.json": lists["misconceptions"],
        "items/first.json": lists["items"][:2],
        "items/second.json": lists["items"][2:],
        "activities/all.json": lists["activities"],
    }
    found = {name: json.dumps(content).encode() for name, content in files.items()}
    return found | {f"figures/{name}.svg": svg.encode() for name, svg in figures.items()}


def said(course: CourseContent) -> dict[str, object]:
    """Everything a course says; two readings of it are two courses, which say the same."""
    whole = {one.name: getattr(course, one.name) for one in fields(course)}
    return whole | {"graph": course.graph.skills}
