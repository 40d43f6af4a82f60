"""Which LMS is this? Asked once per visit; elsewhere only its habits are asked for."""

from __future__ import annotations

from functools import lru_cache

from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.blackboard import Blackboard
from lti_tool.lti.platforms.brightspace import Brightspace
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.openedx import OpenEdx
from lti_tool.lti.platforms.sakai import Sakai
from lti_tool.lti.platforms.sandbox import Sandbox
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.values import PlatformClaims, Registration

_PLATFORMS: tuple[Platform, ...] = (
    Canvas(),
    Moodle(),
    Schoology(),
    Blackboard(),
    Brightspace(),
    OpenEdx(),
    Sakai(),
    Sandbox(),
)
_AS_SPECIFIED = Platform()


def detect(registration: Registration, claims: PlatformClaims | None = None) -> Platform:
    """The LMS of an installation; one that keeps to the specification when we do not know it.

    What the LMS says of itself counts first (in this launch, then at registration), then the host of its issuer,
    then the path of its sign-in address.
    """
    found = detect_by((claims.product if claims else "") or registration.product, registration.issuer)
    if found is not _AS_SPECIFIED:
        return found
    by_path = (platform for platform in _PLATFORMS if platform.signs_in_at(registration.auth_login_url))
    return next(by_path, found)


@lru_cache(maxsize=4096)
def detect_by(product: str = "", issuer: str = "") -> Platform:
    """The LMS of a product code or an issuer."""
    for code in dict.fromkeys((product, "")):
        for platform in _PLATFORMS:
            if platform.is_mine(code, issuer):
                return platform
    return _AS_SPECIFIED


def all_platforms() -> tuple[Platform, ...]:
    """Those we know, for pages that list them."""
    return _PLATFORMS
