"""Take README.md's pictures anew: start `make try`, then `python tests/journeys/pictures/take.py STUDENT TEACHER`
with the two addresses it prints."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"


def main(addresses: dict[str, str]) -> None:
    """One small JPEG for each address: the practice LMS's page with the tool in its frame."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for who, address in addresses.items():
            page = browser.new_page(viewport={"width": 620, "height": 1120})
            page.goto(address, wait_until="networkidle")
            page.wait_for_timeout(1000)
            path = Path(__file__).with_name(f"{who}.jpg")
            page.screenshot(path=path, type="jpeg", quality=72)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(dict(zip(("student", "teacher"), sys.argv[1:3], strict=True)))
