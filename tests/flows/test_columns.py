"""The one column of an activity, however many workers carry its first grades."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
import responses

from clock import Clock
from lti_tool.flows import columns
from lti_tool.flows.border import Border
from lti_tool.flows.service_access import connect
from lti_tool.lti.errors import PlatformError
from lti_tool.settings import Settings
from lti_tool.store import courses
from lti_tool.store.database import Database
from lti_tool.store.tables import CourseRow, RegistrationRow
from school import School

LMS = "https://lms.example"
ITEMS = f"{LMS}/items"


@pytest.fixture
def graded(school: School, clock: Clock) -> School:
    """An activity whose LMS lets us make its column."""
    with school.db.writing() as session:
        course = session.get_one(CourseRow, school.course_id)
        course.line_items_url = ITEMS
        course.ags_scopes = ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"]
        session.get_one(RegistrationRow, school.registration_id).auth_token_url = f"{LMS}/token"
        courses.keep_column(session, courses.placement(session, school.placement_id), clock())
    return school


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    """The tool's way to its LMS."""
    return Border(database, settings)


@responses.activate
def test_two_workers_make_one_column(
    graded: School, database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even for a moment are there two: some gradebooks let nobody delete one."""
    monkeypatch.setattr(columns, "_making", defaultdict(nullcontext))  # it holds inside of one process only
    made: list[dict[str, Any]] = []

    def make(request: Any) -> tuple[int, dict[str, str], str]:
        time.sleep(0.2)
        made.append(json.loads(request.body) | {"id": f"{ITEMS}/{len(made)}"})
        return 201, {}, json.dumps(made[-1])

    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.add_callback("GET", ITEMS, lambda _: (200, {}, json.dumps(made)))
    responses.add_callback("POST", ITEMS, make)

    def ask(_: int) -> str:
        border = Border(database, settings)
        connection = connect(border, graded.registration_id, clock())
        return columns.column_address(border, connection, graded.placement_id, clock())

    with ThreadPoolExecutor(4) as workers:
        assert set(workers.map(ask, range(4))) == {f"{ITEMS}/0"}
    assert len(made) == 1


@responses.activate
def test_a_slow_list_of_columns_holds_up_no_other_activity(graded: School, border: Border, clock: Clock) -> None:
    with graded.db.writing() as session:
        deployment_id = courses.course(session, graded.course_id).deployment_id
        course = courses.keep_course(session, deployment_id, "another", clock())
        course.line_items_url = f"{LMS}/others"
        other = courses.add_placement(session, course.id, clock(), resource_link_id="link-2", title="Another")
        other.points = 10.0
        courses.keep_column(session, other, clock())
    asked, done, in_time = threading.Event(), threading.Event(), []

    def slow(_: Any) -> tuple[int, dict[str, str], str]:
        asked.set()
        in_time.append(done.wait(10))
        return 500, {}, ""

    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.add_callback("GET", ITEMS, slow)
    responses.get(f"{LMS}/others", json=[])
    responses.post(f"{LMS}/others", status=201, json={"id": f"{LMS}/others/1"})
    connection = connect(border, graded.registration_id, clock())
    with ThreadPoolExecutor(1) as worker:
        first = worker.submit(columns.column_address, border, connection, graded.placement_id, clock())
        assert asked.wait(10)
        assert columns.column_address(border, connection, other.id, clock()) == f"{LMS}/others/1"
        done.set()
        assert isinstance(first.exception(), PlatformError)
    assert in_time == [True]


def test_a_worker_that_died_holds_up_the_others_for_a_while_only(graded: School, clock: Clock) -> None:
    def begin() -> bool:
        with graded.db.writing() as session:
            return courses.begin_making(session, graded.placement_id, clock(), clock() + columns.MAKING)

    assert (begin(), begin()) == (True, False)
    clock.pass_by(hours=columns.MAKING / timedelta(hours=1))
    assert begin()
