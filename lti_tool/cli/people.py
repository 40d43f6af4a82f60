"""`lti-tool people`: what is kept about one person, to hand out or to erase."""

from __future__ import annotations

import json
from typing import Any

import click

from .installation import installation, utc_now


@click.group()
def people() -> None:
    """What is kept about one person: find, export, erase."""


@people.command()
@click.argument("words")
def find(words: str) -> None:
    """Find people by name, e-mail or LMS id. A part of the name or e-mail is enough; shows the number of each."""
    from ..flows import forgetting

    with installation() as border, border.db.reading() as session:
        found = forgetting.search(session, words)
    if not found:
        click.echo("Nobody.")
    for one in found:
        known = "  ".join(text for text in (one.name or "(no name)", one.email) if text)
        click.echo(f"{one.number:>6}  {known}  id {one.subject} in {one.lms} of {one.organisation}")


@people.command()
@click.argument("number", type=int)
@click.option(
    "--to", "file", type=click.File("w", encoding="utf-8"), default="-", help="A file (default: show it)."
)
def export(number: int, file: Any) -> None:
    """Everything kept about the person with this NUMBER, as JSON."""
    from ..flows import forgetting

    with installation() as border, border.db.writing() as session:
        kept = forgetting.export(session, number, utc_now())
    file.write(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


@people.command()
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(number: int, yes: bool) -> None:
    """Erase everything about the person with this NUMBER. Cannot be undone.

    Grades that reached the LMS stay there, and on record here without a name. Remove the person from their courses in
    the LMS first: otherwise the next roster brings the name back. Backups are yours to let expire.
    """
    from ..flows import forgetting

    if not yes:
        click.confirm("This erases all answers, verdicts and grades of this person. Go on?", abort=True)
    with installation() as border, border.db.writing() as session:
        counts = forgetting.erase(session, number, utc_now())
    click.echo(
        "Erased: " + ", ".join(f"{many} {table.replace('_', ' ')}" for table, many in sorted(counts.items()))
    )
