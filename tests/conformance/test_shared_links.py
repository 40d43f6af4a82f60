"""Canvas names the course in place of the link where it has none: our own key then tells which activity it is.

Items of modules do so (canvas-lms issue 1944), and the grading view (issue 1952), which escapes addresses twice.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.cases import Town, entered
from conformance.pupils import carry, pupil, visit_of
from lti_tool.flows import placing
from lti_tool.store import courses
from lti_tool.store.launches import Visit
from lti_tool.store.tables import PlacementRow
from road import open_road, utc_now
from sandbox_platform.manners import BY_NAME

CANVAS = BY_NAME["canvas"]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO) -> Iterator[Town]:
    """Activities are chosen for modules: none of them gets a column by that."""
    manners = replace(CANVAS, makes_columns=False)
    with open_road(tmp_path_factory.mktemp("tool"), class_size=3, manners=manners) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture(scope="module")
def assignments(tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO) -> Iterator[Town]:
    """Activities are chosen for assignments, which have links and columns of their own."""
    with open_road(tmp_path_factory.mktemp("tool"), class_size=3, manners=CANVAS) as road:
        yield Town(road=road.install(), log=log_output)


def placement_of(town: Town, visit: Visit) -> PlacementRow:
    with town.road.db.reading() as session:
        return courses.placement(session, visit.placement_id or 0)


def count(town: Town) -> int:
    with town.road.db.reading() as session:
        return session.query(PlacementRow).count()


def test_canvas_items_of_modules_lead_to_their_own_activities(modules: Town) -> None:
    one, other = modules.road.place(), modules.road.place()
    whole = str(modules.lms.add_activity(modules.road.client_id, title="In the course menu")["id"])
    asked = [(person, activity) for activity in (whole, one, other) for person in ("student-1", "student-2")]
    first = {case: visit_of(modules, *case).placement_id for case in asked}
    assert len(set(first.values())) == 3
    before = count(modules)
    assert {case: visit_of(modules, *case).placement_id for case in asked} == first
    assert count(modules) == before


def test_canvas_makes_a_column_for_an_item_of_a_module_without_its_link(modules: Town) -> None:
    activity = modules.road.place(points=10.0)
    crowd = [pupil(modules, activity) for _ in range(2)]
    for one in crowd:
        one.practise(2)
    assert set(carry(modules)) == {"sent"}
    key = placement_of(modules, crowd[0].visit).key
    (column,) = [each for each in modules.lms.gradebook() if each["resource_id"] == key]
    assert column["activity_id"] is None
    assert all(column["grades"][one.key]["shown"] == pytest.approx(one.promise().value * 10) for one in crowd)


def test_canvas_copies_an_item_of_a_module_once(tmp_path: Any, log_output: io.StringIO) -> None:
    with open_road(tmp_path, class_size=2, manners=replace(CANVAS, makes_columns=False)) as road:
        town = Town(road=road.install(), log=log_output)
        activities = [town.road.place(), town.road.place()]
        olds = [placement_of(town, visit_of(town, "teacher", activity)) for activity in activities]
        copied = town.lms.copy_course()["activities"]
        for activity, old in zip(activities, olds, strict=True):
            visit = visit_of(town, "teacher", copied[activity])
            new = placement_of(town, visit)
            assert (new.copied_from_id, new.copy_answer) == (old.id, "asked")
            with town.road.db.writing() as session:
                placing.answer(session, visit, "anew", utc_now())
            again = {visit_of(town, person, copied[activity]).placement_id for person in ("teacher", "student-1")}
            assert again == {new.id}


@pytest.mark.parametrize("twice", ["", "%3D"], ids=["escaped once", "escaped twice"])
def test_canvas_grading_view_leads_to_the_activity_and_makes_no_other(assignments: Town, twice: str) -> None:
    activity = assignments.road.place()
    visit = visit_of(assignments, "teacher", activity)
    row, before = placement_of(assignments, visit), count(assignments)
    address = f"{assignments.road.tool_url}/lti/launch?placement{twice or '='}{row.key}"
    context = assignments.lms.info()["context_id"]
    changes = {"claims": {"target_link_uri": address}, "nested": {"resource_link": {"id": context}}}
    for _ in range(2):
        entered(assignments.launch("teacher", activity, **changes, omit=["custom"]))
    assert count(assignments) == before
    assert placement_of(assignments, visit).resource_link_id == row.resource_link_id
