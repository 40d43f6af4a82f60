"""1EdTech certification 6.2: a teacher chooses in our picker, the LMS checks our answer and makes the links."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from conformance.cases import Town, refused
from sandbox_platform.browsing import LaunchForm, forms_of, only_form, send

MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


def opened(town: Town) -> tuple[requests.Response, requests.Session]:
    """The picker in a teacher's browser."""
    browser = town.road.browser()
    page = town.lms.open_picker("teacher", town.road.client_id, browser)
    assert page.status_code == 200, page.text[:500]
    return page, browser


def form_to(page: requests.Response, ending: str) -> LaunchForm:
    return next(form for form in forms_of(page) if form.action.endswith(ending))


def parts_of(page: requests.Response) -> list[str]:
    """The values of all parts that can be chosen."""
    return [piece.split('value="')[1].split('"')[0] for piece in page.text.split('name="part"')[1:]]


def choose(page: requests.Response, browser: requests.Session, parts: list[str], **typed: str) -> requests.Response:
    """Tick parts, fill in, send."""
    form = form_to(page, "/picker")
    fields: list[tuple[str, str]] = [(k, v) for k, v in form.fields.items() if k != "part" and k not in typed]
    return browser.post(
        form.action, data=[*fields, *(("part", part) for part in parts), *typed.items()], timeout=10
    )


def test_one_part_becomes_an_activity_with_a_column(town: Town) -> None:
    page, browser = opened(town)
    answer = choose(page, browser, parts_of(page)[:1], title="Our fractions", points="12")
    picked = town.lms.finish_picking(only_form(answer), browser)
    assert picked.refused is None
    assert len(picked.activities) == 1
    activity = next(one for one in town.lms.activities() if one["id"] == picked.activities[0])
    column = next(one for one in town.lms.gradebook() if one["activity_id"] == activity["id"])
    assert activity["title"] == "Our fractions"
    assert activity["url"] == f"{town.road.tool_url}/lti/launch?placement={column['resource_id']}"
    assert activity["custom"]["cairn_placement"] == column["resource_id"]
    assert (column["score_maximum"], column["tag"]) == (12.0, "cairn")


def test_several_parts_become_several_activities(town: Town) -> None:
    page, browser = opened(town)
    parts = parts_of(page)[:3]
    picked = town.lms.finish_picking(only_form(choose(page, browser, parts, points="5")), browser)
    made = [one for one in town.lms.activities() if one["id"] in picked.activities]
    assert len(made) == 3
    assert len({one["title"] for one in made}) == 3
    assert len({one["custom"]["cairn_placement"] for one in made}) == 3
    columns = [one for one in town.lms.gradebook() if one["activity_id"] in picked.activities]
    assert [one["score_maximum"] for one in columns] == [5.0] * 3


def test_where_the_lms_takes_one_item_one_can_be_chosen(town: Town) -> None:
    town.lms.set_options(accept_multiple=False)
    page, browser = opened(town)
    assert 'type="radio" name="part"' in page.text
    picked = town.lms.finish_picking(only_form(choose(page, browser, parts_of(page)[:1])), browser)
    assert len(picked.activities) == 1


def test_without_a_grade_there_is_no_column(town: Town) -> None:
    page, browser = opened(town)
    picked = town.lms.finish_picking(only_form(choose(page, browser, parts_of(page)[:1], graded="no")), browser)
    assert not [one for one in town.lms.gradebook() if one["activity_id"] in picked.activities]


def test_dates_and_a_tab_of_its_own_go_along(town: Town) -> None:
    """Typed by the teacher's clock, two hours ahead of UTC; sent as UTC."""
    page, browser = opened(town)
    wishes = {
        "available_from": "2030-05-01T08:00",
        "due_at": "2030-05-03T23:59",
        "zone": "120",
        "new_window": "yes",
    }
    picked = town.lms.finish_picking(only_form(choose(page, browser, parts_of(page)[:1], **wishes)), browser)
    (made,) = [one for one in town.lms.activities() if one["id"] in picked.activities]
    assert made["document_target"] == "window"
    assert made["available"]["startDateTime"].startswith("2030-05-01T06:00")
    assert made["submission"]["endDateTime"].startswith("2030-05-03T21:59")


@pytest.mark.parametrize(
    "wishes",
    [{"due_at": "tomorrow"}, {"available_from": "2030-05-03T08:00", "due_at": "2030-05-01T08:00", "zone": "x"}],
    ids=["no date", "due before it opens"],
)
def test_dates_that_are_none_come_back_with_a_sentence(town: Town, wishes: dict[str, str]) -> None:
    page, browser = opened(town)
    answer = choose(page, browser, parts_of(page)[:1], **wishes)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text


def test_cancel_goes_back_with_nothing(town: Town) -> None:
    page, browser = opened(town)
    before = len(town.lms.activities())
    answer = send(form_to(page, "/picker/cancel"), browser)
    picked = town.lms.finish_picking(only_form(answer), browser)
    assert (picked.refused, picked.activities) == (None, ())
    assert len(town.lms.activities()) == before


def test_nothing_chosen_comes_back_with_a_sentence(town: Town) -> None:
    page, browser = opened(town)
    answer = choose(page, browser, [])
    assert answer.status_code == 422
    assert "Choose what this is for." in answer.text


def test_points_that_are_none_come_back_with_what_was_typed(town: Town) -> None:
    page, browser = opened(town)
    answer = choose(page, browser, parts_of(page)[:1], points="many", title="My own title")
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "My own title" in answer.text


def test_the_answer_is_signed_for_the_lms_and_echoes_its_data(town: Town) -> None:
    """The practice LMS checks signature, iss, aud, times, nonce, deployment and data; a changed answer fails."""
    page, browser = opened(town)
    form = only_form(choose(page, browser, parts_of(page)[:1]))
    head, body, signature = form.fields["JWT"].split(".")
    bent = LaunchForm(action=form.action, fields={"JWT": f"{head}.{body[:-3]}AAA.{signature}"})
    assert town.lms.finish_picking(bent, town.road.browser()).refused
    assert town.lms.finish_picking(form, browser).refused is None


def crafted(town: Town, browser: requests.Session | None = None, **changes: Any) -> requests.Response:
    """A deep linking launch with changes."""
    browser = browser or town.road.browser()
    asked = town.lms._authentication_request("teacher", f"/launch/deep-link/{town.road.client_id}", browser)
    wanted = {
        "person": "teacher",
        "client_id": town.road.client_id,
        "message_type": "LtiDeepLinkingRequest",
        "nonce": asked["nonce"],
        **changes,
    }
    fields = {"id_token": town.lms.craft_id_token(**wanted), "state": asked["state"]}
    return send(LaunchForm(action=asked["redirect_uri"], fields=fields), browser)


BAD_REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "no settings": ({"omit": ["deep_linking_settings"]}, "return_missing"),
    "no return address": ({"nested": {"deep_linking_settings": {"deep_link_return_url": None}}}, "return_missing"),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_bad_deep_linking_request(town: Town, case: str) -> None:
    changes, code = BAD_REQUESTS[case]
    refused(town, crafted(town, **changes), code=code)


@pytest.mark.parametrize("role", ["Instructor", "Administrator", "ContentDeveloper"])
def test_who_may_choose(town: Town, role: str) -> None:
    """Whom the LMS asks to choose may: course designers build courses for others."""
    browser = town.road.browser()
    page = crafted(town, browser, claims={"roles": [MEMBER + role]})
    assert page.status_code == 200
    answer = choose(page, browser, parts_of(page)[:1])
    assert town.lms.finish_picking(only_form(answer), browser).refused is None


def test_outside_of_a_course_nothing_can_be_chosen(town: Town) -> None:
    page = crafted(town, omit=["context"])
    assert not parts_of(page)
    assert "Open Cairn from a course" in page.text


@pytest.mark.parametrize("roles", [[MEMBER + "Learner"], []])
def test_who_may_not_choose(town: Town, roles: list[str]) -> None:
    page = crafted(town, claims={"roles": roles})
    assert not parts_of(page)
    assert page.status_code < 500


def test_an_unsafe_return_address_is_never_posted_to(town: Town) -> None:
    page = crafted(town, nested={"deep_linking_settings": {"deep_link_return_url": "javascript:alert(1)"}})
    assert "javascript:" not in page.text
    assert page.status_code < 500
