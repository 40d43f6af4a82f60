"""Tools this LMS has installed: what was registered, and what each may do."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from . import lti
from .state import State, stamp

NAME_CLAIMS = ("name", "given_name", "family_name", "email")


class RefusedRegistration(Exception):
    """What a tool asked to be registered with is not acceptable; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One installed tool. `messages` maps a message type to its own target address (may be empty)."""

    client_id: str
    deployment_id: str
    name: str
    initiate_login_uri: str
    redirect_uris: tuple[str, ...]
    jwks_uri: str
    target_link_uri: str
    domain: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    messages: dict[str, str]
    custom: dict[str, str]
    installed_at: str

    @property
    def takes_deep_links(self) -> bool:
        return lti.DEEP_LINKING in self.messages

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins whose frames may talk to a course page."""
        addresses = (self.target_link_uri, self.initiate_login_uri, *self.redirect_uris)
        return tuple(dict.fromkeys(origin_of(address) for address in addresses))

    def target_of(self, message_type: str) -> str:
        return self.messages.get(message_type) or self.target_link_uri


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as browsers write an origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_web_address(address: object) -> bool:
    """An absolute http(s) address with a host and no fragment."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment


def all_tools(state: State) -> list[Tool]:
    return [_tool(row) for row in state.rows("SELECT * FROM tools ORDER BY installed_at, client_id")]


def find_tool(state: State, client_id: str | None) -> Tool | None:
    row = state.row("SELECT * FROM tools WHERE client_id = ?", client_id)
    return _tool(row) if row else None


def is_pending(state: State, client_id: str) -> bool:
    """True until an administrator has activated a tool that registered itself."""
    return state.remembered(f"pending {client_id}", "") == "yes"


def set_pending(state: State, client_id: str, pending: bool) -> None:
    state.remember(f"pending {client_id}", "yes" if pending else "")


def install(
    state: State,
    registration: dict[str, Any],
    at: datetime,
    deployment_id: Callable[[int], str] = lambda number: f"deployment-{number}",
) -> Tool:
    """Add a tool from checked values (see registration.py); makes its client id and deployment id.

    `registration` has name, initiate_login_uri, redirect_uris, jwks_uri, target_link_uri, domain, scopes,
    claims, messages and custom.
    """
    client_id = registration.get("client_id") or f"client-{secrets.token_hex(8)}"
    with state.transaction():
        number = 1 + int(state.remembered("deployments", "0"))
        state.remember("deployments", str(number))
        state.insert(
            "tools",
            client_id=client_id,
            deployment_id=registration.get("deployment_id") or deployment_id(number),
            name=registration["name"],
            initiate_login_uri=registration["initiate_login_uri"],
            jwks_uri=registration["jwks_uri"],
            target_link_uri=registration["target_link_uri"],
            domain=registration["domain"],
            installed_at=stamp(at),
            **{key: json.dumps(registration[key]) for key in
               ("redirect_uris", "scopes", "claims", "messages", "custom")},
        )  # fmt: skip
    tool = find_tool(state, client_id)
    assert tool is not None
    return tool


def remove(state: State, client_id: str) -> bool:
    """Uninstall; its activities, columns, grades and tokens go with it."""
    return state.run("DELETE FROM tools WHERE client_id = ?", client_id) == 1


def set_scopes(state: State, client_id: str, scopes: list[str]) -> bool:
    """An administrator narrows or widens what the tool may do; tokens already issued end at once."""
    allowed = [scope for scope in lti.ALL_SCOPES if scope in scopes]
    state.run("DELETE FROM access_tokens WHERE client_id = ?", client_id)
    sql = "UPDATE tools SET scopes = ? WHERE client_id = ?"
    return state.run(sql, json.dumps(allowed), client_id) == 1


def _tool(row: sqlite3.Row) -> Tool:
    values = {key: row[key] for key in row.keys()}  # noqa: SIM118 (a Row iterates over values)
    for key in ("redirect_uris", "scopes", "claims"):
        values[key] = tuple(json.loads(values[key]))
    for key in ("messages", "custom"):
        values[key] = json.loads(values[key])
    return Tool(**values)
