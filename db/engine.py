"""Where the database is, and the pools of connections to it.

Only `db.session` takes connections from here, so that none is ever used without an actor.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from db import embedded
from db.trouble import DatabaseTrouble
from focus_core.config import Settings, read_settings

DATABASE = "focus"
LOGIN_ROLES = ("focus_app", "focus_scheduler")
APP_CONNECTIONS = 8
"""Kept open by the dashboard's process; as many again for a moment, when all are in use."""


class UnsafeDatabaseRole(DatabaseTrouble):
    """The database role may see past row-level security; Focus refuses to run as it."""


@dataclass(frozen=True)
class DatabaseUrls:
    """The two restricted roles under which Focus runs."""

    app: URL
    scheduler: URL


def with_psycopg(url: str | URL) -> URL:
    """The same address, spoken to through psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg")


def app_url(settings: Settings) -> URL:
    """Where the dashboard connects; starts the embedded server when there is no other."""
    if settings.database_url is not None:
        return with_psycopg(settings.database_url)
    return _embedded_urls(settings).app


def scheduler_url(settings: Settings) -> URL:
    """Where the scheduler connects. Raises ValueError when an own Postgres is half configured."""
    if settings.database_url is None:
        return _embedded_urls(settings).scheduler
    if settings.scheduler_database_url is None:
        raise ValueError(
            "DATABASE_URL is set but SCHEDULER_DATABASE_URL is not. Set both, or start with"
            " `python -m focus_core run`, which makes the roles and sets them."
        )
    return with_psycopg(settings.scheduler_database_url)


def _embedded_urls(settings: Settings) -> DatabaseUrls:
    admin = make_url(embedded.ensure_running(settings.state_dir))
    return restricted_urls(admin.set(database=DATABASE), role_passwords(settings.state_dir))


def restricted_urls(admin: URL, passwords: dict[str, str]) -> DatabaseUrls:
    app, scheduler = (
        with_psycopg(admin).set(username=role, password=passwords[role]) for role in LOGIN_ROLES
    )
    return DatabaseUrls(app, scheduler)


def role_passwords(state_dir: Path) -> dict[str, str]:
    """The roles' passwords, made at first use and kept with mode 0600."""
    path = state_dir / "database-roles.json"
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        made = {role: secrets.token_urlsafe(32) for role in LOGIN_ROLES}
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)  # whole or not at all, and the first of several wins
        finally:
            draft.unlink()
    passwords: dict[str, str] = json.loads(path.read_text())
    return passwords


@cache
def app_engine() -> Engine:
    """The dashboard's and API's pool, as the restricted role."""
    settings = read_settings()
    return make_engine(app_url(settings), _recovery(settings), pool_size=APP_CONNECTIONS)


@cache
def scheduler_engine() -> Engine:
    """The scheduler's pool: a role that may compute over everybody and read no free text it
    does not need."""
    settings = read_settings()
    return make_engine(scheduler_url(settings), _recovery(settings), pool_size=2)


def make_engine(url: URL, recover: Callable[[], object] | None, *, pool_size: int) -> Engine:
    """A pool on `url` that brings a dead embedded server back and refuses a privileged role."""
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",  # db.session begins and commits, in fewer round trips
        pool_size=pool_size,
        pool_use_lifo=True,  # the one that has prepared what is asked most, and is still warm
        max_overflow=pool_size,
        pool_timeout=10,
        hide_parameters=True,  # an error goes into a log, what a person typed does not
        connect_args={
            "options": "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s",
            "connect_timeout": 3,
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, cargs: Any, cparams: Any) -> Any:
        try:
            return dialect.connect(*cargs, **cparams)
        except psycopg.OperationalError:
            if recover is None:
                raise
            recover()
            return dialect.connect(*cargs, **cparams)

    @event.listens_for(engine, "connect")
    def refuse_privileges(connection: Any, _record: Any) -> None:
        _refuse_privileges(connection)

    return engine


def driver_of(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """The psycopg connection underneath."""
    return cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)


def _recovery(settings: Settings) -> Callable[[], object] | None:
    if settings.database_url is not None:
        return None
    return lambda: embedded.ensure_running(settings.state_dir)


def _refuse_privileges(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        """
        select r.rolsuper or r.rolbypassrls
            or exists (
                 select from pg_tables t
                  where t.schemaname = 'public' and t.tablename = 'users'
                    and pg_has_role(r.rolname, t.tableowner, 'member'))
          from pg_roles r where r.rolname = current_user
        """
    ).fetchone()
    connection.rollback()
    if row is None or row[0]:
        connection.close()
        raise UnsafeDatabaseRole(
            "The role in DATABASE_URL is a superuser, may bypass row-level security or owns the"
            " tables. Focus only runs as a restricted role: start with `python -m focus_core run`,"
            " which makes one, or name focus_app's address in DATABASE_URL."
        )
