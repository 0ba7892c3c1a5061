"""The database, or all of Focus, goes away and comes back while somebody is at a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import URL, create_engine, text

from tests.conftest import clone
from tests.journeys.app_server import AppServer
from tests.journeys.steps import expect_signed_in, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.fault]


class Database:
    """One that refuses every connection while it is away."""

    def __init__(self, server: URL, name: str) -> None:
        self.url = clone(server, name)
        self.name = name
        self.control = create_engine(server, isolation_level="AUTOCOMMIT")

    def go_away(self) -> None:
        with self.control.connect() as connection:
            connection.execute(text(f"alter database {self.name} with allow_connections false"))
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"
                ),
                {"name": self.name},
            )

    def come_back(self) -> None:
        with self.control.connect() as connection:
            connection.execute(text(f"alter database {self.name} with allow_connections true"))


@pytest.fixture
def own_database(server: URL) -> Iterator[Database]:
    database = Database(server, "focus_away")
    yield database
    database.control.dispose()


@pytest.fixture
def own_app(own_database: Database, state_dir: Path, tmp_path: Path) -> Iterator[AppServer]:
    with AppServer(own_database.url, state_dir, tmp_path / "app.log") as app:
        yield app


def test_pages_say_so_and_come_back_by_themselves(
    own_database: Database, own_app: AppServer, chromium: Browser
) -> None:
    context = chromium.new_context(base_url=own_app.url)
    page = context.new_page()
    away = page.get_by_text("The database can't be reached right now")
    settings = page.get_by_role("heading", name="Settings")
    sign_up(page)

    own_database.go_away()
    page.get_by_role("link", name="Settings").click()
    expect(away).to_be_visible()
    own_database.come_back()
    expect(settings).to_be_visible()
    expect(away).not_to_be_attached()

    own_database.go_away()
    page.reload()
    expect(away).to_be_visible()
    own_database.come_back()
    expect(settings).to_be_visible()
    expect_signed_in(page)

    own_app.stop()  # the same words whatever is away, and none of Streamlit's
    expect(page.get_by_role("heading", name="Focus can't be reached right now")).to_be_visible()
    expect(page.get_by_text("streamlit", exact=False)).not_to_be_visible()
    own_app.start()
    expect(page.get_by_role("dialog")).not_to_be_attached()
    expect(settings).to_be_visible()
    expect_signed_in(page)
    context.close()
