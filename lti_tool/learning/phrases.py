"""Phrases: words for people, kept apart from their numbers so that a page can say them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Values = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence: `text` is the English template (`{name}` places), `values` what goes in.

    With `plural` given, `values["count"]` decides: 1 takes `text`, anything else `plural`.
    `str(phrase)` is the English sentence; a page may look `text`/`plural` up in a catalogue first.
    """

    text: str
    values: Values = field(default_factory=dict)
    plural: str = ""

    def template(self) -> str:
        """The template that fits the count."""
        return self.plural if self.plural and self.values.get("count") != 1 else self.text

    def __str__(self) -> str:
        return self.template().format(**self.values)


def say(text: str, /, **values: str | int | float) -> Phrase:
    """A sentence without a plural."""
    return Phrase(text, values)


def moment(at: datetime) -> str:
    """A moment as a value of a phrase, which is plain JSON. Which day that is, the reader's clock says."""
    return at.isoformat(timespec="seconds")


def count(number: int, one: str, many: str, /, **values: str | int | float) -> Phrase:
    """A sentence that depends on a number, available in the templates as `{count}`."""
    return Phrase(one, {"count": number, **values}, many)


def joined(first: Phrase, *others: Phrase) -> Phrase:
    """Several sentences as one phrase. The first may depend on a number; the others must not, and need value names of
    their own."""
    values = {name: value for phrase in (first, *others) for name, value in phrase.values.items()}
    after = "".join(f" {phrase.text}" for phrase in others)
    return Phrase(first.text + after, values, first.plural and first.plural + after)
