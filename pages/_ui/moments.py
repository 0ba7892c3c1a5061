"""How times, days and lengths are written on the screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from focus_core.domain.calendar import moments

_HOUR = 60
_LONGEST_NAME = 80


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """09:00, local; with the zone's name at that moment where the clocks repeat the hour."""
    local = moment.astimezone(zone)
    twice = len(moments(local.date(), local.time(), zone)) > 1
    return f"{local:%H:%M %Z}" if twice else f"{local:%H:%M}"


def span(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """09:00–09:25, local; says so when it ends on another day."""
    if end is None:
        return f"{clock(start, zone)}–now"
    later = (end.astimezone(zone).date() - start.astimezone(zone).date()).days
    days = {0: "", 1: " (next day)"}.get(later, f" ({later} days later)")
    return f"{clock(start, zone)}–{clock(end, zone)}{days}"


def day(value: date, today: date) -> str:
    """Today, Monday 2 March 2026."""
    near = {0: "Today, ", 1: "Yesterday, "}.get((today - value).days, "")
    return f"{near}{value:%A} {value.day} {value:%B %Y}"


def length(seconds: float) -> str:
    """45 s, 25 min, 2 h, 1 h 40 min."""
    if seconds < timedelta(minutes=1).total_seconds():
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), _HOUR)
    if hours and not minutes:
        return f"{hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def in_a_line(session: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Sunday 1 March 2026, 09:00–09:25: Biology. Holds what a person typed: not Markdown."""
    local = session["start_time"].astimezone(zone)
    times = span(session["start_time"], session["end_time"], zone)
    when = f"{local:%A} {local.day} {local:%B %Y}, {times}"
    name = session["task_title"] or session["course_name"] or session["context"]
    return f"{when}: {' '.join(name.split())[:_LONGEST_NAME]}" if name else when
