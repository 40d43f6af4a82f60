"""A registration typed by a person: every slip is told, all at once."""

from __future__ import annotations

import pytest

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.by_hand import by_hand, site_of
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


def test_what_is_copied_along_from_other_pages_is_left_out():
    copied = {
        "client_id": "“client\u200b-1”\u00a0",
        "deployment_ids": ["\u200e1", "'2'"],
        "issuer": "\ufeffhttps://lms.example.edu",
    }
    assert by_hand({**GOOD, **copied}) == by_hand(GOOD)


def test_the_name_keeps_the_characters_that_its_language_needs():
    assert by_hand({**GOOD, "name": " دانش\u200cآموز "}).name == "دانش\u200cآموز"


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("lms.example.edu", "https://lms.example.edu"),
        (" https://lms.example.edu/ ", "https://lms.example.edu"),
        ("HTTPS://LMS.Example.edu/Moodle/", "https://lms.example.edu/Moodle"),
        ("https//lms.example.edu", "https://lms.example.edu"),
        ("https:/lms.example.edu", "https://lms.example.edu"),
        ("https:///lms.example.edu", "https://lms.example.edu"),
        ("https://lms.example.edu:443", "https://lms.example.edu"),
        ("http://localhost:8100", "http://localhost:8100"),
        ("http://localhost:80/", "http://localhost"),
        ("localhost:8443", "https://localhost:8443"),
        ("ftp://lms.example.edu", "ftp://lms.example.edu"),
        ("", ""),
    ],
)
def test_the_address_of_a_site_in_every_form(typed, site):
    assert site_of(typed) == site


DOUBTFUL = {
    "capitals in the host": ({"issuer": "https://LMS.example.edu"}, "capital letters"),
    "capitals in the scheme": ({"issuer": "Https://lms.example.edu/Moodle"}, "capital letters"),
    "client and deployment alike": ({"deployment_ids": ["client-1"]}, "both client-1"),
}


@pytest.mark.parametrize(("changes", "words"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_is_mostly_a_slip_is_taken_and_warned_of(changes, words):
    (warning,) = by_hand({**GOOD, **changes}).warnings
    assert words in warning


def test_capitals_in_a_path_are_nothing_odd():
    assert by_hand({**GOOD, "issuer": "https://lms.example.edu/Moodle"}).warnings == ()


@pytest.mark.parametrize("name", ["issuer", "auth_login_url", "auth_token_url", "key_set_url"])
def test_our_own_address_is_none_of_the_lms(name):
    tool = ToolAddresses(base_url="https://lms.example.edu/cairn")
    assert by_hand(GOOD, tool).issuer == GOOD["issuer"], "they may live on one host"
    with pytest.raises(RegistrationFailed, match=f"{name} is Cairn’s own address"):
        by_hand({**GOOD, name: "https://lms.example.edu/cairn/lti/jwks"}, tool)


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
    "the scheme twice": ({"issuer": "https://https//lms.example.edu"}, "issuer must be an address"),
    "a page of Brightspace": ({"issuer": "https://hill.brightspace.com/d2l/home"}, "the address of a page"),
    "a page of Sakai": ({"issuer": "https://sakai.hill.edu/portal/site/1"}, "the address of a page"),
    "a page of Open edX": ({"issuer": "https://hill.edu/courses/c1/"}, "the address of a page"),
    "a page of Moodle": ({"issuer": "https://moodle.hill.edu/course/view"}, "the address of a page"),
    "an issuer too long": ({"issuer": "https://lms.example.edu/" + "x" * 240}, "issuer must have at most 255"),
    "an address too long": ({"key_set_url": "https://lms.example.edu/" + "x" * 2000}, "at most 2000 characters"),
    "a name too long": ({"name": "x" * 256}, "name must have at most 255"),
    "an audience of two words": ({"auth_audience": "the audience"}, "auth_audience must be one word"),
    "an id in two lines": ({"client_id": "a\nb"}, "client_id must be in one line"),
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
