"""Where a link leads: known, made by the picker and now opened, copied from another course, or new.

A copied link is recognised by what LMSs carry along, the surest first: our key in its custom parameters or address,
the history of the link, and, in a course that was made from another, the title. Content and rules come along with a
copy; learners and their grades never do. The teacher is asked once whether that is right.
"""

from __future__ import annotations

from datetime import datetime

from ..lti.values import Launch, MessageType, RoleKind, ToolAddresses
from ..store import audit, copies, courses, outbox
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import CourseRow, PersonRow, PlacementRow
from .errors import NotAllowed, Refused

ANSWERS = ("keep", "change", "anew")


def key_of(launch: Launch) -> str:
    """Our own key of the activity: what the picker gave the LMS to carry, empty when it was lost or never was."""
    return launch.custom.get("cairn_placement", "") or ToolAddresses.key_of(launch.target_link_uri)


def placed(
    session: Session,
    course: CourseRow | None,
    launch: Launch,
    person: PersonRow,
    now: datetime,
    *,
    shares_link: bool = False,
) -> PlacementRow | None:
    """The placement of this launch, None for a launch without a link in a course.

    A review may come without one, since columns need none: then its column says which activity is meant.
    `shares_link`: the link stands for many activities, so a key counts more, and is never bound to the link.
    """
    if course is None:
        return None
    if launch.link is None or not launch.link.resource_link_id:
        is_review = launch.message_type is MessageType.REVIEW
        return courses.by_column(session, course.id, launch.services.line_item_url) if is_review else None
    chosen = courses.by_key(session, course.deployment_id, key_of(launch)) if shares_link else None
    if chosen is not None:
        return _here(session, course, launch, chosen, now)
    link = launch.link.resource_link_id
    row = courses.by_link(session, course.id, link) or _known(session, course, launch, link, now)
    if row is None:
        row = courses.add_placement(session, course.id, now, resource_link_id=link, title=launch.link.title)
        if launch.role is RoleKind.TEACHER:
            row.created_by = person.id
    if launch.link.title and row.title != launch.link.title:
        row.title = launch.link.title
    if launch.services.line_item_url:
        courses.keep_column(session, row, now, line_item_url=launch.services.line_item_url)
    return row


def note_history(session: Session, course: CourseRow, history: tuple[str, ...]) -> None:
    """Remember which course a new one was made from: the nearest of the history that is known here.

    Not only at the first launch into it: that may have been the picker's, which says nothing of history, or the
    original came here later.
    """
    if course.copied_from_id is None and history:
        course.copied_from_id = copies.nearest_course(session, course, history)


def _known(session: Session, course: CourseRow, launch: Launch, link: str, now: datetime) -> PlacementRow | None:
    """What a teacher once chose for this link, here or in the course that was copied."""
    chosen = courses.by_key(session, course.deployment_id, key_of(launch))
    if chosen is not None and chosen.course_id == course.id and chosen.resource_link_id is None:
        chosen.resource_link_id = link
        outbox.wake(session, chosen.id, now)
        return chosen
    original = _original(session, course, launch, chosen)
    return None if original is None else _copied(session, course, original, link, now)


def _here(session: Session, course: CourseRow, launch: Launch, chosen: PlacementRow, now: datetime) -> PlacementRow:
    """What was chosen, or its copy in this course: found, else made for the first who comes."""
    if chosen.course_id == course.id:
        outbox.wake(session, chosen.id, now)
        return chosen
    copies.one_at_a_time(session, course)
    found = copies.copy_here(session, course.id, chosen.origin_key or chosen.key)
    return found or _copied(session, course, _original(session, course, launch, chosen) or chosen, None, now)


def _copied(
    session: Session, course: CourseRow, original: PlacementRow, link: str | None, now: datetime
) -> PlacementRow:
    row = courses.copy_placement(session, original, course.id, link, now)
    audit.record(session, "placement.copied", now, course_id=course.id, placement=row.id, original=original.id)
    return row


def _original(
    session: Session, course: CourseRow, launch: Launch, chosen: PlacementRow | None
) -> PlacementRow | None:
    """What the copy was made from: in the term before, or, where that one was hardly opened, in an earlier one."""
    history = launch.link.history if launch.link else ()
    found = copies.nearest_placement(session, course.deployment_id, history)
    if found is not None:
        return found
    line = (chosen.origin_key or chosen.key) if chosen else ""
    title = launch.link.title if launch.link and not chosen else ""
    for earlier in copies.earlier_courses(session, course, launch.course.history if launch.course else ()):
        found = copies.in_course(session, earlier, line=line, title=title)
        if found is not None:
            return found
    return chosen


def answer(session: Session, visit: Visit, choice: str, now: datetime) -> None:
    """What the teacher of a copied course wants: keep it as it is, change it, or start anew."""
    if visit.role != "teacher" or visit.placement_id is None:
        raise NotAllowed("Only a teacher of this course can decide that.", who="teacher")
    if choice not in ANSWERS:
        raise Refused("Choose one of the three.", problems={"choice": "Choose keep, change, or start anew."})
    row = courses.placement(session, visit.placement_id)
    if row.copy_answer != "asked":
        raise Refused(
            "There is no question open about this activity any more. It stays as it is.",
            problems={"choice": "This was answered already, or the activity is no copy."},
        )
    row.copy_answer = choice
    if choice == "anew":
        row.content_id, row.part, row.wishes = None, "", {}
    audit.record(
        session,
        "placement.copy_answered",
        now,
        organisation_id=visit.organisation_id,
        course_id=row.course_id,
        actor_id=visit.person_id,
        placement=row.id,
        choice=choice,
    )
