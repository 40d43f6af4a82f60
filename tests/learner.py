"""A learner at work, by the same calls the pages make."""

from __future__ import annotations

from collections.abc import Callable

from clock import Clock
from lti_tool.flows import answering, studying
from lti_tool.flows.answering import Answered, Submission
from lti_tool.learning.activities import Item
from lti_tool.store.launches import Visit
from lti_tool.store.pages import activity_page, student_home
from school import School, right_answer, wrong_answer


class Learner:
    """Somebody at work, by the same calls the pages make."""

    def __init__(self, school: School, visit: Visit, clock: Clock) -> None:
        self.school, self.visit, self.clock = school, visit, clock
        self.sent = 0

    def home(self) -> student_home.StudentHome:
        with self.school.db.reading() as session:
            return student_home.load(session, self.visit, self.clock())

    def page(self) -> activity_page.ActivityPage | None:
        with self.school.db.reading() as session:
            return activity_page.load(session, self.visit, self.clock())

    def start(self) -> None:
        """Go past welcome and first assessment."""
        with self.school.db.writing() as session:
            studying.skip_welcome(session, self.visit, self.clock())
            studying.skip_assessment(session, self.visit, self.clock())

    def open_practice(self) -> None:
        """Take offers until a question lies on the desk."""
        for _ in range(8):
            home = self.home()
            step = home.current or home.steps[0]
            with self.school.db.writing() as session:
                studying.choose(session, self.visit, step.activity, self.clock())
            page = self.page()
            if page is not None and page.item is not None:
                return
            self.finish()
        raise AssertionError("no practice was offered")

    def question(self) -> Item:
        page = self.page()
        assert page is not None
        assert page.item is not None
        return page.item.item

    def answer(self, give: Callable[[Item], dict[str, object]] = right_answer, *, key: str = "") -> Answered:
        """Answer the question on the desk after half a minute."""
        item = self.question()
        self.sent += 1
        self.clock.pass_by(seconds=30)
        submission = Submission(
            client_key=key or f"{self.visit.person_id}-{self.sent}", item=item.id, answer=give(item)
        )
        with self.school.db.writing() as session:
            return answering.submit(session, self.visit, submission, self.clock())

    def wrong(self) -> Answered:
        return self.answer(wrong_answer)

    def advance(self) -> None:
        with self.school.db.writing() as session:
            studying.advance(session, self.visit, self.clock())

    def finish(self, reflection: str = "") -> None:
        self.clock.pass_by(minutes=2)
        with self.school.db.writing() as session:
            studying.finish(session, self.visit, reflection, self.clock())

    def work_through(self, sittings: int = 40) -> None:
        """Answer everything right until all is mastered or the sittings are used up."""
        for _ in range(sittings):
            home = self.home()
            if home.mastered == len(home.skills) or not (home.steps or home.current):
                return
            step = home.current or home.steps[0]
            with self.school.db.writing() as session:
                studying.choose(session, self.visit, step.activity, self.clock())
            while (page := self.page()) and page.item and not (page.item.last and not page.item.last.can_retry):
                self.answer()
                self.advance()
            self.finish()
