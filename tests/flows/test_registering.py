"""Where the operator says yes to each LMS, nothing that decides whom we believe changes without that yes."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from clock import Clock
from lti_tool.flows import registering
from lti_tool.flows.border import Border
from lti_tool.flows.registering import Registered
from lti_tool.settings import Settings
from lti_tool.store.database import Database

TYPED = {
    "issuer": "https://lms.hill.edu",
    "client_id": "client-1",
    "auth_login_url": "https://lms.hill.edu/auth",
    "auth_token_url": "https://lms.hill.edu/token",
    "key_set_url": "https://lms.hill.edu/keys",
}


@pytest.fixture
def careful(database: Database, settings: Settings) -> Border:
    """An installation whose operator approves registrations."""
    return Border(database, replace(settings, approve_registrations=True))


def install(border: Border, clock: Clock, **changes: str) -> Registered:
    """An admin of the school types into the form of a new invite."""
    address = registering.invite(border, "Hill", clock())
    secret = parse_qs(urlsplit(address).query)["invite"][0]
    return registering.add_typed(border, secret, "other", {**TYPED, **changes}, clock.pass_by(minutes=1))


def approve(border: Border, done: Registered, clock: Clock) -> None:
    with border.db.writing() as session:
        registering.approve(session, done.id, clock())


@pytest.mark.parametrize("name", ["auth_login_url", "auth_token_url", "key_set_url", "auth_audience"])
def test_an_lms_that_changes_its_addresses_waits_for_approval_again(
    careful: Border, clock: Clock, name: str
) -> None:
    approve(careful, install(careful, clock), clock)
    assert install(careful, clock, **{name: "https://elsewhere.example/x"}).status == "pending"


def test_the_same_again_stays_approved(careful: Border, clock: Clock) -> None:
    approve(careful, install(careful, clock), clock)
    assert install(careful, clock, name="Hill High").status == "active"


def test_a_paused_lms_stays_paused(careful: Border, clock: Clock) -> None:
    done = install(careful, clock)
    with careful.db.writing() as session:
        registering.pause(session, done.id, clock())
    assert install(careful, clock, key_set_url="https://elsewhere.example/x").status == "paused"


def test_where_nobody_approves_changed_addresses_are_followed_at_once(
    database: Database, settings: Settings, clock: Clock
) -> None:
    border = Border(database, settings)
    install(border, clock)
    assert install(border, clock, key_set_url="https://lms.hill.edu/new").status == "active"
