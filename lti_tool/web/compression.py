"""Pages travel compressed: a classroom shares one slow line."""

from __future__ import annotations

import brotli
from flask import Flask, Response, request

_LEAST = 600
"""Bytes below which compressing costs more than it saves."""
_QUALITY = 4


def compress(app: Flask) -> None:
    """Compress HTML and JSON where the browser takes it. Form tokens are masked, so lengths tell nothing."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in {"text/html", "application/json"} or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["br"] or response.status_code in {204, 304}:
        return response
    body = response.get_data()
    if len(body) >= _LEAST:
        response.set_data(brotli.compress(body, quality=_QUALITY))
        response.headers["Content-Encoding"] = "br"
    return response
