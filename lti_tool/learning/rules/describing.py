"""A rule in one sentence, as it stands in the rule editor and on the student's page."""

from __future__ import annotations

from collections.abc import Mapping

from ..phrases import Phrase, say
from ..skill_kinds import nature_said
from .average import Average
from .decaying_average import DecayingAverage
from .fading_average import FadingAverage
from .gates import MasteryRule, Rule
from .hidden_markov import EVERY_OTHER, HiddenMarkov
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .odds import Odds
from .reading import percent
from .statistical import Statistical
from .streak import Streak
from .tracing import Tracing

_TEXTS: Mapping[type, str] = {
    Streak: "Mastered after {n} right answers in a row",
    MOfN: "Mastered when {m} of the last {n} answers are right",
    NTimes: "Mastered after {times} right answers, in a row or not",
    Highest: "Mastered when the best {over} answers in a row average {threshold} %",
    Latest: "Mastered when the latest {over} answers average {threshold} %",
    Average: "Mastered when all answers, at least {least}, average {threshold} %",
    Levels: "Mastered when a set of {in_set} is all right and then a check of {in_check} too",
    Statistical: "Mastered when we are {sure} % sure",
    FadingAverage: "Mastered when an average that keeps {fade} % at each answer reaches {threshold} %",
    Odds: "Mastered when the answers are {times} times likelier from somebody who gets {known} % right than from "
    "somebody who gets {unknown} % right",
    HiddenMarkov: "Mastered when that is {threshold} % likely",
    Tracing: "Mastered when knowledge tracing (start {start} %, learn {learn} %, guess {guess} %, slip {slip} %) "
    "reaches {threshold} %",
}
SHARES = frozenset(
    {"threshold", "recent_weight", "fade", "known", "unknown", "start", "learn", "guess", "slip", "steady"}
)
"""Numbers of rules that are shares, shown as percents."""


def _text(rule: Rule) -> str:
    one = _asks_for_one(rule)
    if one:
        return one
    match rule:
        case NTimes() if rule.over > 1:
            return "Mastered after {times} rounds of {over} answers with at least {threshold} % each"
        case Highest(rounds=True):
            return "Mastered when the best round of {over} answers averages {threshold} %"
        case DecayingAverage():
            return _decaying(rule)
        case HiddenMarkov():
            return _TEXTS[HiddenMarkov] + _WORLDS[rule.worlds] + _found(rule) + _least(rule)
        case Statistical():
            usual = Statistical()
            level = (
                ", where {level} of 100 average questions right are mastery" if rule.level != usual.level else ""
            )
            return _TEXTS[Statistical] + _NATURES[rule.nature] + _found(rule) + level + _least(rule)
        case Tracing():
            return (_class_numbers(rule) if rule.skills else _TEXTS[Tracing]) + _steady(rule)
    return _TEXTS[type(rule)]


def _asks_for_one(rule: Rule) -> str | None:
    """Where a rule asks for one of what it mostly asks for more of."""
    match rule:
        case Streak(n=1) | NTimes(times=1, over=1):
            return "Mastered after one right answer"
        case MOfN(m=1, n=1):
            return "Mastered when the last answer is right"
        case MOfN(m=1):
            return "Mastered when 1 of the last {n} answers is right"
        case NTimes(times=1):
            return "Mastered after one round of {over} answers with at least {threshold} %"
        case Highest(over=1):
            return "Mastered when the best answer reaches {threshold} %"
        case Latest(over=1):
            return "Mastered when the latest answer reaches {threshold} %"
        case Average(least=1):
            return "Mastered when all answers average {threshold} %"
    return None


def _decaying(rule: DecayingAverage) -> str:
    """A window that holds no more than the latest work leaves nothing to weigh against it."""
    if rule.window is not None and rule.window <= rule.recent:
        last = "last answer reaches" if rule.window == 1 else "last {window} answers average"
        later = ", after at least {recent} answers" if rule.recent > rule.window else ""
        return f"Mastered when the {last} {{threshold}} %{later}"
    if rule.window is not None:
        latest = "the latest counts" if rule.recent == 1 else "the latest {recent} count"
        return (
            "Mastered when the decaying average of the last {window} answers reaches {threshold} %: "
            f"{latest} {{recent_weight}} %, those before the rest"
        )
    latest = "the latest answer counts" if rule.recent == 1 else "the latest {recent} answers count"
    return (
        f"Mastered when the decaying average reaches {{threshold}} %: {latest} {{recent_weight}} %, "
        "all earlier ones the rest"
    )


def _class_numbers(rule: Tracing) -> str:
    own = f"this class’s own numbers for {_skills(rule)}"
    return f"Mastered when knowledge tracing, with {own}, reaches {{threshold}} %"


def _steady(rule: Tracing) -> str:
    points = "1 point" if percent(rule.steady) == 1 else "{steady} points"
    return f", and one more answer would move the forecast by {points} at most" if rule.steady else ""


_NATURES = {
    "any": "",
    "known_or_not": " of a skill that is known or not",
    "gradual": " of a skill that comes by and by",
}
_WORLDS = {
    "mixture": ", if every skill is known or not and nothing else exists",
    "ladder": ", if every skill is known or not, or climbed rung by rung, and nothing else exists",
}


def _found(rule: Statistical | HiddenMarkov) -> str:
    return f", going by what this class’s answers say of {_skills(rule)}" if rule.skills else ""


def _skills(rule: Statistical | HiddenMarkov | Tracing) -> str:
    return "1 skill" if _number_of_skills(rule) == 1 else "{skills} skills"


def _number_of_skills(rule: Statistical | HiddenMarkov | Tracing) -> int:
    return sum(one.skill != EVERY_OTHER for one in rule.skills)


def _least(rule: Statistical | HiddenMarkov) -> str:
    if rule.least == type(rule)().least:
        return ""
    return ", even after one answer" if rule.least == 1 else ", after at least {least} answers"


def _values(rule: Rule) -> dict[str, str | int | float]:
    if isinstance(rule, Statistical):
        numbers = {"sure": percent(rule.threshold), "skills": _number_of_skills(rule)}
        return {**numbers, "level": rule.level, "least": rule.least}
    names = [name for name in rule.__slots__ if type(getattr(rule, name)) in (int, float)]
    values = {name: percent(getattr(rule, name)) if name in SHARES else getattr(rule, name) for name in names}
    if isinstance(rule, Tracing | HiddenMarkov):
        values["skills"] = _number_of_skills(rule)
    return values


_REPEATS = {
    "always": "",
    "another_day": ", where a question met before counts on another day",
    "never": ", where each question counts once",
}


def describe(rule: MasteryRule) -> Phrase:
    """The whole demand: "Mastered after 3 right answers in a row, without hints"."""
    text, values = _text(rule.rule), _values(rule.rule)
    gates = (
        (rule.without_hints, ", without hints"),
        (rule.minimum_answers > 1, ", after at least {minimum_answers} answers"),
        (rule.rounds_of > 1, ", decided after each round of {rounds_of} answers"),
        (rule.different_days > 1, ", on {different_days} different days"),
        (rule.mixed_check == 1, ", and 1 right answer in a mixed check"),
        (rule.mixed_check > 1, ", and {mixed_check} right answers in a row in mixed checks"),
        (rule.tries == "best", ", where a mistake put right at once is forgiven"),
        (True, _REPEATS[rule.repeats]),
    )
    for name in ("minimum_answers", "rounds_of", "different_days", "mixed_check"):
        values[name] = getattr(rule, name)
    return Phrase(text + "".join(words for used, words in gates if used), values)


def found_in_class(rule: MasteryRule) -> tuple[tuple[str, Phrase], ...]:
    """What the rule holds of single skills, found in a class's answers: the skill's key, and it in words."""
    if isinstance(rule.rule, Tracing):
        return tuple((one.skill, say(_CHANCES, **_percents(one[1:]))) for one in rule.rule.skills)
    if isinstance(rule.rule, HiddenMarkov):
        skills = (one.skill for one in rule.rule.skills if one.skill != EVERY_OTHER)
        return tuple((skill, _at_first(*rule.rule.at_first(skill))) for skill in skills)
    if isinstance(rule.rule, Statistical):
        return tuple((one.skill, say(_SKILL_NATURES[nature_said(one.kinds)])) for one in rule.rule.skills)
    return ()


_CHANCES = (
    "Known at the start: {start} of 100. Learned at an answer: {learn}. Guessed right: {guess}. Slips: {slip}."
)
_SKILL_NATURES = {
    "any": "Cannot be told from these answers.",
    "known_or_not": "It clicks: known or not.",
    "gradual": "It comes by and by, with practice.",
}


def _percents(chances: tuple[float, ...]) -> dict[str, int]:
    return dict(zip(("start", "learn", "guess", "slip"), map(percent, chances), strict=True))


def _at_first(mastered: float, right: float) -> Phrase:
    return say(
        "Before any answer: mastered by about {mastered} of 100, and about {right} of 100 answers are right.",
        mastered=percent(mastered),
        right=percent(right),
    )
