"""The OpenAPI document is whole and true, and its page needs nobody else."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.api.conftest import PASSWORD, Tokens
from tests.api.things import open_to_the_example
from tests.factories import Person, make_person

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
    "getPlan",
    "addPlannedTask",
    "updatePlannedTask",
    "removePlannedTask",
    "orderPlan",
    "carryOverPlan",
    "listPlanForecasts",
    "getForecast",
    "listSimilarSessions",
    "getScorecard",
    "getFeatures",
    "exportFeatures",
    "getFeatureDictionary",
    "getFocusSessionForecast",
    "getBreakAdvice",
    "listPersonalTokens",
    "createPersonalToken",
    "revokePersonalToken",
    "listMemberships",
    "getInvitation",
    "joinCohort",
    "leaveCohort",
    "chooseSharing",
    "withdrawSharing",
    "getPosition",
    "previewSharing",
    "listLooks",
    "listNotes",
    "markNoteRead",
    "deleteNote",
    "listConsents",
    "getWordings",
    "takePartInResearch",
    "withdrawFromResearch",
    "downloadMyData",
    "listMyReleases",
    "getErasure",
    "askForErasure",
    "cancelErasure",
    "eraseNow",
    "listCohorts",
    "createCohort",
    "closeCohort",
    "renewCohortCode",
    "getCohortGroup",
    "listCohortMembers",
    "getCohortMember",
    "getCohortSummary",
    "removeCohortMember",
    "sendCohortMemberNote",
    "previewRelease",
    "createRelease",
    "listReleases",
    "getRelease",
    "withdrawRelease",
    "downloadRelease",
    "listPeople",
    "setRole",
    "setDisabled",
    "liftLock",
    "createResetLink",
    "listAccountInvitations",
    "createAccountInvitation",
    "revokeAccountInvitation",
    "getInstallation",
    "setSignUp",
    "freeAddresses",
    "listAuditLog",
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
        assert statuses & {"200", "201", "202", "204"}, path
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
    client: TestClient,
    document: dict[str, Any],
    person: Person,
    signed_in: Tokens,
    admin_engine: Engine,
) -> None:
    examples = {
        name: document["components"]["schemas"][name]["example"] for name in bodies(document)
    }
    people = {role: make_person(role=role) for role in ("coach", "researcher", "admin")}
    headers = {role: signed_in(one) for role, one in people.items()} | {"user": signed_in(person)}
    tried = {"Credentials", "RefreshToken"}

    def done(method: str, path: str, name: str, role: str = "user", **known: Any) -> Any:
        tried.add(name)
        assert known.keys() <= examples[name].keys()
        body = examples[name] | known
        answer = client.request(method, f"{API}{path}", json=body, headers=headers[role])
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    credentials = {"username": person.username, "password": PASSWORD}
    assert examples["Credentials"].keys() == credentials.keys()
    pair = client.post(f"{API}/auth/token", json=credentials).json()
    refresh = {"refresh_token": pair["refresh_token"]}
    assert examples["RefreshToken"].keys() == refresh.keys()
    assert client.post(f"{API}/auth/refresh", json=refresh).status_code == 200

    session = f"/focus-sessions/{done('POST', '/focus-sessions/start', 'StartSession')['id']}"
    done("POST", f"{session}/pause", "PauseSession")
    done("POST", f"{session}/interruptions", "AddInterruption")
    done("POST", f"{session}/end", "EndSession")
    done("PATCH", session, "CorrectSession")
    task = done("POST", "/tasks", "NewTask")
    done("PATCH", f"/tasks/{task['id']}", "ChangeTask")
    course = done("POST", "/courses", "NewCourse")
    done("PATCH", f"/courses/{course['id']}", "ChangeCourse")
    task = done("POST", "/plan/tasks", "AddTask")
    done("PATCH", f"/plan/tasks/{task['id']}", "ChangePlannedTask")
    done("PUT", "/plan/order", "Order", task_ids=[task["id"]])
    done("POST", "/tokens", "NewToken")

    cohort = f"/cohorts/{done('POST', '/cohorts', 'NewCohort', 'coach')['id']}"
    open_to_the_example(admin_engine, UUID(cohort.rpartition("/")[2]))
    joined = f"/memberships/{done('POST', '/memberships', 'NewMembership')['cohort_id']}"
    done("PUT", f"{joined}/sharing", "Choice", sharing="named")
    done("POST", f"{cohort}/members/{person.user_id}/notes", "NewNote", "coach")
    done("PUT", "/consents/research", "ResearchConsent")
    done("POST", "/research/preview", "WantedRelease", "researcher")
    releases = f"{API}/research/releases"
    refused = client.post(releases, json=examples["NewRelease"], headers=headers["researcher"])
    assert "a release takes 100" in refused.json()["reasons"][0]  # it works, but for the people
    done("PUT", f"/people/{person.user_id}/role", "NewRole", "admin")
    done("PUT", "/installation/sign-up", "SignUpMode", "admin")
    done("PUT", "/installation/sign-up", "SignUpMode", "admin", mode="open")  # for other tests
    done("POST", "/me/erasure", "Proof", current_password=PASSWORD)
    done("PUT", f"/people/{person.user_id}/disabled", "Standing", "admin")
    assert tried | {"NewRelease"} == examples.keys()


def test_every_body_refuses_unknown_fields_in_the_document_too(document: dict[str, Any]) -> None:
    for name in bodies(document):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def bodies(document: dict[str, Any]) -> set[str]:
    """The names of what is sent."""
    sent = [one["requestBody"] for *_, one in operations(document) if "requestBody" in one]
    return set(re.findall(r"'#/components/schemas/(\w+)'", str(sent)))


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
