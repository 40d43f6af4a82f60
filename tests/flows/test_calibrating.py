"""Learning from a course: read in portions, told while it goes, kept only if better, never twice at once."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from clock import Clock
from lti_tool.flows import calibrating
from lti_tool.flows.border import Border
from lti_tool.jobs.queue import make_queue
from lti_tool.jobs.tasks import define_tasks
from lti_tool.learning import calibration
from lti_tool.learning.ids import ItemId
from lti_tool.learning.response_parameters import SHIPPED
from lti_tool.settings import Settings
from lti_tool.store import calibrations, parameters, people
from lti_tool.store.calibrations import CourseKey
from lti_tool.store.database import Database
from lti_tool.store.tables import CalibrationRow, EvidenceRow, LaunchRow
from school import School, new_school

KEY = "course-of-tests"
HARD, EASY = ItemId("q0"), ItemId("q11")


@pytest.fixture
def school(any_database: Database, clock: Clock) -> School:
    return new_school(any_database, clock())


def fill(school: School, clock: Clock, *, learners: int, answers: int = 24, seed: int = 1) -> CourseKey:
    """Learners of all kinds answer twelve questions, each of its own hardness, twice in a random order."""
    rng = np.random.default_rng(seed)
    with school.db.writing() as session:
        for number in range(learners):
            person = people.keep_person(
                session, school.deployment_id, f"{seed}-{number}", {"name": f"Learner {number}"}, clock()
            )
            able, at = rng.normal(), clock()
            for item in rng.permutation(np.arange(answers) % 12):
                at += timedelta(minutes=1)
                chance = 1 / (1 + np.exp(-(able + 0.45 * (item - 5.5))))
                session.add(
                    EvidenceRow(
                        person_id=person.id,
                        course_id=school.course_id,
                        content_key=KEY,
                        skill_key=f"skill-{item % 3}",
                        score=float(rng.random() < chance),
                        at=at,
                        source="practice",
                        item_key=f"q{item}",
                    )
                )
    return CourseKey(course_id=school.course_id, content_key=KEY)


def visited(school: School, clock: Clock) -> None:
    """Somebody has the course open."""
    with school.db.writing() as session:
        session.add(
            LaunchRow(
                id="open",
                secret_hash="x",
                person_id=school.teacher.person_id,
                deployment_id=school.deployment_id,
                course_id=school.course_id,
                role="teacher",
                message_type="LtiResourceLinkRequest",
                created_at=clock(),
                expires_at=clock() + timedelta(hours=12),
            )
        )


def state_of(school: School) -> CalibrationRow:
    with school.db.reading() as session:
        return session.query(CalibrationRow).one()


def test_a_course_learns_from_its_answers_and_says_how_it_went(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=40)
    heard: list[float] = []
    outcome = calibrating.calibrate_course(school.db, course, clock, heard.append)
    assert (outcome.state, outcome.version, outcome.answers) == ("kept", 1, 40 * 24)
    assert outcome.loss_after < outcome.loss_before
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert heard[:40] == pytest.approx([calibrating.READING * one / 40 for one in range(1, 41)])
    with school.db.reading() as session:
        found = parameters.current(session, course.course_id, KEY)
        assert parameters.current(session, course.course_id, "another") is SHIPPED
    assert (found.version, found.answers) == (1, 40 * 24)
    assert found.items[HARD].ease < -1 < 1 < found.items[EASY].ease
    assert (state_of(school).state, state_of(school).share) == ("kept", 1.0)


def test_what_predicts_no_better_is_not_kept_and_versions_count_up(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=40)
    assert calibrating.calibrate_course(school.db, course, clock).version == 1
    again = calibrating.calibrate_course(school.db, course, clock)
    assert (again.state, again.version) == ("unchanged", 1)
    fill(school, clock, learners=150, seed=2)
    assert calibrating.calibrate_course(school.db, course, clock).version in {1, 2}


def test_few_answers_teach_nothing_and_stay_unread(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=2)
    assert calibrating.calibrate_course(school.db, course, clock).state == "too_few"
    with school.db.reading() as session:
        assert [one.new for one in calibrations.with_new_answers(session)] == [48]


def test_only_courses_in_use_with_enough_new_answers_are_due(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=20)
    assert calibrating.due(school.db, clock()) == []
    visited(school, clock)
    assert calibrating.due(school.db, clock(), "hour") == [course]
    calibrating.calibrate_course(school.db, course, clock)
    assert calibrating.due(school.db, clock()) == []
    fill(school, clock, learners=5, seed=3)
    assert calibrating.due(school.db, clock(), "hour") == []
    assert calibrating.due(school.db, clock(), "night") == [course]


def test_one_run_at_a_time_and_a_dead_one_is_followed(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=20)
    with school.db.writing() as session:
        assert calibrations.begin(session, course, clock())
    assert calibrating.calibrate_course(school.db, course, clock).state == "busy"
    clock.pass_by(minutes=11)
    assert calibrating.calibrate_course(school.db, course, clock).state in {"kept", "unchanged"}


def test_people_answer_while_a_run_is_under_way_and_watch_its_progress(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=30)
    shares: list[float] = []

    def meanwhile(share: float) -> None:
        clock.pass_by(seconds=5)
        shares.append(state_of(school).share)
        with school.db.writing() as session:
            people.keep_person(session, school.deployment_id, f"late-{len(shares)}", {"name": "Late"}, clock())

    assert calibrating.calibrate_course(school.db, course, clock, meanwhile).state == "kept"
    assert shares == sorted(shares)
    assert any(0 < share < 1 for share in shares)


def test_a_run_that_breaks_says_so_and_leaves_the_present_parameters(
    school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = fill(school, clock, learners=20)

    def broken(*_: object) -> None:
        raise ArithmeticError("no way up")

    monkeypatch.setattr(calibration, "calibrate", broken)
    with pytest.raises(ArithmeticError):
        calibrating.calibrate_course(school.db, course, clock)
    assert (state_of(school).state, state_of(school).problem) == ("failed", "ArithmeticError: no way up")
    with school.db.reading() as session:
        assert parameters.current(session, course.course_id, KEY) is SHIPPED


def test_half_of_the_learners_do_where_all_are_too_many(school: School, clock: Clock) -> None:
    course = fill(school, clock, learners=30)
    with school.db.reading() as session:
        last = calibrations.last_evidence_id(session, course)
        number, learners = calibrations.answers_by_learner(session, course, 10_000, last)
        everybody = list(learners)
        half, some = calibrations.answers_by_learner(session, course, 400, last)
        assert (len(everybody), len(list(some))) == (30, 15)
    assert (number, half) == (30 * 24, 15 * 24)
    assert all(len({one.id for one in mine}) == len(mine) == 24 for mine in everybody)


def test_the_night_puts_due_courses_on_the_queue(school: School, settings: Settings, clock: Clock) -> None:
    fill(school, clock, learners=20)
    visited(school, clock)
    tasks = define_tasks(make_queue(settings, immediate=True), Border(school.db, settings), lambda: None, clock)
    tasks.calibrate_due("night")
    assert state_of(school).finished_at is not None
