"""What every test stands on: a real Postgres, met as the app's restricted roles.

One embedded server serves the whole run; each test session works on a clone of a migrated
template. Tests keep apart by using people of their own, which is what row-level security is for;
those that need a database to themselves ask for `empty_database`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from db import embedded, engine, setup
from tests import factories

TEMPLATE = "focus_template"
LONGEST_FIRST = (
    "tests/api/test_fuzz.py",
    "tests/api/test_hostile_text.py",
    "tests/research/test_bars.py",
    "tests/journeys/test_addresses.py",
    "tests/api/test_access.py",
    "tests/pages/test_access.py",
    "tests/research/test_attacks.py",
    "tests/scheduler/test_faults.py",
    "tests/db/embedded/test_users.py",
    "tests/db/embedded/test_places.py",
    "tests/services/test_research.py",
    "tests/pages/test_timer.py",
)
"""Begun first, so that the workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {path: place for place, path in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(places)))


@pytest.fixture(scope="session")
def state_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="focus-test-") as directory:
        yield Path(directory)
        embedded.release()
        # Under root the server lives outside, where the account it runs as can reach it.
        shutil.rmtree(embedded.data_directory(Path(directory)).parent, ignore_errors=True)


@pytest.fixture(autouse=True)
def keep_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test meets the data of whoever runs it, whatever it forgets to ask for."""
    monkeypatch.setenv("FOCUS_STATE_DIR", os.fspath(tmp_path / "state"))
    for name in ("DATABASE_URL", "SCHEDULER_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    # All that sign up in a test run come from one place.
    monkeypatch.setenv("FOCUS_SIGN_UP_LIMIT_PER_ADDRESS", "100000/hour")


@pytest.fixture(autouse=True)
def attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners notice soon that they are to end, or may try again, and nobody waits for them."""
    monkeypatch.setattr("db.notifications._LOOK_UP_SECONDS", 0.02)
    monkeypatch.setattr("db.notifications._RETRY_SECONDS", 0.05)


@pytest.fixture(scope="session")
def server(state_dir: Path) -> URL:
    """The administrator's address of a server that holds a migrated template database."""
    admin = make_url(embedded.ensure_running(state_dir))
    hurry(admin)
    setup.create_database(admin, TEMPLATE)
    template = admin.set(database=TEMPLATE)
    setup.provision(template, engine.role_passwords(state_dir))
    setup.migrate(template)
    return admin


def hurry(admin: URL) -> None:
    """Let commits not wait for the disk: what tests write need not outlive a power cut."""
    control = create_engine(admin, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf()"))
    control.dispose()


def clone(server: URL, name: str) -> URL:
    control = create_engine(server, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))
        connection.execute(text(f"create database {name} template {TEMPLATE}"))
    control.dispose()
    return server.set(database=name)


class Pools:
    """The engines of the process under test and the administrator's, on one database."""

    def __init__(self, admin: URL, state_dir: Path) -> None:
        self.urls = engine.restricted_urls(admin, engine.role_passwords(state_dir))
        self.app = engine.make_engine(self.urls.app, None, pool_size=8)
        self.scheduler = engine.make_engine(self.urls.scheduler, None, pool_size=4)
        self.admin = create_engine(admin)

    def close(self) -> None:
        for pool in (self.app, self.scheduler, self.admin):
            pool.dispose()


@pytest.fixture(scope="session")
def shared_database(server: URL) -> URL:
    return clone(server, "focus_shared")


@pytest.fixture(scope="session")
def shared_pools(shared_database: URL, state_dir: Path) -> Iterator[Pools]:
    """Open for the whole session: a connection costs more than most tests."""
    pools = Pools(shared_database, state_dir)
    yield pools
    pools.close()


@pytest.fixture
def database(
    shared_database: URL, shared_pools: Pools, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> URL:
    """The database most tests share; yields the administrator's address of it."""
    connect(shared_pools, state_dir, monkeypatch)
    return shared_database


@pytest.fixture
def empty_database(server: URL, state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[URL]:
    """A database without people, for tests that look at everybody."""
    admin = clone(server, "focus_empty")
    with connected(admin, state_dir, monkeypatch):
        yield admin


@contextmanager
def connected(admin: URL, state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process under test meet `admin`'s database, through pools of its own."""
    pools = Pools(admin, state_dir)
    connect(pools, state_dir, monkeypatch)
    try:
        yield
    finally:
        pools.close()


def connect(pools: Pools, state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engines of the process under test be these."""
    for key, url in (
        ("DATABASE_URL", pools.urls.app),
        ("SCHEDULER_DATABASE_URL", pools.urls.scheduler),
    ):
        monkeypatch.setenv(key, url.render_as_string(hide_password=False))
    monkeypatch.setenv("FOCUS_STATE_DIR", os.fspath(state_dir))
    monkeypatch.setattr("db.session.app_engine", lambda: pools.app)
    monkeypatch.setattr("db.session.scheduler_engine", lambda: pools.scheduler)


@pytest.fixture
def admin_engine(database: URL, shared_pools: Pools) -> Engine:
    """Past all policies: to look at what is really there, never to do what the app does."""
    return shared_pools.admin


@pytest.fixture
def person(database: URL) -> factories.Person:
    return factories.make_person()
