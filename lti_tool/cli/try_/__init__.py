"""`lti-tool try`: a practice LMS, the tool and a class at work, on this machine, in one command.

*Lives here*: starting and stopping the three programs (`processes`), the road from an empty LMS to a class at work
(`road`), students who answer through the tool's own pages (`student`, `solving`, `pages`), and the comparison of
both sides' grades (`comparing`).

*Does not live here*: the practice LMS (`sandbox_platform`, a program of its own that knows nothing of us), and any
shortcut: everything goes over HTTP, as in a school.

*Start reading at* `try_` below, then `road`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from ...settings import read_settings


@click.command("try")
@click.option("--check", is_flag=True, help="Walk the road without a person, compare all grades, exit 0 if equal.")
@click.option("--port", type=click.IntRange(1, 65535), help="The tool's port on 127.0.0.1 (default: a free one).")
@click.option("--lms-port", type=click.IntRange(1, 65535), help="The practice LMS's port on localhost.")
@click.option("--students", default=None, type=click.IntRange(1, 1000), help="Size of the class.  [default: 24]")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is kept (default: try/ in the data folder; a fresh one with --check).",
)
@click.option("--kill-worker", is_flag=True, help="With --check: kill the worker again and again on the way.")
@click.option("--database-url", default="", help="Use this empty PostgreSQL database for the tool instead.")
@click.option("--jobs-url", default="", help="Use this queue (redis:// or postgresql://) instead.")
@click.pass_context
def try_(context: click.Context, /, check: bool, data: Path | None, **wanted: Any) -> None:
    """Open a practice LMS with a class at work.

    Look at it as student, teacher and admin. The first start takes a minute, because a class really works through
    it. Later starts take seconds. Nothing leaves this machine; delete the data folder to start over.
    """
    from .road import check_all, stay_open
    from .school import Plan

    if not check:
        stay_open(Plan(data=(data or read_settings().data_dir / "try").absolute(), **wanted))
        return
    if data is not None:
        context.exit(check_all(Plan(data=data.absolute(), **wanted)))
    with tempfile.TemporaryDirectory(prefix="cairn-check-") as folder:
        context.exit(check_all(Plan(data=Path(folder), **wanted)))
