"""Who may do what, in one table: every route, every kind of caller, whosever the thing is.

A route that is not in the table fails the suite, and so does a line without its route.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.routing import Route
from starlette.testclient import TestClient

from db.models import users
from db.session import open_for_sign_in
from focus_core.api.door import PREFIX
from focus_core.api.events import Streams
from focus_core.services import (
    api_sign_ins,
    get_focus_session_service,
    personal_tokens,
    task_changes,
)
from pages._ui.routes import routes
from tests.factories import Person, add_session, make_person, utc

service = get_focus_session_service()
_days = itertools.count()


def finished(person: Person) -> str:
    return str(add_session(person, utc(2025, 1, 1, 9) + timedelta(days=next(_days))))


def running(person: Person) -> str:
    active = service.get_active_session(person.user_id)
    return str((active or service.start_session(person.user_id))["id"])


def task(person: Person) -> str:
    return str(task_changes.create_task(person.user_id, f"Task {uuid4()}")["id"])


def course(person: Person) -> str:
    return str(task_changes.create_course(person.user_id, f"Course {uuid4()}")["id"])


def token(person: Person) -> str:
    return str(personal_tokens.make_token(person.user_id, "Script", ["read"], 1)[1]["id"])


def profile(person: Person) -> None:
    for _ in range(3):
        finished(person)


@dataclass(frozen=True)
class ForEverybody:
    """Asks no token; answers everybody alike."""

    status: int
    body: Any = None


@dataclass(frozen=True)
class Signed:
    """A person's own things; what is not theirs is not there."""

    status: int
    body: Any = None
    make: Callable[[Person], str] | None = None
    """Makes the thing whose id the address names, for its owner."""
    before: Callable[[Person], None] | None = None
    personal: bool = True
    """Whether a personal token will do."""


SESSIONS = "/api/v1/focus-sessions"
ACCESS: dict[tuple[str, str], ForEverybody | Signed] = {
    ("GET", "/api/v1/health"): ForEverybody(200),
    ("GET", "/api/v1/ready"): ForEverybody(200),
    ("GET", "/api/v1/openapi.json"): ForEverybody(200),
    ("GET", "/api/v1/docs"): ForEverybody(200),
    ("GET", "/api/v1/docs/{name}"): ForEverybody(404),
    ("POST", "/api/v1/auth/token"): ForEverybody(401, {"username": "nobody", "password": "x"}),
    ("POST", "/api/v1/auth/refresh"): ForEverybody(401, {"refresh_token": "x"}),
    ("POST", "/api/v1/auth/revoke"): ForEverybody(204, {"refresh_token": "x"}),
    ("POST", f"{SESSIONS}/start"): Signed(201, {}),
    ("GET", f"{SESSIONS}/active"): Signed(200),
    ("GET", f"{SESSIONS}/history"): Signed(200),
    ("GET", f"{SESSIONS}/profile"): Signed(200, before=profile),
    ("GET", f"{SESSIONS}/{{session_id}}"): Signed(200, make=finished),
    ("PATCH", f"{SESSIONS}/{{session_id}}"): Signed(200, {"focus_score": 4}, make=finished),
    ("DELETE", f"{SESSIONS}/{{session_id}}"): Signed(204, make=finished),
    ("GET", f"{SESSIONS}/{{session_id}}/insights"): Signed(200, make=finished),
    ("POST", f"{SESSIONS}/{{session_id}}/end"): Signed(200, {}, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/pause"): Signed(200, {}, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/resume"): Signed(200, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/interruptions"): Signed(200, {}, make=running),
    ("GET", "/api/v1/tasks"): Signed(200),
    ("POST", "/api/v1/tasks"): Signed(201, {"title": "Essay"}),
    ("PATCH", "/api/v1/tasks/{task_id}"): Signed(200, {"done": True}, make=task),
    ("DELETE", "/api/v1/tasks/{task_id}"): Signed(204, make=task),
    ("GET", "/api/v1/courses"): Signed(200),
    ("POST", "/api/v1/courses"): Signed(201, {"name": "Bio"}),
    ("PATCH", "/api/v1/courses/{course_id}"): Signed(200, {"archived": True}, make=course),
    ("DELETE", "/api/v1/courses/{course_id}"): Signed(204, make=course),
    ("GET", "/api/v1/tokens"): Signed(200, personal=False),
    ("POST", "/api/v1/tokens"): Signed(
        201, {"name": "Script", "scopes": ["read"], "expires_in_days": 1}, personal=False
    ),
    ("DELETE", "/api/v1/tokens/{token_id}"): Signed(204, make=token, personal=False),
    ("GET", "/api/v1/planner-feed"): Signed(200, before=profile),
    ("GET", "/api/v1/events"): Signed(200),
    # What the dashboard's process answers beside its pages; browsers prove themselves by cookie.
    ("GET", "/pulse"): ForEverybody(401),
    ("GET", "/pulse/stream"): ForEverybody(401),
    ("POST", "/session/begin"): ForEverybody(403),
    ("POST", "/session/end"): ForEverybody(403),
    **{
        (method, path): ForEverybody(404)
        for path in ("/api", "/api/{path:path}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
}

ROLES = ("user", "coach", "researcher", "admin")
SHUT_OUT = ("nobody", "a disabled person", "who signed out", "a revoked token")


def headers_of(person: Person) -> dict[str, str]:
    return bearer(_sign_in(person).access_token)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def shut_out(kind: str, person: Person) -> dict[str, str]:
    """Headers of somebody whose token was good once."""
    pair = _sign_in(person)
    if kind == "nobody":
        return {}
    if kind == "who signed out":
        api_sign_ins.end(pair.refresh_token)
    if kind == "a revoked token":
        both = ["read", "write"]
        secret, listed = personal_tokens.make_token(person.user_id, "Script", both, 1)
        personal_tokens.revoke_token(person.user_id, listed["id"])
        return bearer(secret)
    if kind == "a disabled person":
        with open_for_sign_in() as transaction:
            transaction.execute(
                update(users)
                .where(users.c.id == person.user_id)
                .values(disabled_at=transaction.now)
            )
    return bearer(pair.access_token)


def _sign_in(person: Person) -> api_sign_ins.TokenPair:
    with open_for_sign_in() as transaction:
        return api_sign_ins.start(transaction, person.user_id, 1, address="")


def ask(
    client: TestClient, method: str, path: str, headers: dict[str, str], body: Any, key: str = ""
) -> Any:
    before, brace, rest = path.partition("{")
    url = before + key + rest.partition("}")[2] if brace else path
    # A stream has no end to wait for; its head tells who may open it.
    method = "HEAD" if path.endswith("/events") else method
    return client.request(method, url, headers=headers, json=body)


def declared(kind: type) -> list[Any]:
    return [
        pytest.param(*where, access, id=" ".join(where))
        for where, access in ACCESS.items()
        if isinstance(access, kind)
    ]


def test_every_route_is_declared(api: FastAPI) -> None:
    def addresses(prefix: str, found: Iterator[Any]) -> set[tuple[str, str]]:
        return {
            (method, prefix + getattr(route, "path_format", route.path))
            for route in found
            if isinstance(route, Route)
            for method in (route.methods or set()) - {"HEAD"}
        }

    inside = {
        (method, path.replace(":uuid", "")) for method, path in addresses(PREFIX, iter(api.routes))
    }
    beside = {
        (method, path.replace("/api/{path}", "/api/{path:path}"))
        for method, path in addresses("", iter(routes(secure=False, streams=Streams())))
    }
    assert inside | beside == set(ACCESS)


@pytest.mark.parametrize(("method", "path", "access"), declared(ForEverybody))
def test_everybody_gets_the_same(
    client: TestClient, person: Person, method: str, path: str, access: ForEverybody
) -> None:
    for headers in (
        {},
        headers_of(person),
        headers_of(make_person(role="admin")),
        shut_out("who signed out", person),
    ):
        answer = ask(client, method, path, headers, access.body, "nothing")
        assert answer.status_code == access.status, answer.text


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_everybody_has_their_own_and_nobody_elses(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    stranger = make_person()
    for role in ROLES:
        person = make_person(role=role)
        headers = headers_of(person)
        if access.before:
            access.before(person)
        own = access.make(person) if access.make else ""
        if access.make:
            for key in (access.make(stranger), str(uuid4())):
                refused = ask(client, method, path, headers, access.body, key)
                assert refused.status_code == 404, (role, refused.text)
        answer = ask(client, method, path, headers, access.body, own)
        assert answer.status_code == access.status, (role, answer.text)


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_who_is_shut_out_gets_nothing(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    for kind in SHUT_OUT:
        person = make_person()
        own = access.make(person) if access.make else ""
        theirs = access.make(make_person()) if access.make else ""
        headers = shut_out(kind, person)
        for key in (own, theirs, str(uuid4())) if access.make else ("",):
            answer = ask(client, method, path, headers, access.body, key)
            assert answer.status_code == 401, (kind, answer.text)


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_scopes_and_kinds_of_tokens_hold(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    needed = "read" if method == "GET" else "write"
    for scope in ("read", "write"):
        person = make_person()
        if access.before:
            access.before(person)
        own = access.make(person) if access.make else ""
        secret, _ = personal_tokens.make_token(person.user_id, "Script", [scope], 1)
        answer = ask(client, method, path, bearer(secret), access.body, own)
        allowed = scope == needed and access.personal
        assert answer.status_code == (access.status if allowed else 403), answer.text
