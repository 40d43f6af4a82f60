"""Which activity of an earlier course a copy was made from, where only its title tells."""

from __future__ import annotations

import pytest

from clock import Clock
from lti_tool.store import copies, courses
from lti_tool.store.database import Database
from school import School, new_school


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """A course with one activity, “Fractions”, which people have opened."""
    return new_school(database, clock())


def another(school: School, clock: Clock, link: str | None) -> int:
    """The same was chosen once more; without a link it was never added, or nobody has opened it yet."""
    with school.db.writing() as session:
        row = courses.add_placement(session, school.course_id, clock(), resource_link_id=link, title="Fractions")
        row.content_id = courses.placement(session, school.placement_id).content_id
        return row.id


def by_title(school: School) -> int | None:
    with school.db.reading() as session:
        found = copies.in_course(session, school.course_id, title="Fractions")
        return found.id if found else None


def test_what_was_chosen_and_never_added_does_not_confuse(school: School, clock: Clock) -> None:
    another(school, clock, None)
    assert by_title(school) == school.placement_id


def test_two_of_one_title_are_not_guessed_at(school: School, clock: Clock) -> None:
    another(school, clock, "link-2")
    assert by_title(school) is None


def test_one_that_nobody_opened_counts_where_there_is_no_other(school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        courses.placement(session, school.placement_id).title = "Decimals"
    assert by_title(school) is None
    assert another(school, clock, None) == by_title(school)
