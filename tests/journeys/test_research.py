"""Consent, release, erase, and the next release without them, as three people live it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Engine, create_engine, text

from tests.factories import utc
from tests.journeys.app_server import AppServer
from tests.journeys.steps import PASSWORD, expect_signed_out, sign_up
from tests.research.people import settle

pytestmark = pytest.mark.browser


@pytest.fixture
def engine(app_server: AppServer) -> Iterator[Engine]:
    pool = create_engine(app_server.admin)
    yield pool
    pool.dispose()


def test_consent_release_erase_and_the_next_release_without_them(
    new_context: Callable[[], BrowserContext], engine: Engine, tmp_path: Path
) -> None:
    settle(engine, 160, weeks=4)
    member, researcher = new_context().new_page(), new_context().new_page()
    name = sign_up(member)
    add_sessions(engine, name)
    open_my_data(member)
    member.get_by_role("button", name="I agree and take part").click()
    expect(member.get_by_text("You take part in research.")).to_be_visible()

    become_researcher(engine, sign_up(researcher))
    researcher.goto("/research")
    choose_spring(researcher)
    researcher.get_by_role("button", name="Preview what it would cost").click()
    expect(researcher.get_by_text("161 people consent")).to_be_visible()
    expect(researcher.get_by_text("It can be released with")).to_be_visible()
    researcher.get_by_role("button", name="Release", exact=True).click()
    expect(researcher.get_by_text("Tier B, 2 Mar 2026 to 29 Mar 2026")).to_be_visible()
    with researcher.expect_download() as download:
        researcher.get_by_role("button", name="CSV").click()
    target = tmp_path / "release.zip"
    download.value.save_as(target)
    with zipfile.ZipFile(target) as packed:
        assert set(packed.namelist()) == {"release.csv", "dictionary.csv", "manifest.json"}
        assert name.encode() not in packed.read("release.csv")

    member.reload()
    with member.expect_download() as download:
        member.get_by_role("button", name="Download my data").click()
    download.value.save_as(target)
    with zipfile.ZipFile(target) as packed:
        assert name.encode() in packed.read("everything.json")
    member.get_by_label("Your password").fill(PASSWORD)
    member.get_by_text("Don't wait: erase everything now").click()
    member.get_by_role("button", name="Erase my account").click()
    expect_signed_out(member)

    researcher.reload()
    choose_spring(researcher)
    researcher.get_by_role("button", name="Preview what it would cost").click()
    expect(researcher.get_by_text("160 people consent")).to_be_visible()


def open_my_data(page: Page) -> None:
    page.goto("/my_data")
    expect(page.get_by_role("heading", name="My data")).to_be_visible()


def choose_spring(page: Page) -> None:
    page.get_by_text(re.compile("^B: up to 40 rows")).click()
    pick(page, "From", "20260302", "Whole weeks: 2 Mar 2026 to")
    pick(page, "To", "20260329", "2 Mar 2026 to 29 Mar 2026, 4 in all")


def pick(page: Page, label: str, day: str, told: str) -> None:
    field = page.get_by_role("group", name=label, exact=True)
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(day, delay=60)  # each part of the date moves on to the next
    expect(field.get_by_role("spinbutton").last).to_have_text(day[6:])
    page.keyboard.press("Enter")
    if page.get_by_role("application").is_visible():  # the calendar; closing it takes the date
        page.keyboard.press("Escape")
    page.get_by_role("heading", name="Research").click()
    expect(page.get_by_text(told)).to_be_visible()


def add_sessions(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        for hour in range(8, 20):
            start = utc(2026, 3, 3, hour)
            connection.execute(
                text(
                    "insert into focus_sessions (user_id, start_time, end_time, timezone, ended_by)"
                    " select id, :start, :end, 'UTC', 'user' from users where username = :name"
                ),
                {"name": name, "start": start, "end": start + timedelta(minutes=25)},
            )


def become_researcher(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("update users set role = 'researcher' where username = :name"), {"name": name}
        )
