"""Every endpoint under /focus-sessions does what the document says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Tokens
from tests.factories import Person, add_session, make_person, utc

BASE = "/api/v1/focus-sessions"


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def test_a_session_from_start_to_end(client: TestClient, me: dict[str, str]) -> None:
    wanted = {
        "expected_duration": 25,
        "task": "Biology assignment",
        "course": "Bio",
        "context": "Studying Chapter 5 - Cellular Respiration",
        "session_type": "pomodoro",
    }
    started = client.post(f"{BASE}/start", json=wanted, headers=me)
    assert started.status_code == 201, started.text
    session = started.json()
    assert (session["task_title"], session["course_name"]) == ("Biology assignment", "Bio")
    assert session["end_time"] is None
    assert session["start_time"].endswith("Z")
    assert client.get(f"{BASE}/active", headers=me).json()["id"] == session["id"]
    url = f"{BASE}/{session['id']}"
    paused = client.post(f"{url}/pause", json={"reason": "Phone"}, headers=me).json()
    assert (paused["is_paused"], paused["interruption_count"]) == (True, 1)
    assert client.post(f"{url}/resume", headers=me).json()["is_paused"] is False
    interrupted = client.post(f"{url}/interruptions", headers=me)
    assert interrupted.json()["interruption_count"] == 2
    said = {"was_completed": False, "focus_score": 3, "interruption_count": 1}
    ended = client.post(f"{url}/end", json=said, headers=me)
    assert ended.status_code == 200, ended.text
    assert {name: ended.json()[name] for name in said} == said
    assert client.get(f"{BASE}/active", headers=me).json() is None
    events = client.get(url, headers=me).json()["events"]
    assert [event["event_type"] for event in events] == [
        "pause",
        "interruption",
        "resume",
        "interruption",
    ]


def test_a_start_without_anything_is_a_pomodoro(client: TestClient, me: dict[str, str]) -> None:
    session = client.post(f"{BASE}/start", headers=me).json()
    assert (session["session_type"], session["expected_duration"]) == ("pomodoro", 25)
    assert session["remaining_seconds"] == 1500


def test_a_second_start_names_the_session_that_runs(client: TestClient, me: dict[str, str]) -> None:
    first = client.post(f"{BASE}/start", headers=me).json()
    second = client.post(f"{BASE}/start", headers=me)
    assert second.status_code == 409
    assert second.headers["content-type"] == "application/problem+json"
    assert second.json()["type"] == "urn:focus:problem:session-already-running"
    assert second.json()["session"]["id"] == first["id"]


def test_ending_twice_with_the_same_values_is_one_end(
    client: TestClient, me: dict[str, str]
) -> None:
    session = client.post(f"{BASE}/start", headers=me).json()
    url = f"{BASE}/{session['id']}/end"
    said = {"was_completed": True, "focus_score": 4}
    first = client.post(url, json=said, headers=me)
    assert client.post(url, json=said, headers=me).json() == first.json()
    other = client.post(url, json={"focus_score": 5}, headers=me)
    assert other.status_code == 409
    assert other.json()["session"]["focus_score"] == 4


def test_moves_of_an_ended_session_are_conflicts(client: TestClient, me: dict[str, str]) -> None:
    url = f"{BASE}/{client.post(f'{BASE}/start', headers=me).json()['id']}"
    still_running = client.patch(url, json={"focus_score": 5}, headers=me)
    assert still_running.json()["type"] == "urn:focus:problem:session-still-running"
    assert client.delete(url, headers=me).status_code == 409
    client.post(f"{url}/end", headers=me)
    for move in ("pause", "resume", "interruptions"):
        refused = client.post(f"{url}/{move}", headers=me)
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:focus:problem:no-session-running"


def test_history_page_by_page_is_stable_and_whole(
    client: TestClient, person: Person, me: dict[str, str]
) -> None:
    start = utc(2026, 3, 2, 9)
    ids = [str(add_session(person, start + timedelta(hours=n))) for n in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page = client.get(
            f"{BASE}/history",
            params={"limit": 3} | ({"cursor": cursor} if cursor else {}),
            headers=me,
        ).json()
        seen += [session["id"] for session in page["sessions"]]
        cursor = page["next_cursor"]
        if len(seen) == 3:
            add_session(person, start + timedelta(days=1))  # newer than the page: no disturbance
        if cursor is None:
            break
    assert seen == ids[::-1]


def test_history_filters(client: TestClient, person: Person, me: dict[str, str]) -> None:
    add_session(person, utc(2026, 3, 2, 9), context="Krebs cycle")
    add_session(person, utc(2026, 3, 3, 9), was_completed=False, session_type="custom")

    def found(**query: str) -> int:
        answer = client.get(f"{BASE}/history", params=query, headers=me)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["sessions"])

    assert found() == 2
    assert found(since="2026-03-03T00:00:00Z") == 1
    assert found(until="2026-03-03T00:00:00+01:00") == 1
    assert found(was_completed="true") == 1
    assert found(session_type="custom") == 1
    assert found(ended_by="auto_close") == 0
    assert found(search="krebs") == 1


def test_a_profile_is_sent_once(client: TestClient, person: Person, me: dict[str, str]) -> None:
    missing = client.get(f"{BASE}/profile", headers=me)
    assert (missing.status_code, missing.json()["missing"]) == (404, 3)
    for day in (2, 3, 4):
        add_session(person, utc(2026, 3, day, 9), minutes=30, focus_score=4)
    answer = client.get(f"{BASE}/profile", headers=me)
    profile = answer.json()
    assert profile["avg_focus_duration_minutes"] == 30
    assert profile["peak_focus_hours"] == [10]
    assert profile["avg_underestimation_pct"] == -20
    again = client.get(f"{BASE}/profile", headers={**me, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_insights_of_a_session(client: TestClient, person: Person, me: dict[str, str]) -> None:
    session = add_session(person, utc(2026, 3, 2, 9))
    answer = client.get(f"{BASE}/{session}/insights", headers=me)
    assert answer.status_code == 200, answer.text
    assert answer.json()["session_id"] == str(session)


def test_a_correction_that_overlaps_says_what_is_free(
    client: TestClient, person: Person, me: dict[str, str]
) -> None:
    first = add_session(person, utc(2026, 3, 2, 9))
    second = add_session(person, utc(2026, 3, 2, 10))
    moved = {"start_time": "2026-03-02T09:10:00Z", "end_time": "2026-03-02T10:25:00Z"}
    refused = client.patch(f"{BASE}/{second}", json=moved, headers=me)
    assert refused.status_code == 409, refused.text
    assert [session["id"] for session in refused.json()["conflicts"]] == [str(first)]
    trim = refused.json()["trim"]
    assert trim == {"start_time": "2026-03-02T09:25:00Z", "end_time": "2026-03-02T10:25:00Z"}
    trimmed = client.patch(f"{BASE}/{second}", json=trim, headers=me)
    assert trimmed.status_code == 200, trimmed.text
    assert trimmed.json()["duration_minutes"] == 60


def test_a_correction_changes_only_what_it_names(
    client: TestClient, person: Person, me: dict[str, str]
) -> None:
    session = add_session(person, utc(2026, 3, 2, 9), context="Bio", focus_score=2)
    corrected = client.patch(f"{BASE}/{session}", json={"focus_score": None}, headers=me).json()
    assert (corrected["focus_score"], corrected["context"]) == (None, "Bio")


def test_a_deleted_session_is_gone(client: TestClient, person: Person, me: dict[str, str]) -> None:
    session = add_session(person, utc(2026, 3, 2, 9))
    deleted = client.delete(f"{BASE}/{session}", headers=me)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(f"{BASE}/{session}", headers=me).status_code == 404
    assert client.delete(f"{BASE}/{session}", headers=me).status_code == 404


def test_another_persons_session_is_nowhere(
    client: TestClient, me: dict[str, str], database: object
) -> None:
    session = add_session(make_person(), utc(2026, 3, 2, 9))
    assert client.get(f"{BASE}/{session}", headers=me).status_code == 404
    assert client.patch(f"{BASE}/{session}", json={}, headers=me).status_code == 404
