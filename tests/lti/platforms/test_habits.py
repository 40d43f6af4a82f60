"""Each LMS and its habits, by name."""

from __future__ import annotations

import pytest
import responses

from lti.lms import NOW, registration
from lti.services import ITEM, connection, grant, score, sent
from lti_tool.lti import grades
from lti_tool.lti.errors import Meaning, PlatformError, ScoreRefused
from lti_tool.lti.platforms import Platform, all_platforms, detect, detect_by
from lti_tool.lti.platforms.blackboard import Blackboard
from lti_tool.lti.platforms.brightspace import Brightspace
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.openedx import OpenEdx
from lti_tool.lti.platforms.sakai import Sakai
from lti_tool.lti.platforms.sandbox import Sandbox
from lti_tool.lti.platforms.schoology import Schoology
from lti_tool.lti.values import PlatformClaims

SUBMISSION = "https://canvas.instructure.com/lti/submission"


@pytest.mark.parametrize(
    ("product", "issuer", "kind"),
    [
        ("canvas", "https://canvas.school.edu", Canvas),
        ("Canvas", "", Canvas),
        ("", "https://canvas.instructure.com", Canvas),
        ("", "https://canvas.test.instructure.com", Canvas),
        ("moodle", "https://learn.school.edu", Moodle),
        ("schoology", "", Schoology),
        ("", "https://schoology.schoology.com", Schoology),
        ("BlackboardLearn", "", Blackboard),
        ("", "https://blackboard.com", Blackboard),
        ("desire2learn", "", Brightspace),
        ("", "https://school.brightspace.com", Brightspace),
        ("openedx", "", OpenEdx),
        ("sakai", "https://sakai.school.edu", Sakai),
        ("sandbox", "http://localhost:9000", Sandbox),
        ("unheard-of", "https://lms.school.edu", Platform),
        ("unheard-of", "https://school.brightspace.com", Brightspace),
        ("", "https://notinstructure.com", Platform),
        ("", "https://instructure.com.evil.example", Platform),
        ("", "not an address", Platform),
    ],
)
def test_telling_them_apart(product, issuer, kind):
    assert type(detect_by(product, issuer)) is kind


def test_what_the_launch_says_counts_first():
    installed = registration(product="canvas")
    assert type(detect(installed)) is Canvas
    assert type(detect(installed, PlatformClaims(product="moodle"))) is Moodle
    assert type(detect(installed, PlatformClaims())) is Canvas


@pytest.mark.parametrize("platform", all_platforms(), ids=lambda platform: platform.name)
def test_names_of_our_parameters_survive_every_lms(platform):
    assert all(name.replace("_", "").isalpha() and name.islower() for name in platform.custom_parameters())
    reserved = {"lineitem_url", "lineitems_url", "scores_url", "results_url", "context_memberships_v2_url"}
    assert not reserved & set(platform.custom_parameters())


@responses.activate
def test_canvas_scores_make_no_new_attempt():
    grant()
    responses.post(ITEM + "/scores", status=200)
    grades.send(connection(Canvas()), ITEM, score(submitted_at=NOW))
    handed_in = "2026-11-22T12:00:00.000Z"
    assert sent()[SUBMISSION] == {"new_submission": False, "submitted_at": handed_in}
    assert sent()["submission"] == {"submittedAt": handed_in}


def test_canvas_spares_a_grade_that_is_there_only_before_ours_is():
    """Told so, it keeps whatever is there: a second score of ours would never show."""
    assert Canvas().score_extra(score(gives_way=True))[SUBMISSION]["prioritize_non_tool_grade"] is True
    assert "prioritize_non_tool_grade" not in Canvas().score_extra(score())[SUBMISSION]


def test_canvas_progress_without_a_grade_keeps_the_grade():
    assert Canvas().score_extra(score(given=None))[SUBMISSION]["preserve_score"] is True


@responses.activate
def test_open_edx_troubles_of_its_own_are_tried_again():
    grant()
    responses.post(ITEM + "/scores", status=403, json={"detail": "LTI configuration not found."})
    with pytest.raises(PlatformError) as caught:
        grades.send(connection(OpenEdx()), ITEM, score())
    assert not caught.value.permanent


@responses.activate
def test_open_edx_says_403_where_a_token_is_no_longer_good():
    grant()
    responses.post(ITEM + "/scores", status=403, json={"detail": "Invalid token signature."})
    responses.post(ITEM + "/scores", status=200)
    grades.send(connection(OpenEdx()), ITEM, score())
    assert len([call for call in responses.calls if call.request.url == ITEM + "/scores"]) == 2


@responses.activate
def test_open_edx_may_still_forbid():
    grant()
    responses.post(ITEM + "/scores", status=403, json={"detail": "You do not have permission."})
    with pytest.raises(PlatformError) as caught:
        grades.send(connection(OpenEdx()), ITEM, score())
    assert caught.value.permanent


@responses.activate
def test_canvas_throttle_is_tried_again():
    grant()
    responses.post(ITEM + "/scores", status=403, body="403 Forbidden (Rate Limit Exceeded)")
    with pytest.raises(PlatformError) as caught:
        grades.send(connection(Canvas()), ITEM, score())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("issuer", "copy"),
    [
        ("https://canvas.instructure.com", False),
        ("https://canvas.beta.instructure.com", True),
        ("https://canvas.test.instructure.com", True),
    ],
)
def test_canvas_beta_and_test_are_copies(issuer, copy):
    assert Canvas().is_test_installation(registration(issuer=issuer)) is copy


def test_sakai_knows_both_histories_and_canvas_and_moodle_none_of_links():
    assert set(Sakai().custom_parameters().values()) == {"$Context.id.history", "$ResourceLink.id.history"}
    for platform in (Canvas(), Moodle()):
        assert "$ResourceLink.id.history" not in platform.custom_parameters().values()
        assert "$Context.id.history" in platform.custom_parameters().values()


@responses.activate
def test_moodle_scores_hold_nothing_it_does_not_read():
    grant()
    responses.post(ITEM + "/scores", status=200, body="")
    grades.send(
        connection(Moodle()), ITEM + "?type_id=4", score(comment="<b>Well</b> done &amp; so on", submitted_at=NOW)
    )
    assert sent()["comment"] == "Well done & so on"
    assert "submission" not in sent()
    assert responses.calls[-1].request.url == ITEM + "/scores?type_id=4"


@responses.activate
@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ({"status": 400, "body": "[]"}, Meaning.NOT_A_STUDENT),
        ({"status": 400, "body": '<div class="debuggingmessage">a notice</div>[]\n'}, Meaning.NOT_A_STUDENT),
        ({"status": 409, "body": "[]"}, Meaning.OUTDATED),
        ({"status": 500, "body": "[]"}, Meaning.LOCKED),
        ({"status": 404}, Meaning.NOT_FOUND),
    ],
)
def test_moodle_refusals_of_a_score(answer, meaning):
    grant()
    responses.post(ITEM + "/scores", **answer)
    with pytest.raises(ScoreRefused) as caught:
        grades.send(connection(Moodle()), ITEM, score())
    assert caught.value.meaning is meaning


@responses.activate
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ({"status": 400, "json": {"status": 400, "reason": "No handler found", "request": {}}}, True),
        ({"status": 400, "body": "<html><title>Bad Request</title></html>"}, True),
        ({"status": 500, "body": "<html><title>Error</title></html>"}, False),
        ({"status": 500, "body": ""}, False),
        ({"status": 502, "body": "[]"}, False),
    ],
)
def test_moodle_blames_neither_the_student_nor_a_lock_for_other_troubles(answer, permanent):
    grant()
    responses.post(ITEM + "/scores", **answer)
    with pytest.raises(PlatformError) as caught:
        grades.send(connection(Moodle()), ITEM, score())
    assert not isinstance(caught.value, ScoreRefused)
    assert caught.value.permanent is permanent


def test_moodle_frames_cannot_be_resized():
    assert not Moodle().frame_resize
    assert Platform().frame_resize


def test_moodle_rosters_call_an_assistant_a_student():
    assert not Moodle().roster_roles_are_sure


@pytest.mark.parametrize(("container", "told"), [(2, 4), (3, 4), (4, 4), (5, 5)])
def test_moodle_is_told_that_somebody_comes_back_out_of_the_frame(container, told):
    way = "https://moodle.school.edu/mod/lti/return.php?course=2&launch_container={}&instanceid=1&sesskey=a%2Bb"
    assert Moodle().return_at_top(way.format(container)) == way.format(told)
    assert Moodle().return_at_top("") == ""


def test_moodle_counts_in_whole_seconds():
    assert Moodle().timestamp_step_seconds == 1.0


def test_moodle_lists_are_asked_for_without_a_limit():
    assert Moodle().line_item_page_limit is None
    assert Moodle().results_page_limit is None


@responses.activate
def test_schoology_scores_hold_only_what_the_specification_names():
    grant()
    responses.post(ITEM + "/scores", status=200)
    grades.send(connection(Schoology()), ITEM, score(submitted_at=NOW, comment="c"))
    assert set(sent()) == {
        "userId", "scoreGiven", "scoreMaximum", "comment", "timestamp", "activityProgress", "gradingProgress",
    }  # fmt: skip


def test_schoology_pages_hold_a_hundred():
    assert Schoology().member_page_limit == 100


def test_blackboard_comments_keep_their_lines():
    assert Blackboard().clean_comment("one\r\ntwo\nthree") == "one<br/>two<br/>three"


def test_long_comments_are_cut():
    assert len(Platform().clean_comment("x" * 9000)) == 4000


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"groups": "10, 9", "group_names": '["Evenings", "Period 3, A"]'}, {"9": "Evenings", "10": "Period 3, A"}),
        (
            {"groups": "10,9", "group_names": '[\\"Evenings\\", \\"Period 3\\"]'},
            {"9": "Evenings", "10": "Period 3"},
        ),
        ({"groups": "10,9", "group_names": '["Only one"]'}, {}),
        ({"groups": "10,9", "group_names": "Evenings"}, {}),
        ({"groups": "10", "group_names": '{"9": "Evenings"}'}, {}),
        ({"groups": "a,b", "group_names": '["Evenings", "Period 3"]'}, {}),
        ({"groups": "10,9"}, {}),
    ],
)
def test_canvas_says_the_names_of_sections_in_the_order_of_their_numbers(said, names):
    """Names that cannot be told apart are none: a wrong name is worse (“Variable Substitutions”, sectionNames)."""
    assert Canvas().group_names_of(said) == names


def test_canvas_says_sections_and_groups():
    assert Canvas().group_ids_of({"groups": "9", "more_groups": "1c,d4"}) == ("9", "1c", "d4")
    assert Canvas().group_ids_of({"groups": "9"}) == ("9",)
    assert Canvas().group_ids_of({}) is None
