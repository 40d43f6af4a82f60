"""Blackboard Learn (Anthology)."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row, Service
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts
from lti_tool.lti.values import Registration


class Blackboard(Platform):
    """One issuer for all schools; a deployment stands for a school."""

    name: ClassVar[str] = "Blackboard"
    product_codes: ClassVar[tuple[str, ...]] = ("blackboardlearn", "blackboardultra", "blackboard")
    issuer_hosts: ClassVar[tuple[str, ...]] = ("blackboard.com",)
    frame_hosts: ClassVar[tuple[str, ...]] = ("*.blackboard.com",)
    refusals: ClassVar[tuple[Row, ...]] = (
        Row(
            Service.SCORE,
            400,
            Meaning.NOT_A_STUDENT,
            "hypothesis/lms, grading plug-in",
            says="user could not be found",
        ),
    )

    def reply_extra(self, registration: Registration) -> dict[str, Any]:
        """Who chose; our own id will do (documentation, “Building the JWT token with the content”)."""
        return {"sub": registration.client_id}

    def clean_comment(self, comment: str) -> str:
        """Line breaks are lost unless written as HTML (hypothesis/lms, Blackboard plug-in)."""
        return super().clean_comment(comment).replace("\r\n", "\n").replace("\n", "<br/>")

    def endpoints(self) -> tuple[Endpoints, ...]:
        """One set for all schools; the key set carries the client id."""
        portal = "https://developer.blackboard.com/api/v1"
        return (
            Endpoints(
                issuer="https://blackboard.com",
                auth_login_url=portal + "/gateway/oidcauth",
                auth_token_url=portal + "/gateway/oauth2/jwttoken",
                key_set_url=portal + "/management/applications/{client_id}/jwks.json",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """Registered once in the developer portal; each school then adds that client id and gets a deployment."""
        return Guide(
            slug="blackboard",
            name=self.name,
            by_hand=(
                "Whoever runs Cairn registers it once at developer.blackboard.com → My Apps → Register, with the values"
                " below; ask them for the client ID.",
                "In Blackboard: Administrator Panel → Integrations → LTI Tool Providers → Register LTI 1.3/Advantage"
                " Tool. Paste the client ID, submit, and choose “Approved”.",
                "User fields to send: role in course, name. Allow grade service access and membership service access.",
                "The tool’s page now shows the deployment ID. Create a placement of type “Deep Linking content tool”"
                " with the target link URI below.",
            ),
            copied=(
                Copied(field="Application name", value=facts.name),
                Copied(field="Description", value=facts.description),
                Copied(field="Domain(s)", value=facts.tool.domain),
                Copied(field="Login initiation URL", value=facts.tool.login),
                Copied(field="Tool redirect URL(s)", value=facts.tool.launch),
                Copied(field="Tool JWKS URL", value=facts.tool.jwks),
                Copied(field="Signing algorithm", value="RS256"),
                Copied(field="Target link URI (placement)", value=facts.tool.launch),
                Copied(field="Tool provider custom parameters (placement)", value=self.custom_lines()),
            ),
            client_id="Application ID (client ID)",
            deployment_id="Deployment ID (on the tool’s page)",
            teachers="In the course: Content Market, or + → Cairn.",
            watch=("A deployment stands for a school: each school sends its own deployment ID.",),
            endpoints=self.endpoints(),
        )

    def issuer_slip(self, issuer: str) -> str:
        """A school's own address is the most frequent slip."""
        host = urlsplit(issuer).hostname or ""
        if host.endswith(".blackboard.com"):
            return "is a school’s own address; it is always https://blackboard.com."
        return super().issuer_slip(issuer)
