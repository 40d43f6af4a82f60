"""Brightspace (D2L)."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row, Service
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts
from lti_tool.lti.values import Registration


class Brightspace(Platform):
    """Every school has its own issuer; tokens come from one place for all."""

    name: ClassVar[str] = "Brightspace"
    product_codes: ClassVar[tuple[str, ...]] = ("desire2learn", "d2l", "brightspace")
    issuer_hosts: ClassVar[tuple[str, ...]] = (".brightspace.com", ".desire2learn.com")
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/d2l/lti/authenticate",)
    page_paths: ClassVar[tuple[str, ...]] = ("d2l",)
    refusals: ClassVar[tuple[Row, ...]] = (
        Row(Service.SCORE, 403, Meaning.NOT_A_STUDENT, "hypothesis/lms, grading service", says="enrolled"),
    )
    link_url_with_query: ClassVar[bool] = False  # chosen links must equal the launch address (hypothesis/lms 5472)

    def token_audience(self, registration: Registration) -> str:
        """A fixed name, not the token address (hypothesis/lms, D2L plug-in)."""
        return registration.auth_audience or "https://api.brightspace.com/auth/token"

    def endpoints(self) -> tuple[Endpoints, ...]:
        """Below the school's address; tokens come from one place, for an audience of its own."""
        return (
            Endpoints(
                issuer="{site}",
                auth_login_url="{site}/d2l/lti/authenticate",
                auth_token_url="https://auth.brightspace.com/core/connect/token",  # noqa: S106 - an address
                key_set_url="{site}/d2l/.well-known/jwks",
                auth_audience="https://api.brightspace.com/auth/token",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """Registration, then deployment, then link."""
        return Guide(
            slug="brightspace",
            name=self.name,
            by_itself=(
                "Open Admin Tools → Manage Extensibility → LTI Advantage → Register Tool, method “Dynamic”.",
                "Paste the registration address you were sent as tool initiation registration endpoint, and register.",
            ),
            afterwards=(
                "Enable the tool in the list, open it, and press “View Deployments” → New Deployment.",
                "At the deployment: allow names and roles and grades, tick name under security settings, and make it"
                " available to your org units.",
            ),
            by_hand=(
                "Open Admin Tools → Manage Extensibility → LTI Advantage → Register Tool, method “Standard”.",
                "Paste the values below. Extensions: Assignment and Grade Services, Deep Linking, Names and Role"
                " Provisioning Services, Submission Review, Platform Notification Service.",
                "Register. The page then shows the client ID.",
                "Press “View Deployments” → New Deployment with the same extensions, tick name under security settings,"
                " and make it available. The deployment ID is on its page.",
                "At the deployment: View Links → New Link, type “Deep Linking Quicklink”, with the target link URI"
                " below.",
            ),
            copied=(
                Copied(field="Name", value=facts.name),
                Copied(field="Description", value=facts.description),
                Copied(field="Domain", value=facts.tool.base_url),
                Copied(field="Redirect URLs", value=facts.tool.launch),
                Copied(field="OpenID Connect Login URL", value=facts.tool.login),
                Copied(field="Target Link URI", value=facts.tool.launch),
                Copied(field="Keyset URL", value=facts.tool.jwks),
            ),
            teachers="In the course: Content → Add Existing Activities → Cairn.",
            watch=(
                "Notices of copied courses must be allowed twice: at the registration and at the deployment.",
                "With custom parameters at the deployment, copied courses keep their set-up without any notice: add"
                " context_history = $Context.id.history and link_history = $ResourceLink.id.history.",
            ),
            endpoints=self.endpoints(),
        )
