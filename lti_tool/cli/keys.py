"""`lti-tool keys`: the tool's own signing keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .installation import installation, utc_now

if TYPE_CHECKING:
    from ..flows.rotating_keys import KeyEntry


@click.group()
def keys() -> None:
    """The tool's own signing keys."""


@keys.command("list")
def list_keys() -> None:
    """Show our keys, newest first."""
    from ..flows import rotating_keys

    with installation() as border:
        entries = rotating_keys.listing(border, utc_now())
    if not entries:
        click.echo("No keys yet: the first is made when it is first needed.")
    for entry in entries:
        click.echo(f"{entry.kid}  made {entry.created_at:%Y-%m-%d}  {_said(entry)}")


def _said(entry: KeyEntry) -> str:
    if entry.state == "published":
        return f"published, signs from {entry.signs_from:%Y-%m-%d %H:%M} UTC"
    if entry.state == "signs":
        return "signs" if entry.retired_at is None else f"signs until {entry.retired_at:%Y-%m-%d %H:%M} UTC"
    ended = f"retired {entry.retired_at:%Y-%m-%d}"
    return f"{ended}, still published" if entry.state == "retired" else ended


@keys.command()
@click.option("--now", "at_once", is_flag=True, help="Sign with it at once: a key leaked, or the secret was lost.")
def rotate(at_once: bool) -> None:
    """Publish a new key now, sign with it in two days. Every LMS has it by then; the old one stays published after."""
    from ..flows import rotating_keys

    with installation() as border:
        fresh = rotating_keys.rotate(border, utc_now(), at_once=at_once)
    if fresh.signing:
        click.echo(f"Signing with {fresh.kid} from now on.")
        click.echo("An LMS that keeps our keys for a while may refuse us until it fetches them anew.")
        click.echo("Grades wait and are sent then; nothing is lost.")
    else:
        click.echo(f"{fresh.kid} is published. It signs from {fresh.signs_from:%Y-%m-%d %H:%M} UTC.")


@keys.command()
@click.argument("kid")
def withdraw(kid: str) -> None:
    """Stop publishing a retired key. KID is its name in the list. For one that leaked."""
    from ..flows import rotating_keys

    with installation() as border:
        rotating_keys.withdraw(border, kid, utc_now())
    click.echo(f"{kid} is gone.")
