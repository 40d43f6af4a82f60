"""Templates: what they can call, and how a page becomes a whole document or just its `<main>`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, make_response, render_template, request, url_for
from markupsafe import Markup

from ..content import figures, markup
from ..learning.verdicts import Level
from . import charts, csrf, i18n, words
from .house import house
from .session import carried, known_visit

FRAGMENT = "fragment"
PAGE = "page"
"""Values of the header `X-Cairn` with which our scripts ask for `<main>` only: to swap in place of the one that asks,
or as a page with an address of its own (where no cookie comes back pages are fetched, see `static/js/carry.js`)."""


def prepare_templates(app: Flask) -> None:
    """Give Jinja our filters and functions."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        markdown=markdown,
        inline=inline,
        drawing=drawing,
        sender=words.sender,
        plain=markup.plain,
        tell=i18n.tell,
        number=i18n.number,
        day=i18n.day,
        time=time_tag,
        minutes=i18n.duration,
        level_word=words.level_word,
        modality_word=words.modality_word,
        modality_hint=words.modality_hint,
        step_word=words.step_word,
        source_word=words.source_word,
        hardness_word=words.hardness_word,
        apart_word=words.apart_word,
        seconds=i18n.seconds,
        occasion_word=words.occasion_word,
        shown_word=words.shown_word,
        purpose_word=words.purpose_word,
        grade_state=words.grade_state,
        state_word=words.state_word,
    )
    app.jinja_env.globals.update(
        _=i18n._,
        known_visit=known_visit,
        carried=carried,
        token=token,
        level=level,
        chart=charts,
        points=words.points,
        occasions=tuple(words.OCCASIONS),
        ways_shown=tuple(words.SHOWN),
        today=today,
        this_moment=this_moment,
        to=to,
        desk=desk,
        home_url=home_url,
        asset=asset,
        own_tab=own_tab,
        course_address=course_address,
        icon=icon,
        new_key=new_key,
    )


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page of this visit: whole, or only its `<main>` when our script asks."""
    visit = known_visit()
    g.tongue = i18n.tongue_for(visit.locale if visit else "")
    layout = "parts/fragment.html" if request.headers.get("X-Cairn") in {FRAGMENT, PAGE} else "base.html"
    html = render_template(
        template,
        layout=layout,
        visit=visit,
        tongue=i18n.tongue(),
        preview=g.get("preview", False),
        **context,
    )
    response = make_response(html, status)
    response.vary.add("X-Cairn")
    return response


def see_other(url: str) -> Response:
    """Go on with a GET. 303 everywhere: a reload must never send a form or a launch again."""
    return Response(status=303, headers={"Location": url})


def is_fragment() -> bool:
    """True when our own script asks, who swaps `<main>` in place."""
    return request.headers.get("X-Cairn") == FRAGMENT


@lru_cache(maxsize=2048)
def markdown(text: str) -> Markup:
    """Authors' Markdown as safe HTML."""
    return Markup(markup.render(text))  # noqa: S704 - the renderer sanitises


@lru_cache(maxsize=2048)
def inline(text: str) -> Markup:
    """One line of authors' Markdown as safe HTML."""
    return Markup(markup.render_inline(text))  # noqa: S704 - the renderer sanitises


@lru_cache(maxsize=512)
def drawing(svg: str) -> Markup:
    """An author's figure; cleaned once more, because what is stored may be older than the cleaner."""
    return Markup(figures.clean(svg))  # noqa: S704 - the cleaner sanitises


def time_tag(at: datetime | None, brief: bool = False) -> Markup:
    """`3 minutes ago` (`brief`: `3 min. ago`) in a `<time>` that machines can read.

    The server does not know where people are: `static/js/answer.js` writes the exact moment, and the day where a day
    is all that is shown (`data-day`), by the browser's clock. Without it the moment is told in UTC, and says so.
    """
    if at is None:
        return Markup("")
    now = house().now()
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        at.isoformat(timespec="seconds"),
        at.strftime("%Y-%m-%d %H:%M UTC"),
        Markup(" data-day") if i18n.is_far(at, now) else "",
        i18n.ago(at, now, brief=brief),
    )


def this_moment() -> Markup:
    """Day and time of now, such as `Nov 30, 2026, 23:15 UTC`: for paper, which cannot say how long ago that was.

    `static/js/answer.js` writes both by the browser's clock (`data-moment`).
    """
    now = house().now()
    return Markup('<time datetime="{}" data-moment>{}, {}</time>').format(
        now.isoformat(timespec="seconds"), i18n.day(now), now.strftime("%H:%M UTC")
    )


def today(days_ahead: int = 0) -> str:
    """This day as `<input type="date">` wants it. East of Greenwich the next one may have begun."""
    return (house().now().date() + timedelta(days=days_ahead)).isoformat()


def new_key() -> str:
    """Names one filled-in form, so that sending it twice counts once."""
    return uuid4().hex


def asset(name: str) -> str:
    """The lasting address of a static file."""
    return house().assets.url(name)


def own_tab() -> str:
    """The way back into the course for a page in a tab of its own; empty in a frame, where the LMS is around."""
    return course_address() if request.headers.get("Sec-Fetch-Dest") == "document" else ""


def course_address() -> str:
    """The way back into the course, as the launch named it; empty where it named none."""
    visit = known_visit()
    url = str(visit.details.get("return_url") or "") if visit else ""
    return url if url.startswith(("https://", "http://")) else ""


def icon(name: str) -> Markup:
    """A small picture from the sprite, beside words that say the same. Arrows turn with the direction of reading."""
    return _icon(name, asset("icons.svg"))


@lru_cache(maxsize=256)
def _icon(name: str, sprite: str) -> Markup:
    turns = " turns" if name in {"next", "back"} else ""
    return Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(turns, sprite, name)


def token() -> Markup:
    """What every form that posts to us carries."""
    return _FIELD.format(csrf.FIELD, csrf.form_token())


_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


def level(value: Level | str) -> Markup:
    """Where somebody stands with a skill: always a shape, a colour and a word."""
    return _level(Level(value), words.level_word(value))


@lru_cache(maxsize=64)
def _level(value: Level, word: str) -> Markup:
    return Markup('<span class="level level-{}">{}{}</span>').format(value, charts.level_mark(value), word)


def to(endpoint: str, **values: Any) -> str:
    """Address of another page of this visit, such as `teacher.grades`."""
    return url_for(endpoint, launch_id=(request.view_args or {})["launch_id"], **values)


def desk() -> str:
    """Which of the two mounts of the student's pages we are at: the real one, or the staff's preview."""
    return "preview" if g.get("preview") else "student"


def home_url() -> str:
    """The page a visit begins with; in a preview, the student's one."""
    return to("visit.preview" if g.get("preview") else "visit.home")
