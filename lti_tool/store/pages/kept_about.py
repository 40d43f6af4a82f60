"""What is kept about one person, for themselves and for the administrators of their LMS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ..database import Session
from ..launches import Visit
from ..tables import AnswerRow, CourseRow, EnrolmentRow, GradePromiseRow, LaunchRow, PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAbout:
    """Names as the LMS gave them, courses by title, and how much there is of each kind."""

    name: str
    email: str
    courses: tuple[str, ...]
    answers: int
    grades: int
    visits: int
    since: datetime


def load(session: Session, visit: Visit, subject: str) -> KeptAbout | None:
    """What this installation keeps about the person; None when nobody of that id was ever here."""
    row = session.scalar(
        select(PersonRow).where(PersonRow.deployment_id == visit.deployment_id, PersonRow.subject == subject)
    )
    if row is None:
        return None
    titles = session.scalars(
        select(CourseRow.title)
        .join(EnrolmentRow, EnrolmentRow.course_id == CourseRow.id)
        .where(EnrolmentRow.person_id == row.id)
        .order_by(CourseRow.id)
    )
    answers, grades, visits = (
        session.scalar(select(func.count()).select_from(table).where(table.person_id == row.id)) or 0
        for table in (AnswerRow, GradePromiseRow, LaunchRow)
    )
    return KeptAbout(
        name=row.name,
        email=row.email,
        courses=tuple(titles),
        answers=answers,
        grades=grades,
        visits=visits,
        since=row.created_at,
    )
