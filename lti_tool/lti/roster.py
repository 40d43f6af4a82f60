"""Who is in the course (Names and Role Provisioning Services 2.0), page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lti_tool.lti.claims import is_placeholder, plain, texts
from lti_tool.lti.connection import Connection
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.paging import pages, with_query
from lti_tool.lti.roles import is_test_user, role_of
from lti_tool.lti.values import Member

ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ROSTER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def members(connection: Connection, memberships_url: str, *, resource_link_id: str = "") -> Iterator[Member]:
    """Everybody in the course, one page in memory at a time.

    `resource_link_id` narrows the roster to those who can open that link, where the LMS can. Raises `PlatformError`
    when a page is missing or cannot be read: then what came so far is *not* the roster, and nobody has left.
    """
    platform = connection.platform
    url = with_query(
        memberships_url,
        limit=platform.member_page_limit,
        rlid=resource_link_id if platform.accepts_rlid else None,
    )
    for page in pages(connection, url, (ROSTER_SCOPE,), ROSTER_TYPE):
        if not isinstance(page, dict) or not isinstance(page.get("members"), list):
            raise PlatformError("The LMS sent a roster we cannot read.", permanent=False)
        for entry in page["members"]:
            member = _member(entry)
            if member is not None:
                yield member


def _member(entry: Any) -> Member | None:
    """One member; None for an entry without an id, which nobody could be recognised by."""
    subject = entry.get("user_id") if isinstance(entry, dict) else None
    if isinstance(subject, int) and not isinstance(subject, bool):
        subject = str(subject)
    if not isinstance(subject, str) or not subject or len(subject) > 255:
        return None
    roles = texts(entry.get("roles"))
    return Member(
        subject=subject,
        role=role_of(roles),
        active=str(entry.get("status") or "Active").lower()
        == "active",  # default: NRPS 2.0 §2.2; one writes capitals
        name=_name(entry, "name"),
        given_name=_name(entry, "given_name"),
        family_name=_name(entry, "family_name"),
        email=_name(entry, "email"),
        is_test_user=is_test_user(roles),
    )


def _name(entry: dict[str, Any], field: str) -> str:
    text = plain(entry.get(field))
    return "" if is_placeholder(text) else text[:320]
