"""What there is to do: items (questions), activities, parts, and the course that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .ids import ActivityId, ItemId, SkillId
from .skills import SkillGraph


class Modality(StrEnum):
    """The form in which a learner meets a skill."""

    EXPLANATION = "explanation"
    WORKED_EXAMPLE = "worked_example"
    PRACTICE = "practice"
    HANDS_ON = "hands_on"
    PARTNER = "partner"
    PROJECT = "project"
    BREAK = "break"


class ItemKind(StrEnum):
    """How a question is answered."""

    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    ORDERING = "ordering"
    MATCHING = "matching"


class FractionForm(StrEnum):
    """Which written forms of a number count as right."""

    ANY = "any"
    """1/2, 2/4, 0.5 and 0,5 are all the same number."""
    LOWEST_TERMS = "lowest_terms"
    MIXED = "mixed"
    """A mixed number or whole number in lowest terms, such as 2 1/4."""
    FRACTION = "fraction"
    """Any fraction a/b, not a decimal."""
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to tick. A wrong one carries what it tells: the misconception and words for the learner."""

    key: str
    text: str
    correct: bool = False
    feedback: str = ""
    misconception: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWrong:
    """A wrong answer that authors have seen before (`value` as typed), with what it tells."""

    value: str
    feedback: str
    misconception: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKey:
    """The right number. `value` is exact text such as `3/4`; `tolerance` is absolute, in the same unit."""

    value: str
    tolerance: str = "0"
    form: FractionForm = FractionForm.ANY
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. Texts are Markdown; `figure` is safe inline SVG markup with a text in `figure_alt`.

    `difficulty` is on the logit scale: 0 is middling, +1 clearly harder, -1 clearly easier.
    Which of the key fields is used follows from `kind`:
    choices (ONE_CHOICE, SEVERAL_CHOICES), number (NUMBER), texts (SHORT_TEXT: accepted spellings),
    choices in their right order (ORDERING), pairs left -> right (MATCHING).
    """

    id: ItemId
    kind: ItemKind
    skills: tuple[SkillId, ...]
    stem: str
    difficulty: float = 0.0
    choices: tuple[Choice, ...] = ()
    number: NumberKey | None = None
    texts: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    expected_wrong: tuple[ExpectedWrong, ...] = ()
    hints: tuple[str, ...] = ()
    feedback_right: str = ""
    feedback_wrong: str = ""
    figure: str = ""
    figure_alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something to do that takes `minutes`. Practice holds items; the rest holds a Markdown body.

    `topics` are interests it touches (`sport`, `cooking`); they steer engagement, never mastery.
    `difficulty` as for items. `skills` is empty only for breaks.
    """

    id: ActivityId
    title: str
    modality: Modality
    minutes: int
    skills: tuple[SkillId, ...] = ()
    difficulty: float = 0.0
    topics: tuple[str, ...] = ()
    body: str = ""
    figure: str = ""
    figure_alt: str = ""
    items: tuple[ItemId, ...] = ()
    enrichment: bool = False
    """Goes beyond what mastery asks; offered to those who are ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the course a teacher can place on its own (a unit)."""

    key: str
    title: str
    description: str
    skills: tuple[SkillId, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class CourseContent:
    """A whole course: immutable per version, parsed once, shared by all who read it.

    Equal only to itself: what is worked out from it once is found by it (`once`), and to compare two readings of ten
    thousand activities would cost more than working it out.
    """

    key: str
    version: str
    title: str
    description: str
    language: str
    graph: SkillGraph
    items: Mapping[ItemId, Item]
    activities: Mapping[ActivityId, Activity]
    parts: tuple[Part, ...]
    topics: Mapping[str, str]
    """Interest key -> words for the learner, such as `cooking` -> `Cooking and food`."""
    misconceptions: Mapping[str, str]
    """Misconception key -> one sentence for the teacher."""

    def part(self, key: str) -> Part:
        """The named part; the empty key means the whole course."""
        if not key:
            whole = self.graph.order
            return Part(key="", title=self.title, description=self.description, skills=whole)
        return next(part for part in self.parts if part.key == key)

    @cached_property
    def items_by_skill(self) -> dict[SkillId, tuple[Item, ...]]:
        """Items whose first-named skill it is, in the content's order."""
        found: dict[SkillId, list[Item]] = {skill_id: [] for skill_id in self.graph.skills}
        for item in self.items.values():
            found[item.skills[0]].append(item)
        return {skill_id: tuple(items) for skill_id, items in found.items()}

    @cached_property
    def breaks(self) -> tuple[Activity, ...]:
        """What there is to rest with."""
        return tuple(one for one in self.activities.values() if one.modality is Modality.BREAK)

    @cached_property
    def enrichment(self) -> tuple[Activity, ...]:
        """What goes beyond mastery."""
        return tuple(one for one in self.activities.values() if one.enrichment)

    @cached_property
    def activities_by_skill(self) -> dict[SkillId, tuple[Activity, ...]]:
        """Activities that serve the skill, in the content's order."""
        found: dict[SkillId, list[Activity]] = {skill_id: [] for skill_id in self.graph.skills}
        for activity in self.activities.values():
            for skill_id in activity.skills:
                found[skill_id].append(activity)
        return {skill_id: tuple(activities) for skill_id, activities in found.items()}
