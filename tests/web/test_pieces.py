"""Small pieces: answers from forms, drawings, words, languages, static files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from lti_tool.learning.errors import AnswerError
from lti_tool.learning.phrases import count, moment, say
from lti_tool.learning.verdicts import Level
from lti_tool.store.pages.views import GradeView
from lti_tool.web import assets, charts, i18n, words
from lti_tool.web.answers import read_answer, read_draft

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ([("choice", "a")], {"choice": "a"}),
        ([("choices", "a"), ("choices", "c")], {"choices": ["a", "c"]}),
        ([("text", " 3/4 ")], {"text": " 3/4 "}),
        ([("place:x", "2"), ("place:y", "1")], {"order": ["y", "x"]}),
        ([("pair:1/2", "0.5"), ("pair:1/4", "")], {"pairs": {"1/2": "0.5", "1/4": ""}}),
        ([("other", "x")], {}),
    ],
)
def test_fields_become_an_answer(fields: list[tuple[str, str]], answer: dict[str, object]) -> None:
    assert read_answer(MultiDict(fields)) == answer


@pytest.mark.parametrize("places", [("1", "1"), ("", ""), ("2", "3"), ("one", "2")])
def test_cards_need_a_place_each(places: tuple[str, str]) -> None:
    form = MultiDict([("place:x", places[0]), ("place:y", places[1])])
    with pytest.raises(AnswerError):
        read_answer(form)
    assert read_draft(form) == {}


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(AnswerError):
        read_answer(MultiDict([("text", "x" * 5000)]))


@pytest.mark.parametrize("level", list(Level))
def test_drawings_are_sound_and_hidden_from_screen_readers(level: Level) -> None:
    drawn = [
        charts.level_mark(level),
        charts.bar(0.4, level),
        charts.stacked({level: 3, Level.NONE: 1}),
        charts.answers_row([True, False, None], slots=5),
        charts.initials("<b", 7),
    ]
    for drawing in drawn:
        assert ElementTree.fromstring(drawing).get("aria-hidden") == "true"
        assert "style=" not in drawing


def test_a_bar_stays_inside_its_frame() -> None:
    assert 'width="100.0"' in charts.bar(7.0)
    assert 'width="0.0"' in charts.bar(-1.0)


def test_levels_have_words_for_people() -> None:
    assert [words.level_word(level) for level in Level] == [
        "Not started",
        "Beginning",
        "Getting there",
        "Nearly there",
        "Mastered",
    ]


def test_points_are_written_as_a_gradebook_writes_them(app: Flask) -> None:
    with app.app_context():
        assert words.points(0.8, 10) == "8 of 10"
        assert words.points(2 / 3, 10) == "6.67 of 10"
        assert words.points(None, 10) == "–"


def test_a_grade_that_is_tried_again_says_so(app: Flask) -> None:
    with app.app_context():
        assert words.grade_state(GradeView(state="waiting", attempts=2)).word == "Trying again"
        assert words.grade_state(GradeView(state="waiting")).word == "Waiting"


def test_times_are_told_by_distance(app: Flask) -> None:
    with app.app_context():
        assert i18n.ago(NOW - timedelta(seconds=20), NOW) == "just now"
        assert i18n.ago(NOW - timedelta(minutes=3), NOW) == "3 minutes ago"
        assert i18n.ago(NOW + timedelta(hours=2), NOW) == "in 2 hours"
        assert i18n.ago(NOW - timedelta(minutes=29), NOW, brief=True) == "29 min. ago"
        assert i18n.ago(NOW - timedelta(days=200), NOW) == "Aug 14, 2025"


def test_phrases_follow_their_count(app: Flask) -> None:
    with app.app_context():
        assert i18n.tell(count(1, "{count} more", "{count} more of them")) == "1 more"
        assert i18n.tell(count(1200, "{count} more", "{count} more of them")) == "1,200 more of them"
        assert i18n.tell(say("Half is {half}", half=0.5)) == "Half is 0.5"


def test_a_moment_in_a_phrase_is_a_day_by_the_readers_clock(app: Flask) -> None:
    """In the evening of a school in America it is tomorrow in UTC."""
    with app.app_context():
        told = i18n.tell(say("Next review of {skill} on {date}.", skill="<b>", date=moment(NOW)))
        assert told == (
            'Next review of &lt;b&gt; on <time datetime="2026-03-02T09:00:00+00:00" data-day>Mar 2, 2026</time>.'
        )
        assert i18n.tell(say("By {date}.", date="2026-03-02")) == "By Mar 2, 2026."


@pytest.mark.parametrize(
    ("locale", "lang", "direction", "comma"),
    [
        ("", "en", "ltr", "0.5"),
        ("en-GB", "en-GB", "ltr", "0.5"),
        ("de_CH", "en", "ltr", "0.5"),
        ("de", "en", "ltr", "0,5"),
        ("ar-XB", "en", "rtl", "0.5"),
        ("tlh-KLINGON", "en", "ltr", "0.5"),
        ("../../etc", "en", "ltr", "0.5"),
        ("fr-", "en", "ltr", "0,5"),
    ],
)
def test_a_launch_locale_decides_numbers_and_never_breaks(
    app: Flask, locale: str, lang: str, direction: str, comma: str
) -> None:
    from flask import g

    tongue = i18n.tongue_for(locale)
    assert (tongue.lang, tongue.dir) == (lang, direction)
    with app.app_context():
        g.tongue = tongue
        if locale != "ar-XB":
            assert i18n.number(0.5) == comma
        assert i18n.number(-0.04, 1) == i18n.number(0)


def test_static_files_are_joined_compressed_and_named_by_content(tmp_path: Path) -> None:
    prepared = assets.prepare(tmp_path)
    assert (prepared.root / "cairn.css").stat().st_size > 1000
    assert (prepared.root / "cairn.css.br").exists()
    assert assets.prepare(tmp_path) == prepared
    assert prepared.url("cairn.css") == f"/static/{prepared.digest}/cairn.css"


def test_static_files_are_cached_for_ever_and_the_logo_for_an_hour(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/").text
    style = page.split('href="')[1].split('"')[0]
    answer = client.get(style, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=3600" in client.get("/static/icon.png").headers["Cache-Control"]


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    assert (assets.prepare(taken).root / "cairn.css").exists()
