"""Gradebook columns: found by their marks, made once, changed with care."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import responses

from lti.services import AGS, ITEM, ITEMS, called, connection, grant, sent
from lti_tool.lti import grades
from lti_tool.lti.errors import ColumnLost, PlatformError
from lti_tool.lti.platforms import Platform
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.openedx import OpenEdx
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.values import ColumnWish

WISH = ColumnWish(
    label="Fractions", score_maximum=20, tag="cairn", resource_id="place-1", resource_link_id="link-1"
)
KEPT = {"id": ITEM, "label": "Fractions", "scoreMaximum": 20, "tag": "cairn", "resourceId": "place-1"}
ALL = (AGS + "lineitem", AGS + "lineitem.readonly")
TYPE = "application/vnd.ims.lis.v2.lineitem+json"


def ready(*columns, **answer) -> None:
    grant()
    responses.get(ITEMS, json=list(columns), **answer)
    responses.post(ITEMS, json=KEPT, status=201)


@responses.activate
def test_a_column_that_is_there_is_found():
    ready({**KEPT, "id": ITEM + "9", "resourceId": "other"}, KEPT)
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM
    assert not called("POST", ITEMS)
    request = called("GET", ITEMS)[0]
    assert request.url == f"{ITEMS}?limit=100&resource_id=place-1&tag=cairn"
    assert request.headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


@responses.activate
def test_the_column_of_a_link_that_was_duplicated_in_its_course_is_not_taken_for_ours():
    """The duplicate brings a column with the same marks, and stands first."""
    ready({**KEPT, "id": ITEM + "9", "resourceLinkId": "link-2"}, {**KEPT, "resourceLinkId": "link-1"})
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM
    unbound = replace(WISH, resource_link_id="")
    assert grades.find_or_create_column(connection(), ITEMS, unbound, ALL).line_item_url == ITEM + "9"


@responses.activate
def test_a_column_that_is_missing_is_made():
    ready()
    column = grades.find_or_create_column(connection(), ITEMS, WISH, ALL)
    assert (column.line_item_url, column.score_maximum, column.resource_id) == (ITEM, 20, "place-1")
    request = called("POST", ITEMS)[0]
    assert (request.headers["Content-Type"], request.headers["Accept"]) == (TYPE, TYPE)
    assert json.loads(request.body) == {
        "label": "Fractions",
        "scoreMaximum": 20,
        "tag": "cairn",
        "resourceId": "place-1",
        "resourceLinkId": "link-1",
    }


@responses.activate
def test_two_who_make_a_column_at_the_same_moment_agree_on_the_first():
    """Brightspace gave a class one column each (hypothesis/lms issue 7224)."""
    other = {**KEPT, "id": f"{ITEMS}/0"}
    grant()
    responses.get(ITEMS, json=[])
    responses.get(ITEMS, json=[other, KEPT])
    responses.post(ITEMS, json=KEPT, status=201)
    responses.delete(ITEM, status=204)
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == other["id"]
    assert [request.url for request in called("DELETE", ITEMS)] == [ITEM]


@responses.activate
def test_a_column_too_many_that_cannot_be_removed_keeps_no_grade_back():
    """Open edX removes none."""
    other = {**KEPT, "id": f"{ITEMS}/0"}
    grant()
    responses.get(ITEMS, json=[])
    responses.get(ITEMS, json=[other, KEPT])
    responses.post(ITEMS, json=KEPT, status=201)
    responses.delete(ITEM, status=403)
    assert grades.find_or_create_column(connection(OpenEdx()), ITEMS, WISH, ALL).line_item_url == other["id"]


@responses.activate
def test_a_column_is_found_on_a_later_page():
    grant()
    responses.get(
        ITEMS + "?limit=100&resource_id=place-1&tag=cairn", json=[], headers={"Link": f"<{ITEMS}?page=2>; rel=next"}
    )
    responses.get(ITEMS + "?page=2", json=[KEPT])
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM


@responses.activate
def test_a_second_try_after_a_lost_answer_makes_no_second_column():
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=503)
    with pytest.raises(PlatformError):
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)
    responses.replace("GET", ITEMS, json=[KEPT])
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM
    assert len(called("POST", ITEMS)) == 1


@responses.activate
def test_a_column_made_without_telling_where_is_looked_up():
    grant()
    responses.get(ITEMS, json=[])
    responses.get(ITEMS, json=[KEPT])
    responses.post(ITEMS, status=201, body="")
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM


@responses.activate
@pytest.mark.parametrize("place", [ITEM, "/items/1", "items/1"])
def test_a_column_whose_place_only_the_header_says(place):
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=201, body="", headers={"Location": place})
    assert grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url == ITEM


@responses.activate
def test_only_of_what_was_made_does_the_header_say_the_place():
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=200, body="", headers={"Location": "https://lms.example.edu/sign-in"})
    with pytest.raises(ColumnLost):
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)


@responses.activate
@pytest.mark.parametrize("body", ['{"id": 5}', '{"id": "http://[x"}', "", "[]", "OK"])
def test_a_column_made_nobody_knows_where_has_a_name_of_its_own(body):
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=201, body=body)
    with pytest.raises(ColumnLost, match="does not say where"):
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)


@responses.activate
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<!doctype html><h1>Sign in</h1>", "web page"),
        ('{"error": "try later"}', "an error"),
        ('{"success": false}', "an error"),
    ],
)
def test_a_web_page_or_an_error_told_with_a_good_status_is_no_column(body, said):
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, body=body)
    with pytest.raises(PlatformError, match=f"{said} instead of making") as caught:
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)
    assert not isinstance(caught.value, ColumnLost)


@responses.activate
@pytest.mark.parametrize("body", ["{}", '{"error": "try later"}', "null", '"none"', "3", ""])
def test_an_odd_answer_is_no_empty_list_of_columns(body):
    grant()
    responses.get(ITEMS, body=body)
    with pytest.raises(PlatformError, match="cannot read") as caught:
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)
    assert not caught.value.permanent
    assert not called("POST", ITEMS)


@responses.activate
def test_no_content_is_an_empty_list_of_columns():
    grant()
    responses.get(ITEMS, status=204)
    assert grades.find_column(connection(), ITEMS, WISH, ALL) is None


@responses.activate
@pytest.mark.parametrize("address", ["http://[odd", "javascript:alert(1)", "", 7, None, "https://"])
def test_a_column_without_a_usable_address_is_none(address):
    grant()
    responses.get(ITEMS, json=[KEPT | {"id": address}])
    assert grades.find_column(connection(), ITEMS, WISH, ALL) is None


@responses.activate
def test_an_address_without_its_host_is_on_the_same_one():
    grant()
    responses.get(ITEMS, json=[KEPT | {"id": "/items/1"}])
    found = grades.find_column(connection(), ITEMS, WISH, ALL)
    assert found is not None
    assert found.line_item_url == ITEM


@responses.activate
def test_a_list_that_breaks_off_makes_no_column():
    ready(headers={"Link": f"<{ITEMS}?page=2>; rel=next"})
    responses.replace("GET", ITEMS, status=500)
    with pytest.raises(PlatformError):
        grades.find_or_create_column(connection(), ITEMS, WISH, ALL)
    assert not called("POST", ITEMS)


@responses.activate
def test_only_what_the_launch_offers_is_asked_for():
    ready(KEPT)
    grades.find_or_create_column(connection(), ITEMS, WISH, (AGS + "lineitem",))
    assert b"lineitem.readonly" not in called("POST", "https://lms.example.edu/token")[0].body


@responses.activate
def test_reading_alone_makes_no_column():
    ready()
    with pytest.raises(PlatformError, match="LMS admin") as caught:
        grades.find_or_create_column(connection(), ITEMS, WISH, (AGS + "lineitem.readonly",))
    assert caught.value.permanent


@responses.activate
def test_an_address_with_a_query_keeps_it():
    grant()
    responses.get(ITEMS, json=[KEPT])
    grades.find_column(connection(Moodle()), ITEMS + "?type_id=4", WISH, ALL)
    assert called("GET", ITEMS)[0].url == f"{ITEMS}?type_id=4&resource_id=place-1&tag=cairn"


@responses.activate
def test_odd_entries_harm_no_other():
    ready("x", None, {"id": 5}, {**KEPT, "scoreMaximum": "twenty", "label": None}, KEPT)
    found = list(grades.columns(connection(), ITEMS))
    assert [column.score_maximum for column in found] == [0.0, 20.0]
    assert found[0].label == ""


@responses.activate
def test_a_change_keeps_what_the_lms_keeps_besides():
    grant()
    responses.get(
        ITEM, json={**KEPT, "https://lms.example.edu/extra": {"a": 1}, "endDateTime": "2026-12-01T00:00:00Z"}
    )
    responses.put(ITEM, json={**KEPT, "label": "New"})
    column = grades.update_column(connection(), ITEM, replace(WISH, label="New", score_maximum=12.5), ALL)
    assert column.label == "New"
    assert sent()["scoreMaximum"] == 12.5
    assert sent()["https://lms.example.edu/extra"] == {"a": 1}
    assert sent()["id"] == ITEM
    assert called("PUT", ITEM)[0].headers["Content-Type"] == TYPE


@responses.activate
def test_schoology_gets_known_fields_only_and_keeps_dates_and_what_is_released():
    grant()
    others = {"endDateTime": "2026-12-01T00:00:00Z", "gradesReleased": False, "submissionReview": {"label": "x"}}
    responses.get(ITEM, json={**KEPT, **others, "extra": 1})
    responses.put(ITEM, body="")
    column = grades.update_column(connection(Schoology()), ITEM, WISH, ALL)
    assert set(sent()) == {"label", "scoreMaximum", "tag", "resourceId", "resourceLinkId", *others}
    assert {name: sent()[name] for name in others} == others
    assert column.line_item_url == ITEM


@responses.activate
def test_open_edx_columns_have_whole_points():
    ready()
    grades.create_column(connection(OpenEdx()), ITEMS, replace(WISH, score_maximum=7.5), ALL)
    assert sent()["scoreMaximum"] == 8


@responses.activate
@pytest.mark.parametrize("status", [404, 412])
def test_canvas_makes_a_column_without_the_link_that_takes_none(status):
    grant()
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=status)
    responses.post(ITEMS, json=KEPT, status=201)
    assert grades.find_or_create_column(connection(Canvas()), ITEMS, WISH, ALL).line_item_url == ITEM
    first, second = (json.loads(one.body) for one in called("POST", ITEMS))
    assert first.pop("resourceLinkId") == "link-1"
    assert first == second


@responses.activate
@pytest.mark.parametrize(("platform", "status"), [(Canvas(), 403), (Canvas(), 422), (Platform(), 412)])
def test_other_refusals_of_a_column_are_final(platform, status):
    grant()
    responses.post(ITEMS, status=status)
    with pytest.raises(PlatformError):
        grades.create_column(connection(platform), ITEMS, WISH, ALL)
    assert len(called("POST", ITEMS)) == 1


@responses.activate
def test_coursera_may_hold_hidden_twins_of_a_column():
    """PrairieLearn issue 15643: the first is taken, every time, and no further one is made."""
    ready(KEPT, {**KEPT, "id": ITEM + "/hidden"})
    taken = {grades.find_or_create_column(connection(), ITEMS, WISH, ALL).line_item_url for _ in range(2)}
    assert taken == {ITEM}
    assert not called("POST", ITEMS)


@responses.activate
def test_reading_one_column():
    grant()
    responses.get(ITEM, json=KEPT)
    assert grades.read_column(connection(), ITEM, ALL).tag == "cairn"
    responses.replace("GET", ITEM, body="[]")
    with pytest.raises(PlatformError):
        grades.read_column(connection(), ITEM, ALL)


@responses.activate
@pytest.mark.parametrize(("status", "removed"), [(204, True), (200, True), (404, False), (410, False)])
def test_removing_a_column(status, removed):
    grant()
    responses.delete(ITEM, status=status)
    assert grades.delete_column(connection(), ITEM) is removed


@responses.activate
def test_removing_may_be_forbidden():
    grant()
    responses.delete(ITEM, status=403)
    with pytest.raises(PlatformError):
        grades.delete_column(connection(), ITEM)
