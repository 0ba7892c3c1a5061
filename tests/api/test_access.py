"""Who may do what: the table of `access`, tried out cell by cell.

A route that is not in the table fails the suite, and so does a line without its route.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
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
from focus_core.services import api_sign_ins, personal_tokens
from pages._ui.routes import routes
from tests import identities
from tests.api.access import ACCESS, COHORT, ROLES, ForEverybody, Signed
from tests.factories import Person, make_person
from tests.identities import CONSENT, MEMBER, Scene, the_scene

SHUT_OUT = ("nobody", "who signed out", "a revoked token", "a disabled person")


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
    client: TestClient,
    method: str,
    path: str,
    headers: dict[str, str],
    body: Any,
    keys: tuple[str, ...] = (),
) -> Any:
    given = iter(keys)
    path = re.sub(r"{[^}]*}", lambda _: next(given), path)
    # A stream has no end to wait for; its head tells who may open it.
    method = "HEAD" if path.endswith("/events") else method
    sent = {"params": body} if method == "GET" else {"json": body}
    return client.request(method, path, headers=headers, **sent)


def body_of(access: Signed, person: Person) -> Any:
    return access.body(person) if callable(access.body) else access.body


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
        answer = ask(client, method, path, headers, access.body, ("nothing",))
        assert answer.status_code == access.status, answer.text


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_everybody_has_their_own_and_nobody_elses(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    theirs = access.make(make_person(role=access.roles[0])) if access.make else ()
    missing = tuple(str(uuid4()) for _ in theirs)
    for role in ROLES:
        person = make_person(role=role)
        headers = headers_of(person)
        if role not in access.roles:
            refused = ask(client, method, path, headers, body_of(access, person), theirs)
            assert refused.status_code == 403, (role, refused.text)
            continue
        if access.before:
            access.before(person)
        body = body_of(access, person)
        own = access.make(person) if access.make else ()
        for place in range(len(own)):
            for other in (missing,) if access.in_common else (missing, theirs):
                keys = (*own[:place], other[place], *own[place + 1 :])
                refused = ask(client, method, path, headers, body, keys)
                assert refused.status_code == 404, (role, refused.text)
        for keys in (own, theirs) if access.in_common else (own,):
            answer = ask(client, method, path, headers, body, keys)
            assert answer.status_code == access.status, (role, answer.text)


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_of_a_member_everybody_sees_what_was_agreed_to(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    scene = the_scene()
    for identity, role in identities.ROLES.items():
        expected = status_for(identity, role, path, access)
        if method != "GET" and expected == access.status:
            continue  # it would change what the others see; who may is tested above
        person = scene.people[identity]
        if access.before and expected == access.status:
            access.before(person)
        body, keys = body_of(access, person), keys_of(scene, identity, path, access)
        answer = ask(client, method, path, headers_in_scene(identity), body, keys)
        assert answer.status_code == expected, (identity, answer.text)
        if identity != MEMBER:
            written = words(answer)
            assert not [secret for secret in identities.SECRETS if secret in written], identity
            told = access.tells == "everybody" or (access.tells, identity) == ("named", CONSENT)
            assert (identities.NAME in written) is (told and expected == 200), identity


def status_for(identity: str, role: str, path: str, access: Signed) -> int:
    if role not in access.roles:
        return 403
    if "{member_id}" in path:
        return access.status if identity == CONSENT else 404
    if access.make and not access.in_common and not path.startswith(COHORT):
        return access.status if identity == MEMBER else 404
    return access.status


def keys_of(scene: Scene, identity: str, path: str, access: Signed) -> tuple[str, ...]:
    """Everybody asks for what is the member's, a coach by the cohort they have the member in."""
    if path.startswith(COHORT):
        cohort = scene.cohorts.get(identity, scene.cohorts[CONSENT])
        return (str(cohort), str(scene.member.user_id))[: path.count("{")]
    owner = scene.people[access.roles[0]] if access.in_common else scene.member
    return access.make(owner) if access.make else ()


def words(answer: Any) -> str:
    if answer.headers.get("content-type") != "application/zip":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return "\n".join(packed.read(name).decode("latin-1") for name in packed.namelist())


@cache
def headers_in_scene(identity: str) -> dict[str, str]:
    return headers_of(the_scene().people[identity])


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_who_is_shut_out_gets_nothing(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    person, other = (make_person(role=access.roles[0]) for _ in range(2))
    own, theirs = (access.make(one) if access.make else () for one in (person, other))
    missing = tuple(str(uuid4()) for _ in own)
    body = body_of(access, person)
    for kind in SHUT_OUT:
        headers = shut_out(kind, person)
        for keys in {own, theirs, missing}:
            answer = ask(client, method, path, headers, body, keys)
            assert answer.status_code == 401, (kind, answer.text)


@pytest.mark.parametrize(("method", "path", "access"), declared(Signed))
def test_scopes_and_kinds_of_tokens_hold(
    client: TestClient, method: str, path: str, access: Signed
) -> None:
    needed = "read" if method == "GET" else "write"
    person = make_person(role=access.roles[0])
    if access.before:
        access.before(person)
    own = access.make(person) if access.make else ()
    body = body_of(access, person)
    for scope in ("read", "write"):
        secret, _ = personal_tokens.make_token(person.user_id, "Script", [scope], 1)
        answer = ask(client, method, path, bearer(secret), body, own)
        allowed = scope == needed and access.personal
        assert answer.status_code == (access.status if allowed else 403), answer.text
