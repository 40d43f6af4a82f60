"""A school that stands already, and an LMS that signs launches in this process: nothing is sent over a network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey

from clock import Clock
from learner import Learner
from lti_tool.app import create_app
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import KeySetRow
from school import School, new_school

from .wire import Reply, Wire

ISSUER, CLIENT = "https://lms.example", "cairn"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A class with students at work, the tool in this process, and the key its LMS signs with."""

    app: Flask
    school: School
    settings: Settings
    key: RSAKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU milliseconds of one way in: the login, the launch, the first page."""

    login: float
    launch: float
    page: float

    @property
    def whole(self) -> float:
        """All three."""
        return self.login + self.launch + self.page


def new_key() -> RSAKey:
    """A key as LMSs have them: RSA, 2048 bits."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return RSAKey.import_key(pem, {"kid": "1", "alg": "RS256", "use": "sig"})


def stand(settings: Settings, db: Database, students: int) -> Standing:
    """A class whose students have welcome and first questions behind them and a question open, as on most days."""
    now = datetime.now(UTC)
    key = new_key()
    school = new_school(db, now, students=students)
    with db.writing() as session:
        session.add(
            KeySetRow(
                registration_id=school.registration_id,
                url="https://lms.example/jwks",
                document={"keys": [key.as_dict(private=False)]},
                fresh_until=now + timedelta(hours=12),
                tried_at=now - timedelta(hours=1),
            )
        )
    for who in school.students:
        learner = Learner(school, who, Clock(now))
        learner.start()
        learner.open_practice()
        for _ in range(3):
            learner.answer()
            learner.advance()
    return Standing(app=create_app(settings), school=school, settings=settings, key=key)


def claims(subject: str, nonce: str, target: str, **more: Any) -> dict[str, Any]:
    """A resource launch of usual size, with the services a usual LMS offers."""
    now = int(time.time())
    body: dict[str, Any] = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": subject,
        "iat": now,
        "exp": now + 300,
        "nonce": nonce,
        "name": "Ada Reyes",
        "given_name": "Ada",
        "family_name": "Reyes",
        "email": "ada@school.example",
        "locale": "en",
        f"{LTI}deployment_id": "1",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}target_link_uri": target,
        f"{LTI}roles": [f"{MEMBER}Learner"],
        f"{LTI}context": {"id": "course-5", "title": "Mathematics 5", "label": "M5", "type": ["CourseSection"]},
        f"{LTI}resource_link": {"id": "link-1", "title": "Fractions"},
        f"{LTI}custom": {"context_history": "$Context.id.history"},
        f"{LTI}tool_platform": {"product_family_code": "example", "guid": "1", "name": "Hill School"},
        f"{LTI}launch_presentation": {"document_target": "iframe", "locale": "en", "return_url": f"{ISSUER}/c/5"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
            "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
            "lineitem": f"{ISSUER}/items/1",
            "lineitems": f"{ISSUER}/items",
        },
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
            "context_memberships_url": f"{ISSUER}/members/5",
            "service_versions": ["2.0"],
        },
    }
    return {**body, **more}


def come_in(standing: Standing, subject: str, **more: Any) -> tuple[Spent, Wire, Reply]:
    """One person comes by a launch and sees the first page, a newcomer the welcome that home leads to."""
    base = standing.settings.base_url
    browser, target = Wire(standing.app, base), f"{base}/lti/launch"
    asked = {"iss": ISSUER, "client_id": CLIENT, "login_hint": subject, "target_link_uri": target}
    login = browser.get("/lti/login", asked)
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(login.location).query).items()}
    body = claims(subject, wanted["nonce"], target, **more)
    token = jwt.encode({"alg": "RS256", "kid": "1", "typ": "JWT"}, body, standing.key)
    launch = browser.post("/lti/launch", {"state": wanted["state"], "id_token": token})
    page = browser.get(launch.location)
    shown = page.milliseconds
    if page.status == 303:
        page = browser.get(page.location)
        shown += page.milliseconds
    if page.status != 200:
        raise AssertionError(f"{launch.status} {page.status} {(page.body or launch.body)[:2000]!r}")
    spent = Spent(login=login.milliseconds, launch=launch.milliseconds, page=shown)
    return spent, browser, page
