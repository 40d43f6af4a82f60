"""Review: when a mastered skill is due again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, evidence, history
from lti_tool.learning.history import first_answers, right
from lti_tool.learning.review import LONGEST_PAUSE_DAYS, due_at
from strategies import histories


def test_what_was_known_from_the_start_waits_longer_than_what_was_hard_won() -> None:
    easy, hard = history("RRR"), history("WWRRR")
    assert due_at(easy, easy[-1].at) - easy[-1].at > due_at(hard, hard[-1].at) - hard[-1].at
    assert due_at(hard, hard[-1].at) >= hard[-1].at + timedelta(days=1)


def test_pauses_grow_with_each_good_review() -> None:
    rows = history("WRRR")
    mastered_at, due, pauses = rows[-1].at, rows[-1].at, []
    for number in range(6):
        due = due_at(rows, mastered_at)
        pauses.append(due - rows[-1].at)
        rows.append(evidence(id=100 + number, at=due))
    assert pauses == sorted(pauses)
    assert pauses[-1] > 5 * pauses[0]
    assert pauses[-1] <= timedelta(days=LONGEST_PAUSE_DAYS)


def test_a_wrong_answer_asks_for_a_review_at_once() -> None:
    rows = history("RRR|W")
    assert due_at(rows, rows[2].at) == rows[-1].at


def test_wrong_then_right_comes_back_soon() -> None:
    steady, shaky = history("RRR||RRRRR"), history("RRR||WWWRR")
    assert due_at(shaky, shaky[2].at) < due_at(steady, steady[2].at)


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(1, 40))
def test_one_more_wrong_answer_never_makes_a_review_later(rows, days) -> None:
    mastered_at = MONDAY
    before = due_at(rows, mastered_at)
    last = rows[-1].at if rows else MONDAY
    wrong = evidence(0.0, id=999, at=last + timedelta(days=days))
    assert due_at([*rows, wrong], mastered_at) <= max(before, wrong.at)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_same_history_is_always_due_at_the_same_time(rows) -> None:
    assert due_at(rows, MONDAY) == due_at(list(reversed(rows)), MONDAY)
    later = [row for row in first_answers(rows) if row.at > MONDAY]
    if later and right(later[-1]):
        assert due_at(rows, MONDAY) > later[-1].at
