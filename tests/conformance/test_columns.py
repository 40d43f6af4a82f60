"""Columns where deep linking made none: made on first need, only once, and for nothing that is not there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from conformance.cases import Town
from conformance.pupils import carry, pupil, visit_of
from lti_tool.store.tables import GradePromiseRow
from road import open_road, picker_form, utc_now
from sandbox_platform.browsing import forms_of, send
from sandbox_platform.manners import BY_NAME


def test_a_column_is_made_once_where_deep_linking_made_none(town: Town) -> None:
    """The teacher adds the activity ungraded and gives it points later, on the rules page."""
    activity = str(town.lms.add_activity(town.road.client_id, title="Later graded")["id"])
    browser = town.road.browser()
    page = town.lms.enter("teacher", activity, browser)
    form = next(one for one in forms_of(page) if one.action.endswith("/rules"))
    assert send(replace(form, fields={**form.fields, "grading": "average_progress"}), browser).ok
    pupils = [pupil(town, activity) for _ in range(2)]
    for one in pupils:
        one.practise(2)
    carry(town)
    made = [one for one in town.lms.gradebook() if one["label"] == "Later graded"]
    assert len(made) == 1
    assert all(made[0]["grades"][one.key]["shown"] > 0 for one in pupils)


def placed_only(town: Town) -> None:
    """A teacher chooses in the picker and closes the LMS's own form without saving it: nothing was added."""
    teacher = town.road.browser()
    form = picker_form(
        town.lms.open_picker("teacher", town.road.client_id, teacher), part="", points=10.0, preset=""
    )
    assert teacher.request(form.method, form.action, data=form.fields).ok


def test_what_was_chosen_and_never_added_gets_no_column(town: Town) -> None:
    activity = town.road.place()
    placed_only(town)
    one = pupil(town, activity)
    one.practise(2)
    before = len(town.lms.gradebook())
    assert "failed" not in carry(town)
    assert one.arrived_right()
    assert len(town.lms.gradebook()) == before
    with town.road.db.reading() as session:
        waiting = session.query(GradePromiseRow).filter_by(person_id=one.visit.person_id, state="waiting").one()
        assert (waiting.attempts, waiting.problem) == (0, "")
        assert waiting.due_at > utc_now() + timedelta(minutes=50), "nobody knocks at the LMS again and again"


def test_what_was_added_gets_its_column_when_somebody_opens_it(tmp_path: Path, log_output: io.StringIO) -> None:
    """Where deep linking makes no columns we cannot know before whether it was added at all."""
    manners = replace(BY_NAME["specification"], makes_columns=False)
    with open_road(tmp_path, class_size=2, manners=manners) as road:
        town = Town(road=road.install(), log=log_output)
        worked_in, added = town.road.place(), town.road.place()
        one = pupil(town, worked_in)
        one.practise(2)
        carry(town)
        assert [column["activity_id"] for column in town.lms.gradebook()] == [worked_in]
        visit_of(town, "teacher", added)
        assert town.road.deliver_all() == ["sent"], "at once, not in an hour"
        columns = {column["activity_id"]: column["grades"] for column in town.lms.gradebook()}
        assert columns[added][one.key]["shown"] > 0
