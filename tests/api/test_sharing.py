"""Coach and member over the API: what is agreed to in which words, done once, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from focus_core.services import cohorts
from tests.api.conftest import Tokens
from tests.api.things import SHARE
from tests.cohort_people import actor_of, code_of
from tests.factories import Person, make_person

API = "/api/v1"


@pytest.fixture
def coach(database: object) -> Person:
    return make_person(role="coach")


@pytest.fixture
def joining(coach: Person) -> dict[str, Any]:
    actor = actor_of(coach)
    return SHARE | {"code": code_of(actor, cohorts.create(actor, "Class"))}


def test_nobody_agrees_to_words_they_were_not_shown(
    client: TestClient, person: Person, signed_in: Tokens, joining: dict[str, Any]
) -> None:
    me = signed_in(person)
    for method, path, body in (
        ("POST", "/memberships", joining),
        ("PUT", "/consents/research", {"wording_version": SHARE["wording_version"]}),
    ):
        old = client.request(
            method, f"{API}{path}", json=body | {"wording_version": "2026-10"}, headers=me
        )
        assert old.status_code == 422
        [error] = old.json()["errors"]
        assert error["pointer"] == "#/wording_version"
        assert error["detail"].startswith("These are not the words of today.")
    assert client.get(f"{API}/consents", headers=me).json() == {"research": False, "decisions": []}


def test_joining_and_writing_are_done_once(
    client: TestClient,
    person: Person,
    coach: Person,
    signed_in: Tokens,
    joining: dict[str, Any],
) -> None:
    me, their = signed_in(person), signed_in(coach)
    key = {"Idempotency-Key": "once"}
    first, again = (
        client.post(f"{API}/memberships", json=joining, headers=me | key) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    twice = client.post(f"{API}/memberships", json=joining, headers=me)
    assert twice.json()["errors"][0]["pointer"] == "#/code"
    notes = f"{API}/cohorts/{first.json()['cohort_id']}/members/{person.user_id}/notes"
    for _ in range(2):
        sent = client.post(notes, json={"note": "Go on!"}, headers=their | key)
        assert (sent.status_code, sent.content) == (204, b"")
    [note] = client.get(f"{API}/sharing/notes", headers=me).json()["notes"]
    assert note["body"] == "Go on!"


def test_who_is_no_coach_any_more_sees_nobody(
    client: TestClient,
    person: Person,
    coach: Person,
    signed_in: Tokens,
    joining: dict[str, Any],
) -> None:
    joined = client.post(f"{API}/memberships", json=joining, headers=signed_in(person)).json()
    members, their = f"{API}/cohorts/{joined['cohort_id']}/members", signed_in(coach)
    assert len(client.get(members, headers=their).json()["members"]) == 1
    admin = make_person(role="admin")
    role = f"{API}/people/{coach.user_id}/role"
    assert client.put(role, json={"role": "user"}, headers=signed_in(admin)).status_code == 204
    refused = client.get(members, headers=their)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not allowed")


def test_an_administrator_is_told_what_can_not_be(client: TestClient, signed_in: Tokens) -> None:
    admin = make_person(role="admin")
    own = f"{API}/people/{admin.user_id}"
    for path, body in (("role", {"role": "user"}), ("disabled", {"disabled": True})):
        refused = client.put(f"{own}/{path}", json=body, headers=signed_in(admin))
        assert refused.json()["errors"][0]["pointer"] == f"#/{path}"
