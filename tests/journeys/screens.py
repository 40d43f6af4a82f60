"""Acting on pages as people do: by what is written on them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Error, Frame, FrameLocator, JSHandle, Locator, Page, expect

from conformance.cases import Town
from lti_tool.content.package import starter
from lti_tool.learning.activities import Item, ItemKind
from lti_tool.learning.ids import ItemId

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 600, 900)
FRAME_HEIGHT = "() => window.parent === window ? 0 : window.innerHeight"
HEAR_CLICK = """(target) => {
  const deaf = matchMedia("(scripting: none)").matches;  // Then nothing can hear, and no script holds anybody back.
  const link = (one) => one.closest("a[href]:not([target], [download], [href^='#'])");
  const heard = { click: deaf, leaves: deaf && Boolean(link(target) || target.closest("button")) };
  addEventListener("click", () => { heard.click = true; }, { capture: true, once: true });
  for (const kind of ["click", "submit"])
    addEventListener(kind, (event) => {
      const goes = kind === "submit" ? !event.target.target : link(event.target);
      heard.leaves ||= Boolean(goes) && !event.defaultPrevented;
    }, { once: true });
  return heard;
}"""
IS_THERE = "document.body !== null && document.readyState !== 'loading'"
CLICKS = 5
LEAVES_WITHIN = 400
"""Times of 25 ms."""
TOO_WIDE = """() => {
  const within = (one) => one.getBoundingClientRect().right <= innerWidth + 1;
  const scrolls = (one) => getComputedStyle(one).overflowX === "auto" && within(one);
  const around = (one) => (one ? [one, ...around(one.parentElement)] : []);
  const scrolled = (one) => around(one.closest("math")).some(scrolls);  // A formula stands on one line.
  return [...document.querySelectorAll("main *")]
    .filter((one) => !within(one) && !one.closest(".tabs, thead, .sr") && !scrolled(one))
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`);
}"""
BROKEN_WORDS = """() => {
  const lines = (text, word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
  };
  const texts = (one) => (one.nodeType === 3 ? [one] : [...one.childNodes].flatMap(texts));
  return [...document.querySelectorAll("button, .button, h1, h2, h3, .eyebrow")]
    .filter((one) => one.checkVisibility() && one.getClientRects().length)
    .flatMap((one) => texts(one).filter((text) => !text.parentElement.closest(".sr")))
    .flatMap((text) => [...text.data.matchAll(/[\\p{L}\\p{M}]+/gu)]
      .filter((word) => word[0].length < 20 && lines(text, word) > 1).map((word) => word[0]));
}"""
"""Words of buttons and headings that stand on two lines, but those no phone is wide enough for."""
Place = FrameLocator | Page


def in_course(town: Town, page: Page, person: str, activity: str) -> FrameLocator:
    """Open an activity on the course page, in its frame. Returns the tool's frame."""
    page.goto(f"{town.road.lms_url}/as/{person}?next=/activity/{activity}")
    frame = page.frame_locator("iframe.tool")
    frame.locator("main#main").wait_for()
    return frame


def in_own_tab(town: Town, page: Page, person: str, activity: str) -> Page:
    """Open an activity in a tab of its own."""
    page.goto(f"{town.road.lms_url}/as/{person}?next=/course")
    page.goto(f"{town.road.lms_url}/launch/{activity}?target=window")
    page.wait_for_url("**/l/**")
    page.locator("main#main").wait_for()
    return page


def tool_frame(page: Page) -> Frame:
    """The tool's frame itself, to run things in."""
    frame = page.frame("tool")
    assert frame is not None
    return frame


def visit_address(place: Page | Frame) -> str:
    """The address of the visit, with a slash at its end."""
    head, _, rest = place.url.partition("/l/")
    return f"{head}/l/{rest.split('/')[0]}/"


def press(place: Place, name: str) -> None:
    """Press the button of that name."""
    click(place.get_by_role("button", name=name).first)


def click(target: Locator) -> None:
    """Click, see that the page heard it, and where it leads to another page, wait until that one is there.

    A browser finds the page under the pointer by the sizes it has drawn. While an LMS is giving a frame another
    height, it may hand the click to nobody: people see that nothing happened and click again.
    """
    _wait_for_height(target)
    frame = target.element_handle().owner_frame()
    for _ in range(CLICKS):
        heard = target.evaluate_handle(HEAR_CLICK)
        target.click()
        try:
            if heard.evaluate("(heard) => heard.click"):
                _wait_to_leave(target.page, heard)
                return
        except Error:  # The click has led to another page.
            _wait_to_arrive(target.page, frame)
            return
    raise AssertionError(f"the page hears no click on {target}")


def _wait_to_leave(page: Page, heard: JSHandle) -> None:
    """Until the page that was clicked on is gone: then looking at it is an error. A download leaves it there."""
    for _ in range(LEAVES_WITHIN):
        if not heard.evaluate("(heard) => heard.leaves"):
            return
        page.wait_for_timeout(25)


def _wait_to_arrive(page: Page, frame: Frame | None) -> None:
    """Until the next page has been read: at its very beginning it is a document without a single element."""
    for _ in range(LEAVES_WITHIN):
        if frame is None or frame.is_detached() or page.is_closed():
            return
        with contextlib.suppress(Error):  # It may be on its way to another address still.
            if frame.evaluate(IS_THERE):
                return
        page.wait_for_timeout(25)


def tick(target: Locator, on: bool = True) -> None:
    """Switch a box, or one of several round ones, on or off."""
    if target.is_checked() is not on:
        click(target)
    expect(target).to_be_checked(checked=on)


def _wait_for_height(target: Locator) -> None:
    height = target.evaluate(FRAME_HEIGHT)
    while height:
        target.page.wait_for_timeout(120)
        before, height = height, target.evaluate(FRAME_HEIGHT)
        if height == before:
            return


def question(place: Place) -> Item:
    """The question on the page."""
    key = place.locator('input[name="item"]').first.input_value()
    return starter().items[ItemId(key)]


def fill_in(place: Place, item: Item, *, right: bool = True) -> None:
    """Answer the question on the page; wrong answers are ones its author expected where there are any."""
    match item.kind:
        case ItemKind.ONE_CHOICE:
            key = next(one.key for one in item.choices if one.correct is right)
            tick(place.locator(f'input[name="choice"][value="{key}"]'))
        case ItemKind.SEVERAL_CHOICES:
            for one in item.choices:
                tick(place.locator(f'input[name="choices"][value="{one.key}"]'), one.correct is right)
        case ItemKind.NUMBER | ItemKind.SHORT_TEXT:
            place.locator('input[name="text"]').fill(_typed(item, right))
        case ItemKind.ORDERING:
            _order(place, [one.key for one in item.choices][:: 1 if right else -1])
        case ItemKind.MATCHING:
            answers = [answer for _, answer in item.pairs]
            given = answers if right else [*answers[1:], answers[0]]
            for (left, _), answer in zip(item.pairs, given, strict=True):
                place.locator(f'select[name="pair:{left}"]').select_option(value=answer)


def _typed(item: Item, right: bool) -> str:
    if right:
        return item.number.value if item.number else item.texts[0]
    return item.expected_wrong[0].value if item.expected_wrong else "987"


def _order(place: Place, wanted: list[str]) -> None:
    """With scripts by the buttons, else by the selects."""
    moves = place.locator(".moves").first
    if not moves.is_visible():
        for number, key in enumerate(wanted, start=1):
            place.locator(f'select[name="place:{key}"]').select_option(str(number))
        return
    for number, key in enumerate(wanted):
        card = place.locator("li", has=place.locator(f'select[name="place:{key}"]'))
        while place.locator("[data-ordering] li").nth(number).locator(f'select[name="place:{key}"]').count() == 0:
            click(card.locator("[data-up]"))


def check_page(place: Page | Frame, what: str) -> None:
    """No complaint of axe, one main heading, and nothing wider than the window."""
    expect(place.locator("[aria-busy]")).to_have_count(0)
    if not place.evaluate("'axe' in window"):
        place.evaluate(AXE)
    found = place.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", WCAG
    )
    told = [
        f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:4]}"
        for one in found["violations"]
    ]
    assert not told, f"{what}: " + "; ".join(told)
    assert place.locator("h1").count() == 1, f"{what}: one main heading"
    wide = place.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], f"{what}: {wide[0]} px wide in a window of {wide[1]}"
    broken = place.evaluate(BROKEN_WORDS)
    assert not broken, f"{what}: words on two lines: {broken[:4]}"


def _places(violation: dict[str, Any]) -> list[Any]:
    return [node["target"] for node in violation["nodes"]][:4]


def photograph(page: Page, role: str, name: str, width: int) -> None:
    """Keep a picture, when somebody wants to look at pages."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if folder:
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=place / f"{role}-{name}-{width}.png", full_page=True)


def at_all_widths(page: Page, role: str, name: str) -> None:
    """Check and photograph the page at every width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        photograph(page, role, name, width)
        check_page(page, f"{role}, {name}, {width} px")
    fits_with_big_letters(page, f"{role}, {name}")


def fits_with_big_letters(page: Page, what: str) -> None:
    """Text of twice the size stays inside, also on a phone, where nobody demands it but some need it."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = page.evaluate(TOO_WIDE)
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert not found, f"{what}, letters of twice the size: {found[:4]}"


def unfold(page: Page) -> None:
    """Open everything that can be opened."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def heading(place: Place) -> Locator:
    """The page's main heading."""
    return place.get_by_role("heading", level=1)


def said(place: Place, words: str) -> Any:
    """Wait until these words are on the page."""
    found = place.get_by_text(words).first
    found.wait_for()
    return found
