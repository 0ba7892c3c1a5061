from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from focus_core.services import accounts, personal_tokens
from tests.api.conftest import PASSWORD, Tokens
from tests.factories import Person

TOKENS = "/api/v1/tokens"
SESSIONS = "/api/v1/focus-sessions"
READER = {"name": "My planner", "scopes": ["read"], "expires_in_days": 90}


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_used_until_revoked(
    client: TestClient, me: dict[str, str]
) -> None:
    made = client.post(TOKENS, json=READER, headers=me)
    assert made.status_code == 201, made.text
    token = made.json()["token"]
    assert token.startswith("focus_pat_")
    assert client.get(f"{SESSIONS}/active", headers=bearer(token)).status_code == 200
    (listed,) = client.get(TOKENS, headers=me).json()["tokens"]
    assert "token" not in listed
    assert (listed["name"], listed["scopes"]) == ("My planner", ["read"])
    assert listed["last_used_at"] is not None
    assert client.delete(f"{TOKENS}/{listed['id']}", headers=me).status_code == 204
    assert client.get(f"{SESSIONS}/active", headers=bearer(token)).status_code == 401
    assert client.get(TOKENS, headers=me).json() == {"tokens": []}
    assert client.delete(f"{TOKENS}/{listed['id']}", headers=me).status_code == 404


def test_a_reader_writes_nothing(client: TestClient, me: dict[str, str]) -> None:
    token = client.post(TOKENS, json=READER, headers=me).json()["token"]
    refused = client.post(f"{SESSIONS}/start", headers=bearer(token))
    assert refused.status_code == 403
    assert "insufficient_scope" in refused.headers["www-authenticate"]
    assert client.get(f"{SESSIONS}/active", headers=me).json() is None


def test_a_writer_that_may_not_read_reads_nothing(client: TestClient, me: dict[str, str]) -> None:
    writer = {**READER, "scopes": ["write"]}
    token = client.post(TOKENS, json=writer, headers=me).json()["token"]
    assert client.post(f"{SESSIONS}/start", headers=bearer(token)).status_code == 201
    assert client.get(f"{SESSIONS}/history", headers=bearer(token)).status_code == 403


def test_a_token_makes_no_tokens(client: TestClient, me: dict[str, str]) -> None:
    both = {**READER, "scopes": ["read", "write"]}
    made = client.post(TOKENS, json=both, headers=me).json()
    for answer in (
        client.post(TOKENS, json=both, headers=bearer(made["token"])),
        client.get(TOKENS, headers=bearer(made["token"])),
        client.delete(f"{TOKENS}/{made['id']}", headers=bearer(made["token"])),
    ):
        assert answer.status_code == 403


def test_a_token_runs_out(
    client: TestClient, me: dict[str, str], person: Person, admin_engine: Engine
) -> None:
    token = client.post(TOKENS, json=READER, headers=me).json()["token"]
    with admin_engine.begin() as connection:
        connection.execute(
            text("update personal_tokens set expires_at = now() where user_id = :id"),
            {"id": person.user_id},
        )
    assert client.get(f"{SESSIONS}/active", headers=bearer(token)).status_code == 401
    assert personal_tokens.list_tokens(person.user_id) == []


def test_a_new_password_ends_personal_tokens(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    token = client.post(TOKENS, json=READER, headers=me).json()["token"]
    accounts.change_password(person.user_id, PASSWORD, "quite another long phrase", keep=None)
    assert client.get(f"{SESSIONS}/active", headers=bearer(token)).status_code == 401
    assert personal_tokens.list_tokens(person.user_id) == []


def test_only_the_hash_is_kept(
    client: TestClient, me: dict[str, str], admin_engine: Engine
) -> None:
    token = client.post(TOKENS, json=READER, headers=me).json()["token"]
    with admin_engine.connect() as connection:
        rows = str(connection.execute(text("select t::text from personal_tokens t")).all())
    assert token not in rows
    assert token[-43:] not in rows


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 81),
        ("scopes", []),
        ("scopes", ["admin"]),
        ("expires_in_days", 0),
        ("expires_in_days", 3650),
        ("expires_in_days", "90"),
    ],
)
def test_what_a_token_can_not_be(
    client: TestClient, me: dict[str, str], field: str, value: object
) -> None:
    refused = client.post(TOKENS, json={**READER, field: value}, headers=me)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith(f"#/{field}")


def test_nobody_has_tokens_without_end(client: TestClient, me: dict[str, str]) -> None:
    for _ in range(personal_tokens.MOST_TOKENS):
        assert client.post(TOKENS, json=READER, headers=me).status_code == 201
    assert client.post(TOKENS, json=READER, headers=me).status_code == 422
