"""Who is in the course (Names and Role Provisioning Services 2.0), page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lti_tool.lti.claims import MESSAGE_TYPE, custom_of, is_placeholder, plain, texts
from lti_tool.lti.connection import Connection
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.http import Answer
from lti_tool.lti.links import differences_link
from lti_tool.lti.paging import pages, with_query
from lti_tool.lti.platforms import Platform
from lti_tool.lti.roles import is_test_user, role_of
from lti_tool.lti.values import LinkMember, Member, MessageType

ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ROSTER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def members(
    connection: Connection,
    memberships_url: str,
    *,
    groups: bool = False,
    changes: Callable[[str], None] | None = None,
    ends_empty: Callable[[], None] | None = None,
) -> Iterator[Member]:
    """Everybody in the course, one page in memory at a time.

    `groups` asks for groups (only where the launch offered the groups service). `changes` hears the address that will
    list what changed since now, where the LMS offers one. `ends_empty` hears that the last of several pages named
    nobody: most LMSs promise no page for that, so the list may have broken off. Raises `PlatformError` when a page is
    missing or cannot be read: then what came so far is *not* the roster, and nobody has left.

    It is never narrowed to a link or a role, as `link_members` is: whoever cannot open one link, or teaches, would
    seem to have left.
    """
    url = with_query(
        memberships_url,
        limit=connection.platform.member_page_limit,
        groups="true" if groups else None,
    )
    for entry in _read(connection, url, changes, ends_empty):
        yield _member(entry, connection.platform)


def changed_members(
    connection: Connection, changes_url: str, changes: Callable[[str], None] | None = None
) -> Iterator[Member]:
    """Who joined, changed or left since `changes_url` was given out (NRPS 2.0 §2.4.3); those who left are inactive.

    Raises `PlatformError`, also where the LMS no longer knows that moment: read the whole roster then.
    """
    for entry in _read(connection, changes_url, changes):
        yield _member(entry, connection.platform)


def link_members(connection: Connection, memberships_url: str, link_id: str) -> Iterator[LinkMember]:
    """The students who may open the link now, one page in memory at a time (`rlid`, NRPS 2.0 §3).

    Only for an LMS of which `Platform.lists_link_members` holds. Teachers may come, too: from an LMS that is not asked
    for one role (`role`, §2.4.1), or that ignores or forgets it. Where no student may open it everybody is asked for,
    since only a list that names somebody can be told from one that was not understood. Raises `PlatformError`: what
    came so far is then no list, and nobody is shut out.
    """
    url = with_query(memberships_url, limit=connection.platform.member_page_limit, rlid=link_id)
    wanted = [url]
    if connection.platform.narrows_link_members:
        wanted.insert(0, with_query(url, role=_LEARNER))
    for asked in wanted:
        came = False
        for entry in _read(connection, asked, None):
            came = True
            if _is_active(entry.get("status")):
                yield LinkMember(subject=_subject(entry), custom=_launch_custom(entry))
        if came:
            return


def _launch_custom(entry: dict[str, Any]) -> dict[str, str]:
    """Custom parameters of a launch of the link; empty when the LMS says none (they are optional, §3.2)."""
    messages = entry.get("message")
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, dict) and message.get(MESSAGE_TYPE, MessageType.RESOURCE) == MessageType.RESOURCE:
            return custom_of(message)
    return {}


def _read(
    connection: Connection,
    url: str,
    changes: Callable[[str], None] | None,
    ends_empty: Callable[[], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """Entries of the list that have an id: nobody could be recognised by the others."""

    def heard(answer: Answer) -> None:
        found = differences_link(answer.headers.get("Link"), url)
        if found and changes is not None:
            changes(found)

    is_first, is_empty = True, False
    for page in pages(connection, url, (ROSTER_SCOPE,), ROSTER_TYPE, heard=heard):
        if not isinstance(page, dict) or not isinstance(page.get("members"), list):
            raise PlatformError("The LMS sent a roster we cannot read.", permanent=False)
        for entry in page["members"]:
            if isinstance(entry, dict) and _subject(entry):
                yield entry
        is_first, is_empty = False, not is_first and not page["members"]
    if is_empty and ends_empty is not None:
        ends_empty()


def _subject(entry: dict[str, Any]) -> str:
    subject = entry.get("user_id")
    if isinstance(subject, int) and not isinstance(subject, bool):
        subject = str(subject)
    if not isinstance(subject, str) or not subject.strip() or len(subject) > 255 or not subject.isprintable():
        return ""
    return subject


def _member(entry: dict[str, Any], platform: Platform) -> Member:
    roles = _roles(entry.get("roles"))
    return Member(
        subject=_subject(entry),
        role=role_of(roles),
        says_role=bool(roles),
        active=_is_active(entry.get("status")),
        name=platform.roster_name(_name(entry, "name")),
        given_name=platform.roster_name(_name(entry, "given_name")),
        family_name=platform.roster_name(_name(entry, "family_name")),
        email=_name(entry, "email"),
        is_test_user=is_test_user(roles),
        groups=_groups(entry),
    )


def _roles(said: object) -> tuple[str, ...]:
    """The member's roles; one text may hold several with commas, as in LTI 1.1."""
    return tuple(role.strip() for one in texts(said) for role in one.split(",") if role.strip())


def _is_active(status: object) -> bool:
    """Active when nothing is said (NRPS 2.0 §2.2), or nothing that can be read. One LMS writes capitals."""
    return not isinstance(status, str) or status.strip().lower() in {"", "active"}


def _groups(entry: dict[str, Any]) -> tuple[str, ...] | None:
    """Ids of the member's groups (Course Groups Service 1.0); None when the LMS says nothing of groups."""
    listed = entry.get("group_enrollments")
    if not isinstance(listed, list):
        return None
    found = (plain(one.get("group_id"))[:255] for one in listed if isinstance(one, dict))
    return tuple(group for group in found if group)


def _name(entry: dict[str, Any], field: str) -> str:
    text = plain(entry.get(field))
    return "" if is_placeholder(text) else text[:320]
