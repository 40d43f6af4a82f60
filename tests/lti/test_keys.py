"""Our own keys: made, published, retired, locked away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from lti.lms import NOW
from lti_tool.lti.key_sets import usable_keys
from lti_tool.lti.keys import SealBroken, is_sealed, new_key, public_key_set, seal, signing_key, unseal

KEY = new_key(NOW)


def test_what_we_publish_checks_what_we_sign():
    published = public_key_set([KEY])
    entry = published["keys"][0]
    assert {name: entry[name] for name in ("kty", "alg", "use", "kid")} == {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": KEY.kid,
    }
    signed = jws.serialize_compact({"alg": "RS256"}, b"hello", RSAKey.import_key(KEY.private_pem))
    assert jws.deserialize_compact(signed, usable_keys(published)[KEY.kid][0]).payload == b"hello"


def test_nothing_private_is_published():
    assert set(public_key_set([KEY])["keys"][0]) == {"kty", "alg", "use", "kid", "n", "e"}
    assert "PRIVATE" not in repr(KEY)


def test_retired_keys_stay_published_for_two_weeks():
    retired = replace(KEY, kid="old", retired_at=NOW)
    kids = [
        [key["kid"] for key in public_key_set([retired, KEY], NOW + timedelta(days=days))["keys"]]
        for days in (0, 13, 15)
    ]
    assert kids == [["old", KEY.kid], ["old", KEY.kid], [KEY.kid]]


def test_the_newest_key_in_use_signs():
    older = replace(KEY, kid="older", created_at=NOW - timedelta(days=9))
    retired = replace(KEY, kid="retired", created_at=NOW + timedelta(days=1), retired_at=NOW)
    assert signing_key([older, retired, KEY], NOW) == KEY
    assert signing_key([retired], NOW) is None


def test_a_new_key_is_published_before_it_signs_and_the_old_one_after():
    change = NOW + timedelta(days=2)
    old = replace(KEY, kid="old", retired_at=change)
    fresh = replace(KEY, kid="fresh", created_at=NOW + timedelta(seconds=1), signs_from=change)
    for days, signs, shown in (
        (0, "old", 2),
        (1.9, "old", 2),
        (2, "fresh", 2),
        (15.9, "fresh", 2),
        (16, "fresh", 1),
    ):
        now = NOW + timedelta(days=days)
        signing = signing_key([old, fresh], now)
        assert signing is not None
        assert (signing.kid, len(public_key_set([old, fresh], now)["keys"])) == (signs, shown)


def test_no_keys_is_an_empty_set():
    assert public_key_set([]) == {"keys": []}


def test_a_locked_key_opens_with_its_secret_only():
    locked = seal(KEY.private_pem, "secret")
    assert is_sealed(locked)
    assert "PRIVATE" not in locked
    assert locked != seal(KEY.private_pem, "secret")
    assert unseal(locked, "secret") == KEY.private_pem
    with pytest.raises(SealBroken, match="SECRET_KEY"):
        unseal(locked, "another")


@pytest.mark.parametrize(
    "damage", [lambda s: s[:-8], lambda s: s + "AAAA", lambda s: s[:40] + "é" + s[41:], lambda s: s[:9]]
)
def test_a_damaged_lock_says_so(damage):
    with pytest.raises(SealBroken):
        unseal(damage(seal("pem", "secret")), "secret")


def test_without_a_secret_keys_lie_open():
    assert seal("pem", "") == "pem"
    assert unseal("pem", "later set") == "pem"
