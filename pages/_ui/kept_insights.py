"""What the insights page keeps of each person until their data change, or a day is over.

Beside the page, not in it: a page's text runs on every click, and to name a cache Streamlit then
reads the function's source anew.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from focus_core.services import get_focus_session_service, insights, sharing
from focus_core.services.coaching import MemberWeek
from pages._ui.moments import in_a_line

LAST = 30


# `today` is among the keys because the windows move on with it.
@st.cache_data(ttl=3600, max_entries=200, show_spinner="Looking at your sessions…")
def current_of(user_id: UUID, data_version: int, today: date) -> dict[str, Any]:
    return insights.get_current_insights(user_id)


@st.cache_data(ttl=3600, max_entries=200, show_spinner=False)
def last_of(user_id: UUID, data_version: int, zone: str) -> dict[str, str]:
    """The last sessions by id, the newest first, each in a line: times are local in `zone`."""
    sessions = get_focus_session_service().get_user_sessions(user_id, LAST + 1)
    ended = [session for session in sessions if session["end_time"] is not None][:LAST]
    return {session["id"]: in_a_line(session, ZoneInfo(zone)) for session in ended}


@st.cache_data(ttl=3600, max_entries=1000, show_spinner=False)
def insights_of(user_id: UUID, data_version: int, session_id: str) -> list[dict[str, Any]]:
    found = get_focus_session_service().get_session_insights(user_id, session_id)
    return list(found["insights"])


@st.cache_data(ttl=3600, max_entries=200, show_spinner=False)
def full_weeks_of(
    user_id: UUID, data_version: int, today: date, zone: str
) -> tuple[MemberWeek, ...]:
    """The full weeks before the present one, the oldest first."""
    return sharing.preview(user_id).weeks[:-1]
