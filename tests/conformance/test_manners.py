"""The whole road in every LMS we know: installed, launched, chosen, listed, graded, read back, as each one wants it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from clock import Clock
from conformance.cases import Town, entered
from conformance.pupils import Pupil, carry, hurry, pupil, visit_of
from learner import Learner
from lti_tool.flows import passing_back, reading_gradebook, resending, syncing_roster
from lti_tool.flows.border import as_registration
from lti_tool.flows.service_access import connect
from lti_tool.lti import grades as gradebook
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.platforms import detect
from lti_tool.lti.values import ColumnWish
from lti_tool.store import courses, grades, outbox, people
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, PersonRow, RegistrationRow
from road import open_road, utc_now
from sandbox_platform.browsing import send
from sandbox_platform.manners import ALL, BY_NAME

NAMES = {"specification": "practicelms"}


@dataclass(frozen=True, kw_only=True)
class Visited:
    """One LMS with the tool installed and one graded activity, placed by a teacher in the picker."""

    town: Town
    name: str
    activity: str
    crowd: tuple[Pupil, ...]
    """Students whose first grades all went out at the same moment."""
    outcomes: tuple[str, ...]


@pytest.fixture(scope="module", params=ALL, ids=lambda manners: manners.name)
def there(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO
) -> Iterator[Visited]:
    manners = request.param
    with open_road(tmp_path_factory.mktemp("tool"), class_size=7, manners=manners) as road:
        town = Town(road=road.install(), log=log_output)
        activity = town.road.place(points=10.0)
        crowd = tuple(pupil(town, activity) for _ in range(3))
        for one in crowd:
            one.practise(1)
        yield Visited(town=town, name=manners.name, activity=activity, crowd=crowd, outcomes=carried_at_once(town))


def carried_at_once(town: Town) -> tuple[str, ...]:
    """Every grade that waits, each carried by a worker of its own."""
    hurry(town)
    with town.road.db.writing() as session:
        due = outbox.claim_due(session, utc_now())
    with ThreadPoolExecutor(max_workers=4) as pool:
        return tuple(pool.map(lambda one: passing_back.deliver(town.road.border, one, utc_now()), due))


class Rushed(Clock):
    """Time stands still however quick somebody answers: every score falls into the same second."""

    def pass_by(self, **duration: float) -> object:  # type: ignore[override]
        return self.now


def rushed(one: Pupil) -> Pupil:
    """The same student, who answers everything within one second."""
    one.learner.clock = Rushed(one.learner.clock.now)
    return one


def role_of(there: Visited, key: str) -> str:
    return visit_of(there.town, key, there.activity).role


def test_installed_and_launched_by_everybody(there: Visited) -> None:
    """Also a student who teaches elsewhere, and, where there is one, the test student."""
    assert role_of(there, "student-1") == "student"
    assert role_of(there, "student-2") == "student"
    assert role_of(there, "teacher") == "teacher"
    assert role_of(there, "assistant") in {"assistant", "teacher"}
    assert role_of(there, "admin") == "admin"
    if any(one["key"] == "test-student" for one in there.town.lms.people()):
        visit_of(there.town, "test-student", there.activity)
        with there.town.road.db.reading() as session:
            assert session.query(PersonRow).filter_by(is_test_user=True).count() == 1


def test_the_picker_offers_dates_and_a_tab_only_where_the_lms_keeps_them(there: Visited) -> None:
    page = there.town.lms.open_picker("teacher", there.town.road.client_id, there.town.road.browser()).text
    offered = {name for name in ("available_from", "due_at", "new_window") if f'name="{name}"' in page}
    assert offered == (
        {"available_from", "due_at", "new_window"} if BY_NAME[there.name].keeps_presentation else set()
    )
    assert ("Some LMSs take these over" in page) is bool(offered), "and promises nothing else"


GROUPS = {"canvas": ["10", "9", "1c16f0de65a080803785"], "moodle": ["2"]}
GROUP_NAMES = {"canvas": {"9": "Evenings", "10": "Everybody"}}


def test_groups_of_the_course_come_with_a_launch(there: Visited) -> None:
    """Where the LMS has custom variables for them; some give names, too."""
    visit = visit_of(there.town, "student-1", there.activity)
    with there.town.road.db.reading() as session:
        place = people.enrolments(session, visit.course_id or 0, [visit.person_id])[visit.person_id]
        assert place.groups == GROUPS.get(there.name, [])
        names = courses.course(session, visit.course_id or 0).groups
        assert GROUP_NAMES.get(there.name, {}).items() <= names.items()


def test_a_parent_sees_their_child_however_the_lms_names_it(there: Visited) -> None:
    """Most have a claim for it, one fills in a variable; some say no names."""
    child = visit_of(there.town, "student-1", there.activity)
    page = entered(there.town.launch("parent", there.activity))
    assert re.findall(r'<h2 id="child-\d+">(.*?)</h2>', page) == [
        html.escape(child.person_name) or f"Student {child.person_id}"
    ]


def test_the_lms_is_known_from_the_first_launch_on(there: Visited) -> None:
    with there.town.road.db.reading() as session:
        (registration,) = session.query(RegistrationRow).all()
    platform = detect(as_registration(registration))
    assert platform.name.lower().replace(" ", "") == NAMES.get(there.name, there.name)


def test_the_roster_comes_whole_whatever_its_pages(there: Visited) -> None:
    lms, db = there.town.lms, there.town.road.db
    assistant = visit_of(there.town, "assistant", there.activity)
    visit = visit_of(there.town, "teacher", there.activity)
    assert visit.course_id is not None
    result = syncing_roster.sync(there.town.road.border, visit.course_id, utc_now())
    assert result.problem == ""
    enrolled = [one for one in lms.people() if one["kind"] not in {"admin", "test"} and one["status"] == "Active"]
    parents = 1 if there.name == "moodle" else 0  # not members of the course there
    assert result.total == len(enrolled) - parents
    with db.reading() as session:
        places = people.enrolments(session, visit.course_id, [visit.person_id, assistant.person_id])
        assert places[visit.person_id].role == "teacher"
        assert places[assistant.person_id].role == assistant.role, "the roster never takes a right away"


def test_a_teacher_reviews_one_students_work_from_the_gradebook(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    carry(there.town)
    browser = there.town.road.browser()
    page = entered(send(there.town.lms.review("teacher", ada.column["id"], ada.key, browser), browser))
    assert ada.visit.person_name in page


def test_several_scores_in_one_second(there: Visited) -> None:
    ada = rushed(pupil(there.town, there.activity))
    for _ in range(3):
        ada.practise(1)
        carry(there.town)
        assert ada.promise().state == "sent"
        assert ada.arrived_right()
    assert there.town.lms.gradebook()[0]["submissions"].get(ada.key, 0) == 0, "no attempt is used up"


def test_a_class_at_once_has_one_column(there: Visited) -> None:
    """Also where choosing the activity made no column."""
    assert set(there.outcomes) == {"sent"}
    columns = [one for one in there.town.lms.gradebook() if one["tag"] == "cairn"]
    assert [one["activity_id"] for one in columns] == [there.activity]
    assert all(one.arrived_right() for one in there.crowd)


def test_a_teachers_grade_is_left_alone(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    carry(there.town)
    there.town.lms.override(ada.column["id"], ada.key, 3.25, "Seen in class")
    ada.practise(2)
    assert carry(there.town)[-1] == "kept"
    assert ada.cell["shown"] == 3.25


def test_results_are_read_back(there: Visited) -> None:
    """Also a zero, which one LMS does not tell from nothing: it must not be sent again and again."""
    good, none = pupil(there.town, there.activity), pupil(there.town, there.activity)
    good.practise(1)
    assert good.visit.placement_id is not None
    with there.town.road.db.writing() as session:
        column = courses.column(session, good.visit.placement_id)
        assert column is not None
        nought = Wish(value=0.0, complete=False, comment="", evidence_at=utc_now())
        grades.promise(session, column.id, none.visit.person_id, nought, utc_now())
    carry(there.town)
    assert none.promise().state == "sent"
    there.town.lms.clear_calls()
    read = reading_gradebook.read_results(there.town.road.border, good.visit.placement_id, utc_now())
    assert read.problem == ""
    assert carry(there.town) == []
    assert {good.promise().state, none.promise().state} == {"sent"}
    assert good.arrived_right()


def test_a_teachers_zero_is_respected(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    carry(there.town)
    there.town.lms.override(ada.column["id"], ada.key, 0.0, "Copied")
    assert ada.visit.placement_id is not None
    reading_gradebook.read_results(there.town.road.border, ada.visit.placement_id, utc_now())
    assert ada.promise().state == "kept"
    ada.practise(1)
    carry(there.town)
    assert ada.cell["shown"] == 0
    assert ada.promise().state == "kept"


def test_a_score_whose_answer_was_lost_counts_once(there: Visited) -> None:
    """The second try is not newer, and each gradebook says so in its own words."""
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    there.town.lms.misbehave("scores", "drop-after", times=1)
    assert carry(there.town) == ["waiting", "sent"]
    assert ada.arrived_right()
    assert len(ada.log()) == 1


def test_somebody_who_left_gets_no_grade_and_nobody_waits(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    there.town.lms.change_person(ada.key, status="Removed")
    assert carry(there.town)[-1] == "failed"
    assert "no row for this person" in ada.promise().problem


def test_a_locked_column_is_told_and_not_knocked_at_again(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    there.town.lms.lock(ada.column["id"])
    try:
        assert carry(there.town) == ["failed"]
    finally:
        there.town.lms.lock(ada.column["id"], locked=False)
    assert "locked" in ada.promise().problem
    ada.practise(1)
    assert carry(there.town)[-1] == "sent"
    assert ada.arrived_right()


def test_a_throttle_is_waited_out(there: Visited) -> None:
    ada = pupil(there.town, there.activity)
    ada.practise(1)
    there.town.lms.misbehave("scores", "throttle", times=2)
    assert carry(there.town)[-1] == "sent"
    assert ada.arrived_right()


def test_a_column_is_made_found_changed_and_removed(there: Visited) -> None:
    border = there.town.road.border
    with border.db.reading() as session:
        (registration,) = session.query(RegistrationRow).all()
        (course,) = session.query(CourseRow).all()
    connection = connect(border, registration.id, utc_now())
    wish = ColumnWish(label="Project", score_maximum=7.5, tag="project", resource_id="project-1")
    made = gradebook.find_or_create_column(connection, course.line_items_url, wish)
    found = gradebook.find_column(connection, course.line_items_url, wish)
    assert found is not None
    assert found.line_item_url == made.line_item_url
    changed = gradebook.update_column(connection, made.line_item_url, replace(wish, label="Big project"))
    assert changed.label == gradebook.read_column(connection, made.line_item_url).label == "Big project"
    assert changed.score_maximum == connection.platform.column_points(7.5)
    assert {one.label for one in gradebook.columns(connection, course.line_items_url)} >= {"Big project"}
    if there.name == "openedx":
        with pytest.raises(PlatformError, match="403"):
            gradebook.delete_column(connection, made.line_item_url)
        return
    assert gradebook.delete_column(connection, made.line_item_url)
    assert not gradebook.delete_column(connection, made.line_item_url)


WITH_TEST_STUDENT = [manners for manners in ALL if manners.test_student]


@pytest.mark.parametrize("there", WITH_TEST_STUDENT, ids=lambda manners: manners.name, indirect=True)
def test_the_test_student_waits_for_no_grade(there: Visited) -> None:
    visit = visit_of(there.town, "test-student", there.activity)
    learner = Learner(there.town.road, visit, Clock(utc_now()))  # type: ignore[arg-type]
    learner.start()
    learner.open_practice()
    learner.answer()
    assert set(carry(there.town)) <= {"failed"}
    (registered,) = [one for one in there.town.lms.gradebook() if one["tag"] == "cairn"]
    assert visit.subject not in {one["user_id"] for one in registered["scores"] if one["status"] < 300}


OVERWRITING = [manners for manners in ALL if manners.name == "canvas"]
"""What a tool sends replaces what a teacher typed in; others go on showing hers until she undoes it there."""


@pytest.mark.parametrize("there", OVERWRITING, ids=lambda manners: manners.name, indirect=True)
def test_a_grade_that_was_there_first_is_left_alone_until_the_teacher_wants_ours(there: Visited) -> None:
    """Then ours shows, also as it grows."""
    ada = pupil(there.town, there.activity)
    there.town.lms.override(ada.column["id"], ada.key, 3.25, "Seen in class")
    ada.practise(1)
    assert carry(there.town)[-1] == "kept"
    assert ada.cell["shown"] == 3.25
    teacher = visit_of(there.town, "teacher", there.activity)
    with there.town.road.db.writing() as session:
        resending.resend(session, teacher, [ada.promise().id], utc_now())
    carry(there.town)
    assert ada.arrived_right()
    ada.practise(2)
    carry(there.town)
    assert ada.arrived_right()


@pytest.mark.parametrize("broken", [{"claims": {"version": "11.3.0"}}, {}], ids=["refused", "not for students"])
def test_the_way_back_out_of_the_frame_leads_on(there: Visited, broken: dict[str, dict[str, str]]) -> None:
    """Moodle's return page has no link to the course where it believes that it stands in a frame."""
    browser = there.town.road.browser()
    page = send(there.town.lms.signed_launch("student-1", there.activity, browser, **broken), browser)
    if not broken:
        launch = page.url.split("/l/")[1].split("/")[0]
        page = browser.get(f"{there.town.road.tool_url}/l/{launch}/grades", timeout=10)
    (way,) = re.findall(r'href="([^"]*lti_errormsg=[^"]*)" target="_top"', page.text)
    back = browser.get(html.unescape(way), timeout=10)
    assert "Back from the activity" in back.text
    assert "To the course page" in back.text
