"""Numbers -> SVG, without scripts: they print, scale, mirror, and stay readable in high contrast.

Every drawing is decoration beside words that say the same, so all are hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from ..learning.verdicts import Level

_QUARTERS = {
    Level.BEGINNING: "M8 8V2a6 6 0 0 1 6 6z",
    Level.DEVELOPING: "M8 2a6 6 0 0 1 0 12z",
    Level.NEARLY: "M8 8H2a6 6 0 1 0 6-6z",
}
_PALETTE = 6


@lru_cache(maxsize=32)
def level_mark(level: Level | str) -> Markup:
    """A circle that fills with the level: empty, quarter, half, three quarters, full with a tick."""
    level = Level(level)
    if level is Level.MASTERED:
        body = '<circle cx="8" cy="8" r="7" class="f"/><path d="m4.8 8.2 2.3 2.3 4.2-4.8" class="t"/>'
    else:
        part = f'<path d="{_QUARTERS[level]}" class="f"/>' if level in _QUARTERS else ""
        body = f'<circle cx="8" cy="8" r="6" class="o"/>{part}'
    return _drawing("mark", "0 0 16 16", body)


def bar(progress: float, level: Level | str = Level.DEVELOPING) -> Markup:
    """The way to mastery as a bar; `progress` in [0, 1]."""
    width = 100 * min(1.0, max(0.0, progress))
    body = f'<rect width="100" height="6" class="o"/><rect width="{width:.1f}" height="6" class="f"/>'
    return _drawing(f"bar bar-{Level(level).value}", "0 0 100 6", body, stretched=True)


def stacked(counts: Mapping[Level, int]) -> Markup:
    """How a class is spread over the levels, as one bar from mastered to not started."""
    total = sum(counts.values()) or 1
    at, parts = 0.0, []
    for level in reversed(Level):
        width = 100 * counts.get(level, 0) / total
        if width:
            parts.append(f'<rect x="{at:.2f}" width="{width:.2f}" height="8" class="l-{level.value}"/>')
            at += width
    return _drawing("stack", "0 0 100 8", "".join(parts), stretched=True)


def answers_row(answers: Sequence[bool | None], slots: int = 0) -> Markup:
    """The latest answers as ticks and dashes, with open circles for those still to come."""
    shown = [*answers, *[None] * max(0, slots - len(answers))]
    body = "".join(_answer(place * 20, answer) for place, answer in enumerate(shown))
    return _drawing("row", f"0 0 {20 * len(shown) or 1} 16", body)


def _answer(x: int, answer: bool | None) -> str:
    if answer is None:
        return f'<circle cx="{x + 8}" cy="8" r="6" class="open"/>'
    if answer:
        return (
            f'<circle cx="{x + 8}" cy="8" r="7" class="yes"/><path d="m{x + 4.8} 8.2 2.3 2.3 4.2-4.8" class="t"/>'
        )
    return f'<circle cx="{x + 8}" cy="8" r="6" class="no"/><path d="M{x + 5} 8h6" class="d"/>'


def initials(letters: str, person_id: int) -> Markup:
    """A person's initials on a disc; the colour stays with the person."""
    text = f'<text x="16" y="16" dy=".36em" text-anchor="middle">{escape(letters[:2])}</text>'
    body = f'<circle cx="16" cy="16" r="16"/>{text}'
    return _drawing(f"face face-{person_id % _PALETTE}", "0 0 32 32", body)


def _drawing(names: str, box: str, body: str, *, stretched: bool = False) -> Markup:
    fit = ' preserveAspectRatio="none"' if stretched else ""
    drawn = f'<svg class="{names}" viewBox="{box}"{fit} aria-hidden="true">{body}</svg>'
    return Markup(drawn)  # noqa: S704 - made of our own numbers; letters are escaped above
