"""The class: who needs me today, and how far everybody is with each skill. A fixed number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum

from ...learning.activities import CourseContent
from ...learning.ids import SkillId
from ...learning.phrases import Phrase
from ...learning.standing import NOTHING
from ...learning.verdicts import Level
from .. import arrangements, contents, courses, desks, grades, mastery, openers, people, standings
from ..database import Session
from ..launches import Visit
from ..people import Student
from ..tables import CourseRow, PlacementRow
from .class_lines import NOT_BEGUN, Line, Need, display_name, initials, name_order, need_of
from .course_groups import CourseGroups, course_groups
from .elsewhere import Elsewhere, elsewhere
from .reading import grade_view, placement_view, progress_of
from .views import GradeView, PlacementView, Progress

PAGE_SIZE = 25
NEEDS_LISTED = 30
"""More than a teacher looks after in a day; beyond it they are counted."""
TOLD_FOR = timedelta(minutes=10)
"""So long a teacher hears that everybody was judged again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One learner's place on one skill."""

    level: Level
    stuck: bool
    review_due: bool
    excused: bool = False
    """Not asked of this learner, by a goal of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """One line of the grid."""

    person_id: int
    name: str
    initials: str
    active: bool
    cells: tuple[Cell, ...]
    mastered: int
    worked_at: datetime | None
    """When they last did something in this very activity."""
    grade: GradeView
    waiting: bool
    """Judged by the rule before, as judging everybody again has not come here yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """Somebody the teacher should look at today, and why."""

    person_id: int
    name: str
    why: Phrase
    because: Phrase | None
    is_not_begun: bool
    """They have not come yet, or not begun: on the first day that is everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterView:
    """When the roster was read, what it changed, what went wrong."""

    offered: bool
    read_at: datetime | None
    problem: str
    summary: Mapping[str, int]

    @property
    def awaited(self) -> bool:
        """It is being read for the first time: whoever opens the class page has the workers do it."""
        return self.offered and self.read_at is None and not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOverview:
    """The teacher's first page. `counts` says per skill how many learners are at each level."""

    placement: PlacementView
    skills: tuple[tuple[SkillId, str], ...]
    learners: tuple[LearnerRow, ...]
    needs_today: tuple[NeedRow, ...]
    needs_more: int
    """So many more need the teacher than are listed, the less urgent ones."""
    untouched: bool
    """Nobody here has begun, and nothing else is to be said: then not everybody is named."""
    counts: Mapping[SkillId, Mapping[Level, int]]
    total: int
    page: int
    pages: int
    sort: str
    roster: RosterView
    unfinished_setup: bool
    groups: CourseGroups
    """The LMS's groups, one of which may be chosen: then all else here is about its students."""
    elsewhere: Elsewhere
    """Who is in none of all this, because the activity is not for them."""
    judging: Progress | None
    """Judging everybody again: under way, or over a short while ago."""


def load(
    session: Session, visit: Visit, now: datetime, page: int = 1, sort: str = "name", group: str = ""
) -> ClassOverview:
    """Read the class, or one `group` of the LMS in it. `sort` is name, mastered, visit or the id of a skill."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    course = courses.course(session, row.course_id)
    configured = row.content_id is not None and row.rule_version > 0
    content = contents.get(session, row.content_id) if row.content_id and configured else None
    titles = _titles(content, row)
    everybody = people.students(session, row.course_id)
    groups = course_groups(course, [one for one in everybody if one.active], group)
    students = [one for one in everybody if groups.shows(one.groups)]
    everyone = _lines(session, row, students, titles, now, ranked=sort == "mastered")
    lines = [line for line in everyone if not line.is_elsewhere]
    pages = max(1, -(-len(lines) // PAGE_SIZE))
    shown = min(max(1, page), pages)
    ordered = _sorted(session, row, lines, sort, titles)
    needs = _needs_today(row, lines, titles, now)
    untouched = (
        len(needs) > 1 and all(one.is_not_begun for one in needs) and not any(one.worked_at for one in lines)
    )
    return ClassOverview(
        placement=placement_view(session, row, content),
        skills=tuple(titles.items()),
        learners=_shown(session, row, ordered[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE], titles),
        needs_today=() if untouched else needs[:NEEDS_LISTED],
        needs_more=0 if untouched else len(needs[NEEDS_LISTED:]),
        untouched=untouched,
        counts=_counts(lines, titles),
        total=len(lines),
        page=shown,
        pages=pages,
        sort=sort,
        roster=_roster(course),
        unfinished_setup=not configured,
        groups=groups,
        elsewhere=elsewhere(row, everyone),
        judging=_judging(session, row.id, now),
    )


def is_set_up(session: Session, visit: Visit) -> bool:
    """Whether a teacher chose what is learned here; before that there is no class to look at."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    return row.content_id is not None and row.rule_version > 0


def _judging(session: Session, placement_id: int, now: datetime) -> Progress | None:
    progress = progress_of(session, placement_id)
    told = progress is not None and (progress.running or now - progress.at < TOLD_FOR)
    return progress if told else None


def _titles(content: CourseContent | None, row: PlacementRow) -> dict[SkillId, str]:
    return {skill: content.graph[skill].title for skill in content.part(row.part).skills} if content else {}


def _lines(
    session: Session,
    row: PlacementRow,
    students: Sequence[Student],
    titles: Mapping[SkillId, str],
    now: datetime,
    *,
    ranked: bool,
) -> list[Line]:
    """Students by name; with how far they are where they are `ranked` by it."""
    known = standings.to_show(session, row.id, row.rule_version, now, progress=ranked) if titles else {}
    spared = arrangements.excused(session, row.id) if titles else {}
    every = frozenset(titles)
    worked = desks.worked_at(session, row.id)
    shut_out = openers.shut_out(session, row, now)
    lines = [
        Line(
            person_id=one.id,
            name=display_name(one),
            active=one.active,
            is_shut_out=one.id in shut_out,
            has_opened=one.last_visit_at is not None,
            worked_at=worked.get(one.id),
            asked=every - spared[one.id] if one.id in spared else every,
            standing=known.get(one.id, NOTHING),
        )
        for one in students
        if one.active or one.id in worked
    ]
    return sorted(lines, key=lambda line: (name_order(line.name), line.person_id))


def _needs_today(
    row: PlacementRow, lines: Sequence[Line], titles: Mapping[SkillId, str], now: datetime
) -> tuple[NeedRow, ...]:
    """Who is stuck comes first, then who stays away, then who has something due; among equals by name."""
    over = [skill for skill, at in arrangements.wishes(row.wishes).due_at.items() if at < now]
    looked = ((need_of(line, titles, over, now), line) for line in lines if line.active)
    found: list[tuple[Need, Line]] = [(need, line) for need, line in looked if need]
    found.sort(key=lambda pair: pair[0].rank)
    return tuple(
        NeedRow(
            person_id=line.person_id,
            name=line.name,
            why=need.why,
            because=need.because,
            is_not_begun=need.rank == NOT_BEGUN,
        )
        for need, line in found
    )


def _sorted(
    session: Session, row: PlacementRow, by_name: list[Line], sort: str, titles: Mapping[SkillId, str]
) -> list[Line]:
    if sort == "mastered":
        return sorted(by_name, key=_way)
    if sort == "visit":
        return sorted(by_name, key=lambda line: line.worked_at.timestamp() if line.worked_at else 0.0)
    skill = SkillId(sort)
    if skill not in titles:
        return by_name
    progress = mastery.progress_on(session, row.id, skill)

    def on_it(line: Line) -> tuple[int, float]:
        asked = skill in line.asked
        return (line.standing.level(skill).rank, progress.get(line.person_id, 0.0)) if asked else (0, 0.0)

    return sorted(by_name, key=on_it)


def _way(line: Line) -> tuple[int, float]:
    """How many skills are mastered, and how far the others are."""
    progress = line.standing.progress
    return len(line.mastered), fsum(progress[skill] for skill in line.asked.intersection(progress))


def _shown(
    session: Session, row: PlacementRow, lines: Sequence[Line], titles: Mapping[SkillId, str]
) -> tuple[LearnerRow, ...]:
    column = courses.column(session, row.id)
    promises = grades.of_people(session, column.id, [line.person_id for line in lines]) if column else {}
    return tuple(
        LearnerRow(
            person_id=line.person_id,
            name=line.name,
            initials=initials(line.name),
            active=line.active,
            cells=tuple(_cell(line, skill) for skill in titles),
            mastered=len(line.mastered),
            worked_at=line.worked_at,
            grade=grade_view(row, column, promises.get(line.person_id)),
            waiting=not line.standing.earlier.isdisjoint(titles),
        )
        for line in lines
    )


_NOT_ASKED = Cell(level=Level.NONE, stuck=False, review_due=False, excused=True)


def _cell(line: Line, skill: SkillId) -> Cell:
    if skill not in line.asked:
        return _NOT_ASKED
    there = line.standing
    return Cell(level=there.level(skill), stuck=skill in there.stuck, review_due=skill in there.due)


def _counts(lines: Sequence[Line], titles: Mapping[SkillId, str]) -> dict[SkillId, dict[Level, int]]:
    """By skill how many who are here and asked are at each level that occurs."""
    asked: Counter[SkillId] = Counter()
    there: dict[Level, Counter[SkillId]] = {level: Counter() for level in Level if level is not Level.NONE}
    for line in lines:
        if line.active:
            asked.update(line.asked)
            for level, skills in line.standing.levels.items():
                there[level].update(skills & line.asked)
    return {skill: _at_levels(skill, asked, there) for skill in titles}


def _at_levels(
    skill: SkillId, asked: Mapping[SkillId, int], there: Mapping[Level, Mapping[SkillId, int]]
) -> dict[Level, int]:
    begun = {level: skills[skill] for level, skills in there.items()}
    counts = {Level.NONE: asked[skill] - sum(begun.values()), **begun}
    return {level: number for level, number in counts.items() if number}


def _roster(course: CourseRow) -> RosterView:
    return RosterView(
        offered=bool(course.memberships_url),
        read_at=course.roster_read_at,
        problem=course.roster_problem,
        summary=course.roster_summary,
    )
