"""Brightspace (D2L)."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors import ScoreKind
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.values import Registration


class Brightspace(Platform):
    """Every school has its own issuer; tokens come from one place for all."""

    name: ClassVar[str] = "Brightspace"
    product_codes: ClassVar[tuple[str, ...]] = ("desire2learn", "d2l", "brightspace")
    issuer_hosts: ClassVar[tuple[str, ...]] = (".brightspace.com", ".desire2learn.com")
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/d2l/lti/authenticate",)
    link_url_with_query: ClassVar[bool] = False  # chosen links must equal the launch address (hypothesis/lms 5472)

    def token_audience(self, registration: Registration) -> str:
        """A fixed name, not the token address (hypothesis/lms, D2L plug-in)."""
        return registration.auth_audience or "https://api.brightspace.com/auth/token"

    def score_kind(self, status: int | None, words: str) -> ScoreKind | None:
        """403 "not enrolled in the org unit" (hypothesis/lms, grading service)."""
        if status == 403 and "enrolled" in words.lower():
            return ScoreKind.NOT_A_STUDENT
        return super().score_kind(status, words)
