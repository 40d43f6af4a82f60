"""What an installation brings, however it came about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRegistration:
    """An LMS that wants this tool: who it is, where its endpoints are, what it grants."""

    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    auth_audience: str = ""
    deployment_ids: tuple[str, ...] = ()
    product: str = ""
    name: str = ""
    scopes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What is allowed and yet often a slip, in words for whoever typed it."""
