"""Word of a coach's note where the person is anyway, until it is read."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from focus_core.domain.actor import Actor
from focus_core.services import sharing
from pages._ui.links import link

KEPT_SECONDS = 60
"""So every page can say it, and asks once a minute at most."""


@st.cache_data(ttl=KEPT_SECONDS, max_entries=1000, show_spinner=False)
def unread(user_id: UUID) -> int:
    return sharing.count_unread(user_id)


def in_the_menu(title: str, actor: Actor) -> str:
    """The label of the screen that has the notes, with how many are unread."""
    number = unread(actor.user_id)
    return f"{title} ({_notes(number)})" if number else title


def show(actor: Actor) -> None:
    """A quiet line that leads to them; nothing when all are read."""
    number = unread(actor.user_id)
    if number:
        said = "A note from your coach" if number == 1 else f"{number} notes from your coach"
        link("insights", said, ":material/forum:")


def _notes(number: int) -> str:
    return "1 note" if number == 1 else f"{number} notes"
