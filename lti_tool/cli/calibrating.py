"""`lti-tool calibrate`: let predictions learn from the answers of each course, and see how that went."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .installation import installation, utc_now
from .speaking import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..flows.border import Border
    from ..flows.calibrating import Outcome
    from ..store.tables import CalibrationRow

_SAID = {
    "kept": "now predicts better: {before:.4f} -> {after:.4f} nats an answer, version {version}, {answers} answers",
    "unchanged": "predicts as well as it can: {before:.4f} nats an answer, version {version} stays, {answers} answers",
    "too_few": "has too few answers to learn from",
    "busy": "is being learned from by somebody else just now",
}


@click.command()
@click.option("--course", "course_id", type=int, help="Only this course, by the number that --status shows.")
@click.option("--status", is_flag=True, help="Only say how the latest run went for each course.")
def calibrate(course_id: int | None, status: bool) -> None:
    """Let predictions learn from the answers of each course. The worker does it by itself; this is to do it now.

    Safe while people work. New parameters are kept only if they predict held-out answers better.
    """
    with installation() as border:
        if status:
            _tell_status(border)
        else:
            _learn(border, course_id)


def _learn(border: Border, course_id: int | None) -> None:
    from ..flows import calibrating

    courses = calibrating.with_evidence(border.db, course_id)
    if not courses:
        if course_id is not None:
            raise Refusal(f"Course {course_id} has no answers yet.")
        click.echo("There are no new answers to learn from.")
    for course in courses:
        name = f"course {course.course_id}, {course.content_key}"
        outcome = calibrating.calibrate_course(border.db, course, utc_now, _bar(name))
        click.echo(f"{name} {_words(outcome)}")


def _bar(name: str) -> Callable[[float], None]:
    """Progress on one line of a terminal; silence where nobody watches."""

    def hear(share: float) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{name}: {100 * share:3.0f} %", nl=False, err=True)
            if share >= 1:
                click.echo("\r" + " " * (len(name) + 8) + "\r", nl=False, err=True)

    return hear


def _words(outcome: Outcome) -> str:
    return _SAID[outcome.state].format(
        before=outcome.loss_before, after=outcome.loss_after, version=outcome.version, answers=outcome.answers
    )


def _tell_status(border: Border) -> None:
    from ..store import calibrations

    with border.db.reading() as session:
        rows = calibrations.latest(session)
        waiting = {one.course: one.new for one in calibrations.with_new_answers(session)}
    for row, title in rows:
        course = calibrations.CourseKey(course_id=row.course_id, content_key=row.content_key)
        new = waiting.pop(course, 0)
        click.echo(f"course {row.course_id} {title!r}, {row.content_key}: {_how_it_went(row)}; {new} new answers")
    for course, new in waiting.items():
        click.echo(f"course {course.course_id}, {course.content_key}: never; {new} new answers")
    if not rows and not waiting:
        click.echo("Nobody has answered anything yet.")


def _how_it_went(row: CalibrationRow) -> str:
    if row.state == "running":
        return f"under way, {100 * row.share:.0f} % done"
    when = f"{row.finished_at:%Y-%m-%d %H:%M} UTC"
    if row.state == "failed":
        return f"broke off {when} ({row.problem})"
    if row.state == "too_few":
        return f"too few answers {when}"
    losses = f"{row.loss_before:.4f} -> {row.loss_after:.4f} nats an answer"
    kept = f"version {row.version} kept" if row.state == "kept" else "nothing better found"
    return f"{kept} {when}, {row.answers} answers, {losses}"
