"""What somebody typed, seen in a real browser: text, and nothing but text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.hostile import FOR_THE_EYE
from tests.journeys.app_server import AppServer
from tests.journeys.steps import sign_up

pytestmark = pytest.mark.browser

RUNNING = "<img src=x onerror=alert(2)>"
LOOK_FOR_MARKUP = """
() => [...document.querySelectorAll(
  'section.main :is(script, iframe, object, embed, math, [onerror], [onload], [onfocus]),' +
  'img[src="x"], svg[onload], [href^="javascript:"], [href*="evil.example"], [src*="evil.example"]'
)].map(found => found.outerHTML.slice(0, 200))
"""


def add_sessions(app: AppServer, username: str) -> None:
    """One finished session for each text, and one that runs."""
    pool = create_engine(app.admin)
    now = datetime.now(UTC).replace(microsecond=0)
    with pool.begin() as connection:
        for i, typed in enumerate([*FOR_THE_EYE, RUNNING]):
            running = i == len(FOR_THE_EYE)
            start = now - (timedelta(minutes=3) if running else timedelta(hours=i + 1))
            connection.execute(
                text(SESSION.format(end="null" if running else ":end")),
                {
                    "name": username,
                    "typed": " ".join(typed.split()),
                    "start": start,
                    "end": start + timedelta(minutes=25),
                    "done": not running,
                },
            )
    pool.dispose()


SESSION = """
with owner as (select id, timezone from users where username = :name),
     course as (
       insert into courses (user_id, name)
       select id, :typed from owner
       on conflict do nothing returning id
     ),
     task as (
       insert into tasks (user_id, title)
       select id, :typed from owner
       on conflict do nothing returning id
     )
insert into focus_sessions (
  user_id, task_id, course_id, context, session_notes, start_time, end_time, actual_start_time,
  actual_end_time, expected_duration, was_completed, timezone, ended_by, last_seen_at
)
select owner.id, (select id from task), (select id from course), :typed, :typed, :start,
  cast({end} as timestamptz), :start, cast({end} as timestamptz), 25, :done, owner.timezone,
  case when :done then 'user' end, now()
from owner
"""


def test_nothing_that_was_typed_comes_alive(page: Page, app_server: AppServer) -> None:
    dialogs: list[str] = []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    add_sessions(app_server, sign_up(page))
    page.reload()
    for name, sign in (
        ("Timer", RUNNING),
        ("History", "<script>alert(1)</script>"),
        ("Profile", "Profile"),
        ("Insights", "Last sessions"),
    ):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(sign).first).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).not_to_be_attached()
        if name == "Insights":
            page.get_by_role("combobox", name="Session").click()
            expect(page.get_by_role("option").filter(has_text="<svg onload")).to_be_visible()
        assert page.evaluate(LOOK_FOR_MARKUP) == [], name
    assert dialogs == []
    assert not [url for url in asked if "//localhost:" not in url and not url.startswith("data:")]
