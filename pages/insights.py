"""What stands out: now, and about each of the last sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from focus_core.domain.calendar import local_day
from focus_core.domain.evidence import FEWEST_DAYS, FEWEST_SESSIONS
from focus_core.services import features, tasks
from pages._ui import errors, history_filters, notes
from pages._ui.explanations import explain
from pages._ui.gate import require_actor
from pages._ui.kept_insights import current_of, insights_of, last_of
from pages._ui.links import link
from pages._ui.text import plain

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


def now() -> None:
    found = current_of(actor.user_id, actor.data_version, today)
    for insight in found["insights"]:
        with card(insight):
            st.markdown(f":material/arrow_forward: {written(insight['suggestion'])}")
            rests_on(insight, "session")
            act(insight)
    if not found["insights"]:
        nothing(found)
    explain("explain_findings", *COMPARED, label="How this is found")


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


def session(labels: dict[str, str]) -> None:
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
    notes.last_week(actor, today)
    labels = last_of(actor.user_id, actor.data_version, actor.timezone.key)
    if labels:
        now()
        st.subheader("Last sessions")
        st.caption("Each against your own sessions in the 90 days before it, as they were then.")
        session(labels)
        take_away()
    else:
        st.markdown("Insights come from your own sessions, and there is none yet.")
        link("timer", "Start your first session", ":material/play_arrow:")
