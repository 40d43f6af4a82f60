"""Language, direction, numbers and dates of a visit.

Texts are English for now; a catalogue put into `locale/` is picked up by the launch's locale, and `lang` and `dir`
follow the language that is really shown, because a screen reader must not read English aloud as Arabic. Numbers
follow the launch's locale at once: a decimal comma is right in any text a German class reads. The pseudo-locale
`ar-XB` shows English from right to left, to try layouts.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from flask import g, has_app_context
from markupsafe import Markup, escape

from ..learning.phrases import Phrase

_CATALOGUES = Path(__file__).with_name("locale")
_JUST_NOW = timedelta(seconds=45)
_RECENT = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """How this visit is spoken to: `lang` and `dir` for HTML, and the locales of numbers and dates."""

    lang: str
    dir: str
    numbers: Locale
    dates: Locale
    texts: gettext.NullTranslations


@lru_cache(maxsize=256)
def tongue_for(locale: str) -> Tongue:
    """The tongue of a launch's locale, such as `de-CH`; English when it is empty or unknown."""
    asked = _parsed(locale)
    has_texts = gettext.find("cairn", _CATALOGUES, [asked.language]) is not None
    spoken = asked if has_texts or asked.language == "en" else Locale("en")
    return Tongue(
        lang=str(spoken).replace("_", "-"),
        dir="rtl" if locale.replace("_", "-") == "ar-XB" else spoken.text_direction,
        numbers=asked,
        dates=spoken,
        texts=gettext.translation("cairn", _CATALOGUES, [asked.language], fallback=True),
    )


def _parsed(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_")) if locale else Locale("en")
    except (UnknownLocaleError, ValueError, TypeError):
        first = locale.replace("-", "_").split("_")[0].lower()
        return _parsed(first) if first != locale and first.isalpha() else Locale("en")


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:]+[+-]\d{2}:\d{2}")


def tongue() -> Tongue:
    """The tongue of this request; English outside of one."""
    found: Tongue | None = g.get("tongue") if has_app_context() else None
    return found or tongue_for("")


def _(text: str) -> str:
    """A text of the interface, translated where a catalogue has it."""
    return tongue().texts.gettext(text) if text else ""


def tell(phrase: Phrase | str | None) -> str:
    """A phrase as a sentence: its template translated, its numbers and days written the local way."""
    if not isinstance(phrase, Phrase):
        return _(phrase or "")
    values = {name: _local(value) for name, value in phrase.values.items()}
    template = _(phrase.template())
    has_marks = any(isinstance(value, Markup) for value in values.values())
    return escape(template).format(**values) if has_marks else template.format(**values)


def _local(value: str | int | float) -> str:
    """A value of a phrase as the reader writes it. Dates and moments come as ISO text: phrases are plain JSON."""
    if isinstance(value, int | float):
        return number(value)
    if _ISO_MOMENT.fullmatch(value):
        return day_tag(datetime.fromisoformat(value))
    return day(datetime.fromisoformat(value)) if _ISO_DATE.fullmatch(value) else value


def number(value: float, digits: int = 2) -> str:
    """A number without needless zeros, with the locale's comma or point."""
    return _number(value, digits, tongue().numbers)


@lru_cache(maxsize=4096)
def _number(value: float, digits: int, locale: Locale) -> str:
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    rounded = round(value, digits) or 0  # Without it, −0.01 would read as -0.
    return format_decimal(value if rounded else 0, format=pattern, locale=locale)


def day(at: datetime) -> str:
    """A date such as `3 Nov 2026`, in the order of the reader's country."""
    return format_date(at, format="medium", locale=tongue().dates)


def day_tag(at: datetime) -> Markup:
    """The day of a moment. It is one in Sydney and another in Los Angeles: `static/js/answer.js` writes the reader's,
    and without scripts the day in UTC stands there."""
    return Markup('<time datetime="{}" data-day>{}</time>').format(at.isoformat(timespec="seconds"), day(at))


def ago(at: datetime, now: datetime, *, brief: bool = False) -> str:
    """How long ago or ahead in words: `just now`, `3 minutes ago`, `in 2 hours`; a date when it is far."""
    distance = at - now
    if abs(distance) < _JUST_NOW:
        return _("just now")
    if is_far(at, now):
        return day(at)
    return format_timedelta(
        distance,
        granularity="minute",
        add_direction=True,
        threshold=1.1,
        format="short" if brief else "long",
        locale=tongue().dates,
    )


def is_far(at: datetime, now: datetime) -> bool:
    """True when a date says more than a distance."""
    return abs(at - now) > _RECENT


def duration(minutes: int) -> str:
    """A length of time for planning, such as `8 min`."""
    return _("{count} min").format(count=number(minutes))


def seconds(value: float) -> str:
    """A short length of time that was measured, such as `45 s` or `2 min`."""
    if value < 1:
        return _("under 1 s")
    return _("{count} s").format(count=number(value, 0)) if value < 90 else duration(round(value / 60))
