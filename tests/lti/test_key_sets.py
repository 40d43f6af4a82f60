"""The LMSs' public keys: fetched seldom, found when new, kept when the LMS is silent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event

import pytest

from lti.lms import NOW, TOOL, KeyShelf, Publisher, claims, key_sets, login, public_jwk, registration, sign
from lti_tool.lti import key_sets as module
from lti_tool.lti.errors import KeysOnTheWay, LaunchRefused
from lti_tool.lti.http import Answer
from lti_tool.lti.key_sets import KeySets, usable_keys
from lti_tool.lti.launch import verify

LMS = registration()


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def refused(sets, kid="key-1", now=NOW) -> LaunchRefused:
    with pytest.raises(LaunchRefused) as caught:
        sets.find(LMS, kid, now)
    return caught.value


def test_a_known_key_costs_nothing():
    publisher, shelf = Publisher(), KeyShelf()
    sets = key_sets(publisher, shelf)
    sets.find(LMS, "key-1", NOW)
    reads = shelf.reads
    for second in range(100):
        sets.find(LMS, "key-1", NOW + seconds(second))
    assert (publisher.asked, shelf.reads) == (1, reads)


def test_another_process_need_not_ask_again():
    publisher, shelf = Publisher(), KeyShelf()
    key_sets(publisher, shelf).find(LMS, "key-1", NOW)
    key_sets(publisher, shelf).find(LMS, "key-1", NOW + seconds(30))
    assert publisher.asked == 1


def test_a_new_key_is_found_at_once():
    publisher = Publisher()
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    publisher.keys.append(public_jwk("key-2", "second"))
    assert sets.find(LMS, "key-2", NOW + seconds(1))


def test_a_key_that_another_process_fetched_is_found_without_asking():
    publisher, shelf = Publisher(), KeyShelf()
    ours, theirs = key_sets(publisher, shelf), key_sets(publisher, shelf)
    ours.find(LMS, "key-1", NOW)
    publisher.keys.append(public_jwk("key-2", "second"))
    theirs.find(LMS, "key-2", NOW + seconds(5))
    ours.find(LMS, "key-2", NOW + seconds(6))
    assert publisher.asked == 2


def test_made_up_key_names_make_us_ask_once_a_minute():
    publisher = Publisher()
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    for second in range(59):
        assert refused(sets, f"made-up-{second}", NOW + seconds(1 + second)).code == "key_unknown"
    assert publisher.asked == 2
    refused(sets, "made-up", NOW + seconds(62))
    assert publisher.asked == 3


def test_made_up_key_names_are_limited_across_processes():
    publisher, shelf = Publisher(), KeyShelf()
    for second in range(30):
        sets = key_sets(publisher, shelf)
        assert refused(sets, "made-up", NOW + seconds(second)).status == 403
    assert publisher.asked <= 2


def test_keys_are_fetched_again_when_their_time_is_over():
    publisher = Publisher()
    publisher.headers = {"Cache-Control": "public, max-age=600"}
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    sets.find(LMS, "key-1", NOW + seconds(599))
    assert publisher.asked == 1
    sets.find(LMS, "key-1", NOW + seconds(601))
    assert publisher.asked == 2


@pytest.mark.parametrize(
    ("header", "kept"),
    [("no-store", 300), ("max-age=1", 300), ("max-age=999999999", 86400), ("", 3600), ("max-age=soon", 3600)],
)
def test_how_long_keys_are_kept(header, kept):
    publisher, shelf = Publisher(), KeyShelf()
    publisher.headers = {"Cache-Control": header}
    key_sets(publisher, shelf).find(LMS, "key-1", NOW)
    assert shelf.stored[LMS.id].fresh_until == NOW + seconds(kept)


def test_a_withdrawn_key_stops_working_when_its_time_is_over():
    publisher = Publisher()
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    publisher.keys[:] = [public_jwk("key-2", "second")]
    assert refused(sets, now=NOW + timedelta(hours=2)).code == "key_unknown"


def test_a_silent_lms_does_not_lock_its_school_out():
    publisher = Publisher()
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    publisher.down = True
    late = NOW + timedelta(hours=2)
    assert sets.find(LMS, "key-1", late)
    assert sets.find(LMS, "key-1", late + seconds(30))
    assert publisher.asked == 2, "a silent LMS is asked once a minute, not at every launch"


def test_a_silent_lms_we_know_nothing_of_is_named():
    publisher = Publisher()
    publisher.down = True
    refusal = refused(key_sets(publisher))
    assert (refusal.code, refusal.status) == ("keys_unreachable", 503)
    assert "took too long" in refusal.what


def test_a_class_does_not_wait_one_by_one_for_a_silent_lms():
    """Each of them would hold a thread of ours for seconds, and other schools would wait behind them."""
    publisher = Publisher()
    publisher.down = True
    sets = key_sets(publisher)
    for second in range(20):
        assert refused(sets, now=NOW + seconds(second)).status == 503
    assert publisher.asked == 1
    publisher.down = False
    assert sets.find(LMS, "key-1", NOW + seconds(20))


def test_one_asks_and_the_others_wait_for_what_comes_of_it(monkeypatch):
    publisher, answered = Publisher(), Event()
    begun = Event()

    def slowly(url):
        begun.set()
        answered.wait(30)
        return publisher(url)

    sets = KeySets(slowly, KeyShelf())
    with ThreadPoolExecutor(4) as class_:
        first = class_.submit(sets.find, LMS, "key-1", NOW)
        begun.wait(30)
        with monkeypatch.context() as patch:
            patch.setattr(module, "WAIT_SECONDS", 0)
            assert refused(sets).code == "keys_on_the_way", "not for long"
        others = [class_.submit(sets.find, LMS, "key-1", NOW) for _ in range(module.WAITING_PLACES)]
        answered.set()
        assert {one.result(30)[0].thumbprint() for one in (first, *others)} == {first.result()[0].thumbprint()}
    assert publisher.asked == 1


def test_few_wait_at_once_whatever_lms_they_wait_for():
    answered, begun = Event(), Event()

    def slowly(url):
        begun.set()
        answered.wait(30)
        return Publisher()(url)

    sets = KeySets(slowly, KeyShelf())
    with ThreadPoolExecutor(9) as class_:
        first = class_.submit(sets.find, LMS, "key-1", NOW)
        begun.wait(30)
        others = [class_.submit(sets.find, LMS, "key-1", NOW) for _ in range(8)]
        sent_away = [one for one in others if _is_done_within(one, 0.5)]
        assert len(sent_away) == 8 - module.WAITING_PLACES
        assert {type(one.exception()) for one in sent_away} == {KeysOnTheWay}
        answered.set()
        assert first.result(30)
    assert sets.find(LMS, "key-1", NOW)


def _is_done_within(one, seconds_):
    return bool(wait([one], timeout=seconds_ / 8).done)


def test_nobody_waits_where_an_older_set_has_the_key():
    publisher, answered, begun = Publisher(), Event(), Event()

    def slowly(url):
        if publisher.asked:
            begun.set()
            answered.wait(30)
        return publisher(url)

    sets = KeySets(slowly, KeyShelf())
    sets.find(LMS, "key-1", NOW)
    late = NOW + timedelta(hours=2)
    with ThreadPoolExecutor(1) as class_:
        first = class_.submit(sets.find, LMS, "key-1", late)
        begun.wait(30)
        assert sets.find(LMS, "key-1", late)
        assert refused(sets, "key-2", late).code == "keys_on_the_way", "it may be among those that come"
        answered.set()
        assert first.result(30)


BROKEN = {
    "an error": Answer(status=500, headers={}, body=b"{}", url="u"),
    "an error page": Answer(status=200, headers={}, body=b"<html>", url="u"),
    "an error object": Answer(status=200, headers={}, body=b'{"error": "x"}', url="u"),
    "a list": Answer(status=200, headers={}, body=b"[]", url="u"),
    "a deep hole": Answer(status=200, headers={}, body=b"[" * 100_000, url="u"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_set_is_named_and_not_kept(answer):
    publisher, shelf = Publisher(), KeyShelf()
    publisher.answer = answer
    sets = key_sets(publisher, shelf)
    assert refused(sets).status == 503
    assert not shelf.stored
    publisher.answer = None
    assert sets.find(LMS, "key-1", NOW + seconds(1))


def test_a_changed_address_leaves_the_old_keys_behind():
    publisher, shelf = Publisher(), KeyShelf()
    sets = key_sets(publisher, shelf)
    sets.find(LMS, "key-1", NOW)
    moved = registration(key_set_url="https://lms.example.edu/new-jwks")
    sets.find(moved, "key-1", NOW + seconds(1))
    assert publisher.asked == 2


def test_a_key_changed_under_its_old_name_is_found():
    publisher = Publisher()
    sets = key_sets(publisher)
    sets.find(LMS, "key-1", NOW)
    publisher.keys[:] = [public_jwk("key-1", "second")]
    posted = {"state": "state-1", "id_token": sign(claims(), key="second")}
    assert verify(posted, login(), LMS, sets, TOOL, NOW + seconds(1)).subject == "person-1"


def test_a_key_changed_under_its_old_name_is_found_by_all_processes_though_one_has_just_asked():
    publisher, shelf = Publisher(), KeyShelf()
    ours, theirs = key_sets(publisher, shelf), key_sets(publisher, shelf)
    for sets in (ours, theirs):
        sets.find(LMS, "key-1", NOW)
    publisher.keys[:] = [public_jwk("key-1", "second")]
    posted = {"state": "state-1", "id_token": sign(claims(), key="second")}
    for second, sets in enumerate((theirs, ours), start=1):
        assert verify(posted, login(), LMS, sets, TOOL, NOW + seconds(second)).subject == "person-1"
    assert publisher.asked == 2


def test_a_forged_launch_makes_us_look_again_once_a_minute_at_most():
    publisher = Publisher()
    sets = key_sets(publisher)
    posted = {"state": "state-1", "id_token": sign(claims(), key="thief")}
    for second in range(20):
        with pytest.raises(LaunchRefused):
            verify(posted, login(), LMS, sets, TOOL, NOW + seconds(second))
    assert publisher.asked == 2


@pytest.mark.parametrize("keys", [("lms", "second"), ("second", "lms")])
def test_two_keys_of_one_name_both_count(keys):
    """Some LMSs add the next key under the name of the last (RFC 7517 §4.5 allows it)."""
    publisher = Publisher(*(public_jwk("key-1", name) for name in keys))
    sets = key_sets(publisher)
    for second, name in enumerate(keys):
        posted = {"state": "state-1", "id_token": sign(claims(), key=name)}
        assert verify(posted, login(), LMS, sets, TOOL, NOW + seconds(second)).subject == "person-1"
    assert publisher.asked == 1


USELESS = {
    "for encryption": public_jwk(use="enc"),
    "for another algorithm": public_jwk(alg="RS512"),
    "of another kind": {"kty": "EC", "kid": "key-1", "crv": "P-256", "x": "AA", "y": "AA"},
    "a shared secret": {"kty": "oct", "kid": "key-1", "k": "c2VjcmV0"},
    "without a name": {k: v for k, v in public_jwk().items() if k != "kid"},
    "with a number as its name": public_jwk(kid=5),
    "without its number": {k: v for k, v in public_jwk().items() if k != "n"},
    "with a broken number": public_jwk(n="!!!"),
    "with an odd number": public_jwk(n=["x"]),
    "too short": public_jwk(n="uFB1Zg"),
    "a word": "key-1",
}


@pytest.mark.parametrize("entry", USELESS.values(), ids=USELESS.keys())
def test_keys_of_no_use_are_left_out_and_harm_no_other(entry):
    assert list(usable_keys({"keys": [entry, public_jwk("good")]})) == ["good"]


def test_a_key_needs_neither_use_nor_algorithm():
    plain = {k: v for k, v in public_jwk().items() if k not in {"use", "alg"}}
    assert list(usable_keys({"keys": [plain]})) == ["key-1"]
