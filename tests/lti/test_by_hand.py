"""A registration typed by a person: every slip is told, all at once."""

from __future__ import annotations

import pytest

from lti_tool.lti.by_hand import by_hand
from lti_tool.lti.errors import RegistrationFailed

GOOD = {
    "issuer": "https://lms.example.edu",
    "client_id": "client-1",
    "auth_login_url": "https://lms.example.edu/auth?tenant=1",
    "auth_token_url": "https://lms.example.edu/token",
    "key_set_url": "https://lms.example.edu/jwks",
    "deployment_ids": ["1", "2"],
}


def problems(**changes) -> str:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value != "(out)"}
    with pytest.raises(RegistrationFailed) as caught:
        by_hand(values)
    assert caught.value.who == "you"
    return "\n".join(caught.value.problems)


def test_what_is_right_is_taken():
    new = by_hand({**GOOD, "name": "School", "organisation": "District", "product": "moodle"})
    assert (new.issuer, new.client_id, new.deployment_ids) == ("https://lms.example.edu", "client-1", ("1", "2"))
    assert (new.name, new.product, new.auth_audience) == ("School", "moodle", "")


def test_the_same_again_is_the_same():
    assert by_hand(GOOD) == by_hand(dict(GOOD))


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"deployment_ids": [1, "1", 2]}, ("1", "2")),
        ({"deployment_ids": []}, ()),
        ({"deployment_ids": "(out)"}, ()),
        ({"deployment_ids": "(out)", "deployment_id": 4}, ("4",)),
    ],
)
def test_deployments_in_any_form(changes, ids):
    values = {name: value for name, value in {**GOOD, **changes}.items() if value != "(out)"}
    assert by_hand(values).deployment_ids == ids


def test_blanks_around_words_are_forgiven():
    assert by_hand({**GOOD, "issuer": " https://lms.example.edu \n"}).issuer == "https://lms.example.edu"


@pytest.mark.parametrize(
    "host", ["localhost:8100", "127.0.0.1:8100", "[::1]:8100", "192.168.1.5", "moodle", "lms.test"]
)
def test_http_is_for_machines_nearby(host):
    assert by_hand({**GOOD, "issuer": f"http://{host}"}).issuer == f"http://{host}"


def test_a_slash_at_the_end_is_kept_as_typed_and_warned_of():
    found = by_hand({**GOOD, "issuer": "https://lms.example.edu/"})
    assert found.issuer == "https://lms.example.edu/"
    assert "letter by letter" in found.warnings[0]
    assert by_hand(GOOD).warnings == ()


SLIPS = {
    "known issuer with a slash": ({"issuer": "https://canvas.instructure.com/"}, "issuer must have no slash"),
    "issuer with a question": ({"issuer": "https://lms.example.edu/a?b"}, "issuer must have no “?”"),
    "issuer without scheme": ({"issuer": "lms.example.edu"}, "issuer must be an address"),
    "http far away": ({"key_set_url": "http://lms.example.edu/jwks"}, "key_set_url must start with https://"),
    "another protocol": ({"auth_login_url": "ftp://lms.example.edu"}, "auth_login_url must be an address"),
    "a script": ({"auth_login_url": "javascript:alert(1)"}, "auth_login_url must be an address"),
    "a blank inside": ({"auth_token_url": "https://lms.example.edu/a b"}, "no spaces"),
    "a broken port": ({"auth_token_url": "https://lms.example.edu:x"}, "auth_token_url is not an address"),
    "a password": ({"auth_token_url": "https://u:p@lms.example.edu"}, "auth_token_url must be an address"),
    "no client": ({"client_id": "(out)"}, "client_id is missing"),
    "empty client": ({"client_id": "  "}, "client_id must have 1 to 255 characters"),
    "null client": ({"client_id": None}, "client_id is missing"),
    "deployments as text": ({"deployment_ids": "1"}, "deployment_ids must be a list"),
    "an empty deployment": ({"deployment_ids": ["1", ""]}, "deployment_ids[2] must have"),
    "a deployment of an odd kind": ({"deployment_ids": [{}]}, "deployment_ids[1] must be text"),
    "a field with a typing error": ({"isuer": "x"}, "isuer is not a field"),
    "a number as an address": ({"issuer": 5}, "issuer must be text"),
}


@pytest.mark.parametrize(("changes", "words"), SLIPS.values(), ids=SLIPS.keys())
def test_slip(changes, words):
    assert words in problems(**changes)


def test_all_slips_at_once():
    told = problems(issuer="x.edu/", client_id="(out)", key_set_url="jwks", surprise=1)
    assert all(word in told for word in ("issuer", "client_id", "key_set_url", "surprise"))


@pytest.mark.parametrize("values", [{}, {"issuer": None}])
def test_nothing_at_all(values):
    with pytest.raises(RegistrationFailed) as caught:
        by_hand(values)
    assert len(caught.value.problems) == 5
