"""Marking is fair: right answers count in full, wrong ones say what they mean, unreadable ones do not count."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.learning.activities import Choice, ExpectedWrong, FractionForm, Item, ItemKind, NumberKey
from lti_tool.learning.errors import AnswerError
from lti_tool.learning.ids import ItemId, SkillId
from lti_tool.learning.marking import mark, shown_order, solution


def item(kind: ItemKind, **key: object) -> Item:
    base = {"id": ItemId("q"), "kind": kind, "skills": (SkillId("s"),), "stem": "?", "feedback_right": "Because."}
    return Item(**(base | key))  # type: ignore[arg-type]


def choices(right: str, wrong: str = "") -> tuple[Choice, ...]:
    good = [Choice(key=key, text=f"text {key}", correct=True) for key in right]
    bad = [Choice(key=key, text=f"text {key}", feedback=f"not {key}", misconception=f"mis-{key}") for key in wrong]
    return tuple(good + bad)


ONE = item(ItemKind.ONE_CHOICE, choices=choices("a", "bc"))
SEVERAL = item(ItemKind.SEVERAL_CHOICES, choices=choices("abc", "de"))
ORDER = item(
    ItemKind.ORDERING,
    choices=tuple(Choice(key=key, text=key.upper()) for key in "abcd"),
    expected_wrong=(ExpectedWrong(value="d, c, b, a", feedback="Turn it around.", misconception="backward"),),
)
MATCH = item(
    ItemKind.MATCHING,
    pairs=(("1", "one"), ("2", "two"), ("3", "three")),
    expected_wrong=(ExpectedWrong(value="1 -> two", feedback="Look again.", misconception="next"),),
)
TEXT = item(
    ItemKind.SHORT_TEXT,
    texts=("one half", "1/2"),
    expected_wrong=(ExpectedWrong(value="two", feedback="Nearly.", misconception="counts"),),
)


def number(value: str, form: FractionForm = FractionForm.ANY, **more: str) -> Item:
    wrong = (ExpectedWrong(value="2/5", feedback="You added.", misconception="adds"),)
    return item(ItemKind.NUMBER, number=NumberKey(value=value, form=form, **more), expected_wrong=wrong)


def test_one_choice() -> None:
    right, wrong = mark(ONE, {"choice": "a"}), mark(ONE, {"choice": "b"})
    assert (right.score, right.correct, right.feedback, right.given) == (1.0, True, "Right. Because.", "text a")
    assert (wrong.score, wrong.correct, wrong.feedback, wrong.misconception) == (0.0, False, "not b", "mis-b")


@pytest.mark.parametrize(
    ("ticked", "score"), [("abc", 1.0), ("ab", 2 / 3), ("abcd", 2 / 3), ("abcde", 1 / 3), ("ade", 0.0), ("d", 0.0)]
)
def test_several_choices_count_in_part(ticked: str, score: float) -> None:
    marked = mark(SEVERAL, {"choices": list(ticked)})
    assert marked.score == pytest.approx(score)
    assert marked.correct is (ticked == "abc")


def test_several_choices_say_what_is_missing_without_giving_it_away() -> None:
    marked = mark(SEVERAL, {"choices": ["a", "d"]})
    assert marked.feedback == "not d\n\nYou found one that fits. 2 that fit are still missing."
    assert marked.misconception == "mis-d"


@pytest.mark.parametrize("text", ["3/4", "6/8", "0.75", "0,75", ".75", "75 %", "¾"])
def test_the_same_number_in_any_form(text: str) -> None:
    assert mark(number("3/4"), {"text": text}).correct


@pytest.mark.parametrize(
    ("form", "value", "good", "bad"),
    [
        (FractionForm.LOWEST_TERMS, "3/4", ["3/4"], ["6/8", "0.75", "75%"]),
        (FractionForm.LOWEST_TERMS, "3/2", ["3/2", "1 1/2"], ["6/4", "1 2/4"]),
        (FractionForm.MIXED, "9/4", ["2 1/4", "2¼"], ["9/4", "2 2/8", "1 5/4", "2.25"]),
        (FractionForm.MIXED, "3", ["3"], ["6/2"]),
        (FractionForm.FRACTION, "9/4", ["9/4", "18/8"], ["2 1/4", "2.25"]),
        (FractionForm.DECIMAL, "9/4", ["2.25", "2,25"], ["9/4", "225%"]),
    ],
)
def test_a_right_number_in_the_wrong_form(form: FractionForm, value: str, good: list[str], bad: list[str]) -> None:
    for text in good:
        assert mark(number(value, form), {"text": text}).correct, text
    for text in bad:
        marked = mark(number(value, form), {"text": text})
        assert marked.score == 0.0
        assert not marked.correct
        assert marked.feedback.startswith("Right number, but")
        assert marked.misconception == ""


def test_expected_wrong_numbers_name_the_misconception_in_any_form() -> None:
    for text in ("2/5", "0.4", "4/10"):
        marked = mark(number("5/6"), {"text": text})
        assert (marked.misconception, marked.feedback, marked.given) == ("adds", "You added.", text)
    assert mark(number("5/6"), {"text": "9"}).misconception == ""


def test_tolerance_is_absolute_and_includes_its_ends() -> None:
    near = number("3.14", tolerance="0.01", unit="cm")
    assert [mark(near, {"text": text}).correct for text in ("3.13", "3.15", "3,14 cm", "3.16")] == [True] * 3 + [
        False
    ]


def test_thousands_are_right_whichever_mark_parts_them() -> None:
    assert all(
        mark(number("1250"), {"text": text}).correct for text in ("1250", "1,250", "1.250", "1 250", "1'250")
    )
    assert mark(number("1.25"), {"text": "1,250"}).correct


@pytest.mark.parametrize("text", ["One half", " ONE  HALF. ", "one-half", "½", "1 / 2", "“one half”"])
def test_short_text_forgives_case_spaces_and_punctuation(text: str) -> None:
    assert mark(TEXT, {"text": text}).correct


def test_short_text_keeps_signs_apart() -> None:
    sign = item(ItemKind.SHORT_TEXT, texts=(">",))
    assert mark(sign, {"text": " > "}).correct
    assert not mark(sign, {"text": "<"}).correct
    assert mark(TEXT, {"text": "TWO!"}).misconception == "counts"


def test_ordering_counts_pairs_and_knows_the_backward_order() -> None:
    assert mark(ORDER, {"order": list("abcd")}).correct
    assert mark(ORDER, {"order": list("abdc")}).score == pytest.approx(4 / 6)
    backward = mark(ORDER, {"order": list("dcba")})
    assert (backward.score, backward.misconception) == (0.0, "backward")
    assert backward.given == "D → C → B → A"


def test_matching_counts_pairs() -> None:
    assert mark(MATCH, {"pairs": {"1": "one", "2": "two", "3": "three"}}).correct
    marked = mark(MATCH, {"pairs": {"1": "two", "2": "one", "3": "three"}})
    assert marked.score == pytest.approx(1 / 3)
    assert (marked.misconception, marked.feedback) == ("next", "1 of 3 pairs fits. Look again.")
    none = mark(MATCH, {"pairs": {"1": "two", "2": "three", "3": "one"}})
    assert none.feedback.startswith("None of the 3 pairs fits yet.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (ONE, {}),
        (ONE, {"choice": ""}),
        (ONE, {"choice": "z"}),
        (ONE, {"choice": ["a"]}),
        (SEVERAL, {"choices": []}),
        (SEVERAL, {"choices": ["a", "a"]}),
        (SEVERAL, {"choices": "abc"}),
        (TEXT, {"text": "  "}),
        (TEXT, {"text": "!!"}),
        (TEXT, {"text": "x" * 201}),
        (TEXT, {"text": 5}),
        (number("1"), {"text": "one"}),
        (ORDER, {"order": ["a", "b"]}),
        (ORDER, {"order": ["a", "b", "c", "z"]}),
        (MATCH, {"pairs": {"1": "one"}}),
        (MATCH, {"pairs": {"1": "", "2": "", "3": ""}}),
        (MATCH, {"pairs": ["1"]}),
    ],
)
def test_unreadable_answers_are_refused_and_not_counted(question: Item, answer: dict[str, object]) -> None:
    with pytest.raises(AnswerError):
        mark(question, answer)


def test_hints_leave_the_score_and_are_mentioned_only_when_right() -> None:
    helped = mark(ONE, {"choice": "a"}, hints_used=2)
    assert helped.score == 1.0
    assert "hint" in helped.feedback
    assert "hint" not in mark(ONE, {"choice": "b"}, hints_used=2).feedback


@settings(deadline=None)
@given(st.sets(st.sampled_from("abcde"), min_size=1))
def test_several_choices_stay_between_0_and_1(ticked: set[str]) -> None:
    marked = mark(SEVERAL, {"choices": sorted(ticked)})
    assert 0 <= marked.score <= 1
    assert marked.correct is (marked.score == 1) is (ticked == set("abc"))


@settings(deadline=None)
@given(st.permutations("abcd"))
def test_orders_stay_between_0_and_1(order: list[str]) -> None:
    marked = mark(ORDER, {"order": order})
    assert 0 <= marked.score <= 1
    assert marked.correct is (marked.score == 1) is (order == list("abcd"))


@settings(deadline=None)
@given(st.integers())
def test_ordering_and_matching_are_never_shown_solved(seed: int) -> None:
    assert shown_order(ORDER, seed) != tuple("abcd")
    assert sorted(shown_order(ORDER, seed)) == list("abcd")
    assert shown_order(MATCH, seed) != ("one", "two", "three")
    assert shown_order(MATCH, seed) == shown_order(MATCH, seed)


def test_the_order_shown_changes_with_the_seed() -> None:
    assert len({shown_order(ORDER, seed) for seed in range(200)}) > 15
    assert len({shown_order(ONE, seed) for seed in range(100)}) == len(list(permutations("abc")))


def test_solutions_are_in_words() -> None:
    assert solution(ONE) == "- text a\n\nBecause."
    assert solution(number("3/4", unit="cm")) == "**3/4 cm**\n\nBecause."
    assert solution(ORDER).startswith("1. A\n2. B")
    assert solution(MATCH).startswith("- 1 — one")
    assert solution(TEXT).startswith("**one half**")
