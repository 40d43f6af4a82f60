"""Permission to use services: asked for once, kept, renewed, and told plainly when it is refused."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Timer
from urllib.parse import parse_qs

import pytest
import requests
import responses
from joserfc import jwt
from joserfc.jwk import KeySet

from lti.lms import NOW
from lti.services import KEY, MEMBERS, TOKEN_URL, TokenShelf, called, connection, grant
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.keys import public_key_set
from lti_tool.lti.platforms.brightspace import Brightspace
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.values import AccessToken

SCOPE = ("scope-a",)


def ask(conn, scopes=SCOPE):
    return conn.request("GET", MEMBERS, scopes)


@responses.activate
def test_what_we_send_to_get_a_token():
    grant()
    connection().token(("b", "a", "b"))
    request = called("POST", TOKEN_URL)[0]
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form["grant_type"] == "client_credentials"
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form["scope"] == "a b"
    proof = jwt.decode(form["client_assertion"], KeySet.import_key_set(public_key_set([KEY])), algorithms=["RS256"])
    assert proof.header["kid"] == KEY.kid
    assert (proof.claims["iss"], proof.claims["sub"], proof.claims["aud"]) == ("client-1", "client-1", TOKEN_URL)
    assert proof.claims["iat"] == NOW.timestamp() - 10, "some LMSs refuse what seems to come from the future"
    assert proof.claims["exp"] == proof.claims["iat"] + 300
    assert len(proof.claims["jti"]) > 20


@responses.activate
@pytest.mark.parametrize(
    ("platform", "changes", "audience"),
    [
        (None, {"auth_audience": "https://lms.example.edu/audience"}, "https://lms.example.edu/audience"),
        (Canvas(), {"auth_audience": "sso.canvaslms.com"}, TOKEN_URL),
        (Canvas(), {"auth_audience": "https://own.example.edu/token"}, "https://own.example.edu/token"),
        (Brightspace(), {}, "https://api.brightspace.com/auth/token"),
        (Brightspace(), {"auth_audience": "https://own.example.edu"}, "https://own.example.edu"),
    ],
)
def test_whom_the_proof_is_addressed_to(platform, changes, audience):
    grant()
    connection(platform, **changes).token(SCOPE)
    form = parse_qs(called("POST", TOKEN_URL)[0].body.decode())
    proof = jwt.decode(
        form["client_assertion"][0], KeySet.import_key_set(public_key_set([KEY])), algorithms=["RS256"]
    )
    assert proof.claims["aud"] == audience


@responses.activate
def test_many_calls_need_one_token():
    grant()
    responses.get(MEMBERS, json={})
    shelf = TokenShelf()
    for _ in range(5):
        ask(connection(shelf=shelf))
    assert len(called("POST", TOKEN_URL)) == 1
    assert called("GET", MEMBERS)[0].headers["Authorization"] == "Bearer token-1"


@responses.activate
def test_other_scopes_need_another_token():
    grant()
    shelf = TokenShelf()
    connection(shelf=shelf).token(("a",))
    connection(shelf=shelf).token(("b",))
    connection(shelf=shelf).token(("b", "a"))
    connection(shelf=shelf).token(("a", "b"))
    assert len(called("POST", TOKEN_URL)) == 3


@responses.activate
def test_installations_never_share_a_token():
    grant()
    shelf = TokenShelf()
    connection(shelf=shelf).token(SCOPE)
    connection(shelf=shelf, id=8, client_id="client-2").token(SCOPE)
    assert len(called("POST", TOKEN_URL)) == 2


@responses.activate
@pytest.mark.parametrize(("later", "asked"), [(3500, 1), (3541, 2)])
def test_a_token_is_renewed_a_minute_before_its_end(later, asked):
    grant()
    shelf = TokenShelf()
    connection(shelf=shelf).token(SCOPE)
    connection(shelf=shelf, now=NOW + timedelta(seconds=later)).token(SCOPE)
    assert len(called("POST", TOKEN_URL)) == asked


@responses.activate
def test_a_token_that_claims_to_live_for_ever_is_kept_for_a_day():
    grant(expires_in=1e18)
    shelf = TokenShelf()
    connection(shelf=shelf).token(SCOPE)
    assert shelf.stored[7, SCOPE].expires_at == NOW + timedelta(days=1)


@responses.activate
def test_a_crowd_asks_once():
    grant()
    shelf = TokenShelf()
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: connection(shelf=shelf).token(SCOPE), range(24)))
    assert set(tokens) == {"token-1"}
    assert len(called("POST", TOKEN_URL)) == 1


@responses.activate
def test_another_process_is_asking_already_so_we_wait_for_what_it_gets():
    shelf = TokenShelf()
    shelf.leased[7, SCOPE] = ("another process", NOW + timedelta(seconds=30))
    theirs = AccessToken(token="theirs", expires_at=NOW + timedelta(hours=1))
    Timer(0.3, lambda: shelf.write(7, SCOPE, theirs)).start()
    assert connection(shelf=shelf).token(SCOPE) == "theirs"
    assert not called("POST", TOKEN_URL)


@responses.activate
def test_a_process_that_crashed_while_asking_holds_nobody_up():
    grant()
    shelf = TokenShelf()
    shelf.leased[7, SCOPE] = ("crashed", NOW + timedelta(seconds=0.4))
    assert connection(shelf=shelf).token(SCOPE) == "token-1"
    assert not shelf.leased


@responses.activate
def test_a_crowd_waits_once_for_an_lms_that_gives_no_answer():
    def silence(_):
        time.sleep(0.3)
        raise requests.ReadTimeout

    responses.add_callback("POST", TOKEN_URL, silence)
    shelf = TokenShelf()

    def ask(_):
        with pytest.raises(PlatformError, match="too long to answer"):
            connection(shelf=shelf).token(SCOPE)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    assert len(called("POST", TOKEN_URL)) == 1
    responses.replace("POST", TOKEN_URL, json={"access_token": "token-1"})
    assert connection(shelf=shelf).token(SCOPE) == "token-1"


@responses.activate
def test_a_refusal_lets_the_next_one_ask():
    responses.post(TOKEN_URL, status=503)
    shelf = TokenShelf()
    with pytest.raises(PlatformError):
        connection(shelf=shelf).token(SCOPE)
    grant()
    assert connection(shelf=shelf).token(SCOPE) == "token-1"


@responses.activate
def test_a_refused_token_is_renewed_once():
    grant("old")
    grant("new")
    responses.get(MEMBERS, status=401)
    responses.get(MEMBERS, json={"ok": True})
    assert ask(connection()).json() == {"ok": True}
    assert [request.headers["Authorization"] for request in called("GET", MEMBERS)] == ["Bearer old", "Bearer new"]


@responses.activate
def test_a_token_refused_twice_is_an_error_for_people():
    grant()
    responses.get(MEMBERS, status=401, json={"reason": "no"})
    with pytest.raises(PlatformError) as caught:
        ask(connection())
    assert (caught.value.permanent, caught.value.status) == (True, 401)
    assert len(called("GET", MEMBERS)) == 2


@responses.activate
def test_the_answer_is_json_whatever_it_says():
    responses.post(TOKEN_URL, body='{"access_token": "t", "expires_in": "3600"}', content_type="text/html")
    assert connection().token(SCOPE) == "t"


@responses.activate
@pytest.mark.parametrize("end", [{}, *({"expires_in": odd} for odd in ("soon", None, 0, [], 10**400))])
def test_a_token_without_a_readable_end_lives_an_hour(end):
    responses.post(TOKEN_URL, json={"access_token": "t"} | end)
    shelf = TokenShelf()
    connection(shelf=shelf).token(SCOPE)
    assert shelf.stored[7, SCOPE].expires_at == NOW + timedelta(hours=1)


@responses.activate
def test_a_token_of_a_minute_serves_for_half_of_it():
    grant("first", expires_in=60)
    grant("second", expires_in=60)
    shelf = TokenShelf()
    found = [connection(shelf=shelf, now=NOW + timedelta(seconds=later)).token(SCOPE) for later in (0, 20, 29, 31)]
    assert found == ["first", "first", "first", "second"]


@responses.activate
@pytest.mark.parametrize("seconds", ["NaN", "-5"])
def test_a_token_that_ends_at_no_time_is_over_at_once(seconds):
    responses.post(TOKEN_URL, body=f'{{"access_token": "abc", "expires_in": {seconds}}}')
    shelf = TokenShelf()
    assert connection(shelf=shelf).token(SCOPE) == "abc"
    assert shelf.stored[7, SCOPE].expires_at == NOW


REFUSALS = {
    "an OAuth error": {"status": 400, "json": {"error": "invalid_client"}},
    "broken JSON": {"status": 400, "body": '{"error" : ""kid" invalid"'},
    "Moodle's page where it cannot reach our keys": {"status": 404, "body": "<html>oh</html>"},
    "a page with a good status": {"status": 200, "body": "<html>Sign in</html>"},
    "no token": {"status": 200, "json": {"token_type": "Bearer"}},
    "an empty token": {"status": 200, "json": {"access_token": ""}},
    "a token that breaks the header": {"status": 200, "json": {"access_token": "a\r\nX: y"}},
    "a list": {"status": 200, "json": ["token"]},
    "a token longer than any header": {"status": 200, "json": {"access_token": "a" * 20_000}},
    "a server in trouble": {"status": 503, "body": "down"},
}


@responses.activate
@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
def test_no_token_is_told_and_tried_again_later(answer):
    responses.post(TOKEN_URL, **answer)
    shelf = TokenShelf()
    with pytest.raises(PlatformError) as caught:
        connection(shelf=shelf).token(SCOPE)
    assert not caught.value.permanent
    assert "public keys" in caught.value.message
    assert "<" not in caught.value.message
    assert not shelf.stored


@responses.activate
def test_the_words_of_the_refusal_are_kept():
    responses.post(TOKEN_URL, status=400, json={"error": "invalid_scope", "error_description": "No such scope"})
    with pytest.raises(PlatformError, match="No such scope"):
        connection().token(SCOPE)


@responses.activate
def test_a_service_that_was_switched_off_is_said_to_be_so():
    """An admin took it away: neither our keys nor the installation are at fault (RFC 6749 §5.2)."""
    said = {"error": "invalid_scope", "error_description": "No such scope"}
    responses.post(TOKEN_URL, status=400, json=said)
    with pytest.raises(PlatformError) as caught:
        connection().token(SCOPE)
    assert "does not let this tool use that service" in caught.value.message
    assert "keys" not in caught.value.message
    assert not caught.value.permanent, "it may be switched on again"


@responses.activate
def test_a_busy_token_address_says_when_to_come_back():
    responses.post(TOKEN_URL, status=429, headers={"Retry-After": "17"})
    with pytest.raises(PlatformError) as caught:
        connection().token(SCOPE)
    assert caught.value.retry_after_seconds == 17
