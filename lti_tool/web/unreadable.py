"""What no honest browser sends, refused before anybody looks at it: NUL in text, numbers that no row can have.

PostgreSQL keeps neither, SQLite keeps one and chokes on the other; without this each field would have to think of it.
"""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter

HIGHEST_ROW = 2**31 - 1
"""The largest key of a row, everywhere."""
_DIGITS = len(str(HIGHEST_ROW))
_NUL = "\0"


class RowNumber(IntegerConverter):
    """A row's key in an address; any other number leads nowhere."""

    regex = rf"\d{{1,{_DIGITS}}}"

    def __init__(self, map_, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(map_, *args, **{**kwargs, "max": HIGHEST_ROW})


def row_number(typed: str) -> int | None:
    """A row's key as a form sends it, None for anything else."""
    if not typed.isdecimal() or len(typed) > _DIGITS:
        return None
    number = int(typed)
    return number if number <= HIGHEST_ROW else None


def refuse_unreadable(app: Flask) -> None:
    """Stand before every request. Has to be called before addresses are registered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_check)


def _check() -> None:
    if _NUL in request.path or _has_nul(request.args) or (request.method == "POST" and _has_nul(request.form)):
        abort(400)


def _has_nul(sent: MultiDict[str, str]) -> bool:
    return any(_NUL in name or _NUL in text for name, text in sent.items(multi=True))
