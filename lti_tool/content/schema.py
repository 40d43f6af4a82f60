"""The shape of a `cairn-course` package, version 1: which keys there are, and how long texts may be.

Each schema loads into the value of `learning` it describes. Unknown keys are refused, so slips of the pen show.
"""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate
from marshmallow.exceptions import ValidationError

from lti_tool.learning.activities import (
    Activity,
    Choice,
    ExpectedWrong,
    FractionForm,
    Item,
    ItemKind,
    Modality,
    NumberKey,
    Part,
)
from lti_tool.learning.skills import Skill

FORMAT = "cairn-course"
FORMAT_VERSION = 1

_KEY = validate.Regexp(r"^[a-z0-9]+(?:-[a-z0-9]+)*$", error="must be lower-case words joined by hyphens")
_WANTED: dict[str, Any] = {"required": "is missing", "null": "must not be empty"}


class _Strict(Schema):
    """Refuses unknown keys; turns lists into tuples where a value is made."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a key of this format", "type": "must be an object {…}"}  # noqa: RUF012


def _key() -> fields.String:
    return fields.String(required=True, validate=[validate.Length(max=60), _KEY], error_messages=_WANTED)


def _text(longest: int, *, required: bool = False) -> fields.String:
    shortest = 1 if required else 0
    size = validate.Length(min=shortest, max=longest, error=f"must have {shortest} to {longest} characters")
    return fields.String(required=required, validate=size, error_messages=_WANTED)


def _several(inner: Any, *, most: int, least: int = 0, **more: Any) -> fields.List[Any]:
    size = validate.Length(min=least, max=most, error=f"must hold {least} to {most} entries")
    return fields.List(inner, validate=size, error_messages=_WANTED, **more)


def _difficulty() -> fields.Float:
    span = validate.Range(min=-3, max=3, error="must lie between -3 and 3")
    return fields.Float(validate=span, allow_nan=False)


class BodyField(fields.Field[str]):
    """A long Markdown text: one string, or a list of lines for files that people read."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, list) and all(isinstance(line, str) for line in value):
            value = "\n".join(value)
        if not isinstance(value, str):
            raise ValidationError("must be a text or a list of lines")
        if len(value) > 12_000:
            raise ValidationError("must have at most 12000 characters")
        return value


class ChoiceSchema(_Strict):
    key = _key()
    text = _text(400, required=True)
    correct = fields.Boolean()
    feedback = _text(1000)
    misconception = _text(60)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(**data)


class ExpectedWrongSchema(_Strict):
    value = _text(400, required=True)
    feedback = _text(1000, required=True)
    misconception = _text(60, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ExpectedWrong:
        return ExpectedWrong(**data)


class NumberKeySchema(_Strict):
    value = _text(40, required=True)
    tolerance = _text(40)
    form = fields.Enum(FractionForm, by_value=True)
    unit = _text(40)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NumberKey:
        return NumberKey(**data)


class ItemSchema(_Strict):
    id = _key()
    kind = fields.Enum(ItemKind, by_value=True, required=True, error_messages=_WANTED)
    skills = _several(_key(), least=1, most=4, required=True)
    stem = _text(2000, required=True)
    difficulty = _difficulty()
    choices = _several(fields.Nested(ChoiceSchema), most=8)
    number = fields.Nested(NumberKeySchema)
    texts = _several(_text(200, required=True), most=20)
    pairs = _several(_several(_text(200, required=True), least=2, most=2), most=8)
    expected_wrong = _several(fields.Nested(ExpectedWrongSchema), most=12)
    hints = _several(_text(1000, required=True), most=5)
    feedback_right = _text(1000)
    feedback_wrong = _text(1000)
    figure = _text(60)
    figure_alt = _text(500)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**_tuples(data))


class ActivitySchema(_Strict):
    id = _key()
    title = _text(120, required=True)
    modality = fields.Enum(Modality, by_value=True, required=True, error_messages=_WANTED)
    minutes = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=240), error_messages=_WANTED
    )
    skills = _several(_key(), most=8)
    difficulty = _difficulty()
    topics = _several(_key(), most=6)
    body = BodyField()
    figure = _text(60)
    figure_alt = _text(500)
    items = _several(_key(), most=60)
    enrichment = fields.Boolean()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Activity:
        return Activity(**_tuples(data))


class SkillSchema(_Strict):
    id = _key()
    title = _text(120, required=True)
    description = _text(600)
    prerequisites = _several(_key(), most=12)
    standards = _several(_text(60, required=True), most=12)
    grades = _several(fields.Integer(strict=True, validate=validate.Range(min=0, max=13)), most=14)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Skill:
        return Skill(**_tuples(data))


class PartSchema(_Strict):
    key = _key()
    title = _text(120, required=True)
    description = _text(600, required=True)
    skills = _several(_key(), least=1, most=60, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Part:
        return Part(**_tuples(data))


class CourseSchema(_Strict):
    """What `course.json` says of the course as a whole; the lists beside it are read by their own schemas."""

    format = fields.String(required=True, validate=validate.Equal(FORMAT), error_messages=_WANTED)
    format_version = fields.Integer(
        required=True, strict=True, validate=validate.Equal(FORMAT_VERSION), error_messages=_WANTED
    )
    key = _key()
    version = _text(40, required=True)
    title = _text(120, required=True)
    description = _text(2000, required=True)
    language = fields.String(
        required=True, validate=validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), error_messages=_WANTED
    )
    topics = fields.Dict(keys=_key(), values=_text(80, required=True), required=True, error_messages=_WANTED)
    misconceptions = fields.Dict(keys=_key(), values=_text(400, required=True), error_messages=_WANTED)


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples, two levels deep (pairs), so that the values stay frozen."""
    return {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in value)
        if isinstance(value, list)
        else value
        for name, value in data.items()
    }
