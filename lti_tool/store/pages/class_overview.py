"""The class: who needs me today, and how far everybody is with each skill. A fixed number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ...learning.activities import CourseContent
from ...learning.ids import SkillId
from ...learning.phrases import Phrase, count, say
from ...learning.verdicts import Level, Verdict
from .. import arrangements, contents, courses, grades, mastery, people
from ..database import Session
from ..launches import Visit
from ..tables import CourseRow, EnrolmentRow, PersonRow, PlacementRow
from .reading import grade_view, is_review_due, placement_view, progress_of
from .views import GradeView, PlacementView, Progress

PAGE_SIZE = 25
TOLD_FOR = timedelta(minutes=10)
"""So long a teacher hears that everybody was judged again."""
QUIET_AFTER = timedelta(days=7)
DUE_TOLD = 2
"""One skill due for review is daily business; from so many on the teacher hears of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One learner's place on one skill."""

    level: Level
    progress: float
    stuck: bool
    review_due: bool
    trouble: Phrase | None = None
    excused: bool = False
    """Not asked of this learner, by a goal of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why somebody needs the teacher: one sentence, more where it helps, and how it ranks (0 comes first)."""

    why: Phrase
    rank: int
    because: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """One line of the grid."""

    person_id: int
    name: str
    initials: str
    active: bool
    cells: tuple[Cell, ...]
    mastered: int
    last_visit_at: datetime | None
    grade: GradeView
    needs: Need | None
    waiting: bool
    """Judged by the rule before, as judging everybody again has not come here yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """Somebody the teacher should look at today, and why."""

    person_id: int
    name: str
    why: Phrase
    because: Phrase | None


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
    counts: Mapping[SkillId, Mapping[Level, int]]
    total: int
    page: int
    pages: int
    sort: str
    roster: RosterView
    unfinished_setup: bool
    judging: Progress | None
    """Judging everybody again: under way, or over a short while ago."""


_People = Sequence[tuple[EnrolmentRow, PersonRow]]


def load(session: Session, visit: Visit, now: datetime, page: int = 1, sort: str = "name") -> ClassOverview:
    """Read the class. `sort` is name, mastered, visit or the id of a skill."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    course = courses.course(session, row.course_id)
    configured = row.content_id is not None and row.rule_version > 0
    content = contents.get(session, row.content_id) if row.content_id and configured else None
    skills = content.part(row.part).skills if content else ()
    students = _students(session, row.course_id)
    ids = [person.id for _, person in students]
    verdicts = mastery.verdicts_of(session, row.id, ids) if content else {}
    titles = _titles(content, skills)
    lines = _lines(session, row, students, dict(titles), verdicts, now)
    over = {skill for skill, at in arrangements.wishes(row.wishes).due_at.items() if at < now}
    lines = [_past_a_date(line, titles, over) for line in lines]
    ordered = _sorted(lines, sort, skills)
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    shown = min(max(1, page), pages)
    return ClassOverview(
        placement=placement_view(session, row, content),
        skills=titles,
        learners=tuple(ordered[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE]),
        needs_today=_needs_today(lines),
        counts=_counts(lines, skills),
        total=len(lines),
        page=shown,
        pages=pages,
        sort=sort,
        roster=_roster(course),
        unfinished_setup=not configured,
        judging=_judging(session, row.id, now),
    )


def _judging(session: Session, placement_id: int, now: datetime) -> Progress | None:
    progress = progress_of(session, placement_id)
    told = progress is not None and (progress.running or now - progress.at < TOLD_FOR)
    return progress if told else None


def _needs_today(lines: Sequence[LearnerRow]) -> tuple[NeedRow, ...]:
    """Who is stuck comes first, then who stays away, then who has something due."""
    found = [(line.needs, line) for line in lines if line.needs and line.active]
    found.sort(key=lambda pair: (pair[0].rank, pair[1].name.casefold(), pair[1].person_id))
    return tuple(
        NeedRow(person_id=line.person_id, name=line.name, why=need.why, because=need.because)
        for need, line in found
    )


def _students(session: Session, course_id: int) -> _People:
    """Students, those who left only if they did something here."""
    found = [
        (enrolment, person)
        for enrolment, person in people.roster(session, course_id)
        if enrolment.role == "student" and not person.is_test_user
    ]
    return [pair for pair in found if pair[0].active or pair[0].last_visit_at]


def _titles(content: CourseContent | None, skills: Sequence[SkillId]) -> tuple[tuple[SkillId, str], ...]:
    return tuple((skill, content.graph[skill].title) for skill in skills) if content else ()


def _lines(
    session: Session,
    row: PlacementRow,
    students: _People,
    titles: Mapping[SkillId, str],
    verdicts: Mapping[int, Mapping[SkillId, Verdict]],
    now: datetime,
) -> list[LearnerRow]:
    column = courses.column(session, row.id)
    promises = {one.person_id: one for one in grades.of_column(session, column.id)} if column else {}
    plans = arrangements.plans(session, row.id, [person.id for _, person in students]) if titles else {}
    excused = {key: plan.excused for key, plan in plans.items()}
    lines = []
    for enrolment, person in students:
        mine, spared = verdicts.get(person.id, {}), excused.get(person.id, ())
        cells = tuple(_NOT_ASKED if skill in spared else _cell(mine.get(skill), now) for skill in titles)
        lines.append(
            LearnerRow(
                person_id=person.id,
                name=display_name(person),
                initials=initials(person),
                active=enrolment.active,
                cells=cells,
                mastered=sum(cell.level is Level.MASTERED for cell in cells),
                last_visit_at=enrolment.last_visit_at,
                grade=grade_view(row, column, promises.get(person.id)),
                needs=_needs(enrolment, cells, tuple(titles.values()), now),
                waiting=any(mine[skill].rule_version != row.rule_version for skill in titles if skill in mine),
            )
        )
    return lines


def display_name(person: PersonRow) -> str:
    """The name, or what stands in for it where the LMS shares none."""
    full = person.name or f"{person.given_name} {person.family_name}".strip()
    return full or f"Student {person.id}"


def initials(person: PersonRow) -> str:
    """Two letters for a small round picture."""
    words = display_name(person).split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


_NOT_ASKED = Cell(level=Level.NONE, progress=0.0, stuck=False, review_due=False, excused=True)


def _cell(verdict: Verdict | None, now: datetime) -> Cell:
    if verdict is None:
        return Cell(level=Level.NONE, progress=0.0, stuck=False, review_due=False)
    return Cell(
        level=verdict.level,
        progress=verdict.progress,
        stuck=verdict.stuck,
        review_due=is_review_due(verdict, now),
        trouble=verdict.trouble,
    )


def _needs(enrolment: EnrolmentRow, cells: Sequence[Cell], titles: Sequence[str], now: datetime) -> Need | None:
    """Why somebody needs the teacher, the most urgent reason first."""
    stuck = [(title, cell) for title, cell in zip(titles, cells, strict=True) if cell.stuck]
    if stuck:
        title, cell = stuck[0]
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
        return Need(why=words, rank=0, because=cell.trouble)
    if enrolment.last_visit_at is None:
        return Need(why=say("Has not opened this yet."), rank=2)
    if now - enrolment.last_visit_at > QUIET_AFTER and _unfinished(cells):
        days = (now - enrolment.last_visit_at).days
        return Need(why=count(days, "Not here for {count} day.", "Not here for {count} days."), rank=1)
    due = sum(cell.review_due for cell in cells)
    if due < DUE_TOLD:
        return None
    return Need(why=count(due, "{count} skill due for review.", "{count} skills due for review."), rank=3)


def _unfinished(cells: Sequence[Cell]) -> bool:
    return any(cell.level is not Level.MASTERED and not cell.excused for cell in cells)


def _past_a_date(line: LearnerRow, titles: Sequence[tuple[SkillId, str]], over: Container[SkillId]) -> LearnerRow:
    """The line of somebody who needs nothing more urgent, but is past a date of the teacher's plan."""
    behind = [
        title
        for (skill, title), cell in zip(titles, line.cells, strict=True)
        if skill in over and cell.level is not Level.MASTERED and not cell.excused
    ]
    if not behind or line.needs is not None:
        return line
    why = count(
        len(behind), "Past the date: “{skill}”.", "Past the date: {count} skills, “{skill}” first.", skill=behind[0]
    )
    return replace(line, needs=Need(why=why, rank=2))


def _sorted(lines: list[LearnerRow], sort: str, skills: Sequence[SkillId]) -> list[LearnerRow]:
    by_name = sorted(lines, key=lambda line: (line.name.casefold(), line.person_id))
    if sort == "mastered":
        return sorted(by_name, key=lambda line: (line.mastered, sum(cell.progress for cell in line.cells)))
    if sort == "visit":
        return sorted(by_name, key=lambda line: line.last_visit_at.timestamp() if line.last_visit_at else 0.0)
    if sort in skills:
        place = list(skills).index(SkillId(sort))
        return sorted(by_name, key=lambda line: (line.cells[place].level.rank, line.cells[place].progress))
    return by_name


def _counts(lines: Sequence[LearnerRow], skills: Sequence[SkillId]) -> dict[SkillId, Counter[Level]]:
    return {
        skill: Counter(line.cells[place].level for line in lines if line.active and not line.cells[place].excused)
        for place, skill in enumerate(skills)
    }


def _roster(course: CourseRow) -> RosterView:
    return RosterView(
        offered=bool(course.memberships_url),
        read_at=course.roster_read_at,
        problem=course.roster_problem,
        summary=course.roster_summary,
    )
