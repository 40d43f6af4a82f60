"""Numbers as people write them: 3/4, 1 1/2, 1½, 0.75, 0,75, .5, −2/3, 75 %, 1 000 cm.

Values are exact (`fractions.Fraction`), so 0.1 + 0.2 is 0.3 here and a key of 1/3 needs no tolerance.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import gcd

from .errors import AnswerError

LONGEST = 60
"""Characters read at most; nobody needs more for one number."""


class Written(StrEnum):
    """How a number was written down."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    FRACTION = "fraction"
    MIXED = "mixed"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read what was typed. `lowest` says that no smaller whole numbers could say the same."""

    value: Fraction
    written: Written
    lowest: bool = True


_DASHES = dict.fromkeys("−–—‐‑‒﹣－", "-")
_SLASHES = dict.fromkeys("⁄∕／", "/")
_MARKS = {"٫": ".", "٬": "'", "’": "'", "ʼ": "'", "٪": "%", "％": "%"}
_PLAIN_CHARACTERS = _DASHES | _SLASHES | _MARKS

_STACKED = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)\s*[/⁄∕]\s*([₀₁₂₃₄₅₆₇₈₉]+)")
_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)\s*
    (?: (?P<whole>\d+) \s+ (?:and\s+|&\s*)? (?P<part>\d+) \s*/\s* (?P<parts>\d+)
      | (?P<top>\d+) \s*/\s* (?P<bottom>\d+)
      | (?P<plain>[.,]?\d[\d.,']*(?:[ ]\d{3}(?!\d)[\d.,']*)*)
    ) \s* (?P<rest>(?:[^\W\d_]|[%°]).*)?""",
    re.VERBOSE,
)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_PERCENT = frozenset({"%", "percent", "per cent", "pct"})
_UNREADABLE = "I cannot read this as a number. Write something like 5, 3/4, 1 1/2 or 0.75."


def read(text: str, *, unit: str = "") -> tuple[Reading, ...]:
    """The number somebody typed, in each way it can be meant, likeliest first.

    `1,250` is 1250 to some and 1.25 to others, so there can be two readings. A percent sign divides by 100 unless
    `unit` is `%`. The unit may be left out, or written in the singular. Raises `AnswerError` with a sentence for
    the learner.
    """
    plain = _plain(text)
    if not plain:
        raise AnswerError("There is no answer yet. Write a number.")
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise AnswerError(_UNREADABLE)
    readings = _readings(found)
    if found["sign"] == "-":
        readings = tuple(_changed(one, -one.value) for one in readings)
    rest = _unit_key(found["rest"] or "")
    if not rest or rest in _spellings(unit):
        return readings
    if rest in _PERCENT and _unit_key(unit) not in _PERCENT:
        return tuple(_changed(one, one.value / 100, Written.PERCENT) for one in readings)
    only = f"the number, with or without “{unit}”" if unit else "only the number"
    raise AnswerError(f"I do not understand “{found['rest']}” here. Write {only}.")


def exact(text: str) -> Fraction:
    """The number in a key or tolerance, in its likeliest reading."""
    return read(text)[0].value


def _plain(text: str) -> str:
    """An answer of one number with ASCII digits, dashes and slashes."""
    if len(text) > LONGEST:
        raise AnswerError("This answer is too long. Write just the number.")
    plain = opened(text)
    return plain.removesuffix(".") if plain != "." else ""


def opened(text: str) -> str:
    """The same text with ASCII digits, dashes and slashes, single spaces, and each ½ opened up to 1/2."""
    level = _STACKED.sub(lambda found: " " + "/".join(map(_ascii_digits, found.groups())) + " ", text)
    return " ".join("".join(map(_plain_character, level)).split())


def _plain_character(character: str) -> str:
    if character in _PLAIN_CHARACTERS:
        return _PLAIN_CHARACTERS[character]
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    if unicodedata.decomposition(character).startswith("<fraction>"):
        return f" {unicodedata.normalize('NFKC', character).replace('⁄', '/')} "
    return character


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in text)


def _readings(found: re.Match[str]) -> tuple[Reading, ...]:
    if found["plain"]:
        return _plain_readings(found["plain"].replace(" ", "").replace("'", ""))
    top, bottom = int(found["part"] or found["top"]), int(found["parts"] or found["bottom"])
    if bottom == 0:
        raise AnswerError("The number under the line is 0. Nothing can be cut into 0 parts, so please change it.")
    lowest = gcd(top, bottom) == 1 and bottom > 1
    if found["whole"]:
        value = int(found["whole"]) + Fraction(top, bottom)
        return (Reading(value=value, written=Written.MIXED, lowest=lowest and 0 < top < bottom),)
    return (Reading(value=Fraction(top, bottom), written=Written.FRACTION, lowest=lowest),)


def _plain_readings(digits: str) -> tuple[Reading, ...]:
    """Readings of digits with points and commas, each of which may part thousands or start decimals."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = "." if digits.rindex(".") > digits.rindex(",") else ","
        front, _, back = digits.rpartition(decimal)
        if decimal in front or not _GROUPS.fullmatch(front):
            raise AnswerError(_UNREADABLE)
        return (_decimal(re.sub(r"[.,]", "", front), back),)
    if points + commas == 0:
        return (Reading(value=Fraction(digits), written=Written.WHOLE),)
    grouped = _GROUPS.fullmatch(digits) is not None
    as_whole = (Reading(value=Fraction(re.sub(r"[.,]", "", digits)), written=Written.WHOLE),) if grouped else ()
    if points + commas > 1:
        if not grouped:
            raise AnswerError(_UNREADABLE)
        return as_whole
    front, _, back = digits.replace(",", ".").partition(".")
    as_decimal = (_decimal(front, back),)
    return as_whole + as_decimal if commas else as_decimal + as_whole


def _decimal(front: str, back: str) -> Reading:
    return Reading(value=Fraction(f"{front or 0}.{back or 0}"), written=Written.DECIMAL)


def _changed(reading: Reading, value: Fraction, written: Written | None = None) -> Reading:
    return Reading(value=value, written=written or reading.written, lowest=reading.lowest)


def _unit_key(text: str) -> str:
    return " ".join(text.replace("²", "2").replace("³", "3").replace("^", "").casefold().split()).rstrip(".")


def _spellings(unit: str) -> frozenset[str]:
    """The unit in singular and plural, as far as an s tells them apart."""
    key = _unit_key(unit)
    if not key:
        return frozenset()
    if key in _PERCENT:
        return _PERCENT
    single = key.removesuffix("s")
    return frozenset({key, single, f"{single}s", f"{key}es", key.removesuffix("es")})
