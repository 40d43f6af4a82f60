"""Groups a course has in the LMS, with their names (LTI Course Groups Service 1.0)."""

from __future__ import annotations

from lti_tool.lti.claims import plain
from lti_tool.lti.connection import Connection
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.paging import pages

GROUPS_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"


def course_groups(connection: Connection, groups_url: str) -> dict[str, str]:
    """Names of the course's groups by their ids. Raises `PlatformError` when they cannot be read."""
    found: dict[str, str] = {}
    for page in pages(connection, groups_url, (GROUPS_SCOPE,), GROUPS_TYPE):
        listed = page.get("groups") if isinstance(page, dict) else None
        if not isinstance(listed, list):
            raise PlatformError("The LMS sent a list of groups we cannot read.", permanent=False)
        for entry in listed:
            group = plain(entry.get("id")) if isinstance(entry, dict) else ""
            if group:
                found[group[:255]] = plain(entry.get("name"))[:255]
    return found
