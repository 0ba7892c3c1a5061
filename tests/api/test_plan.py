"""Today's plan, for programs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from db.session import open_for
from focus_core.services import plan, task_changes
from tests.api.conftest import Tokens
from tests.factories import Person, make_person

API = "/api/v1"
PLAN = f"{API}/plan"


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def add(client: TestClient, me: dict[str, str], title: str, **more: object) -> str:
    made = client.post(f"{PLAN}/tasks", json={"title": title, **more}, headers=me)
    assert made.status_code == 201, made.text
    task_id: str = made.json()["id"]
    return task_id


def titles(client: TestClient, me: dict[str, str]) -> list[str]:
    return [task["title"] for task in client.get(PLAN, headers=me).json()["tasks"]]


def test_a_day_from_its_plan_to_its_end(client: TestClient, me: dict[str, str]) -> None:
    empty = client.get(PLAN, headers=me).json()
    assert (empty["tasks"], empty["left_over"], empty["forecast"]) == ([], [], None)
    essay = add(client, me, "Essay", course="Bio", estimate_minutes=60)
    lab = add(client, me, "Lab report", estimate_minutes=30)
    assert add(client, me, "essay", course="bio") == essay  # it is on the list already
    found = client.get(PLAN, params={"done_by": "17:30"}, headers=me).json()
    first = found["tasks"][0]
    assert (first["task_id"], first["course_name"], first["estimate_minutes"]) == (essay, "Bio", 60)
    forecast = found["forecast"]
    assert forecast["low80_time"] <= forecast["finish_time"] <= forecast["high80_time"]
    assert forecast["finish_time"] > found["server_time"]
    assert datetime.fromisoformat(forecast["done_by"]).minute == 30
    chosen = client.get(PLAN, headers=me).json()["forecast"]["done_by"]
    assert datetime.fromisoformat(chosen).minute == 0, "18:00, as nothing was chosen"
    assert forecast["guessing"] is True
    issued = client.get(f"{PLAN}/forecasts", params={"day": found["day"]}, headers=me).json()
    assert [one["task_ids"] for one in issued["forecasts"]] == [[essay, lab]] * 2
    assert [one["done_by"] for one in issued["forecasts"]] == [forecast["done_by"], chosen]

    assert client.put(f"{PLAN}/order", json={"task_ids": [lab]}, headers=me).status_code == 204
    assert titles(client, me) == ["Lab report", "Essay"]
    task = f"{PLAN}/tasks/{lab}"
    wanted = {"title": "Report", "course": "Chemistry", "estimate_minutes": None, "done": True}
    changed = client.patch(task, json=wanted, headers=me).json()
    assert (changed["title"], changed["course_name"]) == ("Report", "Chemistry")
    assert changed["estimate_minutes"] is None
    assert changed["done_at"] is not None
    assert client.delete(f"{PLAN}/tasks/{essay}", headers=me).status_code == 204
    assert client.delete(f"{PLAN}/tasks/{essay}", headers=me).status_code == 404
    assert titles(client, me) == ["Report"]
    assert client.get(PLAN, headers=me).json()["forecast"] is None
    still = client.get(f"{API}/tasks", headers=me).json()["tasks"]
    assert [one["id"] for one in still] == [essay]


def test_what_was_left_over_comes_over(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    task = add(client, me, "Essay")
    with open_for(person.user_id) as transaction:
        transaction.execute(text("update planned_tasks set day = day - 1"))
    found = client.get(PLAN, headers=me).json()
    assert [one["task_id"] for one in found["left_over"]] == [task]
    carried = client.post(f"{PLAN}/carry-over", headers=me)
    assert carried.json() == {"carried_over": 1}
    assert titles(client, me) == ["Essay"]
    assert client.post(f"{PLAN}/carry-over", headers=me).json() == {"carried_over": 0}


def test_sent_again_it_is_planned_once(client: TestClient, me: dict[str, str]) -> None:
    headers = {**me, "Idempotency-Key": str(uuid4())}
    body = {"title": "Essay"}
    first = client.post(f"{PLAN}/tasks", json=body, headers=headers)
    client.patch(f"{PLAN}/tasks/{first.json()['id']}", json={"done": True}, headers=me)
    again = client.post(f"{PLAN}/tasks", json=body, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert titles(client, me) == ["Essay"]


def test_tasks_of_others_are_not_there(client: TestClient, me: dict[str, str]) -> None:
    own, other = add(client, me, "Essay"), make_person()
    theirs = plan.add_task(other.user_id, title="Theirs")["id"]
    course = task_changes.create_course(other.user_id, "Theirs")["id"]
    for body in ({"task_id": theirs}, {"title": "Essay", "course_id": course}):
        assert client.post(f"{PLAN}/tasks", json=body, headers=me).status_code == 404
    named = {"course_id": course}
    assert client.patch(f"{PLAN}/tasks/{own}", json=named, headers=me).status_code == 404
    both = {"task_ids": [own, theirs]}
    assert client.put(f"{PLAN}/order", json=both, headers=me).status_code == 404
    assert titles(client, me) == ["Essay"]


def test_a_day_holds_so_much(
    client: TestClient, me: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(client, me, "Essay")
    monkeypatch.setattr(plan, "MOST_A_DAY", 1)
    full = client.post(f"{PLAN}/tasks", json={"title": "Report"}, headers=me)
    assert (full.status_code, full.json()["type"]) == (409, "urn:focus:problem:plan-is-full")
    assert [one["title"] for one in client.get(f"{API}/tasks", headers=me).json()["tasks"]] == [
        "Essay"
    ]


@pytest.mark.parametrize(
    ("method", "address", "body", "named"),
    [
        ("POST", "/tasks", {}, "#/title"),
        ("POST", "/tasks", {"title": " "}, "#/title"),
        ("POST", "/tasks", {"title": None}, "#/title"),
        ("POST", "/tasks", {"title": "x", "estimate_minutes": 0}, "#/estimate_minutes"),
        ("POST", "/tasks", {"title": "x", "position": 1}, "#/position"),
        ("PUT", "/order", {}, "#/task_ids"),
        ("PUT", "/order", {"task_ids": ["x"]}, "#/task_ids/0"),
        ("PUT", "/order", {"task_ids": [str(UUID(int=1))] * 2}, "#/task_ids"),
    ],
)
def test_a_value_that_can_not_be_used_is_named(
    client: TestClient, me: dict[str, str], method: str, address: str, body: object, named: str
) -> None:
    refused = client.request(method, f"{PLAN}{address}", json=body, headers=me)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [named]


@pytest.mark.parametrize("named", ["title", "course", "course_id"])
def test_an_id_says_which_task_and_nothing_beside_it_does(
    client: TestClient, me: dict[str, str], person: Person, named: str
) -> None:
    task = task_changes.create_task(person.user_id, "Essay")["id"]
    body = {"task_id": task, named: str(uuid4())}
    refused = client.post(f"{PLAN}/tasks", json=body, headers=me)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"#/{named}"]
    assert client.get(f"{API}/courses", headers=me).json()["courses"] == [], "none was made"
    assert titles(client, me) == []
    said = {"task_id": task, "course": None, "estimate_minutes": 45}
    assert client.post(f"{PLAN}/tasks", json=said, headers=me).json()["estimate_minutes"] == 45


@pytest.mark.parametrize("day", ["0", "2026-3-2", "2026-03-02T00:00", "2026-02-30"])
def test_a_day_is_written_as_one(client: TestClient, me: dict[str, str], day: str) -> None:
    refused = client.get(f"{PLAN}/forecasts", params={"day": day}, headers=me)
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == ["day"]


@pytest.mark.parametrize("wall", ["24:00", "6pm", "18:00:00", "18:00Z", ""])
def test_the_time_to_be_done_by_is_a_local_one(
    client: TestClient, me: dict[str, str], wall: str
) -> None:
    refused = client.get(PLAN, params={"done_by": wall}, headers=me)
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == ["done_by"]
