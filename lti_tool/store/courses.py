"""Courses, placements, rules and gradebook columns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update

from ..learning.rules import MasteryRule
from . import grades, rules
from .database import Connection, Session, place_of
from .tables import ColumnRow, CourseRow, DeskRow, LaunchRow, PlacementRow, RuleVersionRow
from .upserts import find_or_add

_rules: dict[tuple[object, str, int], MasteryRule] = {}
"""Rule versions never change, so (database, key of the placement, version) -> rule stays true; every answer needs one.

By its key: the number of a placement that is no more may be given to another one."""
_MOST_RULES = 10_000


def course(session: Session, course_id: int) -> CourseRow:
    """One course by id."""
    return session.get_one(CourseRow, course_id)


def keep_course(session: Session, deployment_id: int, context_id: str, now: datetime) -> CourseRow:
    """The course of that LMS context, made when new."""
    key = {"deployment_id": deployment_id, "context_id": context_id}
    return find_or_add(session, CourseRow, key, {"created_at": now})


def placement(session: Session, placement_id: int) -> PlacementRow:
    """One placement by id."""
    return session.get_one(PlacementRow, placement_id)


def by_link(session: Session, course_id: int, resource_link_id: str) -> PlacementRow | None:
    """The placement an LMS link leads to."""
    return session.scalar(
        select(PlacementRow).where(
            PlacementRow.course_id == course_id, PlacementRow.resource_link_id == resource_link_id
        )
    )


def by_column(session: Session, course_id: int, line_item_url: str) -> PlacementRow | None:
    """The placement a gradebook column belongs to."""
    if not line_item_url:
        return None
    return session.scalar(
        select(PlacementRow)
        .join(ColumnRow, ColumnRow.placement_id == PlacementRow.id)
        .where(PlacementRow.course_id == course_id, ColumnRow.line_item_url == line_item_url)
        .limit(1)
    )


def by_key(session: Session, deployment_id: int, key: str) -> PlacementRow | None:
    """The placement of our own key, only inside the same deployment (a key is no capability)."""
    if not key:
        return None
    return session.scalar(
        select(PlacementRow)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .where(PlacementRow.key == key, CourseRow.deployment_id == deployment_id)
    )


def add_placement(
    session: Session, course_id: int, now: datetime, *, resource_link_id: str | None = None, title: str = ""
) -> PlacementRow:
    """A new place in a course, not configured yet."""
    row = PlacementRow(
        course_id=course_id,
        key=str(uuid.uuid4()),
        resource_link_id=resource_link_id,
        title=title,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def was_opened(session: Session, row: PlacementRow) -> bool:
    """True once somebody came to a placement: until then it was chosen, and perhaps never added to the course.

    Where many share one link none of them is bound to it; then a visit tells, and later a desk that was worked at.
    """
    if row.resource_link_id is not None or row.origin_key:  # a copy is made for somebody who opens it
        return True
    came = or_(exists().where(LaunchRow.placement_id == row.id), exists().where(DeskRow.placement_id == row.id))
    return bool(session.scalar(select(came)))


def copy_placement(
    session: Session, original: PlacementRow, course_id: int, link: str | None, now: datetime
) -> PlacementRow:
    """The same content, rule, wishes and points at another link; learners and grades do not come along.

    A column of its own that the LMS names in no launch is found by its marks when the first grade goes out, or made.

    In another course its teacher is asked whether that is right.
    """
    row = add_placement(session, course_id, now, resource_link_id=link, title=original.title)
    row.copied_from_id, row.origin_key = original.id, original.origin_key or original.key
    row.wishes = dict(original.wishes)
    if original.course_id != course_id and original.content_id is not None:
        row.copy_answer = "asked"
    row.content_id, row.part, row.grading, row.points = (
        original.content_id,
        original.part,
        original.grading,
        original.points,
    )
    if original.rule_version:
        add_rule(session, row, current_rule(session, original), None, now)
    if row.points > 0:
        keep_column(session, row, now)
    return row


def placements(session: Session, course_id: int) -> Sequence[PlacementRow]:
    """All places in a course, oldest first."""
    return session.scalars(
        select(PlacementRow).where(PlacementRow.course_id == course_id).order_by(PlacementRow.id)
    ).all()


def current_rule(session: Session | Connection, row: PlacementRow) -> MasteryRule:
    """The rule in force. Only for configured placements."""
    place = (place_of(session), row.key, row.rule_version)
    if place in _rules and not session.info.get("rules_changed"):
        return _rules[place]
    body = session.scalars(
        select(RuleVersionRow.body).where(
            RuleVersionRow.placement_id == row.id, RuleVersionRow.version == row.rule_version
        )
    ).one()
    rule = rules.load(body)
    # A version made in this transaction may still be rolled back, so it is not remembered yet.
    if not session.info.get("rules_changed"):
        if len(_rules) >= _MOST_RULES:
            _rules.clear()
        _rules[place] = rule
    return rule


def add_rule(session: Session, row: PlacementRow, rule: MasteryRule, actor_id: int | None, now: datetime) -> int:
    """Put a rule in force, with the content and the grade the placement has now. Returns the version.

    The same again makes no new one.
    """
    latest = _version(session, row.id, row.rule_version) if row.rule_version else None
    fresh = RuleVersionRow(
        placement_id=row.id,
        version=row.rule_version + 1,
        body=rules.dump(rule),
        content_id=row.content_id,
        part=row.part,
        grading=row.grading,
        points=row.points,
        created_by=actor_id,
        created_at=now,
    )
    if latest is not None and _said(latest) == _said(fresh):
        return row.rule_version
    session.info["rules_changed"] = True
    row.rule_version += 1
    session.add(fresh)
    session.flush()
    return row.rule_version


def _said(version: RuleVersionRow) -> tuple[object, ...]:
    return rules.load(version.body), version.content_id, version.part, version.grading, version.points


def _version(session: Session, placement_id: int, version: int) -> RuleVersionRow | None:
    return session.scalar(
        select(RuleVersionRow).where(RuleVersionRow.placement_id == placement_id, RuleVersionRow.version == version)
    )


def setting(session: Session, placement_id: int, version: int) -> rules.Setting | None:
    """What a version said; `None` when there is none, or its content is gone."""
    row = _version(session, placement_id, version)
    if row is None or row.content_id is None:
        return None
    return rules.Setting(
        content_id=row.content_id,
        part=row.part,
        rule=rules.load(row.body),
        grading=row.grading,
        points=row.points,
    )


def rule_history(session: Session, placement_id: int) -> Sequence[RuleVersionRow]:
    """All rules a placement ever had, newest first."""
    return session.scalars(
        select(RuleVersionRow)
        .where(RuleVersionRow.placement_id == placement_id)
        .order_by(RuleVersionRow.version.desc())
    ).all()


def column(session: Session, placement_id: int) -> ColumnRow | None:
    """The gradebook column of a placement."""
    return session.scalar(select(ColumnRow).where(ColumnRow.placement_id == placement_id))


def keep_column(session: Session, row: PlacementRow, now: datetime, *, line_item_url: str = "") -> ColumnRow:
    """The one column of a placement, for ever. Address and maximum are followed, by the grades there, too."""
    values = {"label": row.title, "resource_id": row.key, "tag": "cairn", "created_at": now}
    found = find_or_add(session, ColumnRow, {"placement_id": row.id}, values)
    before, found.maximum = found.maximum, row.points or found.maximum
    if found.line_item_url and before not in {None, found.maximum}:
        grades.follow_points(session, found, before, now)
    if line_item_url and found.line_item_url != line_item_url:
        if found.line_item_url and found.problem:
            grades.leave_column(session, found, now)
        found.line_item_url, found.problem = line_item_url, ""
        found.told_maximum = found.maximum
    session.flush()
    return found


def begin_making(session: Session, placement_id: int, now: datetime, until: datetime) -> bool:
    """True when the caller alone, in this process or any other, may find or make the column until `until`.

    One statement decides, so that two workers cannot both be first; a claim that is over counts no more.
    """
    taken = session.execute(
        update(ColumnRow)
        .where(
            ColumnRow.placement_id == placement_id,
            ColumnRow.line_item_url == "",
            or_(ColumnRow.making_until.is_(None), ColumnRow.making_until <= now),
        )
        .values(making_until=until)
        .returning(ColumnRow.id)
    )
    return taken.scalar_one_or_none() is not None


def begin_looking(session: Session, placement_id: int, now: datetime, until: datetime) -> bool:
    """True when the caller alone may look whether a column that was gone is there again, until `until`."""
    taken = session.execute(
        update(ColumnRow)
        .where(
            ColumnRow.placement_id == placement_id,
            or_(ColumnRow.making_until.is_(None), ColumnRow.making_until <= now),
        )
        .values(making_until=until)
        .returning(ColumnRow.id)
    )
    return taken.scalar_one_or_none() is not None


def end_making(session: Session, placement_id: int) -> None:
    """The column is there, or it could not be had: the next one may try."""
    session.execute(update(ColumnRow).where(ColumnRow.placement_id == placement_id).values(making_until=None))


def begin_following(session: Session, placement_id: int, points: float) -> bool:
    """True when the caller alone is to give the gradebook's column these points: who rescales grades twice at the same
    moment has them wrong. One statement decides."""
    taken = session.execute(
        update(ColumnRow)
        .where(
            ColumnRow.placement_id == placement_id,
            ColumnRow.maximum == points,
            ColumnRow.told_maximum != points,
        )
        .values(told_maximum=points)
        .returning(ColumnRow.id)
    )
    return taken.scalar_one_or_none() is not None


def has_not_followed(session: Session, placement_id: int, points: float, before: float) -> None:
    """It did not work: the column still has the points it had before."""
    session.execute(
        update(ColumnRow)
        .where(ColumnRow.placement_id == placement_id, ColumnRow.told_maximum == points)
        .values(told_maximum=before)
    )


def take_points(session: Session, placement_id: int, points: float) -> float:
    """The gradebook's own maximum of the placement's column becomes ours, unless a teacher has changed ours in the
    meantime or wants no grades any more. Returns what counts."""
    row = placement(session, placement_id)
    found = session.scalars(select(ColumnRow).where(ColumnRow.placement_id == placement_id)).one()
    if row.points > 0 and found.told_maximum in {None, found.maximum}:
        row.points = found.maximum = found.told_maximum = points
    return found.maximum
