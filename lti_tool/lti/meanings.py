"""How to read an answer that is not 2xx: rows of a table, one table for each LMS (`platforms`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from lti_tool.lti.errors import Meaning
from lti_tool.lti.http import Answer
from lti_tool.lti.refusals import clean


class Service(StrEnum):
    """What was asked for. Values are the last word of its scope, where it has one."""

    TOKEN = "token"  # noqa: S105 - a name
    SCORE = "score"
    RESULTS = "result"
    COLUMN = "lineitem"
    NEW_COLUMN = "new lineitem"
    ROSTER = "contextmembership"
    NOTICES = "noticehandlers"
    REGISTRATION = "registration"


class Row(NamedTuple):
    """One line of a table: this service (None for all), this status or any of these, and what it means.

    `says` is a regular expression for the LMS's own words (in letters of any case), `header` a header's name and an
    expression for its value, `ends` the end of the body. All that are given must fit.
    """

    service: Service | None
    status: int | range
    meaning: Meaning
    source: str
    says: str = ""
    header: tuple[str, str] = ("", "")
    ends: str = ""


def first_fitting(rows: Iterable[Row], service: Service | None, answer: Answer) -> Row:
    """The first row that fits an answer. Raises LookupError when none does."""
    for row in rows:
        if row.service in (None, service) and _is_of(answer.status, row.status) and _fits(row, answer):
            return row
    raise LookupError(f"no row for {service} {answer.status}")


def service_of(method: str, scopes: tuple[str, ...]) -> Service | None:
    """What a call with these scopes asks for; None for a service nobody has said anything about."""
    asked = scopes[0].rpartition("/")[2].partition(".")[0] if scopes else ""
    if asked == Service.COLUMN and method == "POST":
        return Service.NEW_COLUMN
    return Service(asked) if asked in set(Service) else None


_WORDS = (
    "error_description",
    "explanation",
    "message",
    "errorMessage",
    "detail",
    "reason",
    "error",
    "errors",
    "title",
)
"""Names under which refusals are explained, the clearest first."""


def words_of(answer: Answer) -> str:
    """What the LMS says about a refusal, if it says it in a way people can read."""
    try:
        said = answer.json()
    except ValueError:
        text = answer.text.lstrip()
        return "" if text.startswith("<") else clean(text, 200)
    for name in _WORDS:
        if isinstance(said, dict) and said.get(name):
            return clean(_flat(said[name]), 200)
    if isinstance(said, dict) and said and all(isinstance(value, list) for value in said.values()):
        return clean(" ".join(f"{name}: {_flat(value)}" for name, value in said.items()), 200)  # reasons by field
    return clean(said, 200) if isinstance(said, str) else ""


def _is_of(status: int, wanted: int | range) -> bool:
    return status in wanted if isinstance(wanted, range) else status == wanted


def _fits(row: Row, answer: Answer) -> bool:
    name, value = row.header
    return (
        (not row.says or re.search(row.says, words_of(answer), re.IGNORECASE) is not None)
        and (not name or re.search(value, answer.headers.get(name, "").strip()) is not None)
        and (not row.ends or answer.text.rstrip().endswith(row.ends))
    )


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_flat(inner) for inner in value.values())
    if isinstance(value, list):
        return " ".join(_flat(inner) for inner in value)
    return str(value)
