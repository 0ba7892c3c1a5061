"""Which task the best hours are for: a suggestion, made only where it changes something.

Of the tasks with an estimate, the one with the widest range is the one that a good hour helps
most. (Without an estimate nobody knows whether it is large.) The others keep the order in which
the person put them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[datetime, datetime]

WORTH_MOVING = timedelta(minutes=15)
"""How much more of the task must fall into the best hours."""


@dataclass(frozen=True)
class Placed:
    """An open task: the minutes it will take from now on, breaks included, and the width of the
    80 % range of its rest, None without an estimate."""

    task_id: str
    minutes: float
    width_minutes: float | None


@dataclass(frozen=True)
class Suggestion:
    """`order` holds all tasks; `task_id` is the one that moved, into that `window`."""

    task_id: str
    order: tuple[str, ...]
    window: Window


def suggest(
    tasks: Sequence[Placed], starts: datetime, windows: Sequence[Window]
) -> Suggestion | None:
    """Move the task with the widest range to where most of it falls into the `windows`.

    `starts`: when the first task can begin. None when there is nothing to choose between, or when
    less than a quarter of an hour would be won.
    """
    widths = [task.width_minutes for task in tasks if task.width_minutes is not None]
    if len(tasks) < 2 or not widths or not windows:
        return None
    widest = next(task for task in tasks if task.width_minutes == max(widths))
    now_at = tasks.index(widest)
    others = [task for task in tasks if task is not widest]
    inside = [
        _inside(widest, starts + _minutes(others[:place]), windows)
        for place in range(len(others) + 1)
    ]
    best = max(range(len(inside)), key=lambda place: (inside[place], -abs(place - now_at)))
    if inside[best] - inside[now_at] < WORTH_MOVING:
        return None
    others.insert(best, widest)
    begins = starts + _minutes(others[:best])
    window = max(windows, key=lambda window: _inside(widest, begins, [window]))
    return Suggestion(widest.task_id, tuple(task.task_id for task in others), window)


def windows_of(
    hours: Collection[int], now: datetime, until: datetime, zone: ZoneInfo
) -> list[Window]:
    """The stretches of these local hours that lie between `now` and `until`, joined where they
    follow on each other."""
    found: list[Window] = []
    day = now.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        for hour in sorted(hours):
            start, end = _hour(day, hour, zone)
            start, end = max(start, now), min(end, until)
            if start >= end:
                continue
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, end))
        day += timedelta(days=1)
    return found


def _hour(day: date, hour: int, zone: ZoneInfo) -> Window:
    """Empty where the clocks skip it, two hours long where they repeat it."""
    wall = datetime.combine(day, time(hour), tzinfo=zone)
    after = wall.replace(tzinfo=None) + timedelta(hours=1)
    return wall.astimezone(UTC), after.replace(tzinfo=zone).astimezone(UTC)


def _inside(task: Placed, begins: datetime, windows: Sequence[Window]) -> timedelta:
    ends = begins + timedelta(minutes=task.minutes)
    shared = (min(ends, end) - max(begins, start) for start, end in windows)
    return sum((max(part, timedelta(0)) for part in shared), timedelta(0))


def _minutes(tasks: Sequence[Placed]) -> timedelta:
    return timedelta(minutes=sum(task.minutes for task in tasks))
