"""`lti-tool migrate` and `lti-tool backup`."""

from __future__ import annotations

from pathlib import Path

import click

from .installation import settings_for
from .speaking import Refusal


@click.command()
def migrate() -> None:
    """Bring the database up to date. Safe to run again, and from several machines at once."""
    from ..store import migrating

    steps = migrating.upgrade(settings_for().database)
    for step in steps:
        click.echo(f"done: {step}")
    click.echo("The database is up to date.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the embedded database to FILE while the tool runs.

    Keep the data folder's keys/secret.key (or SECRET_KEY) with it: without that the signing keys in the copy stay
    locked. A PostgreSQL database is copied with pg_dump.
    """
    from ..store.copying import copy_sqlite

    settings = settings_for()
    if not settings.embedded:
        raise Refusal("This installation uses PostgreSQL: make a copy with pg_dump.")
    if file.exists():
        raise Refusal(f"{file} is there already; choose another name.")
    size = copy_sqlite(settings.database, file)
    click.echo(f"Copied {size:,} bytes to {file}")
