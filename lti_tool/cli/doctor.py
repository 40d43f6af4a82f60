"""`lti-tool doctor`: what works and what does not, with the cure in words."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from .installation import installation, utc_now
from .speaking import REFUSED

_SIGNS = {"green": "ok  ", "grey": "--  ", "red": "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts and monitoring.")
@click.option("--gradebook", is_flag=True, help="Also make a test column in the newest course, and remove it.")
def doctor(as_json: bool, gradebook: bool) -> None:
    """Say what works and what does not, and how to fix it. Exits with 1 when something is not well."""
    from ..flows import checking

    with installation() as border:
        checks = checking.doctor(border, utc_now(), gradebook=gradebook)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2, default=str))
    else:
        for check in checks:
            click.echo(f"{_SIGNS[check.state]}{check.title}: {check.what}")
            if check.state != "green" and check.cure:
                click.echo(f"      {check.cure}")
    if any(check.state == "red" for check in checks):
        sys.exit(REFUSED)
