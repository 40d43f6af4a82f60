"""The tool is deleted in the LMS and registered again: with a new client id, for the same courses and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cases import Town
from conformance.pupils import Pupil, pupil, visit_of
from lti_tool.flows import moving, registering
from lti_tool.flows.errors import Refused
from lti_tool.store import people, platforms
from lti_tool.store.tables import EvidenceRow, OrganisationRow, RegistrationRow
from road import Road, open_road, utc_now


@pytest.fixture
def school(tmp_path: Path, log_output) -> Iterator[Town]:  # type: ignore[no-untyped-def]
    """A school of its own: it loses its tool."""
    with open_road(tmp_path, class_size=3) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture
def ada(school: Town) -> Pupil:
    """Somebody who has worked here, in an activity worth ten points."""
    made = pupil(school, school.road.place(points=10.0))
    made.practise(4)
    school.road.deliver_all()
    return made


def again(town: Town) -> Road:
    """Deleted and installed anew by the LMS's administrator."""
    admin = town.road.browser()
    town.lms.sign_in("admin", admin)
    gone = admin.post(f"{town.road.lms_url}/tools/{town.road.client_id}", data={"do": "remove"}, timeout=10)
    assert gone.ok
    return replace(town.road, client_id="").install()


def numbers(town: Town) -> list[int]:
    with town.road.db.reading() as session:
        return [row.id for row in registering.listing(session)]


def moved(town: Town, **named: str) -> moving.Move:
    old, new = numbers(town)
    with town.road.db.writing() as session:
        return moving.move(session, old, new, named, utc_now())


def test_to_us_it_is_a_stranger_until_the_operator_says_who_it_is(school: Town, ada: Pupil) -> None:
    there = Town(road=again(school), log=school.log)
    activity = there.road.place(points=10.0)
    before = visit_of(there, ada.key, activity)
    assert before.person_id != ada.visit.person_id, "nobody's data goes to a new client by itself"

    told = moved(there)
    assert len(numbers(there)) == 1
    assert (told.courses, told.set_up_lost, len(told.deployments)) == (1, 1, 1)
    after = visit_of(there, ada.key, activity)
    assert (after.person_id, after.course_id) == (ada.visit.person_id, ada.visit.course_id)
    with there.road.db.reading() as session:
        assert session.query(EvidenceRow).filter_by(person_id=after.person_id).count() == 4


def test_what_she_can_do_counts_in_the_new_activity_and_its_grade_arrives(school: Town, ada: Pupil) -> None:
    there = Town(road=again(school), log=school.log)
    visit_of(there, ada.key, there.lms.add_activity(there.road.client_id, title="Fractions")["id"])
    moved(there)
    activity = there.road.place(points=10.0)
    visit_of(there, ada.key, activity)
    fresh = Pupil(
        town=there,
        key=ada.key,
        activity=activity,
        visit=visit_of(there, ada.key, activity),
        learner=ada.learner,
    )
    fresh.learner.visit = fresh.visit
    fresh.learner.start()
    fresh.practise(2)
    assert there.road.deliver_all().count("sent") >= 1
    assert fresh.arrived_right()


def test_another_organisation_never_gets_the_data(school: Town, ada: Pupil) -> None:
    there = Town(road=again(school), log=school.log)
    visit_of(there, ada.key, there.lms.add_activity(there.road.client_id, title="Fractions")["id"])
    with there.road.db.writing() as session:
        other = OrganisationRow(name="Another district", created_at=utc_now())
        session.add(other)
        session.flush()
        session.get_one(RegistrationRow, numbers(there)[1]).organisation_id = other.id
    with pytest.raises(Refused, match="two organisations"):
        moved(there)
    assert len(numbers(there)) == 2


def test_a_school_of_strangers_on_the_same_lms_never_gets_the_data(school: Town, ada: Pupil) -> None:
    again(school)
    with school.road.db.writing() as session:
        for row in platforms.deployments(session, numbers(school)[1]):
            session.delete(row)
        place = platforms.add_deployment(session, numbers(school)[1], "elsewhere", "active", utc_now())
        people.keep_person(session, place.id, "nobody-we-know", {"name": "Mia"}, utc_now())
    with pytest.raises(Refused, match="another school"):
        moved(school)


def test_work_that_was_begun_in_the_new_one_is_not_thrown_away(school: Town, ada: Pupil) -> None:
    there = Town(road=again(school), log=school.log)
    activity = there.road.place(points=10.0)
    visit_of(there, ada.key, activity)
    pupil(there, activity).practise(1)
    with pytest.raises(Refused, match="begun to work"):
        moved(there)
    assert len(numbers(there)) == 2


def test_several_deployments_are_told_apart_by_the_operator(school: Town, ada: Pupil) -> None:
    again(school)
    old, new = numbers(school)
    with school.road.db.writing() as session:
        for registration, name in ((old, "a"), (old, "b"), (new, "c"), (new, "d")):
            platforms.add_deployment(session, registration, name, "active", utc_now())
    with pytest.raises(Refused, match="several deployments"):
        moved(school)
    with pytest.raises(Refused, match="no deployment x"):
        moved(school, x="c")
    with school.road.db.reading() as session:
        first = platforms.deployments(session, old)[0].deployment_id
    told = moved(school, **{first: "c", "a": "d"})
    assert set(told.deployments) >= {(first, "c"), ("a", "d")}
