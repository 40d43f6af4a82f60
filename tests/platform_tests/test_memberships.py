"""The class list for tools."""

from __future__ import annotations

import pytest
import requests

from platform_tests.calls import MEMBERS_TYPE, every_page, read
from platform_tests.tool import CLAIM, SCORE, TestTool
from sandbox_platform.browsing import UnexpectedPage


@pytest.fixture
def roster(client) -> str:
    info = client.info()
    return f"{info['issuer']}/services/{info['context_id']}/memberships"


def test_everybody_in_the_course_is_listed_once(client, tool: TestTool, roster: str) -> None:
    answer = read(tool, roster, MEMBERS_TYPE)
    assert answer.headers["Content-Type"] == MEMBERS_TYPE
    members = answer.json()["members"]
    wanted = {person["user_id"] for person in client.people() if person["kind"] != "admin"}
    assert {member["user_id"] for member in members} == wanted
    assert len(members) == len(wanted)
    assert all(member["status"] == "Active" and member["roles"] for member in members)
    assert answer.json()["context"]["id"] == client.info()["context_id"]


def test_pages_follow_each_other_without_gaps(client, tool: TestTool, roster: str) -> None:
    pages = every_page(tool, roster, MEMBERS_TYPE, limit=4)
    ids = [member["user_id"] for page in pages for member in page.json()["members"]]
    assert [len(page.json()["members"]) for page in pages] == [4, 4, 2]
    assert len(set(ids)) == 10


def test_the_page_size_switch_cuts_smaller_pages(client, tool: TestTool, roster: str) -> None:
    client.set_options(page_size=3)
    assert len(every_page(tool, roster, MEMBERS_TYPE, limit=100)) == 4


@pytest.mark.parametrize("role", ["Learner", "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])
def test_a_role_filters_and_survives_paging(client, tool: TestTool, roster: str, role: str) -> None:
    pages = every_page(tool, roster, MEMBERS_TYPE, role=role, limit=4)
    assert [len(page.json()["members"]) for page in pages] == [4, 2]


def test_a_resource_link_adds_its_custom_values(client, tool: TestTool, roster: str, activity) -> None:
    members = read(tool, roster, MEMBERS_TYPE, rlid=activity["id"]).json()["members"]
    for member in members:
        assert member["message"][0][f"{CLAIM}/custom"]["me"] == member["user_id"]
    assert read(tool, roster, MEMBERS_TYPE, rlid="nothing").status_code == 404


def test_a_link_for_one_group_lists_its_students_and_all_who_are_no_students(
    client, tool: TestTool, roster: str, activity
) -> None:
    everybody = {one["user_id"]: one["key"] for one in client.people() if one["kind"] != "admin"}
    client.restrict(activity["id"], "group-blue")
    listed = read(tool, roster, MEMBERS_TYPE, rlid=activity["id"]).json()["members"]
    let_in = {everybody[one["user_id"]] for one in listed}
    shut_out = set(everybody.values()) - let_in
    assert shut_out
    assert all(key.startswith("student") for key in shut_out)
    assert len(read(tool, roster, MEMBERS_TYPE).json()["members"]) == len(everybody), "the course has them all"
    assert client.enter(next(key for key in let_in if key.startswith("student")), activity["id"]).ok
    with pytest.raises(UnexpectedPage, match=r"^403 "):
        client.enter(shut_out.pop(), activity["id"])
    client.restrict(activity["id"], "")
    assert len(read(tool, roster, MEMBERS_TYPE, rlid=activity["id"]).json()["members"]) == len(everybody)


def test_leaving_suspending_joining_and_renaming_show_at_once(client, tool: TestTool, roster: str) -> None:
    client.change_person("student-1", status="Removed")
    client.change_person("student-2", status="Inactive")
    client.change_person("student-3", family_name="Newname")
    new = client.add_student("Ola", "Nordmann")
    members = {m["user_id"]: m for m in read(tool, roster, MEMBERS_TYPE).json()["members"]}
    ids = {person["key"]: person["user_id"] for person in client.people()}
    assert ids["student-1"] not in members
    assert members[ids["student-2"]]["status"] == "Inactive"
    assert members[ids["student-3"]]["family_name"] == "Newname"
    assert members[new["user_id"]]["name"] == "Ola Nordmann"


def test_names_are_withheld_from_a_tool_that_did_not_ask(client, tool: TestTool, roster: str) -> None:
    tool.know(client.register_by_hand(**tool.registration_values(), claims=["email"]))
    member = read(tool, roster, MEMBERS_TYPE).json()["members"][0]
    assert "name" not in member
    assert member["email"]


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_another_media_type_is_not_served(client, tool: TestTool, roster: str, accept: str) -> None:
    assert read(tool, roster, accept).status_code == 406


def test_only_a_living_token_with_the_scope_reads_it(client, tool: TestTool, roster: str) -> None:
    assert requests.get(roster, headers={"Accept": MEMBERS_TYPE}, timeout=10).status_code == 401
    token = tool.token()
    headers = {"Accept": MEMBERS_TYPE, "Authorization": f"Bearer {token}"}
    assert requests.get(roster, headers=headers, timeout=10).status_code == 200
    client.expire_tokens()
    answer = requests.get(roster, headers=headers, timeout=10)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]
    headers["Authorization"] = f"Bearer {tool.token(SCORE)}"
    assert requests.get(roster, headers=headers, timeout=10).status_code == 403


def test_two_hundred_students_have_two_hundred_names() -> None:
    from sandbox_platform.names import student_name

    assert len({student_name(number) for number in range(1000)}) == 1000
