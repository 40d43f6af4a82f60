"""Installing: dynamic registration by an invite that works once, and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conformance.cases import Town, entered, refused
from lti_tool.flows import registering
from lti_tool.lti.errors import RegistrationFailed
from lti_tool.store.tables import RegistrationRow
from road import open_road, utc_now


@pytest.fixture
def empty(town: Town, tmp_path: Path) -> Iterator[Town]:
    """A tool and an LMS that do not know each other."""
    with open_road(tmp_path / "tool", class_size=1) as road:
        yield Town(road=road, log=town.log)


def invite(town: Town, **how: int) -> str:
    return registering.invite(town.road.border, "Hill School", utc_now(), **how)  # type: ignore[arg-type]


def test_an_invite_installs_at_once(empty: Town) -> None:
    page = empty.lms.register(invite(empty), empty.road.browser())
    assert page.status_code == 200
    assert "Cairn is installed" in page.text
    (tool,) = empty.lms.registrations()
    assert {"name", "given_name", "family_name", "email"} & set(tool["claims"])
    activity = str(empty.lms.add_activity(tool["client_id"], title="Fractions")["id"])
    entered(empty.lms.enter("student-1", activity, empty.road.browser()))


def test_an_invite_works_once(empty: Town) -> None:
    address = invite(empty)
    assert empty.lms.register(address, empty.road.browser()).ok
    words = refused(empty, empty.lms.register(address, empty.road.browser()), status=400)
    assert "used already" in words
    assert "Cairn was installed with it" in words, "the window may have been closed before anybody read that"
    assert len(empty.lms.registrations()) == 1


def test_an_invite_that_is_too_old(empty: Town) -> None:
    words = refused(empty, empty.lms.register(invite(empty, days=-1), empty.road.browser()), status=400)
    assert "too old: it worked until" in words
    assert "used" not in words
    assert not empty.lms.registrations()


@pytest.mark.parametrize("secret", ["", "unknown", "%00", "½"])
def test_an_unknown_invite(empty: Town, secret: str) -> None:
    address = f"{empty.road.tool_url}/lti/register?invite={secret}"
    refused(empty, empty.lms.register(address, empty.road.browser()), status=400)
    assert not empty.lms.registrations()


def test_an_invite_opened_by_hand_explains_itself_and_stays_good(empty: Town) -> None:
    address = invite(empty)
    page = empty.road.browser().get(address, timeout=10)
    assert "This address belongs in your LMS" in page.text
    assert empty.lms.register(address, empty.road.browser()).ok


def test_a_registration_the_lms_refuses_leaves_the_invite_good(empty: Town) -> None:
    address = invite(empty)
    started = empty.lms.start_registration(address)
    spoilt = started["tool_url"].replace(started["registration_token"], "a-wrong-token")
    refused(empty, empty.road.browser().get(spoilt, timeout=10))
    assert empty.lms.register(address, empty.road.browser()).ok


BAD_CONFIGURATIONS = {
    "nothing there": "{lms}/nothing-here",
    "a page": "{lms}/",
    "not an address": "hello",
    "a file": "file:///etc/passwd",
    "nobody listens": "http://127.0.0.1:1/.well-known/openid-configuration",
    "our own key set": "{tool}/lti/jwks",
}


@pytest.mark.parametrize("case", BAD_CONFIGURATIONS)
def test_a_configuration_that_cannot_be_used(empty: Town, case: str) -> None:
    address = invite(empty)
    where = BAD_CONFIGURATIONS[case].format(lms=empty.road.lms_url, tool=empty.road.tool_url)
    page = empty.road.browser().get(address, params={"openid_configuration": where}, timeout=20)
    refused(empty, page)
    assert empty.lms.register(address, empty.road.browser()).ok


def test_where_the_operator_approves_people_wait_with_a_friendly_page(town: Town, tmp_path: Path) -> None:
    with open_road(tmp_path / "tool", class_size=1, approve_registrations=True) as road:
        careful = Town(road=road, log=town.log)
        page = careful.lms.register(invite(careful), road.browser())
        assert "Cairn waits for approval" in page.text
        client = careful.lms.registrations()[0]["client_id"]
        activity = str(careful.lms.add_activity(client, title="Fractions")["id"])
        login = road.browser().get(
            f"{road.tool_url}/lti/login",
            params={
                "iss": road.lms_url,
                "client_id": client,
                "login_hint": "x",
                "target_link_uri": f"{road.tool_url}/lti/launch",
            },
            timeout=10,
        )
        refused(careful, login, code="platform_pending", status=403)
        with road.db.writing() as session:
            registering.approve(session, registering.listing(session)[0].id, utc_now())
        entered(careful.lms.enter("student-1", activity, road.browser()))


FILE = ("issuer", "client_id", "auth_login_url", "auth_token_url", "key_set_url", "deployment_ids")


def test_by_hand_again_and_again_with_the_same_result(empty: Town) -> None:
    tool = empty.road.tool_url
    told = empty.lms.register_by_hand(
        name="Cairn",
        initiate_login_uri=f"{tool}/lti/login",
        redirect_uris=[f"{tool}/lti/launch"],
        jwks_uri=f"{tool}/lti/jwks",
        target_link_uri=f"{tool}/lti/launch",
    )
    values = {name: told[name] for name in FILE}
    first = registering.add_by_hand(empty.road.border, values, utc_now())
    again = registering.add_by_hand(empty.road.border, values, utc_now() + timedelta(minutes=1))
    assert first == again
    activity = str(empty.lms.add_activity(values["client_id"], title="Fractions")["id"])
    entered(empty.lms.enter("student-1", activity, empty.road.browser()))


def test_an_invite_of_one_school_cannot_take_over_the_lms_of_another(empty: Town) -> None:
    border = empty.road.border
    typed = {
        "issuer": "https://lms.hill.example",
        "client_id": "7",
        "auth_login_url": "https://lms.hill.example/auth",
        "auth_token_url": "https://lms.hill.example/token",
        "key_set_url": "https://lms.hill.example/jwks",
    }

    def secret(school: str) -> str:
        return registering.invite(border, school, utc_now()).split("invite=")[1]

    first = registering.add_typed(border, secret("Hill School"), "other", typed, utc_now())
    foreign = {**typed, "key_set_url": "https://evil.example/jwks"}
    with pytest.raises(RegistrationFailed, match="another organisation"):
        registering.add_typed(border, secret("Evil School"), "other", foreign, utc_now())
    with border.db.reading() as session:
        assert session.get_one(RegistrationRow, first.id).key_set_url == typed["key_set_url"]
    moved = {**typed, "auth_token_url": "https://lms.hill.example/new-token"}
    again = registering.add_typed(border, secret("Hill School"), "other", moved, utc_now())
    assert again.id == first.id, "the same school brings its own up to date"
    with border.db.reading() as session:
        assert session.get_one(RegistrationRow, first.id).auth_token_url.endswith("/new-token")
