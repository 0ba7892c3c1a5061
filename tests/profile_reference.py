"""The profile computed a second time, in pandas and from the definitions alone, to compare with.

Averages come unrounded, so that whoever compares can allow for half a unit of the last digit.
"""

from __future__ import annotations

from datetime import time
from typing import Any

import pandas as pd

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def eligible_sessions(sessions: pd.DataFrame, zone: str, day_start: time = time(0)) -> pd.DataFrame:
    """The sessions that count, with what the definitions derive from each."""
    frame = sessions[
        sessions.end_time.notna()
        & (sessions.ended_by != "auto_close")
        & (sessions.focused_seconds >= 60)
    ].copy()
    wall = frame.start_time.dt.tz_convert(zone).dt.tz_localize(None)
    frame["hour"] = wall.dt.hour
    day_offset = pd.Timedelta(hours=day_start.hour, minutes=day_start.minute)
    frame["day"] = (wall - day_offset).dt.normalize()
    frame["weekday"] = frame.day.dt.day_of_week.map(lambda number: DAYS[number])
    frame["minutes"] = frame.focused_seconds / 60
    completed = frame.was_completed.astype(float)
    rating = (frame.focus_score.astype(float) - 1) / 4
    frame["success"] = completed.where(rating.isna(), (completed + rating) / 2)
    expected = frame.expected_duration.astype(float)
    frame["ratio"] = frame.minutes / expected
    frame["error"] = (expected - frame.minutes) / expected
    return frame


def profile(
    sessions: pd.DataFrame, courses: dict[Any, str], zone: str, day_start: time = time(0)
) -> dict[str, Any] | None:
    """Every field of the profile of one person; None when there are too few sessions."""
    frame = eligible_sessions(sessions, zone, day_start)
    if len(frame) < 3:
        return None
    finished = sessions[sessions.end_time.notna()]
    breaks = frame.break_minutes[frame.break_minutes > 0]
    return {
        "avg_focus_duration_minutes": frame.minutes.mean(),
        "avg_break_duration_minutes": breaks.mean(),
        "avg_interruption_count": min(frame.interruption_count.mean(), 99.99),
        "avg_completion_ratio": frame.ratio.clip(upper=99.99).mean(),
        "avg_underestimation_pct": _clamped(frame.error.mean() * 100),
        "peak_focus_hours": [int(hour) for hour in _peaks(frame, "hour")],
        "peak_focus_days": _peaks(frame, "weekday"),
        "total_sessions_count": len(finished),
        "completed_sessions_count": int(finished.was_completed.sum()),
        "focus_by_hour": {str(hour): int((frame.hour == hour).sum()) for hour in range(24)},
        "performance_by_course": {
            str(course): _course(part, courses[course])
            for course, part in frame.groupby("course_id")
        },
        "sessions_analyzed_count": len(frame),
    }


def _course(part: pd.DataFrame, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "sessions": len(part),
        "completed": int(part.was_completed.sum()),
        "focused_minutes": part.minutes.sum(),
        "completion_rate": part.was_completed.mean(),
        "avg_focus_score": part.focus_score.astype(float).mean(),
        "avg_underestimation_pct": _clamped(part.error.mean() * 100),
    }


def _peaks(frame: pd.DataFrame, by: str) -> list[Any]:
    table = frame.groupby(by).agg(
        n=("success", "size"), total=("success", "sum"), minutes=("minutes", "sum")
    )
    table = table[table.n >= 3].reset_index()
    # Rounded, or the order of addition would break ties that are exact on paper.
    table["shrunk"] = ((table.total + 5 * frame.success.mean()) / (table.n + 5)).round(9)
    table["place"] = table[by].map(DAYS.index) if by == "weekday" else table[by]
    table = table.sort_values(["shrunk", "minutes", "place"], ascending=[False, False, True])
    return table[by].head(3).tolist()


def _clamped(value: float) -> float:
    return value if pd.isna(value) else max(-999.99, min(999.99, value))


SCALES = {
    "avg_focus_duration_minutes": 0,
    "avg_break_duration_minutes": 0,
    "avg_interruption_count": 2,
    "avg_completion_ratio": 2,
    "avg_underestimation_pct": 2,
    "avg_focus_score": 2,
    "completion_rate": 4,
    "focused_minutes": 1,
}
"""Digits behind the point with which each average is stored."""


def differences(profile: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What is not equal, allowing for the rounding of the stored value; empty when all is."""
    found = []
    for field, value in expected.items():
        mine = profile[field]
        if isinstance(value, dict):
            if mine.keys() != value.keys():
                found.append(f"{field}: keys {sorted(mine)} and {sorted(value)}")
            elif value and isinstance(next(iter(value.values())), dict):
                found += [
                    f"{field}.{key}: {text}"
                    for key in value
                    for text in differences(mine[key], value[key])
                ]
            elif mine != value:
                found.append(f"{field}: {mine} and {value}")
        elif not equal(field, mine, value):
            found.append(f"{field}: {mine} and {value}")
    return found


def equal(field: str, mine: Any, value: Any) -> bool:
    """Whether a stored value is `value`, rounded as its column does."""
    if isinstance(value, float) and pd.isna(value):
        return mine is None
    if field in SCALES:
        return mine is not None and abs(mine - value) <= 0.5 * 10 ** -SCALES[field] + 1e-6
    return bool(mine == value)


def minutes_by_day(
    sessions: pd.DataFrame, zone: str, day_start: time = time(0)
) -> dict[Any, float]:
    """Focused minutes by local day, by cutting every session at every beginning of a day."""
    frame = eligible_sessions(sessions, zone, day_start)
    offset = pd.Timedelta(hours=day_start.hour, minutes=day_start.minute)
    totals: dict[Any, float] = {}
    for row in frame.itertuples():
        day = row.day - pd.Timedelta(days=1)
        while True:
            begins = _moment(day + offset, zone)
            ends = _moment(day + pd.Timedelta(days=1) + offset, zone)
            if begins >= row.end_time:
                break
            inside = min(row.end_time, ends) - max(row.start_time, begins)
            if inside > pd.Timedelta(0):
                share = inside / (row.end_time - row.start_time)
                totals[day.date()] = totals.get(day.date(), 0.0) + row.minutes * share
            day += pd.Timedelta(days=1)
    return totals


def _moment(wall: pd.Timestamp, zone: str) -> pd.Timestamp:
    """The first moment with that wall time; a skipped one is read by the clock before the gap."""
    found = wall.tz_localize(zone, ambiguous=True, nonexistent="NaT")
    if not pd.isna(found):
        return found.tz_convert("UTC")
    before = (wall - pd.Timedelta(hours=3)).tz_localize(zone)
    return (wall - before.utcoffset()).tz_localize("UTC")
