"""The screens there are, as Streamlit's navigation takes them."""

from __future__ import annotations

from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_PAGES = Path(__file__).parents[1]


def screens() -> list[StreamlitPage]:
    """In the menu's order. A run notes on its pages which one it draws, so each gets its own."""
    return [copy(screen) for screen in _made()]


@cache
def _made() -> list[StreamlitPage]:
    """Made once: Streamlit looks each file up and its icon through."""
    return [
        st.Page(_PAGES / "timer.py", title="Timer", icon=":material/timer:", default=True),
        st.Page(_PAGES / "history.py", title="History", icon=":material/history:"),
        st.Page(_PAGES / "profile.py", title="Profile", icon=":material/person:"),
        st.Page(_PAGES / "insights.py", title="Insights", icon=":material/lightbulb:"),
        st.Page(_PAGES / "scorecard.py", title="Scorecard", icon=":material/verified:"),
        st.Page(_PAGES / "sharing.py", title="Sharing", icon=":material/share:"),
        st.Page(_PAGES / "my_data.py", title="My data", icon=":material/folder_shared:"),
        st.Page(_PAGES / "settings.py", title="Settings", icon=":material/settings:"),
        st.Page(_PAGES / "coach.py", title="Coach", icon=":material/groups:"),
        st.Page(_PAGES / "research.py", title="Research", icon=":material/science:"),
        st.Page(_PAGES / "people.py", title="People", icon=":material/group:"),
        st.Page(_PAGES / "administration.py", title="Administration", icon=":material/tune:"),
    ]
