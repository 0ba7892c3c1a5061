"""How long a break to take: one quiet line where a break is offered or runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from focus_core.domain.errors import FocusError
from focus_core.services import break_advice
from pages._ui.gate import require_actor
from pages._ui.text import plain
from pages._ui.timer_moves import Known


@st.cache_data(ttl=3600, max_entries=300, show_spinner=False)
def advice_of(user_id: UUID, data_version: int, session_id: str) -> dict[str, Any]:
    return break_advice.get_break_advice(user_id, session_id)


def show(known: Known, session_id: str) -> None:
    """After that session. Without the database, or without the session, the break goes on alone."""
    if known.offline:
        return
    try:
        advice = advice_of(require_actor().user_id, known.timer["version"], session_id)
    except FocusError:  # the clock says that the database is away; a session may just be deleted
        return
    st.caption(plain(advice["message"]), text_alignment="center")
