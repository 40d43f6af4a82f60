"""Sakai."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row, Service
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts

_SERVLET = "`LTI13Servlet`"
_NO_LONGER = "signature_error|invalid_authorization|token_parse_failure|data in access_token"


class Sakai(Platform):
    """Every school has its own issuer; it knows the histories of courses and of links (`LTI13ConstantsUtil`)."""

    name: ClassVar[str] = "Sakai"
    product_codes: ClassVar[tuple[str, ...]] = ("sakai",)
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/imsoidc/lti13/oidc_auth",)
    page_paths: ClassVar[tuple[str, ...]] = ("portal",)
    refusals: ClassVar[tuple[Row, ...]] = (
        # Its tokens are signed with a key that a restart may replace: then all that it gave before are worth nothing.
        Row(None, 403, Meaning.TOKEN_OVER, _SERVLET + ", `getSakaiAccessToken`", says=_NO_LONGER),
        Row(None, 400, Meaning.FORBIDDEN, _SERVLET, says="not in access token"),
        Row(Service.SCORE, 400, Meaning.NOT_A_STUDENT, _SERVLET + ", `handleLineItemScore`", says="belong to site"),
        Row(Service.NEW_COLUMN, 400, Meaning.NOT_SET_UP, "`LineItemUtil.createLineItem`", says="gradebook"),
    )

    def endpoints(self) -> tuple[Endpoints, ...]:
        """Below the site's address; token and keyset carry the number of the tool (read in its source)."""
        return (
            Endpoints(
                issuer="{site}",
                auth_login_url="{site}/imsoidc/lti13/oidc_auth",
                auth_token_url="",
                key_set_url="",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """Dynamic registration, or by hand in the Administration Workspace."""
        return Guide(
            slug="sakai",
            name=self.name,
            by_itself=(
                "Open Administration Workspace → External Tools → Use LTI Advantage Auto Configuration.",
                "Give it the name Cairn, press “Use LTI Advantage Auto Configuration”, and paste the registration"
                " address you were sent.",
            ),
            afterwards=("Confirm what is asked for and save the tool.",),
            by_hand=(
                "Open Administration Workspace → External Tools → Install LTI 1.x Tool.",
                "Paste the values below. Allow the tool to return content (deep linking), grades and line items, and"
                " the roster; send names.",
                "Under Security Arrangement choose LTI 1.3, and save.",
                "Open the tool again: it shows client ID, deployment ID, keyset, token and login addresses.",
            ),
            copied=(
                Copied(field="Tool title", value=facts.name),
                Copied(field="Launch URL", value=facts.tool.launch),
                Copied(field="LTI 1.3 Tool Keyset URL", value=facts.tool.jwks),
                Copied(field="LTI 1.3 Tool OpenID Connect/Initialization Endpoint", value=facts.tool.login),
                Copied(field="LTI 1.3 Tool Redirect Endpoint(s)", value=facts.tool.launch),
                Copied(field="Custom parameters", value=self.custom_lines()),
            ),
            teachers="In the site: Lessons → Add Content → Add Learning App → Cairn.",
            watch=("Token and keyset addresses end with the number of the tool: copy them from Sakai.",),
            endpoints=self.endpoints(),
        )
