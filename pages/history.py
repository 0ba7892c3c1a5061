"""The person's sessions, newest first, by day; to look back, correct, add and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import streamlit as st

from focus_core.config import read_settings
from focus_core.domain.actor import Actor
from focus_core.domain.calendar import local_day
from focus_core.domain.errors import FocusError
from focus_core.services import get_focus_session_service
from pages._ui import errors, history_filters, session_dialog
from pages._ui.gate import in_fragment, require_actor
from pages._ui.kept_history import Row, by_clock, choices_of, page_of
from pages._ui.links import link
from pages._ui.moments import day, in_a_line
from pages._ui.session_dialog import NEW, desk
from pages._ui.session_fields import Choices
from pages._ui.text import plain

PAGES = "history_pages"
"""Where the pages up to this one begin: as many cursors as there are newer pages."""

actor = require_actor()
service = get_focus_session_service()
now = datetime.now(UTC)


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


@st.fragment
def turn_pages(filters: dict[str, Any]) -> None:
    """A part of its own, so that turning a page draws no more than that page."""
    reader = require_actor()
    if in_fragment() and desk().opened is not None:
        st.rerun()  # the dialog belongs to the whole page
    with errors.told():
        before = (st.session_state.get(PAGES) or [None])[-1]
        version, clock = reader.data_version, by_clock(reader)
        rows, older_than = page_of(reader.user_id, version, clock, filters, before)
        pager(older_than, "top")
        listing(rows, reader)
        pager(older_than, "bottom")
        if not rows:
            nothing(filters)


def listing(rows: Sequence[Row], reader: Actor) -> None:
    edit = desk().open
    # As of this run: pages may be turned long after the whole page was drawn.
    today = local_day(datetime.now(UTC), reader.timezone, reader.day_start)
    for value, found in groupby(rows, lambda row: row.day):
        st.markdown(f"##### {day(value, today)}")
        with st.container(border=True, gap="small"):
            for row in found:
                draw(row, edit)


def draw(row: Row, edit: Callable[[str], None]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(row.text, width="stretch")
        if row.runs:
            link("timer", "Timer", ":material/timer:")
        else:
            st.button(
                "Edit",
                key=f"edit_{row.id}",
                type="tertiary",
                icon=":material/edit:",
                on_click=edit,
                args=(row.id,),
            )


def pager(older_than: str | None, place: str) -> None:
    more, behind = older_than is not None, st.session_state.get(PAGES, [])
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
            args=(older_than,),
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


def open_dialog(choices: Choices) -> None:
    opened = desk().opened
    if opened == NEW:
        session_dialog.show(actor, None, choices, now)
    elif opened is not None:
        session = service.get_session(actor.user_id, opened)
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
turn_pages(filters)
recently_deleted()
open_dialog(choices)
