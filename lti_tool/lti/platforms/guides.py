"""What an LMS admin needs to install this tool by hand: values to copy, steps, and what to send back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lti_tool.lti.addresses import ToolAddresses


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts:
    """What this tool says of itself wherever it is installed."""

    tool: ToolAddresses
    name: str
    description: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One value to copy: the field as the LMS calls it, and what goes there. `note` says what to watch for."""

    field: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The LMS's own addresses. `{site}` stands for the school's address, `{client_id}` for what the LMS gave."""

    label: str = ""
    issuer: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    auth_audience: str = ""

    @property
    def needs_site(self) -> bool:
        """True when every school has addresses of its own."""
        return "{site}" in self.issuer + self.auth_login_url + self.auth_token_url + self.key_set_url

    def filled(self, *, site: str, client_id: str) -> Endpoints:
        """The addresses of one school."""

        def fill(text: str) -> str:
            return text.replace("{site}", site.rstrip("/")).replace("{client_id}", client_id)

        return replace(
            self,
            issuer=fill(self.issuer),
            auth_login_url=fill(self.auth_login_url),
            auth_token_url=fill(self.auth_token_url),
            key_set_url=fill(self.key_set_url),
            auth_audience=fill(self.auth_audience),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The page for the admin of one LMS.

    `by_itself` are the steps with a registration address (empty where the LMS cannot), `afterwards` what is left to
    do once it was used, `by_hand` the others, with the values in `copied`. `client_id` and `deployment_id` are what
    the LMS calls them and where it shows them. `teachers` says how a teacher then adds an activity. `endpoints` are
    known addresses, the usual first. `has_configuration`: the LMS reads a configuration at an address of ours.
    """

    slug: str
    name: str
    by_itself: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    copied: tuple[Copied, ...] = ()
    client_id: str = "Client ID"
    deployment_id: str = "Deployment ID"
    teachers: str = ""
    watch: tuple[str, ...] = ()
    endpoints: tuple[Endpoints, ...] = ()
    has_configuration: bool = False
