"""Columns of Moodle that show other numbers than were sent: a scale of a few words, points added to every grade, other
points for the whole column."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import responses
from requests import PreparedRequest

from clock import Clock
from lti_tool.flows import passing_back, reading_gradebook, resending
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import courses, grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, GradePromiseRow, PersonRow, RegistrationRow
from school import School, new_school

LMS = "https://moodle.example"
ITEM = f"{LMS}/items/1/lineitem"
SCOPES = [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("score", "result.readonly")]
READ_COLUMNS = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    made = new_school(database, clock(), students=1)
    with database.writing() as session:
        registration = session.get_one(RegistrationRow, made.registration_id)
        registration.auth_token_url, registration.product = f"{LMS}/token", "moodle"
        session.get_one(CourseRow, made.course_id).ags_scopes = SCOPES
        courses.keep_column(session, courses.placement(session, made.placement_id), clock(), line_item_url=ITEM)
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    return Border(database, settings)


def promise(school: School, value: float, clock: Clock) -> None:
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        wish = Wish(value=value, complete=False, comment="", evidence_at=clock())
        grades.promise(session, column.id, school.students[0].person_id, wish, clock())


def carry(border: Border, clock: Clock) -> list[str]:
    clock.pass_by(hours=1)
    with border.db.writing() as session:
        due = outbox.claim_due(session, clock())
    return [passing_back.deliver(border, one, clock()) for one in due]


class Gradebook:
    """One cell of a column worth two points; `makes` says what becomes of the points that arrive."""

    def __init__(self, school: School, makes: Callable[[float], float]) -> None:
        with school.db.reading() as session:
            self._subject = session.get_one(PersonRow, school.students[0].person_id).subject
        self._makes = makes
        self.points: float | None = None
        self.overridden = False
        responses.post(f"{LMS}/token", json={"access_token": "t"})
        responses.add_callback("POST", f"{ITEM}/scores", self._take)
        responses.add_callback("GET", f"{ITEM}/results", self._show)

    def _take(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent = json.loads(request.body or b"")
        if not self.overridden:
            self.points = self._makes(sent["scoreGiven"] / sent["scoreMaximum"] * 2)
        return 200, {}, ""

    def _show(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        held = {"userId": self._subject, "resultScore": self.points, "resultMaximum": 2}
        return 200, {}, json.dumps([] if self.points is None else [held])


KINDS: dict[str, Callable[[float], float]] = {
    "a scale of two words": lambda points: max(1, round(points)),
    "half a point for everybody": lambda points: min(points + 0.5, 2),
    "as sent": lambda points: points,
}


@responses.activate
@pytest.mark.parametrize("kind", KINDS)
def test_what_moodle_makes_of_ours_is_no_teachers_grade(
    school: School, border: Border, clock: Clock, kind: str
) -> None:
    makes = KINDS[kind]
    there = Gradebook(school, makes)
    for value in (0.07, 0.2, 0.3, 0.9):
        promise(school, value, clock)
        assert carry(border, clock) == ["sent"]
        assert there.points == pytest.approx(makes(value * 2))
        assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0

    there.points, there.overridden = 0.4, True
    promise(school, 0.95, clock)
    assert carry(border, clock) == ["kept"]
    with school.db.writing() as session:
        resending.resend(session, school.teacher, [session.query(GradePromiseRow).one().id], clock())
    assert carry(border, clock) == ["kept"]


def lifted(there: Gradebook, ours: float) -> None:
    """The teacher takes their own grade back: the gradebook shows again what it made of ours."""
    there.points, there.overridden = ours, False


@responses.activate
@pytest.mark.parametrize("kind", KINDS)
def test_a_teachers_grade_that_is_taken_back_leaves_ours(
    school: School, border: Border, clock: Clock, kind: str
) -> None:
    there = Gradebook(school, KINDS[kind])
    promise(school, 0.7, clock)
    assert carry(border, clock) == ["sent"]
    ours = there.points
    assert ours is not None

    there.points, there.overridden = 0.4, True
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 1
    lifted(there, ours)
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0
    assert carry(border, clock) == ["sent"]
    promise(school, 0.72, clock)
    assert carry(border, clock) == ["sent"], "also where the next grade looks the same"
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0


@responses.activate
@pytest.mark.parametrize("kind", KINDS)
def test_ours_behind_a_teachers_grade_shows_when_that_one_is_undone(
    school: School, border: Border, clock: Clock, kind: str
) -> None:
    """The teacher's own was there first, so nobody has seen what the gradebook makes of ours."""
    there = Gradebook(school, KINDS[kind])
    there.points, there.overridden = 0.4, True
    promise(school, 0.7, clock)
    assert carry(border, clock) == ["kept"]
    with school.db.writing() as session:
        resending.resend(session, school.teacher, [session.query(GradePromiseRow).one().id], clock())
    assert carry(border, clock) == ["kept"]
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 1, (
        "hers is there still"
    )

    lifted(there, KINDS[kind](1.4))
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0
    carry(border, clock)
    with school.db.reading() as session:
        row = session.query(GradePromiseRow).one()
        assert (row.state, row.problem, row.overridden_at) == ("sent", "", None)
    promise(school, 0.95, clock)
    assert carry(border, clock) == ["sent"]
    assert there.points == pytest.approx(KINDS[kind](1.9))
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0


@responses.activate
@pytest.mark.parametrize("is_told", [True, False])
def test_other_points_for_the_column_make_no_teachers_grade_of_ours(
    school: School, border: Border, clock: Clock, is_told: bool
) -> None:
    """A result keeps the maximum of the day the score came; its number already counts in the points of now."""
    with school.db.writing() as session:
        session.get_one(CourseRow, school.course_id).ags_scopes = [*SCOPES, READ_COLUMNS]
    there = Gradebook(school, lambda points: points)
    promise(school, 0.7, clock)
    assert carry(border, clock) == ["sent"]

    assert there.points is not None
    there.points, worth = there.points * 50, 100
    responses.get(ITEM, json={"id": ITEM, "label": "Fractions", "scoreMaximum": worth})
    if is_told:
        assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0
    promise(school, 0.9, clock)
    assert carry(border, clock) == ["sent"]

    there.points, there.overridden = 30, True
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 1
    with school.db.reading() as session:
        assert session.query(GradePromiseRow).one().seen_value == pytest.approx(0.3)
