"""What a coach wrote, and the last full week in a few words: the top of the insights page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.services import sharing
from focus_core.services.coaching import MemberWeek
from pages._ui import coach_panels, errors, note_hint
from pages._ui.kept_insights import full_weeks_of
from pages._ui.moments import clock
from pages._ui.text import plain

FEWEST_WEEKS = 2
WEEKS_BEFORE = 4


def notes(actor: Actor) -> None:
    """Notes from coaches, the unread ones open."""
    found = sharing.list_notes(actor.user_id)
    unread = [note for note in found if note["read_at"] is None]
    for note in unread:
        with st.container(border=True):
            _note(actor, note)
            _act("Mark as read", ":material/check:", sharing.mark_read, actor, note["id"])
    read = [note for note in found if note["read_at"] is not None]
    if read:
        with st.expander(f"Notes from coaches ({len(read)})", icon=":material/forum:"):
            for note in read:
                _note(actor, note)
                _act("Delete", ":material/delete:", sharing.delete_note, actor, note["id"])


def last_week(actor: Actor, today: date) -> None:
    """The last full week against the weeks before it; nothing without any focus in them."""
    weeks = full_weeks_of(actor.user_id, actor.data_version, today, actor.timezone.key)
    if len(weeks) < FEWEST_WEEKS or not any(week.sessions for week in weeks[-WEEKS_BEFORE - 1 :]):
        return
    newest, before = weeks[-1], weeks[-WEEKS_BEFORE - 1 : -1]
    mean = sum(week.focused_minutes for week in before) / len(before)
    said = coach_panels.hours(mean / 60)
    before_it = (
        f"{said} in the week before it."
        if len(before) == 1
        else f"On average {said} in the {len(before)} weeks before it."
    )
    with st.container(border=True):
        st.markdown(f"**Your week of {newest.week:%-d %B}: {_said(newest)}**")
        st.caption(f"{before_it} Weeks run from Monday to Sunday.")


def _said(week: MemberWeek) -> str:
    if not week.sessions:
        return "no focus sessions."
    sessions = f"{week.sessions} session{'' if week.sessions == 1 else 's'}"
    completed = coach_panels.share(week.completion)
    return (
        f"{coach_panels.hours(week.focused_minutes / 60)} of focus in {sessions}, {completed}"
        " of them completed."
    )


def _note(actor: Actor, note: Mapping[str, Any]) -> None:
    created = note["created_at"]
    local = created.astimezone(actor.timezone)
    author = plain(note["author"]) if note["author"] else "A coach whose account is gone"
    at = clock(created, actor.timezone)
    st.caption(f":material/forum: {author} wrote on {local:%-d %b %Y}, {at}")
    st.text(note["body"])


def _act(
    label: str, icon: str, function: Callable[[UUID, UUID], None], actor: Actor, note_id: UUID
) -> None:
    if st.button(label, icon=icon, key=f"{label} {note_id}"):
        with errors.told():
            function(actor.user_id, note_id)
            note_hint.unread.clear(actor.user_id)
            st.rerun()
