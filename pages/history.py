"""The person's sessions, newest first, by day; to look back, correct, add and delete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.config import read_settings
from focus_core.domain.calendar import local_day
from focus_core.domain.errors import FocusError
from focus_core.services import get_focus_session_service, tasks
from focus_core.services.session_values import cursor
from pages._ui import errors, history_filters, session_dialog
from pages._ui.gate import require_actor
from pages._ui.links import link
from pages._ui.moments import day, in_a_line, length, span
from pages._ui.session_dialog import NEW, desk
from pages._ui.session_fields import KINDS, Choices
from pages._ui.text import plain

PAGE = 25
LONGEST_EXCERPT = 140
PAGES = "history_pages"
"""Where the pages up to this one begin: as many cursors as there are newer pages."""

actor = require_actor()
service = get_focus_session_service()
now = datetime.now(UTC)
today = local_day(now, actor.timezone, actor.day_start)


@st.cache_data(ttl=600, max_entries=500, show_spinner=False)
def sessions_of(
    user_id: UUID, data_version: int, filters: dict[str, Any], before: str | None
) -> list[dict[str, Any]]:
    """One page, and one session more if there are older ones; read anew when the data change."""
    return get_focus_session_service().get_user_sessions(
        user_id, PAGE + 1, before=before, **filters
    )


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def choices_of(user_id: UUID, data_version: int) -> Choices:
    return Choices(tasks.list_tasks(user_id, only_open=False), tasks.list_courses(user_id))


def first_page() -> None:
    st.session_state[PAGES] = []


def older(before: str) -> None:
    st.session_state[PAGES] = [*st.session_state.get(PAGES, []), before]


def newer() -> None:
    st.session_state[PAGES] = st.session_state.get(PAGES, [])[:-1]


def toolbar(choices: Choices) -> dict[str, Any]:
    number = history_filters.chosen()
    label = f"Filter ({number} set)" if number else "Filter"
    with st.expander(label, icon=":material/filter_list:", key="history_filter"):
        return history_filters.show(actor, choices, first_page)


def banner() -> None:
    """What was deleted last, one click from being back."""
    deleted = desk().deleted
    if deleted is None:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key="history_undo"
    ):
        st.markdown(f"Deleted: {plain(in_a_line(deleted, actor.timezone))}", width="stretch")
        if st.button("Undo", icon=":material/undo:"):
            restore(deleted["id"])
        if st.button("Dismiss", type="tertiary"):
            desk().deleted = None
            st.rerun()


def restore(session_id: str) -> None:
    try:
        service.restore_session(actor.user_id, session_id)
    except FocusError as error:
        desk().error = error
    else:
        st.toast("It is back.", icon=":material/undo:")
        desk().deleted = None
    st.rerun()


def listing(found: Sequence[dict[str, Any]]) -> None:
    def day_of(session: dict[str, Any]) -> Any:
        return local_day(session["start_time"], actor.timezone, actor.day_start)

    for value, sessions in groupby(found, day_of):
        st.markdown(f"##### {day(value, today)}")
        with st.container(border=True, gap="small"):
            for session in sessions:
                row(session)


def row(session: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(described(session), width="stretch")
        if session["end_time"] is None:
            link("timer", "Timer", ":material/timer:")
        else:
            st.button(
                "Edit",
                key=f"edit_{session['id']}",
                type="tertiary",
                icon=":material/edit:",
                on_click=desk().open,
                args=(session["id"],),
            )


def described(session: dict[str, Any]) -> str:
    """Three short lines of Markdown: when, what, how."""
    zone = actor.timezone
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


def pager(found: Sequence[dict[str, Any]], place: str) -> None:
    more, behind = len(found) > PAGE, st.session_state.get(PAGES, [])
    if not (more or behind):
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(
            "Newer",
            key=f"newer_{place}",
            icon=":material/chevron_left:",
            disabled=not behind,
            on_click=newer,
        )
        st.button(
            "Older",
            key=f"older_{place}",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=not more,
            on_click=older,
            args=(cursor(found[PAGE - 1]) if more else "",),
        )


def nothing(filters: dict[str, Any]) -> None:
    if filters or st.session_state.get(PAGES):
        st.info("No session fits. Clear or widen the filter.", icon=":material/filter_list_off:")
        return
    st.markdown("Every session you run is kept here. There is none yet.")
    link("timer", "Start your first session", ":material/play_arrow:")


def recently_deleted() -> None:
    with st.expander(
        "Recently deleted",
        icon=":material/delete:",
        type="compact",
        key="history_deleted",
        on_change="rerun",
    ) as opened:
        if not opened.open:
            return
        found = service.get_deleted_sessions(actor.user_id)
        days = read_settings().keep_deleted_days
        st.caption(f"Deleted sessions can be restored for {days} days." if found else "Nothing.")
        for session in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(in_a_line(session, actor.timezone)), width="stretch")
                if st.button("Restore", key=f"restore_{session['id']}", type="tertiary"):
                    restore(session["id"])


def open_dialog(found: Sequence[dict[str, Any]], choices: Choices) -> None:
    opened = desk().opened
    if opened == NEW:
        session_dialog.show(actor, None, choices, now)
    elif opened is not None:
        shown = {session["id"]: session for session in found}
        session = shown.get(opened) or service.get_session(actor.user_id, opened)
        session_dialog.show(actor, session, choices, now)


st.title("History")
rule = (
    ""
    if actor.day_start.hour == actor.day_start.minute == 0
    else (f" A day starts at {actor.day_start:%H:%M}.")
)
st.caption(f"Times are local in {actor.timezone.key}.{rule}")
st.button("Add a past session", icon=":material/add:", on_click=desk().open, args=(NEW,))
choices = choices_of(actor.user_id, actor.data_version)
filters = toolbar(choices)
banner()
if desk().error and not desk().opened:
    errors.tell(desk().error)
    desk().error = None
found: list[dict[str, Any]] = []
with errors.told():
    before = (st.session_state.get(PAGES) or [None])[-1]
    found = sessions_of(actor.user_id, actor.data_version, filters, before)
    pager(found, "top")
    listing(found[:PAGE])
    pager(found, "bottom")
    if not found:
        nothing(filters)
recently_deleted()
open_dialog(found, choices)
