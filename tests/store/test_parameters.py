"""The response model of a course, as the store remembers it."""

from __future__ import annotations

from dataclasses import replace

from clock import Clock
from lti_tool.learning.calibration import Calibration
from lti_tool.learning.response_parameters import SHIPPED
from lti_tool.store import courses, parameters
from lti_tool.store.database import Database
from school import new_school


def test_a_course_that_is_no_more_leaves_its_model_to_nobody(database: Database, clock: Clock) -> None:
    """Some databases give the number of its row to the next one."""

    def learned(intercept: float) -> float:
        with database.writing() as session:
            course = courses.keep_course(session, deployment_id, f"context-{intercept}", clock())
            made = Calibration(
                parameters=replace(SHIPPED, intercept=intercept),
                kept_new=True,
                answers=500,
                held_out=100,
                loss_before=0.6,
                loss_after=0.5,
            )
            parameters.keep(session, course.id, "fractions", made, clock())
            number = course.id
        with database.reading() as session:
            found = parameters.current(session, number, "fractions").intercept
        with database.writing() as session:
            session.delete(courses.course(session, number))
        clock.pass_by(hours=1)
        return found

    school = new_school(database, clock())
    with database.reading() as session:
        deployment_id = courses.course(session, school.course_id).deployment_id
    assert learned(0.25) == 0.25
    assert learned(0.75) == 0.75
