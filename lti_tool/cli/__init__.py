"""What an operator types: `lti-tool serve | work | try | migrate | platforms | people | keys | doctor | …`.

*Lives here*: options, what is printed, exit codes, and the process of the web server. `try_` plays a whole class.

*Does not live here*: what happens (flows), pages (web), the worker itself (jobs).

*Start reading at* `main` below, then `serving` and `try_`.

Commands import what they need when they run, so that `--help` answers at once. Whatever goes wrong is said in one
sentence on standard error; a stack trace helps nobody at a school's desk (`LOG_LEVEL=DEBUG` still shows it).
Exit codes are in `lti-tool --help`, because scripts are built on them.
"""

from __future__ import annotations

import os
import sys

import click

from .. import __version__
from .calibrating import calibrate
from .database import backup, migrate
from .doctor import doctor
from .keys import keys
from .people import people
from .platforms import platforms
from .serving import serve
from .speaking import exit_code_and_words
from .try_ import try_
from .working import work

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lti-tool", message="%(prog)s %(version)s")
def commands() -> None:
    """Cairn: mastery checks, playlists and trustworthy grades inside the LMS a school already has.

    Settings come from the environment: BASE_URL, LTI_TOOL_DATA_DIR, DATABASE_URL, JOBS_URL, SECRET_KEY,
    TRUSTED_PROXIES and others (README.md lists them).

    \b
    Exit codes: 0 done   1 refused, or something is not well
                2 wrong use of a command   3 settings cannot be used
                4 the database is away or not up to date   70 a fault of ours
    """


for command in (serve, work, try_, migrate, platforms, people, keys, doctor, backup, calibrate):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    try:
        commands.main(args=arguments, prog_name="lti-tool")
    except Exception as error:
        if os.environ.get("LOG_LEVEL") == "DEBUG":
            raise
        code, words = exit_code_and_words(error)
        click.echo(words, err=True)
        sys.exit(code)
