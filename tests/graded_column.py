"""One placement with its gradebook column in the practice LMS, and a student whose grade goes there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from lti_tool.flows import passing_back
from lti_tool.store import courses, grades, outbox, people
from lti_tool.store.grades import Wish
from lti_tool.store.launches import Visit
from lti_tool.store.tables import CourseRow, GradePromiseRow, PersonRow, PlacementRow
from road import Road, utc_now


class Column:
    """A fresh activity of ten points; the student and the teacher have opened it once."""

    def __init__(self, road: Road) -> None:
        self.road = road
        activity = road.lms.add_activity(
            road.client_id, title="Fractions", lineItem={"scoreMaximum": 10, "label": "Fractions"}
        )
        self.activity_id = activity["id"]
        for person in ("teacher", "student-1"):
            road.enter(person, self.activity_id, road.browser())
        with road.db.writing() as session:
            self.placement = courses.placements(session, session.query(CourseRow).one().id)[-1]
            self.placement.points = 10.0
            courses.keep_column(session, session.merge(self.placement), utc_now())
            subject = next(one for one in road.lms.people() if one["key"] == "student-1")["user_id"]
            self.student = session.query(PersonRow).filter_by(subject=str(subject)).one()

    @property
    def column_id(self) -> str:
        return str(self.cell_column()["id"])

    def cell_column(self) -> dict:  # type: ignore[type-arg]
        return next(one for one in self.road.lms.gradebook() if one["activity_id"] == self.activity_id)

    def shown(self) -> float | None:
        cell = self.cell_column()["grades"].get("student-1")
        return cell["shown"] if cell else None

    def arrived(self) -> list[dict]:  # type: ignore[type-arg]
        return [one for one in self.cell_column()["scores"] if one["outcome"] == "stored"]

    def promise(self, value: float) -> None:
        now = utc_now()
        with self.road.db.writing() as session:
            column = courses.column(session, self.placement.id)
            assert column is not None
            wish = Wish(value=value, complete=value == 1, comment="", evidence_at=now)
            grades.promise(session, column.id, self.student.id, wish, now)

    def add_others(self, number: int) -> None:
        """So many more people whose grades were given up."""
        now = utc_now()
        with self.road.db.writing() as session:
            column = courses.column(session, self.placement.id)
            assert column is not None
            deployment_id, name = self.student.deployment_id, f"of-{column.id}-{{}}"
            newcomers = {name.format(one): {} for one in range(number)}
            people.add_people(session, deployment_id, newcomers, now)
            keys = session.scalars(select(PersonRow.id).where(PersonRow.subject.startswith(name.format("")))).all()
            people.add_enrolments(
                session, self.placement.course_id, dict.fromkeys(keys, ("student", True, ())), now
            )
            session.execute(
                insert(GradePromiseRow),
                [
                    {
                        "column_id": column.id,
                        "person_id": key,
                        "state": "failed",
                        "value": 0.5,
                        "evidence_at": now,
                        "promised_at": now,
                        "due_at": now,
                    }
                    for key in keys
                ],
            )

    def row(self) -> GradePromiseRow:
        with self.road.db.reading() as session:
            column = courses.column(session, self.placement.id)
            assert column is not None
            row = grades.find(session, column.id, self.student.id)
            assert row is not None
            return row

    def deliver(self, *, later: timedelta = timedelta()) -> list[str]:
        """Claim and carry what is due at `now + later`, once."""
        now = utc_now() + later
        with self.road.db.writing() as session:
            due = outbox.claim_due(session, now)
        return [passing_back.deliver(self.road.border, one, now) for one in due]

    def teacher(self) -> Visit:
        with self.road.db.reading() as session:
            course = session.get_one(PlacementRow, self.placement.id).course_id
            rows = people.roster(session, course)
        person = next(one for place, one in rows if place.role == "teacher")
        return Visit(
            launch_id="x",
            person_id=person.id,
            subject=person.subject,
            person_name=person.name,
            given_name="T",
            is_test_user=False,
            deployment_id=person.deployment_id,
            registration_id=1,
            organisation_id=1,
            course_id=course,
            placement_id=self.placement.id,
            role="teacher",
            message_type="",
            locale="",
            details={},
            expires_at=utc_now(),
        )
