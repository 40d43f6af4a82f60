"""The pages of the school office, and who may see what."""

from __future__ import annotations

import pytest

from sandbox_platform import PracticeClient, Running
from sandbox_platform.browsing import new_session


@pytest.fixture
def visit(lms: Running):
    """Open a page as somebody; answers the response."""

    def open_page(person: str, path: str):
        return new_session().get(f"{lms.url}/as/{person}", params={"next": path}, timeout=10)

    return open_page


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        ("teacher", "/gradebook", 200), ("assistant", "/gradebook", 200), ("student-1", "/gradebook", 403),
        ("parent", "/grades", 200), ("student-1", "/grades", 200), ("teacher", "/grades", 403),
        ("designer", "/add", 200), ("student-1", "/add", 403), ("teacher", "/install", 403),
        ("admin", "/install", 200), ("student-1", "/people", 200), ("student-1", "/people/student-2", 403),
        ("nobody", "/course", 404), ("teacher", "/nothing-here", 404),
    ],
)  # fmt: skip
def test_everybody_sees_their_own_pages(visit, person: str, path: str, status: int) -> None:
    assert visit(person, path).status_code == status


def test_without_a_sign_in_the_page_asks_who_you_are(lms: Running) -> None:
    page = new_session().get(f"{lms.url}/people", timeout=10)
    assert "Who would you like to be?" in page.text
    assert "next=/people" in page.text


def test_a_sign_in_address_never_leads_to_another_site(lms: Running) -> None:
    for path in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        page = new_session().get(f"{lms.url}/as/teacher", params={"next": path}, timeout=10, allow_redirects=False)
        assert page.headers["Location"] == "/course"


def test_the_office_renames_suspends_and_adds(lms: Running, client: PracticeClient) -> None:
    session = new_session()
    client.sign_in("teacher", session)
    values = {"given_name": "Lia", "family_name": "Johansson", "status": "Inactive"}
    session.post(f"{lms.url}/people/student-2", data=values, timeout=10)
    session.post(f"{lms.url}/people", data={"given_name": "Nia", "family_name": "New"}, timeout=10)
    people = {person["key"]: person for person in client.people()}
    assert (people["student-2"]["name"], people["student-2"]["status"]) == ("Lia Johansson", "Inactive")
    assert people["student-7"]["name"] == "Nia New"
    assert session.post(f"{lms.url}/people", data={"given_name": " "}, timeout=10).status_code == 400


def test_the_switches_page_sets_faults_and_oddities(lms: Running, client: PracticeClient) -> None:
    session = new_session()
    client.sign_in("teacher", session)
    fault = {"service": "scores", "mode": "429", "retry_after": "9", "times": "2", "share": "1"}
    session.post(f"{lms.url}/switches", data=fault, timeout=10)
    options = {"do": "options", "page_size": "4", "small_frame": "on", "login_method": "get"}
    page = session.post(f"{lms.url}/switches", data=options, timeout=10)
    assert "scores: 429" in page.text
    state = client.api("GET", "/switches")
    assert state["faults"][0]["retry_after"] == "9"
    assert state["options"]["page_size"] == 4
    assert state["options"]["small_frame"] is True
    bad = session.post(f"{lms.url}/switches", data={"do": "options", "page_size": "many"}, timeout=10)
    assert bad.status_code == 400
    session.post(f"{lms.url}/switches", data={"do": "clear"}, timeout=10)
    assert client.api("GET", "/switches")["faults"] == []


def test_an_activity_is_renamed_moved_copied_and_removed(lms, client, tool, activity) -> None:
    session = new_session()
    client.sign_in("teacher", session)
    url = f"{lms.url}/activity/{activity['id']}"
    session.post(url, data={"title": "Renamed", "document_target": "window"}, timeout=10)
    assert (client.activities()[0]["title"], client.activities()[0]["document_target"]) == ("Renamed", "window")
    session.post(url, data={"do": "copy"}, timeout=10)
    assert [found["title"] for found in client.activities()] == ["Renamed", "Renamed (copy)"]
    session.post(url, data={"do": "remove"}, timeout=10)
    assert len(client.activities()) == len(client.gradebook()) == 1


def test_the_return_page_shows_what_the_tool_says_as_text(visit) -> None:
    page = visit("student-1", "/return?lti_errormsg=<b>Sorry</b>&lti_msg=Bye")
    assert "&lt;b&gt;Sorry&lt;/b&gt;" in page.text


def test_removing_a_tool_takes_everything_of_it_along(lms, client, tool, activity) -> None:
    session = new_session()
    client.sign_in("admin", session)
    url = f"{lms.url}/tools/{tool.platform['client_id']}"
    session.post(url, data={"scopes": []}, timeout=10)
    assert client.registrations()[0]["scopes"] == []
    session.post(url, data={"do": "remove"}, timeout=10)
    assert client.registrations() == client.activities() == client.gradebook() == []
