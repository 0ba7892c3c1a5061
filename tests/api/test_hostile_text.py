"""Whatever is typed is kept as it is or refused as the document says; nothing of it is carried out.

What a browser makes of it is tested in `tests/journeys/test_hostile_text.py`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from focus_core.domain.errors import InvalidInput
from focus_core.services import accounts
from tests.api.conftest import Tokens
from tests.factories import Person
from tests.hostile import HOSTILE, storable

API = "/api/v1"


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def one_line(typed: str, longest: int = 300) -> str | None:
    """A title as it is kept: white space folded, nothing else touched."""
    return " ".join(typed[:longest].split()) or None


def kept(typed: str) -> str | None:
    return typed if typed.strip() else None


def refused(answer: Any, *fields: str) -> None:
    assert answer.status_code == 422, answer.text
    named = [error["pointer"] for error in answer.json()["errors"]]
    assert named == [f"#/{field}" for field in fields]


class Typist:
    """Types one text into every field that an address has."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    def send(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body)  # half a letter is escaped
        headers = self.headers | ({} if body is None else {"Content-Type": "application/json"})
        return self.client.request(method, f"{API}{path}", content=content, headers=headers)


def test_there_are_five_hundred() -> None:
    assert len(set(HOSTILE)) == 500


def test_sessions(client: TestClient, me: dict[str, str], admin_engine: Engine) -> None:
    typist = Typist(client, me)
    before = counts(admin_engine)
    for typed in HOSTILE:
        start = {"context": typed, "task": typed[:300], "course": typed[:120]}
        started = typist.send("POST", "/focus-sessions/start", start)
        if not storable(typed):
            refused(started, "context", "task", "course")
            continue
        assert started.status_code == 201, started.text
        session = started.json()
        url = f"/focus-sessions/{session['id']}"
        assert session["context"] == kept(typed)
        assert session["task_title"] == one_line(typed)
        assert session["course_name"] == one_line(typed, 120)
        typist.send("POST", f"{url}/interruptions", {"reason": typed})
        ended = typist.send("POST", f"{url}/end", {"session_notes": typed})
        assert ended.json()["session_notes"] == kept(typed)
        read = typist.send("GET", url).json()
        assert [read[name] for name in ("context", "session_notes")] == [kept(typed)] * 2
        assert [event["reason"] for event in read["events"]] == [kept(typed)]
    assert counts(admin_engine) == {**before, "focus_sessions": before["focus_sessions"] + 495}


def test_corrections_and_reasons(client: TestClient, me: dict[str, str]) -> None:
    typist = Typist(client, me)
    running = typist.send("POST", "/focus-sessions/start", {}).json()["id"]
    url = f"/focus-sessions/{running}"
    for typed in HOSTILE:
        paused = typist.send("POST", f"{url}/pause", {"reason": typed})
        if not storable(typed):
            refused(paused, "reason")
            continue
        assert paused.status_code == 200, paused.text
        typist.send("POST", f"{url}/resume")
    events = typist.send("GET", url).json()["events"]
    reasons = [event["reason"] for event in events if event["event_type"] == "interruption"]
    assert reasons == [kept(typed) for typed in HOSTILE if storable(typed)]
    typist.send("POST", f"{url}/end", {})
    for typed in HOSTILE:
        corrected = typist.send("PATCH", url, {"context": typed, "session_notes": typed})
        if not storable(typed):
            refused(corrected, "context", "session_notes")
            continue
        both = corrected.json()
        assert [both["context"], both["session_notes"]] == [kept(typed)] * 2


def test_tasks_courses_and_tokens(client: TestClient, me: dict[str, str]) -> None:
    typist = Typist(client, me)
    task = typist.send("POST", "/tasks", {"title": "Essay"}).json()["id"]
    course = typist.send("POST", "/courses", {"name": "Bio"}).json()["id"]
    for typed in HOSTILE:
        changed = typist.send("PATCH", f"/tasks/{task}", {"title": typed, "task_type": typed[:60]})
        named = typist.send("PATCH", f"/courses/{course}", {"name": typed[:120]})
        token = {"name": typed[:60], "scopes": ["read"], "expires_in_days": 1}
        made = typist.send("POST", "/tokens", token)
        if not storable(typed):
            refused(changed, "title", "task_type")
            refused(named, "name")
            refused(made, "name")
        elif one_line(typed) is None:
            assert {changed.status_code, named.status_code} == {422}
        else:
            title, kind = changed.json()["title"], changed.json()["task_type"]
            assert (title, kind) == (one_line(typed), one_line(typed, 60))
            assert named.json()["name"] == one_line(typed, 120)
            assert made.json()["name"] == one_line(typed, 60)
            typist.send("DELETE", f"/tokens/{made.json()['id']}")


def test_search_looks_for_just_that(client: TestClient, me: dict[str, str]) -> None:
    typist = Typist(client, me)
    session = typist.send("POST", "/focus-sessions/start", {"context": "An essay"}).json()["id"]
    typist.send("POST", f"/focus-sessions/{session}/end", {})
    for typed in HOSTILE:
        if typed.encode(errors="replace") != typed.encode(errors="ignore"):
            continue  # an address can't hold it
        query = {"search": typed[:300]}
        found = client.get(f"{API}/focus-sessions/history", params=query, headers=me)
        if not storable(typed):
            assert found.status_code == 422
            continue
        assert found.status_code == 200, found.text
        assert found.json()["sessions"] == [] or not one_line(typed)


def test_names_of_people(person: Person) -> None:
    for typed in HOSTILE:
        if storable(typed) and one_line(typed):
            accounts.update_settings(person.user_id, display_name=typed[:80])
            assert accounts.get_account(person.user_id)["display_name"] == one_line(typed, 80)
        else:
            with pytest.raises(InvalidInput):
                accounts.update_settings(person.user_id, display_name=typed)


def counts(admin: Engine) -> dict[str, int]:
    """How many there are of what nobody here should make or take away."""
    with admin.connect() as connection:
        return {
            table: connection.execute(text(f"select count(*) from {table}")).scalar_one()
            for table in ("users", "user_credentials", "focus_sessions")
        }
