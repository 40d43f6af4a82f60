"""Who signed, for whom, from where: everything a forger would try, and keys that change while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.cases import Town, entered, refused
from lti_tool.store.tables import DeploymentRow
from road import open_road

FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "alg none": ({"key": "none"}, "token_algorithm"),
    "HS256 with the public key as secret": ({"key": "secret"}, "token_algorithm"),
    "RS512": ({"header": {"alg": "RS512"}}, "token_algorithm"),
    "PS256": ({"header": {"alg": "PS256"}}, "token_algorithm"),
    "a stranger's key under the LMS's key name": ({"key": "stranger"}, "signature_wrong"),
    "another issuer": ({"claims": {"iss": "https://unknown.example"}}, "issuer_wrong"),
    "issuer with a slash at its end": ({"claims": {"iss": "{issuer}/"}}, "issuer_wrong"),
    "another audience": ({"claims": {"aud": "another-tool"}}, "audience_wrong"),
    "audience is an empty list": ({"claims": {"aud": []}}, "audience_wrong"),
    "azp is another tool": ({"claims": {"azp": "another-tool"}}, "party_wrong"),
    "several audiences without azp": (
        {"claims": {"aud": ["{client}", "another-tool"]}, "omit": ["azp"]},
        "party_wrong",
    ),
    "several audiences with another azp": (
        {"claims": {"aud": ["{client}", "another-tool"], "azp": "another-tool"}},
        "party_wrong",
    ),
    "foreign target_link_uri": (
        {"claims": {"target_link_uri": "https://evil.example/lti/launch"}},
        "target_foreign",
    ),
}


def filled(town: Town, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: filled(town, one) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(town, one) for one in value]
    if isinstance(value, str):
        return value.replace("{client}", town.road.client_id).replace("{issuer}", town.road.lms_url)
    return value


@pytest.mark.parametrize("case", FORGED)
def test_forged_launch(town: Town, link: str, case: str) -> None:
    changes, code = FORGED[case]
    refused(town, town.launch("student-1", link, **filled(town, changes)), code=code)


def test_changed_after_signing(town: Town, link: str) -> None:
    browser = town.road.browser()
    form = town.lms.launch("student-1", link, browser)
    head, body, signature = form.fields["id_token"].split(".")
    form.fields["id_token"] = f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"
    refused(town, town.post(form, browser))


def test_another_deployment_than_the_login_named(town: Town, link: str) -> None:
    page = town.launch("student-1", link, claims={"deployment_id": "another-deployment"})
    refused(town, page, code="deployment_wrong")


def test_new_deployment_waits_for_approval(tmp_path: Path, town: Town) -> None:
    with open_road(tmp_path / "tool", class_size=1, approve_deployments=True) as road:
        careful = Town(road=road.install(), log=town.log)
        activity = str(careful.lms.add_activity(careful.road.client_id, title="Fractions")["id"])
        browser = road.browser()
        form = careful.lms.signed_launch("student-1", activity, browser)
        known = careful.post(form, browser)
        if known.status_code == 200:  # the registration answer named its deployment, so it is approved with it
            entered(known)
        else:
            refused(careful, known, code="deployment_unknown")


def test_a_deployment_that_was_turned_down_is_told_so(tmp_path: Path, town: Town) -> None:
    with open_road(tmp_path / "tool", class_size=1) as road:
        careful = Town(road=road.install(), log=town.log)
        activity = str(careful.lms.add_activity(careful.road.client_id, title="Fractions")["id"])
        entered(careful.lms.enter("student-1", activity, road.browser()))
        with road.db.writing() as session:
            session.query(DeploymentRow).one().status = "refused"
        page = careful.lms.enter("student-1", activity, road.browser())
        assert "turned down" in refused(careful, page, code="deployment_refused")


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_town(tmp_path: Path, town: Town) -> Any:
    """A town of its own: looking for new keys happens once a minute, so cases must not share one."""
    with open_road(tmp_path / "tool", class_size=2, http_timeout_seconds=2.0) as road:
        yield Town(road=road.install(), log=town.log)


def test_keys_rotated_while_people_work(fresh_town: Town) -> None:
    activity = str(fresh_town.lms.add_activity(fresh_town.road.client_id, title="Fractions")["id"])
    browser = fresh_town.road.browser()
    before = entered(fresh_town.lms.enter("student-1", activity, browser))
    fresh_town.lms.rotate_keys()
    fresh_town.lms.clear_calls()
    entered(fresh_town.lms.enter("student-1", activity, browser))
    entered(fresh_town.lms.enter("student-2", activity, fresh_town.road.browser()))
    assert before
    assert fresh_town.lms.calls()["counts"].get("jwks") == 1


def test_keys_out_of_reach_at_the_first_launch(fresh_town: Town) -> None:
    activity = str(fresh_town.lms.add_activity(fresh_town.road.client_id, title="Fractions")["id"])
    fresh_town.lms.misbehave("jwks", "500")
    page = fresh_town.lms.enter("student-1", activity, fresh_town.road.browser())
    refused(fresh_town, page, code="keys_unreachable", status=503)
    fresh_town.lms.behave()
    entered(fresh_town.lms.enter("student-1", activity, fresh_town.road.browser()))


def test_keys_out_of_reach_later_do_no_harm(fresh_town: Town) -> None:
    activity = str(fresh_town.lms.add_activity(fresh_town.road.client_id, title="Fractions")["id"])
    entered(fresh_town.lms.enter("student-1", activity, fresh_town.road.browser()))
    fresh_town.lms.misbehave("jwks", "drop")
    entered(fresh_town.lms.enter("student-2", activity, fresh_town.road.browser()))


def test_our_own_keys_are_public_and_only_public(town: Town) -> None:
    keys = town.road.browser().get(f"{town.road.tool_url}/lti/jwks", timeout=10).json()["keys"]
    assert keys
    for key in keys:
        assert key["kty"] == "RSA"
        assert key["alg"] == "RS256"
        assert key["use"] == "sig"
        assert not set(key) & {"d", "p", "q", "dp", "dq", "qi"}
