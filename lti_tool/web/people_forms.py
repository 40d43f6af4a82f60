"""What a teacher types about people: observations, plans, accommodations. Form fields -> values, kindly refused.

Fields of many things at once carry what they are about after a colon: `shown:17` is how student 17 did,
`due:unit-fractions` a skill's date, `do:meaning-mix` whether an activity comes first or is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from ..flows.errors import Refused
from ..flows.observing import Sight
from ..learning.activities import Modality
from ..learning.ids import ActivityId, Score, SkillId
from ..learning.outside import SHOWN_WORTH, Occasion, Shown, Worth
from ..learning.playlist import Wishes
from ..learning.profile import Accommodations, LearnerPlan
from ..learning.rules import PRESETS
from .i18n import _
from .schemas import RowField, Sent, end_of
from .unreadable import row_number

FIRST, OUT = "first", "out"
_NOON = time(12, 0)
_ONE_DAY = timedelta(days=1)


class GroupsQuery(Sent):
    """How a round of groups is wanted."""

    size = fields.Integer(load_default=3, validate=validate.Range(2, 6))
    purpose = fields.List(fields.String(validate=validate.OneOf(["stuck", "peer", "next"])), load_default=list)
    turn = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))
    group = fields.String(load_default="", validate=validate.Length(max=255))
    apart = fields.Boolean(load_default=False)
    done = fields.String(load_default="", validate=validate.Length(max=16))
    away = fields.List(RowField(), load_default=list)


class ObserveQuery(Sent):
    """What the form begins with; `find` is part of a name; `count` after saving."""

    skill = fields.String(load_default="", validate=validate.Length(max=255))
    find = fields.String(load_default="", validate=validate.Length(max=100))
    count = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))


class WordForm(Sent):
    """A teacher's own word."""

    word = fields.String(load_default="", validate=validate.Length(max=16))
    word_note = fields.String(load_default="", validate=validate.Length(max=1000, error="Use fewer words."))


class WithdrawForm(Sent):
    """An observation that counts no longer."""

    evidence = RowField(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=1000, error="Use fewer words."))


def read_sight(form: MultiDict[str, str], now: datetime) -> tuple[Sight, dict[int, Worth]]:
    """What was seen, and how it went for whom. Raises `Refused` naming the fields at fault."""
    problems: dict[str, str] = {}
    seen = _seen(form, problems)
    on = _day(form.get("on", ""), "on", problems)
    skill, occasion = form.get("skill", ""), form.get("occasion", Occasion.ORAL)
    if not skill:
        problems["skill"] = _("Choose the skill.")
    if problems:
        raise Refused(_("Some of it cannot be used yet."), problems=problems)
    known = occasion if occasion in list(Occasion) else Occasion.OTHER
    return (
        Sight(skill=SkillId(skill), occasion=Occasion(known), note=form.get("note", ""), at=_moment(on, now)),
        seen,
    )


def _moment(on: date | None, now: datetime) -> datetime:
    """Today is now; another day counts from its middle. East of Greenwich today may be the day after ours."""
    if on is None or now.date() <= on <= now.date() + _ONE_DAY:
        return now
    return datetime.combine(on, _NOON, UTC)


def _seen(form: MultiDict[str, str], problems: dict[str, str]) -> dict[int, Worth]:
    most = _number(form.get("of", ""), "of", problems)
    seen: dict[int, Worth] = {}
    for person_id, how in _about_people(form, "shown"):
        if how in list(Shown):
            seen[person_id] = SHOWN_WORTH[Shown(how)]
    for person_id, typed in _about_people(form, "points"):
        points = _number(typed, "of", problems)
        if points is None:
            continue
        if not most or not 0 <= points <= most:
            problems["of"] = _("Say out of how many points, and give nobody more than that.")
        else:
            seen[person_id] = Worth(score=Score(points / most))
    return seen


def _about_people(form: MultiDict[str, str], name: str) -> Iterator[tuple[int, str]]:
    """The same about students."""
    for key, value in _about(form, name):
        number = row_number(key)
        if number is not None:
            yield number, value


def _about(form: MultiDict[str, str], name: str) -> list[tuple[str, str]]:
    """What stands after the colon, with what was typed there."""
    start = f"{name}:"
    return [
        (key.removeprefix(start), value) for key, value in form.items() if key.startswith(start) and value.strip()
    ]


def _number(typed: str, field: str, problems: dict[str, str]) -> float | None:
    if not typed.strip():
        return None
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        problems[field] = _("Write a number, such as 20.")
        return None


def _day(typed: str, field: str, problems: dict[str, str]) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        problems[field] = _("Choose a day, such as 2026-03-02.")
        return None


def read_wishes(form: MultiDict[str, str]) -> Wishes:
    """The class's plan. Raises `Refused` naming the fields at fault."""
    problems: dict[str, str] = {}
    minutes = _number(form.get("minutes", ""), "minutes", problems)
    places = {skill: _number(typed, "order", problems) for skill, typed in _about(form, "order")}
    due = {skill: end_of(_day(typed, "due", problems)) for skill, typed in _about(form, "due")}
    pins, blocks = _pins_and_blocks(form)
    dates = {key: end_of(_day(typed, "pin_due", problems)) for key, typed in _about(form, "pin_due")}
    if problems:
        raise Refused(_("Some of it cannot be used yet."), problems=problems)
    ordered = sorted((place, number, skill) for number, (skill, place) in enumerate(places.items()) if place)
    return Wishes(
        pins=pins,
        blocks=blocks,
        blocked_skills=tuple(SkillId(one) for one in form.getlist("paused")),
        minutes=round(minutes) if minutes is not None else None,
        order=tuple(SkillId(skill) for _place, _number_, skill in ordered),
        due_at={SkillId(skill): at for skill, at in due.items() if at},
        pin_due_at={ActivityId(key): at for key, at in dates.items() if at and key in pins},
    )


def _pins_and_blocks(form: MultiDict[str, str]) -> tuple[tuple[ActivityId, ...], tuple[ActivityId, ...]]:
    chosen = _about(form, "do")
    return (
        tuple(ActivityId(key) for key, what in chosen if what == FIRST),
        tuple(ActivityId(key) for key, what in chosen if what == OUT),
    )


def read_accommodations(form: MultiDict[str, str]) -> Accommodations:
    """Time, length and format. Raises `Refused` naming the fields at fault."""
    problems: dict[str, str] = {}
    factor = _number(form.get("extra_time", "1"), "extra_time", problems)
    pause = _number(form.get("breaks", ""), "breaks", problems)
    if problems:
        raise Refused(_("Some choices cannot be used."), problems=problems)
    return Accommodations(
        extra_time_factor=factor or 1.0,
        shorter_sets="shorter_sets" in form,
        read_aloud="read_aloud" in form,
        avoid_modalities=tuple(kind for kind in Modality if kind.value in form.getlist("avoid")),
        breaks_every_minutes=round(pause) if pause is not None else None,
    )


def read_plan(form: MultiDict[str, str]) -> LearnerPlan:
    """One learner's own plan: pins, blocks and a modified goal. Raises `Refused` for a goal that is not offered."""
    pins, blocks = _pins_and_blocks(form)
    chosen = form.get("goal_rule", "")
    preset = PRESETS.get(chosen)
    if chosen and preset is None:
        raise Refused(
            _("Some choices cannot be used."), problems={"goal_rule": _("Choose one of the goals listed.")}
        )
    return LearnerPlan(
        pins=pins,
        blocks=blocks,
        rule=preset.rule if preset else None,
        excused=tuple(SkillId(one) for one in form.getlist("excused")),
        note=form.get("plan_note", ""),
    )
