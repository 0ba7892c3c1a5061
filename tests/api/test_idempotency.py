"""The same request under the same key is done once and answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from focus_core.services import retention
from tests.api.conftest import Tokens
from tests.factories import Person, make_person

BASE = "/api/v1/focus-sessions"
START = f"{BASE}/start"


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def key(value: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": value or str(uuid4())}


def count(engine: Engine, table: str, person: Person) -> int:
    with engine.connect() as connection:
        statement = text(f"select count(*) from {table} where user_id = :id")
        found: int = connection.execute(statement, {"id": person.user_id}).scalar_one()
    return found


def test_the_same_start_again_is_the_same_answer(
    client: TestClient, me: dict[str, str], person: Person, admin_engine: Engine
) -> None:
    headers = {**me, **key()}
    body = {"expected_duration": 25, "context": "Bio"}
    first = client.post(START, json=body, headers=headers)
    again = client.post(START, json=body, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    spaced = b'{ "context":"Bio",  "expected_duration":25 }'
    headers |= {"Content-Type": "application/json"}
    assert client.post(START, content=spaced, headers=headers).content == first.content
    assert count(admin_engine, "focus_sessions", person) == 1


def test_the_answer_stays_when_the_session_has_moved_on(
    client: TestClient, me: dict[str, str]
) -> None:
    headers = {**me, **key()}
    first = client.post(START, headers=headers)
    client.post(f"{BASE}/{first.json()['id']}/end", headers=me)
    assert client.post(START, headers=headers).content == first.content
    assert client.get(f"{BASE}/active", headers=me).json() is None


def test_an_interruption_sent_twice_counts_once(client: TestClient, me: dict[str, str]) -> None:
    session = client.post(START, headers=me).json()
    headers, address = {**me, **key()}, f"{BASE}/{session['id']}/interruptions"
    first = client.post(address, json={"reason": "A call"}, headers=headers)
    again = client.post(address, json={"reason": "A call"}, headers=headers)
    assert first.json()["interruption_count"] == 1
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert client.post(address, headers=me).json()["interruption_count"] == 2


def test_a_key_is_for_one_request(client: TestClient, me: dict[str, str]) -> None:
    headers = {**me, **key()}
    session = client.post(START, json={"context": "Bio"}, headers=headers).json()
    for answer in (
        client.post(START, json={"context": "Chemistry"}, headers=headers),
        client.post(f"{BASE}/{session['id']}/end", headers=headers),
        client.post("/api/v1/tasks", json={"title": "Bio"}, headers=headers),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:focus:problem:key-used-otherwise"


def test_an_end_again_is_the_same_answer(client: TestClient, me: dict[str, str]) -> None:
    session = client.post(START, headers=me).json()
    headers = {**me, **key()}
    said = {"focus_score": 4}
    first = client.post(f"{BASE}/{session['id']}/end", json=said, headers=headers)
    client.patch(f"{BASE}/{session['id']}", json={"focus_score": 5}, headers=me)
    again = client.post(f"{BASE}/{session['id']}/end", json=said, headers=headers)
    assert (again.status_code, again.content) == (200, first.content)


def test_what_was_refused_may_be_tried_again(client: TestClient, me: dict[str, str]) -> None:
    running = client.post(START, headers=me).json()
    headers = {**me, **key()}
    assert client.post(START, json={"context": "Next"}, headers=headers).status_code == 409
    client.post(f"{BASE}/{running['id']}/end", headers=me)
    assert client.post(START, json={"context": "Next"}, headers=headers).status_code == 201


def test_keys_of_others_are_others(
    client: TestClient, me: dict[str, str], signed_in: Tokens
) -> None:
    shared = key()
    mine = client.post(START, headers={**me, **shared}).json()
    theirs = client.post(START, headers={**signed_in(make_person()), **shared}).json()
    assert mine["id"] != theirs["id"]


def test_twenty_at_once_are_one(
    client: TestClient, me: dict[str, str], person: Person, admin_engine: Engine
) -> None:
    headers = {**me, **key()}

    def start(_: int) -> Any:
        return client.post(START, json={"context": "Bio"}, headers=headers)

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(start, range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert count(admin_engine, "focus_sessions", person) == 1


def test_twenty_ends_at_once_are_one(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    session = client.post(START, headers=me).json()
    headers = {**me, **key()}

    def end(_: int) -> Any:
        url = f"{BASE}/{session['id']}/end"
        return client.post(url, json={"focus_score": 3}, headers=headers)

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(end, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_a_key_is_forgotten_after_a_day(
    client: TestClient, me: dict[str, str], person: Person, admin_engine: Engine
) -> None:
    headers = {**me, **key()}
    first = client.post(START, headers=headers).json()
    client.post(f"{BASE}/{first['id']}/end", headers=me)

    def a_day_passes() -> None:
        with admin_engine.begin() as connection:
            connection.execute(
                text(
                    "update idempotent_replies set created_at = created_at - interval '25 hours'"
                    " where user_id = :id"
                ),
                {"id": person.user_id},
            )

    a_day_passes()
    second = client.post(START, headers=headers).json()
    assert second["id"] != first["id"]
    assert count(admin_engine, "idempotent_replies", person) == 1
    a_day_passes()
    assert retention.sweep()["idempotent_replies"] >= 1
    assert count(admin_engine, "idempotent_replies", person) == 0


def test_tasks_and_courses_take_keys_too(client: TestClient, me: dict[str, str]) -> None:
    for path, body in (("tasks", {"title": "Essay"}), ("courses", {"name": "Bio"})):
        headers = {**me, **key()}
        first = client.post(f"/api/v1/{path}", json=body, headers=headers)
        again = client.post(f"/api/v1/{path}", json=body, headers=headers)
        assert first.status_code == again.status_code == 201
        assert first.content == again.content


def test_of_fifty_starts_without_a_key_exactly_one_runs(
    client: TestClient, me: dict[str, str], person: Person, admin_engine: Engine
) -> None:
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _: client.post(START, headers=me), range(50)))
    started = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert (len(started), len(refused)) == (1, 49)
    assert {problem["session"]["id"] for problem in refused} == set(started)
    assert count(admin_engine, "focus_sessions", person) == 1
