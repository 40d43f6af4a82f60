"""Somebody opens an activity: the LMS's signed message becomes a `Launch`, or a `LaunchRefused` that says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lti_tool.lti import claims
from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.key_sets import KeySets
from lti_tool.lti.login import must_be_active
from lti_tool.lti.messages import Expected, SignedMessage, for_user
from lti_tool.lti.refusals import clean, refuse
from lti_tool.lti.roles import is_lms_admin, is_test_user, role_of
from lti_tool.lti.values import Launch, MessageType, OpenLogin, Registration


def unverified_state(form: Mapping[str, str]) -> str:
    """The state of the form, to look up and use up the login it names. Proves nothing yet.

    Raises `LaunchRefused` when the LMS reports an error instead of a launch, or when the form is not a launch.
    """
    if form.get("error"):
        words = ": ".join(part for part in (clean(form["error"]), clean(form.get("error_description", ""))) if part)
        raise refuse("platform_said_no", words=words.rstrip("."))
    if not form.get("state"):
        raise refuse("launch_incomplete", missing="state")
    return form["state"]


def verify(
    form: Mapping[str, str],
    login: OpenLogin,
    registration: Registration,
    key_sets: KeySets,
    tool: ToolAddresses,
    now: datetime,
) -> Launch:
    """Check the launch message in full (LTI Security Framework 1.0 §5.1.3) and say what it says.

    `login` must have been taken out of the store for good before, so that a message can be used once. Makes no call
    to the LMS, except for its public keys when they are new. Raises `LaunchRefused`.
    """
    if now >= login.expires_at:
        raise refuse("state_unknown")
    if registration.id != login.registration_id:
        raise refuse("state_unknown")
    must_be_active(registration)
    message = SignedMessage(
        form, Expected(login=login, registration=registration, key_sets=key_sets, now=now)
    ).validate()
    body = message.body()
    target = body.get(claims.TARGET_LINK_URI)
    if target is None and body[claims.MESSAGE_TYPE] != MessageType.RESOURCE:
        target = login.target_link_uri  # only resource launches must carry it (Core §5.3.4)
    if not isinstance(target, str) or not tool.is_target(target):
        refused = refuse("target_foreign", target=target or "(nowhere)")
        refused.return_url = claims.presentation_of(body).return_url
        raise refused
    return _launch(body, registration.id, target)


def _launch(body: dict[str, Any], registration_id: int, target: str) -> Launch:
    message_type = MessageType(body[claims.MESSAGE_TYPE])
    roles = claims.texts(body[claims.ROLES])
    return Launch(
        registration_id=registration_id,
        deployment_id=body[claims.DEPLOYMENT_ID],
        message_type=message_type,
        subject=body["sub"],
        person=claims.person_of(body),
        role=role_of(roles),
        is_test_user=is_test_user(roles),
        is_lms_admin=is_lms_admin(roles),
        mentored=claims.texts(body.get(claims.MENTORED)),
        course=claims.course_of(body),
        link=claims.link_of(body),
        target_link_uri=target,
        custom=claims.custom_of(body),
        services=claims.services_of(body),
        presentation=claims.presentation_of(body),
        deep_link=claims.deep_link_of(body) if message_type is MessageType.DEEP_LINKING else None,
        for_user=for_user(body),
        platform=claims.platform_of(body),
        claims=body,
    )
