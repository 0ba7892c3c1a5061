"""Demonstration people with a year of plausible sessions, so that every screen can be seen full.

Clearly marked (`demo-…`, `users.demo`), seeded and so the same on every machine for a given day,
and removable at once. They sign in like anybody, with a password made anew each time.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, insert

from db.models import courses, focus_sessions, planned_tasks, tasks, user_credentials, users
from db.queries import sessions
from db.session import Transaction, open_for, open_for_sign_in
from focus_core.domain.calendar import local_day
from focus_core.services import demo_history, hashing, past_forecasts, profiles
from focus_core.services.demo_history import Persona, Work

SEED = 20_260_901
ROWS_A_STATEMENT = 500
PLANNED = 5
"""Open tasks that are planned for today."""


_STUDIES = {
    "Biology": {"Chapter": "reading", "Lab report": "writing", "Exam revision": "review"},
    "Statistics": {"Problem set": "practice", "Lecture notes": "reading", "Project": "figures"},
    "Spanish": {"Vocabulary": "practice", "Essay": "writing"},
}
_WORK = {
    "Thesis": {"Literature": "reading", "Draft of section": "writing", "Figure": "figures"},
    "Teaching": {"Assignments": "review", "Seminar": "writing"},
    "Open source": {"Triage": "review", "Release notes": "writing"},
}

_PERSONAS = {
    "demo-steady": Persona(
        "a year of mornings and afternoons, about 800 sessions",
        "Europe/Berlin",
        365,
        0.85,
        4.6,
        {8: 0.75, 9: 0.9, 10: 0.85, 11: 0.7, 13: 0.45, 14: 0.6, 15: 0.65, 16: 0.5, 19: 0.4},
        {"pomodoro": 0.8, "custom": 0.1, "flowtime": 0.1},
        1.15,
        _STUDIES,
    ),
    "demo-owl": Persona(
        "works at night and in long stretches; days start at four",
        "America/New_York",
        365,
        0.6,
        3.2,
        {14: 0.4, 17: 0.5, 20: 0.6, 21: 0.7, 22: 0.85, 23: 0.85, 0: 0.75, 1: 0.5},
        {"pomodoro": 0.3, "custom": 0.1, "flowtime": 0.6},
        1.4,
        _WORK,
        time(4, 0),
    ),
    "demo-newcomer": Persona(
        "began two weeks ago and has a handful of sessions",
        "Asia/Kolkata",
        14,
        0.5,
        1.5,
        {9: 0.7, 10: 0.6, 18: 0.5, 21: 0.6},
        {"pomodoro": 1.0},
        1.0,
        {"Spanish": {"Vocabulary": "practice"}},
    ),
    "demo-empty": Persona("has just signed up", "Europe/Lisbon", 0, 0, 0, {}, {}, 1.0, {}),
}

PEOPLE = {username: persona.description for username, persona in _PERSONAS.items()}
"""User name and, in words, what there is to see."""


def create(say: Callable[[str], None]) -> str:
    """Add the demonstration people, or make them anew; returns their password."""
    remove()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    password_hash = hashing.hash_password(password)
    for username, persona in _PERSONAS.items():
        user_id, now = _create_person(username, persona, password_hash)
        count = _create_history(user_id, persona, random.Random(f"{SEED}-{username}"), now)  # noqa: S311
        say(f"{username}: {count:,} sessions")
    return password


def remove() -> int:
    """Delete the demonstration people and all that is theirs; returns how many there were."""
    with open_for_sign_in() as transaction:
        return transaction.execute(delete(users).where(users.c.demo)).rowcount


def _create_person(username: str, persona: Persona, password_hash: str) -> tuple[UUID, datetime]:
    values = {
        "username": username,
        "display_name": f"Demo: {username.removeprefix('demo-')}",
        "timezone": persona.timezone,
        "day_start": persona.day_start,
        "demo": True,
    }
    with open_for_sign_in() as transaction:
        created = insert(users).values(values).returning(users.c.id)
        user_id: UUID = transaction.execute(created).scalar_one()
        transaction.execute(
            insert(user_credentials).values(user_id=user_id, password_hash=password_hash)
        )
        return user_id, transaction.now


def _create_history(user_id: UUID, persona: Persona, dice: random.Random, now: datetime) -> int:
    past = demo_history.history(persona, dice, now)
    with open_for(user_id) as transaction:
        course_ids = {
            name: transaction.execute(
                insert(courses).values(user_id=user_id, name=name).returning(courses.c.id)
            ).scalar_one()
            for name in persona.courses
        }
        _insert(transaction, tasks, [_task_row(user_id, course_ids, task) for task in past.tasks])
        _insert(
            transaction,
            focus_sessions,
            [
                {**row, "user_id": user_id, "course_id": course_ids[row.pop("course")]}
                for row in past.sessions
            ],
        )
        settings = sessions.preferences(transaction, user_id)
        assert settings is not None  # noqa: S101 - the person was made just now
        past_forecasts.store_for_the_past(transaction, user_id, settings)
        today = local_day(now, ZoneInfo(persona.timezone), persona.day_start)
        plan = past.open_tasks[-PLANNED:]
        _insert(
            transaction,
            planned_tasks,
            [
                {"user_id": user_id, "day": today, "task_id": task.id, "position": place}
                for place, task in enumerate(plan)
            ],
        )
        profiles.request_refresh(transaction, user_id)
    return len(past.sessions)


def _task_row(user_id: UUID, course_ids: Mapping[str, UUID], task: Work) -> dict[str, Any]:
    return {
        "id": task.id,
        "user_id": user_id,
        "course_id": course_ids[task.course],
        "title": task.title,
        "task_type": task.task_type,
        "estimate_minutes": task.estimate,
        "done_at": task.done_at,
        "created_at": task.begun,
        "updated_at": task.done_at or task.begun,
    }


def _insert(transaction: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        transaction.execute(insert(table), rows[start : start + ROWS_A_STATEMENT])
