"""Grades of another gradebook column count as evidence, by a teacher's choice: which column, which skill, from when on.

Read on demand and every night. A grade that was read before adds nothing; a changed one withdraws the old entry and
adds a new one, a cleared one withdraws it. A list that breaks off changes nobody. Our own columns are never offered:
what we sent cannot be evidence for itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..learning.activities import CourseContent
from ..learning.ids import SkillId
from ..learning.outside import stretched
from ..lti import grades as gradebook
from ..lti.connection import SOMEBODY_WAITS_SECONDS
from ..lti.errors import PlatformError
from ..lti.values import Column, SeenResult
from ..store import audit, contents, courses, grade_sources, people, teaching
from ..store.database import Session
from ..store.grade_sources import SourceGrade
from ..store.launches import Visit
from ..store.tables import GradeSourceRow, SeenGradeRow
from .about import about, staff_place
from .border import Border
from .errors import FlowError, NotFound, Refused
from .judging import rejudge_learner
from .service_access import connect

SLICE = 50
"""Learners changed in one transaction."""
FRESH_FOR = timedelta(hours=6)
ALIVE_FOR = timedelta(days=30)
_NOT_SHARED = "The LMS does not share its gradebook columns with this tool. Your LMS admin can allow “grades”."


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsSeen:
    """Columns that could count, or why none can be seen."""

    columns: tuple[Column, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a teacher chose: the column's address, the skill, and from how many of its points a grade speaks for it."""

    line_item_url: str
    skill: SkillId
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GradesRead:
    """How many grades became evidence anew, changed, or went; and what went wrong (a sentence)."""

    fresh: int = 0
    changed: int = 0
    gone: int = 0
    problem: str = ""


def columns_to_choose(border: Border, visit: Visit, now: datetime) -> ColumnsSeen:
    """The columns of this course that the LMS lets us see, without our own."""
    with border.db.reading() as session:
        place = staff_place(session, visit)
        course = courses.course(session, place.row.course_id)
        url, scopes = course.line_items_url, tuple(course.ags_scopes)
        own = grade_sources.own_columns(session, course.id)
    if not url:
        return ColumnsSeen(problem=_NOT_SHARED)
    try:
        connection = connect(border, visit.registration_id, now, patience_seconds=SOMEBODY_WAITS_SECONDS)
        listed = [one for one in gradebook.columns(connection, url, scopes) if one.tag != "cairn"]
    except (PlatformError, FlowError) as error:
        return ColumnsSeen(problem=str(error))
    return ColumnsSeen(
        columns=tuple(one for one in listed if one.line_item_url not in own and one.score_maximum > 0)
    )


def count_column(border: Border, visit: Visit, choice: Choice, now: datetime) -> int:
    """Let a column count from now on. Returns the source's id; read it next. Raises `Refused` and `NotFound`.

    The address must be one the LMS lists for this course: it comes from a form, and we are going to call it.
    """
    offered = columns_to_choose(border, visit, now)
    column = next((one for one in offered.columns if one.line_item_url == choice.line_item_url), None)
    if column is None:
        raise Refused(
            "This column cannot be used.", problems={"column": offered.problem or "Choose one of the list."}
        )
    if not 0 < choice.points <= column.score_maximum:
        text = f"Choose a number above 0, up to {column.score_maximum:g}."
        raise Refused("These points cannot be used.", problems={"points": text})
    with border.db.writing() as session:
        place = staff_place(session, visit)
        about(place, visit.person_id, choice.skill)
        known = grade_sources.of_course(session, place.row.course_id, place.content.key)
        if any((one.line_item_url, one.skill_key) == (column.line_item_url, choice.skill) for one in known):
            raise Refused("This column counts for this skill already.", problems={"column": "It counts already."})
        row = GradeSourceRow(
            course_id=place.row.course_id,
            content_key=place.content.key,
            skill_key=choice.skill,
            line_item_url=column.line_item_url,
            label=column.label,
            maximum=column.score_maximum,
            enough=choice.points / column.score_maximum,
            chosen_by=visit.person_id,
            chosen_at=now,
        )
        session.add(row)
        session.flush()
        _noted(session, visit, "grade_source.chosen", row, now)
        return row.id


def end(session: Session, visit: Visit, source_id: int, now: datetime) -> int:
    """A column counts no longer: its evidence is withdrawn, verdicts follow. Returns how many grades that were."""
    place = staff_place(session, visit)
    row = grade_sources.find(session, source_id, lock=True)
    if row is None or row.course_id != place.row.course_id:
        raise NotFound("This column does not count any more.", tell="Load the page again.")
    row.ended_at = now
    known = {
        person_id: seen.evidence_id
        for person_id, seen in grade_sources.seen(session, row.id).items()
        if seen.evidence_id is not None
    }
    teaching.withdraw(session, known.values(), "The column counts no longer.", visit.person_id, now)
    _noted(session, visit, "grade_source.ended", row, now)
    _judge(session, row, sorted(known), now)
    return len(known)


def sources_of(session: Session, visit: Visit) -> list[int]:
    """The sources of this course in use, to read them now."""
    place = staff_place(session, visit)
    return [row.id for row in grade_sources.of_course(session, place.row.course_id, place.content.key)]


def sources_to_read(border: Border, now: datetime) -> list[int]:
    """Sources of courses in use that are to be read tonight. Asking twice in a night finds nothing left to do."""
    with border.db.reading() as session:
        return grade_sources.to_read(session, now - ALIVE_FOR, now - FRESH_FOR)


def read(border: Border, source_id: int, now: datetime) -> GradesRead:
    """Read a source's grades and turn what is new into evidence. Reading again changes nothing."""
    with border.db.reading() as session:
        row = grade_sources.find(session, source_id)
        registration_id = people.registration_of_course(session, row.course_id) if row else None
        scopes = tuple(courses.course(session, row.course_id).ags_scopes) if row else ()
    if row is None or registration_id is None:
        return GradesRead(problem="This column does not count any more.")
    try:
        connection = connect(border, registration_id, now, patience_seconds=SOMEBODY_WAITS_SECONDS)
        url = row.line_item_url
        points = gradebook.points_now(connection, url, scopes)
        found = {one.subject: one for one in gradebook.results(connection, url, points=points)}
    except (PlatformError, FlowError) as error:
        return _ended(border, source_id, GradesRead(problem=str(error)), now)
    fresh = changed = gone = 0
    with border.db.reading() as session:
        students = _students(session, row.course_id)
    for start in range(0, len(students), SLICE):
        with border.db.writing() as session:
            part = _apply(session, source_id, students[start : start + SLICE], found, now)
        fresh, changed, gone = fresh + part.fresh, changed + part.changed, gone + part.gone
    return _ended(border, source_id, GradesRead(fresh=fresh, changed=changed, gone=gone), now)


def _students(session: Session, course_id: int) -> list[tuple[int, str]]:
    """Person ids and the names the LMS gives them."""
    found = people.roster(session, course_id)
    return sorted((person.id, person.subject) for place, person in found if place.role == "student")


def _apply(
    session: Session,
    source_id: int,
    students: Sequence[tuple[int, str]],
    found: Mapping[str, SeenResult],
    now: datetime,
) -> GradesRead:
    row = grade_sources.find(session, source_id, lock=True)
    if row is None:
        return GradesRead()
    known = grade_sources.seen(session, source_id)
    fresh: list[int] = []
    changed: list[int] = []
    gone: list[int] = []
    for person_id, subject in students:
        before, result = known.get(person_id), found.get(subject)
        share = result.score if result is not None else None
        if _same(before.share if before else None, share):
            continue
        (gone if share is None else changed if before and before.share is not None else fresh).append(person_id)
        _follow(session, row, person_id, before, result, now)
    _judge(session, row, sorted((*fresh, *changed, *gone)), now)
    return GradesRead(fresh=len(fresh), changed=len(changed), gone=len(gone))


def _same(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return math.isclose(before, after, abs_tol=1e-6)


def _follow(
    session: Session,
    row: GradeSourceRow,
    person_id: int,
    before: SeenGradeRow | None,
    result: SeenResult | None,
    now: datetime,
) -> None:
    """Withdraw what the column said before, write down what it says now, remember that it was seen."""
    if before is None:
        before = SeenGradeRow(source_id=row.id, person_id=person_id)
        session.add(before)
    elif before.evidence_id is not None:
        teaching.withdraw(session, [before.evidence_id], "The grade has changed in the gradebook.", None, now)
    before.share, before.evidence_id, before.seen_at = None, None, now
    if result is None or result.score is None:
        return
    grade = SourceGrade(
        person_id=person_id,
        share=result.score,
        score=stretched(result.score, row.enough),
        at=min(result.at or now, now),
        note=f"{row.label}: {round(result.score * row.maximum, 2):g} of {row.maximum:g}",
    )
    before.share, before.evidence_id = grade.share, grade_sources.append(session, row, grade).id


def _judge(session: Session, row: GradeSourceRow, person_ids: Sequence[int], now: datetime) -> None:
    if not person_ids:
        return
    content = _content(session, row)
    if content is None:
        return
    graded = dict(people.learners(session, row.course_id))
    for person_id in person_ids:
        learner = (person_id, graded.get(person_id, False))
        rejudge_learner(session, row.course_id, content, learner, [SkillId(row.skill_key)], now)


def _content(session: Session, row: GradeSourceRow) -> CourseContent | None:
    """The content a source speaks about, as some placement of the course uses it; None when none does any more."""
    used = (one.content_id for one in courses.placements(session, row.course_id) if one.content_id)
    found = (contents.get(session, one) for one in used)
    return next((content for content in found if content.key == row.content_key), None)


def _ended(border: Border, source_id: int, result: GradesRead, now: datetime) -> GradesRead:
    with border.db.writing() as session:
        row = grade_sources.find(session, source_id)
        if row is not None:
            row.problem = result.problem
            row.read_at = row.read_at if result.problem else now
            audit.record(
                session,
                "grade_source.read",
                now,
                course_id=row.course_id,
                source=row.id,
                fresh=result.fresh,
                changed=result.changed,
                gone=result.gone,
                problem=result.problem,
            )
    return result


def _noted(session: Session, visit: Visit, action: str, row: GradeSourceRow, now: datetime) -> None:
    audit.record(
        session,
        action,
        now,
        organisation_id=visit.organisation_id,
        course_id=row.course_id,
        actor_id=visit.person_id,
        source=row.id,
        skill=row.skill_key,
        column=row.line_item_url,
    )
