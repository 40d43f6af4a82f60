"""Grades of another column count as evidence: chosen, read, read again, changed, cleared, ended."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from conformance.cases import Town
from conformance.pupils import visit_of
from lti_tool.flows import configuring, counting_grades
from lti_tool.flows.counting_grades import Choice, GradesRead
from lti_tool.flows.errors import NotAllowed, NotFound, Refused
from lti_tool.learning.ids import SkillId
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.store import mastery
from lti_tool.store.launches import Visit
from lti_tool.store.tables import AuditRow, EvidenceRow, GradeSourceRow, WithdrawalRow
from road import Road, open_road, utc_now

SKILL = SkillId("equal-parts")


@dataclass(frozen=True, kw_only=True)
class Class:
    """Our activity, where one right answer masters a skill, and a quiz of twenty points beside it."""

    road: Road
    teacher: Visit
    student: Visit
    key: str
    quiz: str
    label: str

    def give(self, points: float | None) -> None:
        """The teacher grades the quiz in the LMS."""
        if points is None:
            self.road.lms.clear_override(self.quiz, self.key)
        else:
            self.road.lms.override(self.quiz, self.key, points)

    def address(self) -> str:
        seen = counting_grades.columns_to_choose(self.road.border, self.teacher, utc_now())
        assert not seen.problem
        return next(one.line_item_url for one in seen.columns if one.label == self.label)

    def choose(self, points: float = 12.0) -> int:
        choice = Choice(line_item_url=self.address(), skill=SKILL, points=points)
        return counting_grades.count_column(self.road.border, self.teacher, choice, utc_now())

    def read(self, source_id: int) -> GradesRead:
        return counting_grades.read(self.road.border, source_id, utc_now())

    def mastered(self) -> bool:
        with self.road.db.reading() as session:
            assert self.student.placement_id is not None
            verdict = mastery.verdicts(session, self.student.placement_id, self.student.person_id).get(SKILL)
        return verdict is not None and verdict.mastered

    def notes(self) -> list[str]:
        """What was written down about the student, withdrawn or not."""
        with self.road.db.reading() as session:
            wanted = select(EvidenceRow.note).where(EvidenceRow.person_id == self.student.person_id)
            return list(session.scalars(wanted.order_by(EvidenceRow.id)))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_road(tmp_path_factory.mktemp("tool"), class_size=2) as road:
        yield Town(road=road.install(), log=io.StringIO())


@pytest.fixture(scope="module")
def activity(town: Town) -> str:
    placed = str(town.road.place(part="meaning", points=10.0))
    teacher = visit_of(town, "teacher", placed)
    with town.road.db.writing() as session:
        wanted = configuring.Configuration(content_id=None, part="meaning", rule=MasteryRule(rule=Streak(n=1)))
        configuring.configure(session, teacher, wanted, utc_now())
    return placed


@pytest.fixture
def group(town: Town, activity: str) -> Iterator[Class]:
    key = town.newcomer()
    label = f"Quiz for {key}"
    quiz = town.lms.add_activity(town.road.client_id, title=label, lineItem={"scoreMaximum": 20, "label": label})
    column = next(one for one in town.lms.gradebook() if one["activity_id"] == quiz["id"])
    yield Class(
        road=town.road,
        teacher=visit_of(town, "teacher", activity),
        student=visit_of(town, key, activity),
        key=key,
        quiz=str(column["id"]),
        label=label,
    )
    town.lms.behave()


def test_a_grade_from_the_chosen_points_on_masters_the_skill_and_says_where_it_came_from(group: Class) -> None:
    group.give(12)
    assert group.read(group.choose(12)).fresh == 1
    assert group.mastered()
    assert group.notes() == [f"{group.label}: 12 of 20"]


def test_a_grade_below_counts_as_not_right(group: Class) -> None:
    group.give(11.5)
    assert group.read(group.choose(12)).fresh == 1
    assert not group.mastered()


def test_reading_again_adds_nothing(group: Class) -> None:
    group.give(15)
    source = group.choose()
    group.read(source)
    assert group.read(source) == GradesRead()
    assert len(group.notes()) == 1


def test_a_changed_grade_replaces_what_was_said_and_a_cleared_one_withdraws_it(group: Class) -> None:
    group.give(15)
    source = group.choose()
    group.read(source)
    group.give(3)
    assert group.read(source).changed == 1
    assert not group.mastered()
    assert len(group.notes()) == 2
    group.give(None)
    assert group.read(source).gone == 1
    with group.road.db.reading() as session:
        mine = select(EvidenceRow.id).where(EvidenceRow.person_id == group.student.person_id)
        taken = session.scalars(select(WithdrawalRow).where(WithdrawalRow.evidence_id.in_(mine))).all()
    assert len(taken) == 2


def test_when_it_counts_no_longer_its_evidence_goes(group: Class) -> None:
    group.give(20)
    source = group.choose()
    group.read(source)
    assert group.mastered()
    with group.road.db.writing() as session:
        assert counting_grades.end(session, group.teacher, source, utc_now()) == 1
    assert not group.mastered()
    assert group.read(source).problem
    with group.road.db.writing() as session, pytest.raises(NotFound):
        counting_grades.end(session, group.teacher, source, utc_now())


def test_a_list_that_breaks_off_changes_nobody_and_says_so(group: Class) -> None:
    group.give(20)
    source = group.choose()
    group.read(source)
    group.give(1)
    group.road.lms.misbehave("results", "html")
    assert group.read(source).problem
    assert group.mastered()
    with group.road.db.reading() as session:
        assert session.get_one(GradeSourceRow, source).problem


def test_our_own_columns_are_never_offered(group: Class, town: Town) -> None:
    seen = counting_grades.columns_to_choose(group.road.border, group.teacher, utc_now())
    own = {one["label"] for one in town.lms.gradebook() if not str(one["label"]).startswith("Quiz")}
    assert own
    assert not own & {one.label for one in seen.columns}


def test_only_addresses_the_lms_lists_are_called(group: Class) -> None:
    choice = Choice(line_item_url="http://169.254.169.254/latest", skill=SKILL, points=1)
    with pytest.raises(Refused, match="cannot be used"):
        counting_grades.count_column(group.road.border, group.teacher, choice, utc_now())


@pytest.mark.parametrize("points", [0, -1, 21])
def test_points_lie_within_the_column(group: Class, points: float) -> None:
    with pytest.raises(Refused) as refused:
        group.choose(points)
    assert "points" in refused.value.problems


def test_a_column_counts_once_for_a_skill(group: Class) -> None:
    group.choose()
    with pytest.raises(Refused, match="already"):
        group.choose()


def test_students_and_assistants_choose_nothing(group: Class) -> None:
    for role in ("student", "assistant"):
        with pytest.raises(NotAllowed):
            counting_grades.columns_to_choose(group.road.border, replace(group.teacher, role=role), utc_now())


def test_the_night_reads_what_is_in_use_once_and_writes_it_down(group: Class) -> None:
    source = group.choose()
    assert source in counting_grades.sources_to_read(group.road.border, utc_now())
    group.read(source)
    assert source not in counting_grades.sources_to_read(group.road.border, utc_now())
    with group.road.db.reading() as session:
        assert "grade_source.read" in session.scalars(select(AuditRow.action)).all()
