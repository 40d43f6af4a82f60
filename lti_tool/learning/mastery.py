"""Mastery: a teacher's rule and a learner's evidence -> Verdict, with its reasons.

Decisions. *First answers count*, unless the teacher's retake policy says otherwise: later tries at the same item as
served show persistence, not knowledge. *Mastered
stays mastered* under the same rule version: later wrong answers bring the review forward and the verdict says so,
but nobody is demoted in silence. A new rule version judges all evidence anew. *Same evidence, same verdict*: order
and repetition of delivery do not matter, and `now` changes only the words about review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from .evidence import Evidence
from .history import Tries, counting_tries, days_of, right, work
from .ids import SkillId
from .phrases import Phrase, count, joined, moment, say
from .review import due_at
from .rules import MasteryRule
from .rules.gates import Counted, Gates, counted, looked_past, read_gates
from .rules.reading import Reading
from .struggle import Struggle, struggle
from .verdicts import Level, Verdict

RULE_SHARE = 3
"""In the progress bar the rule weighs as much as three gates."""

ALMOST = 0.99
"""Progress ends here until the skill is mastered: a full bar means mastered, nothing else."""


def judge(
    rule: MasteryRule, history: Sequence[Evidence], *, skill: SkillId, version: int, now: datetime
) -> Verdict:
    """The verdict on one skill of one learner. Evidence of other skills in `history` is left aside."""
    answers = counting_tries(history, skill, rule.tries)
    looked = counted(rule, answers)
    reading = rule.read(looked.answers, skill)
    gates = read_gates(rule, looked.answers)
    met = first_met(reading.met, gates)
    if met is not None:
        return _mastered(rule, answers, looked.answers[: met + 1], skill=skill, version=version, now=now)
    if not answers:
        placed = any(one.skill == skill for one in history)
        return _untouched(reading, gates, say(_ONLY_PLACED if placed else "No answers yet."), skill, version)
    tries = work(history, skill)
    trouble = struggle(answers, tries)
    again = sum(one.attempt > 1 for one in tries)
    way = progress(reading.progress, gates)
    return Verdict(
        skill=skill,
        level=_level(way),
        progress=way,
        rule_version=version,
        because=(*_seen(rule, answers, looked, reading, gates), *_persistence(again, trouble)),
        missing=_missing(reading, gates),
        confidence=reading.confidence,
        evidence_ids=tuple(looked.answers[place].id for place in reading.looked_at),
        answers_expected=_expected(reading, gates),
        stuck=trouble.stuck,
        awaits_check=reading.answers_expected == 0 and gates.only_the_check,
    )


def still_missing(rule: MasteryRule, history: Sequence[Evidence], skill: SkillId) -> Phrase:
    """What a learner who has not mastered the skill still has to show; quicker than the whole verdict."""
    looked = counted(rule, counting_tries(history, skill, rule.tries))
    return _missing(rule.read(looked.answers, skill), read_gates(rule, looked.answers))


def set_aside(rule: MasteryRule, history: Sequence[Evidence], skill: SkillId) -> dict[int, Phrase]:
    """Why the rule does not look at some of the work on a skill, by the evidence's id."""
    answers = counting_tries(history, skill, rule.tries)
    counting = {one.id for one in answers}
    found = {one.id: _OTHER_TRY[rule.tries] for one in work(history, skill) if one.id not in counting}
    return found | {one.id: why for one, why in looked_past(rule, answers)}


_OTHER_TRY: Mapping[Tries, Phrase] = {
    "first": say("Set aside: the first try counts."),
    "best": say("Set aside: the best try counts."),
}


def first_met(met: Sequence[bool], gates: Gates) -> int | None:
    """The place of the counted answer after which rule and gates first hold together."""
    return next((place for place, both in enumerate(zip(met, gates.open_after, strict=True)) if all(both)), None)


_ONLY_PLACED = "Only first questions so far. They say where to start, and do not count."


def _untouched(reading: Reading, gates: Gates, why: Phrase, skill: SkillId, version: int) -> Verdict:
    return Verdict(
        skill=skill,
        level=Level.NONE,
        progress=0.0,
        rule_version=version,
        because=(why,),
        missing=_missing(reading, gates),
        confidence=reading.confidence,
        answers_expected=_expected(reading, gates),
    )


def _mastered(
    rule: MasteryRule,
    answers: Sequence[Evidence],
    enough: Sequence[Evidence],
    *,
    skill: SkillId,
    version: int,
    now: datetime,
) -> Verdict:
    """`enough` are the counted answers up to the one that met rule and gates."""
    reading = rule.read(enough, skill)
    mastered_at = enough[-1].at
    then = answers[: answers.index(enough[-1]) + 1]
    since = answers[len(then) :]
    review_due_at = due_at(answers, mastered_at)
    seen = _seen(rule, then, counted(rule, then), reading, read_gates(rule, enough))
    return Verdict(
        skill=skill,
        level=Level.MASTERED,
        progress=1.0,
        rule_version=version,
        because=(*_reached(seen, since, mastered_at), *_due(since, review_due_at, now)),
        confidence=reading.confidence,
        evidence_ids=tuple(enough[place].id for place in reading.looked_at),
        mastered_at=mastered_at,
        review_due_at=review_due_at,
        answers_expected=0,
    )


def progress(rule_progress: float, gates: Gates) -> float:
    """The way to mastery before it is reached, in [0, 1): the rule's own way and how far the gates are open."""
    parts = gates.parts
    return min(ALMOST, (RULE_SHARE * rule_progress + sum(parts)) / (RULE_SHARE + len(parts)))


def _level(progress: float) -> Level:
    """Thirds of the way."""
    if progress < 0.33:
        return Level.BEGINNING
    return Level.DEVELOPING if progress < 0.66 else Level.NEARLY


def _seen(
    rule: MasteryRule, answers: Sequence[Evidence], looked: Counted, reading: Reading, gates: Gates
) -> tuple[Phrase, ...]:
    """What was seen, in a teacher's words: the rule's own reasons, days, mixed checks, hints, repeats."""
    said = list(reading.because)
    days = days_of(answers)[-1]
    if rule.different_days > 1:
        shown = min(gates.days, rule.different_days)
        said.append(say("Right on {days} of {wanted} different days.", days=shown, wanted=rule.different_days))
    elif len(answers) > 1:
        said.append(count(days, "All on one day.", "On {count} days."))
    if rule.mixed_check:
        checked = min(gates.checked, rule.mixed_check)
        said.append(say("Right in mixed checks: {checked} of {wanted}.", checked=checked, wanted=rule.mixed_check))
    said.extend(_hints(looked))
    if looked.repeated:
        said.append(
            count(
                looked.repeated,
                "1 answer to a question met before is set aside.",
                "{count} answers to questions met before are set aside.",
            )
        )
    return tuple(said)


def _hints(looked: Counted) -> tuple[Phrase, ...]:
    said: list[Phrase] = []
    if looked.hinted:
        said.append(
            count(
                looked.hinted,
                "1 right answer took a hint and is set aside.",
                "{count} right answers took a hint and are set aside.",
            )
        )
    helped = sum(answer.hints_used > 0 for answer in looked.answers)
    if helped:
        said.append(count(helped, "1 answer took a hint.", "{count} answers took hints."))
    elif not looked.hinted:
        said.append(say("No hints."))
    return tuple(said)


def _persistence(tries: int, trouble: Struggle) -> tuple[Phrase, ...]:
    kept_on = count(tries, "Tried again after a wrong answer.", "Tried again {count} times after wrong answers.")
    return (*((kept_on,) if tries else ()), *trouble.because)


def _missing(reading: Reading, gates: Gates) -> Phrase:
    """All that is still missing, for the student: the rule or the first gate, then what other gates want beside it."""
    first, named = _first_missing(reading, gates)
    beside: list[Phrase] = []
    by_rule = reading.answers_expected != 0
    if by_rule:
        beside.extend(_days_beside(gates))
    if gates.checks_missing and (by_rule or gates.days_missing or gates.answers_missing):
        beside.append(say("Then a mixed check among questions of other skills."))
    expected = _expected(reading, gates)
    if expected is not None and named is not None and expected > named:
        beside.append(say("In all at least {in_all} more answers.", in_all=expected))
    return joined(first, *beside)


def _first_missing(reading: Reading, gates: Gates) -> tuple[Phrase, int | None]:
    """What comes first, and how many more answers that takes at the least."""
    if reading.answers_expected != 0:
        return reading.missing, reading.answers_expected
    if gates.days_missing:
        return _days_first(gates), gates.days_missing
    if gates.answers_missing:
        return _answers_first(gates), gates.answers_missing
    if gates.checks_missing:
        checks = count(
            gates.checks_missing,
            "A mixed check: 1 right answer among questions of other skills.",
            "A mixed check: {count} right answers in a row among questions of other skills.",
        )
        return checks, gates.checks_missing
    if gates.round_missing:
        full = count(
            gates.round_missing,
            "1 more answer, then the round is full.",
            "{count} more answers, then the round is full.",
        )
        return full, gates.round_missing
    return reading.missing, None


def _answers_first(gates: Gates) -> Phrase:
    if gates.unaided:
        return count(gates.answers_missing, "1 more answer without hints.", "{count} more answers without hints.")
    return count(gates.answers_missing, "1 more answer.", "{count} more answers.")


def _days_first(gates: Gates) -> Phrase:
    if not gates.days:
        return _first_days(gates)
    if gates.unaided:
        return count(
            gates.days_missing,
            "1 more right answer without hints, on another day.",
            "A right answer without hints on each of {count} more days.",
        )
    return count(
        gates.days_missing, "1 more right answer on another day.", "A right answer on each of {count} more days."
    )


def _first_days(gates: Gates) -> Phrase:
    """Partial points can meet a rule before anything was right."""
    if gates.unaided:
        return count(
            gates.days_missing,
            "1 right answer without hints.",
            "A right answer without hints on each of {count} days.",
        )
    return count(gates.days_missing, "1 right answer.", "A right answer on each of {count} days.")


def _days_beside(gates: Gates) -> Iterator[Phrase]:
    """What days still want of the right answers that the rule wants anyway; any one makes the first day."""
    if not gates.days and gates.days_missing > 1:
        yield say("On at least {days} different days.", days=gates.days_missing)
    elif gates.days and gates.days_missing == 1:
        yield say("At least one on another day.")
    elif gates.days and gates.days_missing:
        yield say("Spread over at least {days} more days.", days=gates.days_missing)


def _expected(reading: Reading, gates: Gates) -> int | None:
    if reading.answers_expected is None:
        return None
    missing = (reading.answers_expected, gates.answers_missing, gates.days_missing, gates.checks_missing)
    more = gates.until_full(max(missing))
    while more in reading.dips:
        more = gates.until_full(more + 1)
    return more


def _reached(seen: tuple[Phrase, ...], since: Sequence[Evidence], mastered_at: datetime) -> tuple[Phrase, ...]:
    """What was seen until mastery, and apart from it what came later: “the last 3” is said of that day, not of now."""
    date = moment(mastered_at)
    if not since:
        return (*seen, say("Mastered on {date}.", date=date))
    then = say("Mastered on {date}. How it stood then:", date=date)
    later = say("Since then {right} of {answers} right.", right=sum(map(right, since)), answers=len(since))
    return then, *seen, later


def _due(since: Sequence[Evidence], review_due_at: datetime, now: datetime) -> tuple[Phrase, ...]:
    date = moment(review_due_at)
    if since and not right(since[-1]):
        return (
            say(
                "The latest answer was not right, so a review is wanted from {date}. It stays mastered.", date=date
            ),
        )
    if review_due_at <= now:
        return (say("Due for review since {date}.", date=date),)
    return (say(_NEXT_REVIEW, date=date),)


_NEXT_REVIEW = "Next review on {date}."


def as_of(verdict: Verdict, now: datetime) -> Verdict:
    """The same verdict read on a later day: what was to be reviewed then may be due now."""
    due = verdict.review_due_at is not None and verdict.review_due_at <= now
    if not due or not verdict.because or verdict.because[-1].text != _NEXT_REVIEW:
        return verdict
    since = say("Due for review since {date}.", date=verdict.because[-1].values["date"])
    return replace(verdict, because=(*verdict.because[:-1], since))
