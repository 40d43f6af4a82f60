"""Markdown from authors -> HTML that is safe to show to children.

Two gates: raw HTML is not Markdown here (it is shown as typed), and whatever comes out passes an allow-list (nh3).
No pictures and no styles: figures have their own place and their own gate (`figures`).
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from .maths import MathsError, in_letters, to_mathml

_TEXT_TAGS = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
_HEADINGS = {"h3", "h4", "h5", "h6"}
_TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
_MATHS_TAGS = {"math", "mrow", "mfrac", "mn", "mi", "mo", "mtext"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "math": {"displaystyle"}, "mo": {"form"}}
_WORD_JOINER = "&#x2060;"
_CLOSING = tuple(".,;:!?)”’…%")
_MATHS = re.compile(r"\$(?![\s$])([^$\n]*[^$\s])\$(?!\d)")


@lru_cache(maxsize=4096)
def render(markdown: str) -> str:
    """Safe HTML of a text: paragraphs, lists, tables, emphasis, links (new tab) and maths as MathML.

    Headings start at level 3, because the page around the text has its own first two. The result is remembered:
    a course has few texts, and each is shown to many.
    """
    return _clean(_parser().render(markdown))


@lru_cache(maxsize=4096)
def render_inline(markdown: str) -> str:
    """Safe HTML of one line, without a paragraph around it: for labels, buttons and table cells."""
    return _clean(_parser().renderInline(markdown))


def plain(markdown: str) -> str:
    """The text without marks, for places that hold no HTML (`<option>`, titles, the record)."""
    text = nh3.clean(_parser().renderInline(_MATHS.sub(_in_letters, markdown)), tags=set())
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(name, character)
    return " ".join(text.split())


def _in_letters(found: re.Match[str]) -> str:
    return in_letters(found[1])


def maths_problems(markdown: str) -> tuple[str, ...]:
    """What is wrong with the maths in a text, for its author; empty when all is well."""
    if "$" not in markdown:
        return ()
    env: dict[str, list[str]] = {"problems": []}
    _parser().render(markdown, env)
    return tuple(dict.fromkeys(env["problems"]))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TEXT_TAGS | _HEADINGS | _TABLE_TAGS | _MATHS_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    parser.inline.ruler.before("emphasis", "maths", _maths_rule)
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.add_render_rule("maths", _render_maths)
    return parser


def _maths_rule(state: StateInline, silent: bool) -> bool:
    """`$3/4$`: no space inside the signs, no digit right after them, so that prices stay prices."""
    found = _MATHS.match(state.src, state.pos)
    if found is None:
        return False
    try:
        mathml = to_mathml(found[1])
    except MathsError as error:
        state.env.setdefault("problems", []).append(f"${found[1]}$: {error}")
        return False
    if not silent:
        token = state.push("maths", "math", 0)
        # A formula is like a picture to a browser: it would put a full stop behind it on the next line.
        token.content = mathml + _WORD_JOINER * state.src.startswith(_CLOSING, found.end())
    state.pos = found.end()
    return True


def _render_maths(
    _renderer: RendererHTML, tokens: list[Token], position: int, _options: OptionsDict, _env: EnvType
) -> str:
    return tokens[position].content


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
