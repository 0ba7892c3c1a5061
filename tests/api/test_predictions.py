"""Forecasts, their score, the features behind them and the break to take, for programs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pandas as pd
import pytest
from starlette.testclient import TestClient

from focus_core.services import forecasts, get_focus_session_service, task_changes
from tests.api.conftest import Tokens
from tests.factories import Person, add_session, make_person, utc
from tests.forecasts import add_forecast

API = "/api/v1"
PREDICTIONS = f"{API}/predictions"
FLOW = {"session_type": "flowtime", "expected_duration": 40}
service = get_focus_session_service()


@pytest.fixture
def me(person: Person, signed_in: Tokens) -> dict[str, str]:
    return signed_in(person)


def rated(person: Person, number: int, *, good: bool) -> None:
    """So many days with a session and its forecasts; `good` ones said what came."""
    now = datetime.now(UTC)
    for day in range(1, number + 1):
        done = day % 2 == 0
        session = add_session(person, now - timedelta(days=day), was_completed=done, focus_score=4)
        chance = 0.9 if done is good else 0.1
        add_forecast(person, session, "completion", probability=chance, baseline=0.5)
        add_forecast(person, session, "focus_score", score_probabilities=[0.2] * 5)


def test_before_a_start_a_program_learns_what_to_expect(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    for day in range(4):
        start = utc(2026, 3, 2, 9) + timedelta(days=day)
        add_session(person, start, 60, session_type="flowtime", expected_duration=40)
    task = task_changes.create_task(person.user_id, "Essay", estimate_minutes=90)
    asked = {**FLOW, "task_id": task["id"], "context": "Chapter 5", "overtime": "true"}
    found = client.get(f"{PREDICTIONS}/forecast", params=asked, headers=me)
    assert found.status_code == 200, found.text
    forecast = found.json()
    shown = forecasts.preview(person.user_id, **{**asked, "overtime": True})
    assert forecast["session"] == pytest.approx(shown["session"])
    assert forecast["task"]["estimate_minutes"] == 90
    assert forecast["completion"]["beats_baseline"] is False
    assert forecast["focus_score"]["beats_baseline"] is False
    assert forecast["model_version"] == shown["model_version"]
    similar = client.get(f"{PREDICTIONS}/similar", params=FLOW, headers=me).json()["sessions"]
    assert [one["minutes"] for one in similar] == [60.0] * 4
    assert client.get(f"{API}/tasks", headers=me).json()["tasks"][0]["title"] == "Essay"


def test_what_is_asked_by_name_is_not_made(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    asked = {"task": "New task", "course": "New course"}
    for address in ("forecast", "similar"):
        assert client.get(f"{PREDICTIONS}/{address}", params=asked, headers=me).status_code == 200
    assert client.get(f"{API}/tasks", headers=me).json() == {"tasks": []}
    assert client.get(f"{API}/courses", headers=me).json() == {"courses": []}


@pytest.mark.parametrize("address", ["forecast", "similar"])
def test_what_is_somebody_elses_says_nothing(
    client: TestClient, me: dict[str, str], address: str
) -> None:
    other = make_person()
    task = task_changes.create_task(other.user_id, "Theirs", estimate_minutes=90)
    course = task_changes.create_course(other.user_id, "Theirs")
    for asked in (
        {"task_id": task["id"]},
        {"course_id": course["id"]},
        {"task_id": str(uuid4())},
        {"course_id": str(uuid4())},
    ):
        refused = client.get(f"{PREDICTIONS}/{address}", params=asked, headers=me)
        assert refused.status_code == 404, asked
    unknown = client.get(f"{PREDICTIONS}/{address}", params={"minutes": "5"}, headers=me)
    assert unknown.status_code == 422
    assert [error["parameter"] for error in unknown.json()["errors"]] == ["minutes"]


def test_a_session_tells_what_was_forecast_for_it(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    session = service.start_session(person.user_id, session_type="flowtime", expected_duration=40)
    address = f"{API}/focus-sessions/{session['id']}"
    assert client.get(f"{address}/forecast", headers=me).json() == {"forecasts": []}
    issued = forecasts.issue(person.user_id, session["id"])
    told = client.get(f"{address}/forecast", headers=me).json()["forecasts"]
    assert [one["target"] for one in told] == ["completion", "focus_score", "session_minutes"]
    assert [one["beats_baseline"] for one in told] == [False, False, None]
    assert [one["p50_minutes"] for one in told] == [None, None, pytest.approx(40)]
    assert "inputs" not in told[0]
    assert told[0]["probability"] == issued[0]["probability"]
    service.end_session(session["id"], person.user_id)
    assert client.get(f"{address}/forecast", headers=me).json()["forecasts"] == told
    client.delete(address, headers=me)
    assert client.get(f"{address}/forecast", headers=me).status_code == 404


def test_a_program_is_told_whether_to_stay_silent(client: TestClient, signed_in: Tokens) -> None:
    """Better than the running rate over 30 sessions, or not; a worthless rating never is."""
    for good in (True, False):
        person = make_person()
        rated(person, 40, good=good)
        me = signed_in(person)
        forecast = client.get(f"{PREDICTIONS}/forecast", headers=me).json()
        assert forecast["completion"]["beats_baseline"] is good
        assert forecast["focus_score"]["beats_baseline"] is False
        scores = client.get(f"{PREDICTIONS}/scorecard?days=3650", headers=me).json()
        completion = scores["targets"]["completion"]
        assert (completion["issued"], completion["scores"]["n"]) == (40, 40)
        assert completion["scores"]["error"] == pytest.approx(0.01 if good else 0.81)
        assert completion["scores"]["against"][0]["with"] == "rate"
        assert (completion["verdict"]["kind"] == "beats") is good
        assert sum(one["n"] for one in completion["months"]) == 40
        assert scores["targets"]["session_minutes"]["scores"]["coverage"] is None


@pytest.mark.parametrize("days", ["0", "3651", "x", "1.5"])
def test_a_window_has_bounds(client: TestClient, me: dict[str, str], days: str) -> None:
    refused = client.get(f"{PREDICTIONS}/scorecard", params={"days": days}, headers=me)
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == ["days"]


def test_features_come_as_of_each_start(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    for day in (2, 3, 4):
        add_session(person, utc(2026, 3, day, 9), 30 + day)
    export = f"{PREDICTIONS}/features/export"
    now = client.get(f"{PREDICTIONS}/features", headers=me).json()
    assert (now["sessions_known"], now["avg_focus_duration"]) == (3, 33)
    as_csv = client.get(export, headers=me)
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert as_csv.headers["content-disposition"] == 'attachment; filename="focus-features.csv"'
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert [row["sessions_known"] for row in rows] == ["0", "1", "2"]
    as_parquet = client.get(export, params={"format": "parquet"}, headers=me)
    assert as_parquet.headers["content-type"] == "application/vnd.apache.parquet"
    table = pd.read_parquet(io.BytesIO(as_parquet.content))
    assert table["actual_duration"].tolist() == [32.0, 33.0, 34.0]
    columns = client.get(f"{PREDICTIONS}/features/dictionary", headers=me).json()["columns"]
    assert [column["name"] for column in columns] == list(table) == list(rows[0])
    assert {column["name"] for column in columns if column["level"] == "user"} == now.keys()
    refused = client.get(export, params={"format": "xlsx"}, headers=me)
    assert [error["parameter"] for error in refused.json()["errors"]] == ["format"]


def test_a_break_is_advised_once_a_session_has_ended(
    client: TestClient, me: dict[str, str], person: Person
) -> None:
    session = service.start_session(person.user_id)
    address = f"{API}/focus-sessions/{session['id']}/break-advice"
    early = client.get(address, headers=me)
    assert (early.status_code, early.json()["type"]) == (
        409,
        "urn:focus:problem:session-still-running",
    )
    service.end_session(session["id"], person.user_id)
    advice = client.get(address, headers=me).json()
    assert (advice["minutes"], advice["own"], advice["n"], advice["sure"]) == (5, False, 0, None)
    assert "the technique's short break" in advice["message"]
