"""A teacher says what a placement is for: content, rule, grade. Rules are versioned, changes are audited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from ..learning.class_numbers import from_class
from ..learning.rules import MasteryRule
from ..store import audit, contents, courses, evidence, grades
from ..store.database import Session
from ..store.launches import Visit
from ..store.pages import rule_preview, rule_trial
from ..store.rules import Setting
from ..store.tables import PlacementRow
from . import recalculating
from .errors import ChangedMeanwhile, GradesWouldFall, NotAllowed, NotFound, NotSeenYet, Refused

GRADING = ("average_progress", "mastered_share")
HIGHEST_POINTS = 1000.0
MOST_LEARNED_FROM = 100_000
"""Observations that a rule takes its numbers from. More of them would move no number any more."""


MOST_SINCE = 500
"""After so many students did something new, a preview of a large class says too little to put its rule in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a teacher chose. `content_id` None means the course that ships with the tool; `part` "" the whole.

    `points` is the maximum of the gradebook column; 0 means no grade. `from_class`: before anything else the rule
    takes what it can from this class's answers (`learning.class_numbers`).
    """

    content_id: int | None
    part: str
    rule: MasteryRule
    grading: str = GRADING[0]
    points: float = 10.0
    title: str = ""
    from_class: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A configuration in force: its version, and the recalculation that follows."""

    version: int
    recalculation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a configuration (`wanted`, with what its rule takes from the class) does to grades: `falls` are those whose
    grade would go down, by person. True of the evidence up to `evidence_id` and of the grades at `at`."""

    wanted: Configuration
    falls: frozenset[int]
    evidence_id: int
    at: datetime


def foresee(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> Foreseen:
    """Work out beforehand, while nothing is locked, whose grade a configuration would lower: in a class of thousands
    it takes seconds, in which students go on answering."""
    row = placed(session, visit)
    evidence_id = evidence.newest(session)
    wanted = learned(session, visit, wanted, now)
    falls = rule_trial.falling(session, row, as_setting(session, visit, wanted, now))
    return Foreseen(wanted=wanted, falls=falls, evidence_id=evidence_id, at=now)


def configure(
    session: Session,
    visit: Visit,
    wanted: Configuration | Foreseen,
    now: datetime,
    *,
    agreed: Collection[int] = (),
    seen: int | None = None,
) -> Saved:
    """Put a configuration in force for the placement of this visit.

    Workers judge everybody again afterwards (`recalculating`), and changed grades are promised then. Where grades
    would go down, the teacher must have `agreed` for each of these people; else `GradesWouldFall` and nothing changes.
    `seen` is the version in force when the teacher looked: another one by now raises `ChangedMeanwhile`. Of a
    configuration that was foreseen, only those who did something since are looked at again.
    """
    row = placed(session, visit)
    if seen is not None and seen != row.rule_version:
        raise ChangedMeanwhile()
    if isinstance(wanted, Foreseen):
        foreseen, falls = wanted, _falls_by_now(session, visit, row, wanted, now)
    else:
        foreseen = foresee(session, visit, wanted, now)
        falls = foreseen.falls
    if falls - set(agreed):
        raise GradesWouldFall()
    version = apply(session, row, visit, foreseen.wanted, now)
    recalculation_id = recalculating.begin(session, row, visit.person_id, now)
    session.info["poke"] = True
    return Saved(version=version, recalculation_id=recalculation_id)


def may_lower_grades(session: Session, visit: Visit) -> bool:
    """Whether anybody has a grade here that a rule could lower."""
    column = courses.column(session, placed(session, visit).id)
    return column is not None and grades.any_of_column(session, column.id)


def caught_up(session: Session, visit: Visit, foreseen: Foreseen, now: datetime) -> Foreseen:
    """What was foreseen a while ago, with those who did something since looked at again, while nothing is locked.
    Raises `NotSeenYet` where these are so many that the teacher has seen little of what would change."""
    row, evidence_id = placed(session, visit), evidence.newest(session)
    since = _busy_since(session, row, foreseen)
    if len(since) > MOST_SINCE:
        raise NotSeenYet()
    setting = as_setting(session, visit, foreseen.wanted, now)
    falls = foreseen.falls - since | rule_trial.falling(session, row, setting, since)
    return replace(foreseen, falls=falls, evidence_id=evidence_id, at=now)


def _busy_since(session: Session, row: PlacementRow, foreseen: Foreseen) -> set[int]:
    since = evidence.people_since(session, row.course_id, foreseen.evidence_id)
    return since | grades.promised_since(session, row.id, foreseen.at)


def _falls_by_now(
    session: Session, visit: Visit, row: PlacementRow, foreseen: Foreseen, now: datetime
) -> frozenset[int]:
    since = _busy_since(session, row, foreseen)
    setting = as_setting(session, visit, foreseen.wanted, now)
    return foreseen.falls - since | rule_trial.falling(session, row, setting, since)


def placed(session: Session, visit: Visit) -> PlacementRow:
    """The placement of a teacher's visit. Raises `NotAllowed` for everybody else."""
    if visit.role != "teacher" or visit.placement_id is None:
        raise NotAllowed("Only a teacher of this course can change what counts as mastered.", who="teacher")
    return courses.placement(session, visit.placement_id)


def learned(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> Configuration:
    """The configuration with what its rule takes from this class's answers, if that was asked for."""
    if not wanted.from_class:
        return wanted
    return taken_from_class(session, placed(session, visit), wanted, checked(session, visit, wanted, now))


def taken_from_class(session: Session, row: PlacementRow, wanted: Configuration, content_id: int) -> Configuration:
    """The configuration with the numbers of the class at this placement in its rule; they move no more."""
    content = contents.get(session, content_id)
    skills = content.part(wanted.part).skills
    seen = evidence.of_a_class(session, row.course_id, skills, content.key, MOST_LEARNED_FROM)
    return replace(wanted, rule=from_class(wanted.rule, seen), from_class=False)


def as_setting(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> Setting:
    """The configuration with its content found. Raises `Refused` naming each field at fault."""
    return Setting(
        content_id=checked(session, visit, wanted, now),
        part=wanted.part,
        rule=wanted.rule,
        grading=wanted.grading,
        points=wanted.points,
    )


def preview(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> rule_preview.RulePreview:
    """What a configuration would do to the class, from the evidence there is. Nothing is changed."""
    row = placed(session, visit)
    setting = as_setting(session, visit, learned(session, visit, wanted, now), now)
    return rule_preview.load(session, row, setting, now)


def earlier(session: Session, visit: Visit, version: int) -> Configuration:
    """The configuration of an earlier version, to go back to. Raises `NotFound`."""
    row = placed(session, visit)
    setting = courses.setting(session, row.id, version)
    if setting is None:
        raise NotFound("This version is not there any more.", tell="Choose the rule anew.")
    return Configuration(
        content_id=setting.content_id,
        part=setting.part,
        rule=setting.rule,
        grading=setting.grading,
        points=setting.points,
    )


def apply(session: Session, row: PlacementRow, visit: Visit, wanted: Configuration, now: datetime) -> int:
    """Write a checked configuration on a placement. Raises `Refused` naming each field at fault."""
    content_id = checked(session, visit, wanted, now)
    before = (row.content_id, row.part, row.grading, row.points)
    row.content_id, row.part, row.grading, row.points = content_id, wanted.part, wanted.grading, wanted.points
    if wanted.title.strip():
        row.title = wanted.title.strip()[:255]
    version = courses.add_rule(session, row, wanted.rule, visit.person_id, now)
    if row.points > 0:
        courses.keep_column(session, row, now)
    audit.record(
        session,
        "placement.configured",
        now,
        organisation_id=visit.organisation_id,
        course_id=row.course_id,
        actor_id=visit.person_id,
        placement=row.id,
        rule_version=version,
        before=list(before),
    )
    return version


def checked(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> int:
    """The content's id, after every field was found good. Raises `Refused`."""
    problems: dict[str, str] = {}
    allowed = {row.id for row in contents.available(session, visit.organisation_id)}
    content_id = wanted.content_id or contents.starter(session, now).id
    if wanted.content_id is not None and content_id not in allowed:
        problems["content_id"] = "This content is not available to your school."
    elif wanted.part and wanted.part not in {part.key for part in contents.get(session, content_id).parts}:
        problems["part"] = "Choose one of the parts listed."
    if wanted.grading not in GRADING:
        problems["grading"] = "Choose how the grade is made."
    if not 0 <= wanted.points <= HIGHEST_POINTS:
        problems["points"] = f"Choose a number from 0 to {HIGHEST_POINTS:.0f}."
    if problems:
        raise Refused("Some choices cannot be used.", problems=problems)
    return content_id
