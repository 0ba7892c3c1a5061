"""People and sessions for tests, made the way the app makes them: as its restricted role."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from db.models import focus_sessions, users
from db.session import open_for, open_for_sign_in

_counter = itertools.count(1)


@dataclass(frozen=True)
class Person:
    user_id: UUID
    username: str


def make_person(timezone: str = "Europe/Berlin", **columns: Any) -> Person:
    username = columns.pop("username", None) or f"person-{next(_counter)}-{uuid4().hex[:8]}"
    values = {"display_name": username, "timezone": timezone, **columns, "username": username}
    with open_for_sign_in() as transaction:
        user_id = transaction.execute(
            insert(users).values(values).returning(users.c.id)
        ).scalar_one()
    return Person(user_id, username)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def add_session(person: Person, start: datetime, minutes: float = 25, **columns: Any) -> UUID:
    """A finished session as the timer would have left it."""
    end = start + timedelta(minutes=minutes)
    values = {
        "user_id": person.user_id,
        "start_time": start,
        "end_time": end,
        "actual_start_time": start,
        "actual_end_time": end,
        "expected_duration": 25,
        "was_completed": True,
        "timezone": "Europe/Berlin",
        "ended_by": "user",
        **columns,
    }
    with open_for(person.user_id) as transaction:
        statement = insert(focus_sessions).values(values).returning(focus_sessions.c.id)
        session_id: UUID = transaction.execute(statement).scalar_one()
    return session_id
