"""Numbers are read as learners write them, all over the world."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.learning.errors import AnswerError
from lti_tool.learning.numbers import Written, exact, opened, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3/4", Fraction(3, 4)),
        (" 3 / 4 ", Fraction(3, 4)),
        ("3⁄4", Fraction(3, 4)),
        ("³⁄₄", Fraction(3, 4)),
        ("¾", Fraction(3, 4)),
        ("1 1/2", Fraction(3, 2)),
        ("1½", Fraction(3, 2)),
        ("1 and 1/2", Fraction(3, 2)),
        ("-1 1/2", Fraction(-3, 2)),
        ("−2/3", Fraction(-2, 3)),
        ("0.75", Fraction(3, 4)),
        ("0,75", Fraction(3, 4)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("75 %", Fraction(3, 4)),
        ("75 per cent", Fraction(3, 4)),
        ("12½ %", Fraction(1, 8)),
        ("1 000", Fraction(1000)),
        ("1\u202f000", Fraction(1000)),
        ("1'234", Fraction(1234)),
        ("1.234,5", Fraction(12345, 10)),
        ("1,234.5", Fraction(12345, 10)),
        ("1,234,567", Fraction(1234567)),
        ("٣/٤", Fraction(3, 4)),
        ("٠٫٥", Fraction(1, 2)),
        ("+7", Fraction(7)),
        ("0/5", Fraction(0)),
    ],
)
def test_everyday_writing_is_read(text: str, value: Fraction) -> None:
    assert exact(text) == value


def test_a_comma_before_three_digits_is_read_both_ways() -> None:
    assert {one.value for one in read("1,250")} == {Fraction(1250), Fraction(5, 4)}


@pytest.mark.parametrize(
    "text",
    ["", "  ", ".", "abc", "1/2/3", "3 4", "1+1/2", "1-1/2", "1,23,4", "1.2.3", "--2", "1e5", "9" * 61, "½½"],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AnswerError) as refusal:
        read(text)
    assert str(refusal.value).endswith(".")


def test_nothing_is_cut_into_zero_parts() -> None:
    with pytest.raises(AnswerError, match="under the line is 0"):
        read("3/0")


@pytest.mark.parametrize("text", ["3", "3 cups", "3 cup", "3CUPS", "3 cups."])
def test_the_unit_may_be_written_or_left_out(text: str) -> None:
    assert read(text, unit="cups")[0].value == 3


@pytest.mark.parametrize(
    ("text", "unit"), [("3 m2", "m²"), ("3m^2", "m²"), ("3 boxes", "box"), ("40 percent", "%")]
)
def test_units_have_several_spellings(text: str, unit: str) -> None:
    assert read(text, unit=unit)[0].value in {3, 40}


def test_another_unit_is_asked_about_and_not_counted() -> None:
    with pytest.raises(AnswerError, match="“kg”"):
        read("3 kg", unit="cups")
    with pytest.raises(AnswerError, match="tenths"):
        read("3 tenths")


@pytest.mark.parametrize(
    ("text", "written", "lowest"),
    [
        ("2/4", Written.FRACTION, False),
        ("4/4", Written.FRACTION, False),
        ("6/1", Written.FRACTION, False),
        ("7/4", Written.FRACTION, True),
        ("1 3/4", Written.MIXED, True),
        ("1 2/4", Written.MIXED, False),
        ("1 7/4", Written.MIXED, False),
        ("50%", Written.PERCENT, True),
        ("0.5", Written.DECIMAL, True),
    ],
)
def test_the_way_of_writing_is_kept(text: str, written: Written, lowest: bool) -> None:
    assert (read(text)[0].written, read(text)[0].lowest) == (written, lowest)


@settings(deadline=None)
@given(top=st.integers(0, 10**6), bottom=st.integers(1, 10**6), sign=st.sampled_from(["", "-", "−"]))
def test_any_fraction_is_exact(top: int, bottom: int, sign: str) -> None:
    assert exact(f"{sign}{top}/{bottom}") == Fraction(-top if sign else top, bottom)


@settings(deadline=None)
@given(whole=st.integers(0, 999), cents=st.integers(0, 99), mark=st.sampled_from(".,"))
def test_any_decimal_is_exact(whole: int, cents: int, mark: str) -> None:
    assert exact(f"{whole}{mark}{cents:02}") == whole + Fraction(cents, 100)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(AnswerError):
        assert read(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_opening_twice_changes_nothing(text: str) -> None:
    assert opened(opened(text)) == opened(text)
