"""Habits that the practice LMS brought to light when it took on the manners of each LMS."""

from __future__ import annotations

import pytest
import responses

from lti.lms import registration
from lti.services import ITEM, called, connection, grant, score
from lti_tool.lti import grades
from lti_tool.lti.errors import Meaning, PlatformError, ScoreOutdated, ScoreRefused
from lti_tool.lti.platforms import Platform, detect
from lti_tool.lti.platforms.blackboard import Blackboard
from lti_tool.lti.platforms.brightspace import Brightspace
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.openedx import OpenEdx
from lti_tool.lti.platforms.sakai import Sakai


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://learn.school.edu/api/lti_consumer/v1/launch/", OpenEdx),
        ("https://school.edu/moodle/mod/lti/auth.php", Moodle),
        ("https://learn.school.edu/d2l/lti/authenticate", Brightspace),
        ("https://sakai.school.edu/imsoidc/lti13/oidc_auth", Sakai),
        ("https://lms.school.edu/auth", Platform),
    ],
)
def test_an_lms_that_does_not_say_its_name_is_known_by_its_sign_in_address(address, kind):
    assert type(detect(registration(auth_login_url=address))) is kind


def test_what_an_lms_says_counts_more_than_its_address():
    installed = registration(product="canvas", auth_login_url="https://school.edu/mod/lti/auth.php")
    assert type(detect(installed)) is Canvas


@responses.activate
def test_openedx_says_under_the_name_of_the_field_why_a_score_is_too_old():
    grant()
    responses.post(
        ITEM + "/scores",
        status=400,
        json={"timestamp": ["Score timestamp can only be updated to a later point in time"]},
    )
    with pytest.raises(ScoreOutdated):
        grades.send(connection(OpenEdx()), ITEM, score())


@responses.activate
def test_openedx_results_are_asked_for_without_a_limit_that_would_cut_them_short():
    grant()
    responses.get(ITEM + "/results", json=[])
    list(grades.results(connection(OpenEdx()), ITEM))
    (asked,) = called("GET", ITEM)
    assert "limit" not in asked.url


@responses.activate
@pytest.mark.parametrize(("person", "written"), [("person-1", "person-1"), ("a/b ?c", "a%2Fb%20%3Fc")])
def test_openedx_gives_one_persons_result_at_an_address_of_its_own(person, written):
    grant()
    address = f"{ITEM}/results/{written}"
    responses.get(address, json=[{"userId": person, "resultScore": 1, "resultMaximum": 2}])
    (seen,) = grades.results(connection(OpenEdx()), ITEM, person)
    assert seen.score == 0.5
    (asked,) = called("GET", ITEM)
    assert asked.url == address


@responses.activate
def test_blackboard_does_not_find_somebody_who_is_not_in_the_course():
    grant()
    responses.post(ITEM + "/scores", status=400, json={"status": 400, "message": "User could not be found"})
    with pytest.raises(ScoreRefused) as caught:
        grades.send(connection(Blackboard()), ITEM, score())
    assert caught.value.meaning is Meaning.NOT_A_STUDENT


@responses.activate
def test_blackboard_says_what_else_is_wrong_in_its_own_words():
    grant()
    responses.post(ITEM + "/scores", status=400, json={"status": 400, "message": "scoreMaximum is missing"})
    with pytest.raises(PlatformError, match="scoreMaximum is missing"):
        grades.send(connection(Blackboard()), ITEM, score())


def test_moodle_leaves_the_number_out_of_a_result_of_zero():
    assert not Moodle().shows_zero_results
    assert Platform().shows_zero_results
