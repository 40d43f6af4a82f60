"""The course page in a real browser: frames, their messages, and the ways back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright import sync_api as playwright

from chromium import FLAGS, PATIENCE_MILLISECONDS, chromium_path
from platform_tests.tool import CLAIM, TestTool, running_tool
from sandbox_platform import PracticeClient, Running

PAGES = (
    ("teacher", "/course"), ("teacher", "/gradebook"), ("teacher", "/people"), ("teacher", "/people/student-2"),
    ("teacher", "/add"), ("teacher", "/switches"), ("admin", "/install"), ("student-1", "/grades"),
    ("student-1", "/gradebook"), ("parent", "/course"), ("teacher", "/no-such-page"),
)  # fmt: skip

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: playwright.Browser, lms: Running) -> Iterator[playwright.Page]:
    context = chromium.new_context(base_url=lms.url, viewport={"width": 900, "height": 800})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


def in_tool(page: playwright.Page) -> playwright.Frame:
    """The tool's frame once the tool is really there."""
    page.frame_locator("iframe.tool").get_by_role("heading", name="The tool is here").wait_for()
    frame = page.frame("tool")
    assert frame is not None
    return frame


def frame_height(page: playwright.Page) -> float:
    box = page.locator("iframe.tool").bounding_box()
    assert box is not None
    return box["height"]


def test_an_activity_opens_inside_the_course_page(page, tool: TestTool, activity) -> None:
    page.goto("/as/student-2?next=/course")
    page.get_by_role("link", name="Fractions").click()
    in_tool(page)
    assert tool.launches[-1]["given_name"] == "Liam"
    assert page.locator("iframe.tool").get_attribute("title") == "Fractions"


def test_the_frame_takes_the_height_the_tool_asks_for(page, tool: TestTool, activity) -> None:
    page.goto(f"/as/student-1?next=/activity/{activity['id']}")
    frame = in_tool(page)
    frame.evaluate("say({subject: 'lti.frameResize', height: 321})")
    page.wait_for_function("document.querySelector('iframe.tool').offsetHeight === 321")
    for wrong in ("{subject: 'lti.frameResize', height: 55.5}", "{subject: 'lti.frameResize', height: '9 miles'}"):
        frame.evaluate(f"say({wrong})")
    page.evaluate("window.postMessage({subject: 'lti.frameResize', height: 77}, '*')")
    frame.evaluate("say(JSON.stringify({subject: 'lti.frameResize', height: 400}))")
    page.wait_for_function("document.querySelector('iframe.tool').offsetHeight === 400")


def test_a_small_frame_stays_small(page, client: PracticeClient, tool: TestTool, activity) -> None:
    client.set_options(small_frame=True)
    page.goto(f"/as/student-1?next=/activity/{activity['id']}")
    frame = in_tool(page)
    frame.evaluate("say({subject: 'lti.frameResize', height: 900})")
    frame.evaluate("say({subject: 'lti.capabilities', message_id: 'later'})")
    frame.wait_for_function("document.getElementById('heard').textContent.includes('later')")
    assert frame_height(page) == 340


def test_a_new_tab_when_the_activity_says_so(page, client: PracticeClient, tool: TestTool) -> None:
    made = client.add_activity(tool.platform["client_id"], title="Alone", window={})
    page.goto(f"/as/teacher?next=/activity/{made['id']}")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open in a new tab").click()
    opened.value.get_by_role("heading", name="The tool is here").wait_for()
    assert tool.launches[-1][f"{CLAIM}/launch_presentation"]["document_target"] == "window"


def test_platform_storage_keeps_values_for_the_tool(page, client, tool: TestTool, activity) -> None:
    client.set_options(platform_storage=True)
    page.goto(f"/as/student-1?next=/activity/{activity['id']}")
    frame = in_tool(page)
    assert tool.logins[-1]["lti_storage_target"] == "lti_storage"
    heard = "document.getElementById('heard').textContent"
    frame.evaluate("say({subject: 'lti.capabilities', message_id: 'c'})")
    frame.wait_for_function(f"{heard}.includes('lti.put_data') && {heard}.includes('lti_storage')")
    put = {"subject": "lti.put_data", "message_id": "p", "key": "state", "value": "v-1"}
    frame.evaluate("message => sayTo('lti_storage', message)", put)
    frame.wait_for_function(f"{heard}.includes('lti.put_data.response')")
    frame.evaluate("message => sayTo('lti_storage', message)", put | {"subject": "lti.get_data", "value": None})
    frame.wait_for_function(f"{heard}.includes('lti.get_data.response') && {heard}.includes('v-1')")


def test_choosing_in_the_picker_returns_to_the_course_page(page, client, tool: TestTool) -> None:
    page.goto("/as/teacher?next=/add")
    page.frame_locator("iframe.tool").get_by_role("button", name="Choose this").click()
    page.get_by_role("link", name="Picked").wait_for()
    assert page.url.endswith("/course")
    assert [column["label"] for column in client.gradebook()] == ["Picked"]


def test_an_administrator_installs_a_tool_by_its_address(page, client, tool_key) -> None:
    with running_tool() as newcomer:
        newcomer.key = tool_key
        page.goto("/as/admin?next=/install")
        page.get_by_role("textbox", name="Registration address").fill(f"{newcomer.url}/register")
        page.get_by_role("button", name="Install", exact=True).click()
        page.frame_locator("iframe.tool").get_by_role("button", name="Close").click()
        page.get_by_role("link", name="Test tool").wait_for()
        assert page.url.endswith("/install")
        assert len(client.registrations()) == 1


def test_installing_by_hand_shows_our_values(page, client, tool_key) -> None:
    with running_tool() as newcomer:
        page.goto("/as/admin?next=/install")
        page.get_by_text("By hand", exact=True).click()
        typed = newcomer.registration_values()
        page.get_by_label("Name of the tool").fill("By hand")
        page.get_by_label("Login address").fill(typed["initiate_login_uri"])
        page.get_by_label("Launch address").fill(typed["target_link_uri"])
        page.get_by_label("Key set address").fill(typed["jwks_uri"])
        page.get_by_label("Redirect addresses").fill(typed["redirect_uris"][0])
        page.get_by_role("button", name="Install by hand").click()
        page.get_by_role("heading", name="By hand").wait_for()
        assert client.registrations()[0]["client_id"] in page.content()


def test_a_teacher_overrides_a_grade_and_takes_it_back(page, client, tool: TestTool, activity) -> None:
    column = client.gradebook()[0]["id"]
    page.goto("/as/teacher?next=/gradebook")
    page.get_by_role("link", name="Liam Johansson, Fractions").click()
    page.get_by_label("Points").fill("17,5")
    page.get_by_role("button", name="Use my grade").click()
    page.get_by_text("17.5").first.wait_for()
    assert client.gradebook()[0]["grades"]["student-2"]["shown"] == 17.5
    page.get_by_role("button", name="Back to the tool's grade").click()
    page.get_by_role("button", name="Back to the tool's grade").wait_for(state="detached")
    assert client.gradebook()[0]["grades"]["student-2"]["shown"] is None
    assert page.url.endswith(f"/gradebook/{column}/student-2")


def test_the_road_works_without_scripts(chromium, lms: Running, tool: TestTool, activity) -> None:
    context = chromium.new_context(base_url=lms.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/as/student-1?next=/activity/{activity['id']}")
    inside = page.frame_locator("iframe.tool")
    inside.get_by_role("button", name="Open the activity").click()
    inside.get_by_role("button", name="Continue to the activity").click()
    inside.get_by_role("heading", name="The tool is here").wait_for()
    context.close()


@pytest.mark.parametrize("width", [320, 600, 900])
def test_pages_are_accessible_and_fit(page, client, tool: TestTool, activity, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    column = client.gradebook()[0]["id"]
    client.override(column, "student-1", 9, "Well done")
    page.set_viewport_size({"width": width, "height": 800})
    more = (
        ("teacher", f"/gradebook/{column}/student-1"),
        ("teacher", f"/activity/{activity['id']}"),
        ("admin", f"/tools/{tool.platform['client_id']}"),
    )
    for person, path in (*PAGES, *more):
        page.goto(f"/as/{person}?next={path}", wait_until="load")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.response["violations"] == [], f"{path} at {width}"
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(too_wide), f"{path} is wider than {width}"
