"""Whatever comes in, the answer is the right 4xx as a problem that says where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Tokens
from tests.factories import Person, add_session, utc

API = "/api/v1"
START = f"{API}/focus-sessions/start"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def must_be_problem(answer: object, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"expected_duration": "25"}', "#/expected_duration"),
        ('{"expected_duration": 25.5}', "#/expected_duration"),
        ('{"expected_duration": true}', "#/expected_duration"),
        ('{"expected_duration": 0}', "#/expected_duration"),
        ('{"expected_duration": 1441}', "#/expected_duration"),
        ('{"expected_duration": -25}', "#/expected_duration"),
        ('{"expected_duration": 1e400}', "#/expected_duration"),
        ('{"expected_duration": NaN}', "#/expected_duration"),
        ('{"expected_duration": Infinity}', "#/expected_duration"),
        ('{"expected_duration": -Infinity}', "#/expected_duration"),
        ('{"expected_duration": 99999999999999999999}', "#/expected_duration"),
        ('{"context": 5}', "#/context"),
        ('{"context": ["a"]}', "#/context"),
        ('{"context": "a\\u0000b"}', "#/context"),
        ('{"context": "\\ud800"}', "#/context"),
        ('{"context": "\\udfff tail"}', "#/context"),
        (json.dumps({"context": "x" * 2001}), "#/context"),
        ('{"task": "\\u0000"}', "#/task"),
        ('{"course": "\\ud800"}', "#/course"),
        (json.dumps({"course": "x" * 121}), "#/course"),
        ('{"session_type": "nap"}', "#/session_type"),
        ('{"session_type": null}', "#/session_type"),
        ('{"session_type": "custom"}', "#/expected_duration"),
        ('{"task_id": "abc"}', "#/task_id"),
        ('{"task_id": 5}', "#/task_id"),
        ('{"overtime": "yes"}', "#/overtime"),
        ('{"overtime": 1}', "#/overtime"),
        ('{"user_id": "019ab1c2-3d4e-7f50-8a6b-9c0d1e2f3a4b"}', "#/user_id"),
        ('{"nothing like it": 1}', "#/nothing%20like%20it"),
        ('{"a/b~c": 1}', "#/a~1b~0c"),
        ('{"\\ud800": 1}', "#"),
        ("[]", "#"),
        ('"text"', "#"),
        ("25", "#"),
        ("NaN", "#"),
    ],
)
def test_a_value_that_can_not_be_used_is_named(
    client: TestClient, me: dict[str, str], body: str, pointer: str
) -> None:
    answer = client.post(START, content=body, headers={**me, **JSON})
    errors = must_be_problem(answer, 422)["errors"]
    assert [error["pointer"] for error in errors] == [pointer]  # type: ignore[attr-defined]
    assert client.get(f"{API}/focus-sessions/active", headers=me).json() is None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"context": "a}',
        b"{'context': 'a'}",
        b'{"context": "a",}',
        b'{"context": "a"} {"more": 1}',
        b"\xff\xfe\x00\x01",
        b'{"context": "\xc3\x28"}',
        b'{"context": "a\nb"}',
        b"[" * 60_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"expected_duration": ' + b"9" * 5_000 + b"}",
        b"undefined",
        b"\x00",
    ],
)
def test_what_is_not_json_is_malformed(client: TestClient, me: dict[str, str], body: bytes) -> None:
    answer = client.post(START, content=body, headers={**me, **JSON})
    assert must_be_problem(answer, 400)["type"] == "urn:focus:problem:malformed-body"


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "", "*/*"],
)
def test_another_media_type_is_refused(
    client: TestClient, me: dict[str, str], media_type: str
) -> None:
    headers = {**me, "Content-Type": media_type}
    must_be_problem(client.post(START, content=b"{}", headers=headers), 415)


def test_a_form_signs_nobody_in(client: TestClient, person: Person) -> None:
    answer = client.post(f"{API}/auth/token", data={"username": person.username, "password": "x"})
    must_be_problem(answer, 415)


def test_json_may_name_its_letters(client: TestClient, me: dict[str, str]) -> None:
    headers = {**me, "Content-Type": "application/JSON; charset=utf-8"}
    assert client.post(START, content=b"{}", headers=headers).status_code == 201


def test_a_whole_number_may_have_a_point(client: TestClient, me: dict[str, str]) -> None:
    answer = client.post(START, content=b'{"expected_duration": 30.0}', headers={**me, **JSON})
    assert (answer.status_code, answer.json()["expected_duration"]) == (201, 30)


def test_a_large_body_is_not_read(client: TestClient, me: dict[str, str]) -> None:
    must_be_problem(client.post(START, content=b" " * 65_537, headers={**me, **JSON}), 413)


def test_a_large_body_in_parts_is_not_read_to_its_end(
    client: TestClient, me: dict[str, str]
) -> None:
    parts = (b" " * 1024 for _ in range(65))
    must_be_problem(client.post(START, content=parts, headers={**me, **JSON}), 413)


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "١"])
def test_a_length_that_is_none_is_refused(
    client: TestClient, me: dict[str, str], length: str
) -> None:
    headers = {**me, **JSON, "Content-Length": length.encode()}
    must_be_problem(client.post(START, content=b"{}", headers=headers), 413)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/focus-sessions/start", {"POST", "OPTIONS"}),
        ("DELETE", "/focus-sessions/active", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/focus-sessions/{id}", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("GET", "/focus-sessions/{id}/end", {"POST", "OPTIONS"}),
        ("TRACE", "/tasks", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("PATCH", "/auth/token", {"POST", "OPTIONS"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/planner-feed", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: TestClient, me: dict[str, str], method: str, path: str, allowed: set[str]
) -> None:
    url = f"{API}{path.format(id=uuid4())}"
    answer = client.request(method, url, headers=me)
    must_be_problem(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == allowed
    options = client.options(url)
    assert (options.status_code, set(options.headers["allow"].split(", "))) == (204, allowed)


def test_head_is_get_without_its_body(client: TestClient, me: dict[str, str]) -> None:
    url = f"{API}/focus-sessions/history"
    head, get = client.head(url, headers=me), client.get(url, headers=me)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert client.head(f"{API}/events", headers=me).content == b""
    assert client.head(f"{API}/focus-sessions/start", headers=me).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/focus-sessions",
        "/focus-sessions/",
        "/focus-sessions/abc",
        "/focus-sessions/active/",
        "/focus-sessions/0/end",
        "/focus-sessions/%00",
        "/focus-sessions/..%2f..%2fetc/passwd",
        "/tasks/%F0%9F%92%A9",
        "/docs/../app.py",
        "/docs/app.py",
        "/nothing",
        "/",
        "",
    ],
)
def test_an_unknown_address_is_a_problem(client: TestClient, me: dict[str, str], path: str) -> None:
    must_be_problem(client.get(f"{API}{path}", headers=me), 404)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("since=yesterday", "since"),
        ("since=2026-03-02", "since"),
        ("since=2026-03-02T10:00:00", "since"),
        ("since=1767225600", "since"),
        ("until=9999-99-99T00:00:00Z", "until"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
        ("was_completed=perhaps", "was_completed"),
        ("course_id=bio-101", "course_id"),
        ("session_type=nap", "session_type"),
        ("ended_by=fate", "ended_by"),
        ("search=%00", "search"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "A" * 201, "cursor"),
        ("nothing=1", "nothing"),
    ],
)
def test_a_filter_that_can_not_be_used_is_named(
    client: TestClient, me: dict[str, str], query: str, parameter: str
) -> None:
    answer = client.get(f"{API}/focus-sessions/history?{query}", headers=me)
    errors = must_be_problem(answer, 422)["errors"]
    assert [error["parameter"] for error in errors] == [parameter]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"start_time": "2026-03-02T10:00:00"}, "#/start_time"),
        ({"start_time": 1767225600}, "#/start_time"),
        ({"start_time": None}, "#/start_time"),
        ({"end_time": "2026-03-02T08:00:00Z"}, "#/end_time"),
        ({"end_time": "9999-12-31T23:59:59-14:00"}, "#/end_time"),
        ({"start_time": "0001-01-01T00:00:00+14:00"}, "#/start_time"),
        ({"focus_score": 6}, "#/focus_score"),
        ({"focus_score": "5"}, "#/focus_score"),
        ({"interruption_count": -1}, "#/interruption_count"),
        ({"interruption_count": None}, "#/interruption_count"),
        ({"break_minutes": 1441}, "#/break_minutes"),
        ({"session_type": None}, "#/session_type"),
        ({"was_completed": None}, "#/was_completed"),
        ({"session_notes": "x" * 10_001}, "#/session_notes"),
        ({"actual_start_time": "2026-03-02T09:00:00Z"}, "#/actual_start_time"),
        ({"user_id": str(uuid4())}, "#/user_id"),
    ],
)
def test_a_correction_that_can_not_be_made_is_named(
    client: TestClient,
    me: dict[str, str],
    person: Person,
    changes: dict[str, object],
    pointer: str,
) -> None:
    session = add_session(person, utc(2026, 3, 2, 9))
    answer = client.patch(f"{API}/focus-sessions/{session}", json=changes, headers=me)
    errors = must_be_problem(answer, 422)["errors"]
    assert [error["pointer"] for error in errors] == [pointer]  # type: ignore[attr-defined]


def test_somebody_elses_task_is_nowhere(client: TestClient, me: dict[str, str]) -> None:
    body = {"task_id": str(uuid4())}
    must_be_problem(client.post(START, json=body, headers=me), 404)


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "\t"])
def test_a_key_that_can_not_be_used_is_named(
    client: TestClient, me: dict[str, str], key: str
) -> None:
    headers = [*me.items(), ("Idempotency-Key", key.encode())]
    errors = must_be_problem(client.post(START, headers=headers), 422)["errors"]
    assert [error["header"] for error in errors] == ["Idempotency-Key"]  # type: ignore[attr-defined]


def test_a_mistake_of_ours_says_nothing_of_its_cause(
    client: TestClient, me: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("focus_core.services.tasks.list_courses", fail)
    answer = client.get(f"{API}/courses", headers=me)
    must_be_problem(answer, 500)
    assert "secret" not in answer.text


def test_a_database_that_is_away_is_told_so(
    client: TestClient, me: dict[str, str], unreachable: Callable[[], None]
) -> None:
    unreachable()
    for answer in (
        client.get(f"{API}/focus-sessions/active", headers=me),
        client.get(f"{API}/ready"),
        client.post(f"{API}/auth/token", json={"username": "ada", "password": "x"}),
    ):
        must_be_problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    assert client.get(f"{API}/health").json() == {"status": "alive"}
