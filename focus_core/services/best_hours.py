"""A person's peak hours that are surely better than their other hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from db.queries import history_charts
from db.session import open_for
from focus_core.domain.errors import ProfileNotReady
from focus_core.domain.rates import Rate, rate
from focus_core.services import get_focus_session_service


def find(owner: UUID, timezone: str, day_start: time) -> tuple[dict[int, Rate], float]:
    """Success by local hour of start, of the peak hours whose 95 % interval lies above the
    person's mean, and that mean. No hours without a profile. Raises DatabaseUnavailable."""
    try:
        profile = get_focus_session_service().get_user_profile(owner)
    except ProfileNotReady:
        return {}, 0.0
    peaks = tuple(profile["peak_focus_hours"] or ())
    return _among(owner, profile["last_computed_at"], timezone, day_start, peaks)


def forget_everybody() -> None:
    """Empty what this process keeps of anybody."""
    _among.cache_clear()


@lru_cache(maxsize=500)
def _among(
    owner: UUID, _computed_at: datetime, timezone: str, day_start: time, peaks: tuple[int, ...]
) -> tuple[dict[int, Rate], float]:
    """Read once for each profile: it takes the whole history."""
    with open_for(owner) as transaction:
        rows = history_charts.starts(transaction, owner, timezone, day_start)
    overall = _success(rows)
    if overall is None:
        return {}, 0.0
    by_hour = {hour: _success([row for row in rows if row["hour"] == hour]) for hour in peaks}
    sure = {
        hour: found
        for hour, found in by_hour.items()
        if found and found.differs_from(overall.mean) and found.mean > overall.mean
    }
    return sure, overall.mean


def _success(rows: Sequence[Mapping[Any, Any]]) -> Rate | None:
    eighths = sum(row["success_eighths"] for row in rows)
    return rate(eighths / 8, sum(row["sessions"] for row in rows))
