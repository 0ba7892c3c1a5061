"""Tokens come for a password, are renewed once each, and end when they should."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from focus_core.domain.actor import Actor
from focus_core.domain.errors import SignInRefused
from focus_core.services import accounts, erasure, people, sign_in, web_sessions
from tests.api.conftest import PASSWORD, give_password
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of

AUTH = "/api/v1/auth"
ACTIVE = "/api/v1/focus-sessions/active"


def sign_in_as(client: TestClient, person: Person, password: str = PASSWORD) -> dict[str, str]:
    credentials = {"username": person.username, "password": password}
    answer = client.post(f"{AUTH}/token", json=credentials)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


def status_with(client: TestClient, tokens: dict[str, str]) -> int:
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    return client.get(ACTIVE, headers=bearer).status_code


def admin() -> Actor:
    actor = web_sessions.actor_for_cookie(cookie_of(make_person(role="admin")))
    assert actor is not None
    return actor


def test_a_password_buys_tokens(client: TestClient, person: Person) -> None:
    tokens = sign_in_as(client, person)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert status_with(client, tokens) == 200


def test_unknown_and_known_names_get_the_same_answer(client: TestClient, person: Person) -> None:
    known = client.post(
        f"{AUTH}/token", json={"username": person.username, "password": "not this one"}
    )
    unknown = client.post(f"{AUTH}/token", json={"username": "nobody", "password": "not this one"})
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()
    assert known.headers["www-authenticate"].startswith("Bearer")


def test_the_page_and_programs_share_one_lock(client: TestClient, person: Person) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(person.username, "not this one", address="10.1.1.1", browser="b")
    for _ in range(2):
        wrong = {"username": person.username, "password": "nor this one"}
        assert client.post(f"{AUTH}/token", json=wrong).status_code == 401
    right = {"username": person.username, "password": PASSWORD}
    assert client.post(f"{AUTH}/token", json=right).status_code == 401
    with pytest.raises(SignInRefused):
        sign_in.sign_in(person.username, PASSWORD, address="10.1.1.1", browser="b")


def test_a_refresh_token_is_good_once(client: TestClient, person: Person) -> None:
    first = sign_in_as(client, person)
    renewed = client.post(f"{AUTH}/refresh", json={"refresh_token": first["refresh_token"]})
    assert renewed.status_code == 200
    second = renewed.json()
    assert second["refresh_token"] != first["refresh_token"]
    assert status_with(client, second) == 200


def test_a_refresh_token_used_twice_ends_its_whole_sign_in(
    client: TestClient, person: Person
) -> None:
    other_device = sign_in_as(client, person)
    first = sign_in_as(client, person)
    body = {"refresh_token": first["refresh_token"]}
    second = client.post(f"{AUTH}/refresh", json=body).json()
    stolen = client.post(f"{AUTH}/refresh", json=body)
    assert stolen.status_code == 401
    for tokens in (first, second):
        assert status_with(client, tokens) == 401
        body = {"refresh_token": tokens["refresh_token"]}
        assert client.post(f"{AUTH}/refresh", json=body).status_code == 401
    assert status_with(client, other_device) == 200


def test_signing_out_ends_the_access_token_at_once(client: TestClient, person: Person) -> None:
    tokens = sign_in_as(client, person)
    body = {"refresh_token": tokens["refresh_token"]}
    assert client.post(f"{AUTH}/revoke", json=body).status_code == 204
    assert status_with(client, tokens) == 401
    assert client.post(f"{AUTH}/refresh", json=body).status_code == 401
    assert client.post(f"{AUTH}/revoke", json=body).status_code == 204
    assert client.post(f"{AUTH}/revoke", json={"refresh_token": "x"}).status_code == 204


def test_a_new_password_ends_every_token(client: TestClient, person: Person) -> None:
    tokens = sign_in_as(client, person)
    accounts.change_password(person.user_id, PASSWORD, "quite another long phrase", keep=None)
    assert status_with(client, tokens) == 401
    body = {"refresh_token": tokens["refresh_token"]}
    assert client.post(f"{AUTH}/refresh", json=body).status_code == 401
    assert status_with(client, sign_in_as(client, person, "quite another long phrase")) == 200


def test_disabling_an_account_ends_every_token_for_good(client: TestClient, person: Person) -> None:
    tokens = sign_in_as(client, person)
    people.set_disabled(admin(), person.user_id, True)
    assert status_with(client, tokens) == 401
    credentials = {"username": person.username, "password": PASSWORD}
    assert client.post(f"{AUTH}/token", json=credentials).status_code == 401
    people.set_disabled(admin(), person.user_id, False)
    assert status_with(client, tokens) == 401
    assert status_with(client, sign_in_as(client, person)) == 200


def test_no_token_is_stored_as_it_is(
    client: TestClient, person: Person, admin_engine: Engine
) -> None:
    tokens = sign_in_as(client, person)
    with admin_engine.connect() as connection:
        stored = connection.execute(
            text(
                "select r::text from refresh_tokens r union all select s::text from api_sign_ins s"
            )
        )
        everything = str(stored.all())
    assert tokens["refresh_token"] not in everything
    assert tokens["access_token"] not in everything


def test_a_deleted_account_has_no_tokens(client: TestClient) -> None:
    person = give_password(make_person())
    tokens = sign_in_as(client, person)
    erasure.erase_now(person.user_id, PASSWORD)
    assert status_with(client, tokens) == 401
