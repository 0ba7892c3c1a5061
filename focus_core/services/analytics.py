"""What the profile page draws besides the profile itself: when a person focuses, and how it goes.

All in the actor's zone and by their day rule, over eligible sessions. Minutes are focused minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from db.queries import history_charts, insights
from db.session import open_for
from focus_core.domain.actor import Actor
from focus_core.domain.calendar import day_begins, local_day
from focus_core.domain.definitions import PSEUDO_SESSIONS
from focus_core.domain.estimates import Estimates, measured
from focus_core.domain.group_differences import LENGTH_EDGES, SEVERAL
from focus_core.domain.insights import PAST
from focus_core.domain.rates import Rate, rate

LAST_12_MONTHS = "Last 12 months"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Slot:
    """The sessions that started in one hour of the day, or on one weekday."""

    key: int
    """Local hour 0 to 23, or weekday with Monday as 0."""
    sessions: int
    completed: int
    success: Rate | None
    adjusted_success: float | None
    """Mean success with pseudo-sessions of the overall mean mixed in: what decides the peaks."""
    focused_minutes: float


@dataclass(frozen=True)
class Overview:
    """A whole history in a few figures."""

    sessions: int
    estimated: int
    """Sessions that had an estimate; of these, how many their timer ended, and how many their
    owner stopped before it."""
    ended_by_timer: int
    stopped_early: int
    estimates: Estimates
    """Of the last 90 days, over sessions that were free to run over."""
    completion: Rate
    success: Rate
    first_day: date
    last_day: date
    recent: bool
    """Whether the last twelve months hold any of it."""
    hours: tuple[Slot, ...]
    weekdays: tuple[Slot, ...]


@dataclass(frozen=True)
class Day:
    day: date
    focused_minutes: float
    sessions: int
    completed: int


@dataclass(frozen=True)
class Week:
    """Seven days from `first_day` on, which is the actor's start of the week."""

    first_day: date
    focused_minutes: float
    sessions: int
    completion: Rate | None


@dataclass(frozen=True)
class Activity:
    """Whole weeks, every day of them, also the empty ones."""

    days: tuple[Day, ...]
    weeks: tuple[Week, ...]
    today: date


def get_overview(actor: Actor) -> Overview | None:
    """The whole history; None without an eligible session. Raises DatabaseUnavailable."""
    with open_for(actor.user_id) as transaction:
        rows = history_charts.starts(
            transaction, actor.user_id, actor.timezone.key, actor.day_start
        )
        tallies = insights.tallies(
            transaction,
            actor.user_id,
            transaction.now - PAST,
            length_edges=LENGTH_EDGES,
            several=SEVERAL,
        )
        today = _day_of(transaction.now, actor)
    if not rows:
        return None
    sessions = _total(rows, "sessions")
    completion = rate(_total(rows, "completed"), sessions)
    success = rate(_total(rows, "success_eighths") / 8, sessions)
    last_day = _day_of(max(row["last_start"] for row in rows), actor)
    assert success is not None and completion is not None  # noqa: S101, PT018 - there are rows
    return Overview(
        sessions=sessions,
        estimated=_total(rows, "estimated"),
        ended_by_timer=_total(rows, "ended_by_timer"),
        stopped_early=_total(rows, "stopped_early"),
        estimates=measured([dict(row) for row in tallies]),
        completion=completion,
        success=success,
        first_day=_day_of(min(row["first_start"] for row in rows), actor),
        last_day=last_day,
        recent=last_day >= _bounds(LAST_12_MONTHS, today, actor.week_start)[0],
        hours=_slots("hour", 24, rows, success.mean),
        weekdays=_slots("weekday", 7, rows, success.mean),
    )


def get_activity(actor: Actor, period: str = LAST_12_MONTHS) -> Activity:
    """Days and weeks of `period`: a name from `periods`. Raises DatabaseUnavailable."""
    with open_for(actor.user_id) as transaction:
        today = _day_of(transaction.now, actor)
        first, last = _bounds(period, today, actor.week_start)
        calendar = [first + timedelta(days=n) for n in range((last - first).days + 2)]
        begins = [day_begins(day, actor.timezone, actor.day_start) for day in calendar]
        rows = history_charts.days(transaction, actor.user_id, begins)
    found = {row["day"]: row for row in rows}
    days = tuple(_day(day, found.get(n)) for n, day in enumerate(calendar[:-1]))
    weeks = tuple(_week(days[n : n + 7]) for n in range(0, len(days), 7))
    return Activity(days, weeks, today)


def periods(overview: Overview) -> list[str]:
    """What `get_activity` can show of this history, the latest first."""
    years = range(overview.last_day.year, overview.first_day.year - 1, -1)
    return [LAST_12_MONTHS, *(str(year) for year in years)]


def _bounds(period: str, today: date, week_start: int) -> tuple[date, date]:
    """First and last day of the whole weeks that touch the period."""
    if period == LAST_12_MONTHS:
        first, last = today - timedelta(weeks=52), today
    else:
        first, last = date(int(period), 1, 1), date(int(period), 12, 31)
    return _week_begins(first, week_start), _week_begins(last, week_start) + timedelta(days=6)


def _week_begins(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.isoweekday() - week_start) % 7)


def _day_of(moment: datetime, actor: Actor) -> date:
    return local_day(moment, actor.timezone, actor.day_start)


def _slots(name: str, number: int, rows: Iterable[Any], overall: float) -> tuple[Slot, ...]:
    parts: list[list[Any]] = [[] for _ in range(number)]
    for row in rows:
        parts[row[name]].append(row)
    return tuple(_slot(key, part, overall) for key, part in enumerate(parts))


def _slot(key: int, rows: Sequence[Any], overall: float) -> Slot:
    sessions = _total(rows, "sessions")
    success = _total(rows, "success_eighths") / 8
    mixed = (success + PSEUDO_SESSIONS * overall) / (sessions + PSEUDO_SESSIONS)
    return Slot(
        key=key,
        sessions=sessions,
        completed=_total(rows, "completed"),
        success=rate(success, sessions),
        adjusted_success=mixed if sessions else None,
        focused_minutes=_total(rows, "focused_seconds") / 60,
    )


def _total(rows: Iterable[Any], column: str) -> int:
    return sum(row[column] for row in rows)


def _day(day: date, row: Any) -> Day:
    if row is None:
        return Day(day, 0.0, 0, 0)
    return Day(day, row["focused_seconds"] / 60, row["sessions"], row["completed"])


def _week(days: Sequence[Day]) -> Week:
    sessions = sum(day.sessions for day in days)
    return Week(
        first_day=days[0].day,
        focused_minutes=sum(day.focused_minutes for day in days),
        sessions=sessions,
        completion=rate(sum(day.completed for day in days), sessions),
    )
