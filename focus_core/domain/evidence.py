"""What it takes to tell somebody of a difference: enough sessions on enough days, and an interval
that leaves no difference out. What is told comes with all that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from focus_core.domain.insights import PAST_DAYS, InsightType
from focus_core.domain.statistics import (
    Days,
    Interval,
    Tally,
    difference_by_days,
    difference_of_means,
    difference_of_proportions,
    joined,
)

FEWEST_SESSIONS = 10
"""On either side of a comparison."""
FEWEST_DAYS = 5
"""On either side of a comparison: a few days, however full, are a few moods."""
WINDOW = f"the last {PAST_DAYS} days"

Row = Mapping[str, Any]
"""Sums over the sessions of one local day that are alike in all that is compared."""


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
class Look:
    """A comparison with enough sessions: its interval at a level, and its words if it is told.

    `told` gets the interval and how sure it is, in words; None when there is nothing to act on.
    """

    interval: Callable[[float], Interval]
    told: Callable[[Interval, str], CurrentInsight | None]


def completions(rows: Iterable[Row]) -> Days:
    return by_day(rows, "n", "completed", "completed")  # 0 and 1 are their own squares


def by_day(rows: Iterable[Row], n: str, total: str, squares: str | None = None) -> Days:
    days: dict[Any, Tally] = {}
    for row in rows:
        if row[n]:
            tally = Tally(row[n], row[total], row[squares or f"{total}_squares"])
            days[row["day"]] = days.get(row["day"], Tally()) + tally
    return days


def enough(*groups: Days) -> bool:
    return all(
        len(group) >= FEWEST_DAYS and joined(group.values()).n >= FEWEST_SESSIONS
        for group in groups
    )


def proportions(a: Days, b: Days, level: float) -> Interval:
    """Of a's share less b's: by days, and never narrower than counts that small allow (all of ten
    is not always). Values between 0 and 1 vary less than shares do, so it holds for them too."""
    counted = difference_of_proportions(joined(a.values()), joined(b.values()), level)
    whole = difference_by_days(a, b, level).spanning(counted)
    return Interval(max(whole.low, -1.0), min(whole.high, 1.0))


def ratings(a: Days, b: Days, level: float) -> Interval:
    """Of a's mean rating less b's: by days, and never narrower than whole numbers allow (ten times
    the same may be ten times the same half up or down)."""
    rounded_a, rounded_b = _rounded(joined(a.values())), _rounded(joined(b.values()))
    values = difference_of_means(rounded_a, rounded_b, level)
    return difference_by_days(a, b, level).spanning(values)


def _rounded(values: Tally) -> Tally:
    """With the variance that rounding hides: of a uniform value one wide, 1/12."""
    return Tally(values.n, values.total, values.squares + (values.n - 1) / 12)


def points(interval: Interval) -> str:
    low, high = sorted((abs(interval.low), abs(interval.high)))
    return f"{between(f'{100 * low:.0f}', f'{100 * high:.0f}')} points"


def between(low: str, high: str) -> str:
    """`5 to 12` of an interval that is told because it leaves zero out: where rounding would say
    that it begins there, `more than 0 and up to 12`."""
    return f"{low} to {high}" if low.strip("0. %") else f"more than 0 and up to {high}"
