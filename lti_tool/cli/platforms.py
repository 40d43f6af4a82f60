"""`lti-tool platforms`: which LMSs may use this tool."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import click

from .installation import installation, utc_now
from .speaking import Refusal


@click.group()
def platforms() -> None:
    """Which LMSs may use this tool."""


@platforms.command()
@click.option("--name", required=True, help="What you call this LMS, such as “Lincoln High”.")
@click.option("--organisation", default="", help="The school or district it belongs to (default: the name).")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 365), help="Works this long.")
def invite(name: str, organisation: str, days: int) -> None:
    """Print a registration address for an LMS admin. It works once. The last line is the address."""
    from ..flows import registering

    with installation() as border:
        if "BASE_URL" not in os.environ:
            click.echo(f"BASE_URL is not set, so this address begins with {border.settings.base_url}", err=True)
        address = registering.invite(border, name, utc_now(), organisation=organisation, days=days)
    click.echo(f"Give this address to the admin of {name}. It works once, for {days} days:")
    click.echo(address)


@platforms.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
def add(file: Any) -> None:
    """Register an LMS from a JSON FILE (- reads standard input). The same file again changes nothing.

    It holds client_id, deployment_ids, and either lms (as the pages below /install/ are called; with site where
    each school has its own addresses) or issuer, auth_login_url, auth_token_url and key_set_url; name, organisation
    and auth_audience if you like.
    """
    from ..flows import registering

    try:
        values = json.load(file)
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal(f"{Path(file.name).name} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise Refusal(f"{Path(file.name).name} must hold one JSON object.")
    with installation() as border:
        done = registering.add_by_hand(border, values, utc_now())
    for warning in done.warnings:
        click.echo(warning, err=True)
    click.echo(f"{done.id}  {done.name}  {done.status}")


@platforms.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def list_platforms(as_json: bool) -> None:
    """Show all registered LMSs."""
    from ..flows import registering

    with installation() as border, border.db.reading() as session:
        rows = [_as_values(row) for row in registering.listing(session)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo("No LMS yet. Make a registration address with: lti-tool platforms invite --name NAME")
    for row in rows:
        seen = (row["last_launch_at"] or "never")[:16].replace("T", " ")
        where = f"({row['issuer']}, client {row['client_id']})"
        click.echo(f"{row['id']:>4}  {row['status']:<8}  {row['name']}  {where}  last launch: {seen}")


def _as_values(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "issuer": row.issuer,
        "client_id": row.client_id,
        "product": row.product,
        "last_launch_at": row.last_launch_at.isoformat() if row.last_launch_at else None,
        "created_at": row.created_at.isoformat(),
    }


@platforms.command()
@click.argument("number", type=int)
def approve(number: int) -> None:
    """Let in the LMS with this NUMBER (see list)."""
    _change("approve", number)


@platforms.command()
def waiting() -> None:
    """Show who waits to be let in: LMSs, and installations inside them. With the command for each."""
    from ..flows import registering

    with installation() as border, border.db.reading() as session:
        found = registering.waiting(session)
        lmss = [_as_values(row) for row in registering.listing(session) if row.status == "pending"]
    if not found and not lmss:
        click.echo("Nobody waits.")
    for row in lmss:
        since = row["created_at"][:16].replace("T", " ")
        click.echo(f"{row['name']} ({row['issuer']}, client {row['client_id']})  since {since} UTC")
        click.echo(f"      lti-tool platforms approve {row['id']}")
    for one in found:
        click.echo(f"{one.deployment_id}  of {one.name} ({one.issuer})  since {one.since:%Y-%m-%d %H:%M} UTC")
        click.echo(f"      lti-tool platforms admit {one.registration_id} {shlex.quote(one.deployment_id)}")


@platforms.command()
@click.argument("number", type=int)
@click.argument("deployment")
def admit(number: int, deployment: str) -> None:
    """Let in one DEPLOYMENT of an LMS. NUMBER is the LMS; its other deployments go on waiting."""
    _decide(number, deployment, admitted=True)


@platforms.command()
@click.argument("number", type=int)
@click.argument("deployment")
def refuse(number: int, deployment: str) -> None:
    """Keep one DEPLOYMENT of an LMS out. NUMBER is the LMS; it stays out when the LMS is approved later."""
    _decide(number, deployment, admitted=False)


def _decide(number: int, deployment: str, *, admitted: bool) -> None:
    from ..flows import registering

    with installation() as border, border.db.writing() as session:
        status = registering.decide(session, number, deployment, utc_now(), admit=admitted)
    click.echo(f"{deployment}  {status}")


@platforms.command()
@click.argument("number", type=int)
def pause(number: int) -> None:
    """Stop launches and grades of an LMS. Nothing is lost; approve lets it in again."""
    _change("pause", number)


@platforms.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option("--deployment", "pairs", multiple=True, metavar="OLD=NEW", help="Which takes the place of which.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def move(old: int, new: int, pairs: tuple[str, ...], yes: bool) -> None:
    """Give courses, people and grades of the LMS OLD to NEW: it is the same one, registered again.

    For when Cairn was deleted in the LMS and installed anew there: the LMS gave it a new client ID. OLD and NEW are
    numbers (see list). NEW is one with OLD afterwards. Open Cairn once from the LMS before.
    """
    from ..flows import moving

    if any("=" not in pair for pair in pairs):
        raise Refusal("Write --deployment as OLD=NEW, by the ids the LMS gives.")
    named = dict(pair.partition("=")[::2] for pair in pairs)
    with installation() as border:
        with border.db.reading() as session:
            planned = moving.preview(session, old, new, named)
        seen = f"{planned.old_last_launch_at:%Y-%m-%d %H:%M} UTC" if planned.old_last_launch_at else "never"
        click.echo(f"from  {planned.old}  last launch: {seen}")
        click.echo(f"to    {planned.new}")
        for before, after in planned.deployments:
            click.echo(f"      deployment {before} becomes {after}")
        click.echo(f"moves {planned.people} people, {planned.courses} courses, with all answers, rules and grades")
        if planned.set_up_lost:
            click.echo(f"goes  what was set up anew meanwhile: {planned.set_up_lost} activities")
        if not yes:
            click.confirm("The old client ID will not work any more. Go on?", abort=True)
        with border.db.writing() as session:
            moving.move(session, old, new, named, utc_now())
    click.echo("Done. Grades go to the columns of the new installation as soon as somebody opens the activity.")


@platforms.command()
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(number: int, yes: bool) -> None:
    """Remove an LMS with everything its people did here. Cannot be undone."""
    if not yes:
        click.confirm("This deletes all answers and grades that came through it. Go on?", abort=True)
    _change("remove", number)


def _change(what: str, number: int) -> None:
    from ..flows import registering

    with installation() as border, border.db.writing() as session:
        done = getattr(registering, what)(session, number, utc_now())
    click.echo(f"{done.id}  {done.name}  {done.status}")
