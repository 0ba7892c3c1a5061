"""What the history page keeps of each person until their data change.

Beside the page, not in it: a page's text runs on every click, and to name a cache Streamlit then
reads the function's source anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.domain.calendar import local_day
from focus_core.services import get_focus_session_service, tasks
from focus_core.services.session_values import cursor
from pages._ui.moments import length, span
from pages._ui.session_fields import KINDS, Choices
from pages._ui.text import plain

PAGE = 25
LONGEST_EXCERPT = 140

Clock = tuple[str, time]
"""The zone that times are local in, and when a day starts."""


@dataclass(frozen=True)
class Row:
    """A session as the list shows it."""

    id: str
    day: date
    text: str
    """Three short lines of Markdown: when, what, how."""
    runs: bool


def by_clock(actor: Actor) -> Clock:
    return actor.timezone.key, actor.day_start


@st.cache_data(ttl=600, max_entries=500, show_spinner=False)
def page_of(
    user_id: UUID, data_version: int, clock: Clock, filters: dict[str, Any], before: str | None
) -> tuple[list[Row], str | None]:
    """One page, the newest first, and behind which session the next one begins, if there is one."""
    found = get_focus_session_service().get_user_sessions(
        user_id, PAGE + 1, before=before, **filters
    )
    zone, day_start = ZoneInfo(clock[0]), clock[1]
    rows = [
        Row(
            session["id"],
            local_day(session["start_time"], zone, day_start),
            described(session, zone),
            session["end_time"] is None,
        )
        for session in found[:PAGE]
    ]
    return rows, cursor(found[PAGE - 1]) if len(found) > PAGE else None


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def choices_of(user_id: UUID, data_version: int) -> Choices:
    return Choices(*tasks.list_choices(user_id, only_open=False))


def described(session: dict[str, Any], zone: ZoneInfo) -> str:
    when = [f"**{span(session['start_time'], session['end_time'], zone)}**"]
    if session["end_time"] is not None:
        when.append(took(session["focused_seconds"], session["expected_duration"]))
    when.append(KINDS[session["session_type"]])
    names = [session[name] for name in ("task_title", "course_name") if session[name]]
    what = " · ".join(names) or session["context"] or ""
    lines = [" · ".join(when), plain(shortened(what)), " ".join(marks(session))]
    return "  \n".join(line for line in lines if line)


def took(focused_seconds: float, expected_minutes: int | None) -> str:
    """25 min; with a plan or an estimate 25 of 30 min, 1 h 10 min of 45 min."""
    focused = length(focused_seconds)
    if expected_minutes is None:
        return focused
    expected = length(expected_minutes * 60)
    in_minutes = all("h" not in each and each.endswith(" min") for each in (focused, expected))
    return f"{focused.removesuffix(' min') if in_minutes else focused} of {expected}"


def marks(session: dict[str, Any]) -> list[str]:
    if session["end_time"] is None:
        return [":blue-badge[running]"]
    if session["ended_by"] == "auto_close":
        return [":orange-badge[:material/edit_calendar: closed automatically, please correct]"]
    done = session["was_completed"]
    found = [":green-badge[completed]" if done else ":gray-badge[not completed]"]
    if session["focus_score"]:
        found.append(f":gray-badge[focus {session['focus_score']} of 5]")
    if count := session["interruption_count"]:
        found.append(f":gray-badge[{count} interruption{'s' if count > 1 else ''}]")
    if session["session_notes"]:
        found.append(":gray-badge[:material/notes: note]")
    if corrected(session):
        found.append(":gray-badge[corrected]")
    return found


def corrected(session: dict[str, Any]) -> bool:
    measured = (session["actual_start_time"], session["actual_end_time"])
    return None not in measured and measured != (session["start_time"], session["end_time"])


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT].rstrip()}…"
