"""What a launch tells the tool: the claims of the three LTI messages."""

from __future__ import annotations

import secrets
from typing import Any

from . import activities, course_groups, gradebook, lti, people
from .activities import Activity
from .custom import Occasion, substituted
from .gradebook import Column
from .launches import Launch
from .people import Person
from .platform import Platform
from .tools import Tool

VERSION = "1.0"


def claims_for(platform: Platform, launch: Launch, nonce: str) -> dict[str, Any]:
    """All claims of the id_token for this launch (Core 1.3 section 5, and the Advantage specifications)."""
    tool, person = launch.tool, launch.person
    claims = {
        **_security_claims(platform, tool, person, nonce),
        **(person_claims(tool, person) if platform.switches.options.names_in_launches else {}),
        lti.MESSAGE_TYPE: launch.message_type,
        lti.VERSION: "1.3.0",
        lti.DEPLOYMENT_ID: tool.deployment_id,
        lti.TARGET_LINK_URI: target_link_uri(launch),
        lti.ROLES: platform.manners.roles(person),
        lti.CONTEXT: context_claim(platform),
        lti.TOOL_PLATFORM: _tool_platform(platform),
        lti.LAUNCH_PRESENTATION: _presentation(platform, launch),
        lti.LIS: {
            "person_sourcedid": person.sourced_id,
            "course_section_sourcedid": platform.settings.course_label,
        },
    }
    if person.kind == "parent":
        child = people.find_person(platform.state, person.child_key)
        claims[lti.ROLE_SCOPE_MENTOR] = [child.user_id] if child else []
    if launch.activity:
        claims[lti.RESOURCE_LINK] = _resource_link(launch.activity)
    claims |= _custom(platform, launch) | _services(platform, launch)
    if launch.message_type == lti.DEEP_LINKING:
        claims[lti.DL_SETTINGS] = _deep_linking(platform, launch)
    if launch.for_person:
        claims[lti.FOR_USER] = _for_user(tool, launch.for_person)
    in_use = any(one.client_id == tool.client_id for one in activities.all_activities(platform.state))
    return platform.manners.claims(claims, in_use)


def target_link_uri(launch: Launch) -> str:
    """Where the tool should take the person: the review address, the activity's own, or the tool's."""
    if launch.message_type == lti.SUBMISSION_REVIEW and launch.column and launch.column.review:
        review_url = launch.column.review.get("url")
        if isinstance(review_url, str) and review_url:
            return review_url
    if launch.activity and launch.activity.url:
        return launch.activity.url
    return launch.tool.target_of(launch.message_type)


def context_claim(platform: Platform) -> dict[str, Any]:
    return {
        "id": platform.context_id,
        "label": platform.settings.course_label,
        "title": platform.settings.course_title,
        "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
    }


def person_claims(tool: Tool, person: Person) -> dict[str, str]:
    """Names and e-mail, as far as the tool was registered to see them."""
    known = {
        "name": person.name, "given_name": person.given_name,
        "family_name": person.family_name, "email": person.email,
    }  # fmt: skip
    return {claim: value for claim, value in known.items() if claim in tool.claims}


def _security_claims(platform: Platform, tool: Tool, person: Person, nonce: str) -> dict[str, Any]:
    now = int(platform.settings.clock().timestamp())
    return {
        "iss": platform.issuer,
        "aud": tool.client_id,
        "azp": tool.client_id,
        "sub": person.user_id,
        "iat": now,
        "exp": now + (platform.manners.id_token_seconds or platform.settings.id_token_seconds),
        "nonce": nonce,
        "jti": secrets.token_urlsafe(12),
        "locale": platform.settings.locale,
    }


def _tool_platform(platform: Platform) -> dict[str, str]:
    if not platform.manners.says_product:
        return {"guid": platform.guid, "name": platform.settings.school}
    return {
        "guid": platform.guid,
        "name": platform.settings.school,
        "description": "A practice LMS",
        "product_family_code": platform.manners.product_family_code,
        "version": VERSION,
        "url": platform.base_url,
    }


def _presentation(platform: Platform, launch: Launch) -> dict[str, Any]:
    return {
        "document_target": launch.document_target,
        "return_url": platform.url("/return"),
        "locale": platform.settings.locale,
    }


def _resource_link(activity: Activity) -> dict[str, str]:
    link = {"id": activity.id, "title": activity.title}
    return {**link, "description": activity.text} if activity.text else link


def _custom(platform: Platform, launch: Launch) -> dict[str, Any]:
    custom = platform.manners.custom(launch.tool.custom, launch.activity.custom if launch.activity else {})
    if launch.message_type == lti.SUBMISSION_REVIEW and launch.column and launch.column.review:
        custom |= launch.column.review.get("custom") or {}
    if not custom:
        return {}
    occasion = Occasion(
        platform=platform, tool=launch.tool, person=launch.person, activity=launch.activity,
        column=launch.column or _only_column(platform, launch.activity),
    )  # fmt: skip
    return {lti.CUSTOM: substituted(custom, occasion)}


def _only_column(platform: Platform, activity: Activity | None) -> Column | None:
    columns = gradebook.columns_of_activity(platform.state, activity.id) if activity else []
    return columns[0] if len(columns) == 1 else None


def _services(platform: Platform, launch: Launch) -> dict[str, Any]:
    tool, claims = launch.tool, {}
    scopes = [scope for scope in lti.AGS_SCOPES if scope in tool.scopes]
    if scopes:
        endpoint: dict[str, Any] = {"scope": scopes, "lineitems": platform.line_items_url()}
        column = launch.column or _only_column(platform, launch.activity)
        if column:
            named = platform.manners.names_made_columns or not gradebook.is_made_by_tool(platform.state, column.id)
            endpoint["lineitem"] = platform.line_item_url(column.id) if named else ""
        claims[lti.AGS_CLAIM] = endpoint
    if lti.MEMBERSHIP_READ in tool.scopes:
        address = platform.service_url("/memberships")
        claims[lti.NRPS_CLAIM] = {"context_memberships_url": address, "service_versions": ["2.0"]}
    if course_groups.offered(platform) and lti.GROUPS_READ in tool.scopes:
        claims[lti.GROUPS_CLAIM] = {
            "context_groups_url": platform.service_url("/groups"),
            "scope": [lti.GROUPS_READ],
            "service_versions": ["1.0"],
        }
    if platform.manners.sends_notices and lti.NOTICE_HANDLERS in tool.scopes:
        claims[lti.NOTICES_CLAIM] = {
            "platform_notification_service_url": platform.url(f"/services/notices/{tool.deployment_id}"),
            "service_versions": ["1.0"],
            "scope": [lti.NOTICE_HANDLERS],
            "notice_types_supported": [lti.COPY_NOTICE],
        }
    return claims


def _deep_linking(platform: Platform, launch: Launch) -> dict[str, Any]:
    deep_link = platform.state.row("SELECT * FROM deep_links WHERE id = ?", launch.deep_link_id)
    assert deep_link is not None
    settings = {
        "deep_link_return_url": platform.url(f"/deep-links/{launch.deep_link_id}"),
        "accept_types": list(platform.manners.accept_types),
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": platform.switches.options.accept_multiple,
        "auto_create": True,
        "title": "Choose activities",
        "text": f"They will appear in {platform.settings.course_title}.",
    }
    if platform.manners.says_accept_line_item:
        settings["accept_lineitem"] = True
    return settings | ({"data": deep_link["data"]} if platform.manners.sends_data else {})


def _for_user(tool: Tool, person: Person) -> dict[str, Any]:
    named = {"user_id": person.user_id, "person_sourcedid": person.sourced_id}
    return {**named, **person_claims(tool, person), "roles": list(person.roles)}
