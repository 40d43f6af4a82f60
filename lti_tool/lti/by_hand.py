"""Addresses typed by a person -> a registration, or every typing error at once."""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from lti_tool.lti.addresses import PORTS, ToolAddresses
from lti_tool.lti.errors import RegistrationFailed
from lti_tool.lti.new_registration import NewRegistration
from lti_tool.lti.platforms import all_platforms

_ENDPOINTS = ("auth_login_url", "auth_token_url", "key_set_url")
_WORDS: dict[str, Any] = {"required": "is missing.", "null": "is missing.", "invalid": "must be text."}
_LONGEST_ADDRESS = 2000
_QUOTES = "\"'“”„«»`"
_FREE = frozenset({"name", "organisation"})
"""Fields that hold words of a language, which may need the characters that are slips elsewhere."""


def by_hand(values: Mapping[str, Any], tool: ToolAddresses | None = None) -> NewRegistration:
    """Check a registration that was typed. Raises `RegistrationFailed` with all `problems`, each with its field.

    With `tool`, our own addresses are recognised where the LMS's belong.
    """
    try:
        found = _BY_HAND.load(dict(values))
        _must_be_plausible(found, tool)
    except ValidationError as error:
        problems = tuple(_sentences(error.messages_dict))
        raise RegistrationFailed(
            "This registration cannot be used: " + " ".join(problems),
            who="you",
            tell="Correct these and try again.",
            problems=problems,
            fields={str(name): _first(said) for name, said in error.messages_dict.items()},
        ) from error
    found.pop("organisation", None)
    ids = tuple(dict.fromkeys(found["deployment_ids"]))
    warnings = tuple(_doubtful(found["issuer"], found["client_id"], ids))
    return NewRegistration(**{**found, "deployment_ids": ids, "warnings": warnings})


def as_typed(text: str) -> str:
    """What was meant by an id or an address: without the blanks, quotes and invisible characters that are copied
    along from other pages."""
    return "".join(one for one in text if unicodedata.category(one) != "Cf").strip().strip(_QUOTES).strip()


def site_of(typed: str) -> str:
    """The address of an LMS as a browser shows it: small letters, no usual port, no slash at the end.

    `Https//LMS.example.edu:443/` is `https://lms.example.edu`. Empty for nothing.
    """
    text = as_typed(typed).rstrip("/")
    scheme, rest = "https", text
    for known in PORTS:
        begins = text.lower().startswith((f"{known}:/", f"{known}//"))
        if begins:
            scheme, rest = known, text[len(known) :].lstrip(":/")
    if not rest or "://" in rest:
        return text
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.lower().removesuffix(f':{PORTS[scheme]}')}{slash}{path}"


def _doubtful(issuer: str, client_id: str, deployment_ids: Iterable[str]) -> Iterable[str]:
    """What is sometimes right and mostly a slip: such issuers there are, but few, and a key is pressed easily."""
    exactly = (
        "and is kept exactly so. The LMS compares it letter by letter: if launches are refused as coming from an"
    )
    if issuer.endswith("/"):
        yield f"The issuer {issuer} ends with a slash {exactly} unknown issuer, register it again without the slash."
    host = "/".join(issuer.split("/")[:3])
    if host != host.lower():
        yield f"The issuer {issuer} has capital letters {exactly} unknown issuer, register it again in small letters."
    if client_id in deployment_ids:
        yield f"Client ID and deployment ID are both {client_id}. Most LMSs show two different ones: look again."


def _must_be_plausible(found: Mapping[str, Any], tool: ToolAddresses | None) -> None:
    """The slips people make when they copy from one form to another. Raises `ValidationError` with all of them."""
    slips = {}
    for name in ("issuer", *_ENDPOINTS):
        if tool is not None and tool.is_ours(found[name]):
            slips[name] = ["is Cairn’s own address. The address of the LMS belongs here."]
    for place, name in enumerate(_ENDPOINTS):
        twin = next((other for other in _ENDPOINTS[:place] if found[other] == found[name]), "")
        if twin and name not in slips:
            slips[name] = [f"is the same as {twin}. Each has an address of its own."]
    if "://" in found["client_id"] or " " in found["client_id"]:
        slips["client_id"] = ["looks like an address or a name. It is an id that the LMS made, often a number."]
    if slips:
        raise ValidationError(dict(slips))


def _first(said: Any) -> str:
    """The first sentence about a field, however deep it stands."""
    while isinstance(said, dict | list):
        said = next(iter(said.values() if isinstance(said, dict) else said))
    return str(said)


def _address(kind: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            raise ValidationError(f"is not {kind}.") from None
        host = parts.hostname or ""
        is_named = bool(host) and host not in PORTS  # as in https://https//lms.example.edu
        if parts.scheme not in PORTS or not is_named or parts.username or not value.isprintable():
            raise ValidationError(f"must be {kind}, such as https://lms.example.edu/…")
        if parts.scheme == "http" and not _is_near(host):
            raise ValidationError("must start with https://.")
        if " " in value or parts.fragment:
            raise ValidationError("must have no spaces and no “#”.")
        if len(value) > _LONGEST_ADDRESS:
            raise ValidationError(f"must have at most {_LONGEST_ADDRESS} characters.")

    return check


def _audience(value: str) -> None:
    """A name of any kind, mostly an address (RFC 7523 §3)."""
    if len(value) > _LONGEST_ADDRESS or not value.isprintable() or " " in value:
        raise ValidationError("must be one word or address, as the LMS shows it.")


def _issuer(value: str) -> None:
    _address("an address")(value)
    if len(value) > 255:
        raise ValidationError("must have at most 255 characters.")
    if urlsplit(value).query:
        raise ValidationError("must have no “?”.")
    for platform in all_platforms():
        if value.endswith("/") and value.rstrip("/") in {one.issuer for one in platform.endpoints()}:
            raise ValidationError(f"must have no slash at the end: {platform.name} is {value.rstrip('/')}.")
        slip = platform.issuer_slip(value)
        if slip:
            raise ValidationError(slip)


def _is_near(host: str) -> bool:
    """True for machines that http may reach, if the settings allow any at all."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return (
            host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".test")) or "." not in host
        )


def _id() -> fields.String:
    return fields.String(
        required=True,
        validate=[
            validate.Length(min=1, max=255, error="must have 1 to 255 characters."),
            validate.Predicate("isprintable", error="must be in one line."),
        ],
        error_messages=_WORDS,
    )


class _ByHand(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a field of a registration.", "type": "must be an object."}  # noqa: RUF012

    issuer = fields.String(required=True, validate=_issuer, error_messages=_WORDS)
    client_id = _id()
    auth_login_url = fields.String(required=True, validate=_address("an address"), error_messages=_WORDS)
    auth_token_url = fields.String(required=True, validate=_address("an address"), error_messages=_WORDS)
    key_set_url = fields.String(required=True, validate=_address("an address"), error_messages=_WORDS)
    auth_audience = fields.String(load_default="", validate=_audience, error_messages=_WORDS)
    deployment_ids = fields.List(
        _id(), load_default=[], error_messages={**_WORDS, "invalid": "must be a list of texts, such as [“1”]."}
    )
    product = fields.String(load_default="", validate=validate.Length(max=100))
    name = fields.String(
        load_default="",
        validate=validate.Length(max=255, error="must have at most 255 characters."),
        error_messages=_WORDS,
    )
    organisation = fields.String(load_default="")

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Forgive what is copied along, numbers as ids, and one deployment id on its own."""
        if not isinstance(data, dict):
            return data
        tidied = {name: _tidy(name, value) for name, value in data.items()}
        if "deployment_id" in tidied and "deployment_ids" not in tidied:
            tidied["deployment_ids"] = [tidied.pop("deployment_id")]
        for name in ("client_id",):
            tidied[name] = _as_text(tidied.get(name))
        if isinstance(tidied.get("deployment_ids"), list):
            tidied["deployment_ids"] = [_tidy("", _as_text(one)) for one in tidied["deployment_ids"]]
        return {name: value for name, value in tidied.items() if value is not None}


def _tidy(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.strip() if name in _FREE else as_typed(value)


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sentences(messages: Mapping[Any, Any], path: str = "") -> Iterable[str]:
    for field, problem in messages.items():
        here = f"{path}[{field + 1}]" if isinstance(field, int) else (path or str(field))
        if isinstance(problem, dict):
            yield from _sentences(problem, here)
        else:
            yield from (f"{here} {text}" for text in problem)


_BY_HAND = _ByHand()
