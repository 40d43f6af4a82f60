"""Who is in the course, page by page."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from dataclasses import replace
from itertools import islice

import pytest
import responses
from responses import matchers

from lti.services import MEMBERS, called, connection, grant
from lti_tool.lti import paging
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.groups import course_groups
from lti_tool.lti.http import Answer
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.roster import changed_members, members
from lti_tool.lti.values import RoleKind

M = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


def entry(number: int = 1, **changes):
    return {"user_id": f"person-{number}", "roles": [M + "Learner"], "name": f"Pupil {number}"} | changes


def page(*entries, url=MEMBERS, **answer):
    responses.get(url, json={"id": MEMBERS, "context": {"id": "c"}, "members": list(entries)}, **answer)


def read(**more):
    return list(members(connection(**more), MEMBERS))


@responses.activate
def test_members_arrive_as_values():
    grant()
    page(
        entry(1, status="Active", email="one@example.edu", given_name="One", family_name="Pupil"),
        entry(2, status="Inactive", roles=[M + "Instructor"]),
        entry(3, status="ACTIVE", roles=["Learner"]),
        entry(4, status="Deleted", name="$Person.name.full"),
        entry(5, roles=[M + "Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]),
    )
    found = read()
    assert [member.subject for member in found] == [f"person-{number}" for number in range(1, 6)]
    assert [member.active for member in found] == [True, False, True, False, True]
    assert [member.role for member in found][:3] == [RoleKind.STUDENT, RoleKind.TEACHER, RoleKind.STUDENT]
    assert (found[0].given_name, found[0].email) == ("One", "one@example.edu")
    assert found[3].name == ""
    assert found[4].is_test_user


@responses.activate
def test_coursera_writes_the_status_in_capitals():
    grant()
    page(entry(1, status="ACTIVE"), entry(2, status="INACTIVE"), entry(3, status="DELETED"))
    assert [member.active for member in read()] == [True, False, False]


@responses.activate
def test_moodle_writes_roles_by_their_short_names():
    grant()
    page(entry(1, roles=["Learner"]), entry(2, roles=["Instructor"]), entry(3, roles=[]))
    assert [member.role for member in read()] == [RoleKind.STUDENT, RoleKind.TEACHER, RoleKind.STUDENT]


@responses.activate
def test_moodle_prepares_names_for_html():
    grant()
    page(entry(1, name="Se&#225;n &amp; Co O'Brien", given_name="Se&#225;n &amp; Co", family_name="O'Brien"))
    (member,) = read(platform=Moodle())
    assert (member.name, member.given_name, member.family_name) == ("Seán & Co O'Brien", "Seán & Co", "O'Brien")
    (member,) = read()
    assert member.family_name == "O'Brien"
    assert "&amp;" in member.name, "elsewhere a name is what it says"


@responses.activate
@pytest.mark.parametrize("status", [None, "", 7, True, ["Inactive"], {}])
def test_an_odd_status_sends_nobody_away(status):
    grant()
    page(entry(1, status=status))
    assert [member.active for member in read()] == [True]


@responses.activate
def test_moodle_and_schoology_want_one_exact_media_type():
    grant()
    page(entry())
    read()
    request = called("GET", MEMBERS)[0]
    assert request.headers["Accept"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    assert "limit=100" in request.url


@responses.activate
def test_all_pages_are_read():
    grant()
    page(
        entry(1),
        headers={"Link": f'<{MEMBERS}?page=2&limit=100>; rel="next"'},
        match=[matchers.query_param_matcher({"limit": "100"})],
    )
    page(
        entry(2),
        headers={"Link": f"<{MEMBERS}?page=3>; rel=next"},
        match=[matchers.query_param_matcher({"limit": "100", "page": "2"})],
    )
    page(entry(3), match=[matchers.query_param_matcher({"page": "3"})])
    assert [member.subject for member in read()] == ["person-1", "person-2", "person-3"]


@responses.activate
def test_pages_are_fetched_only_when_needed():
    grant()
    page(entry(1), entry(2), headers={"Link": f'<{MEMBERS}?page=2>; rel="next"'})
    assert len(list(islice(members(connection(), MEMBERS), 2))) == 2
    assert len(called("GET", MEMBERS)) == 1


@responses.activate
@pytest.mark.parametrize(
    "broken",
    [
        {"status": 500},
        {"status": 403},
        {"body": "<html>"},
        {"body": "[]"},
        {"body": "{}"},
        {"body": '{"members": null}'},
    ],
)
def test_a_roster_that_breaks_off_is_an_error_and_no_roster(broken):
    grant()
    page(
        entry(1),
        headers={"Link": f'<{MEMBERS}?page=2>; rel="next"'},
        match=[matchers.query_param_matcher({"limit": "100"})],
    )
    responses.get(MEMBERS, match=[matchers.query_param_matcher({"page": "2"})], **broken)
    with pytest.raises(PlatformError):
        read()


def first_of_two():
    """The first page of a list of two; comes back with how to match the second."""
    page(
        entry(1),
        headers={"Link": f'<{MEMBERS}?page=2>; rel="next"'},
        match=[matchers.query_param_matcher({"limit": "100"})],
    )
    return [matchers.query_param_matcher({"page": "2"})]


@responses.activate
@pytest.mark.parametrize(
    ("trouble", "waits"),
    [({"status": 503, "headers": {"Retry-After": "7"}}, [7.0, 7.0]), ({"status": 500}, [1.0, 4.0])],
)
def test_a_hiccup_in_the_middle_is_waited_out(trouble, waits):
    grant()
    second = first_of_two()
    responses.get(MEMBERS, match=second, **trouble)
    responses.get(MEMBERS, match=second, **trouble)
    page(entry(2), match=second)
    waited = []
    found = list(members(replace(connection(), wait=waited.append), MEMBERS))
    assert [member.subject for member in found] == ["person-1", "person-2"]
    assert waited == waits


@responses.activate
def test_an_lms_that_wants_a_long_rest_in_the_middle_gets_it():
    grant()
    second = first_of_two()
    responses.get(MEMBERS, match=second, status=429, headers={"Retry-After": "600"})
    with pytest.raises(PlatformError) as caught:
        read()
    assert caught.value.retry_after_seconds == 600


@responses.activate
def test_going_in_circles_is_an_error():
    grant()
    page(entry(1), headers={"Link": f'<{MEMBERS}?limit=100>; rel="next"'})
    with pytest.raises(PlatformError, match="circles"):
        read()


@responses.activate
def test_an_address_that_comes_again_is_a_circle_whatever_it_says():
    grant()
    asked = itertools.count(1)

    def other(request):
        return 200, {"Link": f'<{MEMBERS}?limit=100>; rel="next"'}, json.dumps({"members": [entry(next(asked))]})

    responses.add_callback("GET", MEMBERS, other)
    with pytest.raises(PlatformError, match="circles"):
        read()
    assert len(called("GET", MEMBERS)) == 1


@responses.activate
def test_a_page_that_is_refused_for_good_is_not_asked_for_again():
    grant()
    second = first_of_two()
    responses.get(MEMBERS, match=second, status=403)
    with pytest.raises(PlatformError):
        read()
    assert len(called("GET", MEMBERS)) == 2


@responses.activate
def test_roles_in_one_text_count_each_and_none_at_all_is_said_to_be_a_guess():
    grant()
    page(entry(1, roles="Learner,Instructor"), entry(2, roles=["Mentor, Instructor"]), entry(3, roles=None))
    found = [(member.role, member.says_role) for member in read()]
    assert found == [(RoleKind.TEACHER, True), (RoleKind.TEACHER, True), (RoleKind.STUDENT, False)]


@responses.activate
def test_the_same_page_under_ever_new_addresses_is_a_circle():
    grant()
    asked = itertools.count(1)

    def same(request):
        return 200, {"Link": f'<{MEMBERS}?page={next(asked)}>; rel="next"'}, json.dumps({"members": [entry()]})

    responses.add_callback("GET", MEMBERS, same)
    with pytest.raises(PlatformError, match="circles"):
        read()
    assert len(called("GET", MEMBERS)) < 30


@responses.activate
def test_empty_pages_in_between_are_fine():
    grant()
    asked = itertools.count(1)

    def rarely(request):
        number = next(asked)
        more = {"Link": f'<{MEMBERS}?page={number}>; rel="next"'} if number < 15 else {}
        return 200, more, json.dumps({"members": [entry()] if number == 15 else []})

    responses.add_callback("GET", MEMBERS, rarely)
    assert len(read()) == 1


@responses.activate
def test_a_list_without_end_meets_the_end_of_our_patience(monkeypatch):
    grant()
    asked = itertools.count(1)

    def more(request):
        number = next(asked)
        return 200, {"Link": f'<{MEMBERS}?page={number}>; rel="next"'}, json.dumps({"members": [entry(number)]})

    responses.add_callback("GET", MEMBERS, more)
    monkeypatch.setattr(paging.time, "monotonic", lambda: next(asked) * 10.0)
    with pytest.raises(PlatformError, match="too long") as caught:
        list(members(replace(connection(), patience_seconds=45.0), MEMBERS))
    assert not caught.value.permanent
    assert len(called("GET", MEMBERS)) < 10


@responses.activate
def test_a_next_page_on_another_host_is_never_asked_for_and_missed():
    """Who stands on it has not left: a list that goes on elsewhere is not whole."""
    grant()
    page(entry(1), headers={"Link": '<https://evil.example.com/members>; rel="next"'})
    with pytest.raises(PlatformError, match="another address"):
        read()
    assert not called("GET", "https://evil")


@responses.activate
def test_odd_entries_are_left_out_and_harm_no_other():
    grant()
    page(
        {"roles": []},
        "person",
        None,
        entry(1, user_id=None),
        entry(1, user_id="x" * 300),
        entry(1, user_id="a\0b"),
        entry(1, user_id="  "),
        entry(1, user_id=7),
        entry(2, roles=None),
    )
    assert [member.subject for member in read()] == ["7", "person-2"]


@responses.activate
def test_an_address_with_a_query_keeps_it():
    grant()
    url = f"{MEMBERS}?tool=4&limit=5"
    responses.get(MEMBERS, json={"members": []})
    assert list(members(connection(), url)) == []
    assert called("GET", MEMBERS)[0].url == f"{MEMBERS}?tool=4&limit=100"


@responses.activate
@pytest.mark.parametrize(("platform", "query"), [(Schoology(), "limit=100"), (Moodle(), "limit=200")])
def test_the_roster_is_asked_for_in_pages_that_each_lms_gives(platform, query):
    grant()
    responses.get(MEMBERS, json={"members": []})
    assert list(members(connection(platform), MEMBERS)) == []
    assert called("GET", MEMBERS)[0].url == f"{MEMBERS}?{query}"


class LongRoster:
    """Stands in for the way out: a course of fifty pages, each made when it is asked for."""

    def request(self, method, url, **_):
        if method == "POST":
            return Answer(status=200, headers={}, body=b'{"access_token": "t"}', url=url)
        number = int(url.rpartition("page=")[2]) if "page=" in url else 0
        body = {"members": [entry(number * 200 + one) for one in range(200)]}
        link = {"Link": f'<{MEMBERS}?page={number + 1}>; rel="next"'} if number < 49 else {}
        return Answer(status=200, headers=link, body=json.dumps(body).encode(), url=url)


def test_ten_thousand_members_pass_through_a_small_window():
    tracemalloc.start()
    count = sum(1 for _ in members(replace(connection(), http=LongRoster()), MEMBERS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 2_000_000


@responses.activate
def test_where_changes_are_listed_is_heard_and_followed():
    grant()
    later = MEMBERS + "?since=7"
    page(entry(1), headers={"Link": f'<{later}>; rel="differences"'})
    heard = []
    list(members(connection(), MEMBERS, changes=heard.append))
    assert heard == [later]
    responses.replace(
        responses.GET,
        MEMBERS,
        json={"members": [entry(1, status="Deleted"), entry(2)]},
        headers={"Link": f"<{MEMBERS}?since=8>; rel=differences"},
    )
    found = list(changed_members(connection(), heard[0], heard.append))
    assert [(one.subject, one.active) for one in found] == [("person-1", False), ("person-2", True)]
    assert heard[-1].endswith("since=8")
    assert called("GET", MEMBERS)[-1].url == later


@responses.activate
def test_groups_come_with_the_roster_where_the_lms_has_them():
    grant()
    page(entry(1, group_enrollments=[{"group_id": "g1"}, {"group_id": 2}, "odd"]), entry(2))
    found = list(members(connection(), MEMBERS, groups=True))
    assert [one.groups for one in found] == [("g1", "2"), None]
    assert "groups=true" in called("GET", MEMBERS)[-1].url


@responses.activate
def test_names_of_groups():
    grant()
    url = "https://lms.example.edu/groups"
    listed = [{"id": "g1", "name": "Red"}, {"id": 2, "name": "Blue", "tag": "x"}, {"name": "nameless"}, 5]
    responses.get(url, json={"id": "c", "groups": listed})
    assert course_groups(connection(), url) == {"g1": "Red", "2": "Blue"}
    responses.replace(responses.GET, url, json={"odd": 1})
    with pytest.raises(PlatformError, match="groups"):
        course_groups(connection(), url)
