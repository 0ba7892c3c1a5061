"""Correct a session, add a past one, or delete one: a dialog over the history.

What is open, what was wrong and what can be undone lives in the browser tab's state; every run
draws from it, so that an error comes back beside its field with everything typed still there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.domain.errors import FocusError, InvalidInput, SessionsOverlap
from focus_core.services import get_focus_session_service
from pages._ui import session_fields
from pages._ui.errors import tell
from pages._ui.gate import require_actor
from pages._ui.moments import in_a_line, span
from pages._ui.session_fields import Choices, Fields
from pages._ui.text import plain

NEW = "new"
_SHORTEST_OFFER = timedelta(minutes=1)
_WITH_FIELD = {
    "start_time",
    "end_time",
    "task",
    "course",
    "context",
    "expected_duration",
    "session_notes",
}


@dataclass
class Desk:
    """What this browser tab is busy with."""

    opened: str | None = None
    """A session's id, NEW, or None."""
    openings: int = 0
    error: FocusError | None = None
    deleted: Mapping[str, Any] | None = None
    """The session that can be taken back with one click."""

    def open(self, session_id: str) -> None:
        self.opened, self.error = session_id, None
        self.openings += 1

    def close(self) -> None:
        self.opened = self.error = None


def desk() -> Desk:
    found: Desk = st.session_state.setdefault("history_desk", Desk())
    return found


def show(actor: Actor, session: Mapping[str, Any] | None, choices: Choices, now: datetime) -> None:
    """Open the dialog on `session`, None for a new one."""
    title = "Correct a session" if session else "Add a past session"

    @st.dialog(title, width="medium", dismissible=False)
    def dialog() -> None:
        _body(require_actor(), session, choices, now)

    dialog()


def _body(actor: Actor, session: Mapping[str, Any] | None, choices: Choices, now: datetime) -> None:
    fields = Fields(session, actor.timezone, choices, desk().openings)
    if session:
        _measured(session, actor)
    trimmed = _what_is_wrong(actor, fields)
    with st.form(fields.key("form"), border=False, enter_to_submit=False):
        today = now.astimezone(actor.timezone).date()
        session_fields.times(fields, today, _beside)
        session_fields.subject(fields, _beside)
        session_fields.outcome(fields, _beside)
        if _stands_beside_a_field(desk().error):  # which may be out of sight
            st.markdown(":red[Not saved yet: see what stands in red above.]")
        with st.container(horizontal=True):
            save = st.form_submit_button("Save", type="primary", key=fields.key("save"))
            cancel = st.form_submit_button("Cancel", type="tertiary", key=fields.key("cancel"))
            delete = session is not None and st.form_submit_button(
                "Delete", type="tertiary", icon=":material/delete:", key=fields.key("delete")
            )
    if cancel:
        desk().close()
        st.rerun()
    if delete and session:
        _delete(actor, session)
    if save or trimmed:
        _save(actor, fields, trimmed)


def _measured(session: Mapping[str, Any], actor: Actor) -> None:
    """What the clock saw, which no correction touches."""
    if session["ended_by"] == "auto_close":
        st.warning(
            "This session was left open and closed at the last sign of you. Set the right end, or"
            " save it as it is: then it counts.",
            icon=":material/edit_calendar:",
        )
    if session["actual_start_time"]:
        measured = span(session["actual_start_time"], session["actual_end_time"], actor.timezone)
        st.caption(f"The clock measured {measured}. That stays, whatever you change here.")
    else:
        st.caption("Recorded by hand: no clock measured it.")


def _beside(field: str) -> None:
    error = desk().error
    if isinstance(error, InvalidInput) and error.field == field:
        st.markdown(f":red[{plain(str(error))}]")


def _what_is_wrong(actor: Actor, fields: Fields) -> tuple[datetime, datetime] | None:
    """Tells what stands beside no field; returns the free part when it is taken."""
    error = desk().error
    if isinstance(error, SessionsOverlap):
        return _overlap(error, actor, fields)
    if error is not None and not _stands_beside_a_field(error):
        tell(error)
    return None


def _stands_beside_a_field(error: Exception | None) -> bool:
    return isinstance(error, InvalidInput) and error.field in _WITH_FIELD


def _overlap(
    error: SessionsOverlap, actor: Actor, fields: Fields
) -> tuple[datetime, datetime] | None:
    with st.container(border=True, key="history_overlap"):
        st.markdown(f":red[{plain(str(error))}]")
        for conflict in error.conflicts:
            st.markdown(f"- {_line(conflict, actor)}")
        if error.trimmed is None or error.trimmed[1] - error.trimmed[0] < _SHORTEST_OFFER:
            st.caption("Nothing of that time is free.")
            return None
        free = span(*error.trimmed, actor.timezone)
        if st.button(f"Trim to {free}", icon=":material/content_cut:", key=fields.key("trim")):
            return error.trimmed
    return None


def _line(session: Mapping[str, Any], actor: Actor) -> str:
    return plain(in_a_line(session, actor.timezone))


def _save(actor: Actor, fields: Fields, trimmed: tuple[datetime, datetime] | None) -> None:
    service = get_focus_session_service()
    try:
        values = session_fields.said(fields)
        if trimmed:
            values["start_time"], values["end_time"] = trimmed
        if fields.session:
            service.update_session(actor.user_id, fields.session["id"], **values)
        else:
            start, end = values.pop("start_time"), values.pop("end_time")
            service.add_session(actor.user_id, start, end, **values)
    except FocusError as error:
        desk().error = error
    else:
        desk().close()
        st.toast("Saved.", icon=":material/check:")
    st.rerun()


def _delete(actor: Actor, session: Mapping[str, Any]) -> None:
    try:
        get_focus_session_service().delete_session(actor.user_id, session["id"])
    except FocusError as error:
        desk().error = error
    else:
        desk().close()
        desk().deleted = session
    st.rerun()
