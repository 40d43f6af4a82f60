"""A promise on its way to a real gradebook that is slow, refuses, hangs up, or holds the teacher's own grade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from graded_column import Column
from large_class import MOST_NAMED, few_variables
from lti_tool.flows import passing_back, reading_gradebook, resending, syncing_roster
from lti_tool.flows.service_access import connect
from lti_tool.lti import grades as gradebook
from lti_tool.lti.times import iso
from lti_tool.store import courses, outbox, people
from lti_tool.store.tables import AccessTokenRow, ActivityVisitRow
from road import Road, open_road, utc_now


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """A practice LMS with the tool installed, shared by this file."""
    with open_road(tmp_path_factory.mktemp("road"), http_timeout_seconds=3.0) as road:
        yield road.install()


@pytest.fixture
def column(installed: Road) -> Iterator[Column]:
    """A column of its own for each test."""
    yield Column(installed)
    installed.lms.behave()


def test_a_promised_grade_arrives_scaled_to_the_columns_points(column: Column) -> None:
    column.promise(0.85)
    assert column.deliver() == ["sent"]
    assert column.shown() == pytest.approx(8.5)
    assert column.row().state == "sent"


def test_the_words_of_progress_follow_mastery(column: Column) -> None:
    column.promise(0.5)
    column.deliver()
    column.promise(1.0)
    column.deliver(later=timedelta(seconds=3))
    first, last = (one["body"] for one in column.arrived())
    assert (first["activityProgress"], last["activityProgress"]) == ("InProgress", "Completed")
    assert first["gradingProgress"] == last["gradingProgress"] == "FullyGraded"


def test_the_gradebook_hears_when_the_student_began(column: Column) -> None:
    began = utc_now().replace(microsecond=0) - timedelta(hours=2)
    with column.road.db.writing() as session:
        for hours in (1, 0):
            visit = {
                "placement_id": column.placement.id,
                "person_id": column.student.id,
                "activity_key": f"a{hours}",
            }
            session.add(ActivityVisitRow(**visit, started_at=began + timedelta(hours=hours)))
    column.promise(0.5)
    column.deliver()
    (body,) = (one["body"] for one in column.arrived())
    assert body["submission"]["startedAt"] == iso(began)
    assert body["submission"]["startedAt"] < body["submission"]["submittedAt"]


def test_timestamps_only_ever_grow(column: Column) -> None:
    for step in range(4):
        column.promise(0.2 + step / 10)
        column.deliver(later=timedelta(seconds=2 * step))
    times = [one["body"]["timestamp"] for one in column.arrived()]
    assert len(times) == 4
    assert times == sorted(set(times))


def test_a_lost_answer_is_not_a_second_score(column: Column) -> None:
    column.road.lms.misbehave("scores", "drop-after", times=1)
    column.promise(0.4)
    assert column.deliver() == ["waiting"]
    assert column.deliver(later=timedelta(minutes=1)) == ["sent"]
    assert column.shown() == pytest.approx(4)
    assert len(column.arrived()) == 1


def test_a_newer_grade_wins_although_the_first_ones_fate_is_unknown(column: Column) -> None:
    column.road.lms.misbehave("scores", "drop-after", times=1)
    column.promise(0.4)
    column.deliver()
    column.promise(0.6)
    assert column.deliver(later=timedelta(minutes=1)) == ["sent"]
    assert column.shown() == pytest.approx(6)


@pytest.mark.parametrize("mode", ["500", "503", "drop", "html", "error", "redirect", "401"])
def test_a_broken_gradebook_is_tried_again_until_it_works(column: Column, mode: str) -> None:
    column.road.lms.misbehave("scores", mode, times=4 if mode == "401" else 2)
    column.promise(0.7)
    outcomes = [column.deliver(later=timedelta(minutes=10 * step)) for step in range(3)]
    assert outcomes[-1] == ["sent"]
    assert column.shown() == pytest.approx(7)
    assert column.row().problem == ""


@pytest.mark.parametrize("mode", ["error", "html", "redirect"])
@pytest.mark.parametrize("service", ["results", "lineitems", "token"])
def test_an_odd_answer_is_waited_out(column: Column, service: str, mode: str) -> None:
    column.promise(0.1)
    column.deliver()
    _forget_tokens(column)
    column.promise(0.7)
    column.road.lms.misbehave(service, mode, times=1)
    outcomes = [column.deliver(later=timedelta(minutes=10 * step)) for step in range(1, 3)]
    assert [*outcomes[0], *outcomes[1]][-1] == "sent"
    assert column.shown() == pytest.approx(7)


def test_an_odd_list_of_results_hides_no_grade_of_the_teachers(column: Column) -> None:
    column.road.lms.override(column.column_id, "student-1", 2)
    column.promise(0.9)
    column.road.lms.misbehave("results", "error", times=2)
    assert column.deliver() == ["waiting"]
    read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert "cannot read" in read.problem
    assert column.deliver(later=timedelta(minutes=10)) == ["kept"]
    assert column.shown() == 2


def test_where_results_may_not_be_read_the_grade_goes_out(column: Column) -> None:
    column.road.lms.misbehave("results", "403", times=None)
    column.promise(0.7)
    assert column.deliver() == ["sent"]
    assert column.shown() == pytest.approx(7)


def test_where_results_stay_broken_the_grade_goes_out_after_a_while(column: Column) -> None:
    column.road.lms.misbehave("results", "html", times=None)
    column.promise(0.7)
    outcomes = [column.deliver(later=timedelta(hours=step))[0] for step in range(6)]
    assert outcomes == ["waiting"] * 5 + ["sent"]
    assert column.shown() == pytest.approx(7)
    assert len(column.arrived()) == 1


def test_when_an_lms_asks_to_slow_down_the_whole_class_waits(column: Column) -> None:
    other = Column(column.road)
    other.promise(0.5)
    column.promise(0.7)
    with column.road.db.writing() as session:
        first = outbox.claim_due(session, utc_now(), limit=1)
    column.road.lms.misbehave("scores", "429", times=1, retry_after="90000")
    before = utc_now()
    assert [passing_back.deliver(column.road.border, one, before) for one in first] == ["waiting"]
    dues = sorted((row.due_at - before).total_seconds() for row in (other.row(), column.row()))
    assert dues == pytest.approx([3600, 24 * 3600], abs=5), "the others an hour at most"
    assert column.deliver(later=timedelta(minutes=59)) == []
    assert column.deliver(later=timedelta(hours=25)) == ["sent", "sent"]


def test_a_bug_of_ours_is_told_and_does_not_go_on_for_ever(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    column.promise(0.7)
    with monkeypatch.context() as patched:
        patched.setattr(passing_back.gradebook, "send", broken)
        outcomes = [column.deliver(later=timedelta(days=step))[0] for step in range(passing_back.MOST_TRIES)]
    assert outcomes == ["waiting"] * (passing_back.MOST_TRIES - 1) + ["failed"]
    assert "on our side" in column.row().problem
    assert column.deliver(later=timedelta(days=30)) == []


def _forget_tokens(column: Column) -> None:
    with column.road.db.writing() as session:
        session.query(AccessTokenRow).delete()


def test_a_busy_lms_says_when_to_come_back(column: Column) -> None:
    column.road.lms.misbehave("scores", "429", times=1, retry_after="90")
    column.promise(0.7)
    before = utc_now()
    assert column.deliver() == ["waiting"]
    assert column.row().due_at >= before + timedelta(seconds=89)
    assert column.deliver(later=timedelta(seconds=60)) == []
    assert column.deliver(later=timedelta(seconds=100)) == ["sent"]


def test_a_worker_killed_on_the_way_leaves_the_promise_to_the_next_one(column: Column) -> None:
    column.promise(0.3)
    with column.road.db.writing() as session:
        claimed = outbox.claim_due(session, utc_now(), lease_seconds=60)
    assert claimed
    assert column.deliver() == []
    assert column.deliver(later=timedelta(seconds=61)) == ["sent"]
    assert column.shown() == pytest.approx(3)


def test_the_teachers_own_grade_is_left_alone_and_taken_up_again_when_cleared(column: Column) -> None:
    column.promise(0.5)
    column.deliver()
    column.road.lms.override(column.column_id, "student-1", 9)
    column.promise(0.6)
    assert column.deliver(later=timedelta(seconds=5)) == ["kept"]
    assert column.shown() == 9
    assert len(column.arrived()) == 1
    column.road.lms.clear_override(column.column_id, "student-1")
    read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert read.overridden == 0
    assert column.deliver(later=timedelta(seconds=10)) == ["sent"]
    assert column.shown() == pytest.approx(6)


def test_a_grade_typed_in_before_ours_is_the_teachers(column: Column) -> None:
    column.road.lms.override(column.column_id, "student-1", 2)
    column.promise(0.9)
    assert column.deliver() == ["kept"]
    assert column.shown() == 2


def test_reading_the_gradebook_finds_the_teachers_own_grade(column: Column) -> None:
    column.promise(0.5)
    column.deliver()
    column.road.lms.override(column.column_id, "student-1", 9)
    read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert (read.seen, read.overridden) == (1, 1)
    assert column.row().state == "kept"
    assert column.row().seen_value == pytest.approx(0.9)


def test_a_class_larger_than_a_statement_may_name_is_read(column: Column) -> None:
    column.promise(0.5)
    column.deliver()
    column.road.lms.override(column.column_id, "student-1", 9)
    column.add_others(MOST_NAMED + 1)
    with few_variables(column.road.db.engine):
        read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert (read.seen, read.overridden) == (1, 1)


def test_after_a_course_was_reset_ours_are_found_missing_and_sent_again(column: Column) -> None:
    column.promise(0.5)
    column.deliver()
    column.road.lms.reset_grades()
    read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert (read.missing, read.overridden) == (1, 0)
    assert column.deliver(later=timedelta(seconds=5)) == ["sent"]
    assert column.shown() == pytest.approx(5)
    read = reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert (read.missing, read.overridden) == (0, 0)


def test_a_teacher_can_let_our_grade_stand_instead(column: Column) -> None:
    column.road.lms.override(column.column_id, "student-1", 2)
    column.promise(0.9)
    column.deliver()
    column.road.lms.clear_override(column.column_id, "student-1")
    with column.road.db.writing() as session:
        assert resending.resend(session, column.teacher(), [column.row().id], utc_now()) == 1
    assert column.deliver(later=timedelta(seconds=5)) == ["sent"]


def test_ours_is_not_called_sent_while_the_gradebook_shows_what_was_typed_in(column: Column) -> None:
    """As Moodle does: it takes the score, and goes on showing the overridden grade."""
    column.road.lms.override(column.column_id, "student-1", 2)
    column.promise(0.9)
    column.deliver()
    for step in (5, 10):
        with column.road.db.writing() as session:
            assert resending.resend(session, column.teacher(), [column.row().id], utc_now()) == 1
        assert column.deliver(later=timedelta(seconds=step)) == ["kept"]
    row = column.row()
    assert "typed in by hand" in row.problem
    assert (row.seen_value, row.sent_value) == (pytest.approx(0.2), pytest.approx(0.9))
    assert reading_gradebook.read_results(column.road.border, column.placement.id, utc_now()).overridden == 1

    column.road.lms.clear_override(column.column_id, "student-1")
    assert column.shown() == pytest.approx(9), "it was there all the time"
    reading_gradebook.read_results(column.road.border, column.placement.id, utc_now())
    assert column.deliver(later=timedelta(seconds=15)) == ["sent"]
    assert column.row().problem == ""


def remove(column: Column) -> None:
    """Somebody deletes the whole column in the gradebook."""
    with column.road.db.reading() as session:
        kept = courses.column(session, column.placement.id)
        assert kept is not None
        url = kept.line_item_url
    connection = connect(column.road.border, 1, utc_now())
    assert gradebook.delete_column(connection, url)


@pytest.mark.parametrize("met_by", ["a new grade", "reading the gradebook"])
def test_a_deleted_column_is_told_and_made_anew_with_all_its_grades_when_the_teacher_says_so(
    column: Column, met_by: str
) -> None:
    column.promise(0.5)
    column.deliver()
    remove(column)
    if met_by == "a new grade":
        column.promise(0.7)
        assert column.deliver(later=timedelta(seconds=5)) == ["failed"]
    else:
        assert reading_gradebook.read_results(column.road.border, column.placement.id, utc_now()).gone
    row = column.row()
    assert (row.state, row.seen_value) == ("failed", None), "what was sent there is not in the gradebook any more"
    with column.road.db.reading() as session:
        kept = courses.column(session, column.placement.id)
        assert kept is not None
        assert "makes a new one" in kept.problem

    with column.road.db.writing() as session:
        assert resending.resend(session, column.teacher(), None, utc_now()) == 1
    assert column.deliver(later=timedelta(seconds=10)) == ["sent"]
    assert column.shown() == pytest.approx(7 if met_by == "a new grade" else 5)


def test_somebody_who_is_no_student_any_more_is_told_to_the_teacher(column: Column) -> None:
    column.promise(0.5)
    column.road.lms.change_person("student-1", status="Removed")
    try:
        assert column.deliver() == ["failed"]
        assert column.row().problem
    finally:
        column.road.lms.change_person("student-1", status="Active")
    with column.road.db.writing() as session:
        assert resending.resend(session, column.teacher(), None, utc_now()) == 1
    assert column.deliver(later=timedelta(seconds=5)) == ["sent"]


def test_one_token_carries_many_grades(column: Column) -> None:
    column.promise(0.1)
    column.deliver()
    column.road.lms.clear_calls()
    for step in range(3):
        column.promise(0.3 + step / 10)
        column.deliver(later=timedelta(seconds=3 * step + 2))
    assert column.road.lms.calls()["counts"].get("token", 0) == 0


def test_the_roster_is_followed_page_by_page(column: Column) -> None:
    road = column.road
    road.lms.set_options(page_size=2)
    added = road.lms.add_student("Zoë", "Ångström")
    result = syncing_roster.sync(road.border, column.teacher().course_id or 0, utc_now())
    assert result.problem == ""
    assert result.total == len(
        [one for one in road.lms.people() if one["status"] == "Active" and one["kind"] != "admin"]
    )
    road.lms.change_person(added["key"], status="Removed")
    again = syncing_roster.sync(road.border, column.teacher().course_id or 0, utc_now())
    assert again.left == 1
    road.lms.set_options(page_size=None)


def test_a_roster_that_breaks_off_makes_nobody_inactive(column: Column) -> None:
    road = column.road
    course_id = column.teacher().course_id or 0

    def active() -> set[str]:
        with road.db.reading() as session:
            return {one.subject for place, one in people.roster(session, course_id) if place.active}

    road.lms.set_options(page_size=2)
    syncing_roster.sync(road.border, course_id, utc_now())
    before = active()
    road.lms.misbehave("memberships", "500", times=None)
    result = syncing_roster.sync(road.border, course_id, utc_now())
    road.lms.set_options(page_size=None)
    assert result.problem
    assert result.left == 0
    assert active() == before
