"""Every route has a gate, every page its frame, and no page is heavy."""

from __future__ import annotations

import gzip
import re
from typing import Any

from source import ROOT, name

ROLES = {"student", "teacher", "assistant", "admin", "observer"}
FIRST_PAGE_KILOBYTES = 60
"""Style, scripts and icons of the first page, compressed: quick on a school's slowest line."""


def test_every_route_says_who_may_pass(app: Any) -> None:
    for rule in app.url_map.iter_rules():
        gate = getattr(app.view_functions[rule.endpoint], "gate", None)
        assert gate is not None, f"{rule} has no gate"
        assert gate.public or (gate.roles and gate.roles <= ROLES), f"{rule} lets nobody or everybody in"


def test_whatever_needs_a_visit_names_it_in_its_address(app: Any) -> None:
    for rule in app.url_map.iter_rules():
        if not app.view_functions[rule.endpoint].gate.public:
            assert "launch_id" in rule.arguments, f"{rule} asks for a role but has no visit"


def test_only_doors_of_the_lms_and_monitors_are_public(app: Any) -> None:
    public = {rule.rule for rule in app.url_map.iter_rules() if app.view_functions[rule.endpoint].gate.public}
    personal = {rule for rule in public if rule.startswith("/l/")}
    assert not personal


def test_every_template_is_a_page_or_a_part() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").rglob("*.html"))}
    parts = {
        found
        for text in texts.values()
        for found in re.findall(r"{%-?\s*(?:include|import|from)\s+\"([^\"]+)", text)
    }
    for path, text in texts.items():
        place = path.relative_to(ROOT / "templates").as_posix()
        if place != "base.html" and not place.startswith("parts/") and place not in parts:
            assert re.search(r"{%-?\s*extends\s", text), f"{name(path)} extends no base and is no part of a page"


def test_templates_hold_no_scripts_and_no_styles_of_their_own() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\son[a-z]+=\"", text), f"{name(path)} has an inline handler"
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), f"{name(path)} has an inline script"
        assert "<style" not in text, f"{name(path)} has inline styles"


def test_the_first_page_is_light() -> None:
    """What every page loads; pictures of content and what only some pages need come on demand."""
    static = ROOT / "static"
    served = [path for path in static.rglob("*") if path.suffix in {".css", ".js"} or path.name == "icons.svg"]
    assert served
    total = sum(len(gzip.compress(path.read_bytes(), 9)) for path in served)
    assert total < FIRST_PAGE_KILOBYTES * 1024, f"{total:,} bytes"
