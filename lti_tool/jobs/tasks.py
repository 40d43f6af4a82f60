"""Tasks: each takes an id, calls one flow, and says in the log how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from huey import Huey
from huey.api import TaskWrapper

from ..flows import (
    calibrating,
    counting_grades,
    noticing,
    previewing,
    reading_openers,
    recalculating,
    resending,
    returning,
    rotating_keys,
    syncing_roster,
    tidying,
)
from ..flows.border import Border
from ..store.calibrations import CourseKey
from ..telemetry import log, trace


def utc_now() -> datetime:
    """The one clock of this floor."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """What can be put on the queue."""

    wake: TaskWrapper
    sync_roster: TaskWrapper
    sync_rosters: TaskWrapper
    read_openers: TaskWrapper
    read_openers_of: TaskWrapper
    recalculate: TaskWrapper
    recalculate_lost: TaskWrapper
    preview_rule: TaskWrapper
    preview_lost: TaskWrapper
    take_back: TaskWrapper
    tidy: TaskWrapper
    rotate_keys: TaskWrapper
    calibrate: TaskWrapper
    calibrate_due: TaskWrapper
    ask_for_notices: TaskWrapper
    read_sources: TaskWrapper
    resend_failed: TaskWrapper


def wake_task(queue: Huey, wake: Callable[[], None]) -> TaskWrapper:
    """The task that only says "look now". Web processes enqueue it; in a worker it sets an event."""

    def look_now() -> None:
        wake()

    return queue.task(name="look_now", expires=30)(look_now)


Clock = Callable[[], datetime]
Defined = dict[str, TaskWrapper]


def define_tasks(queue: Huey, border: Border, wake: Callable[[], None], clock: Clock) -> Tasks:
    """Put all tasks on `queue`. Names are part of the protocol between old and new workers: keep them."""
    return Tasks(
        wake=wake_task(queue, wake),
        **_roster_tasks(queue, border, clock),
        **_recalculation_tasks(queue, border, clock),
        **_preview_tasks(queue, border, clock),
        take_back=_return_task(queue, border, clock),
        **_calibration_tasks(queue, border, clock),
        **_source_tasks(queue, border, clock),
        **_house_tasks(queue, border, clock),
    )


def _roster_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    """Who may open what is asked after a roster was read, so that it is compared with those who are there now."""

    def read_openers(course_id: int) -> None:
        with trace("job"):
            answered = reading_openers.read_lately_opened(border, course_id, clock())
            log.info("openers.read", course=course_id, answered=answered)

    openers = queue.task(name="read_openers")(read_openers)

    def read_openers_of(placement_id: int) -> None:
        with trace("job"):
            answered = reading_openers.read_one(border, placement_id, clock())
            log.info("openers.read", placement=placement_id, answered=int(answered))

    def sync_roster(course_id: int) -> None:
        with trace("job"):
            result = syncing_roster.sync(border, course_id, clock())
            log.info("roster.read", course=course_id, total=result.total, problem=bool(result.problem))
        if not result.problem:
            openers(course_id)

    one = queue.task(name="sync_roster", retries=2, retry_delay=600)(sync_roster)

    def sync_rosters() -> None:
        for course_id in tidying.courses_to_refresh(border.db, clock()):
            one(course_id)

    return {
        "sync_roster": one,
        "sync_rosters": queue.task(name="sync_rosters")(sync_rosters),
        "read_openers": openers,
        "read_openers_of": queue.task(name="read_openers_of")(read_openers_of),
    }


def _recalculation_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    def recalculate(recalculation_id: int) -> None:
        with trace("job"):
            recalculating.run(border.db, recalculation_id, clock)
            log.info("recalculated", recalculation=recalculation_id)

    again = queue.task(name="recalculate", retries=2, retry_delay=30)(recalculate)

    def recalculate_lost() -> None:
        for recalculation_id in recalculating.lost(border.db, clock()):
            again(recalculation_id)

    return {"recalculate": again, "recalculate_lost": queue.task(name="recalculate_lost")(recalculate_lost)}


def _preview_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    def preview_rule(number: int) -> None:
        with trace("job"):
            previewing.run(border.db, number, clock)
            log.info("rule.tried", preview=number)

    one = queue.task(name="preview_rule")(preview_rule)

    def preview_lost() -> None:
        for number in previewing.lost(border.db, clock()):
            one(number)

    return {"preview_rule": one, "preview_lost": queue.task(name="preview_lost")(preview_lost)}


def _return_task(queue: Huey, border: Border, clock: Clock) -> TaskWrapper:
    def take_back(placement_id: int) -> None:
        with trace("job"):
            returning.take_back(border, placement_id, clock())

    return queue.task(name="take_back", retries=6, retry_delay=60)(take_back)


def _calibration_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    def calibrate(course_id: int, content_key: str) -> None:
        with trace("job"):
            course = CourseKey(course_id=course_id, content_key=content_key)
            calibrating.calibrate_course(border.db, course, clock)

    learn = queue.task(name="calibrate")(calibrate)

    def calibrate_due(how_often: Literal["hour", "night"]) -> None:
        for course in calibrating.due(border.db, clock(), how_often):
            learn(course.course_id, course.content_key)

    return {"calibrate": learn, "calibrate_due": queue.task(name="calibrate_due")(calibrate_due)}


def _source_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    """Other columns whose grades count as evidence, each read by itself."""

    def read_source(source_id: int) -> None:
        with trace("job"):
            result = counting_grades.read(border, source_id, clock())
            log.info("grade_source.read", source=source_id, fresh=result.fresh, problem=bool(result.problem))

    one = queue.task(name="read_grade_source", retries=2, retry_delay=600)(read_source)

    def read_sources() -> None:
        for source_id in counting_grades.sources_to_read(border, clock()):
            one(source_id)

    return {"read_sources": queue.task(name="read_grade_sources")(read_sources)}


def _house_tasks(queue: Huey, border: Border, clock: Clock) -> Defined:
    def tidy() -> None:
        with trace("job"):
            log.info("tidied", **tidying.tidy(border.db, clock()))

    def rotate_keys() -> None:
        with trace("job"):
            if (kid := rotating_keys.rotate_when_old(border, clock())) is not None:
                log.info("keys.rotated", kid=kid)

    def ask_for_notices() -> None:
        with trace("job"):
            if (agreed := noticing.subscribe_due(border, clock())) > 0:
                log.info("notices.agreed", count=agreed)

    def resend_failed() -> None:
        with trace("job"):
            if (count := resending.take_up_failed(border.db, clock())) > 0:
                log.info("grades.tried_again", count=count)

    return {
        "tidy": queue.task(name="tidy")(tidy),
        "rotate_keys": queue.task(name="rotate_keys")(rotate_keys),
        "ask_for_notices": queue.task(name="ask_for_notices")(ask_for_notices),
        "resend_failed": queue.task(name="resend_failed")(resend_failed),
    }
