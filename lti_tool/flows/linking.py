"""A teacher's choice in the picker -> placements that wait for their link, and the signed answer to the LMS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..lti.deep_linking import (
    NO_LINKS,
    DeepLinkReply,
    LinkItem,
    keeps_dates,
    keeps_window,
    reply,
    takes_activities,
)
from ..lti.platforms import Platform, detect
from ..lti.values import DeepLinkRequest, Registration
from ..store import audit, contents, courses, platforms
from ..store.database import Session
from ..store.launches import Visit
from .border import Border, as_registration
from .configuring import Configuration, apply
from .errors import NotAllowed, Refused
from .presenting import deep_link_request

HISTORY = {"context_history": "$Context.id.history", "link_history": "$ResourceLink.id.history"}
"""Asks the LMS where a copied course or link came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWishes:
    """How the LMS should show what was chosen: in a tab of its own, from when, until when. It may decide otherwise."""

    new_window: bool = False
    available_from: datetime | None = None
    due_at: datetime | None = None


def link(
    border: Border,
    visit: Visit,
    choices: Sequence[Configuration],
    now: datetime,
    wishes: LinkWishes = LinkWishes(),
) -> DeepLinkReply:
    """Make a placement for each choice and sign the reply. The LMS makes links and columns when it gets it."""
    request = _request(visit)
    if not takes_activities(request):
        raise Refused(NO_LINKS)
    key = border.signing_key(now)
    with border.db.writing() as session:
        registration = _registration(session, visit)
        fitting = [_fitting(detect(registration), choice) for choice in choices]
        made = [_item(session, border, visit, request, choice, now) for choice in fitting]
    items = [
        replace(
            item,
            new_window=wishes.new_window,
            available_from=wishes.available_from,
            due_at=wishes.due_at,
        )
        for item in made
    ]
    return reply(registration, key, request, items, border.tool, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class PossiblePoints:
    """What a column that the LMS makes for a chosen activity can be out of. `largest` is None where nothing is said."""

    whole: bool = False
    largest: float | None = None


def possible_points(session: Session, visit: Visit) -> PossiblePoints:
    """The points a teacher can choose here. Any others become the nearest of these."""
    platform = detect(_registration(session, visit))
    return PossiblePoints(whole=platform.whole_points, largest=platform.largest_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWishes:
    """Which of the `LinkWishes` the LMS would keep. The others are not worth asking for."""

    dates: bool
    new_window: bool


def kept_wishes(session: Session, visit: Visit) -> KeptWishes:
    """What can be wished for besides the activities, where this teacher chooses."""
    request, platform = _request(visit), detect(_registration(session, visit))
    return KeptWishes(dates=keeps_dates(request, platform), new_window=keeps_window(request, platform))


def is_welcome(visit: Visit) -> bool:
    """Whether the place in the LMS that asks takes activities at all."""
    return takes_activities(_request(visit))


def cancel(border: Border, visit: Visit, message: str, now: datetime) -> DeepLinkReply:
    """Go back to the LMS with nothing chosen."""
    request = _request(visit)
    key = border.signing_key(now)
    with border.db.reading() as session:
        registration = _registration(session, visit)
    return reply(registration, key, request, [], border.tool, now, message=message)


def _request(visit: Visit) -> DeepLinkRequest:
    request = deep_link_request(dict(visit.details))
    # The LMS decides who may add activities (course designers too); it asked, so we only keep students out.
    if request is None or visit.role not in {"teacher", "assistant", "admin"} or visit.course_id is None:
        raise NotAllowed("Only a teacher who is adding an activity to a course can choose here.", who="teacher")
    return request


def _registration(session: Session, visit: Visit) -> Registration:
    row = platforms.registration(session, visit.registration_id)
    if row is None:
        raise NotAllowed("This LMS is no longer registered.", who="tool operator")
    return as_registration(row)


def _fitting(platform: Platform, choice: Configuration) -> Configuration:
    """The choice with points this LMS can give a column; without a grade as it is."""
    return replace(choice, points=platform.link_points(choice.points)) if choice.points > 0 else choice


def _item(
    session: Session,
    border: Border,
    visit: Visit,
    request: DeepLinkRequest,
    choice: Configuration,
    now: datetime,
) -> LinkItem:
    if visit.course_id is None:
        raise NotAllowed("This launch names no course.", who="lms admin")
    row = courses.add_placement(session, visit.course_id, now, title=choice.title)
    row.created_by = visit.person_id
    apply(session, row, visit, choice, now)
    assert row.content_id is not None
    part = contents.get(session, row.content_id).part(row.part)
    row.title = row.title or part.title
    audit.record(
        session,
        "placement.picked",
        now,
        organisation_id=visit.organisation_id,
        course_id=row.course_id,
        actor_id=visit.person_id,
        placement=row.id,
    )
    graded = row.points > 0 and request.accept_line_item is not False
    return LinkItem(
        title=row.title,
        text=part.description,
        url=border.tool.link(row.key),
        custom={"cairn_placement": row.key, **HISTORY},
        points=row.points if graded else None,
        tag="cairn",
        resource_id=row.key,
        submission_review=graded,
    )
