"""Journeys: the real app in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import URL

from tests.conftest import clone
from tests.journeys.app_server import AppServer

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def app_server(
    server: URL, state_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """One app for all journeys, over a database of their own. Journeys keep apart by people."""
    log = tmp_path_factory.mktemp("app") / "app.log"
    with AppServer(clone(server, "focus_journeys"), state_dir, log) as app:
        yield app


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """FOCUS_CHROMIUM names it; else the one on the path; else Playwright's own."""
    found = os.environ.get("FOCUS_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser, app_server: AppServer) -> Iterator[Callable[[], BrowserContext]]:
    """Makes browsers that know nothing of each other, as other devices do."""
    yield from browsers_at(app_server.url, chromium)


def browsers_at(url: str, chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Of a fixture: makes browsers whose first page is at `url`, and closes them."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = chromium.new_context(base_url=url, timezone_id="Europe/Berlin")
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[[], BrowserContext]) -> Page:
    return new_context().new_page()
