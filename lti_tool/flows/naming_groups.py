"""A teacher says once what a group of her course is called: some LMSs say who is in it, but not its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..store import audit, courses, people
from ..store.database import Session
from ..store.launches import Visit
from .errors import NotAllowed, Refused

LONGEST_NAME = 80


def name_groups(session: Session, visit: Visit, names: Mapping[str, str], now: datetime) -> None:
    """Names by the ids of groups, for everybody who teaches this course; an empty one is taken back.

    Ids of no group of this course are left out. Raises `Refused` naming the ids at fault, and `NotAllowed`.
    """
    if visit.role != "teacher" or visit.course_id is None:
        raise NotAllowed("Only a teacher of this course can name its groups.", who="teacher")
    wanted = {one: " ".join(name.split()) for one, name in names.items()}
    too_long = {one: "Use fewer words." for one, name in wanted.items() if len(name) > LONGEST_NAME}
    if too_long:
        raise Refused("Some names are too long.", problems=too_long)
    course = courses.course(session, visit.course_id)
    known = people.group_ids(session, course.id)
    before = dict(course.own_group_names)
    after = {**before, **{one: name for one, name in wanted.items() if one in known}}
    after = {one: name for one, name in after.items() if name}
    if after == before:
        return
    course.own_group_names = after
    audit.record(
        session,
        "groups.named",
        now,
        organisation_id=visit.organisation_id,
        course_id=course.id,
        actor_id=visit.person_id,
        before=before,
        after=after,
    )
