"""Drawings may draw, and nothing else."""

from __future__ import annotations

import pytest

from lti_tool.content.figures import clean, problems

GOOD = '<svg viewBox="0 0 10 10"><rect x="1" y="1" width="5" height="5" fill="currentColor"></rect></svg>'


def around(inside: str) -> str:
    return f'<svg viewBox="0 0 10 10">{inside}</svg>'


def test_a_plain_drawing_passes_unchanged() -> None:
    assert problems(GOOD) == ()
    assert clean(GOOD) == GOOD


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onclick="alert(1)"/>',
        '<rect style="fill:red"/>',
        "<style>*{}</style>",
        '<a href="https://example.org"><rect/></a>',
        '<use href="#a"/>',
        '<image href="https://example.org/a.png"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<rect fill="url(https://example.org/a)"/>',
        '<rect fill="URL(#a)"/>',
        '<animate attributeName="href" to="javascript:x"/>',
        '<text id="a">x</text>',
    ],
)
def test_everything_else_is_named_and_cut_out(inside: str) -> None:
    assert problems(around(inside))
    cleaned = clean(around(inside))
    assert problems(cleaned) == ()
    for trace in ("script", "onclick", "style", "href", "url", "URL", "example.org", "foreign", "animate", "alert"):
        assert trace not in cleaned


def test_a_drawing_must_be_one_and_able_to_shrink() -> None:
    assert problems("<p>no</p>")
    assert problems("<svg><rect/></svg>") == ("<svg> needs a viewBox, so that the figure can shrink on a phone",)
    assert problems('<!DOCTYPE svg [<!ENTITY a "b">]>' + GOOD)
    assert "larger than" in problems(around("<g></g>" * 10_000))[0]


def test_cleaning_twice_changes_nothing() -> None:
    once = clean(around('<g transform="rotate(30 5 5)"><path d="M0 0L1 1Z" stroke="#123"/><b>x</b></g>'))
    assert clean(once) == once
