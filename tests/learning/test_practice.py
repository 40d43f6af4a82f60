"""Which question comes next."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, activity, course, evidence, item, skill
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.practice import next_item, place_of

ITEMS = [item(f"i{number}", "a", difficulty=(number - 5) / 2) for number in range(11)]
PRACTICE = activity("do-a", "a", items=[one.id for one in ITEMS])
SINGLE = activity("one", "a", items=["i5"])
EMPTY = activity("none", "a")
CONTENT = course([skill("a")], [PRACTICE, SINGLE, EMPTY], ITEMS)


def answered(keys: list[str], score: float = 1.0) -> list[Evidence]:
    hardness = {one.id: one.difficulty for one in ITEMS}
    return [
        evidence(
            score,
            id=number + 1,
            skill="a",
            item=key,
            difficulty=hardness[key],  # type: ignore[index]
            at=MONDAY + timedelta(minutes=number),
        )
        for number, key in enumerate(keys)
    ]


def chosen(rows: list[Evidence], seed: int = 1) -> str:
    found = next_item(CONTENT, PRACTICE, rows, seed=seed)
    assert found is not None
    return found.id


def test_no_items_no_question() -> None:
    assert next_item(CONTENT, EMPTY, [], seed=1) is None


def test_a_single_question_is_asked_again() -> None:
    found = next_item(CONTENT, SINGLE, answered(["i5"]), seed=1)
    assert found is not None
    assert found.id == "i5"


def test_unseen_questions_come_first_and_all_are_seen_once() -> None:
    rows: list[Evidence] = []
    for _ in ITEMS:
        rows = answered([*[str(row.item) for row in rows], chosen(rows)])
    assert len({row.item for row in rows}) == len(ITEMS)


def test_then_the_one_seen_longest_ago() -> None:
    keys = [one.id for one in ITEMS]
    assert chosen(answered([*keys[3:], *keys[:3]])) == keys[3]


def test_difficulty_follows_the_learner() -> None:
    strong = chosen(answered(["i4", "i5", "i6", "i5", "i6", "i7"], 1.0))
    weak = chosen(answered(["i4", "i5", "i6", "i5", "i6", "i3"], 0.0))
    hardness = {one.id: one.difficulty for one in ITEMS}
    assert hardness[strong] > hardness[weak]  # type: ignore[index]
    assert place_of(answered(["i5"] * 9, 1.0)) > 1 > -1 > place_of(answered(["i5"] * 9, 0.0))


def test_it_aims_at_about_eight_of_ten_right() -> None:
    rows = answered(["i5", "i6", "i4", "i5"], 1.0)[:2] + answered(["i5", "i6", "i4", "i5"], 0.0)[2:]
    hardness = {one.id: one.difficulty for one in ITEMS}
    assert -2.5 < hardness[chosen(rows)] - place_of(rows) < -0.3  # type: ignore[index]


def test_different_learners_meet_different_questions_first() -> None:
    assert len({chosen([], seed) for seed in range(30)}) > 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([str(one.id) for one in ITEMS]), max_size=25),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.integers(0, 9999),
)
def test_never_the_same_twice_in_a_row_and_always_the_same_for_the_same_seed(keys, score, seed) -> None:
    rows = answered(keys, score)
    first = chosen(rows, seed)
    assert first == chosen(list(reversed(rows)), seed)
    assert not keys or first != keys[-1]
    unseen = {one.id for one in ITEMS} - set(keys)
    assert not unseen or first in unseen
