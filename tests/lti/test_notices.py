"""Notices of the LMS: anybody may post to that address, so everything odd has to end in a refusal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from lti.lms import LTI, MISSING, NOW, Publisher, key_sets, public_jwk, registration, sign
from lti_tool.lti.errors import LaunchRefused
from lti_tool.lti.notices import MOST_NOTICES, Notice, subscribe, tokens_of, verify_notice
from lti_tool.lti.values import Registration, RegistrationStatus

SECOND = int(NOW.timestamp())
HALF = "\ud83d"
"""Half of a character: no text that can be stored."""


def content(**changes: Any) -> dict[str, Any]:
    """A notice of a copied course. Short names stand for LTI claims; MISSING takes one out."""
    body = {
        "iss": "https://lms.example.edu",
        "aud": "client-1",
        "iat": SECOND,
        "exp": SECOND + 60,
        LTI + "deployment_id": "deployment-1",
        LTI + "notice": {"id": "n1", "timestamp": "2026-11-22T12:00:00Z", "type": "LtiContextCopyNotice"},
        LTI + "context": {"id": "course-2", "title": "Fractions, spring"},
        LTI + "origin_contexts": ["course-1"],
    }
    body |= {
        name if name in {"iss", "aud", "azp", "iat", "exp"} else LTI + name: value
        for name, value in changes.items()
    }
    return {name: value for name, value in body.items() if value is not MISSING}


def find(issuer: str, client_id: str) -> Sequence[Registration]:
    """The pretend LMS by its names, which a database must be able to look for."""
    (issuer + client_id).encode()
    ours = registration()
    return [ours] if (issuer, client_id) == (ours.issuer, ours.client_id) else []


def verified(token: str) -> Notice:
    return verify_notice(token, find, key_sets(), NOW)


def test_a_notice_says_which_course_was_made_from_which() -> None:
    notice = verified(sign(content()))
    assert notice.is_copy
    assert (notice.context_id, notice.title, notice.origins) == ("course-2", "Fractions, spring", ("course-1",))


def test_audiences_may_come_as_a_list() -> None:
    assert verified(sign(content(aud=["client-1"]))).is_copy
    assert verified(sign(content(aud=["somebody", "client-1"], azp="client-1", version="1.3.0"))).is_copy


@pytest.mark.parametrize("status", ["pending", "paused"])
def test_an_lms_that_is_not_let_in_is_not_heard_either(status: RegistrationStatus) -> None:
    def find_one(issuer: str, client_id: str) -> Sequence[Registration]:
        return [replace(one, status=status) for one in find(issuer, client_id)]

    with pytest.raises(LaunchRefused):
        verify_notice(sign(content()), find_one, key_sets(), NOW)


def test_a_key_that_changed_and_kept_its_name_is_found() -> None:
    publisher = Publisher(public_jwk(name="old"))
    keys = key_sets(publisher)
    verify_notice(sign(content(), key="old"), find, keys, NOW)
    publisher.keys = [public_jwk()]
    assert verify_notice(sign(content()), find, keys, NOW).is_copy


def test_the_lms_is_told_how_many_we_take_at_once() -> None:
    connection = Mock()
    subscribe(connection, "https://lms.example.edu/notices", "https://tool.example.org/lti/notices")
    assert connection.request.call_args.kwargs["content"]["max_batch_size"] == MOST_NOTICES


def test_contexts_may_be_numbers() -> None:
    notice = verified(sign(content(context={"id": 8}, origin_contexts=[5, None, "course-1"])))
    assert (notice.context_id, notice.origins) == ("8", ("5", "course-1"))


ODD: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example.com"},
    "no issuer": {"iss": MISSING},
    "half a character as issuer": {"iss": HALF},
    "half a character as audience": {"aud": HALF},
    "half a character in the title": {"context": {"id": "course-2", "title": HALF}},
    "half a character as origin": {"origin_contexts": [HALF]},
    "an audience of another kind": {"aud": {"client-1": 1}},
    "ourselves at the end of a long list": {"aud": [*(str(n) for n in range(500)), "client-1"]},
    "for another party": {"azp": "client-2"},
    "for several of whom nobody is named": {"aud": ["client-1", "client-2"]},
    "of another LTI": {"version": "1.1"},
    "no end": {"exp": MISSING},
    "an end without end": {"exp": float("inf")},
    "an end that is no number": {"exp": float("nan")},
    "an end out of all calendars": {"exp": 10**300},
    "over for 31 seconds": {"exp": SECOND - 31},
    "made in the future": {"iat": SECOND + 31},
}


@pytest.mark.parametrize("case", ODD)
def test_odd_notices_are_refused(case: str) -> None:
    with pytest.raises(LaunchRefused):
        verified(sign(content(**ODD[case])))


def test_a_notice_signed_by_somebody_else_is_refused() -> None:
    with pytest.raises(LaunchRefused):
        verified(sign(content(), key="stranger"))


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "nested without end": b"[" * 100_000,
    "another encoding": b"\xff\xfe\x00",
    "a list": b"[]",
    "no list": b'{"notices": 5}',
    "no token": b'{"notices": [{"jwt": 5}, "x"]}',
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_list_of_notices_has_none(case: str) -> None:
    assert tokens_of(UNREADABLE[case]) == ()


def test_a_flood_of_notices_is_cut() -> None:
    posted = json.dumps({"notices": [{"jwt": str(number)} for number in range(500)]}).encode()
    assert len(tokens_of(posted)) == 50
