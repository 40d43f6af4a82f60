"""Access tokens for services: OAuth 2 client credentials, the tool proved by a signed assertion (RFC 7523).

Authlib runs the grant and checks the claims; this module brings the tool's keys, remembers each jti and each
token, and adds what the 1EdTech Security Framework (section 4.1) asks: RS256, iat, and a short life.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidScopeError, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Blueprint, Flask, abort, current_app, g
from joserfc.jwk import KeySet
from werkzeug.wrappers import Response

from . import lti, tools
from .platform import Platform, current
from .state import stamp
from .tool_keys import KeysUnreachable, UntrustedToken
from .tools import Tool

tokens = Blueprint("tokens", __name__)
METHOD = "private_key_jwt"
SERVER = "practice_lms_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientMixin):  # type: ignore[misc]
    """An installed tool, as Authlib wants to see a client."""

    tool: Tool

    def get_client_id(self) -> str:
        return self.tool.client_id

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The part of the asked scopes that was granted; None when nothing is left."""
        granted = [name for name in (scope or "").split() if name in self.tool.scopes]
        return " ".join(granted) or None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == METHOD and endpoint == "token")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(TokenMixin):  # type: ignore[misc]
    """A token that was issued and is still on record."""

    client_id: str
    scope: str
    expired: bool

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return self.expired

    def is_revoked(self) -> bool:
        return False


class SignedAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """Who calls the token endpoint, proved by the tool's own key."""

    CLIENT_AUTH_METHOD = METHOD

    def get_audiences(self) -> list[str]:
        manners, address = current().manners, current().url("/token")
        if manners.token_audience:
            return [manners.token_audience]
        return [address] if manners.token_address_is_its_audience else [address, current().issuer]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        # The key is looked up by kid while verifying, below; Authlib only wants something key-like here.
        return KeySet([])

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        client = tools.find_tool(current().state, g.assertion_sub)
        assert client is not None
        try:
            claims = current().tool_keys.claims_of(client, assertion)
        except UntrustedToken as error:
            if isinstance(error, KeysUnreachable) and current().manners.unreachable_keys_are_a_page:
                abort(Response("<!doctype html><title>Error</title>", 404, mimetype="text/html"))
            raise InvalidClientError(description=str(error)) from error
        self.verify_claims(claims)
        return claims

    def extract_assertion(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        headers, claims = super().extract_assertion(assertion)
        g.assertion_sub = claims.get("sub")
        return headers, claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        """On top of RFC 7523: iat is there, and the assertion does not live for hours."""
        iat = claims.get("iat")
        if not isinstance(iat, int | float):
            raise InvalidClientError(description="Missing claim: 'iat'")
        super().verify_claims(claims)
        leeway = current().manners.assertion_leeway_seconds
        if leeway is not None and iat > current().settings.clock().timestamp() + leeway:
            raise InvalidClientError(description="Cannot handle token prior to its iat")
        if claims["exp"] - iat > current().settings.assertion_longest_seconds:
            raise InvalidClientError(description="The assertion lives too long.")

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        platform = current()
        return platform.state.first_time("jti", claims["sub"], str(jti), platform.settings.clock())


class ToolGrant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = [METHOD]  # noqa: RUF012 (Authlib's own shape)

    def validate_requested_scope(self) -> None:
        if self.request.client.get_allowed_scope(self.request.payload.scope) is None:
            raise InvalidScopeError()


class StoredTokens(BearerTokenValidator):  # type: ignore[misc]
    """Finds tokens we issued, whether still good or not."""

    def authenticate_token(self, token_string: str) -> AccessToken | None:
        platform = current()
        hashed = token_hash(token_string)
        row = platform.state.row("SELECT * FROM access_tokens WHERE token_hash = ?", hashed)
        if row is None:
            return None
        g.client_id, g.token = row["client_id"], hashed[:12]
        expired = row["expires_at"] <= stamp(platform.settings.clock())
        return AccessToken(client_id=row["client_id"], scope=row["scope"], expired=expired)


protector = ResourceProtector()
protector.register_token_validator(StoredTokens())


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def scoped(*scopes: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only with a living token that has at least one of these scopes: else 401 or 403 (RFC 6750), or what this LMS
    answers. Some want the scope for reading where others take that for changing, too.

    The view gets the tool as its first argument.
    """

    def gate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**values: Any) -> Any:
            manners = current().manners
            reading = manners.reading_columns_needs_its_scope and lti.LINE_ITEM_READ in scopes
            try:
                token = protector.acquire_token([lti.LINE_ITEM_READ] if reading else list(scopes))
            except OAuth2Error as error:
                status = manners.weak_token if error.error == "insufficient_scope" else error.status_code
                abort(Response(json.dumps(dict(error.get_body())), status, error.get_headers()))
            tool = tools.find_tool(current().state, token.client_id)
            assert tool is not None
            return view(tool, **values)

        return guarded

    return gate


def expire_all(platform: Platform) -> int:
    """End every living token at once; answers how many."""
    return platform.state.run("UPDATE access_tokens SET expires_at = ?", stamp(platform.settings.clock()))


def start_token_endpoint(app: Flask, platform: Platform) -> None:
    """Put the token endpoint into an app."""
    lifetime = {ClientCredentialsGrant.GRANT_TYPE: platform.settings.access_token_seconds}
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = lifetime
    server = AuthorizationServer(app, query_client=_find_client, save_token=_save)
    server.register_client_auth_method(METHOD, SignedAssertion(leeway=platform.settings.leeway_seconds))
    server.register_grant(ToolGrant)
    app.extensions[SERVER] = server
    app.register_blueprint(tokens)


@tokens.post("/token")
def issue() -> Response:
    """The token endpoint."""
    server: AuthorizationServer = current_app.extensions[SERVER]
    answer: Response = server.create_token_response()
    if current().manners.token_content_type:
        answer.headers["Content-Type"] = current().manners.token_content_type
    return answer


def _find_client(client_id: str) -> Client | None:
    tool = tools.find_tool(current().state, client_id)
    return Client(tool=tool) if tool else None


def _save(token: dict[str, Any], request: Any) -> None:
    platform = current()
    expires_at = platform.settings.clock() + timedelta(seconds=token["expires_in"])
    g.client_id, hashed = request.client.get_client_id(), token_hash(token["access_token"])
    g.token = hashed[:12]
    platform.state.insert(
        "access_tokens", token_hash=hashed, client_id=g.client_id, scope=token["scope"],
        expires_at=stamp(expires_at),
    )  # fmt: skip
