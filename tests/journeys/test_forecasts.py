"""A forecast from its estimate to its score, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import sign_up
from tests.journeys.test_timer import button, database, expect_state, let_pass, start

__all__ = ["database"]  # the fixture

pytestmark = pytest.mark.browser

RANGE = re.compile(r"You say 45\smin\. Perhaps .+ to .+, most likely about \d+")


def open_scorecard(page: Page) -> None:
    page.get_by_role("link", name="Scorecard", exact=True).click()
    expect(page.get_by_role("heading", name="Scorecard", exact=True)).to_be_visible()


def test_from_an_estimate_to_its_score(page: Page, database: Callable[..., Any]) -> None:
    username = sign_up(page)
    open_scorecard(page)
    expect(page.get_by_text("No forecast has been made yet.")).to_be_visible()

    page.get_by_role("link", name="Timer", exact=True).click()
    page.get_by_text("Flowtime", exact=True).click()
    expect(page.get_by_text(re.compile("^Perhaps "))).to_be_visible()
    page.locator(".st-key-timer_estimate input").fill("45")
    page.keyboard.press("Tab")
    expect(page.get_by_text(RANGE)).to_be_visible()
    expect(page.get_by_text("no done task is known yet")).to_be_visible()
    said = page.get_by_text(RANGE).inner_text()

    start(page)
    expect(page.get_by_text(said, exact=True)).to_be_visible()
    open_scorecard(page)
    expect(page.get_by_text("0 of 1 forecasts scored")).to_be_visible()

    page.get_by_role("link", name="Timer", exact=True).click()
    expect_state(page, "running")
    let_pass(database, username, 40 * 60)
    button(page, "Finish").click()
    page.get_by_role("radio", name="4", exact=True).click()
    button(page, "Save").click()
    expect(page.get_by_text("How focused were you?")).to_have_count(0)

    expect_state(page, "break")
    button(page, "Similar sessions").click()
    expect(page.get_by_text("estimated 45 min, took 40 min")).to_be_visible()
    page.keyboard.press("Escape")

    open_scorecard(page)
    expect(page.get_by_text("1 of 1 forecasts scored")).to_be_visible()
    expect(page.get_by_text("too early to say (1 of 30)")).to_have_count(3)
    page.get_by_text("Rating", exact=True).first.click()
    expect(page.get_by_text("1 of 10 needed").first).to_be_visible()
