"""What the profile page keeps of each person until their data change.

Beside the page, not in it: a page's text runs on every click, and to name a cache Streamlit then
reads the function's source anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.services import analytics
from focus_core.services.analytics import Overview
from pages._ui import profile_panels
from pages._ui.panels import Panel

KEPT_SECONDS = 3600
KEPT_ENTRIES = 200

# Whose figures, of which version of their data, by which clock, day and week: all they depend on.
Key = tuple[str, int, str, time, int]


def key_of(actor: Actor) -> Key:
    zone = actor.timezone.key
    return str(actor.user_id), actor.data_version, zone, actor.day_start, actor.week_start


@st.cache_data(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner="Reading your history …")
def overview_of(key: Key, _actor: Actor) -> Overview | None:
    return analytics.get_overview(_actor)


# Finished figures are kept as they are, and only read: a copy of one costs half of what drawing it
# does, since Plotly checks every property again.
@st.cache_resource(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def time_panels(
    key: Key, hours: tuple[int, ...], days: tuple[str, ...], _overview: Overview
) -> tuple[list[Panel], Panel]:
    *_, zone, _day_start, week_start = key
    return (
        profile_panels.hour_panels(_overview, hours, zone),
        profile_panels.weekday_panel(_overview, days, week_start, zone),
    )


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner=False)
def course_panel(
    user_id: str, computed_at: datetime, _courses: Mapping[str, Any], without: int
) -> Panel:
    return profile_panels.course_panel(_courses, without)


@st.cache_resource(
    ttl=KEPT_SECONDS, max_entries=KEPT_ENTRIES, show_spinner="Reading your history …"
)
def activity_panels(key: Key, period: str, _actor: Actor) -> list[Panel]:
    activity = analytics.get_activity(_actor, period)
    return profile_panels.activity_panels(
        activity, _actor.timezone.key, f"{_actor.day_start:%H:%M}"
    )
