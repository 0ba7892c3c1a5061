from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, insert, make_url, select, text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from db import engine, session
from db.models import user_credentials, users
from db.session import open_for_sign_in
from focus_core.api.app import make_api
from focus_core.api.door import Door
from focus_core.api.events import Streams
from focus_core.config import read_settings
from focus_core.services import api_sign_ins, hashing
from pages._ui.asgi import BodyLimit, Guard
from pages._ui.routes import routes
from tests.api.quick_client import QuickClient
from tests.factories import Person, make_person

PASSWORD = "seven grey herons wade"


@cache
def _password_hash() -> str:
    return hashing.hash_password(PASSWORD)


def give_password(person: Person) -> Person:
    with open_for_sign_in() as transaction:
        transaction.execute(
            insert(user_credentials).values(user_id=person.user_id, password_hash=_password_hash())
        )
    return person


@pytest.fixture
def person(database: object) -> Person:
    return give_password(make_person())


@pytest.fixture
def api(database: object, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setenv("FOCUS_API_LIMIT_PER_PERSON", "100000/minute")
    monkeypatch.setenv("FOCUS_API_LIMIT_PER_ADDRESS", "100000/minute")
    return make_api(read_settings())


def served(api: FastAPI) -> Starlette:
    """The API as the dashboard's process serves it, behind the same guards."""
    return Starlette(
        routes=routes(secure=False, streams=Streams()),
        middleware=[
            Middleware(Guard, origins=frozenset(), secure=False),
            Middleware(BodyLimit),
            Middleware(Door, api=api),
        ],
        lifespan=lambda _app: api.router.lifespan_context(api),
    )


@pytest.fixture
def client(api: FastAPI) -> Iterator[TestClient]:
    with QuickClient(served(api)) as http:
        yield http


Tokens = Callable[[Person], dict[str, str]]


@pytest.fixture
def signed_in(database: object) -> Tokens:
    """Headers with a new access token of this person."""

    def headers(person: Person) -> dict[str, str]:
        with open_for_sign_in() as transaction:
            version = transaction.execute(
                select(users.c.token_version).where(users.c.id == person.user_id)
            ).scalar_one()
            pair = api_sign_ins.start(transaction, person.user_id, version, address="")
        return {"Authorization": f"Bearer {pair.access_token}"}

    return headers


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Calling it takes the database away from the process."""
    nowhere = "postgresql+psycopg://focus_app:x@/focus?host=/nonexistent"
    pool = engine.make_engine(make_url(nowhere), None, pool_size=1)

    def take_away() -> None:
        monkeypatch.setattr("db.session.app_engine", lambda: pool)

    return take_away


@pytest.fixture
def cut_connections(admin_engine: Engine) -> Iterator[Callable[[], None]]:
    """Calling it ends every connection of the app, as a restart of the server does."""

    def cut() -> None:
        with admin_engine.connect() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = 'focus_app' and datname = current_database()"
                )
            )

    yield cut
    session.app_engine().dispose()  # the next test meets none that is dead
