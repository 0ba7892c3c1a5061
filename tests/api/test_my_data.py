"""What is held about a person, over the API: taken away whole, and erased with their password."""

from __future__ import annotations

import io
import json
import zipfile

from sqlalchemy import URL
from starlette.testclient import TestClient

from focus_core.api.downloads import PIECE, archive
from tests.api.conftest import PASSWORD, Tokens, give_password
from tests.aside import run_aside
from tests.factories import Person, add_session, make_person, utc

API = "/api/v1"
PROOF = {"current_password": PASSWORD}


def test_the_archive_is_whole(client: TestClient, person: Person, signed_in: Tokens) -> None:
    add_session(person, utc(2026, 3, 2, 9), context="Chapter 5")
    answer = client.get(f"{API}/me/archive", headers=signed_in(person))
    assert answer.headers["content-disposition"] == 'attachment; filename="my-focus-data.zip"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        held = json.loads(packed.read("everything.json"))
    assert held["focus_sessions"][0]["context"] == "Chapter 5"


async def pieces(content: bytes) -> list[bytes]:
    return [bytes(piece) async for piece in archive(content, "x.zip").body_iterator]


def test_it_is_sent_piece_by_piece() -> None:
    content = bytes(range(256)) * 1024
    sent = run_aside(pieces, content)
    assert b"".join(sent) == content
    assert max(map(len, sent)) == PIECE


def test_erasing_takes_the_password_and_can_be_taken_back(
    client: TestClient, person: Person, signed_in: Tokens
) -> None:
    me, erasure = signed_in(person), f"{API}/me/erasure"
    wrong = client.post(erasure, json={"current_password": "another"}, headers=me)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "#/current_password"
    due = client.post(erasure, json=PROOF, headers=me).json()["due_at"]
    assert due
    assert client.get(erasure, headers=me).json() == {"due_at": due}
    assert client.delete(erasure, headers=me).status_code == 204
    assert client.get(erasure, headers=me).json() == {"due_at": None}
    assert client.post(f"{erasure}/now", json=PROOF, headers=me).status_code == 204
    assert client.get(erasure, headers=me).status_code == 401


def test_the_last_administrator_stays(
    client: TestClient, signed_in: Tokens, empty_database: URL
) -> None:
    admin = give_password(make_person(role="admin"))
    make_person()
    for path in ("erasure", "erasure/now"):
        refused = client.post(f"{API}/me/{path}", json=PROOF, headers=signed_in(admin))
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:focus:problem:last-administrator"
