"""A practice LMS with the manners of another, the small tool installed in it, and one graded activity."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc.jwk import RSAKey

from platform_tests.calls import SCORE_TYPE, score, write
from platform_tests.tool import TestTool, running_tool
from sandbox_platform import PlatformSettings, PracticeClient, start
from sandbox_platform.manners import BY_NAME

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(seconds: float = 0) -> str:
    return (BEGIN + timedelta(seconds=seconds)).isoformat()


@dataclass(frozen=True, kw_only=True)
class There:
    """An LMS and a guest in it."""

    lms: PracticeClient
    tool: TestTool
    activity: dict[str, Any]
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def pupil(self) -> tuple[str, str]:
        """Key and user id of a student nobody else uses."""
        person = self.lms.add_student("New", f"Comer {next(self._numbers)}")
        return person["key"], person["user_id"]

    @property
    def column(self) -> dict[str, Any]:
        return self.lms.gradebook()[0]

    def cell(self, key: str) -> dict[str, Any]:
        return self.column["grades"].get(key, {})

    def address(self, rest: str) -> str:
        """The column's address with more path, before its query."""
        parts = urlsplit(self.column["url"])
        return parts._replace(path=parts.path + rest).geturl()

    def score(self, user_id: str, given: float | None, seconds: float = 0, **more: Any) -> requests.Response:
        body = score(user_id, given, at=at(seconds), **more)
        return write(self.tool, "POST", self.address("/scores"), body, SCORE_TYPE)

    def ask(self, url: str, accept: str, **params: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tool.token()}", "Accept": accept}
        return requests.get(url, headers=headers, params=params, timeout=10)

    def launch(self, person: str) -> dict[str, Any]:
        """The claims the tool gets when this person opens the activity."""
        self.lms.enter(person, self.activity["id"])
        return self.tool.launches[-1]

    def pick(self, item: dict[str, Any], **claims: Any) -> str:
        """Offer one item in the picker, with these claims besides: why it was refused, empty when it was taken."""
        from sandbox_platform.browsing import LaunchForm

        self.lms.open_picker("teacher", self.tool.platform["client_id"])
        settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
        asked = self.tool.launches[-1][settings]
        asked.setdefault("data", None)
        fields = self.tool.deep_link_reply([{"type": "ltiResourceLink", "title": "Halves", **item}], **claims)
        form = LaunchForm(action=asked["deep_link_return_url"], fields=fields)
        return self.lms.finish_picking(form).refused or ""


@contextmanager
def at_home(name: str, key: RSAKey, **changes: Any) -> Iterator[There]:
    """The LMS called `name`, some of its manners changed, for the length of a `with` block."""
    running = start(PlatformSettings(class_size=4), manners=replace(BY_NAME[name], **changes))
    client = PracticeClient(running.url, running.admin_token)
    try:
        with running_tool() as tool:
            tool.key = key
            tool.know(client.register_by_hand(**tool.registration_values()))
            client_id = tool.platform["client_id"]
            activity = client.add_activity(
                client_id, title="Fractions", url=f"{tool.url}/launch",
                custom={"part": "1", "link_history": "$ResourceLink.id.history", "MixedCase": "V"},
                lineItem={"label": "Fractions (column)", "scoreMaximum": 20, "resourceId": "r1", "tag": "t1"},
            )  # fmt: skip
            yield There(lms=client, tool=tool, activity=activity)
    finally:
        running.stop()
