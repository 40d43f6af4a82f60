"""Where LMSs and browsers find this tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lti_tool.settings import Settings

PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_KEY = "placement"
_TARGETS = frozenset({"", "/", "/lti", "/lti/", "/lti/launch", "/lti/picker", "/lti/review"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAddresses:
    """The addresses an LMS is told about. `base_url` is the public one, without a trailing slash."""

    base_url: str

    @property
    def login(self) -> str:
        """OIDC login initiation."""
        return self.base_url + "/lti/login"

    @property
    def launch(self) -> str:
        """The only redirect address, and the target of every link we make."""
        return self.base_url + "/lti/launch"

    @property
    def jwks(self) -> str:
        """Our public keys."""
        return self.base_url + "/lti/jwks"

    @property
    def register(self) -> str:
        """Where an LMS starts dynamic registration."""
        return self.base_url + "/lti/register"

    @property
    def picker(self) -> str:
        """Where a teacher chooses content."""
        return self.base_url + "/lti/picker"

    @property
    def review(self) -> str:
        """Where a teacher looks at one student's work from the gradebook."""
        return self.base_url + "/lti/review"

    @property
    def logo(self) -> str:
        """A square picture for the LMS's menus."""
        return self.base_url + "/static/icon.png"

    @property
    def notices(self) -> str:
        """Where an LMS announces copied courses."""
        return self.base_url + "/lti/notices"

    def link(self, key: str) -> str:
        """The address of one activity: it carries our key, for LMSs that lose custom parameters in a copy."""
        return f"{self.launch}?{_KEY}={key}"

    @staticmethod
    def key_of(url: str) -> str:
        """Our key out of such an address, also when an LMS has escaped it once too often; else empty."""
        query = urlsplit(url).query
        named = [*parse_qsl(query), *parse_qsl(unquote(query))]
        return next((value for name, value in named if name == _KEY), "")

    @property
    def installing(self) -> str:
        """Guides for LMS admins."""
        return self.base_url + "/install/"

    def configuration(self, lms: str) -> str:
        """Where an LMS reads our configuration, if it reads one."""
        return f"{self.installing}{lms}/configuration.json"

    @property
    def domain(self) -> str:
        """Host with port, as LMSs compare it (the port counts)."""
        return urlsplit(self.base_url).netloc

    def is_ours(self, url: str) -> bool:
        """True when `url` lies on our host, below our path."""
        parts, ours = _parts(url), urlsplit(self.base_url)
        if parts is None or _host_and_port(parts) != _host_and_port(ours, parts.scheme):
            return False
        return f"{parts.path}/".startswith(ours.path.rstrip("/") + "/")

    def is_target(self, url: str) -> bool:
        """True when `url` is on our host and one of the places a launch may aim at.

        Nothing is ever redirected to such an address; the check makes a wrongly installed or forged link visible.
        """
        parts = _parts(url)
        ours = urlsplit(self.base_url)
        if parts is None or _host_and_port(parts) != _host_and_port(ours, parts.scheme):
            return False
        prefix = ours.path.rstrip("/")
        return parts.path.startswith(prefix) and parts.path[len(prefix) :] in _TARGETS


def tool_addresses(settings: Settings) -> ToolAddresses:
    """The addresses of this installation."""
    return ToolAddresses(base_url=settings.base_url.rstrip("/"))


def _parts(url: str) -> SplitResult | None:
    """Split an address a browser or an LMS named; None when it is not a plain web address."""
    if not url or len(url) > 4096 or _UNPRINTABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts


def _host_and_port(parts: SplitResult, scheme: str = "") -> tuple[str, int]:
    """Host and port. `scheme` forgives http typed for https in an LMS form: the host is what must be ours."""
    default = PORTS.get(scheme or parts.scheme, 0)
    return (parts.hostname or "").lower(), parts.port or default
