"""Texts of authors become HTML that is safe for children and speaks its maths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.content.markup import maths_problems, plain, render, render_inline
from lti_tool.content.maths import MathsError, to_mathml

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<p onclick="alert(1)">x</p>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    '<a href="javascript:x">x</a>',
    '<p style="position:fixed">x</p>',
    "<iframe src=https://example.org></iframe>",
    "<svg onload=alert(1)>",
    "![x](https://example.org/track.png)",
    "<style>p{display:none}</style>",
    "$<script>alert(1)</script>$",
    "`<script>`",
    "[x]: javascript:alert(1)\n\n[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_through(text: str) -> None:
    for html in (render(text), render_inline(text)):
        assert not re.search(r"<(script|img|iframe|svg|style)\b", html, re.IGNORECASE)
        assert not re.search(r"<[^>]*\s(on\w+|style|src)\s*=", html, re.IGNORECASE)
        assert not re.search(r"<[^>]*href\s*=\s*[\"']?\s*(javascript|data|vbscript)", html, re.IGNORECASE)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*HOSTILE, "$1/2$", "*", "[", "](", ")", "\n", '"', "<", ">", "`", "$"]), max_size=8)
)
def test_no_mixture_comes_through(pieces: list[str]) -> None:
    html = render("".join(pieces))
    assert not re.search(r"<(script|img|iframe|svg|style)\b|<[^>]*\s(on\w+|style|src)\s*=", html, re.IGNORECASE)


def test_everyday_markdown() -> None:
    html = render("**bold** and *soft*\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    for tag in ("<strong>", "<em>", "<ol>", "<table>", "<td>"):
        assert tag in html


def test_headings_leave_the_first_two_levels_to_the_page() -> None:
    assert render("# A\n\n## B\n\n###### C") == "<h3>A</h3>\n<h4>B</h4>\n<h6>C</h6>\n"


def test_links_open_outside_the_frame() -> None:
    html = render("[more](https://example.org/a)")
    assert 'target="_blank"' in html
    assert "noopener" in html


def test_fractions_become_mathml() -> None:
    half = '<math displaystyle="true"><mrow><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow></math>'
    assert render_inline("$1/2$") == half
    assert render("Take $1/2$ of it.") == f"<p>Take {half} of it.</p>\n"


def test_mixed_numbers_hold_an_invisible_plus() -> None:
    assert "<mn>1</mn><mo>\u2064</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>" in render_inline("$1 1/2$")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("1/2 + 1/3 = 5/6", "<mo>+</mo><mfrac><mn>1</mn><mn>3</mn></mfrac><mo>=</mo>"),
        ("3 - 1", "<mn>3</mn><mo>−</mo><mn>1</mn>"),
        ("2 * 3 ÷ 4 × 5", "<mo>×</mo><mn>3</mn><mo>÷</mo><mn>4</mn><mo>×</mo>"),
        ("(1 + 2)/5", "<mfrac><mrow><mn>1</mn><mo>+</mo><mn>2</mn></mrow><mn>5</mn></mfrac>"),
        ("a/b", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        ("?/12", "<mfrac><mi>□</mi><mn>12</mn></mfrac>"),
        ("1/2 < 0.75", "<mo>&lt;</mo><mn>0.75</mn>"),
        ("4 = 8/2", "<mn>4</mn><mo>=</mo><mfrac>"),
    ],
)
def test_the_grammar(source: str, part: str) -> None:
    assert part in to_mathml(source)


def test_a_long_formula_may_be_put_on_several_lines() -> None:
    html = render("So $1 1/2 + (3 + 4)/10 = -2.5 < 10$.")
    formulas = re.findall(r"<math[^>]*><mrow>(.*?)</mrow></math>", html)
    assert [re.sub(r"<[^>]+>", "", one) for one in formulas] == ["1\u206412", "+3+410", "=−2.5", "&lt;10"]
    assert html.count('<mo form="infix">') == 3, "each sign keeps its distance from what follows"
    assert html.endswith("</math>\u2060.</p>\n"), "and the full stop stays with the formula"


@pytest.mark.parametrize("source", ["", "1/", "/2", "1//2", "(1", "1)", "1/+2", "1 & 2", "\\frac{1}{2}"])
def test_maths_outside_the_grammar_is_named_and_shown_as_typed(source: str) -> None:
    with pytest.raises(MathsError):
        to_mathml(source)
    if source:
        assert maths_problems(f"a ${source}$ b")
        assert "<math" not in render(f"a ${source}$ b")


def test_prices_stay_prices() -> None:
    assert render("It costs $5 or $6 today.") == "<p>It costs $5 or $6 today.</p>\n"
    assert render("\\$1/2\\$") == "<p>$1/2$</p>\n"


def test_plain_text_for_places_without_html() -> None:
    assert plain("**Half** is $1/2$, $2 < 3$ & `more`") == "Half is 1/2, 2 < 3 & more"
    assert plain("one-third is $1 - 2 * 1/3$") == "one-third is 1 − 2 × 1/3", "a minus and a times can be read out"


@settings(deadline=None)
@given(st.text(alphabet="0123456789/+-×÷=<>() ab?.", max_size=20))
def test_any_maths_is_shown_or_refused(source: str) -> None:
    try:
        html = to_mathml(source)
    except MathsError:
        return
    assert html.count("<mrow>") == html.count("</mrow>")
    assert html.count("<mfrac>") == html.count("</mfrac>")
