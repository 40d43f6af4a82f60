"""Names are shown as long as the LMS shares them: in launches, in the roster, in both or in neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.cases import Town, entered
from conformance.pupils import visit_of
from conformance.test_roster import sync
from lti_tool.store.tables import CourseRow, PersonRow

SHARED = {"names_in_launches": True, "names_in_roster": True}


@pytest.fixture(autouse=True)
def _shared_again(town: Town) -> Iterator[None]:
    yield
    town.lms.set_options(**SHARED, roster_differences=False, page_size=None)


@pytest.fixture
def zoe(town: Town) -> str:
    """A student whose name nobody else has, as the LMS calls her."""
    return str(town.lms.add_student("Zoë", "Withheld")["key"])


def known(town: Town, key: str) -> tuple[str, str, str]:
    """What is kept of somebody's names."""
    subject = next(one["user_id"] for one in town.lms.people() if one["key"] == key)
    with town.road.db.reading() as session:
        row = session.query(PersonRow).filter_by(subject=subject).one()
        return row.name, row.given_name, row.family_name


FULL, NONE = ("Zoë Withheld", "Zoë", "Withheld"), ("", "", "")


def test_a_name_goes_when_the_launch_that_gave_it_gives_it_no_more(town: Town, link: str, zoe: str) -> None:
    town.lms.set_options(names_in_launches=True, names_in_roster=False)
    visit_of(town, zoe, link)
    sync(town, link)
    assert known(town, zoe) == FULL, "the roster never gave it, so it cannot take it"
    town.lms.set_options(names_in_launches=False)
    visit_of(town, zoe, link)
    assert known(town, zoe) == NONE
    visit_of(town, zoe, link)
    assert known(town, zoe) == NONE


def test_a_name_goes_when_the_roster_that_gave_it_gives_it_no_more(town: Town, link: str, zoe: str) -> None:
    town.lms.set_options(names_in_launches=False, names_in_roster=True)
    sync(town, link)
    visit_of(town, zoe, link)
    assert known(town, zoe) == FULL, "the launch never gave it, so it cannot take it"
    town.lms.set_options(names_in_roster=False)
    assert sync(town, link).problem == ""
    assert known(town, zoe) == NONE


def test_a_name_stays_while_one_of_the_two_gives_it_and_goes_with_the_last(town: Town, link: str, zoe: str) -> None:
    visit_of(town, zoe, link)
    sync(town, link)
    seen = []
    for launches, roster in ((False, True), (True, False), (False, True), (False, False)):
        town.lms.set_options(names_in_launches=launches, names_in_roster=roster)
        for _ in range(2):
            visit_of(town, zoe, link)
            sync(town, link)
            seen.append(known(town, zoe))
    assert seen == [FULL] * 6 + [NONE] * 2


def test_who_changes_their_name_has_the_new_one_whoever_tells_it_first(town: Town, link: str, zoe: str) -> None:
    visit_of(town, zoe, link)
    sync(town, link)
    town.lms.change_person(zoe, family_name="Rollwagen")
    sync(town, link)
    assert known(town, zoe)[0] == "Zoë Rollwagen"
    town.lms.change_person(zoe, family_name="Reyes")
    visit_of(town, zoe, link)
    assert known(town, zoe)[0] == "Zoë Reyes"
    assert sync(town, link).changed == 0, "the roster tells nothing new any more"


def test_names_may_be_written_in_two_ways_without_changing_back_and_forth(town: Town, link: str, zoe: str) -> None:
    """Rosters of some LMSs put the family name first."""
    sync(town, link)
    town.launch(zoe, link, claims={"name": "Withheld, Zoë"})
    assert known(town, zoe)[0] == "Withheld, Zoë"
    assert sync(town, link).changed == 0
    assert known(town, zoe)[0] == "Withheld, Zoë"


def test_a_list_of_changes_takes_no_name(town: Town, link: str, zoe: str) -> None:
    """It says that somebody changed or left, and need not say their name again."""
    town.lms.set_options(roster_differences=True, names_in_launches=False)
    with town.road.db.writing() as session:
        for row in session.query(CourseRow):
            row.roster_whole_at = None
    sync(town, link)
    town.lms.change_person(zoe, status="Inactive")
    town.lms.set_options(names_in_roster=False)
    town.lms.clear_calls()
    sync(town, link)
    assert all("since=" in call["path"] for call in town.lms.calls(service="memberships")["calls"])
    assert known(town, zoe) == FULL


def test_the_class_page_shows_no_name_that_is_withdrawn(town: Town, graded: str, zoe: str) -> None:
    student = visit_of(town, zoe, graded)
    seen = []
    for shared in (True, False):
        town.lms.set_options(names_in_launches=shared, names_in_roster=shared)
        visit_of(town, zoe, graded)
        sync(town, graded)
        page = entered(town.lms.enter("teacher", graded))
        seen.append(("Zoë Withheld" in page, f"Student {student.person_id}" in page))
    assert seen == [(True, False), (False, True)]
