"""The browser of the journeys: where it is, how it is started, and one line on how to get it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

PATIENCE_MILLISECONDS = 30_000
"""How long a page may take before a test gives up on it, on a machine with much else to do."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A frame of another site would get a process of its own. While a launch hands it from one to the next, Playwright
    # (1.65) may lose it for good: the page stands there and is never found. Cookies, storage and messages go by sites,
    # not by processes.
    "--disable-site-isolation-trials",
)


expect.set_options(timeout=PATIENCE_MILLISECONDS)


def chromium_path() -> str:
    """The program, or a failed test that says how to get it: a journey is never left out in silence."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found or not Path(found).exists():
        pytest.fail(
            "The journeys need Chromium: sudo apt-get install chromium (or set CHROMIUM=path)", pytrace=False
        )
    return found
