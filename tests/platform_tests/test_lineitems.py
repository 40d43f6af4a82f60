"""Tools look after their own gradebook columns, and only those."""

from __future__ import annotations

import pytest

from platform_tests.calls import LINE_ITEM_TYPE, LINE_ITEMS_TYPE, every_page, read, score, send_score, write
from platform_tests.tool import TestTool


@pytest.fixture
def columns(client) -> str:
    info = client.info()
    return f"{info['issuer']}/services/{info['context_id']}/lineitems"


def make(tool: TestTool, columns: str, **values):
    return write(tool, "POST", columns, {"label": "Quiz", "scoreMaximum": 10, **values}, LINE_ITEM_TYPE)


def test_a_new_column_can_be_read_back(tool: TestTool, columns: str, activity) -> None:
    wanted = {
        "label": "Quiz", "scoreMaximum": 7.5, "resourceLinkId": activity["id"], "resourceId": "r9", "tag": "quiz",
        "startDateTime": "2026-03-02T09:00:00Z", "gradesReleased": True, "https://example.org/ext": {"a": [1]},
    }  # fmt: skip
    answer = make(tool, columns, **wanted)
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == LINE_ITEM_TYPE
    column = answer.json()
    assert {name: column[name] for name in wanted} == wanted
    assert read(tool, column["id"], LINE_ITEM_TYPE).json() == column


def test_filters_and_pages(tool: TestTool, columns: str, activity) -> None:
    for number in range(4):
        make(tool, columns, resourceId=f"r{number}", tag="even" if number % 2 == 0 else "odd")
    assert len(read(tool, columns, LINE_ITEMS_TYPE).json()) == 5
    assert len(read(tool, columns, LINE_ITEMS_TYPE, tag="even").json()) == 2
    assert len(read(tool, columns, LINE_ITEMS_TYPE, resource_id="r3", tag="odd").json()) == 1
    assert len(read(tool, columns, LINE_ITEMS_TYPE, resource_link_id=activity["id"]).json()) == 1
    pages = every_page(tool, columns, LINE_ITEMS_TYPE, limit=2)
    assert [len(page.json()) for page in pages] == [2, 2, 1]
    pages = every_page(tool, columns, LINE_ITEMS_TYPE, limit=1, tag="odd")
    assert [page.json()[0]["tag"] for page in pages] == ["odd", "odd"]


def test_a_changed_maximum_keeps_everybodys_share(client, tool: TestTool, columns: str) -> None:
    column = make(tool, columns, tag="t").json()
    pupil = client.students()[0]["user_id"]
    send_score(tool, column["id"], score(pupil, 0.5, at="2026-03-02T09:00:00Z"))
    changed = {"label": "Renamed", "scoreMaximum": 40}
    answer = write(tool, "PUT", column["id"], changed, LINE_ITEM_TYPE)
    assert answer.status_code == 200
    assert answer.json() == {"id": column["id"], **changed}
    assert client.gradebook()[0]["grades"]["student-1"]["shown"] == 20


def test_a_removed_column_is_gone(client, tool: TestTool, columns: str) -> None:
    url = make(tool, columns).json()["id"]
    assert write(tool, "DELETE", url, None, LINE_ITEM_TYPE).status_code == 204
    assert read(tool, url, LINE_ITEM_TYPE).status_code == 404
    assert client.gradebook() == []


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"label": ""}, 400), ({"label": None}, 400), ({"scoreMaximum": 0}, 400), ({"scoreMaximum": "10"}, 400),
        ({"scoreMaximum": True}, 400), ({"tag": 5}, 400), ({"resourceLinkId": "nothing"}, 404),
    ],
)  # fmt: skip
def test_a_malformed_column_is_refused(tool: TestTool, columns: str, values, status: int) -> None:
    answer = make(tool, columns, **values)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_column_cannot_move_to_another_activity(client, tool: TestTool, columns: str, activity) -> None:
    other = client.add_activity(tool.platform["client_id"], title="Other")
    url = client.gradebook()[0]["url"]
    body = {"label": "Fractions", "scoreMaximum": 20, "resourceLinkId": other["id"]}
    assert write(tool, "PUT", url, body, LINE_ITEM_TYPE).status_code == 400


def test_media_types_are_exact(tool: TestTool, columns: str) -> None:
    assert write(tool, "POST", columns, {"label": "x", "scoreMaximum": 1}, "application/json").status_code == 415
    assert read(tool, columns, LINE_ITEM_TYPE).status_code == 406
    assert write(tool, "POST", columns, [], LINE_ITEM_TYPE).status_code == 400


def test_another_tools_columns_do_not_exist_for_it(client, tool: TestTool, columns: str) -> None:
    url = make(tool, columns).json()["id"]
    tool.know(client.register_by_hand(**tool.registration_values()))
    assert read(tool, url, LINE_ITEM_TYPE).status_code == 404
    assert read(tool, columns, LINE_ITEMS_TYPE).json() == []


def test_two_columns_leave_the_launch_without_a_single_one(client, tool: TestTool, columns: str, activity) -> None:
    make(tool, columns, resourceLinkId=activity["id"])
    client.enter("student-1", activity["id"])
    endpoint = tool.launches[-1]["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert "lineitem" not in endpoint
    assert endpoint["lineitems"] == columns


def test_a_copied_activity_has_its_own_column_and_a_history(client, tool: TestTool) -> None:
    original = client.add_activity(
        tool.platform["client_id"], title="Origin", custom={"past": "$ResourceLink.id.history"},
        lineItem={"scoreMaximum": 5, "resourceId": "same"},
    )  # fmt: skip
    copy = client.copy_activity(original["id"])
    assert [column["resource_id"] for column in client.gradebook()] == ["same", "same"]
    client.enter("student-1", copy["id"])
    assert tool.launches[-1]["https://purl.imsglobal.org/spec/lti/claim/custom"] == {"past": original["id"]}
