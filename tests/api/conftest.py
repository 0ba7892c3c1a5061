from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from db.models import user_credentials
from db.session import open_for_sign_in
from focus_core.api.app import make_api
from focus_core.api.door import PREFIX, Door
from focus_core.config import read_settings
from focus_core.services import hashing
from pages._ui.asgi import BodyLimit, Guard
from pages._ui.routes import routes
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
def client(database: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The API as the dashboard's process serves it, behind the same guards."""
    monkeypatch.setenv("FOCUS_API_LIMIT_PER_PERSON", "100000/minute")
    monkeypatch.setenv("FOCUS_API_LIMIT_PER_ADDRESS", "100000/minute")
    api = make_api(read_settings())
    app = Starlette(
        routes=routes(secure=False),
        middleware=[
            Middleware(Guard, origins=frozenset(), secure=False),
            Middleware(BodyLimit),
            Middleware(Door, api=api),
        ],
        lifespan=lambda _app: api.router.lifespan_context(api),
    )
    with TestClient(app, raise_server_exceptions=False) as http:
        yield http


Tokens = Callable[[Person], dict[str, str]]


@pytest.fixture
def signed_in(client: TestClient) -> Tokens:
    """Headers with a new access token of this person."""

    def headers(person: Person) -> dict[str, str]:
        credentials = {"username": person.username, "password": PASSWORD}
        answer = client.post(f"{PREFIX}/auth/token", json=credentials)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return headers
