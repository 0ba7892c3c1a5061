"""The panels of the coach's page and of a member's trend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from focus_core.domain.findings import UNKNOWN
from focus_core.services.coaching import Group, GroupWeek, Member, MemberWeek
from pages._ui import charts
from pages._ui.panels import Panel, Table
from pages._ui.text import plain

STATES = {"held": "held back", "gone": "left out", "shown": ""}
SLOTS = [f"{hour:02}–{hour + 3:02}" for hour in range(0, 24, 3)]
_ROUNDED = "To 10 % below ten people, to 5 % from there on."


def group_panels(group: Group) -> list[Panel]:
    """What the group does week by week and by the hour; only weeks that may be shown, and only
    what is known of at least one of them."""
    weeks = [week for week in group.weeks if week.state == "shown"]
    if not weeks:
        return []
    table = _group_table(group.weeks)
    starts = [week.week for week in weeks]
    newest = weeks[-1]
    panels = [
        Panel(
            "group_hours_by_week",
            f"{hours(newest.focused_hours)} of focus a person in the newest week",
            "Mean focused hours a person and week, to the half hour; one person counts for 40 at"
            " most, and for no more than twice the median. Weeks start on Monday, by each member's"
            " own clock.",
            _bars(starts, [week.focused_hours for week in weeks], "Focused hours a person", "h"),
            table,
        )
    ]
    if any(week.active_pct is not None for week in weeks):
        panels.append(
            Panel(
                "group_active",
                f"{_pct(newest.active_pct)} were active in the newest week",
                "Share of people with any focus in the week, to 5 %, counted as if five at least"
                " were active and five at least were not.",
                _shares(weeks, [week.active_pct for week in weeks]),
                table,
            )
        )
    if any(week.completion_pct is not None for week in weeks):
        panels.append(
            Panel(
                "group_completion",
                f"{_pct(newest.completion_pct)} of sessions completed in the newest week",
                "Mean of the middle half of the members' completion rates, of those who had"
                f" sessions; the lowest and the highest quarter count nothing. {_ROUNDED}",
                _shares(weeks, [week.completion_pct for week in weeks]),
                table,
            )
        )
    if any(week.estimation_error_pct is not None for week in weeks):
        errors = [week.estimation_error_pct for week in weeks]
        panels.append(
            Panel(
                "group_estimates",
                _estimates(newest.estimation_error_pct),
                "Mean of the middle half of the members' estimation errors. Negative: took longer"
                " than estimated. Sessions ended by their timer count as exact, those stopped early"
                f" as faster. One person counts for ±100 % at most. {_ROUNDED}",
                _bars(starts, errors, "Estimation error, %", "%"),
                table,
            )
        )
    return [*panels, *_hours_panel(group.slots)]


def trend_panel(weeks: Sequence[MemberWeek], key: str, whose: str) -> Panel:
    """One person's weeks; the last of them is still running."""
    full = weeks[:-1]
    mean = sum(week.focused_minutes for week in full) / 60 / len(full) if full else 0.0
    starts = [week.week for week in weeks]
    spent = [round(week.focused_minutes / 60, 1) for week in weeks]
    return Panel(
        f"trend_{key}",
        f"{hours(mean)} of focus a week on average",
        f"Focused hours by week, {whose}; the newest week is not over.",
        _bars(starts, spent, "Focused hours", "h"),
        {
            "Week of": [_day(week.week) for week in weeks],
            "Focused hours": [f"{week.focused_minutes / 60:.1f}" for week in weeks],
            "Sessions": [str(week.sessions) for week in weeks],
            "Completed": [share(week.completion) for week in weeks],
            "Estimation error": [share(week.estimation_error) for week in weeks],
        },
    )


def members_table(members: Sequence[Member]) -> Table:
    """A row a named member, those who dropped first."""
    rows = sorted(members, key=lambda member: not member.dropped)
    return {
        "Name": [plain(member.name) for member in rows],
        "Now, h": [_in_hours(member.recent_minutes) for member in rows],
        "Before, h": [_in_hours(member.past_minutes) for member in rows],
        "Note": [_standing(member) for member in rows],
    }


def _standing(member: Member) -> str:
    if member.dropped:
        return "dropped"
    if member.active:
        return ""
    return "no sessions yet" if member.new else "not active"


def hours(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.1f} hours"


def share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.0f} %".replace("-", "−")


def _bars(
    starts: Sequence[date], values: Sequence[float | None], y_title: str, unit: str
) -> go.Figure:
    """Each bar from the Monday of its week, where the mark is, to the Sunday."""
    figure = charts.bars(starts, values, x_title="", y_title=y_title, unit=unit)
    figure.update_traces(offset=0, width=6 * 24 * 3600 * 1000)
    return charts.by_the_week(figure, starts[0], len(starts))


def _shares(weeks: Sequence[GroupWeek], values: Sequence[float | None]) -> go.Figure:
    nothing: list[float | None] = [None] * len(values)
    shares = [None if value is None else value / 100 for value in values]
    starts = [week.week for week in weeks]
    band = charts.Band(shares, nothing, nothing)
    figure = charts.points(starts, band, mean=None, x_title="", y_title="Share")
    return charts.by_the_week(figure, starts[0], len(starts))


def _hours_panel(slots: Sequence[float | None]) -> list[Panel]:
    known = [(value, n) for n, value in enumerate(slots) if value is not None]
    if not known:
        return []
    highest, best = max(known)
    missing = len(slots) - len(known)
    # Each share is off by half of its step at most; what is left out may all lie in one slot.
    left = 100 - sum(value for value, _ in known) + 2.5 * (len(known) + 1)
    part = "Most focus" if not missing or highest > left else f"{_pct(highest)} of focus"
    left_out = f" {missing} of 8 left out: too few people." if missing else ""
    return [
        Panel(
            "group_slots",
            f"{part} is between {SLOTS[best][:2]}:00 and {SLOTS[best][3:]}:00",
            f"Mean share of a person's focus by three hours of their own day, to 5 %.{left_out}",
            charts.bars(
                SLOTS,
                slots,
                x_title="Hours of the member's own day",
                y_title="Share of focus, %",
                unit="%",
            ),
            {"Hours": SLOTS, "Share of focus": [_pct(value) for value in slots]},
        )
    ]


def _group_table(weeks: Sequence[GroupWeek]) -> Table:
    return {
        "Week of": [_day(week.week) for week in weeks],
        "People": [week.people or STATES[week.state] for week in weeks],
        "Focused hours": [
            UNKNOWN if week.focused_hours is None else f"{week.focused_hours:.1f}" for week in weeks
        ],
        "Active": [_pct(week.active_pct) for week in weeks],
        "Completed": [_pct(week.completion_pct) for week in weeks],
        "Estimation error": [_pct(week.estimation_error_pct) for week in weeks],
    }


def _estimates(error: float | None) -> str:
    if error is None:
        return "Too few estimates to say how far off they are"
    return f"The estimation error was {_pct(error)} in the newest week"


def _pct(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0f} %".replace("-", "−")


def _in_hours(minutes: float | None) -> str:
    return UNKNOWN if minutes is None else f"{minutes / 60:.1f}"


def _day(value: Any) -> str:
    return f"{value:%-d %b %Y}"
