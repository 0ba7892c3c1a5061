"""What is worth acting on now, from the last 90 days of one person.

Each comparison that has enough sessions is looked at, and is told only when its interval leaves
no difference out. The intervals widen with the number of comparisons looked at, so that of
people with nothing to find, at most one in twenty is told anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from typing import Any
from uuid import UUID

from focus_core.domain.insights import PAST_DAYS, InsightType, typical_overrun
from focus_core.domain.statistics import (
    Days,
    Interval,
    Tally,
    difference_by_days,
    difference_of_means,
    difference_of_proportions,
    joined,
    mean_by_days,
    mean_interval,
    shared_level,
)

MOST_TOLD = 5
FEWEST_SESSIONS = 10
"""On either side of a comparison."""
FEWEST_DAYS = 5
"""On either side of a comparison: a few days, however full, are a few moods."""
MONTH = timedelta(days=28)
WINDOW = f"the last {PAST_DAYS} days"

LYING_AFTER = timedelta(days=14)
LYING_SESSIONS = 3
"""A task that had so many sessions and then none for so long was left lying."""

_WORTH_PLANNING = 0.10
_HOUR = 60
_ROUND = 5
"""Minutes: a finer plan would claim to know more than it does."""

_PARTS = {
    "morning": ("Mornings go", "05:00 and 12:00"),
    "afternoon": ("Afternoons go", "12:00 and 17:00"),
    "evening": ("Evenings go", "17:00 and 22:00"),
    "night": ("Nights go", "22:00 and 05:00"),
}


@dataclass(frozen=True)
class CurrentInsight:
    """One thing to act on. `task_id` names the task it is about, if any."""

    key: str
    type: InsightType
    message: str
    n: int
    window: str
    compared_with: str
    sure: str
    suggestion: str
    task_id: UUID | None = None


@dataclass(frozen=True)
class LeftLying:
    task_id: UUID
    title: str
    n: int
    focused_minutes: int
    untouched_days: int


@dataclass(frozen=True)
class Found:
    insights: list[CurrentInsight]
    comparisons: int
    """How many had enough sessions to be looked at."""


@dataclass(frozen=True)
class _Look:
    """A comparison with enough sessions: its interval at a level, and its words if it is told."""

    interval: Callable[[float], Interval]
    told: Callable[[Interval, str], CurrentInsight | None]


def current_insights(
    rows: Sequence[Mapping[str, Any]], today: date, forgotten: int, lying: LeftLying | None
) -> Found:
    """At most five, the surest first. `rows` are sums by local day, part of day and interrupted
    or not, as `db.queries.insights.tallies` gives them."""
    looks = [*_parts_of_day(rows), *_interrupted(rows), *_estimates(rows), *_months(rows, today)]
    level = shared_level(len(looks))
    sure = f"95% sure, with all {len(looks)} comparisons counted in"
    if len(looks) == 1:
        sure = "95% sure"
    told = []
    for look in looks:
        interval = look.interval(level)
        insight = look.told(interval, sure) if interval.excludes(0) else None
        if insight is not None:
            nearest = min(abs(interval.low), abs(interval.high))
            told.append((nearest / (interval.high - interval.low), insight))
    told.sort(key=lambda pair: -pair[0])
    found = _once_each(insight for _, insight in told)
    facts = [_forgotten(forgotten)] if forgotten else []
    return Found([*facts, *found, *([_lying(lying)] if lying else [])][:MOST_TOLD], len(looks))


def _parts_of_day(rows: Sequence[Mapping[str, Any]]) -> Iterable[_Look]:
    for part in _PARTS:
        here = _completions(row for row in rows if row["part"] == part)
        elsewhere = _completions(row for row in rows if row["part"] != part)
        if _enough(here, elsewhere):
            yield _part_of_day(part, here, elsewhere)


def _part_of_day(part: str, here: Days, elsewhere: Days) -> _Look:
    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        a, b = joined(here.values()), joined(elsewhere.values())
        if a.mean < b.mean:
            return None  # the better times say it
        name, hours = _PARTS[part]
        return CurrentInsight(
            "part_of_day",
            InsightType.POSITIVE,
            f"{name} best: you completed {a.mean:.0%} of your sessions then,"
            f" {b.mean:.0%} at other times.",
            a.n,
            WINDOW,
            f"{b.n} sessions begun at other times of day",
            f"{_points(interval)} more, {sure}",
            f"Put what matters most between {hours}.",
        )

    return _Look(lambda level: _proportions(here, elsewhere, level), told)


def _interrupted(rows: Sequence[Mapping[str, Any]]) -> Iterable[_Look]:
    calm, disturbed = (
        _by_day((row for row in rows if row["interrupted"] is interrupted), "rated_n", "score")
        for interrupted in (False, True)
    )
    if not _enough(calm, disturbed):
        return

    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        a, b = joined(calm.values()), joined(disturbed.values())
        if a.mean < b.mean:
            return None  # nothing to act on
        return CurrentInsight(
            "interruptions",
            InsightType.ATTENTION,
            f"You rate sessions with interruptions lower: {b.mean:.1f} of 5, the others"
            f" {a.mean:.1f}.",
            b.n,
            WINDOW,
            f"{a.n} rated sessions without an interruption",
            f"{interval.low:.1f} to {interval.high:.1f} lower, {sure}",
            "Try silencing notifications before you start, and noting stray thoughts for later.",
        )

    yield _Look(lambda level: _means(calm, disturbed, level), told)


def _estimates(rows: Sequence[Mapping[str, Any]]) -> Iterable[_Look]:
    ratios = _by_day(rows, "estimated_n", "log_ratio")
    if not _enough(ratios):
        return
    whole = joined(ratios.values())
    change = exp(whole.mean) - 1

    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        if abs(change) < _WORTH_PLANNING:
            return None
        low, high = sorted((interval.low, interval.high), key=abs)
        return CurrentInsight(
            "estimates",
            InsightType.ATTENTION if change > 0 else InsightType.NEUTRAL,
            f"Your sessions take {typical_overrun(whole.mean)} than you estimate.",
            whole.n,
            WINDOW,
            "your own estimates, over completed sessions that no timer cut off",
            f"{abs(exp(low) - 1):.0%} to {typical_overrun(high)}, {sure}",
            f"Where you would say 60min, plan about {_ROUND * round(60 / _ROUND * (1 + change))}.",
        )

    def interval(level: float) -> Interval:
        return mean_by_days(ratios, level).spanning(mean_interval(whole, level))

    yield _Look(interval, told)


def _months(rows: Sequence[Mapping[str, Any]], today: date) -> Iterable[_Look]:
    begin, middle = today + timedelta(days=1) - 2 * MONTH, today + timedelta(days=1) - MONTH
    now = _completions(row for row in rows if row["day"] >= middle)
    then = _completions(row for row in rows if begin <= row["day"] < middle)
    if not _enough(now, then):
        return

    def told(interval: Interval, sure: str) -> CurrentInsight | None:
        a, b = joined(now.values()), joined(then.values())
        better = a.mean > b.mean
        return CurrentInsight(
            "months",
            InsightType.POSITIVE if better else InsightType.ATTENTION,
            f"You complete {'more' if better else 'less'} of what you start: {a.mean:.0%} of your"
            f" sessions in the last 4 weeks, {b.mean:.0%} in the 4 before.",
            a.n,
            "the last 4 weeks",
            f"{b.n} sessions in the 4 weeks before",
            f"{_points(interval)} {'more' if better else 'less'}, {sure}",
            "Look at what changed, and keep it."
            if better
            else "Try shorter sessions for a week: a plan that fits is a plan that gets done.",
        )

    yield _Look(lambda level: _proportions(now, then, level), told)


def _forgotten(number: int) -> CurrentInsight:
    sessions = "1 session was" if number == 1 else f"{number} sessions were"
    counts = "doesn't count" if number == 1 else "don't count"
    return CurrentInsight(
        "forgotten",
        InsightType.ATTENTION,
        f"{sessions} forgotten and closed automatically. Until corrected, "
        f"{'it' if number == 1 else 'they'} {counts}.",
        number,
        WINDOW,
        "nothing: this is a count",
        "counted, not estimated",
        "Set the right end in the history.",
    )


def _lying(task: LeftLying) -> CurrentInsight:
    return CurrentInsight(
        "left_lying",
        InsightType.NEUTRAL,
        f"“{task.title}” has had {task.n} sessions ({_length(task.focused_minutes)} of focus) and"
        f" none for {task.untouched_days} days.",
        task.n,
        WINDOW,
        "your other unfinished tasks: this one was left the longest",
        "counted, not estimated",
        "Give it one short session this week, or mark it as done.",
        task.task_id,
    )


def _completions(rows: Iterable[Mapping[str, Any]]) -> Days:
    return _by_day(rows, "n", "completed", "completed")  # 0 and 1 are their own squares


def _by_day(
    rows: Iterable[Mapping[str, Any]], n: str, total: str, squares: str | None = None
) -> Days:
    days: dict[Any, Tally] = {}
    for row in rows:
        if row[n]:
            tally = Tally(row[n], row[total], row[squares or f"{total}_squares"])
            days[row["day"]] = days.get(row["day"], Tally()) + tally
    return days


def _enough(*groups: Days) -> bool:
    return all(
        len(group) >= FEWEST_DAYS and joined(group.values()).n >= FEWEST_SESSIONS
        for group in groups
    )


def _proportions(a: Days, b: Days, level: float) -> Interval:
    """By days, and never narrower than counts that small allow (all of ten is not always)."""
    counted = difference_of_proportions(joined(a.values()), joined(b.values()), level)
    return difference_by_days(a, b, level).spanning(counted)


def _means(a: Days, b: Days, level: float) -> Interval:
    values = difference_of_means(joined(a.values()), joined(b.values()), level)
    return difference_by_days(a, b, level).spanning(values)


def _length(minutes: int) -> str:
    return f"{minutes}min" if minutes < 2 * _HOUR else f"{minutes / _HOUR:.0f} hours"


def _points(interval: Interval) -> str:
    low, high = sorted((abs(interval.low), abs(interval.high)))
    return f"{100 * low:.0f} to {100 * high:.0f} points"


def _once_each(insights: Iterable[CurrentInsight]) -> list[CurrentInsight]:
    """The surest of each kind: two good times of day are said by the better one."""
    kept: dict[str, CurrentInsight] = {}
    for insight in insights:
        kept.setdefault(insight.key, insight)
    return list(kept.values())
