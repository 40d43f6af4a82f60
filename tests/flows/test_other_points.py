"""A teacher gives an activity other points: its gradebook column and everybody's grade follow, without a new answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import responses
from requests import PreparedRequest

from clock import Clock
from lti_tool.flows import configuring, passing_back, reading_gradebook
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import courses, grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, GradePromiseRow, PersonRow, RegistrationRow
from school import School, new_school

LMS = "https://lms.example"
ITEM = f"{LMS}/items/1"
SCOPES = [
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("lineitem", "score", "result.readonly")
]
SHARES = (0.5, 0.8)


class Gradebook:
    """A column of ten points. When it gets others, grades keep their share of them, or their number."""

    def __init__(self, school: School, *, rescales: bool) -> None:
        with school.db.reading() as session:
            who = [session.get_one(PersonRow, visit.person_id).subject for visit in school.students]
        self.cells: dict[str, float] = {}
        self.who, self.points, self.changes, self.is_ill = who, 10.0, 0, False
        self._rescales, self.stale = rescales, 1.0
        responses.post(f"{LMS}/token", json={"access_token": "t"})
        responses.add_callback("GET", ITEM, self._show)
        responses.add_callback("PUT", ITEM, self._change)
        responses.add_callback("POST", f"{ITEM}/scores", self._take)
        responses.add_callback("GET", f"{ITEM}/results", self._results)

    def shown(self) -> list[float]:
        return [round(self.cells[one], 2) for one in self.who]

    def _show(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps({"id": ITEM, "label": "Fractions", "scoreMaximum": self.points})

    def _change(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        if self.is_ill:
            return 503, {}, ""
        points = json.loads(request.body or b"")["scoreMaximum"]
        factor = points / self.points if self._rescales else 1
        self.cells = {name: min(held * factor * self.stale, points) for name, held in self.cells.items()}
        self.points, self.changes = points, self.changes + 1
        return self._show(request)

    def _take(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent = json.loads(request.body or b"")
        self.cells[sent["userId"]] = sent["scoreGiven"] / sent["scoreMaximum"] * self.points
        return 200, {}, ""

    def _results(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        wanted = request.params.get("user_id")  # type: ignore[attr-defined]
        rows = [
            {"userId": name, "resultScore": held, "resultMaximum": self.points}
            for name, held in self.cells.items()
            if wanted in (None, name)
        ]
        return 200, {}, json.dumps(rows)


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    made = new_school(database, clock(), students=len(SHARES))
    with database.writing() as session:
        session.get_one(RegistrationRow, made.registration_id).auth_token_url = f"{LMS}/token"
        session.get_one(CourseRow, made.course_id).ags_scopes = SCOPES
        row = courses.placement(session, made.placement_id)
        row.points = 10.0
        column = courses.keep_column(session, row, clock(), line_item_url=ITEM)
        for visit, share in zip(made.students, SHARES, strict=True):
            wish = Wish(value=share, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, visit.person_id, wish, clock())
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    return Border(database, settings)


def carry(border: Border, clock: Clock) -> list[str]:
    clock.pass_by(hours=1)
    with border.db.writing() as session:
        due = outbox.claim_due(session, clock())
    return [passing_back.deliver(border, one, clock()) for one in due]


def give(school: School, points: float, clock: Clock) -> None:
    with school.db.writing() as session:
        version = courses.placement(session, school.placement_id).rule_version
        wanted = replace(configuring.earlier(session, school.teacher, version), points=points)
        everybody = {visit.person_id for visit in school.students}
        configuring.configure(session, school.teacher, wanted, clock(), agreed=everybody)


@responses.activate
@pytest.mark.parametrize("rescales", [True, False])
@pytest.mark.parametrize("points", [100.0, 4.0, 37.5])
def test_the_column_and_all_grades_follow(
    school: School, border: Border, clock: Clock, rescales: bool, points: float
) -> None:
    there = Gradebook(school, rescales=rescales)
    assert carry(border, clock) == ["sent", "sent"]
    assert there.shown() == [5, 8]

    give(school, points, clock)
    assert carry(border, clock) == ["sent", "sent"]
    assert (there.points, there.changes) == (points, 1)
    assert there.shown() == [share * points for share in SHARES]
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0


@responses.activate
def test_what_a_gradebook_makes_of_ours_with_other_points_is_no_teachers_grade(
    school: School, border: Border, clock: Clock
) -> None:
    """Moodle 5 counts from the points of the day a grade came, and cuts off what is too much."""
    there = Gradebook(school, rescales=True)
    carry(border, clock)
    there.stale = 1.875

    give(school, 20, clock)
    assert carry(border, clock) == ["sent", "sent"]
    assert there.shown() == [10, 16]


@responses.activate
@pytest.mark.parametrize("rescales", [True, False])
def test_a_teachers_own_grade_stays(school: School, border: Border, clock: Clock, rescales: bool) -> None:
    there = Gradebook(school, rescales=rescales)
    carry(border, clock)
    there.cells[there.who[0]] = 9.0
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 1

    give(school, 20, clock)
    assert carry(border, clock) == ["sent"]
    assert there.shown() == [18 if rescales else 9, 16]
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 1


@responses.activate
def test_the_same_points_send_nothing(school: School, border: Border, clock: Clock) -> None:
    there = Gradebook(school, rescales=True)
    carry(border, clock)
    give(school, 10, clock)
    assert carry(border, clock) == []
    assert there.changes == 0


@responses.activate
def test_a_column_that_could_not_follow_does_so_with_the_next_grade(
    school: School, border: Border, clock: Clock
) -> None:
    there = Gradebook(school, rescales=True)
    carry(border, clock)
    there.is_ill = True
    give(school, 20, clock)
    assert carry(border, clock) == ["sent", "sent"]
    assert (there.points, there.shown()) == (10, [5, 8])

    there.is_ill = False
    with school.db.writing() as session:
        row = session.query(GradePromiseRow).first()
        assert row is not None
        wish = Wish(value=0.6, complete=False, comment="", evidence_at=clock())
        grades.promise(session, row.column_id, row.person_id, wish, clock())
    assert carry(border, clock) == ["sent"]
    assert (there.points, there.shown()) == (20, [12, 16])
