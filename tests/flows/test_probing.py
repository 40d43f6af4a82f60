"""The doctor's look at the keys of an LMS: green only when a launch could be checked with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import responses

from clock import Clock
from lti.secure_servers import Authority, secure_server
from lti_tool.flows import checking
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import RegistrationRow
from school import new_school

URL = "https://lms.example/keys"
USELESS: dict[str, str] = {
    "none": '{"keys": []}',
    "of another kind": '{"keys": [{"kty": "EC", "kid": "1", "crv": "P-256", "x": "a", "y": "b"}]}',
    "too short": '{"keys": [{"kty": "RSA", "kid": "1", "n": "sXch", "e": "AQAB"}]}',
    "no list": '{"keys": 5}',
    "no key set": "[1]",
    "a page": "<html>Sign in</html>",
}


@responses.activate
@pytest.mark.parametrize("body", USELESS.values(), ids=USELESS.keys())
def test_keys_that_cannot_sign_launches_are_red(
    database: Database, settings: Settings, clock: Clock, body: str
) -> None:
    school = new_school(database, clock())
    with database.writing() as session:
        session.get_one(RegistrationRow, school.registration_id).key_set_url = URL
    responses.get(URL, body=body)
    found = checking.install_checks(Border(database, settings), school.registration_id, clock())
    (keys,) = [one for one in found if one.key.endswith("key_set")]
    assert keys.state == "red"
    assert keys.what == f"{URL} answered 200 without a key that can sign launches (RS256)."
    assert keys.cure


def test_a_certificate_nobody_vouches_for_has_a_cure_of_its_own(
    database: Database, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    school = new_school(database, clock())
    with secure_server(Authority(tmp_path, "School").certificate()) as url:
        with database.writing() as session:
            session.get_one(RegistrationRow, school.registration_id).key_set_url = url
        found = checking.install_checks(Border(database, settings), school.registration_id, clock())
    (keys,) = [one for one in found if one.key.endswith("key_set")]
    assert (keys.state, "an authority that Cairn does not know" in keys.what) == ("red", True)
    assert "set CA_FILE" in keys.cure
