"""The doctor at an LMS: every line green where all is well, red with a cure where something is wrong."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest

from conformance.cases import Town, entered
from conformance.pupils import carry, pupil
from lti_tool.flows import checking, noticing, syncing_roster
from lti_tool.flows.findings import Check
from lti_tool.store import platforms
from lti_tool.store.tables import AccessTokenRow, CourseRow
from road import open_road, utc_now
from sandbox_platform.browsing import forms_of


def checks(town: Town, **how: bool) -> dict[str, Check]:
    """What the doctor says, by the last part of the key."""
    with town.road.db.reading() as session:
        row = platforms.registrations(session)[0]
    found = checking.install_checks(town.road.border, row.id, utc_now(), **how)
    return {one.key.rpartition(".")[2]: one for one in found}


def test_where_all_is_well_nothing_is_red(town: Town, graded: str, newcomer: str) -> None:
    for person in ("teacher", newcomer):
        entered(town.lms.enter(person, graded, town.road.browser()))
    columns = len(town.lms.gradebook())
    found = checks(town, gradebook=True)
    assert not [one for one in found.values() if one.state == "red"]
    green = {"launch", "key_set", "clock", "token", "roster", "column", "names", "delivery", "status"}
    assert {name for name in green if found[name].state == "green"} == green
    assert len(town.lms.gradebook()) == columns, "the test column is gone"


def test_before_anybody_came_it_does_not_say_that_there_is_no_roster(tmp_path: Path, town: Town) -> None:
    with open_road(tmp_path / "tool", class_size=1) as road:
        found = checks(Town(road=road.install(), log=town.log))["roster"]
    assert (found.state, found.what) == ("grey", "No course is known yet.")


AGS, NRPS = "endpoint", "namesroleservice"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"


def _offered(tmp_path: Path, town: Town, **changes: Any) -> tuple[dict[str, Check], str]:
    """What the doctor says, and the head of its page, at an LMS whose one launch had these changes."""
    with open_road(tmp_path / "tool", class_size=1) as road:
        fresh = Town(road=road.install(), log=town.log)
        activity = str(fresh.lms.add_activity(fresh.road.client_id, title="Fractions")["id"])
        with road.db.writing() as session:
            platforms.registrations(session)[0].scopes = []  # by hand nobody says what is granted
        page = entered(fresh.launch("admin", activity, **changes))
        return checks(fresh), page


def test_an_lms_that_offers_no_service_is_said_to_offer_none(tmp_path: Path, town: Town) -> None:
    found, page = _offered(tmp_path, town, omit=[AGS, NRPS])
    assert "neither gradebook nor roster" in found["token"].what
    assert "Grade Services" in found["token"].cure
    assert found["roster"].what == "The LMS offers no roster; people appear as they come."
    assert "Everything works" not in page


def test_a_gradebook_that_takes_no_grades_is_red(tmp_path: Path, town: Town) -> None:
    found, page = _offered(tmp_path, town, nested={AGS: {"scope": [SCOPE + "lineitem.readonly"]}})
    assert (found["token"].state, "send grades" in found["token"].what) == ("red", True)
    assert "One thing needs attention" in page


def test_a_roster_alone_is_no_gradebook(tmp_path: Path, town: Town) -> None:
    found, _page = _offered(tmp_path, town, omit=[AGS])
    assert (found["token"].state, "no gradebook" in found["token"].what) == ("grey", True)
    assert found["roster"].state == "green"


def test_without_a_wish_no_column_is_made(town: Town, graded: str) -> None:
    town.lms.clear_calls()
    assert "column" not in checks(town)
    assert not [one for one in town.lms.calls(service="lineitems")["calls"] if one["method"] != "GET"]


def test_what_is_wrong_is_red_and_has_a_cure(town: Town, graded: str) -> None:
    entered(town.lms.enter("teacher", graded, town.road.browser()))
    for service, name in (("jwks", "key_set"), ("memberships", "roster")):
        town.lms.misbehave(service, "500")
        found = checks(town)[name]
        assert (found.state, bool(found.cure)) == ("red", True), found
        town.lms.behave()


HUNG_UP: dict[str, Any] = {"mode": "drop"}
TOO_SLOW: dict[str, Any] = {"mode": "slow", "seconds": 3}
CLOSED: dict[str, Any] = {"mode": "503"}
AWAY = {
    f"{line}, {how['mode']}": (service, line, how)
    for service, line in (("memberships", "roster"), ("lineitems", "column"), ("token", "token"))
    for how in (HUNG_UP, TOO_SLOW, CLOSED)
    if (service, how) != ("token", CLOSED)  # some say that where they cannot fetch our keys
}


@pytest.mark.parametrize(("service", "line", "how"), AWAY.values(), ids=AWAY)
def test_an_lms_that_is_away_is_not_accused_of_a_wrong_setting(
    town: Town, graded: str, service: str, line: str, how: dict[str, Any]
) -> None:
    entered(town.lms.enter("teacher", graded, town.road.browser()))
    with town.road.db.writing() as session:
        session.query(AccessTokenRow).delete()
    town.lms.misbehave(service, **how)
    found = checks(town, gradebook=True)[line]
    assert (found.state, "Allow" in found.cure, "fetch our keys" in found.cure) == ("red", False, False), found
    assert found.cure.startswith("The LMS has trouble of its own" if how is CLOSED else "The LMS did not answer")
    assert ("by itself" in found.cure) is (line != "column"), "nobody but a person tries the test column"


def test_where_nobody_listens_the_doctor_says_that_nobody_answered(town: Town, graded: str) -> None:
    entered(town.lms.enter("teacher", graded, town.road.browser()))
    assert checks(town)["roster"].state == "green", "our token is kept"
    with town.road.db.writing() as session:
        course = session.query(CourseRow).filter(CourseRow.memberships_url != "").first()
        assert course is not None
        before, course.memberships_url = course.memberships_url, "http://127.0.0.1:9/members"
    found = checks(town)["roster"]
    with town.road.db.writing() as session:
        session.get_one(CourseRow, course.id).memberships_url = before
    assert "127.0.0.1:9 cannot be reached" in found.what
    assert found.cure.startswith("The LMS did not answer. Cairn asks again by itself.")


def test_an_administrator_reads_it_and_tries_the_gradebook(town: Town, graded: str) -> None:
    entered(town.lms.enter("teacher", graded, town.road.browser()))
    browser = town.road.browser()
    page = entered(town.lms.enter("admin", graded, browser))
    for words in (
        "Keys of the LMS",
        "Services",
        "Roster",
        "Names",
        "Clocks",
        "Grade delivery",
        "Cookies",
        "https://purl.imsglobal",
    ):
        assert words in page
    here = town.lms.enter("admin", graded, browser)
    form = next(one for one in forms_of(here) if one.action.endswith("/health/gradebook"))
    answer = browser.request(form.method, form.action, data=form.fields)
    assert "Made in" in html.unescape(answer.text)


def test_refused_notices_are_told(town: Town, graded: str) -> None:
    entered(town.lms.enter("teacher", graded, town.road.browser()))
    assert checks(town)["notices"].state == "grey", "offered, and soon asked for"
    noticing.subscribe_due(town.road.border, utc_now())
    assert checks(town)["notices"].state == "green"
    with town.road.db.writing() as session:
        (row,) = platforms.registrations(session)
        for one in platforms.deployments(session, row.id):
            one.notices_problem = "not allowed for this tool"
    assert "not allowed for this tool" in checks(town)["notices"].what


def undelivered(town: Town) -> int:
    said = checks(town)["grades"].what
    return int(said.split()[0]) if "could not be delivered" in said else 0


def test_a_grade_of_somebody_who_left_is_no_trouble_any_more(town: Town, graded: str) -> None:
    """Somebody leaves every term; the doctor must not stay red for it."""
    ada = pupil(town, graded)
    ada.practise(1)
    before = undelivered(town)
    town.lms.change_person(ada.key, status="Removed")
    carry(town)
    assert undelivered(town) == before + 1
    syncing_roster.sync(town.road.border, ada.visit.course_id or 0, utc_now())
    assert undelivered(town) <= before


def test_a_school_sees_only_its_own_deployment(town: Town, graded: str, newcomer: str) -> None:
    entered(town.lms.enter(newcomer, graded, town.road.browser()))
    border = town.road.border
    with border.db.writing() as session:
        (row,) = platforms.registrations(session)
        other = platforms.add_deployment(session, row.id, "another-school", "active", utc_now())
        ids = (row.id, other.id)
    found = checking.install_checks(border, ids[0], utc_now(), deployment_id=ids[1])
    states = {one.key.rpartition(".")[2]: one for one in found}
    assert states["names"].what == "Nobody has come yet."
    assert "Mathematics" not in states["roster"].what
