"""The public front page: what this is. Nobody signs in here."""

from __future__ import annotations

from flask import Blueprint, Response

from .gates import public
from .rendering import page

pages = Blueprint("front", __name__)


@pages.get("/")
@public
def home() -> Response:
    """A short word for whoever typed the address."""
    return page("public/home.html")
