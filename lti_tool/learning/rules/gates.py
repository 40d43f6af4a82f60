"""MasteryRule: a rule with gates on top, as a teacher sets it; and how far the gates are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..evidence import Evidence, Source
from ..history import Tries, days_of, right
from ..ids import ItemId
from ..phrases import Phrase, say
from .average import Average
from .decaying_average import DecayingAverage
from .fading_average import FadingAverage
from .hidden_markov import HiddenMarkov
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .odds import Odds
from .reading import Reading, require
from .statistical import Statistical
from .streak import Streak
from .tracing import Tracing

Rule = (
    Streak
    | MOfN
    | DecayingAverage
    | NTimes
    | Highest
    | Latest
    | Average
    | Levels
    | Statistical
    | FadingAverage
    | Odds
    | Tracing
    | HiddenMarkov
)

GATES = ("minimum_answers", "rounds_of", "without_hints", "different_days", "mixed_check", "tries", "repeats")
"""The gates, in the order in which a sentence names them."""

MOST_IN_A_CHECK = 3
"""A mixed check holds so many questions of one skill: it shall stay short, and mixed."""

REPEATS = ("always", "another_day", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class MasteryRule:
    """What a teacher demands. Rule and gates must hold after the same answer.

    `minimum_answers`: not before so many answers. `rounds_of`: decided only when a round of so many answers is full,
    as a quiz is; who looks less often is fooled by luck less often. `without_hints`: a right answer that took a hint
    is set aside, it counts neither for nor against; a wrong one counts as wrong. `different_days`: right answers on
    so many days of work, a night apart. `mixed_check`: the latest so many answers in mixed checks, where questions of
    several skills come in turn, are right and without hints (0: no check): what only works while one skill is
    practised alone is not mastered (interleaving: Rohrer & Taylor 2007).

    The retake policy has two halves. `tries`: at a question as served the `first` try counts, or the `best` one, so
    that a mistake put right at once is forgiven. `repeats`: a question met before counts `always`, on `another_day`
    only, or `never`, as an answer may be remembered instead of known.
    """

    rule: Rule
    minimum_answers: int = 0
    rounds_of: int = 1
    without_hints: bool = False
    different_days: int = 1
    mixed_check: int = 0
    tries: Tries = "first"
    repeats: str = "always"

    def __post_init__(self) -> None:
        require(0 <= self.minimum_answers <= 100, "At least 0 to 100 answers can be asked for.")
        require(1 <= self.rounds_of <= 20, "A round has 1 to 20 answers.")
        require(1 <= self.different_days <= 10, "Between 1 and 10 different days can be asked for.")
        require(
            0 <= self.mixed_check <= MOST_IN_A_CHECK,
            f"A mixed check asks for 0 to {MOST_IN_A_CHECK} right answers.",
        )
        require(self.tries in ("first", "best"), "The first try counts, or the best.")
        require(self.repeats in REPEATS, "A question met before counts always, on another_day, or never.")

    def read(self, answers: Sequence[Evidence], skill: str) -> Reading:
        """What the rule says of the counted answers of a skill; some rules may hold numbers of its own for it."""
        if isinstance(self.rule, Statistical | Tracing | HiddenMarkov):
            return self.rule.read(answers, unaided=self.without_hints, skill=skill)
        return self.rule.read(answers, unaided=self.without_hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Where a learner stands at the gates. `open_after` tells it for each answer; `days` have a right one;
    `checked` answers in a row are right in mixed checks; `unaided`: right answers after a hint are set aside."""

    open_after: tuple[bool, ...]
    days: int
    checked: int
    answers_missing: int
    days_missing: int
    checks_missing: int
    round_missing: int
    rounds_of: int
    unaided: bool
    parts: tuple[float, ...]
    """How far each gate in use is open, each in [0, 1]."""

    @property
    def only_the_check(self) -> bool:
        """Whether a mixed check is all that is missing."""
        return bool(self.checks_missing) and not (self.answers_missing or self.days_missing)

    def until_full(self, least: int) -> int:
        """At least so many more answers, and at least one, until a round is full."""
        more = max(least, 1)
        return more + (self.round_missing - more) % self.rounds_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The answers a rule may look at, and how many others were set aside: right after a hint, or met before."""

    answers: tuple[Evidence, ...]
    hinted: int = 0
    repeated: int = 0


def counted(rule: MasteryRule, answers: Sequence[Evidence]) -> Counted:
    """The answers the rule may look at."""
    if rule.repeats == "always" and not rule.without_hints:
        return Counted(answers=tuple(answers))
    seen = [(answer, _aside(rule, answer, met_before)) for answer, met_before in _met_before(rule, answers)]
    why = Counter(aside for _, aside in seen)
    kept = tuple(answer for answer, aside in seen if aside is None)
    return Counted(answers=kept, hinted=why["hinted"], repeated=why["repeated"])


def looked_past(rule: MasteryRule, answers: Sequence[Evidence]) -> Iterator[tuple[Evidence, Phrase]]:
    """The answers the rule may not look at, each with the reason."""
    for answer, met_before in _met_before(rule, answers):
        aside = _aside(rule, answer, met_before)
        if aside is not None:
            yield answer, _WHY_ASIDE[aside]


_WHY_ASIDE = {
    "repeated": say("Set aside: this question was met before."),
    "hinted": say("Set aside: right after a hint."),
}


def _aside(rule: MasteryRule, answer: Evidence, met_before: bool) -> str | None:
    if met_before:
        return "repeated"
    return "hinted" if rule.without_hints and right(answer) and answer.hints_used else None


def _met_before(rule: MasteryRule, answers: Sequence[Evidence]) -> Iterator[tuple[Evidence, bool]]:
    """Each answer, and whether the retake policy sets it aside. What a teacher saw is no question met before."""
    last_seen: dict[ItemId, int] = {}
    for answer, day in zip(answers, days_of(answers), strict=True):
        seen = last_seen.get(answer.item) if answer.item else None
        aside = seen is not None and (rule.repeats == "never" or (rule.repeats == "another_day" and seen == day))
        yield answer, aside
        if answer.item:
            last_seen[answer.item] = day


def read_gates(rule: MasteryRule, answers: Sequence[Evidence]) -> Gates:
    """Where the learner stands at the gates after the counted answers."""
    open_after: list[bool] = []
    seen: set[int] = set()
    checked = 0
    for place, (answer, day) in enumerate(zip(answers, days_of(answers), strict=True)):
        if right(answer):
            seen.add(day)
        if answer.source is Source.CHALLENGE:
            checked = checked + 1 if right(answer) and not answer.hints_used else 0
        enough = place + 1 >= rule.minimum_answers and len(seen) >= rule.different_days
        enough = enough and (place + 1) % rule.rounds_of == 0
        open_after.append(enough and checked >= rule.mixed_check)
    return Gates(
        open_after=tuple(open_after),
        days=len(seen),
        checked=checked,
        answers_missing=max(0, rule.minimum_answers - len(answers)),
        days_missing=max(0, rule.different_days - len(seen)),
        checks_missing=max(0, rule.mixed_check - checked),
        round_missing=-len(answers) % rule.rounds_of,
        rounds_of=rule.rounds_of,
        unaided=rule.without_hints,
        parts=tuple(_parts(rule, len(answers), len(seen), checked)),
    )


def _parts(rule: MasteryRule, answers: int, days: int, checked: int) -> Iterator[float]:
    if rule.minimum_answers:
        yield min(1.0, answers / rule.minimum_answers)
    if rule.different_days > 1:
        yield min(1.0, days / rule.different_days)
    if rule.mixed_check:
        yield min(1.0, checked / rule.mixed_check)
