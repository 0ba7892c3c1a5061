"""Forecasts as issued: from what was known at the start, and from nothing later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from focus_core.domain.errors import NotFound
from focus_core.services import FocusSessionService, forecasts, task_changes
from tests import factories
from tests.factories import Person, utc

START = utc(2026, 2, 2, 9)


def add(person: Person, hours: float, minutes: float = 25, **columns: object) -> str:
    """A finished session so many hours after START, written at its end as by the timer."""
    start = START + timedelta(hours=hours)
    end = start + timedelta(minutes=minutes)
    times = {"created_at": start, "updated_at": end}
    return str(factories.add_session(person, start, minutes, **{**times, **columns}))


def test_before_the_first_session_it_guesses(person: Person) -> None:
    shown = forecasts.preview(person.user_id, session_type="flowtime", expected_duration=40)
    session = shown["session"]
    assert session["p50_minutes"] == pytest.approx(40)
    assert session["low80_minutes"] < 40 < session["high80_minutes"]
    assert (session["known_count"], session["similar_count"], shown["task"]) == (0, 0, None)
    assert shown["completion"]["baseline"] == 0.5
    assert sum(shown["focus_score"]["probabilities"]) == pytest.approx(1)


def test_a_clock_that_decides_leaves_no_duration_to_forecast(person: Person) -> None:
    shown = forecasts.preview(person.user_id, session_type="pomodoro")
    assert shown["session"] is None
    assert shown["completion"] is not None
    assert forecasts.preview(person.user_id, session_type="flowtime")["completion"] is None


def test_it_learns_from_the_person(person: Person) -> None:
    for day in range(12):
        add(person, 24 * day, 60, session_type="flowtime", expected_duration=30, focus_score=4)
    shown = forecasts.preview(person.user_id, session_type="flowtime", expected_duration=30)
    assert shown["session"]["p50_minutes"] == pytest.approx(60)
    assert (shown["session"]["known_count"], shown["session"]["similar_count"]) == (12, 12)
    assert shown["focus_score"]["expected"] > 3.5
    found = forecasts.similar_sessions(
        person.user_id, session_type="flowtime", expected_duration=30
    )
    assert [each["minutes"] for each in found] == [60.0] * 12
    assert found[0]["start_time"] == START + timedelta(days=11)


def test_a_task_is_forecast_whole(person: Person) -> None:
    for number in range(4):
        task = task_changes.create_task(
            person.user_id, f"Essay {number}", task_type="writing", estimate_minutes=60
        )
        add(person, 24 * number, 50, task_id=task["id"], session_type="flowtime")
        add(person, 24 * number + 2, 70, task_id=task["id"], session_type="flowtime")
        task_changes.update_task(person.user_id, task["id"], done=True)
    task = task_changes.create_task(
        person.user_id, "Essay 9", task_type="Writing", estimate_minutes=60
    )
    add(person, 24 * 9, 30, task_id=task["id"])
    shown = forecasts.preview(person.user_id, session_type="pomodoro", task_id=task["id"])
    assert shown["task"]["p50_minutes"] == pytest.approx(120)
    assert shown["task"]["spent_minutes"] == pytest.approx(30)
    similar = forecasts.similar_sessions(person.user_id, task_id=task["id"])
    totals = [each for each in similar if each["session_id"] is None]
    assert {each["title"] for each in totals} == {f"Essay {number}" for number in range(4)}
    [by_name] = [forecasts.preview(person.user_id, task="essay 9")["task"]]
    assert by_name == shown["task"]
    [plan] = forecasts.planned(person.user_id, [task["id"]])
    assert plan.spent_minutes == pytest.approx(30)


def test_a_forecast_is_stored_once(person: Person, service: FocusSessionService) -> None:
    add(person, 0, 60, session_type="flowtime", expected_duration=30)
    session = service.start_session(person.user_id, 30, session_type="flowtime", task="Letters")
    shown = forecasts.preview(
        person.user_id, session_type="flowtime", expected_duration=30, task="Letters"
    )
    stored = forecasts.issue(person.user_id, session["id"])
    assert [row["target"] for row in stored] == ["completion", "focus_score", "session_minutes"]
    assert stored[2]["p50_minutes"] == shown["session"]["p50_minutes"]
    assert stored[2]["baseline"] == 60
    assert stored[0]["probability"] == shown["completion"]["probability"]
    assert forecasts.issue(person.user_id, session["id"]) == stored
    assert forecasts.of_session(person.user_id, session["id"]) == stored


def test_nothing_is_forecast_afterwards(person: Person, service: FocusSessionService) -> None:
    session = service.start_session(person.user_id, 30, session_type="flowtime")
    service.end_session(session["id"], person.user_id)
    assert forecasts.issue(person.user_id, session["id"]) == []


def test_nobody_forecasts_for_others(person: Person, service: FocusSessionService) -> None:
    other = factories.make_person()
    session = service.start_session(other.user_id, 30, session_type="flowtime")
    with pytest.raises(NotFound):
        forecasts.issue(person.user_id, session["id"])
    forecasts.issue(other.user_id, session["id"])
    assert forecasts.of_session(person.user_id, session["id"]) == []
