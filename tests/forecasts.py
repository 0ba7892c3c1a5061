"""Forecasts as the app would have stored them, with what came of them, for tests of their score."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from db.models import focus_sessions, plan_predictions, session_predictions, tasks
from db.session import open_for
from tests.factories import Person, add_session


def add_forecast(person: Person, session_id: UUID, target: str, **columns: Any) -> None:
    """One stored forecast; what is not given is plausible and the same each time."""
    minutes = {
        "estimate_minutes": 30,
        "p50_minutes": 40.0,
        "low90_minutes": 20.0,
        "low80_minutes": 30.0,
        "high80_minutes": 60.0,
        "high90_minutes": 90.0,
        "mean_minutes": 45.0,
        "baseline": 35.0,
    }
    usual: dict[str, Any] = {
        "completion": {"probability": 0.7, "baseline": 0.5, "model_version": "completion-1"},
        "focus_score": {
            "score_probabilities": [0.1, 0.1, 0.2, 0.4, 0.2],
            "baseline_score_probabilities": [0.2] * 5,
            "model_version": "quality-1",
        },
    }.get(target, {**minutes, "model_version": "duration-1"})
    values = {"user_id": person.user_id, "session_id": session_id, "target": target}
    with open_for(person.user_id) as transaction:
        transaction.execute(
            insert(session_predictions).values({**values, "known_count": 5, **usual, **columns})
        )


def add_forecast_session(
    person: Person, start: datetime, minutes: float, /, **columns: Any
) -> UUID:
    """A finished flowtime session with a forecast of its length; `columns` are the forecast's."""
    session_id = add_session(person, start, minutes, session_type="flowtime")
    add_forecast(person, session_id, "session_minutes", **columns)
    return session_id


def add_plan_forecast(person: Person, issued: datetime, minutes: float, /, **columns: Any) -> None:
    """One stored forecast for a plan of one task that was done `minutes` after it, on the person's
    day `columns["day"]` (by default that in UTC)."""
    task = add_task(person, f"Task of {issued}", done=issued + timedelta(minutes=minutes))
    usual: dict[str, Any] = {
        "day": issued.date(),
        "issued_at": issued,
        "task_ids": [task],
        "estimates_minutes": [60],
        "spent_minutes": [0.0],
        "under_way": False,
        "model_version": "plan-1, duration-1",
        "known_count": 5,
        "p50_minutes": 80.0,
        "low90_minutes": 50.0,
        "low80_minutes": 60.0,
        "high80_minutes": 120.0,
        "high90_minutes": 150.0,
        "mean_minutes": 85.0,
        "estimate_minutes": 70.0,
        "done_by": issued + timedelta(hours=8),
        "probability": 0.9,
        "leave_out": [],
    }
    with open_for(person.user_id) as transaction:
        values = {"user_id": person.user_id, **usual, **columns}
        transaction.execute(insert(plan_predictions).values(values))


def add_task(person: Person, title: str, *, done: datetime | None = None) -> UUID:
    with open_for(person.user_id) as transaction:
        values = {"user_id": person.user_id, "title": title, "done_at": done}
        task_id: UUID = transaction.execute(
            insert(tasks).values({**values, "estimate_minutes": 60}).returning(tasks.c.id)
        ).scalar_one()
    return task_id


def change(person: Person, session_id: UUID, **columns: Any) -> None:
    """Edit a session past all rules of the app."""
    with open_for(person.user_id) as transaction:
        transaction.execute(
            update(focus_sessions).where(focus_sessions.c.id == session_id).values(columns)
        )
