"""An activity for one group of the class, in each LMS: roster and link are read by the workers, as after a visit."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from conformance.cases import Town
from conformance.pupils import visit_of
from lti_tool.jobs.queue import make_queue
from lti_tool.jobs.tasks import define_tasks
from lti_tool.store import people
from lti_tool.store.tables import PlacementRow
from road import open_road, utc_now
from sandbox_platform.manners import BY_NAME

TELLING = ("specification", "moodle", "canvas")
"""Manners of LMSs that say who may open a link."""
GROUPS = {"canvas": {("10", "8", "1c16f0de65a080803785"), ("10", "8", "d4d8d6ae1611e2c7581c")}}


@dataclass(frozen=True, kw_only=True)
class Visited:
    """An LMS with one graded activity for the red table, which a teacher has just opened."""

    town: Town
    name: str
    activity: str
    course_id: int
    placement_id: int

    def work(self) -> None:
        """The workers read the roster and all that comes of it."""
        queue = make_queue(replace(self.town.road.border.settings, jobs_url=""))
        tasks: Any = define_tasks(queue, self.town.road.border, lambda: None, utc_now)
        tasks.sync_roster(self.course_id)
        while (task := queue.dequeue()) is not None:
            queue.execute(task)

    def let_in(self, group: str) -> None:
        """The teacher changes who may open it; Cairn asks again, as it does after a while."""
        self.town.lms.restrict(self.activity, group)
        with self.town.road.db.writing() as session:
            session.get_one(PlacementRow, self.placement_id).openers_asked_at = None
        self.work()

    def class_page(self) -> str:
        browser = self.town.road.browser()
        return html.unescape(self.town.lms.enter("teacher", self.activity, browser).text)


@pytest.fixture(scope="module", params=[*TELLING, "schoology"])
def there(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO
) -> Iterator[Visited]:
    manners = BY_NAME[request.param]
    with open_road(tmp_path_factory.mktemp("tool"), class_size=6, manners=manners) as road:
        town = Town(road=road.install(), log=log_output)
        activity = town.road.place(points=10.0)
        town.lms.restrict(activity, "group-red")
        visit = visit_of(town, "teacher", activity)
        made = Visited(
            town=town,
            name=manners.name,
            activity=activity,
            course_id=visit.course_id or 0,
            placement_id=visit.placement_id or 0,
        )
        made.work()
        yield made


def test_who_cannot_open_it_is_not_missed_where_the_lms_tells(there: Visited) -> None:
    page = there.class_page()
    listed = page.partition('id="grid"')[2].partition("</table>")[0]
    is_told = there.name in TELLING
    assert listed.count("<bdi>") == (3 if is_told else 6) + (there.name == "moodle"), "an assistant seems a student"
    assert ("3 students are not listed" in page) == is_told


def test_everybody_stays_in_the_course(there: Visited) -> None:
    with there.town.road.db.reading() as session:
        everybody = people.roster(session, there.course_id)
        assert sum(place.role == "student" for place, _ in everybody) >= 6
        assert all(place.active for place, _ in everybody)


def test_a_link_is_asked_about_only_where_the_lms_knows_such_questions(there: Visited) -> None:
    calls = there.town.lms.calls(service="memberships")["calls"]
    about_links = [call for call in calls if "rlid=" in call["path"]]
    assert bool(about_links) == (there.name in TELLING)
    assert all(call["status"] == 200 for call in about_links)
    assert all("role=" in call["path"] for call in about_links), "students only"


def test_groups_are_known_before_the_first_launch_where_the_lms_says_them_for_each_member(there: Visited) -> None:
    """The red table at least (all, once everybody may); one LMS says nothing of groups, and so launches do."""
    with there.town.road.db.reading() as session:
        everybody = people.roster(session, there.course_id)
        found = {tuple(place.groups) for place, _ in everybody if place.role == "student" and place.groups}
    expected = GROUPS.get(there.name, set())
    assert found >= expected
    assert bool(found) == bool(expected)


def test_once_everybody_may_everybody_is_listed(there: Visited) -> None:
    there.let_in("")
    try:
        page = there.class_page()
        assert "not listed" not in page
        assert page.partition('id="grid"')[2].partition("</table>")[0].count("<bdi>") >= 6
    finally:
        there.let_in("group-red")
