"""Columns where deep linking made none: made on first need, and only once."""

from __future__ import annotations

from dataclasses import replace

from conformance.cases import Town
from conformance.pupils import carry, pupil
from sandbox_platform.browsing import forms_of, send


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
