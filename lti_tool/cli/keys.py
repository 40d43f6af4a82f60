"""`lti-tool keys`: the tool's own signing keys."""

from __future__ import annotations

import click

from .installation import installation, utc_now


@click.group()
def keys() -> None:
    """The tool's own signing keys."""


@keys.command("list")
def list_keys() -> None:
    """Show our keys, newest first."""
    from ..flows import rotating_keys

    with installation() as border:
        entries = rotating_keys.listing(border)
    if not entries:
        click.echo("No keys yet: the first is made when it is first needed.")
    for entry in entries:
        state = (
            "signs" if entry.signing else f"retired {entry.retired_at:%Y-%m-%d}" if entry.retired_at else "spare"
        )
        click.echo(f"{entry.kid}  made {entry.created_at:%Y-%m-%d}  {state}")


@keys.command()
def rotate() -> None:
    """Make a new key and sign with it from now on. The old one stays published for two weeks."""
    from ..flows import rotating_keys

    with installation() as border:
        kid = rotating_keys.rotate(border, utc_now())
    click.echo(f"Signing with {kid} from now on.")
