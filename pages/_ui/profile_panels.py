"""The panels of the profile page: a title that says what was found, a figure, the table behind.

From figures that are ready to figures that are drawn; what is decided on the way stands in
focus_core.domain.findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from focus_core.domain.definitions import title
from focus_core.domain.findings import UNKNOWN, best, hour_name, interval, percent
from focus_core.domain.rates import Rate, rate
from focus_core.services.analytics import WEEKDAYS, Activity, Overview, Slot
from pages._ui import charts
from pages._ui.panels import Panel, Table
from pages._ui.text import plain

MOST_COURSES = 12


def hour_panels(overview: Overview, peaks: Sequence[int], zone: str) -> list[Panel]:
    names = [hour_name(slot.key) for slot in overview.hours]
    axis = f"{title('hour')} ({zone})"
    busiest = max(overview.hours, key=lambda slot: slot.sessions)
    table = _slot_table(title("hour"), names, overview.hours)
    return [
        Panel(
            "success_by_hour",
            _finding(overview.hours, peaks, names, overview, "hour"),
            f"{title('success')} by hour of start, with 95 % intervals; dotted: your overall"
            f" {percent(overview.success.mean)}; diamonds: highest adjusted success. Zone: {zone}.",
            charts.by_the_clock(_success(names, overview.hours, peaks, overview, axis)),
            table,
        ),
        Panel(
            "sessions_by_hour",
            f"Most sessions start between {busiest.key:02}:00 and {(busiest.key + 1) % 24:02}:00",
            f"Number of sessions by hour of start. Zone: {zone}.",
            charts.by_the_clock(
                charts.bars(
                    names,
                    [slot.sessions for slot in overview.hours],
                    x_title=axis,
                    y_title=title("sessions"),
                    unit="sessions",
                )
            ),
            table,
        ),
    ]


def weekday_panel(overview: Overview, peaks: Sequence[str], first: int, zone: str) -> Panel:
    """`first` is the weekday that a week starts with, from Monday = 1."""
    slots = [overview.weekdays[(first - 1 + n) % 7] for n in range(7)]
    names = [WEEKDAYS[slot.key] for slot in slots]
    places = [names.index(day) for day in peaks]
    return Panel(
        "success_by_weekday",
        _finding(slots, places, names, overview, "weekday"),
        f"{title('success')} by weekday, with 95 % intervals; dotted: your overall"
        f" {percent(overview.success.mean)}; diamonds: highest adjusted success. Zone: {zone}.",
        _success(names, slots, places, overview, title("weekday")),
        _slot_table(title("weekday"), names, slots),
    )


def course_panel(courses: Mapping[str, Mapping[str, Any]], without: int) -> Panel:
    """`without` sessions have no course."""
    rows = sorted(courses.values(), key=lambda row: (-row["focused_minutes"], row["name"]))
    shown = rows[:MOST_COURSES]
    unit = "Focused hours over your whole history."
    if len(rows) > len(shown):
        unit += f" The {MOST_COURSES} courses with most focus; the table has all {len(rows)}."
    if without:
        unit += f" {without:,} sessions have no course."
    return Panel(
        "by_course",
        f"Your course with the most focus is {plain(rows[0]['name'])}",
        unit,
        charts.lying_bars(
            [row["name"] for row in shown],
            [round(row["focused_minutes"] / 60, 1) for row in shown],
            x_title="Focused hours",
        ),
        _course_table(rows),
    )


def activity_panels(activity: Activity, zone: str, day_start: str) -> list[Panel]:
    days, weeks = activity.days, activity.weeks
    rule = f"Days start at {day_start}. Zone: {zone}."
    minutes = sum(day.focused_minutes for day in days)
    active = [day for day in days if day.focused_minutes]
    lived = _lived(activity)
    completed = rate(sum(day.completed for day in days), sum(day.sessions for day in days))
    weekly = _week_table(activity)
    return [
        Panel(
            "calendar",
            f"{_hours(minutes)} of focus on {len(active):,} days",
            f"Focused minutes by day. {rule}",
            charts.calendar(*_calendar(activity)),
            {
                title("day"): [f"{day.day:%a %-d %b %Y}" for day in active],
                title("focused_minutes"): [f"{day.focused_minutes:,.1f}" for day in active],
                title("sessions"): [f"{day.sessions:,}" for day in active],
                title("completed"): [f"{day.completed:,}" for day in active],
            },
        ),
        Panel(
            "focus_by_week",
            f"{_hours(minutes / lived)} of focus a week on average",
            f"Focused hours by week; the mean is over {lived} weeks, from the first with any on."
            f" {rule}",
            charts.bars(
                [week.first_day for week in weeks],
                [round(week.focused_minutes / 60, 1) for week in weeks],
                x_title="",
                y_title="Focused hours",
                unit="h",
            ),
            weekly,
        ),
        Panel(
            "completion_by_week",
            f"{percent(completed and completed.mean)} of these sessions were completed",
            f"{title('completion_rate')} by week, with 95 % intervals; dotted: the whole period."
            f" {rule}",
            charts.points(
                [week.first_day for week in weeks],
                _band([week.completion for week in weeks]),
                mean=completed.mean if completed else None,
                x_title="",
                y_title=title("completion_rate"),
            ),
            weekly,
        ),
    ]


def _finding(
    slots: Sequence[Slot], peaks: Iterable[int], names: Sequence[str], overview: Overview, kind: str
) -> str:
    known = [(names[n], found) for n in peaks if (found := slots[n].success)]
    return best(
        [name for name, _ in known], [found for _, found in known], overview.success.mean, kind
    )


def _success(
    names: Sequence[str], slots: Sequence[Slot], peaks: Sequence[int], overview: Overview, axis: str
) -> go.Figure:
    return charts.points(
        names,
        _band([slot.success for slot in slots]),
        marked=peaks,
        mean=overview.success.mean,
        x_title=axis,
        y_title=title("success"),
    )


def _band(rates: Sequence[Rate | None]) -> charts.Band:
    return charts.Band(
        [found and round(found.mean, 4) for found in rates],
        [found and round(found.low, 4) for found in rates],
        [found and round(found.high, 4) for found in rates],
    )


def _slot_table(label: str, names: Sequence[str], slots: Sequence[Slot]) -> Table:
    return {
        label: list(names),
        title("sessions"): [f"{slot.sessions:,}" for slot in slots],
        title("completed"): [f"{slot.completed:,}" for slot in slots],
        title("success"): [percent(slot.success and slot.success.mean) for slot in slots],
        title("interval"): [interval(slot.success) for slot in slots],
        title("adjusted_success"): [percent(slot.adjusted_success) for slot in slots],
        title("focused_minutes"): [f"{slot.focused_minutes:,.1f}" for slot in slots],
    }


def _course_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return {
        title("course"): [plain(row["name"]) for row in rows],
        title("sessions"): [f"{row['sessions']:,}" for row in rows],
        title("completed"): [f"{row['completed']:,}" for row in rows],
        title("focused_minutes"): [f"{row['focused_minutes']:,.1f}" for row in rows],
        title("completion_rate"): [percent(row["completion_rate"]) for row in rows],
        title("interval"): [interval(rate(row["completed"], row["sessions"])) for row in rows],
        title("avg_focus_score"): [_number(row["avg_focus_score"]) for row in rows],
        title("avg_underestimation_pct"): [
            _number(row["avg_underestimation_pct"], " %") for row in rows
        ],
    }


def _week_table(activity: Activity) -> Table:
    weeks = [week for week in activity.weeks if week.focused_minutes]
    return {
        title("week"): [f"{week.first_day:%a %-d %b %Y}" for week in weeks],
        title("focused_minutes"): [f"{week.focused_minutes:,.1f}" for week in weeks],
        title("sessions"): [f"{week.sessions:,}" for week in weeks],
        title("completion_rate"): [
            percent(week.completion and week.completion.mean) for week in weeks
        ],
        title("interval"): [interval(week.completion) for week in weeks],
    }


def _calendar(
    activity: Activity,
) -> tuple[list[date], list[str], list[list[float | None]]]:
    days = activity.days
    rows: list[list[float | None]] = [
        [round(day.focused_minutes) if day.day <= activity.today else None for day in days[n::7]]
        for n in range(7)
    ]
    return [day.day for day in days[::7]], [f"{day.day:%a}" for day in days[:7]], rows


def _lived(activity: Activity) -> int:
    """Weeks from the first with any focus until the period ends or today does, at least one."""
    weeks = [week for week in activity.weeks if week.first_day <= activity.today]
    empty = next((n for n, week in enumerate(weeks) if week.focused_minutes), len(weeks) - 1)
    return len(weeks) - empty


def _hours(minutes: float) -> str:
    return f"{minutes / 60:,.1f} hours"


def _number(value: float | None, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:,.2f}{unit}".replace("-", "−")
