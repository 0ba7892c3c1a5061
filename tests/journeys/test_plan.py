"""A day's plan from the first task to the last, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import sign_up
from tests.journeys.test_timer import button, expect_state

pytestmark = pytest.mark.browser


def add(page: Page, number: int, title: str, minutes: int) -> None:
    """The task of that number, without a mouse: typed words count when Tab goes on."""
    page.locator(f".st-key-plan_list_title_{number} input").click()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    field = page.locator(f".st-key-plan_estimate_{number} input")
    field.fill(str(minutes))
    field.press("Enter")
    expect(row(page, title)).to_be_visible()


def row(page: Page, title: str) -> Locator:
    """What starts a session on a planned task."""
    return page.locator(".st-key-plan").get_by_role("button", name=re.compile(title))


def test_plan_start_finish_and_tick(page: Page) -> None:
    sign_up(page)
    button(page, "Plan today").click()
    add(page, 0, "Read chapter 5", 60)
    add(page, 1, "Problem set", 45)
    plan = page.locator(".st-key-plan")
    expect(plan).to_contain_text("1 h 45 min estimated")
    expect(plan).to_contain_text(re.compile(r"Done by about \d\d:\d\d|More than fits into today"))
    expect(plan).to_contain_text("A guess, until 3 sessions of yours are known.")

    row(page, "Problem set").click()
    expect_state(page, "running")
    expect(page.locator("section.clock")).to_contain_text("Problem set")
    expect(plan).to_contain_text("Problem set now, of 45 min")
    page.keyboard.press("Space")
    expect_state(page, "paused")
    button(page, "Finish").click()
    expect_state(page, "done")

    page.get_by_role("checkbox", name="Done: Problem set").click(force=True)
    expect(plan.locator("del")).to_have_text("Problem set")
    page.keyboard.press("Space")  # is the clock's again, whatever was ticked before
    expect_state(page, "break")
    expect(plan.locator("del")).to_have_text("Problem set")

    page.reload()
    expect(plan.locator("del")).to_have_text("Problem set")
    expect(plan).to_contain_text("1 h 45 min estimated")
    expect(row(page, "Read chapter 5")).to_be_visible()
