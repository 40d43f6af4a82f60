"""What people may send, field by field. Unknown fields are left out; a bad one comes back with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NoReturn

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from ..flows.errors import Refused
from .unreadable import HIGHEST_ROW

TEXT = 2000
"""Longest text of a person, in characters."""


class Sent(Schema):
    """What every form has in common."""

    class Meta:
        unknown = EXCLUDE


def _key(limit: int = 120) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(1, limit),
        error_messages={"required": "This is missing. Load the page again."},
    )


def _text(limit: int = TEXT) -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=limit, error="Use fewer words."))


class _Ticked(fields.List[str]):
    """Boxes that may be ticked, none or many."""

    def __init__(self) -> None:
        super().__init__(fields.String(validate=validate.Length(max=64)), load_default=list)


class RowField(fields.Integer):
    """The key of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Range(0, HIGHEST_ROW), **options)


class Day(fields.Field[date | None]):
    """A day as `<input type="date">` sends it; empty is None."""

    def __init__(self) -> None:
        super().__init__(load_default=None, allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date | None:
        if not str(value).strip():
            return None
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError("Choose a day, such as 2026-03-02.") from None


def end_of(day: date | None) -> datetime | None:
    """The last second of a day (UTC), as dates by which something is wanted last the whole day."""
    return datetime.combine(day, time(23, 59, 59), UTC) if day else None


class WelcomeForm(Sent):
    """The welcome page."""

    interests = _Ticked()
    modalities = _Ticked()
    goal = _text(300)
    skip = fields.Boolean(load_default=False)


class AnswerForm(Sent):
    """An answer; its own fields are read by `answers`."""

    item = _key()
    key = _key(64)


class FirstAnswerForm(AnswerForm):
    """An answer of the first assessment, or the button beside it."""

    admitted = fields.Boolean(load_default=False)


class OverruleForm(Sent):
    """A teacher's word on a skill: known, not yet, or taken back."""

    skill = _key(255)
    word = fields.String(required=True, validate=validate.OneOf(("known", "not_yet", "none")))


class DraftForm(Sent):
    """An answer on its way."""

    item = _key()


class HintForm(DraftForm):
    """Asking for a hint."""


class ChoiceForm(Sent):
    """One of the next steps."""

    activity = _key()


class FinishForm(Sent):
    """Closing an activity."""

    reflection = _text()


class GoalForm(Sent):
    """A learner's own goal: words, a skill, a day."""

    goal = _text(300)
    goal_skill = _text(120)
    until = Day()


class CloseGoalForm(Sent):
    """A goal reached or let go, with a look back."""

    id = RowField(required=True)
    reached = fields.Boolean(load_default=False)
    reflection = _text()


class ClassQuery(Sent):
    """Which page of the class, sorted how; `done` names what was just done, to say so."""

    page_number = fields.Integer(load_default=1, data_key="page", validate=validate.Range(1, 10_000))
    sort = fields.String(load_default="name", validate=validate.Length(max=80))
    group = fields.String(load_default="", validate=validate.Length(max=255))
    done = fields.String(load_default="", validate=validate.Length(max=16))


class ItemsQuery(Sent):
    """Which page of the item report, sorted how."""

    page_number = fields.Integer(load_default=1, data_key="page", validate=validate.Range(1, 10_000))
    sort = fields.String(load_default="flaws", validate=validate.Length(max=16))


class DoneQuery(Sent):
    """What was just done and how often, to say so."""

    done = fields.String(load_default="", validate=validate.Length(max=16))
    count = fields.Integer(load_default=0, validate=validate.Range(0, 100_000))
    missing = fields.Integer(load_default=0, validate=validate.Range(0, 100_000))


class GradesQuery(DoneQuery):
    """Which page of the grades, and what was just done."""

    page_number = fields.Integer(load_default=1, data_key="page", validate=validate.Range(1, 10_000))


class PreviewQuery(Sent):
    """Which earlier version of the rule to look at, none for what the address itself says; and what to tell."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000))
    told = fields.String(load_default="", validate=validate.Length(max=16))


class PreparedQuery(Sent):
    """Which page of falling grades of a preview that was worked out beforehand; and what to tell."""

    page_number = fields.Integer(load_default=1, data_key="page", validate=validate.Range(1, 10_000))
    told = fields.String(load_default="", validate=validate.Length(max=16))


class ResendForm(Sent):
    """Which grades to send again: one, or all that failed."""

    promise = RowField(load_default=None, allow_none=True)


class CopyForm(Sent):
    """What becomes of a copied activity."""

    choice = _key(16)


class InstallForm(Sent):
    """What an LMS shows its admin after this tool was added by hand; the addresses only where they are unusual."""

    invite, which = _text(200), _text(3)
    # What is too long for a field is told beside it, and nothing that was typed is lost.
    name, site, client_id, deployment_id = _text(), _text(), _text(), _text()
    issuer, auth_login_url, auth_token_url, key_set_url, auth_audience = _text(), _text(), _text(), _text(), _text()


class _Parser(FlaskParser):
    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:
        """All problems of a form at once, each with its field."""
        raise Refused("Some of what you sent cannot be used.", problems=sentences(error))


_parser = _Parser()


def sentences(error: ValidationError) -> dict[str, str]:
    """Field -> sentence, however deep marshmallow put it."""
    found: dict[str, str] = {}

    def collect(place: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(place if name in {"form", "query", "json", "_schema"} else str(name), inner)
        else:
            found[place] = " ".join(map(str, value)) if isinstance(value, list) else str(value)

    collect("form", error.messages)
    return found


def form(schema: type[Schema]) -> Callable[..., Any]:
    """Hand a view its checked form as first argument."""
    return _parser.use_args(schema(), location="form")


def read(schema: type[Schema]) -> dict[str, Any]:
    """The form of this request, checked now, for views that show it again when it is at fault. Raises `Refused`."""
    sent: dict[str, Any] = _parser.parse(schema(), location="form")
    return sent


def query(schema: type[Schema]) -> Callable[..., Any]:
    """Hand a view its checked address parameters as first argument."""
    return _parser.use_args(schema(), location="query")
