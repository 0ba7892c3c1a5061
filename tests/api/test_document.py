"""The OpenAPI document is whole and true, and its page needs nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import PASSWORD, Tokens
from tests.factories import Person

API = "/api/v1"
NAMES = {
    "createToken",
    "refreshToken",
    "revokeToken",
    "startFocusSession",
    "endFocusSession",
    "pauseFocusSession",
    "resumeFocusSession",
    "addFocusSessionInterruption",
    "getActiveFocusSession",
    "getFocusSessionHistory",
    "getFocusProfile",
    "getFocusSession",
    "updateFocusSession",
    "deleteFocusSession",
    "getFocusSessionInsights",
    "listTasks",
    "createTask",
    "updateTask",
    "deleteTask",
    "listCourses",
    "createCourse",
    "updateCourse",
    "deleteCourse",
    "getPlannerFeed",
    "listPersonalTokens",
    "createPersonalToken",
    "revokePersonalToken",
    "streamEvents",
    "getHealth",
    "getReadiness",
}


@pytest.fixture
def document(api: FastAPI) -> dict[str, Any]:
    return api.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_has_the_name_that_clients_use(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for *_, operation in operations(document)]
    assert sorted(names) == sorted(NAMES)


def test_every_operation_says_what_it_does_and_all_it_answers(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["description"], path
        statuses = set(operation["responses"])
        assert statuses & {"200", "201", "204"}, path
        if "security" in operation:
            assert {"401", "403", "429", "503"} <= statuses, path
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= statuses, path
        if "{" in path:
            assert "404" in statuses, path
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (method, path)
            elif status not in {"204", "304"}:
                assert answer["content"], (method, path)


def test_every_body_has_an_example_that_works(
    client: TestClient, document: dict[str, Any], person: Person, signed_in: Tokens
) -> None:
    schemas = document["components"]["schemas"]

    def example(name: str) -> Any:
        return schemas[name]["example"]

    me = signed_in(person)
    credentials = {"username": person.username, "password": PASSWORD}
    assert example("Credentials").keys() == credentials.keys()
    pair = client.post(f"{API}/auth/token", json=credentials).json()
    refresh = {"refresh_token": pair["refresh_token"]}
    assert client.post(f"{API}/auth/refresh", json=refresh).status_code == 200

    def done(method: str, path: str, name: str) -> Any:
        answer = client.request(method, f"{API}{path}", json=example(name), headers=me)
        assert answer.status_code < 300, answer.text
        return answer.json()

    session = f"/focus-sessions/{done('POST', '/focus-sessions/start', 'StartSession')['id']}"
    done("POST", f"{session}/pause", "PauseSession")
    done("POST", f"{session}/interruptions", "AddInterruption")
    done("POST", f"{session}/end", "EndSession")
    done("PATCH", session, "CorrectSession")
    task = done("POST", "/tasks", "NewTask")
    done("PATCH", f"/tasks/{task['id']}", "ChangeTask")
    course = done("POST", "/courses", "NewCourse")
    done("PATCH", f"/courses/{course['id']}", "ChangeCourse")
    done("POST", "/tokens", "NewToken")


def test_every_body_refuses_unknown_fields_in_the_document_too(document: dict[str, Any]) -> None:
    used = re.findall(
        r"'#/components/schemas/(\w+)'",
        str(
            [
                operation["requestBody"]
                for *_, operation in operations(document)
                if "requestBody" in operation
            ]
        ),
    )
    assert used
    for name in used:
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_the_document_is_served_under_its_own_address(client: TestClient) -> None:
    answer = client.get(f"{API}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["servers"] == [{"url": API}]


def test_the_page_needs_nobody_else(client: TestClient) -> None:
    page = client.get(f"{API}/docs")
    assert page.headers["content-type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    assert not [address for address in addresses if "//" in address]
    assert "<script>" not in page.text
    assert "style=" not in page.text
    for address in addresses:
        answer = client.get(f"{API}/{address}")
        assert answer.status_code == 200, address
        assert answer.headers["content-type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/json",
        }
