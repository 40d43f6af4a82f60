"""Marking: an answer and its key give a score, words for the learner, and the misconception behind a wrong answer.

Scores in [0, 1]; `correct` only at 1. How a part of the whole counts:

- several choices: (right ticks - wrong ticks) / right choices, not below 0, so ticking everything gains nothing
- matching: right pairs / all pairs
- ordering: (pairs in the right order - pairs in the wrong order) / all pairs, not below 0 (Kendall's tau; Kendall
  1938, "A new measure of rank correlation"), so that a backward order is worth nothing
- one choice, number, short text: all or nothing; a right number in the wrong form is 0 but no misconception
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from . import numbers
from .activities import Choice, ExpectedWrong, FractionForm, Item, ItemKind, NumberKey
from .errors import AnswerError
from .ids import Score
from .numbers import Reading, Written

Answer = Mapping[str, object]
"""Plain JSON, by kind: `{"choice": key}`, `{"choices": [keys]}`, `{"text": "3/4"}`, `{"order": [keys]}`,
`{"pairs": {left: right}}`."""


NOT_YET = "I do not know yet"
"""What is given where somebody does not guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What an answer is worth. `feedback` is Markdown; `given` is the answer in words, for the record."""

    score: Score
    correct: bool
    feedback: str
    misconception: str = ""
    given: str = ""


def mark(item: Item, answer: Answer, *, hints_used: int = 0) -> Mark:
    """Mark one answer to one item.

    Hints never change the score: whether they matter is for the teacher's rule. Raises `AnswerError` when the
    answer is empty or unreadable; then nothing is to be counted and the learner may try again.
    """
    marked = _MARKERS[item.kind](item, answer)
    if marked.correct and hints_used:
        helped = f"{marked.feedback}\n\nA hint helped you here. Try the next one on your own."
        return Mark(score=marked.score, correct=True, feedback=helped, given=marked.given)
    return marked


def shown_order(item: Item, seed: int) -> tuple[str, ...]:
    """The order to show: choice keys, or for matching the right-hand texts. Never the solved order.

    The same `seed` gives the same order for ever, so a page can be shown again.
    """
    things = [right for _, right in item.pairs] or [choice.key for choice in item.choices]
    shuffled = sorted(things, key=lambda thing: hashlib.sha256(f"{seed}|{item.id}|{thing}".encode()).digest())
    if item.kind in {ItemKind.ORDERING, ItemKind.MATCHING} and shuffled == things:
        shuffled = [*shuffled[1:], shuffled[0]]
    return tuple(shuffled)


def solution(item: Item) -> str:
    """The right answer and why, in Markdown."""
    right = _right_answer(item)
    return f"{right}\n\n{item.feedback_right}" if item.feedback_right else right


def _right_answer(item: Item) -> str:
    match item.kind:
        case ItemKind.NUMBER:
            key = _number_key(item)
            return f"**{key.value}{_shown_unit(key)}**"
        case ItemKind.SHORT_TEXT:
            return f"**{item.texts[0]}**"
        case ItemKind.ORDERING:
            return "\n".join(f"{place}. {choice.text}" for place, choice in enumerate(item.choices, start=1))
        case ItemKind.MATCHING:
            return "\n".join(f"- {left} — {right}" for left, right in item.pairs)
        case _:
            return "\n".join(f"- {choice.text}" for choice in item.choices if choice.correct)


def _mark_one_choice(item: Item, answer: Answer) -> Mark:
    choice = _choice(item, answer.get("choice"), empty="Choose one answer first.")
    if choice.correct:
        return _right(item, choice.text, choice.feedback)
    return _wrong(item, choice.text, choice.feedback, choice.misconception)


def _mark_several_choices(item: Item, answer: Answer) -> Mark:
    ticked = [
        _choice(item, key, empty="") for key in _listed(answer.get("choices"), "Choose at least one answer first.")
    ]
    wrong = [choice for choice in ticked if not choice.correct]
    wanted = sum(choice.correct for choice in item.choices)
    hits = len(ticked) - len(wrong)
    given = "; ".join(choice.text for choice in item.choices if choice in ticked)
    if not wrong and hits == wanted:
        return _right(item, given)
    notes = [choice.feedback for choice in wrong if choice.feedback]
    if hits < wanted:
        notes.append(_missed(hits, wanted - hits))
    misconception = next((choice.misconception for choice in wrong if choice.misconception), "")
    return _wrong(item, given, "\n\n".join(notes), misconception, score=max(0.0, (hits - len(wrong)) / wanted))


def _missed(hits: int, missing: int) -> str:
    found = "" if not hits else "You found one that fits. " if hits == 1 else f"You found {hits} that fit. "
    return found + ("One that fits is still missing." if missing == 1 else f"{missing} that fit are still missing.")


def _mark_number(item: Item, answer: Answer) -> Mark:
    text = _text(answer)
    key = _number_key(item)
    readings = numbers.read(text, unit=key.unit)
    target, tolerance = numbers.exact(key.value), numbers.exact(key.tolerance)
    fits = [one for one in readings if abs(one.value - target) <= tolerance]
    if fits and any(_in_form(one, key.form) for one in fits):
        return _right(item, text)
    if fits:
        return Mark(score=Score(0.0), correct=False, feedback=_WANTED_FORM[key.form], given=text)
    values = {one.value for one in readings}
    expected = next((one for one in item.expected_wrong if _value(one.value, key.unit) in values), None)
    return _wrong_as_expected(item, text, expected)


def _value(text: str, unit: str) -> object:
    return numbers.read(text, unit=unit)[0].value


def _in_form(reading: Reading, form: FractionForm) -> bool:
    match form:
        case FractionForm.LOWEST_TERMS:
            return reading.written in {Written.WHOLE, Written.FRACTION, Written.MIXED} and reading.lowest
        case FractionForm.MIXED:
            proper = reading.written is Written.FRACTION and abs(reading.value) < 1
            return reading.lowest and (proper or reading.written in {Written.WHOLE, Written.MIXED})
        case FractionForm.FRACTION:
            return reading.written is Written.FRACTION
        case FractionForm.DECIMAL:
            return reading.written in {Written.WHOLE, Written.DECIMAL}
        case _:
            return True


_WANTED_FORM = {
    FractionForm.LOWEST_TERMS: "Right number, but write it in lowest terms, so that it cannot be made simpler.",
    FractionForm.MIXED: "Right number, but write it as a mixed number in lowest terms, such as 2 1/4.",
    FractionForm.FRACTION: "Right number, but write it as one fraction, such as 9/4.",
    FractionForm.DECIMAL: "Right number, but write it as a decimal, such as 2.25.",
}


def _mark_short_text(item: Item, answer: Answer) -> Mark:
    text = _text(answer)
    folded = fold(text)
    if not folded:
        raise AnswerError("There is no answer yet. Write a word or two.")
    if any(fold(accepted) == folded for accepted in item.texts):
        return _right(item, text)
    return _wrong_as_expected(
        item, text, next((one for one in item.expected_wrong if fold(one.value) == folded), None)
    )


def fold(text: str) -> str:
    """The text as compared: case, spaces, quotes, hyphens and punctuation make no difference; 1/2 and ½ are one."""
    plain = unicodedata.normalize("NFKC", numbers.opened(text)).casefold()
    plain = re.sub(r"['’ʼ`´]", "", plain)
    plain = re.sub(r"(?<!\d)[.,]|[.,](?!\d)|[-‐‑–—_;:!?¿¡\"“”„«»()\[\]]", " ", plain)
    return " ".join(re.sub(r"\s*([/<>=+%])\s*", r"\1", plain).split())


def _mark_ordering(item: Item, answer: Answer) -> Mark:
    keys = _listed(answer.get("order"), "Put the cards in order first.")
    right = [choice.key for choice in item.choices]
    if sorted(keys) != sorted(right):
        raise AnswerError("Each card needs a place of its own.")
    given = " → ".join(_choice(item, key, empty="").text for key in keys)
    if keys == right:
        return _right(item, given)
    pairs = list(combinations([right.index(key) for key in keys], 2))
    score = max(0.0, sum(1 if first < second else -1 for first, second in pairs) / len(pairs))
    expected = next((one for one in item.expected_wrong if key_list(one.value) == keys), None)
    return _wrong_as_expected(item, given, expected, score=score)


def key_list(text: str) -> list[str]:
    """The order in an expected wrong answer, such as `b, a, c`."""
    return [key.strip() for key in text.split(",")]


def pair_of(text: str) -> tuple[str, str]:
    """The pair in an expected wrong answer, such as `half of 8 -> 2`."""
    left, _, right = text.partition("->")
    return left.strip(), right.strip()


def _mark_matching(item: Item, answer: Answer) -> Mark:
    given = answer.get("pairs")
    if not isinstance(given, Mapping) or not any(given.values()):
        raise AnswerError("Find a partner for each one first.")
    wanted, rights = dict(item.pairs), {right for _, right in item.pairs}
    if set(given) != set(wanted) or not set(map(str, given.values())) <= rights:
        raise AnswerError("Find a partner for each one, then check.")
    hits = sum(given[left] == right for left, right in wanted.items())
    words = "; ".join(f"{left} — {given[left]}" for left in wanted)
    if hits == len(wanted):
        return _right(item, words)
    pairs = {(left, str(right)) for left, right in given.items()}
    expected = next((one for one in item.expected_wrong if pair_of(one.value) in pairs), None)
    marked = _wrong_as_expected(item, words, expected, score=hits / len(wanted))
    feedback = f"{_pairs_that_fit(hits, len(wanted))} {marked.feedback}"
    return Mark(
        score=marked.score, correct=False, feedback=feedback, misconception=marked.misconception, given=marked.given
    )


def _pairs_that_fit(hits: int, pairs: int) -> str:
    if not hits:
        return f"None of the {pairs} pairs fits yet."
    return f"1 of {pairs} pairs fits." if hits == 1 else f"{hits} of {pairs} pairs fit."


_MARKERS = {
    ItemKind.ONE_CHOICE: _mark_one_choice,
    ItemKind.SEVERAL_CHOICES: _mark_several_choices,
    ItemKind.NUMBER: _mark_number,
    ItemKind.SHORT_TEXT: _mark_short_text,
    ItemKind.ORDERING: _mark_ordering,
    ItemKind.MATCHING: _mark_matching,
}


def _right(item: Item, given: str, feedback: str = "") -> Mark:
    why = item.feedback_right or feedback
    return Mark(score=Score(1.0), correct=True, feedback=f"Right. {why}".rstrip(), given=given)


def _wrong(item: Item, given: str, feedback: str, misconception: str = "", *, score: float = 0.0) -> Mark:
    words = feedback or item.feedback_wrong or "Not yet. Read the question once more and take a hint if you like."
    return Mark(score=Score(score), correct=False, feedback=words, misconception=misconception, given=given)


def _wrong_as_expected(item: Item, given: str, expected: ExpectedWrong | None, *, score: float = 0.0) -> Mark:
    if expected is None:
        return _wrong(item, given, "", score=score)
    return _wrong(item, given, expected.feedback, expected.misconception, score=score)


def _choice(item: Item, key: object, *, empty: str) -> Choice:
    if key in (None, ""):
        raise AnswerError(empty or "Choose an answer first.")
    for choice in item.choices:
        if choice.key == key:
            return choice
    raise AnswerError("This choice is not part of the question. Load the page again.")


def _listed(value: object, empty: str) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise AnswerError(empty)
    keys = [str(key) for key in value]
    if len(set(keys)) != len(keys):
        raise AnswerError("The same answer is there twice. Load the page again.")
    return keys


def _text(answer: Answer) -> str:
    text = answer.get("text")
    if not isinstance(text, str) or not text.strip():
        raise AnswerError("There is no answer yet. Write something first.")
    if len(text) > 200:
        raise AnswerError("This answer is too long. Use a few words only.")
    return text.strip()


def _number_key(item: Item) -> NumberKey:
    if item.number is None:
        raise AnswerError("This question has no key yet. Please tell your teacher.")
    return item.number


def _shown_unit(key: NumberKey) -> str:
    return f" {key.unit}" if key.unit else ""
