"""Platform Notification Service 1.0: tools subscribe, and hear of a copied course before anybody opens it."""

from __future__ import annotations

import json
import secrets
from typing import Any

import requests
from flask import Blueprint, Response, request

from . import lti
from .messages import context_claim
from .platform import Platform, current
from .services import answer, refuse
from .tokens import scoped
from .tools import Tool, all_tools

notices = Blueprint("notices", __name__)
_TIMEOUT_SECONDS = 10


@notices.get("/services/notices/<deployment_id>")
@scoped(lti.NOTICE_HANDLERS)
def handlers(tool: Tool, deployment_id: str) -> Response:
    """What this tool is subscribed to."""
    _only_own(tool, deployment_id)
    return answer(_subscriptions(tool), "application/json")


@notices.put("/services/notices/<deployment_id>")
@scoped(lti.NOTICE_HANDLERS)
def subscribe(tool: Tool, deployment_id: str) -> Response:
    """{"notice_type", "handler"}: an empty handler ends the subscription."""
    _only_own(tool, deployment_id)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.get("notice_type") != lti.COPY_NOTICE:
        refuse(400, f"notice_type must be {lti.COPY_NOTICE}")
    handler = str(body.get("handler") or "")
    if handler and not any(handler.startswith(origin + "/") for origin in tool.origins):
        refuse(400, "handler must be on the tool's own domain")
    state = current().state
    state.run(
        "DELETE FROM notice_handlers WHERE client_id = ? AND notice_type = ?", tool.client_id, lti.COPY_NOTICE
    )
    if handler:
        state.insert("notice_handlers", client_id=tool.client_id, notice_type=lti.COPY_NOTICE, handler=handler)
    return answer(_subscriptions(tool), "application/json")


def _only_own(tool: Tool, deployment_id: str) -> None:
    if tool.deployment_id != deployment_id or not current().manners.sends_notices:
        refuse(404, "no such deployment")


def _subscriptions(tool: Tool) -> dict[str, Any]:
    rows = current().state.rows("SELECT * FROM notice_handlers WHERE client_id = ?", tool.client_id)
    return {
        "client_id": tool.client_id,
        "deployment_id": tool.deployment_id,
        "notice_handlers": [{"notice_type": row["notice_type"], "handler": row["handler"]} for row in rows],
    }


def announce_copy(platform: Platform, origin: str) -> list[int]:
    """Tell every subscribed tool that the present course was made from `origin`. Returns their HTTP statuses."""
    statuses = []
    for tool in all_tools(platform.state):
        for row in platform.state.rows("SELECT handler FROM notice_handlers WHERE client_id = ?", tool.client_id):
            body = json.dumps({"notices": [{"jwt": signed_notice(platform, tool, origin)}]})
            headers = {"Content-Type": "application/json"}
            sent = requests.post(row["handler"], data=body, headers=headers, timeout=_TIMEOUT_SECONDS)
            statuses.append(sent.status_code)
    return statuses


def signed_notice(platform: Platform, tool: Tool, origin: str) -> str:
    """One LtiContextCopyNotice; it names no person."""
    now = platform.settings.clock()
    claims = {
        "iss": platform.issuer,
        "aud": tool.client_id,
        "azp": tool.client_id,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 300,
        "nonce": secrets.token_urlsafe(12),
        lti.VERSION: "1.3.0",
        lti.DEPLOYMENT_ID: tool.deployment_id,
        lti.NOTICE: {"id": secrets.token_hex(8), "timestamp": now.isoformat(), "type": lti.COPY_NOTICE},
        lti.CONTEXT: context_claim(platform),
        lti.ORIGIN_CONTEXTS: [origin],
    }
    return platform.keys.sign(claims)
