"""One practice student in front of the tool: reads the page, fills in its forms, answers as well as they can."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ...learning.activities import CourseContent, Item
from ...learning.ids import ItemId
from ..speaking import Refusal
from .pages import Fields, Form, forms_of
from .solving import chance, right, wrong

MOST_TURNS = 400
MOST_ANSWERS = 90
FEWEST_SUCCESSES = 4
LARGE_CLASS = 60
GOALS = ("Be ready for the test", "Help my sister with her homework", "Understand pizza slices", "", "")
REFLECTIONS = ("The pictures helped.", "I mixed up top and bottom first.", "That was easy.", "", "")
_ORDER = ("welcome", "assessment", "answer", "next", "finish", "choose")
"""What a student does first when a page offers several things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """What kind of student this is. `answers` is how many questions they do before they stop for today."""

    ability: float
    answers: int
    skips_welcome: bool = False


def tempers(count: int, seed: int, *, everybody: bool) -> list[Temper | None]:
    """A class as teachers know it: most are under way, some fly, some are stuck, some have not started (None).

    With `everybody`, nobody stays away. A large class has a shorter day, so that trying it takes minutes.
    """
    day = 1.0 if count <= LARGE_CLASS else 0.5
    rng = random.Random(seed)  # noqa: S311 - practice, not secrets
    found: list[Temper | None] = []
    for number in range(count):
        away = number % 8 == 7 and not everybody
        kind = ("steady", "quick", "steady", "stuck", "steady", "brief", "quick", "steady")[number % 8]
        middle, answers = {"steady": (0.6, 26), "quick": (2.6, 40), "stuck": (-1.6, 22), "brief": (0.2, 12)}[kind]
        temper = Temper(
            ability=rng.gauss(middle, 0.4),
            answers=max(6, round(day * rng.gauss(answers, 4))),
            skips_welcome=rng.random() < 0.15,
        )
        found.append(None if away else temper)
    return found


@dataclass(slots=True, kw_only=True)
class Student:
    """A browser, a head, and what they have practised so far."""

    name: str
    browser: Any
    content: CourseContent
    temper: Temper
    rng: random.Random
    answered: int = 0
    succeeded: int = 0
    practised: Counter[str] = field(default_factory=Counter)
    _seen: Counter[str] = field(default_factory=Counter)

    def work(self, page: Any) -> None:
        """Go on from the first page of the tool until enough is done, or nothing is left to do."""
        for _ in range(MOST_TURNS):
            step = self._next_step(page)
            if step is None:
                return
            page = self._send(*step)
        raise Refusal(f"{self.name} found no end after {MOST_TURNS} pages; the last was {page.url}")

    def _next_step(self, page: Any) -> tuple[Form, Fields] | None:
        if page.status_code >= 400:
            raise Refusal(f"{self.name} met {page.status_code} at {page.url}")
        forms: dict[str, list[Form]] = {}
        for form in forms_of(page.url, page.text):
            forms.setdefault(form.path.rstrip("/").rsplit("/", 1)[1], []).append(form)
        for name in _ORDER:
            chosen = self._usable(name, forms.get(name, []))
            if chosen is not None:
                return None if self._enough(name) else (chosen, self._fill(name, chosen))
        if not page.url.endswith("/work") and "/work" in page.text:
            return Form(action=page.url.rstrip("/").rsplit("/assessment")[0] + "/work"), []
        return None

    def _usable(self, name: str, forms: list[Form]) -> Form | None:
        if name in {"answer", "assessment"}:
            return next((form for form in forms if form.value("item")), None)
        return self.rng.choice(forms) if forms else None

    def _enough(self, name: str) -> bool:
        """People stop between things, after the first questions; nobody goes home before something worked."""
        tired = self.answered >= self.temper.answers and self.succeeded >= FEWEST_SUCCESSES
        return name in {"answer", "next", "choose"} and (tired or self.answered >= MOST_ANSWERS)

    def _fill(self, name: str, form: Form) -> Fields:
        match name:
            case "welcome":
                return self._introduce(form)
            case "assessment" | "answer":
                return form.filled(self._answer(ItemId(form.value("item"))), button=_first_button(form))
            case "finish" if any(field == "reflection" for field, _ in form.fields):
                return form.filled([("reflection", self.rng.choice(REFLECTIONS))], button=_first_button(form))
            case _:
                return form.filled([], button=_first_button(form))

    def _introduce(self, form: Form) -> Fields:
        skip = next((button for button in form.buttons if button[0] == "skip"), None)
        if self.temper.skips_welcome and skip:
            return form.filled([], button=skip)
        chosen = [
            (name, value)
            for name in ("interests", "modalities")
            for value in self.rng.sample(form.options.get(name, []), min(2, len(form.options.get(name, []))))
        ]
        return form.filled([*chosen, ("goal", self.rng.choice(GOALS))])

    def _answer(self, item_id: ItemId) -> Fields:
        item = self.content.items[item_id]
        self.answered += 1
        self._seen[item_id] += 1
        knows = self.rng.random() < chance(self.temper.ability, item, self._practice(item))
        self.practised.update(item.skills)
        self.succeeded += knows
        return right(item) if knows else wrong(item, self.rng)

    def _practice(self, item: Item) -> int:
        """Practice of the skill so far, and how often this very question was seen with feedback."""
        return min(6, self.practised[item.skills[0]]) + 3 * (self._seen[item.id] - 1)

    def _send(self, form: Form, fields: Fields) -> Any:
        if form.method == "post":
            return self.browser.post(form.action, data=fields, timeout=60)
        return self.browser.get(form.action, params=fields, timeout=60)


def _first_button(form: Form) -> tuple[str, str] | None:
    return form.buttons[0] if form.buttons else None
