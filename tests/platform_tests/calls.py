"""Service calls as a careful tool makes them."""

from __future__ import annotations

from typing import Any

import requests

from platform_tests.tool import TestTool

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def read(tool: TestTool, url: str, accept: str, **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {tool.token()}", "Accept": accept}
    return requests.get(url, headers=headers, params=params, timeout=10)


def write(tool: TestTool, method: str, url: str, body: Any, media_type: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {tool.token()}", "Content-Type": media_type}
    return requests.request(method, url, headers=headers, json=body, timeout=10)


def every_page(tool: TestTool, url: str, accept: str, **params: Any) -> list[requests.Response]:
    """All pages, following Link rel=next."""
    pages = [read(tool, url, accept, **params)]
    while following := pages[-1].links.get("next"):
        pages.append(read(tool, following["url"], accept))
    return pages


def score(user_id: str, given: float | None, *, at: str, **more: Any) -> dict[str, Any]:
    """A complete score out of 1; `given` None leaves the number out."""
    body = {
        "userId": user_id, "timestamp": at, "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        **({} if given is None else {"scoreGiven": given, "scoreMaximum": 1}), **more,
    }  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


def send_score(tool: TestTool, column_url: str, body: Any) -> requests.Response:
    return write(tool, "POST", f"{column_url}/scores", body, SCORE_TYPE)
