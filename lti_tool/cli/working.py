"""`lti-tool work`: carries grades to LMSs, reads rosters at night, tidies up."""

from __future__ import annotations

import click

from .installation import prepare_database, settings_for


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def work(once: bool) -> None:
    """Carry grades to LMSs, read rosters at night, tidy up. Run at least one beside `serve`.

    Ctrl-C or SIGTERM lets it finish what is under way. It may be killed at any moment without losing a grade.
    """
    from ..jobs import worker

    settings = settings_for()
    prepare_database(settings)
    if once:
        carried = worker.work_once(settings)
        click.echo(f"Grades carried: {carried}.")
        return
    worker.work(settings, started=lambda: click.echo("The worker is ready."))
