"""Installing by hand: guides for admins, configurations at addresses of ours, and presets for what they type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.by_hand import as_typed, by_hand, site_of
from lti_tool.lti.errors import RegistrationFailed
from lti_tool.lti.new_registration import NewRegistration
from lti_tool.lti.notices import NOTICE_SCOPE
from lti_tool.lti.platforms import Copied, Endpoints, Guide, Platform, ToolFacts, all_platforms, detect_by
from lti_tool.lti.tool_configuration import DESCRIPTION, NAME, SCOPES

_ADDRESSES = ("issuer", "auth_login_url", "auth_token_url", "key_set_url", "auth_audience")


def guides(tool: ToolAddresses) -> tuple[Guide, ...]:
    """A guide for each LMS that schools install this tool in."""
    return (*(guide for _, guide in _guided(tool)), _any_other(tool))


def guide(slug: str, tool: ToolAddresses) -> Guide | None:
    """The guide of one LMS, None when we have none."""
    return next((one for one in guides(tool) if one.slug == slug), None)


def guide_for(product: str, issuer: str, tool: ToolAddresses) -> Guide:
    """The guide of the LMS that says this of itself; the one for any other when we do not know it."""
    return detect_by(product, issuer).guide(_facts(tool)) or _any_other(tool)


def configuration(slug: str, tool: ToolAddresses) -> dict[str, Any] | None:
    """What the LMS reads at our configuration address, None when it reads none."""
    platform = _platform(slug, tool)
    return platform.configuration(replace(_facts(tool), scopes=(*SCOPES, NOTICE_SCOPE))) if platform else None


def typed(slug: str, values: Mapping[str, str], tool: ToolAddresses) -> NewRegistration:
    """A registration out of what an admin typed into the form of a guide. Raises `RegistrationFailed`.

    `values` may hold site, which (number of the endpoints), client_id, deployment_id, name, and any of the LMS's
    addresses where they differ from the preset. A value typed beats a preset.
    """
    return by_hand(document(slug, values, tool), tool)


def document(slug: str, values: Mapping[str, str], tool: ToolAddresses) -> dict[str, Any]:
    """The same as the document that `lti-tool platforms add` reads. Raises `RegistrationFailed`."""
    platform = _platform(slug, tool)
    client_id = as_typed(values.get("client_id", ""))
    found: dict[str, Any] = {"name": values.get("name", "").strip()} | (
        {"client_id": client_id} if client_id else {}
    )
    if platform is not None:
        found["product"] = platform.product_codes[0]
        known = _chosen(platform.endpoints(), values.get("which", ""))
        found |= _preset(known, values.get("site", ""), client_id)
    addresses = {name: as_typed(values.get(name, "")) for name in _ADDRESSES}
    found |= {name: value for name, value in addresses.items() if value}
    deployment = as_typed(values.get("deployment_id", ""))
    return {**found, "deployment_ids": [deployment] if deployment else []}


def _preset(known: Endpoints, site: str, client_id: str) -> dict[str, str]:
    site = site_of(site)
    if known.needs_site and not site:
        return {}
    filled = known.filled(site=site, client_id=client_id)
    return {name: getattr(filled, name) for name in _ADDRESSES if getattr(filled, name)}


def _chosen(offered: tuple[Endpoints, ...], which: str) -> Endpoints:
    number = int(which) if which.isdecimal() else 0
    return offered[number] if number < len(offered) else offered[0]


def preset(values: Mapping[str, Any], tool: ToolAddresses) -> dict[str, Any]:
    """A document that names its LMS (`"lms"`, and `"site"` where each school has its own addresses), made whole.

    Raises `RegistrationFailed` for an LMS we have no guide for.
    """
    if "lms" not in values:
        return dict(values)
    slug = str(values["lms"])
    platform = _platform(slug, tool)
    if platform is None:
        known = ", ".join(one.slug for one in guides(tool))
        raise RegistrationFailed(f"There is no LMS “{slug}” here. Known are: {known}.", who="you")
    rest = {name: value for name, value in values.items() if name not in {"lms", "site", "which"}}
    known_addresses = _chosen(platform.endpoints(), str(values.get("which", "")))
    filled = _preset(known_addresses, str(values.get("site", "")), str(values.get("client_id", "")))
    return {"product": platform.product_codes[0], **filled, **rest}


def _any_other(tool: ToolAddresses) -> Guide:
    """For every LMS that keeps to the specification: its own words for these values differ, the values do not."""
    return Guide(
        slug="other",
        name="another LMS",
        by_itself=(
            "Find the page where external tools (LTI 1.3, LTI Advantage) are added.",
            "If it offers dynamic or automatic registration, paste the registration address you were sent.",
        ),
        afterwards=("Switch the tool on, if the LMS shows it as waiting.",),
        by_hand=(
            "Find the page where external tools (LTI 1.3, LTI Advantage) are added by hand.",
            "Paste the values below wherever their names fit.",
            "Allow deep linking, grades and line items, and the roster; let the LMS send names.",
            "Save. The LMS then shows its own addresses and two ids.",
        ),
        copied=(
            Copied(field="Name", value=NAME),
            Copied(field="Description", value=DESCRIPTION),
            Copied(field="Login initiation URL", value=tool.login),
            Copied(field="Redirect URI", value=tool.launch),
            Copied(field="Target link URI, launch URL, deep linking URL", value=tool.launch),
            Copied(field="Public key set URL (JWKS)", value=tool.jwks),
            Copied(field="Domain", value=tool.domain),
            Copied(field="Icon", value=tool.logo),
        ),
        teachers="Where activities are added to a course, under external tools.",
    )


def _guided(tool: ToolAddresses) -> list[tuple[Platform, Guide]]:
    facts = _facts(tool)
    found = ((platform, platform.guide(facts)) for platform in all_platforms())
    return [(platform, guide) for platform, guide in found if guide is not None]


def _platform(slug: str, tool: ToolAddresses) -> Platform | None:
    return next((platform for platform, guide in _guided(tool) if guide.slug == slug), None)


def _facts(tool: ToolAddresses) -> ToolFacts:
    return ToolFacts(tool=tool, name=NAME, description=DESCRIPTION, scopes=SCOPES)
