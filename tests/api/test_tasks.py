from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Tokens
from tests.factories import Person, make_person

API = "/api/v1"


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def test_a_task_from_its_making_to_its_end(client: TestClient, me: dict[str, str]) -> None:
    course = client.post(f"{API}/courses", json={"name": "Bio"}, headers=me).json()
    wanted = {
        "title": "Essay  on   cells",
        "course_id": course["id"],
        "task_type": "assignment",
        "estimate_minutes": 120,
        "due_on": "2026-12-01",
    }
    made = client.post(f"{API}/tasks", json=wanted, headers=me)
    assert made.status_code == 201, made.text
    task = made.json()
    assert (task["title"], task["course_name"]) == ("Essay on cells", "Bio")
    assert (task["due_on"], task["done_at"]) == ("2026-12-01", None)
    url = f"{API}/tasks/{task['id']}"
    changed = client.patch(url, json={"estimate_minutes": None, "done": True}, headers=me).json()
    assert changed["estimate_minutes"] is None
    assert changed["done_at"] is not None
    assert client.get(f"{API}/tasks", headers=me).json() == {"tasks": []}
    everything = client.get(f"{API}/tasks", params={"only_open": "false"}, headers=me).json()
    assert [found["id"] for found in everything["tasks"]] == [task["id"]]
    assert client.patch(url, json={"done": False}, headers=me).json()["done_at"] is None
    assert client.delete(url, headers=me).status_code == 204
    assert client.delete(url, headers=me).status_code == 404


def test_a_second_open_task_of_one_title_is_a_conflict(
    client: TestClient, me: dict[str, str]
) -> None:
    first = client.post(f"{API}/tasks", json={"title": "Essay"}, headers=me).json()
    taken = client.post(f"{API}/tasks", json={"title": "ESSAY"}, headers=me)
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:focus:problem:name-taken")
    client.patch(f"{API}/tasks/{first['id']}", json={"done": True}, headers=me)
    assert client.post(f"{API}/tasks", json={"title": "Essay"}, headers=me).status_code == 201
    reopened = client.patch(f"{API}/tasks/{first['id']}", json={"done": False}, headers=me)
    assert reopened.status_code == 409


def test_courses(client: TestClient, me: dict[str, str]) -> None:
    course = client.post(f"{API}/courses", json={"name": "Bio"}, headers=me).json()
    assert client.post(f"{API}/courses", json={"name": "bio"}, headers=me).status_code == 409
    url = f"{API}/courses/{course['id']}"
    renamed = client.patch(url, json={"name": "Biology"}, headers=me).json()
    assert renamed["name"] == "Biology"
    assert client.patch(url, json={}, headers=me).json() == renamed
    assert client.patch(url, json={"archived": True}, headers=me).json()["archived_at"]
    assert client.get(f"{API}/courses", headers=me).json() == {"courses": []}
    assert client.patch(url, json={"archived": False}, headers=me).json()["archived_at"] is None
    assert client.delete(url, headers=me).status_code == 204
    assert client.patch(url, json={}, headers=me).status_code == 404


def test_a_course_with_a_task_that_another_one_would_meet_stays(
    client: TestClient, me: dict[str, str]
) -> None:
    course = client.post(f"{API}/courses", json={"name": "Bio"}, headers=me).json()
    inside = {"title": "Essay", "course_id": course["id"]}
    task = client.post(f"{API}/tasks", json=inside, headers=me).json()
    client.post(f"{API}/tasks", json={"title": "essay"}, headers=me)
    url = f"{API}/courses/{course['id']}"
    refused = client.delete(url, headers=me)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:focus:problem:name-taken")
    assert "Rename" in refused.json()["detail"]
    client.patch(f"{API}/tasks/{task['id']}", json={"title": "Other"}, headers=me)
    assert client.delete(url, headers=me).status_code == 204


def test_a_task_belongs_to_no_course_of_others(
    client: TestClient, me: dict[str, str], signed_in: Tokens
) -> None:
    theirs = client.post(
        f"{API}/courses", json={"name": "Bio"}, headers=signed_in(make_person())
    ).json()
    stolen = {"title": "Essay", "course_id": theirs["id"]}
    assert client.post(f"{API}/tasks", json=stolen, headers=me).status_code == 404
    mine = client.post(f"{API}/tasks", json={"title": "Essay"}, headers=me).json()
    moved = client.patch(f"{API}/tasks/{mine['id']}", json={"course_id": theirs["id"]}, headers=me)
    assert moved.status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \t "),
        ("title", None),
        ("title", "x" * 301),
        ("task_type", "x" * 61),
        ("estimate_minutes", 0),
        ("estimate_minutes", 60_001),
        ("due_on", "tomorrow"),
        ("due_on", 20261201),
        ("due_on", "2026-02-30"),
        ("course_id", "bio"),
        ("done", "yes"),
        ("user_id", "x"),
    ],
)
def test_what_a_task_can_not_be(
    client: TestClient, me: dict[str, str], field: str, value: object
) -> None:
    task = client.post(f"{API}/tasks", json={"title": "Essay"}, headers=me).json()
    refused = client.patch(f"{API}/tasks/{task['id']}", json={field: value}, headers=me)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"#/{field}"]
