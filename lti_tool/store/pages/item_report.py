"""The questions of a placement as its class answered them. A fixed number of statements, a bounded number of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...learning.activities import CourseContent
from ...learning.item_report import ItemReport, report
from .. import contents, courses
from ..database import Session
from ..launches import Visit
from ..sightings import MOST_READ, sightings
from .reading import placement_view
from .views import PlacementView

PAGE_SIZE = 50
MOST_NAMED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One question with its words. `misconception` is a sentence, empty when its author named none."""

    report: ItemReport
    stem: str
    skill: str
    misconception: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReportPage:
    """`answers` is how many first answers it rests on, to `answered` of all the questions; `broken` says how many look
    broken. `latest` is how many of the course's first answers were read where there are older ones too, else 0.

    `unanswered` are the stems of questions nobody has answered, two hundred at the most.
    """

    placement: PlacementView
    lines: tuple[ItemLine, ...]
    total: int
    answered: int
    unanswered: tuple[str, ...]
    broken: int
    answers: int
    latest: int
    sort: str
    page: int
    pages: int


_FAR = 99.0

SORTS: Mapping[str, Callable[[ItemLine], float]] = {
    "flaws": lambda line: -len(line.report.flaws),
    "answers": lambda line: -line.report.answers,
    "right": lambda line: _FAR if line.report.right is None else line.report.right,
    "difficulty": lambda line: _FAR if line.report.difficulty is None else -line.report.difficulty,
    "apart": lambda line: _FAR if line.report.discrimination is None else line.report.discrimination,
    "time": lambda line: -(line.report.seconds or 0.0),
}
"""What the report can be sorted by; among equals the content's order stays."""


def load(session: Session, visit: Visit, page: int = 1, sort: str = "flaws") -> ItemReportPage | None:
    """Read the report; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    seen = sightings(session, row.course_id, content.key)
    wanted = [item.id for skill in content.part(row.part).skills for item in content.items_by_skill[skill]]
    found = report(content.items, wanted, seen[:MOST_READ])
    chosen = sort if sort in SORTS else "flaws"
    answered = _lines(content, [one for one in found if one.answers])
    lines = sorted(answered, key=SORTS[chosen])
    pages = max(1, -(-len(lines) // PAGE_SIZE))
    shown = min(max(1, page), pages)
    return ItemReportPage(
        placement=placement_view(session, row, content),
        lines=tuple(lines[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE]),
        total=len(found),
        answered=len(answered),
        unanswered=tuple(content.items[one.item].stem for one in found if not one.answers)[:MOST_NAMED],
        broken=sum(bool(line.report.flaws) for line in lines),
        answers=sum(one.answers for one in found),
        latest=MOST_READ if len(seen) > MOST_READ else 0,
        sort=chosen,
        page=shown,
        pages=pages,
    )


def _lines(content: CourseContent, found: Sequence[ItemReport]) -> list[ItemLine]:
    return [
        ItemLine(
            report=one,
            stem=content.items[one.item].stem,
            skill=content.graph[content.items[one.item].skills[0]].title,
            misconception=content.misconceptions.get(one.wrong.misconception, "") if one.wrong else "",
        )
        for one in found
    ]
