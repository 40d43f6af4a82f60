"""Sakai: sign-in at its own path, knows the histories of courses and of links, sends no notices.

Source: Sakai's `LTI13ConstantsUtil` and its well-known document. Nothing else of its habits is known to us, so all
the rest is the specification, strictly.
"""

from __future__ import annotations

from .base import Manners

SAKAI = Manners(
    name="sakai",
    product_family_code="sakai",
    auth_path="/imsoidc/lti13/oidc_auth",
    sends_notices=False,
)
