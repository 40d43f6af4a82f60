"""Coming in without an LMS: a visit as a launch would leave it, and a browser that holds its key."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.store import courses
from lti_tool.store.launches import Visit
from lti_tool.store.platforms import fingerprint
from lti_tool.store.tables import LaunchRow
from school import School

ORIGIN = "https://lms.example"


def open_visit(school: School, visit: Visit, **details: Any) -> tuple[str, str]:
    """Write the visit down as a launch does. Returns its id and the browser's secret."""
    launch_id, secret = f"{visit.launch_id}-{visit.role}", f"secret-of-{visit.launch_id}"
    shown = {"platform_origin": ORIGIN, "return_url": f"{ORIGIN}/course/5", "platform_name": "Hill LMS", **details}
    with school.db.writing() as session:
        session.merge(
            LaunchRow(
                id=launch_id,
                secret_hash=fingerprint(secret),
                person_id=visit.person_id,
                deployment_id=visit.deployment_id,
                course_id=visit.course_id,
                placement_id=visit.placement_id,
                role=visit.role,
                message_type=visit.message_type,
                locale=visit.locale,
                details=shown,
                claims={},
                created_at=visit.expires_at - timedelta(days=365),
                expires_at=visit.expires_at,
            )
        )
    return launch_id, secret


class Browser:
    """One person's browser inside one visit; it fills in form tokens as a page would."""

    def __init__(self, app: Flask, school: School, visit: Visit, *, role: str = "", **details: Any) -> None:
        self.visit = replace(visit, role=role) if role else visit
        launch_id, secret = open_visit(school, self.visit, **details)
        self.base = f"/l/{launch_id}/"
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("cairn", secret, path=self.base)

    def get(self, path: str = "", **more: Any) -> TestResponse:
        """A page of the visit."""
        return self.client.get(self.base + path, **more)

    def text(self, path: str = "") -> str:
        """A page's words and marks, after redirects."""
        return self.get(path, follow_redirects=True).text

    def token(self) -> str:
        """A form token, read off a page that has one."""
        found = re.search(r'name="token" value="([\w-]+)"', self.text() + self.text("rules"))
        assert found is not None
        return found[1]

    def send(self, path: str, *, token: str | None = None, follow: bool = True, **fields: Any) -> TestResponse:
        """Send a form. Fields with a colon or a dot come as a dict named `more`."""
        fields = {**fields, **fields.pop("more", {}), "token": self.token() if token is None else token}
        return self.client.post(self.base + path, data=fields, follow_redirects=follow)


Enter = Callable[..., Browser]
"""Come in as somebody, by role; more names are details of the launch."""


def fields_of(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as the fields of the question's form."""
    if "order" in answer:
        return {f"place:{key}": str(place) for place, key in enumerate(answer["order"], start=1)}
    if "pairs" in answer:
        return {f"pair:{left}": right for left, right in answer["pairs"].items()}
    return answer


def chosen_part(school: School) -> str:
    """The part in force, as the rules form names it."""
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        return f"{row.content_id}:{row.part}"
