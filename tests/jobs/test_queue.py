"""One address, three engines; messages nobody else may write; pokes that never hurt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey

from classroom import practise, skills_of
from clock import Clock
from lti_tool.flows import recalculating
from lti_tool.flows.border import Border
from lti_tool.jobs.queue import make_queue, poker
from lti_tool.jobs.schedule import define_schedule
from lti_tool.jobs.tasks import define_tasks, utc_now, wake_task
from lti_tool.settings import Settings
from lti_tool.store import courses, mastery, recalculations
from lti_tool.store.database import Database
from school import new_school


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def queued(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("postgres_url").replace("postgresql+psycopg://", "postgresql://", 1)
    return replace(settings, jobs_url=url)


def run_waiting(queue: Huey) -> int:
    count = 0
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
        count += 1
    return count


def test_the_address_chooses_the_engine(settings: Settings) -> None:
    assert isinstance(make_queue(settings), SqliteHuey)
    assert isinstance(make_queue(replace(settings, jobs_url="redis://127.0.0.1:1/0")), RedisHuey)


@pytest.mark.postgres
def test_a_postgresql_address_makes_a_postgresql_queue(settings: Settings, postgres_url: str) -> None:
    url = postgres_url.replace("postgresql+psycopg://", "postgresql://", 1)
    assert isinstance(make_queue(replace(settings, jobs_url=url)), PostgresHuey)


def test_a_poke_from_one_process_wakes_a_worker_in_another(queued: Settings) -> None:
    woken: list[bool] = []
    worker = make_queue(queued)
    wake_task(worker, lambda: woken.append(True))
    poker(queued)()
    run_waiting(worker)
    assert woken == [True]


def test_many_pokes_at_once_become_one(queued: Settings) -> None:
    poke = poker(queued)
    for _ in range(50):
        poke()
    assert make_queue(queued).pending_count() <= 3


def test_a_poke_never_raises_when_the_queue_is_away(settings: Settings) -> None:
    def away(_: Settings) -> Huey:
        raise ConnectionError("away")

    poker(settings, connect=away)()


def test_messages_of_somebody_else_are_not_run(settings: Settings) -> None:
    wake_task(make_queue(replace(settings, secret="another installation entirely")), lambda: None)()
    ran: list[bool] = []
    ours = make_queue(settings)
    wake_task(ours, lambda: ran.append(True))
    with pytest.raises(ValueError, match="mismatch"):
        run_waiting(ours)
    assert not ran


def test_all_tasks_of_the_timetable_can_be_run(settings: Settings, database: Database) -> None:
    queue = make_queue(settings)
    border = Border(database, settings)
    tasks: Any = define_tasks(queue, border, lambda: None, utc_now)
    define_schedule(queue, tasks)
    for task in (tasks.sync_rosters, tasks.tidy, tasks.rotate_keys, tasks.recalculate_lost):
        task()
    assert run_waiting(queue) == 4


def test_judging_again_that_was_lost_is_taken_up_by_the_timetable(
    settings: Settings, any_database: Database, clock: Clock
) -> None:
    school = new_school(any_database, clock())
    practise(school, school.student, skills_of(school)[0], "RRR", clock())
    with any_database.writing() as session:
        row = courses.placement(session, school.placement_id)
        recalculating.begin(session, row, school.teacher.person_id, clock())
    queue = make_queue(settings)
    tasks: Any = define_tasks(queue, Border(any_database, settings), lambda: None, clock)
    tasks.recalculate_lost()
    assert run_waiting(queue) == 1
    clock.pass_by(minutes=1)
    tasks.recalculate_lost()
    assert run_waiting(queue) == 2
    with any_database.reading() as session:
        task = recalculations.latest(session, school.placement_id)
        assert task is not None
        assert (task.state, task.done, task.total) == ("done", 1, 1)
        assert len(mastery.mastered_pairs(session, school.placement_id)) == 1
