"""What a launch costs in the plain Flask example of pylti1p3's documentation, with nothing around it.

Built from the same parts in the same order as that example (github.com/dmitry-viskov/pylti1.3-flask-example), in words
of our own: settings and private key read from files with every request, launch data in a simple in-memory cache that
pickles, the page that checks cookies, the launch printed, the LMS's keys fetched for every launch as the library does
unless told otherwise, a page from a template. It does less than any real tool: no database, nothing kept for longer.

Its cookies are those of https; what it prints goes nowhere; Flask's debug mode is off, which only makes it faster.
"""

from __future__ import annotations

import json
import os
import pickle
import pprint
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, render_template
from jinja2 import DictLoader
from joserfc import jwt
from joserfc.jwk import RSAKey
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfJsonFile

from .key_server import published
from .wire import Wire

ISSUER, CLIENT, TOOL = "https://lms.example.org", "client", "https://tool.example.org"
ROUNDS = 60
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title }}</title>
<link rel="stylesheet" href="{{ url_for('static', filename='tool.css') }}">
<script>const hardness = "{{ hardness }}", person = "{{ name }}", launch = "{{ launch }}";</script>
<script src="{{ url_for('static', filename='tool.js') }}"></script>
</head>
<body>
{% if choosing %}<h1>Choose</h1>{% else %}<h1>Hello {{ name }}</h1><canvas id="game"></canvas>{% endif %}
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How much of the example: its cookie check and printing (`whole`), or without; how it comes by the LMS's keys."""

    name: str
    whole: bool = True
    scheme: str = "https"
    keeps_keys: bool = False


MANNERS = (
    Manner(name="pylti1p3's Flask example"),
    Manner(name="with an LMS that has no https", scheme="http"),
    Manner(name="no cookie check, nothing printed", whole=False, scheme="http"),
    Manner(name="and the LMS's keys kept", whole=False, scheme="http", keeps_keys=True),
)
"""The first is the example as it is documented, the last is the least that a launch with pylti1p3 takes."""


class _Cache:
    """As the simple cache of Flask-Caching: pickled values in a dictionary, with an end."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, bytes]] = {}

    def get(self, key: str) -> Any:
        until, value = self._kept.get(key, (0.0, b""))
        return pickle.loads(value) if until > time.time() else None

    def set(self, key: str, value: Any, timeout: int | None = None) -> None:
        self._kept[key] = time.time() + (timeout or 600), pickle.dumps(value)


def plain_tool(settings: Path, manner: Manner) -> Flask:
    """The tool: a login, and a launch that answers with a page."""
    app = Flask("plain")
    app.secret_key = "bench"
    app.jinja_loader = DictLoader({"game.html": PAGE})
    cache, nowhere = _Cache(), open(os.devnull, "w")  # noqa: SIM115 - as long as the process

    def login() -> Any:
        conf, request = ToolConfJsonFile(str(settings)), FlaskRequest()
        target = request.get_param("target_link_uri")
        started = FlaskOIDCLogin(request, conf, launch_data_storage=FlaskCacheDataStorage(cache))
        if manner.whole:
            started.enable_check_cookies()
        return started.redirect(target)

    def launch() -> str:
        conf, storage = ToolConfJsonFile(str(settings)), FlaskCacheDataStorage(cache)
        message = FlaskMessageLaunch(FlaskRequest(), conf, launch_data_storage=storage)
        if manner.keeps_keys:
            message.set_public_key_caching(FlaskCacheDataStorage(cache))
        data: Any = message.get_launch_data()
        if manner.whole:
            pprint.pprint(data, stream=nowhere)
        return render_template(
            "game.html",
            title="Game",
            choosing=message.is_deep_link_launch(),
            launch=message.get_launch_id(),
            name=data.get("name", ""),
            hardness=data.get(f"{LTI}custom", {}).get("difficulty", "normal"),
        )

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


def launches(manner: Manner) -> Iterator[float]:
    """CPU milliseconds of all requests from login to page, launch by launch, each by a new browser."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = RSAKey.import_key(pem, {"kid": "1", "alg": "RS256", "use": "sig"})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="cairn-plain-")))
        key_set_url = stack.enter_context(published({"keys": [key.as_dict(private=False)]}, manner.scheme))
        app = plain_tool(_settings(folder, pem, key_set_url), manner)
        for _ in range(ROUNDS):
            yield _launch(app, manner, key)


def _settings(folder: Path, private_key: bytes, key_set_url: str) -> Path:
    (folder / "private.key").write_bytes(private_key)
    place = folder / "game.json"
    issuer = {
        "default": True,
        "client_id": CLIENT,
        "auth_login_url": f"{ISSUER}/auth",
        "auth_token_url": f"{ISSUER}/token",
        "key_set_url": key_set_url,
        "key_set": None,
        "private_key_file": "private.key",
        "deployment_ids": ["1"],
    }
    place.write_text(json.dumps({ISSUER: [issuer]}))
    return place


def _launch(app: Flask, manner: Manner, key: RSAKey) -> float:
    browser = Wire(app, TOOL)
    asked = {"iss": ISSUER, "login_hint": "1", "target_link_uri": f"{TOOL}/lti/launch", "client_id": CLIENT}
    checked = browser.get("/lti/login", asked).milliseconds if manner.whole else 0.0
    login = browser.get("/lti/login", {**asked, "lti1p3_new_window": "1"})
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(login.location).query).items()}
    token = jwt.encode({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims(wanted["nonce"]), key)
    page = browser.post("/lti/launch", {"state": wanted["state"], "id_token": token})
    assert b"Hello Ada" in page.body, page.body
    return checked + login.milliseconds + page.milliseconds
