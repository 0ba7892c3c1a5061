"""Too many requests are told when to go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from focus_core.api.limits import RateLimits
from focus_core.config import Settings, read_settings
from focus_core.domain.errors import TooManyRequests
from tests.api.conftest import Tokens
from tests.factories import Person, make_person
from tests.redis_server import RedisServer

ACTIVE = "/api/v1/focus-sessions/active"


@pytest.fixture
def settings() -> Settings:
    return replace(
        read_settings({}), api_limit_per_person="3/minute", api_limit_per_address="5/minute"
    )


@pytest.fixture
def limited(client: TestClient, api: FastAPI, settings: Settings) -> TestClient:
    api.state.limits = RateLimits(settings)
    return client


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()
    server.client.close()


def test_a_person_has_so_many_requests_whatever_their_token(
    limited: TestClient, person: Person, signed_in: Tokens
) -> None:
    one, another = signed_in(person), signed_in(person)
    for headers in (one, another, one):
        assert limited.get(ACTIVE, headers=headers).status_code == 200
    refused = limited.get(ACTIVE, headers=another)
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert limited.get(ACTIVE, headers=signed_in(make_person())).status_code == 200


def test_what_takes_much_work_counts_for_more(
    client: TestClient, api: FastAPI, settings: Settings, person: Person, signed_in: Tokens
) -> None:
    api.state.limits = RateLimits(replace(settings, api_limit_per_person="40/minute"))
    me, archive = signed_in(person), "/api/v1/me/archive"
    answers = [client.get(address, headers=me).status_code for address in (archive, ACTIVE)]
    assert answers == [200, 200]
    assert client.get(archive, headers=me).status_code == 429


def test_an_address_has_so_many_requests_with_no_token_too(limited: TestClient) -> None:
    for _ in range(4):
        assert limited.get(ACTIVE).status_code == 401
    wrong = {"username": "nobody", "password": "x"}
    assert limited.post("/api/v1/auth/token", json=wrong).status_code == 401
    assert limited.post("/api/v1/auth/token", json=wrong).status_code == 429
    assert limited.get(ACTIVE).status_code == 429
    assert limited.get("/api/v1/health").status_code == 200


def test_a_limit_that_is_hit_is_logged_without_a_secret(
    limited: TestClient, person: Person, signed_in: Tokens, capsys: pytest.CaptureFixture[str]
) -> None:
    me = signed_in(person)
    for _ in range(4):
        limited.get(ACTIVE, headers=me)
    said = "".join(capsys.readouterr())
    assert "limit_hit" in said
    assert str(person.user_id) in said
    assert me["Authorization"].removeprefix("Bearer ") not in said


def test_processes_count_together_in_redis(redis_server: RedisServer, settings: Settings) -> None:
    shared = replace(settings, redis_url=redis_server.url)
    processes = [RateLimits(shared), RateLimits(shared)]
    for process in (*processes, processes[0]):
        process.charge_person("ada")
    for process in processes:
        with pytest.raises(TooManyRequests) as refused:
            process.charge_person("ada")
        assert 1 <= refused.value.retry_after <= 61
        process.charge_person(json.dumps(id(process)))


def test_without_redis_each_counts_alone(redis_server: RedisServer, settings: Settings) -> None:
    limits = RateLimits(replace(settings, redis_url=redis_server.url))
    limits.charge_person("ada")
    redis_server.kill()
    for _ in range(3):
        limits.charge_person("ada")
    with pytest.raises(TooManyRequests):
        limits.charge_person("ada")


def test_one_line_is_one_address_however_many_it_has(settings: Settings) -> None:
    limits = RateLimits(settings)
    for number in range(5):
        limits.charge_address(f"2001:db8:0:1::{number:x}")
    with pytest.raises(TooManyRequests):
        limits.charge_address("2001:db8:0:1:ffff::")
    limits.charge_address("2001:db8:0:2::")
