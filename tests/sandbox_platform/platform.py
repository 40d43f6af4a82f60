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
    """What every page and service of one practice LMS shares. `base_url` is also the issuer."""

    def __init__(self, settings: PlatformSettings, manners: Manners = SPECIFICATION) -> None:
        self.settings = settings
        self.manners = manners
        self.state = State(settings.database)
        self.guid = self.state.remembered("guid", str(uuid.uuid4()))
        people.fill_school(self.state, class_size=settings.class_size, guid=self.guid)
        self.keys = SigningKeys(self.state, settings)
        self.tool_keys = ToolKeys(settings.http_timeout_seconds)
        self.switches = Switches(settings.seed)
        self.base_url = settings.base_url.rstrip("/")

    @property
    def issuer(self) -> str:
        return self.base_url

    @property
    def context_id(self) -> str:
        return f"{self.guid[:8]}-{COURSE_ID}"

    def url(self, path: str) -> str:
        """An address of this platform, absolute."""
        return f"{self.base_url}{path}"

    def service_url(self, path: str) -> str:
        """An address of one of the course's services."""
        return f"{self.base_url}/services/{self.context_id}{path}"

    def line_item_url(self, column_id: str, rest: str = "") -> str:
        """Where a gradebook column lives; `rest` is /scores or /results (before any query string)."""
        query = f"?{self.manners.line_item_query}" if self.manners.line_item_query else ""
        return self.service_url(f"/lineitems/{column_id}{rest}") + query

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
