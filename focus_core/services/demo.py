"""Demonstration people with a year of plausible sessions, so that every screen can be seen full.

Clearly marked (`demo-…`, `users.demo`), seeded and so the same on every machine for a given day,
and removable at once. They sign in like anybody, with a password made anew each time.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from db.models import courses, focus_sessions, tasks, user_credentials, users
from db.session import open_for, open_for_sign_in
from focus_core.services import hashing, profiles

SEED = 20_260_901
ROWS_A_STATEMENT = 500


@dataclass(frozen=True)
class Persona:
    """How somebody works. Hours are local, minutes as planned."""

    description: str
    timezone: str
    days: int
    working_days: float
    """Share of weekdays with any session; weekends get a third of it."""
    sessions_a_day: float
    hours: dict[int, float]
    """How good each start hour is for them, 0 to 1; the others are not used."""
    types: dict[str, float]
    overrun: float
    """Median of actual ÷ estimated time of flowtime sessions."""
    courses: dict[str, tuple[str, ...]]
    day_start: time = time(0, 0)


_STUDIES = {
    "Biology": ("Chapter 5: cells", "Lab report", "Exam revision"),
    "Statistics": ("Problem set", "Lecture notes", "Project: survey data"),
    "Spanish": ("Vocabulary", "Essay draft"),
}
_WORK = {
    "Thesis": ("Literature review", "Methods chapter", "Figures", "Rewrite introduction"),
    "Teaching": ("Grade assignments", "Prepare seminar"),
    "Open source": ("Triage issues", "Release notes"),
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
        {"Spanish": ("Vocabulary",)},
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
    with open_for(user_id) as transaction:
        for name, titles in persona.courses.items():
            course = insert(courses).values(user_id=user_id, name=name).returning(courses.c.id)
            course_id = transaction.execute(course).scalar_one()
            for title in titles:
                values = {"user_id": user_id, "course_id": course_id, "title": title}
                transaction.execute(insert(tasks).values(values))
        known = transaction.execute(
            select(tasks.c.id, tasks.c.course_id, tasks.c.title)
            .where(tasks.c.user_id == user_id)
            .order_by(tasks.c.title)
        ).all()
        subjects = [(row.id, row.course_id, row.title) for row in known]
        rows = [{**row, "user_id": user_id} for row in _sessions(persona, subjects, dice, now)]
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            transaction.execute(insert(focus_sessions), rows[start : start + ROWS_A_STATEMENT])
        profiles.request_refresh(transaction, user_id)
    return len(rows)


def _sessions(
    persona: Persona,
    subjects: list[tuple[UUID, UUID, str]],
    dice: random.Random,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """The person's sessions, oldest first, none overlapping, all ended by `now`."""
    zone = ZoneInfo(persona.timezone)
    today = now.astimezone(zone).date()
    free_from = datetime.min.replace(tzinfo=UTC)
    for age in range(persona.days, 0, -1):
        day = today - timedelta(days=age)
        for start in _starts(persona, day, zone, dice):
            if start < free_from:
                continue
            session = _session(persona, subjects, start, dice)
            if session["end_time"] > now - timedelta(hours=1):
                return
            pause = timedelta(minutes=session["break_minutes"])
            free_from = session["end_time"] + pause
            yield session


def _starts(persona: Persona, day: date, zone: ZoneInfo, dice: random.Random) -> list[datetime]:
    """When sessions begin on that day, in order, UTC; none on a day off."""
    chance = persona.working_days * (1 / 3 if day.isoweekday() > 5 else 1)
    # A term has its busy weeks and its holidays.
    season = 0.75 + 0.35 * ((day.toordinal() // 7) % 9) / 8
    if dice.random() > chance or (day.month == 8 and day.day < 15):
        return []
    number = max(1, round(dice.gauss(persona.sessions_a_day * season, 1.5)))
    hours = dice.choices(list(persona.hours), [0.3 + q for q in persona.hours.values()], k=number)
    starts = set()
    for hour in hours:
        # Hours before the day starts belong to its night.
        local_day = day + timedelta(days=1) if time(hour) < persona.day_start else day
        wall = datetime.combine(local_day, time(hour, dice.randrange(60)), tzinfo=zone)
        starts.add(wall.astimezone(UTC))
    return sorted(starts)


def _session(
    persona: Persona,
    subjects: list[tuple[UUID, UUID, str]],
    start: datetime,
    dice: random.Random,
) -> dict[str, Any]:
    kind = dice.choices(list(persona.types), list(persona.types.values()))[0]
    task_id, course_id, title = dice.choice(subjects)
    quality = persona.hours.get(start.astimezone(ZoneInfo(persona.timezone)).hour, 0.5)
    interruptions = min(dice.choices(range(5), (5, 3, 2, 1, 0.5))[0], 4)
    expected = {"pomodoro": 25, "custom": dice.choice((15, 40, 50)), "flowtime": 0}[kind]
    expected = expected or dice.choice((30, 45, 60, 90))
    completed = dice.random() < 0.45 + 0.5 * quality - 0.05 * interruptions
    if kind == "flowtime":
        focused = min(expected * persona.overrun * dice.lognormvariate(0, 0.35), 240.0)
    else:
        focused = float(expected) if completed else expected * dice.uniform(0.2, 0.95)
    paused = sum(dice.randrange(20, 240) for _ in range(interruptions))
    seconds = max(round(focused * 60), 60)
    end = start + timedelta(seconds=seconds + paused)
    score = round(min(max(dice.gauss(2.2 + 2.4 * quality - 0.25 * interruptions, 0.8), 1), 5))
    long_break = dice.random() < 0.2
    return {
        "task_id": task_id,
        "course_id": course_id,
        "start_time": start,
        "end_time": end,
        "actual_start_time": start,
        "actual_end_time": end,
        "expected_duration": expected,
        "session_type": kind,
        "cycles_completed": 1 if kind == "pomodoro" and completed else 0,
        "break_minutes": 15 if long_break else 5,
        "was_completed": completed,
        "context": f"{title}, at the usual desk" if dice.random() < 0.3 else None,
        "focus_score": score if dice.random() < 0.8 else None,
        "interruption_count": interruptions,
        "paused_seconds": paused,
        "timezone": persona.timezone,
        "ended_by": "timer" if kind != "flowtime" and completed else "user",
        "confirmed_at": end,
        "created_at": start,
        "updated_at": end,
    }
