"""A line of the class: one student, what is asked of them, where they stand, and whether they need their teacher."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ...learning.ids import SkillId
from ...learning.phrases import Phrase, count, say
from ...learning.standing import Standing

QUIET_AFTER = timedelta(days=7)
NOT_BEGUN = 2
"""How urgent it is that somebody has not come, or not begun."""
DUE_TOLD = 2
"""One skill due for review is daily business; from so many on the teacher hears of it."""


class Named(Protocol):
    """Somebody with the names an LMS gives."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...


def display_name(person: Named) -> str:
    """The name, or what stands in for it where the LMS shares none."""
    full = person.name or f"{person.given_name} {person.family_name}".strip()
    return full or f"Student {person.id}"


_LETTERS_OF_THEIR_OWN = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Latin letters that Unicode does not take apart into a plain one and a mark."""


def plain_letters(name: str) -> str:
    """Without accents and capitals: `jose` for José, `lukasz` for Łukasz. To find names by, and to sort them."""
    if name.isascii():
        return name.casefold()
    letters = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS_OF_THEIR_OWN)
    return "".join(one for one in letters if not unicodedata.combining(one))


def name_order(name: str) -> tuple[str, str]:
    """Where a name stands in a list: Élodie after Elias and before Emma, not after Zoë."""
    return plain_letters(name), name


def initials(name: str) -> str:
    """Two letters for a small round picture, of a displayed name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One student of the class. `asked` are the skills of the part but those a goal of their own leaves out.

    `is_shut_out`: the LMS does not let them open this activity. `has_opened`: they ever came to this tool in this
    course; `worked_at`: when they last did something in this very activity.
    """

    person_id: int
    name: str
    active: bool
    is_shut_out: bool
    has_opened: bool
    worked_at: datetime | None
    asked: frozenset[SkillId]
    standing: Standing

    @property
    def is_elsewhere(self) -> bool:
        """This activity is not for them, and nothing is known of them here: they would only be in the way."""
        return self.is_shut_out and self.worked_at is None and not self.standing.levels

    @property
    def mastered(self) -> frozenset[SkillId]:
        """What is asked and mastered."""
        return self.standing.mastered & self.asked

    @property
    def stuck(self) -> frozenset[SkillId]:
        """What is asked and does not get on."""
        return self.asked.intersection(self.standing.stuck)

    @property
    def due(self) -> frozenset[SkillId]:
        """What is asked and due for review."""
        return self.standing.due & self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why somebody needs the teacher: one sentence, more where it helps, and how it ranks (0 comes first)."""

    why: Phrase
    rank: int
    because: Phrase | None = None


def need_of(line: Line, titles: Mapping[SkillId, str], over: Collection[SkillId], now: datetime) -> Need | None:
    """Why somebody needs the teacher, the most urgent reason first; None while they do not. `titles` are in the
    content's order, `over` the skills past a date of the teacher's plan."""
    if line.stuck:
        return _stuck(line, titles)
    if line.is_shut_out:
        return None  # what they have not done, they cannot do
    if not line.has_opened:
        return Need(why=say("Has not opened this yet."), rank=NOT_BEGUN)
    away = _away(line, now) if line.mastered != line.asked else None
    if away is not None:
        return away
    if len(line.due) >= DUE_TOLD:
        due = len(line.due)
        return Need(why=count(due, "{count} skill due for review.", "{count} skills due for review."), rank=3)
    return _past_a_date(line, titles, over)


def _away(line: Line, now: datetime) -> Need | None:
    """Somebody with work left to do here who does not do it. They may be busy in another activity of the course."""
    if line.worked_at is None:
        return Need(why=say("Has not begun this yet."), rank=NOT_BEGUN)
    if now - line.worked_at <= QUIET_AFTER:
        return None
    days = (now - line.worked_at).days
    return Need(why=count(days, "No work here for {count} day.", "No work here for {count} days."), rank=1)


def _stuck(line: Line, titles: Mapping[SkillId, str]) -> Need:
    stuck = _ordered(line.stuck, titles)
    title = titles[stuck[0]]
    words = (
        count(
            len(stuck) - 1,
            "Stuck on “{skill}” and 1 more.",
            "Stuck on “{skill}” and {count} more.",
            skill=title,
        )
        if len(stuck) > 1
        else say("Stuck on “{skill}”.", skill=title)
    )
    return Need(why=words, rank=0, because=line.standing.stuck[stuck[0]])


def _past_a_date(line: Line, titles: Mapping[SkillId, str], over: Collection[SkillId]) -> Need | None:
    behind = _ordered(line.asked.intersection(over) - line.standing.mastered, titles)
    if not behind:
        return None
    why = count(
        len(behind),
        "Past the date: “{skill}”.",
        "Past the date: {count} skills, “{skill}” first.",
        skill=titles[behind[0]],
    )
    return Need(why=why, rank=2)


def _ordered(some: Collection[SkillId], titles: Mapping[SkillId, str]) -> Sequence[SkillId]:
    return [skill for skill in titles if skill in some] if some else ()
