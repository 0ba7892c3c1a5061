"""While the scripts of a page's parts are on their way, nothing moves under a finger."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.steps import expect_signed_in, sign_up

pytestmark = pytest.mark.browser

FIELDS = re.compile(r"/js/(Selectbox|TextInput|TextArea|ButtonGroup)\.")
CLOCK = re.compile(r"/js/BidiComponent\.")


def hold_back(page: Page, scripts: re.Pattern[str]) -> Callable[[], None]:
    """Let the browser wait for `scripts` until the answer is called."""
    held: list[Route] = []
    waits = True

    def on_request(route: Route) -> None:
        if waits:
            held.append(route)
        else:
            route.continue_()

    def let_go() -> None:
        nonlocal waits
        waits = False
        assert held
        for route in held:
            route.continue_()

    page.route(scripts, on_request)
    return let_go


def top(button: Locator) -> float:
    box = button.bounding_box()
    assert box
    return box["y"]


def test_fields_that_come_late_do_not_move_the_button_below(page: Page) -> None:
    let_go = hold_back(page, FIELDS)
    page.goto("/")
    create = page.get_by_role("button", name="Create account")
    switch = page.get_by_role("button", name="Create an account")
    expect(create.or_(switch)).to_be_visible()
    if switch.is_visible():
        switch.click()
    expect(create).to_be_visible()
    expect(switch).not_to_be_attached()
    before = top(create)
    let_go()
    expect(page.get_by_role("combobox", name="Your time zone")).to_be_visible()
    assert top(create) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clock_that_comes_late_does_not_move_start(page: Page, width: int) -> None:
    sign_up(page)
    page.set_viewport_size({"width": width, "height": 800})
    let_go = hold_back(page, CLOCK)
    page.reload()
    expect_signed_in(page)
    start = page.get_by_role("button", name="Start", exact=True)
    expect(page.get_by_label("What are you working on?")).to_be_visible()
    before = top(start)
    let_go()
    expect(page.locator(".digits")).to_be_visible()
    assert top(start) == pytest.approx(before, abs=1)
