"""Counting how often somebody asks."""

from __future__ import annotations

from limits import parse

from clock import Clock
from lti_tool.web import limits


def test_so_many_in_a_window_and_anew_in_the_next(clock: Clock) -> None:
    count, three = limits.in_process(lambda: clock().timestamp()), parse("3 per minute")
    assert [count(three, "ada") for _ in range(4)] == [True, True, True, False]
    assert count(three, "ben")
    clock.pass_by(minutes=1)
    assert count(three, "ada")


def test_windows_that_are_over_are_forgotten(clock: Clock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "_MOST_COUNTS", 10)
    seen: list[int] = []
    forget = limits._forget
    monkeypatch.setattr(limits, "_forget", lambda counts, now: (forget(counts, now), seen.append(len(counts))))
    count, three = limits.in_process(lambda: clock().timestamp()), parse("3 per minute")
    for number in range(40):
        clock.pass_by(seconds=30)
        count(three, str(number))
    assert seen
    assert max(seen) <= 2
