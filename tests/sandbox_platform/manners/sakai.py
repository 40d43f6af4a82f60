"""Sakai: sign-in at its own path, knows the histories of courses and of links, sends no notices. Lists come whole, and
what it refuses it refuses with 400.

Source: Sakai's `LTI13ConstantsUtil` and its well-known document, and of its services `LTI13Servlet`. Nothing else of
its habits is known to us, so all the rest is the specification, strictly.
"""

from __future__ import annotations

from .base import Manners

SAKAI = Manners(
    name="sakai",
    product_family_code="sakai",
    auth_path="/imsoidc/lti13/oidc_auth",
    sends_notices=False,
    weak_token=400,
    default_page_size=None,
    unknown_person=(400, "User does not belong to site"),
    inactive_student=(400, "User does not belong to site"),
    results_by_user=False,
)
