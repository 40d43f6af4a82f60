"""Browsers that Chromium is not: what they make of our cookies is done to our answers on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[..., Iterable[bytes]]


def without_partitions(app: Application) -> Application:
    """A browser that does not know the word Partitioned: the cookie is a third party's, and blocked as such."""
    return _changed(app, lambda value: value.replace("; Partitioned", ""))


def without_cookies(app: Application) -> Application:
    """A browser that keeps no cookie of a page in a frame, in no way."""
    framed = _changed(app, lambda _: "")

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_framed = environ.get("HTTP_SEC_FETCH_DEST") in {"iframe", "empty"}
        return (framed if is_framed else app)(environ, start_response)

    return answer


def _changed(app: Application, change: Callable[[str], str]) -> Application:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [(name, change(value) if name == "Set-Cookie" else value) for name, value in headers]
            return start_response(status, [(name, value) for name, value in kept if value], *more)

        return app(environ, start)

    return answer
