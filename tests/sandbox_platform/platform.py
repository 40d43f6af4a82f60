"""The running practice LMS: its settings, memory, keys and switches in one place."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from flask import Flask, current_app

from . import people
from .activities import COURSE_ID
from .keys import SigningKeys
from .manners import SPECIFICATION, Manners
from .settings import PlatformSettings
from .state import State
from .switches import Switches
from .tool_keys import ToolKeys

EXTENSION = "practice_lms"


class Platform:
    """What every page and service of one practice LMS shares.

    `base_url` is also the issuer, unless the manners name another.
    """

    def __init__(self, settings: PlatformSettings, manners: Manners = SPECIFICATION) -> None:
        self.settings = settings
        self.manners = manners
        self.state = State(settings.database, small_ids=manners.small_ids)
        self.guid = self.state.remembered("guid", str(uuid.uuid4()))
        people.fill_school(
            self.state, class_size=settings.class_size, guid=self.people_guid, test_student=manners.test_student
        )
        self.keys = SigningKeys(self.state, settings)
        self.tool_keys = ToolKeys(settings.http_timeout_seconds)
        self.switches = Switches(settings.seed)
        self.base_url = settings.base_url.rstrip("/")

    @property
    def issuer(self) -> str:
        return self.manners.issuer or self.base_url

    @property
    def term(self) -> int:
        """1, and one more with every copy of the course."""
        return int(self.state.remembered("term", "1"))

    @property
    def context_id(self) -> str:
        if self.manners.small_ids:
            return str(1 + self.term)
        return f"{self.guid[:8]}-{COURSE_ID}" + (f"-term-{self.term}" if self.term > 1 else "")

    @property
    def context_history(self) -> str:
        """The courses this one was copied from, nearest first; empty when none, or nobody kept it."""
        return self.state.remembered("context_history", "")

    @property
    def people_guid(self) -> str:
        """Where ids of people come from; empty where they are small numbers."""
        return "" if self.manners.small_ids else self.guid

    def url(self, path: str) -> str:
        """An address of this platform, absolute."""
        return f"{self.base_url}{path}"

    def service_url(self, path: str) -> str:
        """An address of one of the course's services."""
        return f"{self.base_url}/services/{self.context_id}{path}"

    def line_item_url(self, column_id: str, rest: str = "") -> str:
        """Where a gradebook column lives; `rest` is /scores or /results (before any query string)."""
        return self.line_items_url(f"/{column_id}{self.manners.line_item_ending}{rest}")

    def line_items_url(self, rest: str = "") -> str:
        """Where the gradebook's columns are, with the query that every such address carries here."""
        query = f"?{self.manners.service_query}" if self.manners.service_query else ""
        return self.service_url(f"/lineitems{rest}") + query

    def rotate_keys(self) -> str:
        """Sign with a new key from now on; answers its kid."""
        return self.keys.rotate()

    def settle_at(self, app: Flask, base_url: str) -> None:
        """Fix the address once the port is known. Cookies ignore ports, so the cookie's name carries it."""
        self.base_url = base_url.rstrip("/")
        app.config["SESSION_COOKIE_NAME"] = f"practice_lms_{urlsplit(base_url).port or 0}"


def current() -> Platform:
    """The platform that answers this request."""
    platform: Platform = current_app.extensions[EXTENSION]
    return platform


def platform_of(app: Flask) -> Platform:
    """The platform behind an app, for tests and scripts in the same process."""
    platform: Platform = app.extensions[EXTENSION]
    return platform
