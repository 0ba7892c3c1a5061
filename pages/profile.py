"""The profile: what a person's sessions say about when, how long and how well they focus."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from focus_core.domain import estimates
from focus_core.domain.actor import Actor
from focus_core.domain.definitions import title
from focus_core.domain.errors import ProfileNotReady
from focus_core.domain.findings import UNKNOWN, hour_name, interval, percent
from focus_core.services import analytics, get_focus_session_service
from focus_core.services.analytics import WEEKDAYS, Overview
from pages._ui import peaks
from pages._ui.explanations import explain
from pages._ui.gate import in_fragment, require_actor
from pages._ui.kept_profile import (
    activity_panels,
    course_panel,
    key_of,
    overview_of,
    time_panels,
)
from pages._ui.panels import draw

TIMER = Path(__file__).with_name("timer.py")


def headline(profile: Mapping[str, Any], overview: Overview) -> None:
    st.markdown(f"### {estimates.sentence(overview.estimates)}")
    st.caption(estimates.rests_on(overview.estimates))
    shown = {
        "avg_focus_duration_minutes": _with_unit(profile["avg_focus_duration_minutes"], " min"),
        "avg_break_duration_minutes": _with_unit(profile["avg_break_duration_minutes"], " min"),
        "avg_interruption_count": _with_unit(profile["avg_interruption_count"]),
        "completion_rate": percent(overview.completion.mean),
        "avg_completion_ratio": percent(profile["avg_completion_ratio"]),
        "avg_underestimation_pct": _with_unit(profile["avg_underestimation_pct"], " %"),
        "total_sessions_count": _with_unit(profile["total_sessions_count"]),
        "completed_sessions_count": _with_unit(profile["completed_sessions_count"]),
        "sessions_analyzed_count": _with_unit(profile["sessions_analyzed_count"]),
        "estimated": _with_unit(overview.estimated),
    }
    with st.container(horizontal=True, gap="medium"):
        for measure, value in shown.items():
            sure = None
            if measure == "completion_rate":
                sure = interval(overview.completion)
            elif measure == "avg_underestimation_pct" and _cut_off(overview):
                sure = "cut off ones too"
            st.metric(
                title(measure),
                value,
                sure,
                delta_color="off",
                delta_arrow="off",
                width=150,
                help=in_the_error(overview) if measure == "avg_underestimation_pct" else None,
            )
    explain("explain_headline", "estimates_compared", *shown, "interval")


def _cut_off(overview: Overview) -> int:
    """How many of the sessions with an estimate did not end when their work was done."""
    return overview.ended_by_timer + overview.stopped_early


def in_the_error(overview: Overview) -> str:
    return estimates.what_counts(
        overview.estimated, overview.ended_by_timer, overview.stopped_early
    )


@st.fragment
def best_times(actor: Actor, profile: Mapping[str, Any], overview: Overview) -> None:
    if in_fragment():
        require_actor()
    hours, days = tuple(profile["peak_focus_hours"]), tuple(profile["peak_focus_days"])
    by_hour, by_weekday = time_panels(key_of(actor), hours, days, overview)
    mean = overview.success.mean
    st.subheader("When you focus best")
    names = [hour_name(hour) for hour in range(24)]
    places = [WEEKDAYS.index(day) for day in days]
    peaks.show(
        "peak_focus_hours", [(names[hour], overview.hours[hour].success) for hour in hours], mean
    )
    peaks.show(
        "peak_focus_days",
        [(WEEKDAYS[place], overview.weekdays[place].success) for place in places],
        mean,
    )
    explain(
        "explain_times",
        "peak_focus_hours",
        "peak_focus_days",
        "success",
        "adjusted_success",
        "interval",
        "hour",
        "weekday",
        "sessions",
        "completed",
        "focused_minutes",
    )
    for panel in (*by_hour, by_weekday):
        draw(panel)


@st.fragment
def by_course(profile: Mapping[str, Any]) -> None:
    if in_fragment():
        require_actor()
    st.subheader("By course")
    courses = profile["performance_by_course"]
    if not courses:
        st.markdown("No session has a course yet. Pick or type one when you start the timer.")
        return
    in_courses = sum(course["sessions"] for course in courses.values())
    without = profile["sessions_analyzed_count"] - in_courses
    explain(
        "explain_courses",
        "course",
        "sessions",
        "completed",
        "focused_minutes",
        "completion_rate",
        "interval",
        "avg_focus_score",
        "avg_underestimation_pct",
    )
    draw(course_panel(profile["user_id"], profile["last_computed_at"], courses, without))


@st.fragment
def over_time(actor: Actor, overview: Overview) -> None:
    if in_fragment():
        require_actor()
    st.subheader("Day by day, week by week")
    periods = analytics.periods(overview)
    period = st.selectbox("Period", periods, index=_first_period(periods, overview), width=220)
    explain(
        "explain_activity",
        "focused_minutes",
        "day",
        "week",
        "sessions",
        "completed",
        "completion_rate",
        "interval",
    )
    for panel in activity_panels(key_of(actor), period, actor):
        draw(panel)


def _first_period(periods: list[str], overview: Overview) -> int:
    """The last months, unless the history ended before them: then its last year."""
    return 0 if overview.recent else periods.index(str(overview.last_day.year))


def _with_unit(value: float | None, unit: str = "") -> str:
    if value is None:
        return UNKNOWN
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    return f"{number}{unit}".replace("-", "−")


def not_ready(missing: int) -> None:
    sessions = "1 more finished session" if missing == 1 else f"{missing} more finished sessions"
    st.markdown(
        f"Your profile appears after **{sessions}** of at least a minute. It shows when you focus"
        " best, how long things really take you, and how sure that is."
    )
    if st.button("Go to the timer", type="primary", icon=":material/timer:"):
        st.switch_page(TIMER)


def show(actor: Actor) -> None:
    st.title("Profile")
    try:
        profile = get_focus_session_service().get_user_profile(actor.user_id)
    except ProfileNotReady as error:
        not_ready(error.missing)
        return
    overview = overview_of(key_of(actor), actor)
    if overview is None:  # the sessions went a moment ago, the profile has not yet
        not_ready(3)
        return
    computed = profile["last_computed_at"].astimezone(actor.timezone)
    st.caption(
        f"From {overview.first_day:%-d %b %Y} to {overview.last_day:%-d %b %Y}. Zone:"
        f" {actor.timezone.key}; days start at {actor.day_start:%H:%M}. Computed"
        f" {computed:%-d %b %Y, %H:%M}."
    )
    headline(profile, overview)
    best_times(actor, profile, overview)
    by_course(profile)
    over_time(actor, overview)


show(require_actor())
