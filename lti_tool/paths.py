"""Where templates/, static/ and migrations/ lie: beside the package in a checkout, inside it in a wheel.

And who may read the files of an installation.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent if (_PACKAGE.parent / "pyproject.toml").exists() else None
_ASSETS = _CHECKOUT or _PACKAGE / "_assets"

TEMPLATES = _ASSETS / "templates"
STATIC = _ASSETS / "static"
MIGRATIONS = _ASSETS / "migrations"
KEYS = _CHECKOUT and _CHECKOUT / "keys"
"""Where an operator may keep secrets beside a checkout; none beside a wheel."""


def keep_private(file: Path) -> None:
    """Make an empty file that only its owner reads, and its folder, unless they are there.

    For databases: they hold what children did. SQLite gives its other files the mode of the first.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
