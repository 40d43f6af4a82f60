"""What the platform publishes about itself: its key set and its OpenID configuration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify

from . import lti
from .custom import variables_of
from .manners import Manners
from .messages import VERSION
from .platform import current
from .registration import bearer, is_living

keyset = Blueprint("keyset", __name__)
discovery = Blueprint("discovery", __name__)


@keyset.get("/jwks")
def keys() -> Response:
    """The public keys that id_tokens are signed with."""
    answer = jsonify(current().keys.public_set())
    answer.headers["Cache-Control"] = current().manners.key_set_cache
    return answer


@discovery.get("/.well-known/openid-configuration")
def openid_configuration() -> Response:
    """OpenID configuration with the LTI block (Dynamic Registration 1.0, section 3.4)."""
    manners = current().manners
    if not manners.registers_itself:
        abort(404)
    if manners.configuration_needs_token and not is_living(current(), bearer()):
        abort(401)
    return jsonify(configuration())


def _scopes(manners: Manners) -> list[str]:
    missing = {lti.NOTICE_HANDLERS: manners.sends_notices, lti.GROUPS_READ: manners.offers_groups}
    return [one for one in lti.ALL_SCOPES if missing.get(one, True)]


def configuration() -> dict[str, Any]:
    platform = current()
    audience = platform.manners.authorization_server(platform.url("/token"))
    return {
        **({"authorization_server": audience} if audience else {}),
        "issuer": platform.issuer,
        "authorization_endpoint": platform.url(platform.manners.auth_path),
        "token_endpoint": platform.url("/token"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": platform.url("/jwks"),
        "registration_endpoint": platform.url("/registration"),
        "scopes_supported": ["openid", *_scopes(platform.manners)],
        "response_types_supported": ["id_token"],
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["implicit", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "sub", "aud", "name", "given_name", "family_name", "email", "locale"],
        lti.PLATFORM_CONFIGURATION: {
            "product_family_code": platform.manners.product_family_code,
            "version": VERSION,
            "messages_supported": [
                {"type": lti.LAUNCH},
                {"type": lti.DEEP_LINKING, "placements": list(platform.manners.message_placements)},
                {"type": lti.SUBMISSION_REVIEW},
            ],
            "variables": sorted(variables_of(platform.manners)),
            **platform.manners.platform_extra,
        },
    }
