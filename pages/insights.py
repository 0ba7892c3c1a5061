"""What stands out: now, and about each of the last sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.calendar import local_day
from focus_core.domain.definitions import DEFINITIONS
from focus_core.domain.evidence import FEWEST_DAYS, FEWEST_SESSIONS
from focus_core.services import features, get_focus_session_service, insights, tasks
from pages._ui import errors, history_filters, notes
from pages._ui.gate import require_actor
from pages._ui.links import link
from pages._ui.moments import in_a_line
from pages._ui.text import plain

LAST = 30
COMPARED = (
    "stands_out",
    "part_of_day",
    "courses_compared",
    "planned_length",
    "interruptions_compared",
    "estimates_compared",
    "months_compared",
    "break",
    "success",
)
_UNITS = re.compile(r"(?<=\d) (?=min\b|%)")
_ICONS = {
    "positive": ":green[:material/trending_up:]",
    "neutral": ":blue[:material/info:]",
    "attention": ":orange[:material/notification_important:]",
}

actor = require_actor()
today = local_day(datetime.now(UTC), actor.timezone, actor.day_start)


# `today` is among the keys because the windows move on with it.
@st.cache_data(ttl=3600, max_entries=200, show_spinner="Looking at your sessions…")
def current_of(user_id: UUID, data_version: int, today: date) -> dict[str, Any]:
    return insights.get_current_insights(user_id)


@st.cache_data(ttl=3600, max_entries=200, show_spinner=False)
def last_of(user_id: UUID, data_version: int) -> list[dict[str, Any]]:
    sessions = get_focus_session_service().get_user_sessions(user_id, LAST + 1)
    return [session for session in sessions if session["end_time"] is not None][:LAST]


@st.cache_data(ttl=3600, max_entries=1000, show_spinner=False)
def insights_of(user_id: UUID, data_version: int, session_id: str) -> list[dict[str, Any]]:
    found = get_focus_session_service().get_session_insights(user_id, session_id)
    return list(found["insights"])


def now() -> None:
    found = current_of(actor.user_id, actor.data_version, today)
    for insight in found["insights"]:
        with card(insight):
            st.markdown(f":material/arrow_forward: {written(insight['suggestion'])}")
            rests_on(insight, "session")
            act(insight)
    if not found["insights"]:
        nothing(found)
    with st.popover("How this is found", icon=":material/help:", type="tertiary"):
        for measure in COMPARED:
            entry = DEFINITIONS[measure]
            st.markdown(f"**{entry.title}**  \n{entry.text}")


def card(insight: Mapping[str, Any]) -> Any:
    box = st.container(border=True, gap="small")
    box.markdown(f"{_ICONS[insight['type']]} **{written(insight['message'])}**")
    return box


def rests_on(insight: Mapping[str, Any], unit: str) -> None:
    """What it compares with, how many, when and how sure: one quiet line."""
    sessions = f"{insight['n']} {unit}{'' if insight['n'] == 1 else 's'}"
    if not insight["compared_with"]:
        parts = ["About this session alone, compared with no other"]
    elif not insight["n"]:
        parts = [f"Compared with {insight['compared_with']}"]
    else:
        parts = [f"{sessions}, {insight['window']}", f"compared with {insight['compared_with']}"]
    if insight.get("sure"):
        parts.append(insight["sure"])
    st.caption(written("; ".join(parts) + "."))


def written(words: str) -> str:
    """As text, with no line broken between a number and its unit."""
    return _UNITS.sub("\N{NO-BREAK SPACE}", plain(words))


def act(insight: Mapping[str, Any]) -> None:
    if insight["key"] == "forgotten" and st.button("Show them", icon=":material/history:"):
        history_filters.clear()
        st.session_state[history_filters.OUTCOME] = history_filters.TO_CORRECT
        st.switch_page(Path(__file__).with_name("history.py"))
    if insight["task_id"] and st.button("Mark as done", icon=":material/check:"):
        with errors.told():
            tasks.mark_done(actor.user_id, insight["task_id"])
            current_of.clear(actor.user_id, actor.data_version, today)
            st.rerun()


def nothing(found: Mapping[str, Any]) -> None:
    sessions = f"{found['n']} session{'' if found['n'] == 1 else 's'}"
    with st.container(border=True):
        if found["comparisons"]:
            st.markdown(
                "**Nothing stands out, and that is a fine answer.** "
                f"{found['comparisons']} comparisons over the {sessions} of {found['window']}"
                " showed no difference that chance could not make."
            )
        else:
            st.markdown(
                f"**Too early to compare.** You have {sessions} of at least a minute in"
                f" {found['window']}. A comparison takes at least {FEWEST_SESSIONS} on"
                f" either side, over {FEWEST_DAYS} days or more; until then, each session"
                " speaks for itself below."
            )
        st.caption(
            "Looked at: times of day, courses, planned lengths, interruptions and ratings,"
            " estimates, breaks, completion in the last 4 weeks and the 4 before."
        )


def session(sessions: list[dict[str, Any]]) -> None:
    labels = {found["id"]: in_a_line(found, actor.timezone) for found in sessions}
    chosen = st.selectbox(
        "Session", list(labels), format_func=labels.__getitem__, key="insights_session"
    )
    said = insights_of(actor.user_id, actor.data_version, chosen)
    for insight in said:
        with card(insight):
            rests_on(insight, "earlier session")
    if not said:
        st.markdown("An ordinary session: as long, as calm and as good as yours usually are.")


def take_away() -> None:
    with st.expander(
        "Download my sessions as a table for analysis (CSV, Parquet)", icon=":material/download:"
    ):
        st.markdown(
            "One row for each session that counts: what was known when it started, and what became"
            " of it, so that a model can be trained on it elsewhere. No row knows of a session that"
            " had not ended by then. A dictionary of the columns comes with it; nothing in it is"
            " text of yours but the types of your tasks."
        )
        with st.container(horizontal=True):
            for form, label in (("csv", "CSV"), ("parquet", "Parquet")):
                st.download_button(
                    label,
                    partial(features.archive, actor.user_id, form),
                    f"my-focus-features-{form}.zip",
                    "application/zip",
                    icon=":material/download:",
                    on_click="ignore",
                    key=f"features_{form}",
                )


st.title("Insights")
with errors.told():
    notes.notes(actor)
    notes.last_week(actor)
    sessions = last_of(actor.user_id, actor.data_version)
    if sessions:
        now()
        st.subheader("Last sessions")
        st.caption("Each against your own sessions in the 90 days before it, as they were then.")
        session(sessions)
        take_away()
    else:
        st.markdown("Insights come from your own sessions, and there is none yet.")
        link("timer", "Start your first session", ":material/play_arrow:")
