"""How demonstration people work: seeded sessions and tasks, the same for a given day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

ESTIMATES = (45, 60, 90, 120, 180)
"""What the people think their tasks take, in minutes."""

LONGER = {"reading": 0.8, "practice": 0.9, "writing": 1.3, "review": 1.0, "figures": 1.5}
"""How much longer tasks of a type take than others, by a factor."""


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
    """Median of actual ÷ estimated time of flowtime sessions and of tasks."""
    courses: dict[str, dict[str, str]]
    """By course: what there is to do again and again, and its task type."""
    day_start: time = time(0, 0)


@dataclass
class Work:
    """One task under way. Minutes."""

    id: UUID
    course: str
    title: str
    task_type: str
    estimate: int
    needed: float
    begun: datetime
    spent: float = 0.0
    done_at: datetime | None = None


@dataclass
class History:
    """Sessions oldest first as rows without ids of courses, and the tasks they were spent on."""

    sessions: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[Work] = field(default_factory=list)

    @property
    def open_tasks(self) -> list[Work]:
        return [task for task in self.tasks if task.done_at is None]


def history(persona: Persona, dice: random.Random, now: datetime) -> History:
    """The person's past, no two sessions overlapping, all ended by `now`."""
    past = History()
    subjects = [
        (course, title, task_type)
        for course, titles in persona.courses.items()
        for title, task_type in titles.items()
    ]
    under_way: dict[str, Work] = {}
    for start in _free_starts(persona, past, dice, now):
        course, title, task_type = dice.choice(subjects)
        task = under_way.get(title)
        if task is None or task.done_at is not None:
            number = sum(each.title.startswith(title) for each in past.tasks) + 1
            task = _task(persona, (course, f"{title} {number}", task_type), start, dice)
        session = _session(persona, task, start, dice)
        if session["end_time"] > now - timedelta(hours=1):
            break
        if task.spent == 0:
            under_way[title] = task
            past.tasks.append(task)
        task.spent += (session["end_time"] - start).total_seconds() / 60
        if task.spent >= task.needed:
            task.done_at = session["end_time"]
        past.sessions.append(session)
    return past


def _free_starts(
    persona: Persona, past: History, dice: random.Random, now: datetime
) -> Iterator[datetime]:
    """When sessions begin, none before the last one's break is over."""
    zone = ZoneInfo(persona.timezone)
    today = now.astimezone(zone).date()
    for age in range(persona.days, 0, -1):
        for start in _starts(persona, today - timedelta(days=age), zone, dice):
            if not past.sessions or start >= _free_from(past.sessions[-1]):
                yield start


def _free_from(session: Mapping[str, Any]) -> datetime:
    free: datetime = session["end_time"] + timedelta(minutes=session["break_minutes"])
    return free


def _starts(persona: Persona, day: date, zone: ZoneInfo, dice: random.Random) -> list[datetime]:
    """When sessions could begin on that day, in order, UTC; none on a day off."""
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


def _task(
    persona: Persona, subject: tuple[str, str, str], start: datetime, dice: random.Random
) -> Work:
    course, title, task_type = subject
    estimate = dice.choice(ESTIMATES)
    longer = persona.overrun * LONGER[task_type] * dice.lognormvariate(0, 0.35)
    return Work(
        id=UUID(int=dice.getrandbits(128), version=4),
        course=course,
        title=title,
        task_type=task_type,
        estimate=estimate,
        needed=max(estimate * longer, 10.0),
        begun=start,
    )


def _session(persona: Persona, task: Work, start: datetime, dice: random.Random) -> dict[str, Any]:
    kind = dice.choices(list(persona.types), list(persona.types.values()))[0]
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
        "id": UUID(int=dice.getrandbits(128), version=4),
        "task_id": task.id,
        "course": task.course,
        "start_time": start,
        "end_time": end,
        "actual_start_time": start,
        "actual_end_time": end,
        "expected_duration": expected,
        "session_type": kind,
        "cycles_completed": 1 if kind == "pomodoro" and completed else 0,
        "break_minutes": 15 if long_break else 5,
        "was_completed": completed,
        "context": f"{task.title}, at the usual desk" if dice.random() < 0.3 else None,
        "focus_score": score if dice.random() < 0.8 else None,
        "interruption_count": interruptions,
        "paused_seconds": paused,
        "timezone": persona.timezone,
        "ended_by": "timer" if kind != "flowtime" and completed else "user",
        "confirmed_at": end,
        "created_at": start,
        "updated_at": end,
    }
