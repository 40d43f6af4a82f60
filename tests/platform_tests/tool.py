"""A small tool of its own for testing the platform, written from the specifications with joserfc only.

It keeps what it is told and checks it, so that a test can say what a tool would have seen.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim"
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (LINE_ITEM, f"{LINE_ITEM}.readonly", RESULT, SCORE, MEMBERS)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": kid, "use": "sig", "alg": "RS256"})


TOOL_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Tool</title>
<main><h1>The tool is here</h1><p id="heard">nothing yet</p></main>
<script>
const hear = (event) => { document.getElementById("heard").textContent = JSON.stringify(event.data); };
window.addEventListener("message", hear);
window.say = (message) => (window.opener || window.parent).postMessage(message, "*");
window.sayTo = (name, message) => window.parent.frames[name].postMessage(message, "*");
</script></html>"""
PICKER = """<!doctype html><html lang="en"><title>Picker</title><main><h1>Picker</h1>
<form method="post" action="{url}"><input type="hidden" name="{name}" value="{value}">
<button>Choose this</button></form></main></html>"""
REGISTERED = """<!doctype html><html lang="en"><title>Registered</title><main><h1>Registered</h1>
<button onclick="window.parent.postMessage({subject: 'org.imsglobal.lti.close'}, '*')">Close</button>
</main></html>"""


@dataclass(kw_only=True)
class TestTool:
    """The tool's memory. `logins` and `launches` hold what arrived, newest last."""

    __test__ = False
    url: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("tool-1"))
    published: list[RSAKey] = field(default_factory=list)
    platform: dict[str, Any] = field(default_factory=dict)
    logins: list[dict[str, str]] = field(default_factory=list)
    launches: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    auth_changes: dict[str, str | None] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)
    key_set_fetches: int = 0

    def know(self, registration: dict[str, Any]) -> None:
        """Remember the platform's values (as its admin API gives them)."""
        self.platform = registration

    def registration_values(self) -> dict[str, Any]:
        return {
            "name": "Test tool",
            "initiate_login_uri": f"{self.url}/login",
            "redirect_uris": [f"{self.url}/launch"],
            "jwks_uri": f"{self.url}/jwks",
            "target_link_uri": f"{self.url}/launch",
        }

    def registration_json(self, **changes: Any) -> dict[str, Any]:
        """A dynamic registration body."""
        domain = self.url.removeprefix("http://")
        body = {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": f"{self.url}/login",
            "redirect_uris": [f"{self.url}/launch"],
            "client_name": "Test tool",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(SCOPES),
            CONFIGURATION: {
                "domain": domain,
                "target_link_uri": f"{self.url}/launch",
                "claims": ["iss", "sub", "name", "given_name", "family_name"],
                "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{self.url}/pick"}],
                "custom_parameters": {"who": "$User.id"},
            },
        }
        return {**body, **changes}

    def assertion(self, *, key: RSAKey | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A client assertion; claims given as None are left out."""
        now, client_id = int(time.time()), self.platform["client_id"]
        body = {
            "iss": client_id, "sub": client_id, "aud": self.platform["auth_token_url"],
            "iat": now - 5, "exp": now + 60, "jti": secrets.token_hex(8), **claims,
        }  # fmt: skip
        key = key or self.key
        head = {"alg": "RS256", "typ": "JWT", "kid": key.kid, **(header or {})}
        kept = {name: value for name, value in body.items() if value is not None}
        return jwt.encode({n: v for n, v in head.items() if v is not None}, kept, key)

    def ask_token(self, *scopes: str, assertion: str | None = None) -> requests.Response:
        return requests.post(
            self.platform["auth_token_url"],
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion or self.assertion(),
                "scope": " ".join(scopes),
            },
            timeout=10,
        )

    def token(self, *scopes: str) -> str:
        return self.ask_token(*(scopes or SCOPES)).json()["access_token"]

    def deep_link_reply(self, items: list[dict[str, Any]], **changes: Any) -> dict[str, str]:
        """The fields of the form that answers the latest deep linking launch; None leaves a claim out."""
        asked, now = self.launches[-1], int(time.time())
        claims = {
            "iss": self.platform["client_id"], "aud": self.platform["issuer"],
            "iat": now, "exp": now + 60, "nonce": secrets.token_hex(8),
            f"{CLAIM}/deployment_id": asked[f"{CLAIM}/deployment_id"],
            f"{CLAIM}/message_type": "LtiDeepLinkingResponse", f"{CLAIM}/version": "1.3.0",
            f"{DL}/content_items": items,
            f"{DL}/data": asked[f"{DL}/deep_linking_settings"]["data"],
            **changes,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        return {"JWT": jwt.encode({"alg": "RS256", "kid": self.key.kid}, kept, self.key)}


def tool_app(tool: TestTool) -> Flask:
    app = Flask("test_tool")

    @app.get("/jwks")
    def jwks() -> Response:
        tool.key_set_fetches += 1
        return jsonify(keys=[key.as_dict(private=False) for key in tool.published or [tool.key]])

    @app.route("/login", methods=["GET", "POST"])
    def login() -> Response:
        tool.logins.append({**request.values.to_dict(), "method": request.method})
        state, nonce = secrets.token_hex(8), secrets.token_hex(8)
        tool.nonces[state] = nonce
        asked = {
            "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
            "client_id": request.values["client_id"], "redirect_uri": f"{tool.url}/launch",
            "login_hint": request.values["login_hint"], "state": state, "nonce": nonce,
            "lti_message_hint": request.values["lti_message_hint"], **tool.auth_changes,
        }  # fmt: skip
        kept = {name: value for name, value in asked.items() if value is not None}
        answer = redirect(f"{tool.platform['auth_login_url']}?{urlencode(kept)}")
        answer.set_cookie("state", state, secure=True, samesite="None", partitioned=True)
        return answer

    @app.post("/launch")
    def launch() -> str | tuple[str, int]:
        if "error" in request.form:
            tool.errors.append(request.form.to_dict())
            return "<h1>error</h1>", 400
        assert request.cookies["state"] == request.form["state"]
        keys = KeySet.import_key_set(requests.get(tool.platform["key_set_url"], timeout=10).json())
        token = jwt.decode(request.form["id_token"], keys, algorithms=["RS256"])
        assert token.header["kid"]
        assert token.claims["nonce"] == tool.nonces.pop(request.form["state"])
        tool.launches.append(dict(token.claims))
        if token.claims[f"{CLAIM}/message_type"] == "LtiDeepLinkingRequest":
            item = {"type": "ltiResourceLink", "title": "Picked", "lineItem": {"scoreMaximum": 10}}
            url = token.claims[f"{DL}/deep_linking_settings"]["deep_link_return_url"]
            (name, value), *_ = tool.deep_link_reply([item]).items()
            return PICKER.format(url=url, name=name, value=value)
        return TOOL_PAGE

    @app.get("/register")
    def register() -> str:
        configuration = requests.get(request.args["openid_configuration"], timeout=10).json()
        headers = {"Authorization": f"Bearer {request.args['registration_token']}"}
        body = tool.registration_json()
        requests.post(configuration["registration_endpoint"], json=body, headers=headers, timeout=10)
        return REGISTERED

    return app


@contextmanager
def running_tool() -> Iterator[TestTool]:
    """The tool on a free port of 127.0.0.1, another site than the platform's localhost."""
    tool = TestTool()
    server = make_server("127.0.0.1", 0, tool_app(tool), threaded=True)
    tool.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
