"""A person's first day on a whole installation: the launcher, its scheduler, an embedded database.

Sign up, start, pause, reload, resume, finish, rate, look back, three sessions, profile, insights,
sign out; and what is killed meanwhile costs nothing.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import create_engine, text

from db import setup
from focus_core.config import read_settings
from pages._ui.browser import SESSION_COOKIE
from tests.journeys.conftest import browsers_at
from tests.journeys.steps import expect_signed_in, expect_signed_out, sign_out_button, sign_up
from tests.running import RunningFocus, wait_until

pytestmark = pytest.mark.browser

_EARLIER = text(
    """
    update focus_sessions
       set start_time = start_time - make_interval(mins => :minutes),
           end_time = end_time - make_interval(mins => :minutes),
           actual_start_time = actual_start_time - make_interval(mins => :minutes),
           actual_end_time = actual_end_time - make_interval(mins => :minutes)
     where id = :id
    """
)


@pytest.fixture(scope="module")
def focus() -> Iterator[RunningFocus]:
    with tempfile.TemporaryDirectory(prefix="focus-first-day-") as directory:
        running = RunningFocus(Path(directory) / "state")
        running.start()
        yield running
        running.remove()


@pytest.fixture
def browsers(chromium: Browser, focus: RunningFocus) -> Iterator[Callable[[], BrowserContext]]:
    yield from browsers_at(focus.url, chromium)


@pytest.fixture
def let_pass(focus: RunningFocus) -> Iterator[Callable[[int], None]]:
    """Moves everything that happened so far back by that many minutes."""
    settings = read_settings({"FOCUS_STATE_DIR": str(focus.state_dir)})
    pool = create_engine(setup.admin_url(settings), isolation_level="AUTOCOMMIT")

    def move(minutes: int) -> None:
        with pool.connect() as connection:
            # Oldest first, so that none is moved onto another.
            sessions = connection.scalars(text("select id from focus_sessions order by start_time"))
            for session_id in sessions.all():
                connection.execute(_EARLIER, {"minutes": minutes, "id": session_id})

    yield move
    pool.dispose()


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def expect_clock(page: Page, state: str, digits: str) -> None:
    expect(page.locator("section.clock")).to_have_attribute("data-state", state)
    expect(page.get_by_role("timer")).to_have_text(re.compile(digits))


def go(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_from_sign_up_to_sign_out(
    browsers: Callable[[], BrowserContext], let_pass: Callable[[int], None]
) -> None:
    context = browsers()
    page = context.new_page()
    sign_up(page)

    button(page, "Start").click()
    expect_clock(page, "running", r"^24:5\d$")
    button(page, "Pause").click()
    expect_clock(page, "paused", r"^24:5\d$")
    page.reload()
    expect_clock(page, "paused", r"^24:5\d$")
    button(page, "Resume").click()
    expect_clock(page, "running", r"^24:\d\d$")
    let_pass(20)
    page.reload()
    expect_clock(page, "running", r"^04:\d\d$")
    button(page, "Finish").click()
    page.get_by_role("radio", name="4", exact=True).click()
    button(page, "Save").click()
    expect(page.get_by_text("How focused were you?")).to_be_hidden()

    for _ in range(2):
        button(page, "No break").click()
        expect_clock(page, "idle", r"^25:00$")
        button(page, "Start").click()
        expect_clock(page, "running", r"^24:\d\d$")
        let_pass(22)
        page.reload()
        expect_clock(page, "running", r"^02:\d\d$")
        button(page, "Finish").click()
        button(page, "Skip").click()

    go(page, "History")
    expect(page.get_by_text("Pomodoro").first).to_be_visible()
    go(page, "Profile")
    finished = page.get_by_test_id("stMetric").filter(has_text="Finished sessions")
    expect(finished).to_contain_text("3")
    go(page, "Insights")
    expect(page.get_by_role("heading", name="Insights")).to_be_visible()

    copied = [cookie for cookie in context.cookies() if cookie["name"] == SESSION_COOKIE]
    sign_out_button(page).click()
    expect_signed_out(page)
    thief = browsers()
    thief.add_cookies(copied)  # type: ignore[arg-type]
    stolen = thief.new_page()
    stolen.goto("/")
    expect_signed_out(stolen)


def test_killing_parts_costs_nothing(
    browsers: Callable[[], BrowserContext], focus: RunningFocus, let_pass: Callable[[int], None]
) -> None:
    page = browsers().new_page()
    sign_up(page)
    button(page, "Start").click()
    expect_clock(page, "running", r"^24:\d\d$")
    let_pass(10)

    for part in ("focus_core.scheduler", "streamlit"):
        killed = focus.child(part)
        assert killed is not None
        killed.kill()
        wait_until(lambda part=part, killed=killed: focus.child(part) not in (None, killed))
    focus.postmaster().kill()
    wait_until(focus.answers, focus.output)

    page.reload()
    expect_signed_in(page)
    expect_clock(page, "running", r"^14:\d\d$")
    button(page, "Pause").click()
    expect_clock(page, "paused", r"^14:\d\d$")


def test_the_plan_ends_with_no_browser_open(
    browsers: Callable[[], BrowserContext], let_pass: Callable[[int], None]
) -> None:
    context = browsers()
    page = context.new_page()
    sign_up(page)
    button(page, "Start").click()
    expect_clock(page, "running", r"^24:\d\d$")
    page.close()
    let_pass(60)
    again = context.new_page()
    again.goto("/history")
    expect(again.get_by_text("25 min").first).to_be_visible()
