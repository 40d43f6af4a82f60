"""A test copy of a Canvas of one's own has the ids of the real one: only a variable tells them apart."""

from __future__ import annotations

from pathlib import Path

from conformance.cases import Town, entered
from conformance.pupils import visit_of
from lti_tool.store import courses
from lti_tool.store.tables import DeploymentRow
from road import open_road
from sandbox_platform.manners import BY_NAME

TEST = {"custom": {"environment": "true"}}


def test_what_is_tried_in_a_test_copy_reaches_nothing_real(tmp_path: Path, town: Town) -> None:
    with open_road(tmp_path / "tool", class_size=2, manners=BY_NAME["canvas"]) as road:
        canvas = Town(road=road.install(), log=town.log)
        activity = str(canvas.road.place(points=10.0))
        real = visit_of(canvas, "student-1", activity)
        page = entered(canvas.launch("teacher", activity, nested=TEST))
        assert "This is a test copy of your LMS" in page
        entered(canvas.launch("student-1", activity, nested=TEST))
        entered(canvas.launch("student-1", activity, nested=TEST))  # by the short way, too
        with road.db.reading() as session:
            apart = session.query(DeploymentRow).filter(DeploymentRow.deployment_id.endswith("(test copy)")).one()
            assert courses.course(session, real.course_id or 0).deployment_id != apart.id
            assert not apart.notices_url
        assert visit_of(canvas, "student-1", activity).course_id == real.course_id
