"""The gradebook: columns, grades in, results out (Assignment and Grade Services 2.0). Points exist only here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urljoin

from lti_tool.lti.claims import is_web_address, plain
from lti_tool.lti.connection import Connection
from lti_tool.lti.errors import ColumnLost, Meaning, PlatformError, ScoreOutdated, ScoreRefused
from lti_tool.lti.http import Answer
from lti_tool.lti.paging import entries, pages, with_path, with_query
from lti_tool.lti.receipts import came_instead, doubt_of, json_of
from lti_tool.lti.times import iso, moment_of
from lti_tool.lti.values import Column, ColumnWish, GradingProgress, ScoreToSend, SeenResult
from lti_tool.telemetry import log

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
COLUMN_SCOPE = _SCOPE + "lineitem"
COLUMN_READ_SCOPE = _SCOPE + "lineitem.readonly"
SCORE_SCOPE = _SCOPE + "score"
RESULT_SCOPE = _SCOPE + "result.readonly"

COLUMN_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
COLUMNS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"

COLUMN_GONE = (
    "The gradebook column is gone. Somebody may have deleted it. “Send again” looks for it, makes a new one where there"
    " is none, and sends all grades."
)

_NOT_OURS = ("startDateTime", "endDateTime", "gradesReleased", "submissionReview")
"""What AGS 2.0 §3.1.1 lets a column have besides: set by the teacher or when the link was made, and never by us."""
_SENTENCES = {
    Meaning.OUTDATED: "The gradebook has an equal or newer entry for this learner.",
    Meaning.NOT_A_STUDENT: "The gradebook has no row for this person. Only enrolled students can get a grade.",
    Meaning.NOT_FOUND: COLUMN_GONE,
    Meaning.LOCKED: "This grade is locked in the gradebook, or its whole column is. Unlock it there.",
}

_NO_COLUMNS = (
    "The LMS does not let this tool make gradebook columns. Add the activity from the LMS’s own menu with a grade, or"
    " ask your LMS admin to allow it."
)
_NO_SCORES = (
    "The LMS does not let this tool send grades. Ask your LMS admin to allow it, then open the activity once more."
)


def send(connection: Connection, line_item_url: str, score: ScoreToSend, scopes: Sequence[str] = ()) -> bool:
    """Put a grade into the gradebook. True when it went out.

    `scopes` are what the launch offers; none given means all. False when this LMS would empty the grade because of a
    message without one, so nothing was sent. Raises `ScoreOutdated` (read the result before calling it settled),
    `ScoreRefused` or `PlatformError`.
    """
    _must_offer(scopes, SCORE_SCOPE, _NO_SCORES)
    finished = score.given is not None and score.grading is GradingProgress.FULLY_GRADED
    if not finished and not connection.platform.sends_unscored:
        return False
    try:
        answer = connection.request(
            "POST",
            with_path(line_item_url, "/scores"),
            (SCORE_SCOPE,),
            content_type=SCORE_TYPE,
            content=_score(connection, score),
        )
    except PlatformError as error:
        if error.status in range(200, 300) and _has_arrived(connection, line_item_url, score):
            return True  # taken, with more words than anybody reads
        raise _explained(connection, error, line_item_url, scopes) from error
    doubt = doubt_of(answer)
    if doubt and not _has_arrived(connection, line_item_url, score):
        raise PlatformError(doubt, permanent=False, status=answer.status)
    return True


def _has_arrived(connection: Connection, line_item_url: str, score: ScoreToSend) -> bool:
    try:
        seen = next(results(connection, line_item_url, score.subject), None)
    except PlatformError:
        return False
    if seen is None or seen.score is None or score.given is None:
        return score.given is None and seen is not None and seen.score is None
    return math.isclose(seen.score, score.given, abs_tol=0.005)


def _score(connection: Connection, score: ScoreToSend) -> dict[str, Any]:
    platform = connection.platform
    body: dict[str, Any] = {
        "userId": score.subject,
        "timestamp": iso(score.at),
        "activityProgress": score.activity.value,
        "gradingProgress": score.grading.value,
    }
    if score.given is not None:
        body["scoreGiven"] = round(min(max(score.given, 0.0), 1.0) * score.maximum, 6)
        body["scoreMaximum"] = _number(score.maximum)
    if score.comment:
        body["comment"] = platform.clean_comment(score.comment)
    if score.submitted_at is not None and platform.sends_submission_times:
        body["submission"] = _submission(score.started_at, min(score.submitted_at, score.at))
    return body | platform.score_extra(score)


def _submission(began: datetime | None, handed_in: datetime) -> dict[str, str]:
    """When the work was begun and handed in, in that order (AGS 2.0, “submission”)."""
    started = {"startedAt": iso(began)} if began is not None and began <= handed_in else {}
    return started | {"submittedAt": iso(handed_in)}


def _explained(
    connection: Connection, error: PlatformError, line_item_url: str, scopes: Sequence[str]
) -> PlatformError:
    meaning = error.meaning
    if meaning not in _SENTENCES:
        return error
    if meaning is Meaning.NOT_FOUND and _is_there(connection, line_item_url, scopes):
        meaning = Meaning.NOT_A_STUDENT
    if meaning is Meaning.OUTDATED:
        return ScoreOutdated(_SENTENCES[meaning], status=error.status, words=error.words)
    return ScoreRefused(meaning, _SENTENCES[meaning], status=error.status, words=error.words)


def _is_there(connection: Connection, line_item_url: str, scopes: Sequence[str]) -> bool:
    """True when the LMS shows the column: what it did not find was the person, then, and it did not say so."""
    try:
        read_column(connection, line_item_url, scopes)
    except PlatformError:
        return False
    return True


def find_or_create_column(
    connection: Connection, line_items_url: str, wish: ColumnWish, scopes: Sequence[str] = ()
) -> Column:
    """The column of `wish`, found by its marks or made. One column, also when the first answer got lost.

    `scopes` are what the launch offers; none given means all. Hold a lock of your own around the first call for a
    placement, since LMSs have no way to say "unless it exists". What two processes make at the same moment is one
    column in the end: all take the first of the list and remove their own (hypothesis/lms issue 7224).
    """
    found = find_column(connection, line_items_url, wish, scopes)
    if found is not None:
        return found
    made = create_column(connection, line_items_url, wish, scopes)
    first = find_column(connection, line_items_url, wish, scopes) or made
    if first.line_item_url != made.line_item_url:
        _remove_quietly(connection, made.line_item_url)
    return first


def _remove_quietly(connection: Connection, line_item_url: str) -> None:
    """An empty column too many is a pity, but no reason to keep a grade back."""
    try:
        delete_column(connection, line_item_url)
    except PlatformError as error:
        log.warning("column.left_over", registration=connection.registration.id, status=error.status)


def find_column(
    connection: Connection, line_items_url: str, wish: ColumnWish, scopes: Sequence[str] = ()
) -> Column | None:
    """The column that carries the marks of `wish` (resource_id, tag), or None."""
    filters = {"resource_id": wish.resource_id, "tag": wish.tag}
    for column in columns(connection, line_items_url, scopes, **filters):
        # A link that was duplicated in its course has a column with the same marks.
        elsewhere = column.resource_link_id and wish.resource_link_id not in {"", column.resource_link_id}
        if column.resource_id == wish.resource_id and column.tag == wish.tag and not elsewhere:
            return column
    return None


def columns(
    connection: Connection, line_items_url: str, scopes: Sequence[str] = (), **filters: str
) -> Iterator[Column]:
    """The columns this tool may see. Some LMSs ignore filters, so look again at what comes."""
    url = with_query(line_items_url, limit=connection.platform.line_item_page_limit, **filters)
    offered = _offered(scopes, COLUMN_READ_SCOPE, COLUMN_SCOPE)
    for page in pages(connection, url, offered, COLUMNS_TYPE):
        for item in entries(page):
            column = _column(item, line_items_url)
            if column is not None:
                yield column


def create_column(
    connection: Connection, line_items_url: str, wish: ColumnWish, scopes: Sequence[str] = ()
) -> Column:
    """Make a column. Prefer `find_or_create_column`. Raises `ColumnLost` and other `PlatformError`s."""
    _must_offer(scopes, COLUMN_SCOPE, _NO_COLUMNS)
    platform = connection.platform
    try:
        answer = connection.request(
            "POST",
            line_items_url,
            (COLUMN_SCOPE,),
            accept=COLUMN_TYPE,
            content_type=COLUMN_TYPE,
            content=_wished(wish, platform.column_points(wish.score_maximum)),
        )
    except PlatformError as error:
        if not wish.resource_link_id or error.meaning is not Meaning.LINK_REFUSED:
            raise
        return create_column(connection, line_items_url, replace(wish, resource_link_id=""), scopes)
    made = _column(json_of(answer), line_items_url) or _made_at(answer, wish, line_items_url)
    if made is not None:
        return made
    found = find_column(connection, line_items_url, wish, scopes)  # made, but the answer does not say where
    if found is not None:
        return found
    came = came_instead(answer)
    if came:
        raise PlatformError(f"The LMS answered with {came} instead of making a column.", permanent=False)
    raise ColumnLost(status=answer.status)


def _made_at(answer: Answer, wish: ColumnWish, line_items_url: str) -> Column | None:
    """The new column where only the header says its place (RFC 9110 §10.2.2)."""
    told = {"id": answer.headers.get("Location"), "label": wish.label, "scoreMaximum": wish.score_maximum}
    return _column(told, line_items_url) if answer.status == 201 else None


def read_column(connection: Connection, line_item_url: str, scopes: Sequence[str] = ()) -> Column:
    """The column as the LMS has it now. Raises `PlatformError` (404 when it is gone)."""
    offered = _offered(scopes, COLUMN_READ_SCOPE, COLUMN_SCOPE)
    found = _column(json_of(connection.request("GET", line_item_url, offered, accept=COLUMN_TYPE)), line_item_url)
    if found is None:
        raise PlatformError("The LMS sent a gradebook column we cannot read.", permanent=False)
    return found


def update_column(
    connection: Connection, line_item_url: str, wish: ColumnWish, scopes: Sequence[str] = ()
) -> Column:
    """Change label, points or marks of a column. What the LMS keeps besides stays as it is.

    Raises `PlatformError`.
    """
    _must_offer(scopes, COLUMN_SCOPE, _NO_COLUMNS)
    offered = _offered(scopes, COLUMN_READ_SCOPE, COLUMN_SCOPE)
    current = json_of(connection.request("GET", line_item_url, offered, accept=COLUMN_TYPE))
    kept = current if isinstance(current, dict) else {}
    if connection.platform.known_fields_only:
        kept = {name: kept[name] for name in _NOT_OURS if name in kept}
    content = kept | _wished(wish, connection.platform.column_points(wish.score_maximum))
    answer = connection.request(
        "PUT", line_item_url, (COLUMN_SCOPE,), accept=COLUMN_TYPE, content_type=COLUMN_TYPE, content=content
    )
    changed = _column(json_of(answer), line_item_url) or _column({"id": line_item_url, **content}, line_item_url)
    return changed or _no_column()


def delete_column(connection: Connection, line_item_url: str) -> bool:
    """Remove a column and its grades. False when it was gone already. Raises `PlatformError`."""
    try:
        connection.request("DELETE", line_item_url, (COLUMN_SCOPE,))
    except PlatformError as error:
        if error.meaning is Meaning.NOT_FOUND:
            return False
        raise
    return True


def points_now(connection: Connection, line_item_url: str, scopes: Sequence[str]) -> float | None:
    """The points a column has now, where its results may tell older ones; None where they do not, or nobody says."""
    may_read = {COLUMN_READ_SCOPE, COLUMN_SCOPE} & set(scopes)
    if not connection.platform.keeps_old_maxima or not may_read:
        return None
    try:
        return read_column(connection, line_item_url, scopes).score_maximum or None
    except PlatformError as error:
        log.warning("column.points_not_read", status=error.status)
        return None


def results(
    connection: Connection, line_item_url: str, subject: str | None = None, *, points: float | None = None
) -> Iterator[SeenResult]:
    """What the gradebook holds: for one learner, or for all. Raises `PlatformError` where the list breaks off.

    Scores are parts of the column's `points`, as `points_now` gives them; without, of what each result says.
    """
    platform = connection.platform
    by_path = subject is not None and platform.results_by_path
    url = with_query(
        with_path(line_item_url, f"/results/{quote(subject, safe='')}" if by_path and subject else "/results"),
        user_id=None if by_path else subject,
        limit=None if subject else platform.results_page_limit,
    )
    for page in pages(connection, url, (RESULT_SCOPE,), RESULTS_TYPE):
        for item in entries(page):
            seen = _result(item, points)
            if seen is not None and subject in (None, seen.subject):
                yield seen


def _offered(scopes: Sequence[str], *wanted: str) -> tuple[str, ...]:
    """Those of `wanted` that the launch offers. An LMS may want both scopes for reading, so both are asked for."""
    found = tuple(scope for scope in wanted if scope in scopes)
    return found or wanted


def _must_offer(scopes: Sequence[str], scope: str, words: str) -> None:
    if scopes and scope not in scopes:
        raise PlatformError(words, permanent=True)


def _wished(wish: ColumnWish, points: float) -> dict[str, Any]:
    """Only what the specification names: some LMSs refuse anything else."""
    body: dict[str, Any] = {"label": wish.label or "Grade", "scoreMaximum": _number(points)}
    marks = {"tag": wish.tag, "resourceId": wish.resource_id, "resourceLinkId": wish.resource_link_id}
    return body | {name: value for name, value in marks.items() if value}


def _column(item: object, base: str) -> Column | None:
    """A column with an address (some write it without the host); anything else is none."""
    named = item.get("id") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(named, str) or not named:
        return None
    try:
        address = named if "://" in named else urljoin(base, named)
    except ValueError:
        return None
    if not is_web_address(address):
        return None
    maximum = _finite(item.get("scoreMaximum"))
    return Column(
        line_item_url=address,
        label=plain(item.get("label")),
        score_maximum=maximum if maximum is not None else 0.0,
        tag=plain(item.get("tag")),
        resource_id=plain(item.get("resourceId")),
        resource_link_id=plain(item.get("resourceLinkId")),
    )


def _no_column() -> Column:
    raise PlatformError("The LMS sent a gradebook column we cannot read.", permanent=False)


def _result(item: object, points: float | None) -> SeenResult | None:
    """One result; its score in parts of its own maximum (1 when none is said, AGS 2.0 §3.3.3)."""
    if not isinstance(item, dict) or not item.get("userId"):
        return None
    score, maximum = _finite(item.get("resultScore")), _finite(item.get("resultMaximum"))
    return SeenResult(
        subject=str(item["userId"]),
        score=None if score is None else score / (points or maximum or 1.0),
        points=score,
        comment=str(item.get("comment") or ""),
        at=moment_of(item.get("timestamp")),
    )


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _number(points: float) -> float | int:
    return int(points) if float(points).is_integer() else points
