"""Schoology (PowerSchool)."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts
from lti_tool.lti.values import ScoreToSend


class Schoology(Platform):
    """One issuer for all districts; refuses every field and parameter it does not know."""

    name: ClassVar[str] = "Schoology"
    product_codes: ClassVar[tuple[str, ...]] = ("schoology", "powerschoolschoology")
    issuer_hosts: ClassVar[tuple[str, ...]] = ("schoology.schoology.com", ".schoology.com")
    frame_hosts: ClassVar[tuple[str, ...]] = ("*.schoology.com",)
    member_page_limit: ClassVar[int | None] = 100  # at most 100 records a request (vendor documentation)
    sends_submission_times: ClassVar[bool] = False  # only fields of the base specification are let through
    known_fields_only: ClassVar[bool] = True  # '"id" is not allowed' (reported for new columns)
    line_item_page_limit: ClassVar[int | None] = None
    results_page_limit: ClassVar[int | None] = None

    def score_extra(self, score: ScoreToSend) -> dict[str, Any]:
        """Nothing beyond the specification, ever."""
        return {}

    def custom_parameters(self) -> dict[str, str]:
        """Custom parameters live in the chosen link alone (vendor documentation)."""
        return {}

    def endpoints(self) -> tuple[Endpoints, ...]:
        """One set for all districts (vendor documentation, “LTI Apps”)."""
        service = "https://lti-service.svc.schoology.com/lti-service"
        return (
            Endpoints(
                issuer="https://schoology.schoology.com",
                auth_login_url=service + "/authorize-redirect",
                auth_token_url=service + "/access-token",
                key_set_url=service + "/.well-known/jwks",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """Only by hand; a system administrator makes the app (vendor documentation, “LTI Apps”)."""
        return Guide(
            slug="schoology",
            name=self.name,
            by_hand=(
                "Open App Center → My Developer Apps → Add App.",
                "Choose type “LTI 1.3 App” and configuration “Manual”; available for: only people in my school or"
                " district.",
                "Paste the values below. Privacy: send name. Tick Deep Linking, Assignment and Grade Services, and"
                " Names and Role Provisioning Services.",
                "Save, then Install LTI 1.3 App → agree → add to organization. Under Organization Apps → Configure,"
                " choose the courses.",
                "Options → API Info shows client ID and deployment ID.",
            ),
            copied=(
                Copied(field="App name", value=facts.name),
                Copied(field="Description", value=facts.description),
                Copied(field="Domain/URL", value=facts.tool.launch),
                Copied(field="OIDC Login Init URL", value=facts.tool.login),
                Copied(field="Redirect URLs", value=facts.tool.launch),
                Copied(field="JWKS URL", value=facts.tool.jwks),
            ),
            client_id="Client ID (Options → API Info)",
            deployment_id="Deployment ID (Options → API Info)",
            teachers="In the course: Add Materials → Cairn.",
            watch=("The issuer is the same for all districts: the form below knows it.",),
            endpoints=self.endpoints(),
        )

    def issuer_slip(self, issuer: str) -> str:
        """A district's own address is the most frequent slip."""
        host = urlsplit(issuer).hostname or ""
        if host.endswith("schoology.com") and host != "schoology.schoology.com":
            return "is an address of your district or of the app; it is always https://schoology.schoology.com."
        return super().issuer_slip(issuer)
