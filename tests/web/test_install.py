"""Installing by hand: an admin finds every value, slips are told in words, an invite installs."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.flows import registering
from lti_tool.lti import installing
from lti_tool.lti.addresses import ToolAddresses
from lti_tool.store import platforms
from lti_tool.web.house import house

TOOL = ToolAddresses(base_url="http://127.0.0.1:8000")
GUIDES = {one.slug: one for one in installing.guides(TOOL)}
IDS = {"client_id": "10000000000042", "deployment_id": "7:abc"}


@pytest.mark.parametrize("lms", GUIDES)
def test_every_value_of_a_guide_is_on_its_page(client: FlaskClient, lms: str) -> None:
    page = html.unescape(client.get(f"/install/{lms}/").text)
    for one in GUIDES[lms].copied:
        assert one.field in page
        assert one.value in page
    assert {TOOL.login, TOOL.launch, TOOL.jwks} <= {one.value for one in GUIDES[lms].copied} or lms == "canvas"


def test_the_front_page_leads_to_all_guides(client: FlaskClient) -> None:
    assert 'href="/install/"' in client.get("/").text
    page = client.get("/install/").text
    assert all(f"/install/{lms}/" in page for lms in GUIDES)
    assert {"canvas", "moodle", "schoology", "blackboard", "brightspace", "sakai", "openedx", "other"} == set(
        GUIDES
    )


def test_canvas_reads_its_configuration_at_an_address_of_its_own(client: FlaskClient) -> None:
    answer = client.get(urlsplit(TOOL.configuration("canvas")).path)
    found = answer.get_json()
    (extension,) = found["extensions"]
    places = {one["placement"]: one for one in extension["settings"]["placements"]}
    assert set(places) == {"assignment_selection", "link_selection", "course_navigation"}
    assert places["assignment_selection"]["message_type"] == "LtiDeepLinkingRequest"
    assert (places["link_selection"]["selection_width"], places["link_selection"]["selection_height"]) == (800, 700)
    sizes = {"selection_width", "selection_height"}
    assert not sizes & set(extension["settings"]), "every activity would get a frame of the picker’s size"
    assert places["course_navigation"]["default"] == "disabled"
    assert found["custom_fields"]["context_history"] == "$Context.id.history"
    assert found["public_jwk_url"] == TOOL.jwks
    assert found["oidc_initiation_url"] == TOOL.login
    assert extension["privacy_level"] == "name_only"


def test_pages_with_an_invite_are_not_kept_by_anybody(client: FlaskClient) -> None:
    with client.application.app_context():
        address = registering.invite(house().border, "Hill School", datetime.now(UTC))
    invite = urlsplit(address).query
    assert client.get(f"/install/canvas/?{invite}").headers["Cache-Control"] == "no-store"
    assert client.get(f"/install/?{invite}").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/install/canvas/").headers


def test_others_read_no_configuration(client: FlaskClient) -> None:
    assert client.get("/install/moodle/configuration.json").status_code == 404
    assert client.get("/install/unheard-of/").status_code == 404


SLIPS = {
    "a school's own address": ("canvas", {"issuer": "https://hill.instructure.com"}, "always https://canvas."),
    "a district's own address": ("schoology", {"issuer": "https://app.schoology.com"}, "https://schoology."),
    "the school's Learn": ("blackboard", {"issuer": "https://hill.blackboard.com"}, "https://blackboard.com"),
    "a page of the site": ("moodle", {"issuer": "https://m.hill.edu/login/index.php"}, "the address of a page"),
    "a slash at the end": ("canvas", {"issuer": "https://canvas.instructure.com/"}, "no slash at the end"),
    "no address of the school": ("moodle", {}, "The address of your LMS is missing."),
    "an address as client id": ("moodle", {"site": "m.hill.edu", "client_id": "https://x.edu"}, "looks like an"),
    "our key set as theirs": ("canvas", {"key_set_url": TOOL.jwks}, "Cairn’s own address"),
    "one address twice": (
        "canvas",
        {"auth_token_url": "https://sso.canvaslms.com/api/lti/security/jwks"},
        "has an address of its own",
    ),
}


@pytest.mark.parametrize(("lms", "typed", "words"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_told_in_words(client: FlaskClient, lms: str, typed: dict[str, str], words: str) -> None:
    answer = client.post(f"/install/{lms}/", data={**IDS, **typed})
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)


def test_a_slip_in_the_address_of_the_lms_is_told_there_and_once(client: FlaskClient) -> None:
    """Four addresses follow from it, and nobody typed those."""
    answer = client.post("/install/moodle/", data={**IDS, "site": "http://m.hill.edu"})
    told = html.unescape(answer.text)
    assert (answer.status_code, told.count('class="wrong"')) == (422, 1)
    assert "Address of your LMS must start with https://." in told
    assert 'id="site-wrong"' in told


def test_what_is_too_long_is_told_beside_it_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    answer = client.post("/install/moodle/", data={"client_id": "x" * 300, "site": "m.hill.edu", "name": "Hill"})
    assert answer.status_code == 422
    assert "Client ID must have 1 to 255 characters." in html.unescape(answer.text)
    assert all(f'value="{typed}"' in answer.text for typed in ("x" * 300, "m.hill.edu", "Hill"))


@pytest.mark.parametrize(("name", "typed"), [("deployment_id", "y" * 300), ("auth_audience", "two words")])
def test_a_slip_is_told_where_it_can_be_seen(client: FlaskClient, name: str, typed: str) -> None:
    answer = client.post("/install/canvas/", data={**IDS, name: typed})
    assert answer.status_code == 422
    assert f'id="{name}-wrong"' in answer.text
    assert "<details open>" in answer.text or name == "deployment_id"


def test_a_slash_that_may_be_right_is_warned_of(client: FlaskClient) -> None:
    typed = {
        "issuer": "https://lms.hill.edu/",
        "auth_login_url": "https://lms.hill.edu/auth",
        "auth_token_url": "https://lms.hill.edu/token",
        "key_set_url": "https://lms.hill.edu/keys",
    }
    answer = client.post("/install/other/", data={**IDS, **typed})
    assert answer.status_code == 200
    assert "https://lms.hill.edu/ ends with a slash" in html.unescape(answer.text)


KNOWN = {
    "canvas": ({}, "https://canvas.instructure.com", "https://sso.canvaslms.com/login/oauth2/token"),
    "canvas, beta": (
        {"which": "1"},
        "https://canvas.beta.instructure.com",
        "https://sso.beta.canvaslms.com/login/oauth2/token",
    ),
    "moodle": ({"site": "m.hill.edu/"}, "https://m.hill.edu", "https://m.hill.edu/mod/lti/token.php"),
    "schoology": (
        {},
        "https://schoology.schoology.com",
        "https://lti-service.svc.schoology.com/lti-service/access-token",
    ),
    "blackboard": (
        {},
        "https://blackboard.com",
        "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
    ),
    "brightspace": (
        {"site": "https://hill.brightspace.com"},
        "https://hill.brightspace.com",
        "https://auth.brightspace.com/core/connect/token",
    ),
}


@pytest.mark.parametrize(("typed", "issuer", "token"), KNOWN.values(), ids=KNOWN.keys())
def test_known_addresses_need_no_typing(
    client: FlaskClient, request: pytest.FixtureRequest, typed: dict[str, str], issuer: str, token: str
) -> None:
    lms = request.node.callspec.id.split(",")[0]
    new = installing.typed(lms, {**IDS, **typed}, TOOL)
    assert (new.issuer, new.auth_token_url, new.deployment_ids) == (issuer, token, ("7:abc",))
    answer = client.post(f"/install/{lms}/", data={**IDS, **typed})
    assert "This looks right" in answer.text


def test_without_an_invite_nothing_is_kept_and_the_file_is_what_the_operator_adds(app: Flask) -> None:
    page = html.unescape(app.test_client().post("/install/schoology/", data={**IDS, "name": "Hill"}).text)
    with app.app_context():
        border = house().border
    with border.db.reading() as session:
        assert len(platforms.registrations(session)) == 1, "the school's own"
    file = json.loads(page.split('id="file">')[1].split("</pre>")[0])
    done = registering.add_by_hand(border, file, datetime(2026, 3, 2, tzinfo=UTC))
    assert (done.name, done.issuer) == ("Hill", "https://schoology.schoology.com")


def test_with_an_invite_it_is_installed_once(app: Flask) -> None:
    with app.app_context():
        border, now = house().border, house().now()
    secret = parse_qs(urlsplit(registering.invite(border, "Hill", now)).query)["invite"][0]
    client = app.test_client()
    assert "registration address of Hill" in client.get(f"/install/canvas/?invite={secret}").text
    slip = client.post("/install/canvas/", data={"invite": secret})
    assert slip.status_code == 422
    assert client.post("/install/canvas/", data={**IDS, "invite": secret}).status_code == 200
    with border.db.reading() as session:
        row = platforms.registrations(session)[-1]
        assert (row.client_id, row.product, row.name) == (IDS["client_id"], "canvas", "Hill")
        assert [one.deployment_id for one in platforms.deployments(session, row.id)] == ["7:abc"]
    assert client.post("/install/canvas/", data={**IDS, "invite": secret}).status_code == 400


def test_a_file_may_name_its_lms_instead_of_the_addresses() -> None:
    whole = installing.preset({"lms": "moodle", "site": "https://m.hill.edu", "client_id": "x"}, TOOL)
    assert whole["key_set_url"] == "https://m.hill.edu/mod/lti/certs.php"
    assert "site" not in whole


@pytest.mark.parametrize(
    ("status", "words"),
    [("active", "Cairn is installed"), ("pending", "Cairn waits for approval"), ("paused", "Cairn is paused here")],
)
def test_installing_again_says_how_things_stand(app: Flask, status: str, words: str) -> None:
    with app.app_context():
        border, now = house().border, house().now()

    def install() -> str:
        secret = parse_qs(urlsplit(registering.invite(border, "Hill", now)).query)["invite"][0]
        return app.test_client().post("/install/canvas/", data={**IDS, "invite": secret}).text

    install()
    with border.db.writing() as session:
        platforms.find_registrations(session, "https://canvas.instructure.com", IDS["client_id"])[0].status = status
    page = install()
    assert f"<h1>{words}</h1>" in page
    assert f"{words}</title>" in page or f"<title>{words}" in page


MOODLE = "https://m.hill.edu"
OFFER = {
    "issuer": MOODLE,
    "authorization_endpoint": f"{MOODLE}/mod/lti/auth.php",
    "token_endpoint": f"{MOODLE}/mod/lti/token.php",
    "jwks_uri": f"{MOODLE}/mod/lti/certs.php",
    "registration_endpoint": f"{MOODLE}/mod/lti/openid-registration.php",
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "moodle"},
}
GIVEN = {
    "client_id": "moodle-1",
    "https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": "4"},
}


@responses.activate
def test_moodle_brings_a_tool_in_use_up_to_date_without_switching_it_on_again(app: Flask) -> None:
    configuration = f"{MOODLE}/mod/lti/openid-configuration.php"
    responses.get(configuration, json=OFFER)
    responses.post(OFFER["registration_endpoint"], json=GIVEN)
    with app.app_context():
        border, now = house().border, house().now()

    def register() -> str:
        secret = parse_qs(urlsplit(registering.invite(border, "Hill", now)).query)["invite"][0]
        asked = {"invite": secret, "openid_configuration": configuration, "registration_token": "t"}
        return html.unescape(app.test_client().get("/lti/register", query_string=asked).text)

    assert "press “Activate”" in register()
    assert "press “Activate”" in register(), "nobody has come in yet: perhaps it waits still"
    with border.db.writing() as session:
        platforms.find_registrations(session, MOODLE, "moodle-1")[0].last_launch_at = now
    page = register()
    assert "Cairn is installed" in page
    assert "Activate" not in page
    assert "nobody has to switch it on again" in page
