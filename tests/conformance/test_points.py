"""Points of the gradebook, as each LMS has them: our pages say what the column says, whoever changed it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from conformance.cases import Town
from conformance.pupils import carry, pupil
from lti_tool.flows import reading_gradebook
from lti_tool.flows.service_access import connect
from lti_tool.lti import grades as gradebook
from lti_tool.lti.values import ColumnWish
from lti_tool.store import courses
from road import open_road, utc_now
from sandbox_platform.manners import ALL


@pytest.fixture(scope="module", params=ALL, ids=lambda manners: manners.name)
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO
) -> Iterator[Town]:
    with open_road(tmp_path_factory.mktemp("tool"), class_size=1, manners=request.param) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture(scope="module")
def activity(town: Town) -> str:
    return town.road.place(points=10.0)


def points_of(town: Town, placement_id: int | None) -> float:
    assert placement_id is not None
    with town.road.db.reading() as session:
        return courses.placement(session, placement_id).points


def test_other_points_reach_the_gradebook_under_the_same_name(town: Town, activity: str) -> None:
    ada = pupil(town, activity)
    ada.practise(1)
    carry(town)
    before = ada.column

    def points(value: float) -> None:
        with town.road.db.writing() as session:
            row = courses.placement(session, ada.visit.placement_id or 0)
            row.points = value
            courses.keep_column(session, row, utc_now())

    points(20.0)
    ada.practise(2)
    carry(town)
    assert (ada.column["score_maximum"], ada.column["label"]) == (20.0, before["label"])
    assert abs(ada.cell["shown"] - ada.promise().value * 20) < 0.011
    points(10.0)
    ada.practise(1)
    carry(town)
    assert ada.column["score_maximum"] == 10.0


def test_points_an_lms_cannot_have_are_not_promised(town: Town) -> None:
    """What the picker asks for may be cut or rounded: it says so before, and our pages say what the gradebook has."""
    picker = town.lms.open_picker("teacher", town.road.client_id, town.road.browser()).text
    activity = town.road.place(points=250.25)
    ada = pupil(town, activity)
    ada.practise(1)
    carry(town)
    assert points_of(town, ada.visit.placement_id) == ada.column["score_maximum"]
    assert ("percentages stay right" in picker) is (ada.column["score_maximum"] != 250.25)
    assert ("from 1 to 100" in picker) is (ada.column["score_maximum"] == 100)
    assert ada.cell["shown"] / ada.column["score_maximum"] == pytest.approx(ada.promise().value, abs=0.001)


def test_points_changed_in_the_gradebook_are_ours_from_then_on(town: Town, activity: str) -> None:
    ada = pupil(town, activity)
    ada.practise(1)
    carry(town)
    border, placement_id = town.road.border, ada.visit.placement_id
    assert placement_id is not None
    connection = connect(border, ada.visit.registration_id, utc_now())
    with border.db.reading() as session:
        column = courses.column(session, placement_id)
    assert column is not None
    for points in (40.0, 10.0):
        seen = gradebook.read_column(connection, column.line_item_url)
        wish = ColumnWish(
            label=seen.label,
            score_maximum=points,
            tag=seen.tag,
            resource_id=seen.resource_id,
            resource_link_id=seen.resource_link_id,
        )
        gradebook.update_column(connection, column.line_item_url, wish)
        assert reading_gradebook.read_results(border, placement_id, utc_now()).problem == ""
        assert points_of(town, placement_id) == points
    ada.practise(1)
    carry(town)
    assert ada.arrived_right()
