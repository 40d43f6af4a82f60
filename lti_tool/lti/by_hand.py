"""Addresses typed by a person -> a registration, or every typing error at once."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.errors import RegistrationFailed
from lti_tool.lti.new_registration import NewRegistration
from lti_tool.lti.platforms import all_platforms

_ENDPOINTS = ("auth_login_url", "auth_token_url", "key_set_url")
_WORDS: dict[str, Any] = {"required": "is missing.", "null": "is missing.", "invalid": "must be text."}


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
    return NewRegistration(**{**found, "deployment_ids": ids, "warnings": _doubtful(found["issuer"])})


def _doubtful(issuer: str) -> tuple[str, ...]:
    """Some issuers do end with a slash; most do not, and it is added easily."""
    if not issuer.endswith("/"):
        return ()
    return (
        f"The issuer {issuer} ends with a slash and is kept exactly so. The LMS compares it letter by letter: if"
        " launches are refused as coming from an unknown issuer, register it again without the slash.",
    )


def _must_be_plausible(found: Mapping[str, Any], tool: ToolAddresses | None) -> None:
    """The slips people make when they copy from one form to another. Raises `ValidationError` with all of them."""
    slips = {}
    for place, name in enumerate(_ENDPOINTS):
        host = urlsplit(found[name]).netloc.lower()
        if tool is not None and host == tool.domain.lower():
            slips[name] = ["is Cairn's own address. The address of the LMS belongs here."]
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
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or not value.isprintable():
            raise ValidationError(f"must be {kind}, such as https://lms.example.edu/…")
        if parts.scheme == "http" and not _is_near(parts.hostname):
            raise ValidationError("must start with https://.")
        if " " in value or parts.fragment:
            raise ValidationError("must have no spaces and no “#”.")

    return check


def _issuer(value: str) -> None:
    _address("an address")(value)
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
        validate=[validate.Length(min=1, max=255, error="must have 1 to 255 characters.")],
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
    auth_audience = fields.String(load_default="")
    deployment_ids = fields.List(
        _id(), load_default=[], error_messages={**_WORDS, "invalid": "must be a list of texts, such as [“1”]."}
    )
    product = fields.String(load_default="", validate=validate.Length(max=100))
    name = fields.String(load_default="", validate=validate.Length(max=255))
    organisation = fields.String(load_default="")

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Forgive blanks around words, numbers as ids, and one deployment id on its own."""
        if not isinstance(data, dict):
            return data
        tidied = {name: value.strip() if isinstance(value, str) else value for name, value in data.items()}
        if "deployment_id" in tidied and "deployment_ids" not in tidied:
            tidied["deployment_ids"] = [tidied.pop("deployment_id")]
        for name in ("client_id",):
            tidied[name] = _as_text(tidied.get(name))
        if isinstance(tidied.get("deployment_ids"), list):
            tidied["deployment_ids"] = [_as_text(one) for one in tidied["deployment_ids"]]
        return {name: value for name, value in tidied.items() if value is not None}


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
