"""THE place where row-level security is switched on: every transaction starts here.

Each opener names a duty. The duty decides the database role, the role decides what can be seen;
both hold for this transaction only, so that nothing leaks through the pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import quote
from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from db.engine import app_engine, driver_of, scheduler_engine
from focus_core.domain.errors import DatabaseUnavailable

_PASSING = frozenset({"55P03", "57014", "40P01", "40001"})
"""Waited too long for a lock, took too long, or crossed another transaction: try again."""
BUSY = "The database is busy right now. What you did before is safe; please try again."

_around: ContextVar[tuple[UUID, Transaction] | None] = ContextVar("_around", default=None)


@dataclass(frozen=True)
class Transaction:
    """One transaction. It commits when its block ends and rolls back when that raises."""

    connection: Connection
    now: datetime
    """The database's clock at the start of the transaction, UTC: the only clock there is."""
    news: set[tuple[str, str]] = field(default_factory=set)

    def execute(
        self, statement: Executable, parameters: dict[str, Any] | list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def fetch(self, statement: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """The first row of a statement in the driver's own words: for the few that every request
        waits for. Values come as the driver gives them."""
        with _alive(self.connection):
            cursor = driver_of(self.connection).cursor(row_factory=dict_row)
            return cursor.execute(statement, parameters).fetchone()

    def tell(self, channel: str, payload: str) -> None:
        """Notify whoever listens on `channel`, once this has been committed.

        Not in the transaction itself: NOTIFY lets only one commit at a time, which costs most of
        what many clients could do at once. So a crash at the wrong moment can lose the word, and
        nobody may depend on it alone.
        """
        self.news.add((channel, payload))


@contextmanager
def open_for(user_id: UUID) -> Iterator[Transaction]:
    """A transaction as this person: their own rows, and what others let them see.

    Raises DatabaseUnavailable when the server can't be reached.
    """
    if not isinstance(user_id, UUID):
        raise TypeError("a transaction needs an actor: pass a UUID")
    around = _around.get()
    if around is not None:
        if around[0] != user_id:
            raise TypeError("a transaction has one actor: this one has another")
        yield around[1]
        return
    with _transaction(app_engine(), str(user_id), None) as transaction:
        yield transaction


@contextmanager
def open_around(user_id: UUID) -> Iterator[Transaction]:
    """As `open_for`; every `open_for` of the same person inside the block joins this transaction.

    So what several service functions do is kept together or, when the block raises, undone
    together. Holds for this thread only.
    """
    with open_for(user_id) as transaction:
        token = _around.set((user_id, transaction))
        try:
            yield transaction
        finally:
            _around.reset(token)


@contextmanager
def open_for_sign_in() -> Iterator[Transaction]:
    """A transaction that may meet accounts, password hashes and cookies, and no session."""
    with _transaction(app_engine(), "", "focus_sign_in") as transaction:
        yield transaction


@contextmanager
def open_for_admin(user_id: UUID) -> Iterator[Transaction]:
    """A transaction over accounts, for an administrator; the caller has checked that they are."""
    with _transaction(app_engine(), str(user_id), "focus_admin") as transaction:
        yield transaction


@contextmanager
def open_for_research(user_id: UUID) -> Iterator[Transaction]:
    """A transaction over consenting people's sessions under pseudonyms, and over releases; the
    caller has checked that this person is a researcher."""
    with _transaction(app_engine(), str(user_id), "focus_research") as transaction:
        yield transaction


@contextmanager
def open_for_scheduler() -> Iterator[Transaction]:
    """A transaction over everybody's sessions and profiles, for the scheduler process."""
    with _transaction(scheduler_engine(), "", None) as transaction:
        yield transaction


def ask_alone(statement: str, parameters: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The first row of one statement that is a transaction of its own: for a function of the
    database that sets its actor itself.

    Asked on every request of a program, so it is as short as the driver allows. Raises
    DatabaseUnavailable.
    """
    try:
        return _ask_once(statement, parameters)
    except DatabaseUnavailable:  # a dead pooled connection shows here, as in `_begin`
        return _ask_once(statement, parameters)


def _ask_once(statement: str, parameters: tuple[Any, ...]) -> tuple[Any, ...] | None:
    with _connection(app_engine()) as connection, _alive(connection):
        return driver_of(connection).execute(statement, parameters).fetchone()


@contextmanager
def _transaction(engine: Engine, user_id: str, role: str | None) -> Iterator[Transaction]:
    connection, now = _begin(engine, user_id, role)
    try:
        with connection:
            transaction = Transaction(connection, now)
            yield transaction
            _commit(connection, transaction.news)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable from error
        if getattr(error.orig, "sqlstate", None) in _PASSING:
            raise DatabaseUnavailable(BUSY) from error
        raise


def _begin(engine: Engine, user_id: str, role: str | None) -> tuple[Connection, datetime]:
    """A connection whose transaction has its actor.

    A pooled connection may be dead (the server was restarted): that shows at this first
    statement, where nothing has been done yet, so trying once more is safe and saves a ping
    before each transaction.
    """
    try:
        return _begin_once(engine, user_id, role)
    except DatabaseUnavailable:
        return _begin_once(engine, user_id, role)


def _begin_once(engine: Engine, user_id: str, role: str | None) -> tuple[Connection, datetime]:
    """Begins, takes the role and reads the clock in one round trip: each costs a request more
    than the work the server does for it."""
    settings = {"app.user_id": user_id} | ({"role": role} if role else {})
    local = ", ".join(
        f"set_config({quote(name)}, {quote(value)}, true)" for name, value in settings.items()
    )
    connection = _connection(engine)
    try:
        with _alive(connection):
            answers = driver_of(connection).execute(f"begin; select now(), {local}", prepare=False)
            answers.nextset()
            return connection, _read_clock(answers.fetchone())
    except BaseException:
        connection.close()
        raise


def _commit(connection: Connection, news: set[tuple[str, str]]) -> None:
    """Commit, and tell the news in the same round trip but in a transaction of their own."""
    told = ", ".join(f"pg_notify({quote(channel)}, {quote(payload)})" for channel, payload in news)
    with _alive(connection):
        driver_of(connection).execute(f"commit; select {told}" if told else "commit", prepare=False)


def _connection(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable from error


@contextmanager
def _alive(connection: Connection) -> Iterator[None]:
    """What the driver is asked past SQLAlchemy: a connection that broke goes, with a word of it."""
    try:
        yield
    except psycopg.OperationalError as error:
        if error.sqlstate in _PASSING:
            raise DatabaseUnavailable(BUSY) from error
        connection.invalidate(error)
        raise DatabaseUnavailable from error


def _read_clock(row: tuple[Any, ...] | None) -> datetime:
    assert row is not None  # noqa: S101 - a select without a table has one row
    now: datetime = row[0]
    return now
