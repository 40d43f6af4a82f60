"""Which question comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, activity, course, evidence, item, skill
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import ItemId
from lti_tool.learning.outlook import question_of
from lti_tool.learning.practice import next_item
from lti_tool.learning.response import forecast, remember
from lti_tool.learning.response_parameters import SHIPPED, ItemShape, Parameters

ITEMS = [item(f"i{number}", "a", difficulty=(number - 5) / 2) for number in range(11)]
PRACTICE = activity("do-a", "a", items=[one.id for one in ITEMS])
SINGLE = activity("one", "a", items=["i5"])
EMPTY = activity("none", "a")
LATER = MONDAY + timedelta(hours=1)
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


def chosen(rows: list[Evidence], seed: int = 1, parameters: Parameters = SHIPPED) -> str:
    found = next_item(CONTENT, PRACTICE, rows, seed=seed, now=LATER, parameters=parameters)
    assert found is not None
    return found.id


def test_no_items_no_question() -> None:
    assert next_item(CONTENT, EMPTY, [], seed=1, now=LATER) is None


def test_a_single_question_is_asked_again() -> None:
    found = next_item(CONTENT, SINGLE, answered(["i5"]), seed=1, now=LATER)
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


def test_it_aims_at_about_eight_of_ten_right() -> None:
    rows = answered(["i5", "i6", "i4", "i5"], 1.0)[:2] + answered(["i5", "i6", "i4", "i5"], 0.0)[2:]
    question = question_of(CONTENT.items[ItemId(chosen(rows))])
    (chance,) = forecast(remember(rows), [question], SHIPPED, now=LATER)
    assert 0.65 < chance < 0.88


def test_what_the_course_found_out_about_its_questions_counts_more_than_their_author() -> None:
    """The author calls i9 hard; the course has seen that it is easy, and that the others are far too hard."""
    found = {one.id: ItemShape(ease=0.9 if one.id == "i9" else -4.0, information=40.0) for one in ITEMS}
    assert chosen([]) != "i9"
    assert chosen([], parameters=replace(SHIPPED, items=found)) == "i9"


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
