"""Students who came in by a launch and work through the same calls as their pages; grades carried when asked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import update

from clock import Clock
from conformance.cases import Town, entered
from learner import Learner
from lti_tool.content.package import starter
from lti_tool.flows import launching
from lti_tool.learning.activities import ItemKind
from lti_tool.store.launches import Visit
from lti_tool.store.tables import ColumnRow, DeskRow, GradePromiseRow
from road import utc_now


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """Somebody at work in one activity, and the cell of the gradebook that waits for them."""

    town: Town
    key: str
    activity: str
    visit: Visit
    learner: Learner

    def practise(self, answers: int = 1, *, right: bool = True) -> None:
        """Answer questions; each may change the grade."""
        for _ in range(answers):
            self.learner.advance()
            page = self.learner.page()
            if page is None or page.item is None:
                self.learner.open_practice()
            if right:
                self.learner.answer()
            else:
                self.learner.wrong()

    def lay(self, item: str) -> None:
        """This question lies on the desk now."""
        self.learner.open_practice()
        with self.town.road.db.writing() as session:
            session.execute(update(DeskRow).where(DeskRow.person_id == self.visit.person_id).values(item_key=item))

    @property
    def column(self) -> dict[str, Any]:
        """The gradebook column of the activity."""
        return next(one for one in self.town.lms.gradebook() if one["activity_id"] == self.activity)

    @property
    def cell(self) -> dict[str, Any]:
        """What the gradebook holds for this student; empty when nothing."""
        grades: dict[str, Any] = self.column["grades"]
        return dict(grades.get(self.key) or {})

    def log(self, outcome: str = "stored") -> list[dict[str, Any]]:
        """Scores of this student that the LMS got, in order, by what it did with them."""
        return [
            one
            for one in self.column["scores"]
            if one["user_id"] == self.visit.subject and (not outcome or one["outcome"] == outcome)
        ]

    def promise(self) -> GradePromiseRow:
        """Our side of it."""
        with self.town.road.db.reading() as session:
            wanted = session.query(GradePromiseRow).join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
            return wanted.filter(
                GradePromiseRow.person_id == self.visit.person_id, ColumnRow.placement_id == self.visit.placement_id
            ).one()

    def arrived_right(self) -> bool:
        """The gradebook shows what we promised, to the hundredth."""
        return abs(self.cell["shown"] - self.promise().value * 10) < 0.011


def pupil(town: Town, activity: str) -> Pupil:
    """A new student launches into the activity and passes welcome and first questions."""
    key = town.newcomer()
    visit = visit_of(town, key, activity)
    learner = Learner(town.road, visit, Clock(utc_now() - timedelta(hours=3)))  # type: ignore[arg-type]
    learner.start()
    return Pupil(town=town, key=key, activity=activity, visit=visit, learner=learner)


def visit_of(town: Town, person: str, activity: str) -> Visit:
    """The visit somebody's launch begins."""
    browser = town.road.browser()
    return begun_by(town, town.lms.enter(person, activity, browser), browser)


def begun_by(town: Town, page: requests.Response, browser: requests.Session) -> Visit:
    """The visit that this browser came into with this page."""
    entered(page)
    launch_id = page.url.split("/l/")[1].split("/")[0]
    secret = next(one.value for one in browser.cookies if one.name == "cairn")
    with town.road.db.reading() as session:
        return launching.visit(session, launch_id, str(secret), utc_now())


def hurry(town: Town) -> None:
    """The waits between tries are over."""
    with town.road.db.writing() as session:
        session.execute(update(GradePromiseRow).where(GradePromiseRow.state == "waiting").values(due_at=utc_now()))


def carry(town: Town, rounds: int = 8) -> list[str]:
    """Carry grades until nothing waits, however often they are put off. Returns what became of each try."""
    outcomes: list[str] = []
    for _ in range(rounds):
        hurry(town)
        tried = town.road.deliver_all()
        if not tried:
            return outcomes
        outcomes += tried
        if _too_early(town):
            time.sleep(1.0)
    return outcomes


def _too_early(town: Town) -> bool:
    """A gradebook that counts in whole seconds has just taken something: without waits we never get past it."""
    with town.road.db.reading() as session:
        waiting = session.query(GradePromiseRow).filter_by(state="waiting").all()
        return any("equal or newer" in one.problem for one in waiting)


def forget_waiting(town: Town) -> None:
    """Grades still on their way stay where they are, for good."""
    with town.road.db.writing() as session:
        session.execute(
            update(GradePromiseRow).where(GradePromiseRow.state.in_(["waiting", "sending"])).values(state="failed")
        )


def item_of(kind: ItemKind, part: str = "meaning") -> str:
    """A question of this kind in the part; with a figure where there is one."""
    skills = next(set(one.skills) for one in starter().parts if one.key == part)
    found = [item for item in starter().items.values() if item.kind is kind and set(item.skills) <= skills]
    return str(max(found, key=lambda item: bool(item.figure)).id)
