"""For admins of an LMS: how to install Cairn in it by hand, with every value to copy and a check of what they type.

Everybody may read these pages. Installing takes an invite: without one the form checks, and makes the file that the
operator of this tool adds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response, abort, jsonify, request

from ..flows import registering
from ..lti import installing
from ..lti.errors import RegistrationFailed
from ..lti.platforms import Guide
from .gates import public
from .house import house
from .i18n import _
from .lti import installed
from .rendering import page
from .schemas import InstallForm, form

_MISSING = "is missing."
_FIELDS = {"deployment_ids": "deployment_id"}
"""What is called otherwise on the page than in a registration."""
_ADDRESSES = ("issuer", "auth_login_url", "auth_token_url", "key_set_url")

pages = Blueprint("install", __name__, url_prefix="/install")


@pages.get("/")
@public
def lmss() -> Response:
    """All LMSs there is a guide for."""
    guides = installing.guides(house().border.tool)
    return page("install/all.html", guides=guides, invite=_invite())


@pages.get("/<lms>/")
@public
def guide(lms: str) -> Response:
    """The guide of one LMS; with an invite, its form installs."""
    return _show(_guide(lms), invite=_invite())


@pages.get("/<lms>/configuration.json")
@public
def configuration(lms: str) -> Response:
    """What the LMS reads by itself, where it can."""
    found = installing.configuration(lms, house().border.tool)
    if found is None:
        abort(404)
    return jsonify(found)


@pages.post("/<lms>/")
@public
@form(InstallForm)
def typed(sent: Mapping[str, str], lms: str) -> Response:
    """Check what was typed: install by the invite, or say what to send to the operator."""
    guide = _guide(lms)
    invite = sent["invite"]
    try:
        if invite:
            done = registering.add_typed(house().border, invite, lms, sent, house().now())
            return installed(done, guide)
        checked = installing.typed(lms, sent, house().border.tool)
    except RegistrationFailed as failure:
        if not failure.fields:
            raise
        return _show(guide, invite=invite, sent=sent, problems=_sentences(guide, failure.fields, sent), status=422)
    file = json.dumps(installing.document(lms, sent, house().border.tool), indent=2, ensure_ascii=False)
    return _show(guide, sent=sent, file=(file, checked.warnings))


def _show(
    guide: Guide,
    *,
    invite: str = "",
    sent: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    file: tuple[str, tuple[str, ...]] = ("", ()),
    status: int = 200,
) -> Response:
    """The page; `file` is what the operator adds, with what may be a slip in it."""
    name = registering.check_invite(house().border, invite, house().now()) if invite else ""
    return page(
        "install/guide.html",
        status,
        guide=guide,
        invite=invite,
        invited=name,
        sent=sent or {},
        problems=problems or {},
        file=file[0],
        warnings=file[1],
    )


def _sentences(guide: Guide, slips: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Each slip with the name its field has on the page."""
    names = {
        "client_id": guide.client_id,
        "deployment_ids": guide.deployment_id,
        "issuer": _("Issuer"),
        "auth_login_url": _("Authentication request URL"),
        "auth_token_url": _("Access token URL"),
        "key_set_url": _("Public keyset URL"),
        "auth_audience": _("Token audience"),
        "name": _("What you call this LMS"),
    }
    asks_site = any(one.needs_site for one in guide.endpoints)
    if asks_site and slips.get("issuer") == _MISSING:
        return {"site": _("The address of your LMS is missing.")} | {
            name: f"{names[name]} {slips[name]}" for name in ("client_id",) if name in slips
        }
    of_site = _made_from_site(slips, sent) if asks_site else []
    told = {"site": f"{_('Address of your LMS')} {slips[of_site[0]]}"} if of_site else {}
    rest = {name: text for name, text in slips.items() if name not in of_site}
    return told | {_FIELDS.get(name, name): f"{names.get(name, name)} {text}" for name, text in rest.items()}


def _made_from_site(slips: Mapping[str, str], sent: Mapping[str, str]) -> list[str]:
    """The addresses at fault that nobody typed: they follow from the one of the LMS, so the slip is there."""
    if not sent.get("site"):
        return []
    return [name for name in _ADDRESSES if name in slips and slips[name] != _MISSING and not sent.get(name)]


def _guide(lms: str) -> Guide:
    found = installing.guide(lms, house().border.tool)
    if found is None:
        abort(404)
    return found


def _invite() -> str:
    return request.args.get("invite", "")[:200]
