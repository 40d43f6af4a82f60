"""Figures: SVG drawings from authors, through an allow-list.

Shapes, texts and plain attributes pass. Scripts, styles, event handlers, links, pictures from elsewhere and
anything else are named as problems, and cut out before a figure is stored, so the page may show it inline.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

LARGEST_BYTES = 40_000

_SHAPES = {"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"}
_TAGS = _SHAPES | {"svg", "g", "title", "desc", "text", "tspan"}
_EVERYWHERE = {
    "class", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "stroke-opacity", "opacity", "transform",
}  # fmt: skip
_PLACES = {
    "svg": {"viewbox", "xmlns", "width", "height", "preserveaspectratio", "font-family", "font-size"},
    "rect": {"x", "y", "width", "height", "rx", "ry"},
    "circle": {"cx", "cy", "r"},
    "ellipse": {"cx", "cy", "rx", "ry"},
    "line": {"x1", "y1", "x2", "y2"},
    "polyline": {"points"},
    "polygon": {"points"},
    "path": {"d"},
    "text": {"x", "y", "dx", "dy", "text-anchor", "font-size", "font-weight", "font-family", "dominant-baseline"},
    "tspan": {"x", "y", "dx", "dy", "font-size", "font-weight"},
    "g": {"font-size", "font-weight", "font-family", "text-anchor"},
}
_AS_WRITTEN = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
# A value never needs a bracketed function other than these, and url(...) would reach outside.
_VALUE = re.compile(r"(?:(?:translate|rotate|scale|skewX|skewY|matrix|rgb|var)\([^()]*\)|[^()<>\\]|&(?!#))*")


def problems(svg: str) -> tuple[str, ...]:
    """What in a drawing would be cut out or keeps it from being a figure, for its author."""
    if len(svg.encode()) > LARGEST_BYTES:
        return (f"the figure is larger than {LARGEST_BYTES // 1000} kB",)
    if not re.match(r"\s*<svg[\s>]", svg) or not re.search(r"</svg>\s*$", svg):
        return ("the figure must start with <svg and end with </svg>",)
    reader = _FigureReader()
    reader.feed(svg)
    reader.close()
    if "viewbox" not in reader.on_svg:
        reader.found.append("<svg> needs a viewBox, so that the figure can shrink on a phone")
    return tuple(dict.fromkeys(reader.found))


def clean(svg: str) -> str:
    """The drawing with everything outside the allow-list cut out; cleaning twice changes nothing."""
    return nh3.clean(
        svg,
        tags=_TAGS,
        attributes={tag: {_AS_WRITTEN.get(name, name) for name in _allowed(tag)} for tag in _TAGS},
        attribute_filter=lambda _tag, _name, value: value if _VALUE.fullmatch(value) else None,
        clean_content_tags={"script", "style", "foreignObject"},
    ).strip()


def _allowed(tag: str) -> set[str]:
    return _EVERYWHERE | _PLACES.get(tag, set())


class _FigureReader(HTMLParser):
    """Collects what is not allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.on_svg: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.found.append(f"<{tag}> is not allowed in a figure")
            return
        if tag == "svg":
            self.on_svg |= {name for name, _ in attrs}
        for name, value in attrs:
            if name not in _allowed(tag):
                self.found.append(f"the attribute {name} is not allowed on <{tag}>")
            elif not _VALUE.fullmatch(value or ""):
                self.found.append(f"the value of {name} on <{tag}> is not allowed")

    def handle_decl(self, decl: str) -> None:
        self.found.append("document types are not allowed in a figure")

    def handle_pi(self, data: str) -> None:
        self.found.append("processing instructions are not allowed in a figure")
