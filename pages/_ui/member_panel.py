"""One named member as their coach sees them: profile, trend, and notes to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.domain.definitions import DEFINITIONS, title
from focus_core.domain.findings import UNKNOWN, hour_name, percent
from focus_core.domain.rates import Rate, rate
from focus_core.services import coaching, cohorts
from focus_core.services.coaching import Member
from pages._ui import coach_panels, errors, peaks
from pages._ui.explanations import explain
from pages._ui.moments import clock
from pages._ui.panels import draw
from pages._ui.text import plain

MEASURES = {
    "avg_focus_duration_minutes": " min",
    "avg_break_duration_minutes": " min",
    "avg_interruption_count": "",
    "avg_underestimation_pct": " %",
    "total_sessions_count": "",
    "completed_sessions_count": "",
    "sessions_analyzed_count": "",
}


def show(coach: Actor, cohort_id: UUID, member: Member) -> None:
    profile = coaching.get_profile(coach, cohort_id, member.user_id)
    st.markdown(f"### {plain(member.name)}")
    figures(profile)
    if member.weeks:
        draw(coach_panels.trend_panel(member.weeks, str(member.user_id), "by their own clock"))
    notes(coach, cohort_id, member)
    remove(coach, cohort_id, member)


def figures(profile: Mapping[str, Any], whose: str = "their") -> None:
    """The profile as numbers; the same for the coach and in the member's own preview."""
    if profile["sessions_analyzed_count"] is None:
        st.markdown("No profile yet: it needs three finished sessions of at least a minute.")
        return
    with st.container(horizontal=True, gap="medium"):
        for measure, unit in MEASURES.items():
            st.metric(
                title(measure),
                _number(profile[measure], unit),
                width=150,
                # The one that reads as more than it is: what timers cut off is in it.
                help=DEFINITIONS[measure].text if measure == "avg_underestimation_pct" else None,
            )
        if profile["success"] is not None:
            st.metric(title("success"), percent(profile["success"]), width=150)
    explain(
        "explain_member", *MEASURES, "success", "peak_focus_hours", "adjusted_success", "interval"
    )
    hours = [hour_name(hour) for hour in profile["peak_focus_hours"]]
    days = profile["peak_focus_days"]
    if profile["success"] is None:
        st.markdown(
            f"May be peak hours: {', '.join(hours) or UNKNOWN}. May be peak days:"
            f" {', '.join(days) or UNKNOWN}. How sure that is, they have not agreed to share."
        )
        return
    for measure, names, part in (
        ("peak_focus_hours", hours, "peak_hour"),
        ("peak_focus_days", days, "peak_day"),
    ):
        behind = zip(names, _rates(profile, part), strict=True)
        peaks.show(measure, behind, profile["success"], whose)


def _rates(profile: Mapping[str, Any], part: str) -> list[Rate | None]:
    counted = zip(profile[f"{part}_sessions"] or [], profile[f"{part}_success"] or [], strict=True)
    return [rate((success or 0) * sessions, sessions) for sessions, success in counted]


def remove(coach: Actor, cohort_id: UUID, member: Member) -> None:
    with st.popover("Remove from the group", icon=":material/person_remove:"):
        st.markdown(
            f"**{plain(member.name)}** is out at once: you see nothing of theirs any more, and they"
            " see under Sharing that you removed them. Notes you wrote stay with them. Whoever has"
            " the code can join again; make a new code to prevent it."
        )
        if st.button("Remove", key=f"remove_{member.user_id}"):
            with errors.told():
                cohorts.remove_member(coach, cohort_id, member.user_id)
                st.toast("Removed.", icon=":material/check:")
                st.rerun()


def notes(coach: Actor, cohort_id: UUID, member: Member) -> None:
    with st.form(f"note_{member.user_id}", clear_on_submit=True, border=False):
        body = st.text_area("A note to them", max_chars=coaching.NOTE_LENGTH)
        if st.form_submit_button("Send note", icon=":material/send:"):
            with errors.told():
                coaching.leave_note(coach, cohort_id, member.user_id, body)
                st.toast("Sent. They see it on their insights page.")
    for note in coaching.list_notes(coach, cohort_id, member.user_id):
        sent = note["created_at"].astimezone(coach.timezone)
        read = "read" if note["read_at"] else "not read yet"
        at = clock(note["created_at"], coach.timezone)
        st.caption(f"{sent:%-d %b %Y}, {at}, {read}")
        st.text(note["body"])


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    return f"{number}{unit}".replace("-", "−")
