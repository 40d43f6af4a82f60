"""Open edX (`lti-consumer-xblock`)."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts

_BEFORE = "`lti_1p3/extensions/rest_framework/authentication.py`, which catches any exception while it "


class OpenEdx(Platform):
    """Deployment id is always 1; columns cannot be deleted."""

    name: ClassVar[str] = "Open edX"
    product_codes: ClassVar[tuple[str, ...]] = ("openedx", "open edx", "edx")
    # Launches carry no product code, only name and guid (`lti_1p3/consumer.py`).
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/api/lti_consumer/v1/",)
    page_paths: ClassVar[tuple[str, ...]] = ("courses", "dashboard", "learner-dashboard")
    results_page_limit: ClassVar[int | None] = None  # a limit cuts the list without a word (`plugin/views.py`)
    results_by_path: ClassVar[bool] = True  # `?user_id=` is ignored and brings the whole class (`plugin/views.py`)
    whole_points: ClassVar[bool] = True  # scoreMaximum is an integer field
    whole_columns: ClassVar[bool] = True
    member_page_limit: ClassVar[int | None] = 100  # pages only with a limit
    refusals: ClassVar[tuple[Row, ...]] = (
        # 403 stands for every trouble before a service begins, also for a busy database and a token it lost.
        Row(None, 403, Meaning.TROUBLE, _BEFORE + "looks up its settings", says="configuration not found"),
        Row(None, 403, Meaning.TOKEN_OVER, _BEFORE + "checks a token", says="invalid token signature"),
    )

    def endpoints(self) -> tuple[Endpoints, ...]:
        """Below the LMS's address; tokens and keys carry an id that only Studio shows (`plugin/urls.py`)."""
        services = "{site}/api/lti_consumer/v1"
        return (
            Endpoints(
                issuer="{site}",
                auth_login_url=services + "/launch/",
                auth_token_url="",
                key_set_url="",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """A block in a unit of the course; Studio shows the addresses of the LMS."""
        return Guide(
            slug="openedx",
            name=self.name,
            by_hand=(
                "In Studio, switch “lti_consumer” on: Settings → Advanced Settings → Advanced Module List.",
                "In a unit: Advanced → LTI Consumer → Edit. Choose LTI version “LTI 1.1/1.3” → “LTI 1.3”.",
                "Paste the values below, tool public key mode “Keyset URL”. Deep linking: true. LTI Assignment and"
                " Grades Service: “Allow tools to submit grades only (declarative)” or “programmatic”. Scored: true.",
                "Save. Studio then lists client ID, deployment ID, keyset, login and token addresses.",
            ),
            copied=(
                Copied(field="Tool Launch URL", value=facts.tool.launch),
                Copied(field="Registered Redirect URIs", value=f'["{facts.tool.launch}"]'),
                Copied(field="Tool Initiate Login URL", value=facts.tool.login),
                Copied(field="Tool Keyset URL", value=facts.tool.jwks),
                Copied(field="Deep Linking Launch URL", value=facts.tool.launch),
            ),
            teachers="In Studio: “Deep Linking Launch – Configure tool” at the block, then choose in Cairn.",
            watch=(
                "Token and keyset addresses carry an id of the block: copy them from Studio.",
                "Choosing again replaces what was chosen before: one block holds one activity.",
                "Names are shared only when the course team and the site allow it; without them teachers see numbers.",
            ),
            endpoints=self.endpoints(),
        )
