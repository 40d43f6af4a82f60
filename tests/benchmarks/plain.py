"""What a launch costs in a plain Flask tool on pylti1p3: the example of its documentation, with nothing around it.

It does less than any real tool: one platform in memory, no database, launch data in the session's cookie, one small
page. Keys are read from memory where it would fetch them over the network, and once more with its cache switched on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, render_template_string
from joserfc import jwt
from joserfc.jwk import RSAKey
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.launch_data_storage.base import LaunchDataStorage
from pylti1p3.tool_config import ToolConfDict
from requests.adapters import BaseAdapter

from .wire import Wire

ISSUER, CLIENT, TOOL = "https://lms.example.org", "client", "https://tool.example.org"
ROUNDS = 60
PAGE = "<!doctype html><title>{{ title }}</title><h1>Hello {{ name }}</h1><p>{{ title }}</p>"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"


class _KeysFromMemory(BaseAdapter):
    """Answers the request for the platform's keys without a network."""

    def __init__(self, key_set: dict[str, Any]) -> None:
        super().__init__()
        self._body = json.dumps(key_set).encode()

    def send(self, request: Any, **_: Any) -> requests.Response:  # type: ignore[override]
        response = requests.Response()
        response.status_code, response._content = 200, self._body
        response.headers["Content-Type"], response.request, response.url = "application/json", request, request.url
        return response

    def close(self) -> None:
        pass


class _InMemory(LaunchDataStorage[Any]):
    """A cache as pylti1p3 wants it, as quick as can be."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, Any] = {}

    def can_set_keys_expiration(self) -> bool:
        return False

    def get_value(self, key: str) -> Any:
        return self._kept.get(key)

    def set_value(self, key: str, value: Any, exp: int | None = None) -> None:
        self._kept[key] = value

    def check_value(self, key: str) -> bool:
        return key in self._kept


def plain_tool(key_set: dict[str, Any], *, cached: bool) -> Flask:
    """The tool: a login, and a launch that answers with a page."""
    app = Flask("plain")
    app.secret_key = "bench"
    session = requests.Session()
    session.mount("https://", _KeysFromMemory(key_set))
    storage: Any = _InMemory() if cached else None
    settings = ToolConfDict(
        {
            ISSUER: {
                "client_id": CLIENT,
                "auth_login_url": f"{ISSUER}/auth",
                "auth_token_url": f"{ISSUER}/token",
                "key_set_url": f"{ISSUER}/keys",
                "deployment_ids": ["1"],
            }
        }
    )

    def login() -> Any:
        request = FlaskRequest()
        return FlaskOIDCLogin(request, settings, launch_data_storage=storage).redirect(
            request.get_param("target_link_uri")
        )

    def launch() -> str:
        message = FlaskMessageLaunch(
            FlaskRequest(), settings, requests_session=session, launch_data_storage=storage
        )
        if cached:
            message.set_public_key_caching(storage)
        data: Any = message.get_launch_data()
        return render_template_string(PAGE, title=data[f"{LTI}resource_link"]["title"], name=data["name"])

    app.add_url_rule("/lti/login", view_func=login)
    app.add_url_rule("/lti/launch", view_func=launch, methods=["POST"])
    return app


def claims(nonce: str) -> dict[str, Any]:
    """A resource launch of usual size."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "somebody",
        "iat": now,
        "exp": now + 300,
        "nonce": nonce,
        "name": "Ada Osei",
        "given_name": "Ada",
        "family_name": "Osei",
        f"{LTI}deployment_id": "1",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}target_link_uri": f"{TOOL}/lti/launch",
        f"{LTI}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        f"{LTI}context": {"id": "course-1", "title": "Mathematics 5", "label": "M5"},
        f"{LTI}resource_link": {"id": "link-1", "title": "What a fraction is"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
            "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
            "lineitem": f"{ISSUER}/items/1",
            "lineitems": f"{ISSUER}/items",
        },
    }


def launches(*, cached: bool) -> Iterator[float]:
    """CPU milliseconds of login, launch and page together, launch by launch, each by a new browser."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = RSAKey.import_key(pem, {"kid": "1", "alg": "RS256", "use": "sig"})
    app = plain_tool({"keys": [key.as_dict(private=False)]}, cached=cached)
    asked = {"iss": ISSUER, "login_hint": "1", "target_link_uri": f"{TOOL}/lti/launch", "client_id": CLIENT}
    for _ in range(ROUNDS):
        browser = Wire(app, TOOL)
        login = browser.get("/lti/login", asked)
        wanted = {name: values[0] for name, values in parse_qs(urlsplit(login.location).query).items()}
        token = jwt.encode({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims(wanted["nonce"]), key)
        page = browser.post("/lti/launch", {"state": wanted["state"], "id_token": token})
        assert b"Hello Ada" in page.body, page.body
        yield login.milliseconds + page.milliseconds
