"""Every page's address as the very first thing a fresh process is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.conftest import clone
from tests.journeys.app_server import ROOT, AppServer
from tests.journeys.stream import Stream

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def own_database(server: URL) -> URL:
    return clone(server, "focus_addresses")


@pytest.fixture
def fresh_app(own_database: URL, state_dir: Path, tmp_path: Path) -> Iterator[AppServer]:
    with AppServer(own_database, state_dir, tmp_path / "app.log") as app:
        yield app


@pytest.mark.parametrize("name", PAGES)
def test_it_shows_the_sign_in_screen_and_nothing_else(fresh_app: AppServer, name: str) -> None:
    with Stream(fresh_app) as stranger:
        sent = stranger.open(name)
    assert '"Focus"' in sent
    assert "Signed in as" not in sent
    assert sent.count("heading {") == sent.count("form {") + 1
